"""The suggestions of one kind as rows with boxes to choose them by."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QTableView

from freecrm.core.words import N_, _
from freecrm.exchange.tidylist import Suggestion
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.fitting import plain_table
from freecrm.ui.headed_model import HeadedModel, Index
from freecrm.ui.tidy.differing import SIDE, Differing

TICK, RECORD, FIELD, BEFORE, AFTER, WHY = range(6)
_HEADS = ("", N_("Record"), N_("Field"), N_("Before"), N_("After"), N_("Why"))
_SHARES = {RECORD: 19, FIELD: 10, BEFORE: 25, AFTER: 30}
_NARROW_SHARES = {RECORD: 24, FIELD: 14, BEFORE: 30}
_NARROW = 780
_TICK_WIDTH = 36
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class Suggestions(HeadedModel):
    """rows: those shown. ticked: keys of those chosen, those of other kinds included. chosen: that changed."""

    heads = _HEADS

    chosen = Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.rows: list[Suggestion] = []
        self.ticked: set[tuple[Any, ...]] = set()

    def show_rows(self, rows: list[Suggestion]) -> None:
        """Show these in place of those before."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def tick(self, rows: list[int], yes: bool | None = None) -> None:
        """Choose these rows, or not; None: the other of what they are."""
        for at in rows:
            one = self.rows[at]
            if one.told:
                continue
            there = one.key in self.ticked
            if (not there) if yes is None else yes:
                self.ticked.add(one.key)
            else:
                self.ticked.discard(one.key)
        if rows:
            first, last = self.index(min(rows), TICK), self.index(max(rows), TICK)
            self.dataChanged.emit(first, last, [Qt.ItemDataRole.CheckStateRole])
        self.chosen.emit()

    def field(self, one: Suggestion) -> str:
        """What its field is called."""
        f = self.store.schema.fields(one.entity).get(one.field)
        return f.title if f is not None else one.field

    def count(self) -> int:
        return len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == TICK and not self.rows[index.row()].told:
            found |= Qt.ItemFlag.ItemIsUserCheckable
        return found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one, column = self.rows[index.row()], index.column()
        if column == TICK:
            if role == Qt.ItemDataRole.CheckStateRole and not one.told:
                return _CHECKED if one.key in self.ticked else _UNCHECKED
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return _("chosen") if one.key in self.ticked else _("not chosen")
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            after = one.after or (_("needs a look") if one.told else _("goes"))
            return (one.title, self.field(one), one.before, after, str(one.why))[column - 1]
        if role == SIDE and column in (BEFORE, AFTER):
            if one.told:
                return None if column == AFTER else (one.before, one.before, 0)
            return one.before, one.after, int(column == AFTER)
        if role == Qt.ItemDataRole.ForegroundRole and column in (FIELD, WHY):
            return look.colour("text2")
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != TICK:
            return False
        self.tick([index.row()], Qt.CheckState(value) == _CHECKED)
        return True


class SuggestionTable(QTableView):
    """Enter accepts the row under the cursor, Ctrl+Enter those chosen, Del leaves it, Space or Ins chooses it.
    opened: its record is wanted."""

    accepted, all_accepted, left, opened = Signal(), Signal(), Signal(), Signal()

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.suggestions = Suggestions(store)
        self.suggestions.setParent(self)
        self.setModel(self.suggestions)
        self.setItemDelegate(Differing(self))
        plain_table(self, one=True)
        head = self.horizontalHeader()
        head.setSectionsClickable(False)
        head.setStretchLastSection(True)
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    @property
    def current(self) -> Suggestion | None:
        """The suggestion under the cursor."""
        at = self.currentIndex().row()
        return self.suggestions.rows[at] if 0 <= at < len(self.suggestions.rows) else None

    def resize_columns(self) -> None:
        """Give rows and columns their sizes at the text size of now."""
        self.verticalHeader().setDefaultSectionSize(look.px(34))
        self.setColumnWidth(TICK, look.px(_TICK_WIDTH))
        room = self.viewport().width() - look.px(_TICK_WIDTH)
        narrow = room < look.px(_NARROW)
        self.setColumnHidden(WHY, narrow)  # the line below the table says it, too
        for column, share in (_NARROW_SHARES if narrow else _SHARES).items():
            self.setColumnWidth(column, room * share // 100)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resize_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers & Qt.KeyboardModifier.AltModifier:
            (self.all_accepted if control else self.accepted).emit()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Insert) and not modifiers:
            at = self.currentIndex().row()
            if at >= 0:
                self.suggestions.tick([at])
                self.selectRow(min(at + (key == Qt.Key.Key_Insert), len(self.suggestions.rows) - 1))
        elif key == Qt.Key.Key_A and control:
            self.suggestions.tick(list(range(len(self.suggestions.rows))), True)
        elif key == Qt.Key.Key_Delete and not modifiers:
            self.left.emit()
        elif key in (Qt.Key.Key_F2, Qt.Key.Key_O) and not modifiers:
            self.opened.emit()
        elif modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            event.ignore()
        else:
            super().keyPressEvent(event)
