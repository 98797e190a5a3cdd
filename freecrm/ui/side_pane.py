"""The pane at the side of a list: the record under the cursor, or the form of a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QWidget

from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.record_panel import RecordPanel

WIDTH, LIST_LEAST = 300, 400


class SidePane(QObject):
    """changed: opened, closed, or shows something else. closed(had_focus): by the user.

    width: as the user left it, 0 as it comes."""

    changed = Signal()
    closed = Signal(bool)

    def __init__(self, splitter: QSplitter, store: Store, tasks: Tasks, entity: str) -> None:
        super().__init__(splitter)
        self.splitter, self.store, self.tasks, self.entity = splitter, store, tasks, entity
        self.record: RecordPanel | None = None
        self.width = 0

    @property
    def is_open(self) -> bool:
        """Whether the side pane is shown (also while the whole window is not)."""
        return self.record is not None and not self.record.isHidden()

    def open_record(self, n: int) -> None:
        """Show the record of this number (-1: none yet)."""
        if self.record is None:
            from freecrm.ui.record_panel import RecordPanel

            self.record = RecordPanel(self.store, self.entity)
            self.record.closed.connect(self.close)
            self._add(self.record, WIDTH)
        self.record.n = n
        self.record.load()
        self.record.show()
        self.changed.emit()

    def _add(self, part: QWidget, width: int) -> None:
        self.splitter.addWidget(part)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(self.splitter.count() - 1, 0)
        wide = self.width or look.px(width)
        self.splitter.setSizes([max(self.splitter.width() - wide, LIST_LEAST), wide])

    def close(self) -> None:
        """Take the side pane away."""
        had_focus = False
        if self.record is not None:
            focus = QApplication.focusWidget()
            had_focus = focus is not None and self.record.isAncestorOf(focus)
            self.width = self.width_now()
            self.record.hide()
        self.closed.emit(had_focus)
        self.changed.emit()

    def width_now(self) -> int:
        """How wide it is, 0 as long as nobody has seen it."""
        return self.record.width() if self.record is not None and self.record.isVisible() else self.width

    def follow(self, n: int) -> None:
        """Show the record of this number soon, if the pane is open."""
        if self.record is not None and self.is_open:
            self.record.follow(n)

    def refresh(self) -> None:
        """Show what a step changed."""
        if self.record is not None and self.is_open:
            self.record.load()

    def focus(self) -> None:
        """Put the focus into it."""
        if self.record is not None:
            self.record.area.setFocus(Qt.FocusReason.TabFocusReason)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        if self.record is not None:
            self.record.reword()
