"""The undo toast: one sentence about what was just done, with the way back; gone after eight seconds.

It stays while the mouse or the focus is on it, at most two stand above each other, and it never
carries bad news. Where one works (the row of the cursor, what one types into) it makes room.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QWidget,
)
from shiboken6 import isValid

from freecrm.core.words import Said, _
from freecrm.ui import look
from freecrm.ui.fitting import Elided
from freecrm.ui.parts import announce, icon_button, name_button

STAYS_MS = 8000
MOST = 2
_FROM_BELOW, _BETWEEN = 48, 8
_WIDEST = 0.4  # the share of the window's width that the sentence may take


class Toast(QFrame):
    """One sentence with an action."""

    def __init__(
        self,
        stack: Toasts,
        what: Said,
        action: str,
        act: Callable[[], None],
        show: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(stack.over)
        self._stack, self._what, self._action = stack, what, action
        self.setProperty("toast", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = Elided()
        self.button = QPushButton()
        self.button.setProperty("small", True)
        self.button.clicked.connect(self.leave)
        self.button.clicked.connect(lambda: act())
        self.show_button = QPushButton()
        self.show_button.setProperty("small", True)
        if show is None:
            self.show_button.hide()
        else:
            self.show_button.clicked.connect(self.leave)
            self.show_button.clicked.connect(lambda: show())
        self.close_button = icon_button("x", self.leave, 16)
        look.dress(self.close_button, "x", 16, "on_tooltip")
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (16, 8, 8, 8)))
        row.setSpacing(look.px(12))
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        row.addWidget(self.show_button)
        row.addWidget(self.close_button)
        self._timer = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._timer.timeout.connect(self._leave_if_alone)
        self._timer.start()
        self.reword()

    def reword(self) -> None:
        """Say it in the language spoken now."""
        said = str(self._what)
        self.text.setMaximumWidth(min(look.px(520), round(self._stack.over.width() * _WIDEST)))
        self.text.setText(said)
        self.button.setText(_(self._action))
        self.show_button.setText(_("Show"))
        self.setAccessibleName(said)
        name_button(self.close_button, _("Close"))
        self.adjustSize()

    def leave(self) -> None:
        """Go away now."""
        self._stack.remove(self)

    def _leave_if_alone(self) -> None:
        focus = QApplication.focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self._timer.start()
        else:
            self.leave()

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start()
        super().leaveEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


class Toasts(QObject):
    """The toasts at the foot of a window."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.over = over
        self.shown: list[Toast] = []
        self._cursor: QItemSelectionModel | None = None  # of the view that has the focus, while any is shown
        over.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._watch)

    def add(
        self, what: Said, action: str, act: Callable[[], None], show: Callable[[], None] | None = None
    ) -> None:
        """Show a sentence with an action, marked with N_(), that `act` carries out. show: leads to what was
        done."""
        while len(self.shown) >= MOST:
            self.remove(self.shown[0])
        made = Toast(self, what, action, act, show)
        self.shown.append(made)
        made.show()
        self._watch()
        announce(made, str(what))

    def remove(self, toast: Toast) -> None:
        """Take one away."""
        if toast in self.shown:
            self.shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def clear(self) -> None:
        """Take all away."""
        for toast in list(self.shown):
            self.remove(toast)

    def reword(self) -> None:
        """Say them in the language spoken now."""
        for toast in self.shown:
            toast.reword()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _watch(self, *_focus: object) -> None:
        """Follow the cursor of the view that has the focus, and make room for it."""
        if self._cursor is not None and isValid(self._cursor):
            self._cursor.currentChanged.disconnect(self._place)
        self._cursor = None
        if not self.shown or not isValid(self.over):  # the focus moves once more while a window goes
            return
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractItemView) and focus.selectionModel() is not None:
            self._cursor = focus.selectionModel()
            self._cursor.currentChanged.connect(self._place)
        self._place()

    def _worked_on(self) -> QRect:
        """The row of the cursor or what is typed into; nothing while the focus is on a toast or elsewhere."""
        focus = QApplication.focusWidget()
        if focus is None or not self.over.isAncestorOf(focus):
            return QRect()
        if isinstance(focus, QAbstractItemView):
            rect, on = focus.visualRect(focus.currentIndex()), focus.viewport()
            rect = QRect(0, rect.top(), on.width(), rect.height()) if rect.isValid() else rect
        else:
            around: QWidget | None = focus
            while around is not None and around is not self.over and not around.property("in_place"):
                around = around.parentWidget()
            on = focus if around is None or around is self.over else around
            types = focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
            if on is focus and isinstance(focus, QAbstractScrollArea) and not types:
                return QRect()  # a calendar or a page: as a whole it is no place to make room for
            rect = on.rect()
        return QRect(on.mapTo(self.over, rect.topLeft()), rect.size()) if rect.isValid() else QRect()

    def _place(self, *_moved: object) -> None:
        focus = QApplication.focusWidget()
        if focus is not None and any(toast.isAncestorOf(focus) for toast in self.shown):
            clear = QRect()
        else:
            clear = self._worked_on()
        bottom = self.over.height() - look.px(_FROM_BELOW)
        for toast in reversed(self.shown):
            toast.adjustSize()
            left = (self.over.width() - toast.width()) // 2
            place = QRect(QPoint(left, bottom - toast.height()), toast.size())
            if place.intersects(clear):
                place.moveBottom(clear.top() - look.px(_BETWEEN))
            if place.top() < 0:  # no room above: where it would be otherwise
                place.moveBottom(bottom)
            toast.move(place.topLeft())
            toast.raise_()
            bottom = place.top() - look.px(_BETWEEN)
        for part in self.over.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if part.property("overlay") and part.isVisible():
                part.raise_()
