"""The bar below a list whose rows were chosen: how many, and what is mostly done to them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from freecrm.core.words import Said, _
from freecrm.ui import look
from freecrm.ui.offering import offer
from freecrm.ui.parts import announce, icon_button, label, name_button

Entry = tuple[str, object]
"""A line of a button's menu: what it says, and what it means (see `picked`)."""


class BatchBar(QWidget):
    """wanted(id): a command. more(button): the whole menu is wanted there. all_wanted, closed."""

    wanted = Signal(str)
    more = Signal(object)
    all_wanted = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.plate = QFrame()
        self.plate.setProperty("popup", True)
        self.chosen, self.of = label("strong"), label("hint")
        self.all_button = QPushButton()
        self.all_button.setProperty("kind", "link")
        self.all_button.clicked.connect(self.all_wanted)
        self.buttons: dict[str, QPushButton] = {}
        self._texts: dict[str, Callable[[], str]] = {}
        self.more_button = icon_button("ellipsis", lambda: self.more.emit(self.more_button))
        self.more_button.setProperty("kind", "framed")
        self.close_button = icon_button("x", self.closed.emit)
        self.row = QHBoxLayout(self.plate)
        self.row.setContentsMargins(*(look.px(side) for side in (14, 6, 8, 6)))
        self.row.setSpacing(look.px(8))
        for part in (self.chosen, self.of, self.all_button):
            self.row.addWidget(part)
        self.row.addStretch(1)
        self.row.addWidget(self.more_button)
        self.row.addWidget(self.close_button)
        around = QVBoxLayout(self)
        around.setContentsMargins(*(look.px(side) for side in (12, 6, 12, 6)))
        around.addWidget(self.plate)
        self.hide()

    def add(self, id: str, icon: str, text: Callable[[], str], menu: QMenu | None = None) -> None:
        """One more button: a command, or with a menu."""
        made = QPushButton()
        made.setProperty("small", True)
        look.dress(made, icon, 16, "danger" if id == "edit.delete" else "text")
        if menu is not None:
            made.setMenu(menu)
        else:
            made.clicked.connect(lambda: self.wanted.emit(id))
        self.buttons[id], self._texts[id] = made, text
        self.row.insertWidget(self.row.count() - 2, made)

    def offer(self, id: str, why: Said | None) -> None:
        """Let one of its buttons act, or say why whoever works here may not do that."""
        offer(self.buttons[id], why)

    def prepare(self) -> None:
        """Let all parts take their look, so that the bar is there at once when it is first shown."""
        self.row.sizeHint()

    def show_counts(self, chosen: int, total: int) -> None:
        """Say how many rows are chosen of how many."""
        self.chosen.setText(_("{n} selected").format(n=f"{chosen:,}"))
        self.of.setText(_("of {n}").format(n=f"{total:,}"))
        self.all_button.setText(_("Select all {n}").format(n=f"{total:,}"))
        self.all_button.setVisible(chosen < total)
        self._fit()
        if not self.isVisible():
            announce(self, self.chosen.text())

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(260), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out the buttons that find no room; ⋯ has them all."""
        room = self.width() - look.px(24 + 14 + 8)
        gap = self.row.spacing()
        fixed = (self.chosen, self.of, self.more_button, self.close_button)
        room -= sum(part.sizeHint().width() + gap for part in fixed)
        if not self.all_button.isHidden():
            room -= self.all_button.sizeHint().width() + gap
        for button in self.buttons.values():
            room -= button.sizeHint().width() + gap
            button.setVisible(room >= 0)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setAccessibleName(_("Chosen rows"))
        for id, button in self.buttons.items():
            button.setText(self._texts[id]())
        name_button(self.more_button, _("More to do"))
        name_button(self.close_button, _("Select nothing"), _("Esc"))


def fill(menu: QMenu, entries: list[Entry], picked: Callable[[object], None]) -> None:
    """Put lines into a menu anew; None as what it means: a line between."""
    menu.clear()
    for text, value in entries:
        if value is None:
            menu.addSeparator()
            continue
        action = QAction(text.replace("&", "&&"), menu)
        action.triggered.connect(lambda _on=False, value=value: picked(value))
        menu.addAction(action)
