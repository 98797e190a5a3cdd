"""The timeline of a record on paper: the kinds and words that are shown, all of their entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core.jobs import Progress
from freecrm.core.words import _
from freecrm.exchange.printing import Wishes
from freecrm.exchange.table_print import TablePrint
from freecrm.store import timeline
from freecrm.ui.record_page.timeline_words import Row, Teller

if TYPE_CHECKING:
    from freecrm.exchange.pdf.sheet import Made
    from freecrm.ui.record_page.timeline_model import TimelineModel

BLOCK = 500
_WIDTHS = (92.0, 120.0, 260.0, 70.0)


@dataclass(frozen=True)
class TimelinePaper:
    """The timeline of the record that is called `name`; printed as `only` and `words` narrow it on the screen."""

    model: TimelineModel
    name: str
    only: str
    words: str
    count: int = 0
    selected: int = 0
    has_fields: bool = False
    has_notes: bool = False

    @property
    def title(self) -> str:
        """Whose timeline it is."""
        return _("Timeline of {name}").format(name=self.name)

    def make(self, path: Path, wishes: Wishes, progress: Progress | None = None) -> Made:
        """Write the PDF; see `Printable`."""
        model = self.model
        heads = (_("When"), _("Entry"), _("Text"), _("By"))
        said = [self._kind()] if self.only else []
        if self.words:
            said.append(_("Found with “{words}”").format(words=self.words))
        table = TablePrint(model.store, self.title, heads, self._rows(), _WIDTHS, lines=said)
        return table.make(path, wishes, progress)

    def _kind(self) -> str:
        entry = self.model.teller.by_name.get(self.only)
        return _(entry.label) if entry is not None else _("Changes")

    def _rows(self) -> Iterator[list[str]]:
        """The entries as texts, some hundred read at a time."""
        model, after = self.model, None
        teller = Teller(model.store, model.entity, model.entries)
        reader = model.store.reader()
        while True:
            found = timeline.page(
                reader,
                model.entity,
                model.id,
                [entry for entry in model.entries if self.only in ("", entry.name)],
                changes=model.with_changes and self.only in ("", timeline.CHANGES),
                words=self.words,
                after=after,
                limit=BLOCK,
            )
            people = reader.titles("user", {one.who for one in found.entries if one.who is not None})
            for one in found.entries:
                row = teller.row(one)
                yield [
                    f"{one.at.astimezone():%Y-%m-%d %H:%M}",
                    row.head,
                    _text(row),
                    people.get(one.who or b"", ""),
                ]
            after = found.after
            if after is None:
                return


def _text(row: Row) -> str:
    parts = [chip for chip, _tint in row.chips]
    parts += [row.text] if row.text else []
    parts += [f"{p.title}: {p.old} → {p.new}" if p.old else f"{p.title}: {p.new}" for p in row.parts]
    return "\n".join(parts)
