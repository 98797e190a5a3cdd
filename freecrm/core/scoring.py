"""By which rules it is judged how complete and how fresh a record is; the words and the checks, no reading.

A rule without days asks whether a field is filled, one with days whether a day or a time is not older (a blank
one is as old as the record). The
score is the share of the rules' weights that a record has, from 0 to 100: one for each of the two kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from freecrm.core.fields import Date, Field, Label, Moment
from freecrm.core.words import N_, Said, say

CHANGED = "@changed"
"""In place of a field: when the record or a row of it was last changed."""
CONTACTED = "last_contact"
"""The day of the last contact; while it is blank a record isn't called stale but not contacted yet."""
HEAVIEST, LONGEST = 1000, 36_500


@dataclass(frozen=True, slots=True)
class Rule:
    """field: its name, or CHANGED. weight: its points. days: how old it may be, None: it has to be filled."""

    field: str
    weight: int
    days: int | None = None


STANDARD: dict[str, tuple[Rule, ...]] = {
    "customer": (
        Rule("main_contact", 3),
        Rule("main_phone", 3),
        Rule("addresses", 2),
        Rule("owner_user", 2),
        Rule("grade", 2),
        Rule("industry", 1),
        Rule("source", 1),
        Rule("emails", 1),
        Rule(CONTACTED, 3, 180),
        Rule(CHANGED, 1, 365),
    ),
    "contact": (
        Rule("phones", 3),
        Rule("jobs", 2),
        Rule("emails", 2),
        Rule("handles", 1),
        Rule(CHANGED, 1, 365),
    ),
}
"""Kind of record -> the rules that hold until somebody changes them."""


def can_age(f: Field) -> bool:
    """Whether a rule may ask how old this field is."""
    return isinstance(f, (Date, Moment))


def called(name: str, fields: Mapping[str, Field]) -> Said | Label | None:
    """What a rule's field is called; None when there is no such field any more."""
    if name == CHANGED:
        return say(N_("Last change"))
    f = fields.get(name)
    return Label(f) if f is not None else None


def problem(
    rules: Sequence[Rule], fields: Mapping[str, Field], known: Collection[str] = ()
) -> tuple[int, Said] | None:
    """What keeps these rules from being kept: the place of the rule (-1: all of them) and why; None: nothing.

    known: fields that may be gone, for rules that were there before.
    """
    seen: set[tuple[str, bool]] = set()
    for at, rule in enumerate(rules):
        why = _wrong(rule, fields, known)
        if why is None and (rule.field, rule.days is None) in seen:
            what = N_("{field} has two rules of this kind. Keep one of them.")
            why = say(what, field=called(rule.field, fields) or rule.field)
        if why is not None:
            return at, why
        seen.add((rule.field, rule.days is None))
    if not any(rule.weight for rule in rules):
        what = N_("All weights are 0, so there is nothing to judge by. Give at least one rule a weight.")
        return -1, say(what)
    return None


def _wrong(rule: Rule, fields: Mapping[str, Field], known: Collection[str]) -> Said | None:
    name = called(rule.field, fields)
    if name is None and rule.field not in known:
        return say(N_("There is no field “{field}”. Choose one that is there."), field=rule.field)
    shown = name or rule.field
    if not 0 <= rule.weight <= HEAVIEST:
        what = N_("The weight of {field} has to be between 0 and {most}.")
        return say(what, field=shown, most=HEAVIEST)
    if rule.days is not None and not 1 <= rule.days <= LONGEST:
        return say(N_("The days of {field} have to be between 1 and {most}."), field=shown, most=LONGEST)
    if rule.field == CHANGED:
        if rule.days is None:
            return say(N_("Every record was changed at some time; say within how many days."))
    elif rule.days is not None and rule.field in fields and not can_age(fields[rule.field]):
        what = N_("{field} is neither a day nor a time, so it cannot be too old. Leave the days out.")
        return say(what, field=shown)
    return None


def share(points: int, of: int) -> int | None:
    """Points of a whole in per cent, rounded half up; None when there is nothing to be had."""
    return (200 * points + of) // (2 * of) if of else None
