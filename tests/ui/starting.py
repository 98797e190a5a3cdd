"""What the tests of the first run, the settings and the restore share."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

LEFT = Qt.MouseButton.LeftButton
CHINESE = re.compile("[一-鿿]")


def shown(qtbot: QtBot, widget: QWidget, width: int = 1166, height: int = 690) -> None:
    """Show a widget as the only window."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()


def click(qtbot: QtBot, widget: QWidget) -> None:
    assert widget.isEnabled()
    qtbot.mouseClick(widget, LEFT)


def texts(widget: QWidget) -> list[str]:
    """Everything that can be read on it now."""
    found = [part.text() for part in widget.findChildren(QLabel) if part.isVisibleTo(widget)]
    found += [part.text() for part in widget.findChildren(QAbstractButton) if part.isVisibleTo(widget)]
    found += [part.placeholderText() for part in widget.findChildren(QLineEdit) if part.isVisibleTo(widget)]
    found += [part.currentText() for part in widget.findChildren(QComboBox) if part.isVisibleTo(widget)]
    return [text for text in found if text]


def nameless(widget: QWidget) -> list[QAbstractButton]:
    """Buttons without a text that say nothing to a screen reader."""
    return [
        button
        for button in widget.findChildren(QAbstractButton)
        if button.isVisibleTo(widget)
        and not button.text()
        and not button.accessibleName()
        and not button.objectName().startswith("qt_")
        and not isinstance(button.parent(), QLineEdit)
    ]


def write_list(folder: Path) -> Path:
    """A list that can be dropped."""
    path = folder / "客户.csv"
    path.write_text("客户名称\n鹿溪堂茶业\n", "utf-8")
    return path
