"""The matrix of a role: what may be done with which kind of record, and whose; and what of its fields is kept back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from freecrm.core.fields import Field
from freecrm.core.rights import ACTIONS, ELSE, SCOPES
from freecrm.core.words import N_, _
from freecrm.store import user_roles
from freecrm.store.database import Store
from freecrm.store.user_roles import Draft, Pairs
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox
from freecrm.ui.parts import label

ACTION_WORDS = {
    "see": N_("See"),
    "create": N_("Create"),
    "change": N_("Edit"),
    "delete": N_("Delete"),
    "export": N_("Export"),
    "print": N_("Print"),
}
SCOPE_WORDS = {
    "none": N_("Not at all"),
    "own": N_("Own"),
    "team": N_("Department"),
    "all": N_("All"),
}
SHOWN, READ, PART, HIDDEN = "shown", "read", "part", "hidden"
FIELD_WORDS = {
    SHOWN: N_("As usual"),
    READ: N_("Read only"),
    PART: N_("Shown in part"),
    HIDDEN: N_("Hidden"),
}
AS_ELSE = ""


class _Box(ComboBox):
    """The wheel scrolls the page, and changes no right in passing."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Matrix(QWidget):
    """A line a kind of record, a box an action. changed: somebody chose something."""

    changed = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.boxes: dict[tuple[str, str], ComboBox] = {}
        self.names: dict[str, QLabel] = {}
        self.heads: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.px(8))
        grid.setVerticalSpacing(look.px(4))
        for at, action in enumerate(ACTIONS, 1):
            self.heads[action] = label("caption")
            grid.addWidget(self.heads[action], 0, at)
            grid.setColumnStretch(at, 1)
        kinds = user_roles.kinds(store.schema)
        for row, entity in enumerate([ELSE, *(name for name in kinds if name != ELSE)], 1):
            self.names[entity] = label("strong" if entity == ELSE else "")
            grid.addWidget(self.names[entity], row, 0)
            for at, action in enumerate(ACTIONS, 1):
                box = self.boxes[entity, action] = _Box()
                box.activated.connect(lambda _row: self.changed.emit())
                grid.addWidget(box, row, at)
        self.reword()

    def title(self, entity: str) -> str:
        """What a line is called."""
        return _("All else") if entity == ELSE else _(self.store.schema.entity(entity).plural)

    def show_grants(self, grants: Mapping[tuple[str, str], str]) -> None:
        """Show what a role grants."""
        for (entity, action), box in self.boxes.items():
            usual = "all" if entity == ELSE else AS_ELSE
            box.setCurrentIndex(max(box.findData(grants.get((entity, action), usual)), 0))

    def grants(self) -> dict[tuple[str, str], str]:
        """What is chosen, what follows from the line of all else left out."""
        chosen = {key: str(box.currentData()) for key, box in self.boxes.items()}
        return {
            (entity, action): scope
            for (entity, action), scope in chosen.items()
            if scope != AS_ELSE and not (entity == ELSE and scope == "all")
        }

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for action, head in self.heads.items():
            head.setText(_(ACTION_WORDS[action]))
        for entity, name in self.names.items():
            name.setText(self.title(entity))
        for (entity, action), box in self.boxes.items():
            chosen = box.currentData()
            box.clear()
            if entity != ELSE:
                box.addItem("–", AS_ELSE)
                box.setItemData(0, _("As in the line “All else”"), Qt.ItemDataRole.ToolTipRole)
            for scope in reversed(SCOPES):
                box.addItem(_(SCOPE_WORDS[scope]), scope)
            box.setCurrentIndex(max(box.findData(chosen), 0))
            box.setAccessibleName(
                _("{action}: {what}").format(action=_(ACTION_WORDS[action]), what=self.title(entity))
            )


class FieldRights(QWidget):
    """The fields of one kind of record at a time. changed: somebody chose something."""

    changed = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.entity = ComboBox()
        self.entity.activated.connect(lambda _row: self._show())
        self.held: dict[tuple[str, str], str] = {}
        self.boxes: dict[str, ComboBox] = {}
        self.what = label("caption")
        head = QHBoxLayout()
        head.addWidget(self.what)
        head.addWidget(self.entity)
        head.addStretch(1)
        self.body = QWidget()
        self.grid = QGridLayout(self.body)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(look.px(12))
        self.grid.setVerticalSpacing(look.px(4))
        self.kept = label("hint")
        self.kept.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addLayout(head)
        column.addWidget(self.body)
        column.addWidget(self.kept)
        self.reword()

    def show_draft(self, draft: Draft) -> None:
        """Show what a role keeps back."""
        self.held = {
            **dict.fromkeys(draft.readonly, READ),
            **dict.fromkeys(draft.masked, PART),
            **dict.fromkeys(draft.hidden, HIDDEN),
        }
        self._show()

    def pairs(self, what: str) -> Pairs:
        """(entity, field) of what is chosen to be READ, PART or HIDDEN."""
        return frozenset(pair for pair, kept in self.held.items() if kept == what)

    def _show(self) -> None:
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        entity = str(self.entity.currentData() or "customer")
        for at, f in enumerate(user_roles.fields(self.store.schema, entity)):
            box = self.boxes[f.name] = self._box(entity, f)
            self.grid.addWidget(label("", f.title), at // 2, at % 2 * 2)
            self.grid.addWidget(box, at // 2, at % 2 * 2 + 1)
        self.grid.setColumnStretch(1, 1)
        self.grid.setColumnStretch(3, 1)
        self._say()

    def _box(self, entity: str, f: Field) -> ComboBox:
        box = _Box()
        box.addItem(_(FIELD_WORDS[SHOWN]), SHOWN)
        if f.is_written:
            box.addItem(_(FIELD_WORDS[READ]), READ)
        if user_roles.may_mask(f):
            box.addItem(_(FIELD_WORDS[PART]), PART)
        box.addItem(_(FIELD_WORDS[HIDDEN]), HIDDEN)
        box.setCurrentIndex(max(box.findData(self.held.get((entity, f.name), SHOWN)), 0))
        box.setAccessibleName(f.title)
        box.activated.connect(partial(self._chosen, entity, f.name, box))
        return box

    def _chosen(self, entity: str, name: str, box: ComboBox, _row: int) -> None:
        kept = str(box.currentData())
        if kept == SHOWN:
            self.held.pop((entity, name), None)
        else:
            self.held[entity, name] = kept
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        words = []
        for (entity, name), kept in sorted(self.held.items()):
            f = self.store.schema.by_entity.get(entity, {}).get(name)
            if f is not None:
                what = _(self.store.schema.entity(entity).plural)
                words.append(
                    _("{what}, {field}: {kept}").format(what=what, field=f.title, kept=_(FIELD_WORDS[kept]))
                )
        self.kept.setText("\n".join(words) or _("Every field is shown as usual."))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.what.setText(_("Fields of"))
        self.entity.setAccessibleName(_("Fields of"))
        chosen = self.entity.currentData()
        self.entity.clear()
        for name in user_roles.kinds(self.store.schema):
            if name != ELSE:
                self.entity.addItem(_(self.store.schema.entity(name).plural), name)
        self.entity.setCurrentIndex(max(self.entity.findData(chosen), 0))
        self._show()
