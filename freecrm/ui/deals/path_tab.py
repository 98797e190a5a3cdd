"""The tab with the time a deal stood in each stage."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from freecrm.core.words import _, plural
from freecrm.store import deal_path
from freecrm.store.database import Store
from freecrm.store.deal_path import Stay
from freecrm.ui import cells, look
from freecrm.ui.parts import label
from freecrm.ui.record_page.timeline_words import when
from freecrm.ui.tasks import Latest, Tasks


class PathTab(QWidget):
    """One line a stay: stage, since when, how many days, who moved it there."""

    def __init__(self, store: Store, tasks: Tasks, id: bytes) -> None:
        super().__init__()
        self.store, self.id = store, id
        self.stays: list[Stay] = []
        self._latest = Latest(tasks)
        self.body: QWidget | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 12, 16, 12)))
        self.column.addStretch(1)

    def load(self, id: bytes) -> None:
        """Show the way of this deal."""
        self.id = id
        self._latest.run(deal_path.stays, self.store, id, then=self._show)

    def _show(self, stays: list[Stay]) -> None:
        self.stays = stays
        if self.body is not None:
            self.body.hide()
            self.body.deleteLater()
        self.body = QWidget(self)
        grid = QGridLayout(self.body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.px(28))
        grid.setVerticalSpacing(look.px(8))
        grid.setColumnStretch(4, 1)
        for at, head in enumerate((_("Stage"), _("Since"), _("Time there"), _("By"))):
            grid.addWidget(label("caption", head), 0, at)
        for row, stay in enumerate(stays, 1):
            days = plural("{n} day", "{n} days", stay.days) if stay.days else _("less than a day")
            texts = (stay.name or cells.EMPTY, when(stay.since), days, stay.by or cells.EMPTY, stay.reason)
            for at, text in enumerate(texts):
                grid.addWidget(label("" if stay.ends else "strong", text), row, at)
        self.column.insertWidget(0, self.body)

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return []

    def state(self) -> Any:
        """Nothing of it is changed by the user."""

    def restore(self, state: Any) -> None:
        """Nothing of it is changed by the user."""

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self._show(self.stays)
