"""The panels that say what a list is sorted by, and what it is grouped by: one line for each level."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from freecrm.core.arrangement import LEVELS
from freecrm.core.fields import Field
from freecrm.core.query import Group, Sort
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.group_words import WAYS
from freecrm.ui.parts import label
from freecrm.ui.popup import Popup

_MOST_SEEN = 14


class Levels(Popup):
    """Base. changed(levels): the user wants these; it stays open, so that the list can be seen."""

    changed = Signal(object)
    wide = 400

    def __init__(self, anchor: QWidget, fields: Sequence[Field], now: Sequence[Any]) -> None:
        super().__init__(anchor)
        self.fields = {f.name: f for f in fields}
        self.levels = list(now)
        self.lines: list[tuple[QComboBox, QComboBox]] = []
        for at in range(LEVELS):
            self._line(at)
        self.clear_button = QPushButton(self.clear_text())
        self.clear_button.setProperty("kind", "quiet")
        self.clear_button.setProperty("small", True)
        self.clear_button.clicked.connect(self.clear)
        self.done_button = QPushButton(_("Done"))
        self.done_button.setProperty("small", True)
        self.done_button.clicked.connect(self.dismiss)
        foot = QHBoxLayout()
        foot.addWidget(self.clear_button)
        foot.addStretch(1)
        foot.addWidget(self.done_button)
        self.column.addLayout(foot)
        self.show_levels()

    def titles(self) -> tuple[str, str]:
        """What the first line is called, and those after it."""
        raise NotImplementedError

    def clear_text(self) -> str:
        """What takes all levels away."""
        raise NotImplementedError

    def ways(self, f: Field) -> list[tuple[str, Any]]:
        """What can be chosen beside a field: (text, value)."""
        raise NotImplementedError

    def make(self, name: str, way: Any) -> Any:
        """One level."""
        raise NotImplementedError

    def way(self, level: Any) -> Any:
        """What was chosen beside the field of a level."""
        raise NotImplementedError

    def _line(self, at: int) -> None:
        title = label("caption", self.titles()[bool(at)])
        field, way = QComboBox(), QComboBox()
        field.setMaxVisibleItems(_MOST_SEEN)
        field.setAccessibleName(self.titles()[bool(at)])
        way.setAccessibleName(_("How"))
        field.addItem(_("— none —"), "")
        for f in self.fields.values():
            field.addItem(f.title, f.name)
        field.currentIndexChanged.connect(partial(self._field_changed, at))
        way.currentIndexChanged.connect(partial(self._way_changed, at))
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        row.addWidget(field, 3)
        row.addWidget(way, 2)
        held = QWidget()
        held.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(title)
        self.column.addWidget(held)
        self.lines.append((field, way))

    def first(self) -> QWidget:
        return self.lines[0][0]

    def show_levels(self) -> None:
        """Show what is chosen; there is always one line more, up to three."""
        for at, (field, way) in enumerate(self.lines):
            for box in (field, way):
                box.blockSignals(True)
            level = self.levels[at] if at < len(self.levels) else None
            field.setCurrentIndex(field.findData(level.field) if level is not None else 0)
            way.clear()
            for text, value in self.ways(self.fields[level.field]) if level is not None else ():
                way.addItem(text, value)
            if level is not None:
                way.setCurrentIndex(max(way.findData(self.way(level)), 0))
            way.setVisible(way.count() > 1)
            shown = at <= len(self.levels)
            for part in (self.column.itemAt(2 * at), self.column.itemAt(2 * at + 1)):
                widget = part.widget() if part is not None else None
                if widget is not None:
                    widget.setVisible(shown)
            for box in (field, way):
                box.blockSignals(False)
        self.clear_button.setEnabled(bool(self.levels))
        self.place()

    def _field_changed(self, at: int, _index: int) -> None:
        name = self.lines[at][0].currentData()
        kept = [level for level in self.levels[:at] if level.field != name]
        after = [level for level in self.levels[at + 1 :] if level.field != name]
        chosen = [self.make(name, self.ways(self.fields[name])[0][1])] if name else []
        self._take([*kept, *chosen, *after])

    def _way_changed(self, at: int, _index: int) -> None:
        if at < len(self.levels):
            levels = list(self.levels)
            levels[at] = self.make(levels[at].field, self.lines[at][1].currentData())
            self._take(levels)

    def clear(self) -> None:
        """Take all levels away."""
        self._take([])
        self.first().setFocus()

    def _take(self, levels: list[Any]) -> None:
        self.levels = levels
        self.show_levels()
        self.changed.emit(tuple(levels))


class SortPanel(Levels):
    """What the rows are ordered by; changed(tuple of Sort)."""

    def titles(self) -> tuple[str, str]:
        return _("Sort by"), _("then by")

    def clear_text(self) -> str:
        return _("Don't sort")

    def ways(self, f: Field) -> list[tuple[str, Any]]:
        up, down = sort_words(f)
        return [(up, False), (down, True)]

    def make(self, name: str, way: Any) -> Sort:
        return Sort(name, bool(way))

    def way(self, level: Sort) -> Any:
        return level.down


class GroupPanel(Levels):
    """What the rows are grouped by; changed(tuple of Group)."""

    def titles(self) -> tuple[str, str]:
        return _("Group by"), _("then by")

    def clear_text(self) -> str:
        return _("Don't group")

    def ways(self, f: Field) -> list[tuple[str, Any]]:
        return [(_(text), way) for way, text in WAYS.items()] if f.kind in ("date", "moment") else [("", "")]

    def make(self, name: str, way: Any) -> Group:
        return Group(name, way or "")

    def way(self, level: Group) -> Any:
        return level.by


def sort_words(f: Field) -> tuple[str, str]:
    """What the two directions of an order are called, by the kind of field."""
    if f.kind in ("date", "moment"):
        return _("oldest first"), _("newest first")
    if f.numeric:
        return _("smallest first"), _("largest first")
    if f.kind == "choice":
        return _("in the list's order"), _("the other way round")
    return _("A to Z"), _("Z to A")
