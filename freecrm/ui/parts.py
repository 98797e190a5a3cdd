"""Small widgets that several screens use: icon buttons with a name, chips, the state of an empty list, a bar
that tells something above what it is about."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.jobs import Progress
from freecrm.core.words import N_, _
from freecrm.ui import look
from freecrm.ui.talk import Message

_ICONS = {"info": "info", "warning": "triangle-alert", "danger": "circle-x"}


def name_button(button: QToolButton, text: str, key: str = "") -> None:
    """Tell what an icon button does: its tooltip with the key, its name for screen readers."""
    button.setToolTip(f"{text} ({key})" if key else text)
    button.setAccessibleName(text)


def inset(box: QSpinBox) -> None:
    """Keep the number away from the edge, as in other fields; anew after each change of the text size."""
    box.lineEdit().setTextMargins(look.px(8), 0, look.px(8), 0)


def icon_button(
    icon: str, clicked: Callable[[], object], size: int = 18, parent: QWidget | None = None
) -> QToolButton:
    """A button that shows only an icon; name it with `name_button`."""
    made = QToolButton(parent)
    look.dress(made, icon, size)
    made.clicked.connect(lambda: clicked())
    return made


def chip(text: str, tint: str) -> QLabel:
    """A word on a small tinted plate."""
    made = QLabel(text)
    made.setProperty("tag", tint or "plain")
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


def label(role: str = "", text: str = "", parent: QWidget | None = None) -> QLabel:
    """A label in one of the look's roles; plain text, never markup."""
    made = QLabel(text, parent) if parent is not None else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    return made


class JobBar(QProgressBar):
    """How far a piece of work is; seen only while there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.hide()

    def busy(self, yes: bool) -> None:
        """The work begins, with an unknown end, or it is over."""
        self.setVisible(yes)
        self.setRange(0, 0)

    def heard(self, news: Progress) -> None:
        """Show how far it is; to be handed to `Tasks.progress`."""
        self.setRange(0, news.total)
        self.setValue(news.done)


def fitted(dialog: QWidget, width: int, height: int) -> None:
    """Give a dialog this size (px at 100 %), but leave it inside the screen: its buttons stand at the foot."""
    room = dialog.screen().availableGeometry()
    frame = look.px(40)  # title bar and border
    dialog.resize(min(look.px(width), room.width() - frame), min(look.px(height), room.height() - frame))


class EmptyState(QWidget):
    """What stands in place of a list without rows: icon, sentence, what to do."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.picture, self.title, self.text = QLabel(), label("subtitle"), label("hint")
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(look.px(8))
        column = QVBoxLayout(self)
        column.setSpacing(look.px(8))
        column.addStretch(2)
        for part in (self.picture, self.title, self.text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        self.text.setWordWrap(True)
        column.addSpacing(look.px(8))
        centred = QHBoxLayout()
        centred.addStretch(1)
        centred.addLayout(self.buttons)
        centred.addStretch(1)
        column.addLayout(centred)
        column.addStretch(3)
        self.repaint_icon()

    def repaint_icon(self) -> None:
        """Draw the icon in the theme shown now."""
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(look.pixmap(self._icon, look.px(40), "text3", ratio))

    def add_button(self, clicked: Callable[[], None], kind: str = "") -> QPushButton:
        """One more button, whose text is set by the caller."""
        made = QPushButton()
        if kind:
            made.setProperty("kind", kind)
        made.clicked.connect(lambda: clicked())
        self.buttons.addWidget(made)
        return made


class MessageBar(QWidget):
    """One sentence above what it is about, pushed into the layout; closed by hand. Newest one wins."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message: Message | None = None
        self.picture, self.text, self.details = QLabel(), label(), label("caption")
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setWordWrap(True)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.hide()
        self.more, self.copy = QPushButton(), QPushButton()
        for button, clicked in ((self.more, self._unfold), (self.copy, self._copy)):
            button.setProperty("kind", "quiet")
            button.setProperty("small", True)
            button.clicked.connect(clicked)
        self.close_button = icon_button("x", self.dismiss, 16)
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        row.addWidget(self.picture)
        row.addWidget(self.text, 1)
        row.addWidget(self.more)
        row.addWidget(self.copy)
        row.addWidget(self.close_button)
        self.plate = QFrame()
        column = QVBoxLayout(self.plate)
        column.setContentsMargins(*(look.px(side) for side in (12, 6, 8, 6)))
        column.addLayout(row)
        column.addWidget(self.details)
        around = QVBoxLayout(self)
        around.setContentsMargins(*(look.px(side) for side in (12, 0, 12, 8)))
        around.addWidget(self.plate)
        self.reword()
        self.hide()

    def show_message(self, message: Message) -> None:
        """Show this message in place of the one before."""
        self.message = message
        self.details.hide()
        self.reword()
        self.plate.setProperty("message", message.kind)
        look.refresh(self.plate)
        self.show()
        announce(self, str(message.what))

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.more.setText(_("Technical details"))
        self.copy.setText(_("Copy"))
        name_button(self.close_button, _("Close"))
        if self.message is None:
            return
        self.text.setText(str(self.message.what))
        self.setAccessibleName(str(self.message.what))
        self.details.setText(self.message.details)
        self.more.setVisible(bool(self.message.details))
        self.copy.setVisible(bool(self.message.details) and self.details.isVisible())
        ratio = self.devicePixelRatioF()
        token = "info" if self.message.kind == "info" else self.message.kind
        self.picture.setPixmap(look.pixmap(_ICONS[self.message.kind], look.px(18), token, ratio))

    def dismiss(self) -> None:
        """Take the message away."""
        self.message = None
        self.hide()
        self.closed.emit()

    def _unfold(self) -> None:
        self.details.setVisible(not self.details.isVisible())
        self.copy.setVisible(self.details.isVisible())

    def _copy(self) -> None:
        if self.message is not None:
            QGuiApplication.clipboard().setText(f"{self.message.what}\n\n{self.message.details}")


def announce(widget: QWidget, text: str) -> None:
    """Let screen readers say a sentence that nobody has to look for."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def show_trouble(line: QLabel, text: str, widget: QWidget | None = None) -> None:
    """Say on a line of a form why something isn't taken, also to screen readers; "" takes the line away. widget: what
    the words are of, when that is not the line itself."""
    line.setText(text)
    line.setVisible(bool(text))
    if text:
        announce(widget or line, text)


def warm_up() -> None:
    """Load what `announce` needs; may be called in any thread. Python takes twenty milliseconds over it."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # noqa: F401

    QAccessible.isActive()


DENSITIES = {"comfortable": N_("Comfortable"), "compact": N_("Compact"), "touch": N_("Touch")}
