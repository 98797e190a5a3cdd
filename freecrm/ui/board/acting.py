"""What is done to deals from the board, each one step with its way back; what a stage needs is asked first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDialog

from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.words import N_, _
from freecrm.store import deal_acts, deals
from freecrm.store.deals import Card, Stage
from freecrm.ui import talk
from freecrm.ui.board import ask_box, paint
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
        if stage.outcome == deals.WON:
            self.win(card)
            return
        if stage.outcome == deals.LOST:
            self.lose(card)
            return
        needs = self._needs(card, stage) if stage.id != card.stage else {}
        if needs is None:
            return
        if not needs:
            self._put(card, stage, after, {})
            return
        title = _("“{stage}” needs a little more").format(stage=stage.name)
        take = _("Move to “{stage}”").format(stage=stage.name)
        then = partial(self._put, card, stage, after)
        self._open(
            ask_box.AskBox(
                self.page.window(), self.store, self.tasks, title, card.name, take, needs, tuple(needs), then
            )
        )

    def _put(self, card: Card, stage: Stage, after: bytes | None, values: dict[str, Any]) -> None:
        self.page.foresee(moved(self.page.seen, card, stage, after))
        self._run(deal_acts.drop, self.store, card.id, stage.id, after, values)

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

    def _needs(self, card: Card, stage: Stage) -> dict[str, Field] | None:
        """What is missing before it may come there; None: it may not, which was told."""
        try:
            pipe = self.page.seen.pipe
            if pipe is not None and not pipe.allows(card.stage, stage.id):
                before = next((one.name for one in pipe.stages if one.id == card.stage), "")
                raise deals.not_allowed(card.name, before, stage.name)
            names = deals.missing(self.store, card.id, stage.id)
        except Known as problem:
            talk.tell_problem(problem)
            self.page.ask()
            return None
        fields = self.store.schema.fields("deal")
        return {name: fields[name] for name in names if name in fields and fields[name].is_written}

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

    def _ending(self, card: Card, outcome: str) -> tuple[Stage, dict[str, Field]] | None:
        try:
            stage = deal_acts.ending(self.store, card.id, outcome)
        except Known as problem:
            talk.tell_problem(problem)
            self.page.ask()
            return None
        needs = self._needs(card, stage)
        return None if needs is None else (stage, {k: f for k, f in needs.items() if k != ask_box.CLOSED})

    def win(self, card: Card) -> None:
        """Ask when it was won."""
        found = self._ending(card, deals.WON)
        if found is not None:
            today = self.page.seen.today
            over, about = self.page.window(), self._about(card)
            then, order = partial(self._won, card), card.customer is not None
            self._open(ask_box.won(over, self.store, self.tasks, about, found[1], today, then, order=order))

    def _won(self, card: Card, values: dict[str, Any]) -> None:
        order = bool(values.pop(ask_box.ORDER, None))
        self._gone(card, partial(deal_acts.win, order=order), values)

    def lose(self, card: Card) -> None:
        """Ask why it was lost."""
        found = self._ending(card, deals.LOST)
        if found is None or self.page.seen.pipe is None:
            return
        reasons = deal_acts.reasons(self.store, self.page.seen.pipe.id)
        about, today, over = self._about(card), self.page.seen.today, self.page.window()
        then = partial(self._lost, card)
        self._open(ask_box.lost(over, self.store, self.tasks, about, found[1], today, reasons, then))

    def _lost(self, card: Card, values: dict[str, Any]) -> None:
        rival = values.pop(ask_box.RIVAL, None)
        self.page.foresee(without(self.page.seen, card.id))
        self._run(deal_acts.lose, self.store, card.id, values, rival)

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

    def _about(self, card: Card) -> str:
        return " · ".join(part for part in (card.name, card.customer_name) if part)

    def _open(self, box: QDialog) -> None:
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(lambda _result: QTimer.singleShot(0, self.page, self.page.focus_view))
        box.open()

    def _run(self, work: Callable[..., Any], *args: Any) -> None:
        self.tasks.run(partial(work, *args), failed=self._refused, writes=True)

    def _refused(self, problem: Known) -> None:
        talk.tell_problem(problem)
        self.page.ask()
