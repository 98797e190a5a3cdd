"""What a board does to deals: put a card somewhere, win it, lose it, put it off, expect it in another month.

drop(store, id, stage, after=other)      its card comes below that of `other`, None = on top
lose(store, [id], reason=…, why=…)       each of these is one step with its way back
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from freecrm.core.change import MOVED
from freecrm.core.day_words import short, show, this_day
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import N_, say
from freecrm.store import deals, faults, orders

if TYPE_CHECKING:
    from freecrm.store.database import Store

WON_ORDER = N_("“{name}” moved to “{stage}”, its order begun")


def drop(
    store: Store,
    id: bytes,
    stage: bytes,
    after: bytes | None = None,
    values: Mapping[str, Any] | None = None,
    passed: str = "",
) -> None:
    """Put a deal's card into a column, below that of another deal (None = on top), as one step. Cards that nobody
    sees now keep their places. values, passed, Known: as of `deals.move`."""
    c = store.read()
    above = None
    if after is not None:
        row = c.execute("SELECT spot FROM deal WHERE id = ? AND stage = ?", (after, stage)).fetchone()
        above = row[0] if row is not None else None
    row = c.execute(_BELOW, {"stage": stage, "above": above or "", "id": id}).fetchone()
    deals.move(store, [id], stage, above=above, below=row[0], values=values, passed=passed)


_BELOW = (
    "SELECT min(spot) FROM deal WHERE stage = :stage AND state = 'open' AND spot > :above AND id IS NOT :id"
)


def ending(store: Store, id: bytes, outcome: str) -> deals.Stage:
    """The stage in which a deal comes when it is won, or lost. Known where its pipeline has none."""
    pipe, _stage = deals.stage_of(store, _there(store, id)["stage"])
    found = pipe.ending(outcome)
    if found is None:
        what = N_("The pipeline “{name}” has no stage for deals that are won.")
        if outcome == deals.LOST:
            what = N_("The pipeline “{name}” has no stage for deals that are lost.")
        raise Known(say(what, name=pipe.name))
    return found


def win(
    store: Store,
    id: bytes,
    values: Mapping[str, Any] | None = None,
    passed: str = "",
    *,
    order: bool = False,
) -> None:
    """A deal was won: on the day in `values` ("closed"), else today. passed: as of `deals.move`. order: the draft of
    an order comes of it, too."""
    also = (lambda step: orders.add_of_deal(step, id)) if order else None
    title = WON_ORDER if order else MOVED
    to = ending(store, id, deals.WON).id
    deals.move(store, [id], to, values=values, passed=passed, also=also, title=title)


def lose(
    store: Store, id: bytes, values: Mapping[str, Any] | None = None, rival: bytes | None = None
) -> None:
    """A deal was lost. values: why ("reason", "why"), when ("closed"). rival: the competitor it went to."""
    known = dict(values or {})
    if rival is not None:
        rows = [dict(row) for row in _there(store, id)["rivals"] or ()]
        mine = next((row for row in rows if row.get("competitor") == rival), None)
        if mine is None:
            rows.append({"competitor": rival, "won": True})
        else:
            mine["won"] = True
        known["rivals"] = rows
    deals.move(store, [id], ending(store, id, deals.LOST).id, values=known)


def put_off(store: Store, id: bytes, day: dt.date) -> None:
    """Take a deal's card off the board until a day. Known when that is not ahead."""
    record = _there(store, id)
    if day <= this_day():
        what = N_("{day} is not ahead: the card would come back at once. Type a later day.")
        raise Known(say(what, day=show(day)))
    with store.step(N_("Put “{name}” off until {day}"), name=record["name"], day=short(day)) as step:
        step.update("deal", id, {"later": day})


def close_on(store: Store, id: bytes, day: dt.date | None) -> None:
    """A deal is expected to be decided on a day; None: nobody knows when."""
    record = _there(store, id)
    with store.step(N_("Expected close of “{name}” changed"), name=record["name"]) as step:
        step.update("deal", id, {"close": day})


def day_in(month: dt.date, close: dt.date | None) -> dt.date:
    """The day of a month that stands for another day: the same one where there is one and it is still ahead, else
    the month's last."""
    last = calendar.monthrange(month.year, month.month)[1]
    day = month.replace(day=min(close.day, last) if close is not None else last)
    return day if day >= this_day() else month.replace(day=last)


def count_as(store: Store, id: bytes, forecast: str | None) -> None:
    """How a deal counts in the forecast: one of the keys of its field, None = not said."""
    record = _there(store, id)
    with store.step(N_("Forecast of “{name}” changed"), name=record["name"]) as step:
        step.update("deal", id, {"forecast": forecast})


def delete(store: Store, id: bytes) -> None:
    """Put a deal into the recycle bin."""
    record = _there(store, id)
    with store.step(N_("Deal “{name}” deleted"), name=record["name"]) as step:
        step.delete("deal", id)


@faults.reads
def reasons(store: Store, pipeline: bytes) -> list[tuple[bytes, str]]:
    """Why deals of a pipeline are lost: those in use, in their order."""
    sql = "SELECT id, name FROM loss_reason WHERE pipeline = ? AND coalesce(off, 0) = 0 ORDER BY position, n"
    return [(bytes(id), name or "") for id, name in store.read().execute(sql, (pipeline,))]


def _there(store: Store, id: bytes) -> Record:
    record = store.reader().record("deal", id)
    if record is None:
        raise Known(say(deals.GONE))
    return record
