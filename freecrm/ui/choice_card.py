"""A large button to choose a way: icon, what it is, one sentence, an arrow."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.ui import look
from freecrm.ui.parts import label

_STEPS = {
    Qt.Key.Key_Down: True,
    Qt.Key.Key_Right: True,
    Qt.Key.Key_Up: False,
    Qt.Key.Key_Left: False,
}


class ChoiceCard(QPushButton):
    """main: the one that is recommended. Enter and Space choose it, the arrows go to its neighbours."""

    def __init__(self, icon: str, *, main: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setProperty("choice", "main" if main else True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.picture, self.arrow = QLabel(), QLabel()
        self.title, self.sentence = label("strong"), label("caption")
        self.plate = QFrame()
        self.plate.setProperty("plate", True)
        QHBoxLayout(self.plate).addWidget(self.picture, 0, Qt.AlignmentFlag.AlignCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.sentence)
        words.addStretch(1)
        self._row = row = QHBoxLayout(self)
        row.addWidget(self.plate)
        row.addLayout(words, 1)
        row.addWidget(self.arrow)
        for part in (self.picture, self.arrow, self.title, self.sentence, self.plate):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.repaint_icon()

    def say(self, title: str, text: str) -> None:
        """What is chosen, and the sentence under it."""
        self.title.setText(title)
        self.sentence.setText(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.updateGeometry()

    def repaint_icon(self) -> None:
        """Take the theme and the zoom shown now."""
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(look.pixmap(self._icon, look.px(20), "accent", ratio))
        self.arrow.setPixmap(look.pixmap("chevron-right", look.px(18), "text2", ratio))
        self.plate.setFixedSize(look.px(40), look.px(40))
        self.plate.layout().setContentsMargins(0, 0, 0, 0)  # type: ignore[union-attr]
        self._row.setContentsMargins(*(look.px(side) for side in (14, 10, 16, 10)))
        self._row.setSpacing(look.px(14))

    def sizeHint(self) -> QSize:
        return self._row.sizeHint().expandedTo(QSize(0, look.px(66)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._row.minimumSize().width(), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key in _STEPS:
            self._go(1 if _STEPS[key] else -1)
        else:
            super().keyPressEvent(event)

    def _go(self, by: int) -> None:
        """Put the focus on the next card; after the last one comes none."""
        parent = self.parentWidget()
        cards = parent.findChildren(ChoiceCard) if parent is not None else [self]
        cards = [card for card in cards if card.isEnabled()]
        number = cards.index(self) + by
        if 0 <= number < len(cards):
            cards[number].setFocus(Qt.FocusReason.TabFocusReason)
