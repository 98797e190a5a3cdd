"""The tab with the time a deal stood in each stage."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from freecrm.core.chances import LEAST
from freecrm.core.day_words import this_day
from freecrm.core.words import _, plural
from freecrm.store import chances, deal_path
from freecrm.store.chances import Said
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
        self.said: Said | None = None
        self._latest = Latest(tasks)
        self.body: QWidget | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 12, 16, 12)))
        self.column.addStretch(1)

    def load(self, id: bytes) -> None:
        """Show the way of this deal."""
        self.id = id
        self._latest.run(_read, self.store, id, then=self._take)

    def _take(self, found: tuple[list[Stay], Said | None]) -> None:
        stays, self.said = found
        self._show(stays)

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
        if self.said is not None:
            self._add_chance(grid, self.said, len(stays) + 1)
        self.column.insertWidget(0, self.body)

    def _add_chance(self, grid: QGridLayout, said: Said, row: int) -> None:
        """The learned chance below the stays, with what it is made of."""
        if said.chance is None:
            text = _("Learned chance: shown after {n} closed deals; so far {so_far}.").format(
                n=LEAST, so_far=said.ended
            )
            grid.addWidget(label("hint", text), row, 0, 1, 5)
            return
        text = _("Learned chance {n}%, from {count} closed deals").format(
            n=f"{said.chance / 100:.0f}", count=f"{said.ended:,}"
        )
        grid.addWidget(label("strong", text), row, 0, 1, 5)
        for at, (factor, value, reason) in enumerate(said.reasons, row + 1):
            counted = _("{won} of {n} won").format(won=f"{reason.won:,}", n=f"{reason.count:,}")
            effect = _("raises it") if reason.shift > 0 else _("lowers it")
            for column, part in enumerate((factor, value, counted, effect)):
                grid.addWidget(label("", part), at, column)

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


def _read(store: Store, id: bytes) -> tuple[list[Stay], Said | None]:
    return deal_path.stays(store, id), chances.of(store, id, this_day())
