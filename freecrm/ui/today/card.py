"""A card of the day: its heading with a count, its lines, and the way to all of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.today.line import Line


class Card(QFrame):
    """Lines under a heading. Made anew whenever the day is read; `lines` are in order."""

    def __init__(self, title: str, count: str, parent: QWidget, *, urgent: bool = False) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.setAccessibleName(f"{title} {count}".strip())
        self.lines: list[Line] = []
        self._edge = False  # a hairline stands before the next line
        self.heading, self.count = (
            label("subtitle", title, self),
            label("badge" if urgent else "number", count, self),
        )
        self.count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.count.setVisible(bool(count))
        self.head = QHBoxLayout()
        self.head.setSpacing(look.px(8))
        self.head.addWidget(self.heading)
        self.head.addWidget(self.count)
        self.head.addStretch(1)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        self.rows.setSpacing(0)
        self.rows.addLayout(self.head)

    def add_link(self, text: str, act: Callable[[], object]) -> QPushButton:
        """A link at the right of the heading."""
        made = _link(text, act, self, self.heading.text())
        self.head.addWidget(made)
        return made

    def add(self, line: Line) -> None:
        """One more line."""
        if self._edge:
            edge = QFrame(self)
            edge.setProperty("line", True)
            self.rows.addWidget(edge)
        self._edge = True
        self.lines.append(line)
        self.rows.addWidget(line)

    def add_group(self, text: str, link: str, act: Callable[[], object]) -> None:
        """A heading within the card, with what is done to all below it."""
        row = QHBoxLayout()
        row.setContentsMargins(0, look.px(6), 0, 0)
        said = label("caption", text, self)
        row.addWidget(said, 1)
        row.addWidget(_link(link, act, self, text))
        self._edge = False
        self.rows.addLayout(row)

    def add_text(self, text: str) -> None:
        """A sentence in place of lines."""
        said = label("hint", text, self)
        said.setWordWrap(True)
        said.setContentsMargins(0, look.px(4), 0, look.px(4))
        self.rows.addWidget(said)


def _link(text: str, act: Callable[[], object], parent: QWidget, of: str) -> QPushButton:
    made = QPushButton(text, parent)
    made.setProperty("kind", "link")
    if of:
        made.setAccessibleName(f"{text}: {of}")
    made.clicked.connect(lambda: act())
    return made
