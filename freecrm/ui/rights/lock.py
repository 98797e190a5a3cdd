"""The window behind a lock: after some minutes without a key or a click, or when it is asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QWindow
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.store import passwords, signin
from freecrm.ui import look
from freecrm.ui.parts import announce, label

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

IDLE = "rights.idle"
LOOK_SECONDS = 15
_SIGNS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


class Lock(QObject):
    """Watches over a window on whose file a password is asked for; costs nothing on others."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window, self.pane = window, None  # type: tuple[MainWindow, LockPane | None]
        self.seen = time.monotonic()
        self._timer = QTimer(self, interval=LOOK_SECONDS * 1000)
        self._timer.timeout.connect(self.look)
        self._watched: list[QWindow] = []
        self._hidden: list[QWidget] = []

    def follow(self) -> None:
        """The sign-in was turned on or off, or the window is there now."""
        handle = self.window.windowHandle()
        on = signin.is_on(self.window.store) and handle is not None
        if on and not self._timer.isActive():
            self._watch(handle)
            QGuiApplication.instance().focusWindowChanged.connect(self._watch)  # type: ignore[union-attr]
            self._timer.start()
        elif not on and self._timer.isActive():
            QGuiApplication.instance().focusWindowChanged.disconnect(self._watch)  # type: ignore[union-attr]
            for one in self._watched:
                if shiboken6.isValid(one):
                    one.removeEventFilter(self)
            self._watched = []
            self._timer.stop()
        if self.pane is not None and not signin.is_on(self.window.store):
            self._open()

    def _watch(self, window: QWindow | None) -> None:
        """Keys and clicks in a dialog or the window of a record count as well."""
        self.seen = time.monotonic()
        self._watched = [one for one in self._watched if shiboken6.isValid(one)]
        if window is not None and window not in self._watched:
            self._watched.append(window)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS:
            self.seen = time.monotonic()
        return False

    def look(self) -> None:
        """Lock when nobody did anything for too long."""
        minutes = self.window.store.setting(IDLE)
        if minutes and time.monotonic() - self.seen >= minutes * 60:
            self.lock()

    @property
    def locked(self) -> bool:
        """Whether the window is behind the lock now."""
        return self.pane is not None

    def lock(self) -> None:
        """Hide everything that is shown until the password is given. What is being typed stays as it is."""
        if self.pane is not None or not signin.is_on(self.window.store):
            return
        self.pane = LockPane(self.window)
        self.pane.opened = self._signed_in if self.window.store.waits else self._open
        self._look_for_reminders()
        self.window.setWindowTitle("FreeCRM")  # it names the record that is shown
        self._hidden = self._others()
        self.window.ground.hide()
        self.window.status.hide()  # it counts what is in the list
        for other in self._hidden:
            other.hide()
        self.pane.show()
        self.pane.password.setFocus()

    def _others(self) -> list[QWidget]:
        """All that is shown beside the window: windows of records, dialogs, lists that hang open."""
        kept = (self.window, self.pane)
        return [one for one in QApplication.topLevelWidgets() if one.isVisible() and one not in kept]

    def _open(self) -> None:
        if self.pane is not None:
            self.pane.done = True
            self.pane.close()
            self.pane.deleteLater()
            self.pane = None
        self.seen = time.monotonic()
        self.window.ground.show()
        self.window.status.show()
        self.window.show_place()
        hangs = (Qt.WindowType.Popup, Qt.WindowType.ToolTip)
        for other in self._hidden:
            if shiboken6.isValid(other) and other.windowType() not in hangs:
                other.show()
        self._hidden = []
        self.window.navigator.page.setFocus()
        self._look_for_reminders()

    def _signed_in(self) -> None:
        """The first password since another program turned the sign-in on."""
        from freecrm.ui.rights import desk

        self._open()
        desk.follow(self.window)

    def _look_for_reminders(self) -> None:
        """They stay behind the lock as well, and come once it is open."""
        if "reminders" in self.window.__dict__:
            self.window.reminders.look()


class LockPane(QWidget):
    """What stands over the window meanwhile; modal, so that no key reaches what is behind it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.window_, self.done = window, False
        self.opened: Callable[[], object] = lambda: None
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setWindowTitle(_("Locked"))
        self.setAccessibleName(_("Locked"))
        self.setProperty("page", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        store = window.store
        self.name = store.reader().titles("user", {store.user}).get(store.user, "") if store.user else ""
        self.head = label("title", _("Locked"))
        self.text = label("", self._words().format(name=self.name))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(_("Password"))
        self.password.setAccessibleName(_("Password"))
        self.password.returnPressed.connect(self.unlock)
        self.trouble = label("trouble")
        self.trouble.hide()
        self.unlock_button, self.other_button = QPushButton(_("Unlock")), QPushButton(_("Somebody else…"))
        self.unlock_button.setProperty("kind", "primary")
        self.unlock_button.clicked.connect(self.unlock)
        self.other_button.clicked.connect(self._other)
        self.password.setHidden(store.user is None)
        self.unlock_button.setHidden(store.user is None)
        self.text.setWordWrap(True)
        self.trouble.setWordWrap(True)
        foot = QHBoxLayout()
        foot.addWidget(self.other_button)
        foot.addStretch(1)
        foot.addWidget(self.unlock_button)
        box = QWidget()
        box.setFixedWidth(look.px(380))
        column = QVBoxLayout(box)
        column.setSpacing(look.px(10))
        for part in (self.head, self.text, self.password, self.trouble):
            column.addWidget(part)
        column.addLayout(foot)
        whole = QGridLayout(self)
        whole.addWidget(box, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self.setGeometry(window.geometry())

    def _words(self) -> str:
        store = self.window_.store
        if not store.waits:
            return _("{name} works here. Type the password to go on; nothing was lost.")
        if store.user is None:
            return _("This file asks for a password from now on. Say who you are; nothing was lost.")
        return _(
            "This file asks for a password from now on, and {name} works here. Type yours to go on; nothing was lost."
        )

    def unlock(self) -> None:
        """Go on, if the password is right."""
        store = self.window_.store
        assert store.user is not None
        try:
            passwords.enter(store, store.user, self.password.text())
        except Known as problem:
            self.trouble.setText(str(problem))
            self.trouble.show()
            self.password.selectAll()
            announce(self, str(problem))
            return
        self.opened()

    def _other(self) -> None:
        """The window opens anew for somebody else; what is typed and not kept is asked about as at any close."""
        window = self.window_
        self.hide()  # what asks about typed text stands over an empty window
        window.file.open(window.store.path)
        if window.file.next is None:
            self.show()
            self.password.setFocus()
        else:
            self.done = True
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.done:
            super().closeEvent(event)
        else:
            event.ignore()
