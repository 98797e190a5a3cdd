"""The sign beside the clock: FreeCRM goes on there when its window is closed, so that reminders come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QSystemTrayIcon, QVBoxLayout

from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.reminders import place

if TYPE_CHECKING:
    from freecrm.ui.reminders.desk import ReminderDesk

WIDE = 340


def is_there() -> bool:
    """Whether the system has a tray."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """The sign and its menu. opening, reminders, pause, quit_: what stands in it."""

    def __init__(self, desk: ReminderDesk) -> None:
        super().__init__(desk)
        self.desk = desk
        self.notice: Notice | None = None
        self.menu = QMenu()
        self.opening = self.menu.addAction("")
        self.opening.triggered.connect(desk.window.come_forward)
        self.reminders = self.menu.addAction("")
        self.reminders.triggered.connect(desk.show)
        self.pause = self.menu.addAction("")
        self.pause.triggered.connect(lambda: desk.pause(desk.paused_until is None))
        self.menu.addSeparator()
        self.quit_ = self.menu.addAction("")
        self.quit_.triggered.connect(desk.window.leave)
        self.sign = QSystemTrayIcon(look.program_icon(), self)
        self.sign.setContextMenu(self.menu)
        self.sign.activated.connect(self._clicked)
        self.reword()
        self.sign.show()

    def _clicked(self, why: QSystemTrayIcon.ActivationReason) -> None:
        if why in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.desk.window.come_forward()

    def explain(self) -> None:
        """Say where the window went, and how it is ended."""
        self.notice = Notice(self)
        self.notice.stand()

    def remove(self) -> None:
        """Take the sign away."""
        if self.notice is not None:
            self.notice.go()
        self.sign.hide()
        self.menu.deleteLater()
        self.deleteLater()

    def reword(self) -> None:
        """Say it in the language spoken now."""
        paused = self.desk.paused_until is not None
        self.opening.setText(_("Open FreeCRM"))
        self.reminders.setText(_("Reminders"))
        self.pause.setText(_("Resume reminders") if paused else _("Pause reminders for 1 hour"))
        self.quit_.setText(_("Quit"))
        firm = self.desk.window.store.path.stem
        self.sign.setToolTip(
            _("FreeCRM · {firm}").format(firm=firm) if not paused else _("Reminders are paused")
        )
        if self.notice is not None:
            self.notice.reword()


class Notice(QFrame):
    """What is said once when the window is closed into the tray."""

    def __init__(self, tray: Tray) -> None:
        super().__init__(
            None,
            Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint,
        )
        self.tray = tray
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setProperty("reminder", True)
        self.sign, self.title, self.text = QLabel(self), label("strong", parent=self), label(parent=self)
        self.title.setWordWrap(True)
        self.text.setWordWrap(True)
        self.got, self.quit_ = QPushButton(self), QPushButton(self)
        self.got.setProperty("kind", "primary")
        self.got.clicked.connect(self.go)
        self.quit_.clicked.connect(self._quit)
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        top.addWidget(self.sign)
        top.addWidget(self.title, 1)
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        for button in (self.got, self.quit_):
            button.setProperty("small", True)
            row.addWidget(button)
        row.addStretch(1)
        self.column = column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (14, 12, 14, 12)))
        column.setSpacing(look.px(8))
        column.addLayout(top)
        column.addWidget(self.text)
        column.addLayout(row)
        self.reword()

    def reword(self) -> None:
        """Say it in the language spoken now."""
        self.sign.setPixmap(look.pixmap("freecrm", look.px(16), "text2", self.devicePixelRatioF()))
        self.title.setText(_("FreeCRM goes on here"))
        self.text.setText(
            _(
                "So that reminders come on time. Quit in the menu of its sign ends it; Settings → Reminders turns this off."
            )
        )
        self.got.setText(_("Got it"))
        self.quit_.setText(_("Always quit instead"))
        self.setAccessibleName(f"{self.title.text()} {self.text.text()}")

    def stand(self) -> None:
        """Show it at the lower right of the screen."""
        place.stand(self, self.column, place.width_of(look.px(WIDE)))
        self.show()
        place.stand(self, self.column, self.width())  # only now every text knows its height

    def go(self) -> None:
        """It was read."""
        self.hide()
        self.deleteLater()
        self.tray.notice = None

    def _quit(self) -> None:
        window = self.tray.desk.window
        window.preferences.set("remind.tray", False)
        window.leave()
