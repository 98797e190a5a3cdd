"""What stands in a tab of a record's page as long as it has no rows: one sentence, one way to begin."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from freecrm.core.words import _, inside
from freecrm.ui import look
from freecrm.ui.parts import EmptyState


class EmptyTab(EmptyState):
    """`button` does what the button above the rows does when there are some."""

    def __init__(self, icon: str, begin: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(icon, parent)
        self.button = self.add_button(begin, "primary")
        self.hide()

    def say(self, things: str, text: str, action: str) -> None:
        """things: what there is none of yet. Everything in the language spoken now, in the colours of the theme."""
        self.title.setText(_("No {things} yet").format(things=inside(things)))
        self.text.setText(text)
        self.text.setMinimumHeight(self.text.fontMetrics().lineSpacing() + look.px(2))
        self.button.setText(action)
        self.repaint_icon()
