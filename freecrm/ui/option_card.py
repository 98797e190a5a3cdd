"""A value to choose by its radio button, drawn as a card; the whole card can be clicked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QRadioButton, QSizePolicy, QVBoxLayout

from freecrm.ui import look
from freecrm.ui.fitting import breakable
from freecrm.ui.parts import label

LONGEST = 600  # characters shown of a long text; the rest is in the tooltip


class OptionCard(QFrame):
    """radio: put it into a QButtonGroup; its `toggled` says what was chosen."""

    def __init__(self, text: str, named: str, *, blank: str = "—", under: str = "") -> None:
        super().__init__()
        self.setProperty("option", "off")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.radio = QRadioButton()
        self.radio.setAccessibleName(f"{named}: {text or blank}")
        self.radio.setToolTip(text or blank)
        self.radio.toggled.connect(self._toggled)
        self.text: QLabel = label("" if text else "hint")
        self.text.setText(breakable(text if len(text) <= LONGEST else text[:LONGEST] + "…") or blank)
        if len(text) > LONGEST:
            self.text.setToolTip(text)
        self.text.setWordWrap(True)
        self.text.setMinimumWidth(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (10, 7, 10, 7)))
        row.setSpacing(look.px(8))
        row.addWidget(self.radio, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.text)
        if under:
            below = label("caption", under)
            below.setWordWrap(True)
            below.setMinimumWidth(1)
            words.addWidget(below)
        words.addStretch(1)
        row.addLayout(words, 1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def _toggled(self, on: bool) -> None:
        self.setProperty("option", "on" if on else "off")
        look.refresh(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.radio.setFocus(Qt.FocusReason.MouseFocusReason)
            self.radio.click()
        else:
            super().mousePressEvent(event)
