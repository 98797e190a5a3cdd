"""The pages of the window, one button each; below 1280 px only icons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import look

WIDE, NARROW, FOLDS_BELOW = 180, 56, 1280


class Sidebar(QWidget):
    """chosen(number): the page of this number in `model.pages()` is wanted."""

    chosen = Signal(int)

    def __init__(self, store: Store, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entities = [store.schema.entity(page.entity) for page in store.model.pages()]
        self.buttons: list[QToolButton] = []
        self.folded = False
        group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, look.px(4), look.px(8), look.px(8))
        column.setSpacing(look.px(2))
        for number, entity in enumerate(self.entities):
            button = QToolButton()
            button.setProperty("nav", True)
            button.setCheckable(True)
            look.dress(button, entity.icon)
            button.clicked.connect(lambda _checked=False, number=number: self.chosen.emit(number))
            group.addButton(button)
            column.addWidget(button)
            self.buttons.append(button)
        column.addStretch(1)
        self.fold(False)
        self.reword()

    def show_page(self, number: int) -> None:
        """Mark the page that is shown."""
        self.buttons[number].setChecked(True)

    def fold(self, folded: bool) -> None:
        """Icons only, or icons with words."""
        self.folded = folded
        self.setFixedWidth(look.px(NARROW if folded else WIDE))
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly if folded else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        for button in self.buttons:
            button.setToolButtonStyle(style)
            button.setFixedWidth(self.width() - look.px(8))

    def focus_list(self) -> None:
        """Put the focus on the page that is shown."""
        next((b for b in self.buttons if b.isChecked()), self.buttons[0]).setFocus(
            Qt.FocusReason.TabFocusReason
        )

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setAccessibleName(_("Pages"))
        for number, (button, entity) in enumerate(zip(self.buttons, self.entities, strict=True), 1):
            text = _(entity.plural)
            button.setText("  " + text)
            button.setAccessibleName(text)
            button.setToolTip(f"{text} (Ctrl+{number})")
