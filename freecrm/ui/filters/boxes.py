"""Where the value of a condition is chosen: check boxes, a line, from and to, a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidgetItem, QVBoxLayout, QWidget

from freecrm.core import date_words, day_words, periods
from freecrm.core.fields import Date, Field, clean
from freecrm.core.words import N_, Said, _, say
from freecrm.ui import look
from freecrm.ui.field_list import LineList
from freecrm.ui.parts import label

_VALUE = Qt.ItemDataRole.UserRole
_SEARCH_FROM = 8
_ROWS, _ROW = 7, 38


class Box(QWidget):
    """Base. taken: Enter was pressed, the condition is complete."""

    taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(look.px(6))

    def value(self) -> Any:
        """The value chosen, None when there is none yet."""
        return None

    def set_value(self, value: Any) -> None:
        """Show a value chosen before."""

    def problem(self) -> Said | None:
        """Why there is no condition yet, or None."""
        return None

    def first(self) -> QWidget | None:
        """What has the focus first."""
        return None


class Line(Box):
    """Some text."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setAccessibleName(title)
        self.line.returnPressed.connect(self.taken)
        self.column.addWidget(self.line)

    def value(self) -> Any:
        return clean(self.line.text()) or None

    def set_value(self, value: Any) -> None:
        self.line.setText(str(value or ""))

    def problem(self) -> Said | None:
        return None if self.value() else say(N_("Type what to look for."))

    def first(self) -> QWidget | None:
        return self.line


class Range(Box):
    """From and to, read as the field reads what is typed; one of them may be left blank."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.low, self.high = QLineEdit(), QLineEdit()
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        for line, text in ((self.low, _("from")), (self.high, _("to"))):
            line.setPlaceholderText(text)
            line.setAccessibleName(f"{field.title} {text}")
            line.returnPressed.connect(self.taken)
            line.textChanged.connect(self._say)
            row.addWidget(line)
        self.column.addLayout(row)
        self.note = label("caption")
        self.note.setWordWrap(True)
        self.column.addWidget(self.note)
        self._say()

    @property
    def _days(self) -> bool:
        return self.field.kind in ("date", "moment")

    def _read(self, line: QLineEdit) -> tuple[Any, Said | None]:
        if isinstance(self.field, Date):
            return self.field.read_words(line.text())
        return date_words.read(line.text()) if self._days else self.field.read(line.text())

    def value(self) -> Any:
        low, high = self._read(self.low)[0], self._read(self.high)[0]
        if low is not None and high is not None and high < low:
            low, high = high, low
        return None if low is None and high is None else (low, high)

    def set_value(self, value: Any) -> None:
        for line, end in zip((self.low, self.high), value or (None, None), strict=True):
            line.setText(
                "" if end is None else end.isoformat() if isinstance(end, dt.date) else self.field.show(end)
            )

    def problem(self) -> Said | None:
        for line in (self.low, self.high):
            why = self._read(line)[1]
            if why is not None:
                return why
        return None if self.value() is not None else say(N_("Say where it begins or where it ends."))

    def _say(self) -> None:
        days = [day_words.show(day) for day in (self.value() or ()) if day is not None] if self._days else []
        self.note.setText(" – ".join(days))
        self.note.setVisible(bool(days))

    def first(self) -> QWidget | None:
        return self.low


class Periods(Box):
    """A span of days by its name; it moves with the calendar."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.list = LineList()
        self.list.setProperty("framed", True)
        self.list.setAccessibleName(title)
        self.list.setFixedHeight(look.px(_ROW) * _ROWS)
        for key in periods.PERIODS:
            self._add(key)
        self.list.setCurrentRow(0)
        self.list.itemActivated.connect(lambda _item: self.taken.emit())
        self.column.addWidget(self.list)

    def _add(self, key: str) -> QListWidgetItem:
        item = QListWidgetItem(periods.title(key), self.list)
        item.setData(_VALUE, key)
        return item

    def value(self) -> Any:
        item = self.list.currentItem()
        return None if item is None else item.data(_VALUE)

    def set_value(self, value: Any) -> None:
        if not periods.is_period(value):
            return
        found = (self.list.item(row) for row in range(self.list.count()))
        item = next((one for one in found if one.data(_VALUE) == value), None)
        self.list.setCurrentItem(item or self._add(value))

    def first(self) -> QWidget | None:
        return self.list


class TickList(LineList):
    """Entries with a box each; a click on the words ticks as well as one on the box. entered: Enter was pressed."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        at = e.position().toPoint()
        item = self.itemAt(at)
        before = item.checkState() if item is not None else None
        super().mouseReleaseEvent(e)
        if item is not None and item.checkState() == before and e.button() == Qt.MouseButton.LeftButton:
            item.setCheckState(_other(item.checkState()))


Entry = tuple[str, Any, str]
"""text, value, what stands behind it."""


class Checks(Box):
    """Values to be ticked."""

    def __init__(self, title: str, entries: Sequence[Entry] = ()) -> None:
        super().__init__()
        self.entries = list(entries)
        self.ask: Callable[[str], None] | None = None
        self.ticked: dict[Any, str] = {}
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search"))
        self.search.setAccessibleName(_("Search in {field}").format(field=title))
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._entered)
        self.list = TickList()
        self.list.setProperty("framed", True)
        self.list.setAccessibleName(title)
        self.list.itemChanged.connect(self._ticked)
        self.list.entered.connect(self.taken)
        self.column.addWidget(self.search)
        self.column.addWidget(self.list)
        self.search.setVisible(len(self.entries) >= _SEARCH_FROM)
        self._fit(len(self.entries))
        self._fill()

    def ask_by(self, ask: Callable[[str], None]) -> None:
        """Let the entries be found by what is typed; the answers come through `offer`."""
        self.ask = ask
        self.search.show()
        self._fit(_ROWS)
        ask("")

    def _fit(self, rows: int) -> None:
        self.list.setFixedHeight(look.px(_ROW) * min(max(rows, 1), _ROWS) + look.px(4))

    def value(self) -> Any:
        return tuple(self.ticked) or None

    def set_value(self, value: Any) -> None:
        known = {entry[1]: entry[0] for entry in self.entries}
        self.ticked = {one: known.get(one, "") for one in value or ()}
        self._fill()

    def name(self, texts: dict[Any, str]) -> None:
        """Say what ticked values are called that are not among the entries."""
        self.ticked = {value: texts.get(value, text) or text for value, text in self.ticked.items()}
        self._fill()

    def offer(self, entries: Sequence[Entry]) -> None:
        """Show these entries, below those that are ticked."""
        self.entries = list(entries)
        self._fill()

    def problem(self) -> Said | None:
        return None if self.ticked else say(N_("Tick at least one."))

    def first(self) -> QWidget | None:
        return self.list if self.search.isHidden() else self.search

    def _typed(self, text: str) -> None:
        if self.ask is not None:
            self.ask(text)
        else:
            self._fill()

    def _entered(self) -> None:
        """Tick what alone is left of the search; with nothing typed the condition is complete."""
        if not self.search.text():
            self.taken.emit()
        elif self.list.count():
            item = self.list.item(0)
            item.setCheckState(_other(item.checkState()))
            self.search.selectAll()

    def _fill(self) -> None:
        words = self.search.text().strip().casefold() if self.ask is None else ""
        shown = [entry for entry in self.entries if words in entry[0].casefold()]
        if self.ask is not None and not self.search.text():
            listed = {entry[1] for entry in shown}
            shown = [
                (text, value, "") for value, text in self.ticked.items() if value not in listed and text
            ] + shown
        self.list.blockSignals(True)
        self.list.clear()
        for text, value, hint in shown:
            item = QListWidgetItem(f"{text}  {hint}" if hint else text, self.list)
            item.setData(_VALUE, (value, text))
            item.setCheckState(Qt.CheckState.Checked if value in self.ticked else Qt.CheckState.Unchecked)
        self.list.blockSignals(False)
        if self.list.count():
            self.list.setCurrentRow(0)

    def _ticked(self, item: QListWidgetItem) -> None:
        value, text = item.data(_VALUE)
        if item.checkState() == Qt.CheckState.Checked:
            self.ticked[value] = text
        else:
            self.ticked.pop(value, None)


def _other(state: Qt.CheckState) -> Qt.CheckState:
    return Qt.CheckState.Unchecked if state == Qt.CheckState.Checked else Qt.CheckState.Checked
