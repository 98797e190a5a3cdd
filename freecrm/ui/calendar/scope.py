"""The question that a repeating activity asks: this one, this and later ones, or all of them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from freecrm.core.words import N_, _
from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.popup import Popup

THIS, LATER, ALL = "this", "later", "all"
SCOPES = {THIS: N_("Only this one"), LATER: N_("This and later ones"), ALL: N_("All of them")}
DELETES = {
    THIS: N_("Delete only this one"),
    LATER: N_("Delete this and later ones"),
    ALL: N_("Delete all of them"),
}


class ScopePopup(Popup):
    """chosen(scope): how far it goes. Esc, or a click elsewhere, changes nothing."""

    chosen = Signal(str)
    wide = 260

    def __init__(self, anchor: QWidget, name: str, *, deleting: bool = False) -> None:
        super().__init__(anchor)
        asks = _("Which times of “{title}” are to be deleted?").format(title=name)
        title = label("strong", asks if deleting else _("“{name}” repeats").format(name=name))
        title.setWordWrap(True)
        self.column.addWidget(title)
        self.buttons: dict[str, QPushButton] = {}
        for scope, text in (DELETES if deleting else SCOPES).items():
            button = QPushButton(_(text))
            if scope == THIS:
                button.setProperty("kind", "primary")
            button.clicked.connect(lambda _on=False, scope=scope: self._take(scope))
            self.column.addWidget(button)
            self.buttons[scope] = button

    def first(self) -> QWidget:
        return self.buttons[THIS]

    def give_back(self) -> None:
        """The anchor holds the views of the calendar: the one that is seen goes on with the keys."""
        seen = self.anchor.currentWidget() if isinstance(self.anchor, QStackedWidget) else None
        (seen or self.anchor).setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        """In the middle of what it is about, for there the eye is."""
        super().place()
        over = self.parentWidget()
        if over is not None:
            at = self.anchor.mapTo(over, QPoint(self.anchor.width() // 2, look.px(120)))
            self.move(max(at.x() - self.width() // 2, look.px(8)), at.y())

    def _take(self, scope: str) -> None:
        self.dismiss()
        self.chosen.emit(scope)
