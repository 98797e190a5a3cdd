"""What can be done with a hit of the palette: open, show in the list, copy, and what the window adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from freecrm.core.matching import marks
from freecrm.core.named import Named, found
from freecrm.core.record import Record
from freecrm.core.words import N_, _
from freecrm.store.finder import Card
from freecrm.ui import cells
from freecrm.ui.commands import Command
from freecrm.ui.palette_row import Row, split
from freecrm.ui.parts import announce

if TYPE_CHECKING:
    from freecrm.ui.palette import Palette

MOST_NUMBERS = 4


def actions(palette: Palette, card: Card, record: Record) -> list[Command]:
    """Everything that can be done with a record found, as commands."""
    opened = Command(
        "palette.open",
        N_("Open"),
        partial(palette.record_wanted.emit, card.entity, card.n),
        icon="external-link",
    )
    more = [command for command in palette.more_actions(card.entity, record) if command.can_run]
    return [opened, *more, *_listed(palette, card), *_copies(palette, card, record)]


def _listed(palette: Palette, card: Card) -> Iterator[Command]:
    if card.entity in [page.entity for page in palette.store.model.pages()]:
        act = partial(palette.list_wanted.emit, card.entity, card.title)
        yield Command("palette.list", N_("Show in the list"), act, icon="list")


def _copies(palette: Palette, card: Card, record: Record) -> Iterator[Command]:
    values = record.values
    numbers = [str(row.get("number") or "") for row in values.get("phones") or ()]
    numbers.insert(0, str(values.get("main_phone") or ""))
    mails = [str(row.get("address") or "") for row in values.get("emails") or ()]
    found = (
        (N_("Copy phone {text}"), "phone", [cells.phone(number) for number in numbers if number]),
        (N_("Copy e-mail {text}"), "mail", [mail for mail in mails if mail]),
        (N_("Copy name {text}"), "copy", [card.title]),
    )
    for said, icon, texts in found:
        for text in list(dict.fromkeys(texts))[:MOST_NUMBERS]:
            yield Command(
                f"palette.copy.{text}",
                said,
                partial(_copy, palette, text),
                icon=icon,
                names=partial(_named, said, text),
            )


def _named(said: str, text: str) -> str:
    return _(said).format(text=text)


def _copy(palette: Palette, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    palette.copied.emit(text)


def _rows_of(palette: Palette, hit: Row, record: Record) -> Callable[[str], Sequence[Row]]:
    """Answers the rows of a hit's actions, narrowed to a text typed."""
    commands = {command.id: command for command in actions(palette, hit.aim, record)}
    named = [Named(command.id, (command.title,), command.also) for command in commands.values()]
    head = Row("head", _("What to do with “{name}”").format(name=hit.title))

    def rows(text: str) -> Sequence[Row]:
        kept = [one.key for one, _rank in found(text, named)] if text.strip() else list(commands)
        return [head, *(_row(commands[id], text) for id in kept)]

    return rows


def _row(command: Command, text: str) -> Row:
    keys = tuple(split(command.key))
    title = command.title
    return Row(
        "action",
        title,
        marks(text, title) if text.strip() else (),
        keys=keys,
        icon=command.icon or "chevron-right",
        aim=command,
    )


class Acting:
    """While the actions of a hit are listed: the box narrows them, and all is as before when it ends."""

    def __init__(self, palette: Palette, row: Row, record: Record) -> None:
        self.palette, self.rows = palette, _rows_of(palette, row, record)
        self.text, self.at = palette.box.text(), palette.hits.currentIndex().row()
        self.listed, self.hint = palette.hits.rows.rows, palette.hint.text()
        palette.chips.setEnabled(False)
        palette.hint.setText(row.title)
        palette.box.setPlaceholderText(_("What to do with “{name}”").format(name=row.title))
        self._type("")
        self.narrow("")

    def narrow(self, text: str) -> None:
        """List the actions that a text finds."""
        self.palette.hits.show_rows(self.rows(text))
        announce(self.palette.box, self.palette.hint.text())

    def restore(self) -> None:
        """List the hits again."""
        palette = self.palette
        palette.chips.setEnabled(True)
        palette.hint.setText(self.hint)
        self._type(self.text)
        palette.ask_anything()
        palette.hits.show_rows(self.listed, self.at)

    def _type(self, text: str) -> None:
        self.palette.box.blockSignals(True)
        self.palette.box.setText(text)
        self.palette.box.blockSignals(False)
