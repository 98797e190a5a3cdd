"""What the five steps of the wizard have in common."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from freecrm.ui.page import Pane
from freecrm.ui.wizard.draft import Draft


class Step(QWidget):
    """One step over the draft. ready: whether the next step can be gone to has changed."""

    ready = Signal()

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def finish(self) -> None:
        """Make what the step has room for in a turn of its own; it is made anyway when it is first shown."""

    def refresh(self) -> None:
        """Show the draft as it is now; called whenever it changed while the step is shown."""
        raise NotImplementedError

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        raise NotImplementedError

    def can_go_on(self) -> bool:
        """Whether the next step can be gone to."""
        return self.draft.seen is not None

    def focus_first(self) -> None:
        """Put the focus where work begins."""
        raise NotImplementedError

    def panes(self) -> list[Pane]:
        """The parts that F6 goes to."""
        return [(self, self.focus_first)]
