"""Relations in a form: what kind, with whom (a person or a firm, found as everywhere), and a remark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from freecrm.core.entity import Child
from freecrm.core.fields import Choice, Link, clean
from freecrm.core.record import Typed
from freecrm.core.words import N_, Said, _, inside, say
from freecrm.store import choosing
from freecrm.store.database import Store
from freecrm.ui.editors.base import mark
from freecrm.ui.editors.links import FEW, LinkEditor
from freecrm.ui.editors.row_lines import RowLine
from freecrm.ui.editors.suggest import Offer
from freecrm.ui.fitting import ComboBox
from freecrm.ui.tasks import Tasks


def other_ends(store: Store, child: str) -> list[Link]:
    """The links of a relation of which one is filled."""
    declared = store.schema.entity(child)
    names = declared.one_of if issubclass(declared, Child) else ()
    fields = store.schema.fields(child)
    return [f for name in names if isinstance(f := fields[name], Link)]


class EndEditor(LinkEditor):
    """A record of one of several kinds, by its name: a person or a firm. to: the kind of the one chosen."""

    def __init__(self, links: Sequence[Link], store: Store, tasks: Tasks) -> None:
        self.kinds = [link.to for link in links]
        super().__init__(links[0], store, tasks)

    def chosen_end(self) -> tuple[str, bytes] | None:
        """Kind and id of the record chosen, None when none is."""
        value = self.value()
        return (self.to, value) if isinstance(value, bytes) else None

    def set_end(self, entity: str, id: bytes | None) -> None:
        """Show this record."""
        self.to = entity
        self.set_value(id)

    def unreadable(self) -> Said | None:
        return say(
            N_("There is nobody called “{text}”. Choose one of the list, or make a new one there."),
            text=clean(self.line.text()),
        )

    def ask(self, typed: str) -> None:
        words = typed.strip()

        def find() -> list[tuple[str, choosing.Choice]]:
            few = FEW if words else FEW // 2
            found = [[(of, one) for one in choosing.choices(self.store, of, words, few)] for of in self.kinds]
            return [one for part in found for one in part[: FEW // len(self.kinds) + 1]]

        def show(found: list[tuple[str, choosing.Choice]]) -> None:
            if self.isVisible() and (self.line.hasFocus() or not typed):
                self._offer(words, found)

        self._latest.run(find, then=show)

    def _offer(self, words: str, found: list[tuple[str, choosing.Choice]]) -> None:
        schema = self.store.schema
        offers = [
            Offer(one.title, (of, one.id), hint=one.hint, icon=schema.entity(of).icon) for of, one in found
        ]
        for of in self.kinds if words else ():
            text = _("New {thing} “{name}”").format(thing=inside(_(schema.entity(of).label)), name=words[:60])
            offers.append(Offer(text, (of, words), icon="plus", apart=True))
        self.list.offer(offers, 0 if words and found else -1)

    def pick(self, value: Any) -> None:
        if not isinstance(value, tuple):
            super().pick(value)
            return
        self.to, chosen = value
        if isinstance(chosen, str):
            self._make(chosen)
        else:
            super().pick(chosen)

    def settle(self) -> None:
        value = self.value()
        if not isinstance(value, Typed):
            return
        found = [(of, id) for of in self.kinds if (id := choosing.exact(self.store, of, value)) is not None]
        if len(found) == 1:
            self.set_end(*found[0])
            self.changed.emit()


class TieRow(RowLine):
    """A relation: kind and the other end beside each other, the remark below."""

    def build(self) -> None:
        self.kind, self.note = ComboBox(), QLineEdit()
        self.kind.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.kind.installEventFilter(self)
        self.links = other_ends(self.store, self.field.of)
        self.other = EndEditor(self.links, self.store, self.tasks)
        self.top.addWidget(self.kind, 2)
        self.top.addWidget(self.other, 3)
        self.column.addWidget(self.note)
        self._fill()
        self.kind.activated.connect(lambda _at: self.changed.emit())
        self.other.changed.connect(self.changed)
        self.note.textEdited.connect(lambda _text: self.changed.emit())

    def _fill(self) -> None:
        kind, held = self.child["kind"], self.row.get("kind") or self.kind.currentData()
        assert isinstance(kind, Choice)
        self.kind.clear()
        for entry in kind.options.entries:
            if not entry.off or entry.key == held:
                self.kind.addItem(entry.title, entry.key)
        self.kind.setCurrentIndex(max(self.kind.findData(held), 0))

    def main(self) -> QWidget:
        return self.kind

    def inputs(self) -> list[QWidget]:
        return [*super().inputs(), self.other.line, self.note]

    def set_value(self, row: dict[str, Any]) -> None:
        self.row = dict(row)
        held = next((link for link in self.links if row.get(link.name)), None)
        typed = row.get(held.name) if held is not None else None
        self.other.set_end(held.to if held is not None else self.links[0].to, typed)
        self.note.setText(str(row.get("note") or ""))
        self._fill()

    def value(self) -> dict[str, Any] | None:
        other, note = self.other.value(), clean(self.note.text())
        if other is None and not note and not self.row.get("id"):
            return None
        kept = {k: v for k, v in self.row.items() if not k.endswith("_title")}
        ends = {link.name: other if link.to == self.other.to else None for link in self.links}
        values = {"kind": self.kind.currentData(), "note": note or None, **ends}
        changed = {k: v for k, v in values.items() if v != kept.get(k)}
        return {**kept, **changed}

    def problem(self) -> Said | None:
        if self.value() is None:
            return None
        if self.other.value() is None:
            return say(N_("A relation needs two ends. Choose the person or firm it leads to."))
        return self.other.unreadable() if isinstance(self.other.value(), Typed) else None

    def show_problem(self, wrong: bool) -> None:
        """Mark the other end as not taken."""
        mark(self.other.line, wrong)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.kind and event.type() == QEvent.Type.Wheel and not self.kind.hasFocus():
            event.ignore()  # turning the wheel over a form moves the form
            return True
        return super().eventFilter(watched, event)

    def reword(self) -> None:
        super().reword()
        self._fill()
        self.kind.setAccessibleName(self.child["kind"].title)
        self.other.reword()
        self.other.name(_("With"))
        self.other.line.setPlaceholderText(_("Person or firm"))
        self.note.setPlaceholderText(self.child["note"].title)
        self.note.setAccessibleName(self.child["note"].title)
