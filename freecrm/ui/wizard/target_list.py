"""The list of targets that opens under a column: search at its top, headings, new field, leave out.

A child of the page and no popup window, for some input methods close those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.pinyin import fold, readings
from freecrm.core.words import _
from freecrm.exchange.targets import Target
from freecrm.ui import look

_WIDE, _HIGH, _ROW = 330, 340, 30
_PATH = int(Qt.ItemDataRole.UserRole)


class TargetList(QFrame):
    """Choose one of the targets; `chosen(path)` is called once, and the list is gone."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.over = over
        self.setProperty("popup", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search, self.view, self.model = QLineEdit(), QListView(), QStandardItemModel()
        self.model.setParent(self)
        self.view.setModel(self.model)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setUniformItemSizes(True)
        self.view.clicked.connect(lambda _index: self._take())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[look.px(6)] * 4)
        column.setSpacing(look.px(4))
        column.addWidget(self.search)
        column.addWidget(self.view)
        self.targets: list[Target] = []
        self.current = ""
        self._chosen: Callable[[str], None] | None = None
        self._back: QWidget | None = None
        self.hide()

    def open(
        self, under: QRect, targets: list[Target], current: str, chosen: Callable[[str], None], back: QWidget
    ) -> None:
        """Open under a rectangle (in coordinates of the page) with `current` in sight; focus returns to `back`."""
        self.targets, self.current, self._chosen, self._back = targets, current, chosen, back
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.search.setPlaceholderText(_("Search fields"))
        self.search.setAccessibleName(_("Search fields"))
        self.view.setAccessibleName(_("Goes to"))
        self._fill("")
        over = self.over
        wide, high = max(look.px(_WIDE), under.width()), look.px(_HIGH)
        below = over.height() - under.bottom() - look.px(8)
        above = under.top() - look.px(8)
        if below >= min(high, look.px(200)) or below >= above:
            top, high = under.bottom() + 1, min(high, below)
        else:
            high = min(high, above)
            top = under.top() - high
        left = min(under.left(), over.width() - wide - look.px(8))
        self.setGeometry(QRect(QPoint(max(left, 0), top), self.sizeHint()))
        self.resize(wide, high)
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)
        self._scroll()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def close_list(self) -> None:
        """Go away without a choice."""
        self._leave(focus=True)

    def _leave(self, *, focus: bool) -> None:
        if not self.isVisible():
            return
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self._chosen = None
        self.hide()
        if focus and self._back is not None:
            self._back.setFocus(Qt.FocusReason.PopupFocusReason)

    # ---- filling

    def _fill(self, words: str) -> None:
        self.model.clear()
        asked = fold(words).replace(" ", "")
        group, row = "", QSize(0, look.px(_ROW))
        first: QStandardItem | None = None
        for target in self.targets:
            if asked and not _fits(asked, target):
                continue
            if target.group != group:
                group = target.group
                heading = QStandardItem(group)
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                heading.setFont(look.font("caption", bold=True))
                heading.setSizeHint(row)
                self.model.appendRow(heading)
            item = QStandardItem(target.title + ("  *" if target.needed else ""))
            item.setData(target.path, _PATH)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setSizeHint(row)
            item.setToolTip(target.title)
            self.model.appendRow(item)
            if first is None or (not asked and target.path == self.current):
                first = item
        if first is not None:
            self.view.setCurrentIndex(first.index())
            self._scroll()

    def _scroll(self) -> None:
        self.view.scrollTo(self.view.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def _move(self, by: int) -> None:
        at = self.view.currentIndex().row()
        steps = range(at + by, self.model.rowCount() if by > 0 else -1, 1 if by > 0 else -1)
        found = [row for row in steps if self.model.item(row).isEnabled()]
        if found:
            self.view.setCurrentIndex(self.model.index(found[0], 0))
            self.view.scrollTo(self.view.currentIndex())

    def _take(self) -> None:
        index = self.view.currentIndex()
        path = index.data(_PATH) if index.isValid() else None
        chosen = self._chosen
        if path is None or chosen is None:
            return
        self._leave(focus=True)
        chosen(path)

    # ---- keys and clicks elsewhere

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        pressed = event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget)
        if pressed and watched is not self and not self.isAncestorOf(cast(QWidget, watched)):
            self._leave(focus=False)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            for _time in range(8):
                self._move(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._take()
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.close_list()
        else:
            return False
        return True


def _fits(asked: str, target: Target) -> bool:
    """Whether a target is meant by folded letters: part of its name, or the first letters of its signs."""
    title = fold(f"{target.group}{target.title}").replace(" ", "")
    if asked in title:
        return True
    initials = "".join((readings(sign) or (sign,))[0][:1] for sign in fold(target.title))
    return asked in initials.replace(" ", "")
