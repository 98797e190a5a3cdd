"""What is to be done in a stage before a deal leaves it: ticked off, or passed over with a reason.

of_stage(store, deal)                  the checks of the stage it stands in, in order, with what was done
leave(store, deal, stage, reason)      moves on; what is still open is passed over with the reason, in the same step
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import deals, faults, noting

if TYPE_CHECKING:
    from freecrm.store.database import Store

REASON_MOST = 200


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a stage. row: the id of what says that it was done, None: it is open. reason: why it was passed
    over, "" = it was done."""

    id: bytes
    text: str
    row: bytes | None = None
    reason: str = ""


@faults.reads
def of_stage(store: Store, deal: bytes) -> list[Check]:
    """The checks of the stage that a deal stands in."""
    sql = (
        'SELECT k.id, k.text, (SELECT c.id FROM deal_check c WHERE c.parent = d.id AND c."check" = k.id LIMIT 1),'
        ' (SELECT c.reason FROM deal_check c WHERE c.parent = d.id AND c."check" = k.id LIMIT 1)'
        " FROM deal d JOIN stage_check k ON k.stage = d.stage WHERE d.id = ? ORDER BY coalesce(k.position, 0), k.n"
    )
    return [
        Check(id, text or "", row, reason or "")
        for id, text, row, reason in store.read().execute(sql, (deal,))
    ]


def tick(store: Store, deal: bytes, check: bytes, *, done: bool) -> None:
    """Tick a check off, or open it again, as one step."""
    held = next((one for one in of_stage(store, deal) if one.id == check), None)
    if held is None:
        raise Known(
            say(N_("This check is no longer there: the deal was moved, or the pipeline was changed."))
        )
    if done == (held.row is not None):
        return
    name = noting.title_of(store, "deal", deal)
    with store.step(N_("Check “{check}” of {name} changed"), check=held.text, name=name) as step:
        if held.row is not None:
            step.delete("deal_check", held.row)
        else:
            step.insert("deal_check", _row(store, deal, check, None))


def leave(
    store: Store, deal: bytes, stage: bytes, reason: str = "", values: Mapping[str, Any] | None = None
) -> None:
    """Move a deal to another stage. reason: why what is still open is passed over; values: as of `deals.move`.

    Known when something is open and no reason is given, and where `deals.move` refuses."""
    reason = " ".join(reason.split())[:REASON_MOST]
    open_ = [one for one in of_stage(store, deal) if one.row is None]
    if open_ and not reason:
        what = N_("Still to be done here: {checks}. Tick it off, or say why it is passed over.")
        raise Known(say(what, checks=[one.text for one in open_]))
    if not open_:
        deals.move(store, [deal], stage, values=values)
        return
    pipe, to = deals.stage_of(store, stage)
    record = store.reader().record("deal", deal)
    if record is None:
        raise Known(say(deals.GONE))
    if not pipe.allows(record["stage"], stage):
        deals.move(store, [deal], stage, values=values)  # refuses, with the way on
    with store.step(N_("“{name}” moved to “{stage}”"), name=record["name"], stage=to.name) as step:
        for one in open_:
            step.insert("deal_check", _row(store, deal, one.id, reason))
        step.update("deal", deal, {"stage": stage, **(values or {})})


def _row(store: Store, deal: bytes, check: bytes, reason: str | None) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    whose = {"parent": deal, "parent_entity": "deal"}
    return {**whose, "check": check, "at": now, "by": store.user, "reason": reason}
