"""What is to be done in a stage before a deal leaves it: ticked off, or passed over with a reason.

of_stage(store, deal)            the checks of the stage it stands in, in order, with what was done
tick(store, deal, check, done=…)

Moving on with a reason is `deals.move(…, passed=reason)`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import faults, noting

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
            step.insert("deal_check", passed_over(store, deal, check, None))


def passed_over(store: Store, deal: bytes, check: bytes, reason: str | None) -> dict[str, Any]:
    """The row that says that a check was done, or passed over with a reason."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    whose = {"parent": deal, "parent_entity": "deal"}
    return {**whose, "check": check, "at": now, "by": store.user, "reason": reason}
