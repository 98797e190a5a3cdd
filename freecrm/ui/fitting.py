"""Texts that say with "…" that there is more, and tell the rest in their tooltip: labels, combo boxes, the heads
of tables, and the cells that reach over a table's edge."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QStylePainter,
    QTableView,
)

from freecrm.ui import look

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.TextElideMode.ElideRight
_RUN = 12  # characters without a blank that any line has room for
_LONG = re.compile(rf"[!-~\u00a1-\u024f]{{{_RUN + 1},}}")
_END = re.compile(rf"[/@._:;?&=#%+,-](?=.)|[^/@._:;?&=#%+,-]{{{_RUN}}}(?=.)")


def breakable(text: str) -> str:
    """A text to show in which long addresses and codes, which have no blanks, may go on in the next line."""
    return _LONG.sub(lambda run: _END.sub(lambda end: end.group() + "\u200b", run.group()), text)


class Elided(QLabel):
    """One line that gives way when there is not enough room; `text()` is always all of it."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self._text = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)

    def text(self) -> str:
        return self._text

    def setText(self, text: str, /) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._fit()
        self.updateGeometry()

    def _fit(self) -> None:
        frame = super().sizeHint().width() - self.fontMetrics().horizontalAdvance(super().text())
        shown = self.fontMetrics().elidedText(self._text, _RIGHT, max(self.width() - frame, 0))
        super().setText(shown)
        self.setToolTip("" if shown == self._text else self._text)

    def sizeHint(self) -> QSize:
        hint, metrics = super().sizeHint(), self.fontMetrics()
        frame = hint.width() - metrics.horizontalAdvance(super().text())
        return QSize(metrics.horizontalAdvance(self._text) + frame + 1, hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), look.px(40)), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()


class Button(QPushButton):
    """A button that says the same in fewer words where there is little room; the most of them are its tooltip then."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_texts(self, *texts: str) -> None:
        """What it says, in the most words first."""
        self._texts = texts
        self.setAccessibleName(texts[0])
        self._fit()
        self.updateGeometry()

    def _wide(self, text: str) -> int:
        metrics = self.fontMetrics()
        return (
            super().sizeHint().width()
            + metrics.horizontalAdvance(text)
            - metrics.horizontalAdvance(self.text())
        )

    def _fit(self) -> None:
        said = next((text for text in self._texts if self._wide(text) <= self.width()), self._texts[-1])
        if said != self.text():
            self.setText(said)
        self.setToolTip("" if said == self._texts[0] else self._texts[0])

    def sizeHint(self) -> QSize:
        return QSize(self._wide(self._texts[0]), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wide(self._texts[-1]), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class ComboBox(QComboBox):
    """What does not fit ends in "…"; the list that opens is as wide and its rows as high as they have to be."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(QStyledItemDelegate(self))  # the one that takes the row height from the look
        self.currentTextChanged.connect(lambda _text: self._tell())

    def _option(self) -> tuple[QStyleOptionComboBox, str]:
        """How it is drawn, and all of its text."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        text = option.currentText
        if self.currentIndex() < 0 and self.placeholderText():
            text = self.placeholderText()
            option.palette.setBrush(
                QPalette.ColorRole.ButtonText,
                option.palette.placeholderText(),
            )
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width()
        icon = self.iconSize().width() + 4 if not self.itemIcon(self.currentIndex()).isNull() else 0
        option.currentText = self.fontMetrics().elidedText(text, _RIGHT, room - 2 - icon)
        return option, text

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option, _text = self._option()
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _tell(self) -> None:
        option, text = self._option()
        self.setToolTip("" if option.currentText == text else text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def showPopup(self) -> None:
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + look.px(24))
        super().showPopup()


class EdgeHead(QHeaderView):
    """The heads of columns; one that reaches over the table's edge ends in "…" there."""

    def __init__(self, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        fit_heads(self)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        beyond = max(rect.right() - self.viewport().rect().right(), 0)
        super().paintSection(painter, rect.adjusted(0, 0, -beyond, 0), logicalIndex)


class EdgeCells(QStyledItemDelegate):
    """Cells that end in "…" where they reach over the table's edge."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = option.widget
        if isinstance(view, QTableView):
            option.rect = in_sight(view, QRect(option.rect))
        super().paint(painter, option, index)


def fit_heads(head: QHeaderView) -> None:
    """Let the heads of a table end in "…" where they are too narrow."""
    head.setTextElideMode(_RIGHT)


def plain_table(table: QTableView, *, one: bool = False) -> None:
    """Make a table one that is looked at: whole rows, one or several, no grid, no editing; Tab leaves it."""
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    if one:
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    head = table.horizontalHeader()
    head.setHighlightSections(False)
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def in_sight(view: QTableView, rect: QRect) -> QRect:
    """The part of a cell that is not beyond the table's right edge, so that its text ends in "…" there."""
    return rect.intersected(
        QRect(rect.left(), rect.top(), view.viewport().width() - rect.left(), rect.height())
    )


def watch_edge(view: QTableView) -> None:
    """Paint the cells anew when the table is scrolled sideways: others reach over its edge."""
    view.horizontalScrollBar().valueChanged.connect(lambda _value: _paint_anew(view))


def _paint_anew(view: QTableView) -> None:
    view.viewport().update()
    view.horizontalHeader().viewport().update()
