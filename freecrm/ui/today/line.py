"""One line of the day that acts where it stands: an activity, a customer nobody plans anything with, a birthday.

A line is one stop of the keyboard: Space does the first thing, Enter opens, the menu key lists all. Its buttons
are the same things for the mouse.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.fitting import Elided
from freecrm.ui.parts import icon_button, name_button

MENU = Qt.Key.Key_Menu


class Line(QFrame):
    """key: what it stands for, so that the focus finds it again. opened: Enter or a double click. first: Space.
    moved(by): ↑ or ↓. crossed(by): ← or →. focused(line)."""

    opened = Signal()
    first = Signal()
    moved = Signal(int)
    crossed = Signal(int)
    focused = Signal(object)

    def __init__(self, key: object, title: str, about: str, role: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self.entries: list[tuple[str, str, Callable[[], object]]] = []
        self.setProperty("todo", True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(f"{title}, {about}" if about else title)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(*(look.px(side) for side in (2, 3, 2, 3)))
        self.row.setSpacing(look.px(8))
        self.picture = QLabel(self)
        colour = {"late": "danger", "ask": "warning"}.get(role, "accent")
        self.picture.setPixmap(look.pixmap(icon, look.px(18), colour, self.devicePixelRatioF()))
        self.title, self.about = Elided(), Elided(role)
        self.title.setText(title)
        self.about.setText(about)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.about)
        self.row.addWidget(self.picture)
        self.row.addLayout(texts, 1)
        if not about:
            self.about.hide()

    def add_tick(self, name: str, act: Callable[[], object]) -> QToolButton:
        """The box before the line that does the first thing."""
        made = self._button("circle", name, act, self)
        self.row.insertWidget(0, made)
        self.first.connect(act)
        return made

    def add_button(self, icon: str, name: str, act: Callable[[], object]) -> QToolButton:
        """An icon behind the line, and a line of its menu."""
        made = self._button(icon, name, act, self)
        self.row.addWidget(made)
        self.entries.append((name, icon, act))
        return made

    def add_words(self, text: str, icon: str, act: Callable[[], object]) -> QPushButton:
        """A button with words behind the line, and a line of its menu."""
        made = QPushButton(text, self)
        made.setProperty("small", True)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.clicked.connect(lambda: act())
        self.row.addWidget(made)
        self.entries.append((text, icon, act))
        self.first.connect(act)
        return made

    def add_entry(self, name: str, icon: str, act: Callable[[], object]) -> None:
        """A line of its menu alone."""
        self.entries.append((name, icon, act))

    @staticmethod
    def _button(icon: str, name: str, act: Callable[[], object], parent: QWidget) -> QToolButton:
        made = icon_button(icon, act, 16, parent)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the line itself is where the keyboard stops
        made.setFixedSize(QSize(look.px(26), look.px(26)))
        name_button(made, name)
        return made

    def menu(self) -> QMenu:
        """All that can be done with it."""
        made = QMenu(self)
        made.setAccessibleName(_("What to do with this"))
        for name, icon, act in self.entries:
            action = made.addAction(name.replace("&", "&&"))
            look.dress(action, icon, 16)
            action.triggered.connect(lambda _on=False, act=act: act())
        return made

    def show_menu(self, at: QPoint | None = None) -> None:
        """Open its menu, at the line or at a place of the screen."""
        made = self.menu()
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.popup(at or self.mapToGlobal(QPoint(look.px(40), self.height())))
        if made.actions():
            made.setActiveAction(made.actions()[0])

    # ---- keys and mouse

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers():
            self.crossed.emit(-1 if key == Qt.Key.Key_Left else 1)
        elif key == Qt.Key.Key_Space:
            self.first.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif key == MENU or (
            key == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        ):
            self.show_menu()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.show_menu(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(self)
