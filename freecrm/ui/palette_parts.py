"""The palette's filter chips and the line at its foot that names the keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import N_, _
from freecrm.ui import look
from freecrm.ui.palette_row import Chip
from freecrm.ui.parts import label

KEYS = (
    (("↑ ↓",), N_("choose")),
    (("Enter",), N_("open")),
    (("Tab",), N_("actions")),
)
SIGN_KEYS = (
    ((">",), N_("commands")),
    (("@",), N_("people")),
    (("#",), N_("codes")),
    (("?",), N_("help")),
)


class Chips(QWidget):
    """One chip a kind of hit, with their counts. chosen(scope). Reached by Ctrl+Tab and Alt+1…9 from the box."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.chips: Sequence[Chip] = ()
        self.buttons: list[QPushButton] = []
        self.scope = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.line = QHBoxLayout()
        self.line.addStretch(1)
        column.addLayout(self.line)
        column.addWidget(line())
        self.measure()
        self.hide()

    def measure(self) -> None:
        """Take the sizes of the zoom."""
        self.line.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        self.line.setSpacing(look.px(6))

    def show_chips(self, chips: Sequence[Chip], scope: str) -> None:
        """Show these filters; the one of `scope` is in force."""
        while len(self.buttons) < len(chips):
            self._add()
        for at, button in enumerate(self.buttons):
            button.setVisible(at < len(chips))
            if at < len(chips):
                self._dress(button, chips[at], chips[at].scope == scope)
        self.chips, self.scope = chips, scope
        self.setVisible(bool(chips))

    def _add(self) -> None:
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setProperty("chip", "off")
        at = len(self.buttons)
        button.clicked.connect(lambda: self.choose(at))
        self.line.insertWidget(at, button)
        self.buttons.append(button)

    def _dress(self, button: QPushButton, chip: Chip, on: bool) -> None:
        text = f"{chip.text} {chip.count}"
        if button.text() != text:
            button.setText(text)
            button.setAccessibleName(text)
        wanted = "true" if on else "off"
        if button.property("chip") != wanted:
            button.setProperty("chip", wanted)
            look.refresh(button)

    def choose(self, at: int) -> None:
        """Put the filter of this number in force."""
        if at < len(self.chips) and self.isEnabled():
            self.chosen.emit(self.chips[at].scope)

    def step(self, by: int) -> None:
        """Put the next filter in force."""
        scopes = [chip.scope for chip in self.chips]
        if scopes:
            now = scopes.index(self.scope) if self.scope in scopes else 0
            self.choose((now + by) % len(scopes))


class Foot(QWidget):
    """Which keys do what."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("popup_foot", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.line = QHBoxLayout(self)
        self.texts: list[tuple[QLabel, str]] = []
        for keys, text in KEYS:
            self._add(keys, text)
        self.line.addStretch(1)
        for keys, text in SIGN_KEYS:
            self._add(keys, text)

    def _add(self, keys: Sequence[str], text: str) -> None:
        for key in keys:
            self.line.addWidget(label("key", key))
        said = label("caption")
        self.line.addWidget(said)
        self.line.addSpacing(look.px(3))
        self.texts.append((said, text))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.line.setContentsMargins(*(look.px(side) for side in (16, 8, 10, 8)))
        self.line.setSpacing(look.px(4))
        for said, text in self.texts:
            said.setText(_(text))


def line() -> QFrame:
    """A hairline between parts."""
    made = QFrame()
    made.setProperty("line", True)
    return made
