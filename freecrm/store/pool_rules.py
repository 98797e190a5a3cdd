"""The rules of the shared pool: after how many days without contact a customer goes back to it, grade by grade.

pool_rules.rules(store)            as they hold
pool_rules.save_rules(store, […])  keeps others in their place
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.spans import moment
from freecrm.core.words import N_, Said, say
from freecrm.store import faults
from freecrm.store.activities import day_of

if TYPE_CHECKING:
    from freecrm.store.database import Store


@dataclass(frozen=True, slots=True)
class Rule:
    """grade: key of the grade, "" = customers without one. days: without contact, then they go back. warn: days
    before that on which their owner is warned. since: the day on which the rule was made so, None = it is new."""

    grade: str
    days: int
    warn: int = 0
    since: dt.date | None = None


@faults.reads
def rules(store: Store) -> list[Rule]:
    """The rules as they hold, in their order; a grade without one never goes back."""
    rows = store.read().execute(
        "SELECT id, of, days, warn FROM pool_rule WHERE days IS NOT NULL ORDER BY coalesce(position, 0), n"
    )
    return [Rule(of or "", int(days), int(warn or 0), _made(id)) for id, of, days, warn in rows]


def save_rules(store: Store, wanted: Sequence[Rule]) -> None:
    """Keep these rules in place of those there are, as one step. One that says something else now is made anew, so
    that its days of warning begin today. Known when one makes no sense."""
    problem = next((why for rule in wanted if (why := why_not(rule)) is not None), None)
    if problem is not None:
        raise Known(problem)
    with store.step(N_("Rules of the shared pool changed")) as step:
        held = {
            of or "": (id, days, warn or 0, position)
            for id, of, days, warn, position in step.connection.execute(
                "SELECT id, of, days, warn, position FROM pool_rule"
            )
        }
        for position, rule in enumerate(wanted, 1):
            values = {"of": rule.grade or None, "days": rule.days, "warn": rule.warn, "position": position}
            before = held.pop(rule.grade, None)
            if before is not None and before[1:3] == (rule.days, rule.warn):
                if before[3] != position:
                    step.update("pool_rule", before[0], {"position": position})
                continue
            if before is not None:
                step.delete("pool_rule", before[0])
            step.insert("pool_rule", values)
        for id, *_rest in held.values():
            step.delete("pool_rule", id)


def why_not(rule: Rule) -> Said | None:
    """What is wrong with a rule, None when nothing is."""
    if not 1 <= rule.days <= 3650:
        return say(N_("A customer goes back after 1 to 3,650 days. Write such a number, or leave it blank."))
    if not 0 <= rule.warn <= 365 or rule.warn >= rule.days:
        what = N_("The warning has to come within the {n} days after which the customer goes back.")
        return say(what, n=rule.days)
    return None


def _made(id: bytes) -> dt.date:
    """The day on which a record was made: its id says so."""
    return day_of(moment(int.from_bytes(id[:6], "big")))
