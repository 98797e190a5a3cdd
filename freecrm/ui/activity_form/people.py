"""Who takes part: people of the customer and colleagues, as chips with a way to add one more."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.store import choosing
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.flow import Flow
from freecrm.ui.editors.links import FEW
from freecrm.ui.editors.ties import EndEditor, other_ends
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.tasks import Tasks

AT_FIRM = 12  # people of the customer that are offered at once


class WhoEditor(EndEditor):
    """The line in which somebody is looked for: the people of the customer first, then colleagues."""

    customer: bytes | None = None
    left_out: frozenset[bytes] = frozenset()

    def ask(self, typed: str) -> None:
        words, customer = typed.strip(), self.customer

        def find() -> list[tuple[str, choosing.Choice]]:
            found: list[tuple[str, choosing.Choice]] = []
            if not words and customer is not None:
                jobs = self.store.reader().pointing("job", "customer", customer, AT_FIRM)
                hints = [str(row.get("job") or "") for row in jobs]
                found = [
                    ("contact", choosing.Choice(row["parent"], str(row["parent_title"]), hint))
                    for row, hint in zip(jobs, hints, strict=True)
                    if row.get("parent_entity") == "contact" and row.get("parent_title")
                ]
            kinds = self.kinds if words or customer is None else ["user"]
            for of in kinds:
                found += [(of, one) for one in choosing.choices(self.store, of, words, FEW)]
            return [one for one in found if one[1].id not in self.left_out]

        def show(found: list[tuple[str, choosing.Choice]]) -> None:
            if self.isVisible() and (self.line.hasFocus() or not typed):
                self._offer(words, found)

        self._latest.run(find, then=show)


class PeopleEditor(QWidget):
    """The rows of who takes part. changed: somebody was added or taken away."""

    changed = Signal()

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store = store
        self.rows: list[dict[str, Any]] = []
        self._names: dict[bytes, str] = {}
        self._pictures = Pictures()
        self.chips = QWidget()
        self.flow = Flow(self.chips, look.px(6), middle=True)
        self.add_button = QPushButton()
        self.add_button.setProperty("chip", "add")
        self.add_button.clicked.connect(self.begin_add)
        self.who = WhoEditor(other_ends(store, "attendee"), store, tasks)
        self.who.done.connect(self._chosen)
        self.who.left.connect(self._left)
        self.who.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(6))
        column.addWidget(self.chips)
        column.addWidget(self.who)
        self._show()

    def value(self) -> list[dict[str, Any]]:
        """The rows, as the field keeps them."""
        return [dict(row) for row in self.rows]

    def set_value(self, rows: Any) -> None:
        """Show these rows. Tells nobody."""
        self.rows = [
            {name: row[name] for name in ("id", "contact", "user") if row.get(name)} for row in rows or ()
        ]
        for entity in ("contact", "user"):
            ids = {row[entity] for row in self.rows if row.get(entity)}
            self._names.update(self.store.reader().linked(entity, ids) if ids else {})
        self._show()

    @property
    def users(self) -> tuple[bytes, ...]:
        """The colleagues among them."""
        return tuple(row["user"] for row in self.rows if row.get("user"))

    def add(self, entity: str, id: bytes) -> None:
        """One more who takes part; nothing happens when they do already."""
        if all(row.get(entity) != id for row in self.rows):
            self.set_value([*self.rows, {entity: id}])
            self.changed.emit()

    def remove(self, id: bytes) -> None:
        """Somebody takes no longer part."""
        self.rows = [row for row in self.rows if id not in (row.get("contact"), row.get("user"))]
        self._show()
        self.add_button.setFocus()
        self.changed.emit()

    def begin_add(self) -> None:
        """Let somebody be looked for."""
        ids = [id for row in self.rows for id in (row.get("contact"), row.get("user")) if id]
        self.who.left_out = frozenset(ids)
        self.who.set_value(None)
        self.who.show()
        self.who.line.setFocus()
        self.who.ask("")

    def _chosen(self) -> None:
        found = self.who.chosen_end()
        if found is not None:
            self.who.hide()
            self.who.set_value(None)
            self.add(*found)
            self.add_button.setFocus()

    def _left(self) -> None:
        found = self.who.chosen_end()
        if found is not None:
            self.who.hide()
            self.add(*found)
        elif not self.who.line.text().strip():
            self.who.hide()

    def unread(self) -> bool:
        """Whether a name stands in the line that nobody has."""
        return self.who.isVisibleTo(self) and bool(self.who.line.text().strip())

    def main(self) -> QWidget:
        """What a label belongs to."""
        return self.add_button

    def _show(self) -> None:
        self.flow.removeWidget(self.add_button)
        self.add_button.setParent(self.chips)
        while (item := self.flow.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for row in self.rows:
            self.flow.addWidget(self._chip(row))
        self.flow.addWidget(self.add_button)
        self.add_button.show()
        self.reword()
        self.chips.updateGeometry()

    def _chip(self, row: dict[str, Any]) -> QWidget:
        id = row.get("user") or row.get("contact") or b""
        name = self._names.get(id, "") or _("Somebody who was deleted")
        made = QFrame(self.chips)
        made.setProperty("person", True)
        line = QHBoxLayout(made)
        line.setContentsMargins(*(look.px(side) for side in (4, 2, 2, 2)))
        line.setSpacing(look.px(4))
        picture, side = QLabel(made), look.px(20)
        picture.setPixmap(self._pictures.person(name, side, self.devicePixelRatioF()))
        text = label("", name, made)
        text.setToolTip(_("Colleague") if row.get("user") else _("Contact"))
        line.addWidget(picture)
        line.addWidget(text)
        away = icon_button("x", lambda: self.remove(id), 14, made)
        away.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name_button(away, _("Take {name} out").format(name=name))
        line.addWidget(away)
        return made

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.add_button.setText("+ " + _("Person"))
        self.add_button.setAccessibleName(_("Add somebody who takes part"))
        self.who.reword()
        self.who.name(_("Somebody who takes part"))
        self.who.line.setPlaceholderText(_("Contact or colleague"))
