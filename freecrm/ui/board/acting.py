"""What is done to deals from the board, each one step with its way back; what a stage needs is asked first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog

from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.store import deal_acts, deals
from freecrm.store.deals import Card, Stage
from freecrm.ui import talk
from freecrm.ui.board import asking, paint
from freecrm.ui.board.shown import Lane, moved, without

if TYPE_CHECKING:
    from freecrm.ui.board.page import PipelinePage


class Acting(QObject):
    """Over the page: it shows at once what is wished, and reads anew when the file has it, or couldn't take it."""

    def __init__(self, page: PipelinePage) -> None:
        super().__init__(page)
        self.page, self.store, self.tasks = page, page.store, page.tasks

    # ---- stages

    def drop(self, card: Card, lane: Lane, after: bytes | None) -> None:
        """A card was let go over a lane, below another card."""
        if lane.stage is not None:
            self.put(card, lane.stage, after)
        elif lane.month is not None and lane.key != self._month_of(card):
            self.to_month(card, lane)

    def put(self, card: Card, stage: Stage, after: bytes | None = None) -> None:
        """Put a card into a stage, below that of another deal (None = on top)."""
        about = " · ".join(part for part in (card.name, card.customer_name) if part)
        subject = asking.Subject(card.id, card.name, about)
        then = partial(self._put, card, stage, after)
        over = self.page.window()
        try:
            asking.before(over, self.store, self.tasks, subject, stage, then, self._asked)
        except Known as problem:
            self._refused(problem)

    def _asked(self) -> None:
        QTimer.singleShot(0, self.page, self.page.focus_view)

    def _put(self, card: Card, stage: Stage, after: bytes | None, values: dict[str, Any]) -> None:
        seen = self.page.seen
        gone = stage.outcome != deals.OPEN
        self.page.foresee(without(seen, card.id) if gone else moved(seen, card, stage, after))
        self._run(asking.bring, self.store, card.id, stage, values, after)

    def step(self, card: Card, by: int) -> None:
        """Into the next stage, or the one before; in the forecast into the next month."""
        lanes = self.page.view.lanes
        place = self.page.view.place_of(card.id)
        if place is None:
            return
        at = place[0] + by
        while 0 <= at < len(lanes) and not lanes[at].takes:
            at += by
        if 0 <= at < len(lanes):
            self.drop(card, lanes[at], None)

    def swap(self, card: Card, by: int) -> None:
        """Up or down among the cards of its stage."""
        place = self.page.view.place_of(card.id)
        if place is None or self.page.view.lanes[place[0]].stage is None:
            return
        lane, row = self.page.view.lanes[place[0]], place[1]
        to = row + by
        if 0 <= to < len(lane.cards):
            others = [one for one in lane.cards if one.id != card.id]
            self.drop(card, lane, others[to - 1].id if to else None)

    # ---- the ends

    def zone(self, card: Card, name: str) -> None:
        """A card was let go over one of the places at the foot, or a key asked for it."""
        acts: dict[str, Callable[[Card], None]] = {
            paint.WON: self.win,
            paint.LOST: self.lose,
            paint.LATER: self.put_off,
            paint.DELETE: self.delete,
        }
        acts[name](card)

    def win(self, card: Card) -> None:
        """Ask when it was won."""
        self._end(card, deals.WON)

    def lose(self, card: Card) -> None:
        """Ask why it was lost."""
        self._end(card, deals.LOST)

    def _end(self, card: Card, outcome: str) -> None:
        try:
            stage = deal_acts.ending(self.store, card.id, outcome)
        except Known as problem:
            self._refused(problem)
            return
        self.put(card, stage)

    def _gone(self, card: Card, work: Callable[..., None], *args: Any) -> None:
        self.page.foresee(without(self.page.seen, card.id))
        self._run(work, self.store, card.id, *args)

    def put_off(self, card: Card) -> None:
        """Ask until when it stays away."""
        from freecrm.ui.today.day_dialog import DayDialog

        title = N_("Put the deal off until")
        then = partial(self._put_off, card)
        self._open(DayDialog(self.page.window(), self.store, self.tasks, title, then))

    def _put_off(self, card: Card, day: dt.date) -> None:
        self._gone(card, deal_acts.put_off, day)

    def delete(self, card: Card) -> None:
        """Put a deal into the recycle bin."""
        self._gone(card, deal_acts.delete)

    # ---- the forecast

    def to_month(self, card: Card, lane: Lane) -> None:
        """Expect a deal to be decided in another month."""
        first = lane.month.first if lane.month is not None else None
        day = None if first is None or not lane.takes else deal_acts.day_in(first, card.close)
        self._run(deal_acts.close_on, self.store, card.id, day)

    def count_as(self, card: Card, forecast: str | None) -> None:
        """Say how a deal counts in the forecast."""
        self._run(deal_acts.count_as, self.store, card.id, forecast)

    def _month_of(self, card: Card) -> str:
        place = self.page.view.place_of(card.id)
        return self.page.view.lanes[place[0]].key if place is not None else ""

    # ---- how

    def _open(self, box: QDialog) -> None:
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _result: self._asked())
        box.open()

    def _run(self, work: Callable[..., Any], *args: Any) -> None:
        self.tasks.run(partial(work, *args), failed=self._refused, writes=True)

    def _refused(self, problem: Known) -> None:
        talk.tell_problem(problem)
        self.page.ask()
