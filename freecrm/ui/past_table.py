"""A record as it was on a day beside how it is now: differing fields marked, copied or set back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import day_words
from freecrm.core.fields import Text
from freecrm.core.words import _, plural
from freecrm.store import past
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.parts import label
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    pass

_NAME = Qt.ItemDataRole.UserRole
_FIELD, _THEN, _NOW = range(3)
_WIDTHS = (200, 260)


class PastTable(QWidget):
    """The fields of one record then and now."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.found: past.Past | None = None
        self._of: tuple[str, bytes, dt.date] | None = None
        self._latest = Latest(tasks)
        self.text = label("hint")
        self.text.setWordWrap(True)
        self.table = QTreeWidget()
        self.table.setColumnCount(3)
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAllColumnsShowFocus(True)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.header().setStretchLastSection(True)
        self.table.itemChanged.connect(lambda _item, _column: self._reword_buttons())
        self.table.currentItemChanged.connect(lambda _now, _before: self._reword_buttons())
        self.copy_button, self.back_button = QPushButton(), QPushButton()
        self.back_button.setProperty("kind", "primary")
        self.copy_button.clicked.connect(self.copy)
        self.back_button.clicked.connect(self.set_back)
        foot = QFrame()
        foot.setProperty("foot", True)
        row = QHBoxLayout(foot)
        row.setContentsMargins(*(look.px(side) for side in (16, 8, 16, 8)))
        row.setSpacing(look.px(8))
        row.addStretch(1)
        row.addWidget(self.copy_button)
        row.addWidget(self.back_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inner = QHBoxLayout()
        inner.setContentsMargins(*(look.px(side) for side in (16, 0, 16, 8)))
        inner.addWidget(self.text)
        column.addLayout(inner)
        column.addWidget(self.table, 1)
        column.addWidget(foot)

    def show_day(self, entity: str, id: bytes, day: dt.date) -> None:
        """Show this record as it was at the end of this day."""
        self._of = (entity, id, day)
        self.ask()

    def ask(self) -> None:
        """Read it anew."""
        if self._of is not None:
            entity, id, day = self._of
            self._latest.run(past.as_it_was, self.store, entity, id, day, then=self._answered)

    def _answered(self, found: past.Past) -> None:
        self.found = found
        self.reword()

    def chosen(self) -> list[str]:
        """The names of the fields that are ticked."""
        items = (self.table.topLevelItem(at) for at in range(self.table.topLevelItemCount()))
        return [
            str(item.data(_FIELD, _NAME))
            for item in items
            if item is not None and item.checkState(_FIELD) == Qt.CheckState.Checked
        ]

    def copy(self) -> None:
        """Put the value that stood in the current field then on the clipboard."""
        item = self.table.currentItem()
        if item is not None:
            QApplication.clipboard().setText(cells.copied(Text(""), item.toolTip(_THEN)))

    def set_back(self) -> None:
        """Give the ticked fields the values of that day, as one step."""
        names = self.chosen()
        if self._of is None or not names:
            return
        entity, id, day = self._of
        self.tasks.run(_set_back, self.store, entity, id, day, names, writes=True)

    # ---- words

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        found = self.found
        day = day_words.show(found.day) if found is not None else ""
        self.table.setHeaderLabels([_("Field"), _("On {day}").format(day=day) if day else "", _("Now")])
        self.table.setAccessibleName(_("The record as it was and as it is"))
        for column, wide in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, look.px(wide))
        self.copy_button.setText(_("Copy value"))
        self.table.blockSignals(True)
        self.table.clear()
        for was in found.fields if found is not None else ():
            self.table.addTopLevelItem(self._item(was, found is not None and found.here))
        first = self.table.topLevelItem(0)
        if first is not None:
            self.table.setCurrentItem(first)
        self.table.blockSignals(False)
        self.text.setText(self._sentence(day))
        self._reword_buttons()

    def _item(self, was: past.Was, here: bool) -> QTreeWidgetItem:
        then, now = was.then or cells.EMPTY, was.now or cells.EMPTY
        item = QTreeWidgetItem([was.title, " ".join(then.split()), " ".join(now.split()) if here else ""])
        item.setData(_FIELD, _NAME, was.name)
        item.setToolTip(_THEN, was.then)
        item.setToolTip(_NOW, was.now)
        if was.differs:
            item.setCheckState(_FIELD, Qt.CheckState.Checked)
            item.setFont(_THEN, look.font("body", True))
            for column in range(3):
                item.setBackground(column, look.colour("warning_bg"))
            said = _("{field}, differs: {then}, now {now}").format(field=was.title, then=then, now=now)
            item.setData(_FIELD, Qt.ItemDataRole.AccessibleTextRole, said)
        else:
            item.setForeground(_THEN, look.colour("text2"))
            item.setForeground(_NOW, look.colour("text2"))
        return item

    def _sentence(self, day: str) -> str:
        found = self.found
        if found is None:
            return ""
        if not found.there:
            return _("This record did not exist on {day}.").format(day=day)
        if not found.here:
            return _("This record was deleted since. Bring it back from the recycle bin to set it back.")
        n = sum(was.differs for was in found.fields)
        if not n:
            return _("On {day} it was as it is now.").format(day=day)
        return plural("{n} field differs from now.", "{n} fields differ from now.", n)

    def _reword_buttons(self) -> None:
        n = len(self.chosen())
        text = (
            plural("Set {n} field back to this", "Set {n} fields back to this", n)
            if n
            else _("Set back to this")
        )
        self.back_button.setText(text)
        self.back_button.setEnabled(n > 0)
        item = self.table.currentItem()
        self.copy_button.setEnabled(item is not None and bool(item.toolTip(_THEN)))


def _set_back(store: Store, entity: str, id: bytes, day: dt.date, names: list[str]) -> None:
    past.set_back(store, entity, id, day, names)
