"""Derived fields: what the door works out by itself from other rows.

    main_phone = Text(N_("Phone"), derived=First("phone", by="parent", take="number"))

The rule is data; `store/derive.py` runs it in the same step for the records that the step
touched, whatever wrote them (form, import, undo, sync). Derived fields are neither logged nor
synced; `check` recomputes and compares them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class First:
    """`take` of the first row of `of` whose `by` is this record, in the order `order`.

    take may go over one link: "parent.name" is the name of the row's parent (entity `over`).
    order: field names, "-" in front for descending; the oldest row decides at last.
    filled: only rows count that have something in this field.
    """

    of: str
    by: str
    take: str
    order: tuple[str, ...] = ()
    over: str = ""
    filled: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """Sum of `take` over the rows of `of` whose `by` is this record."""

    of: str
    by: str
    take: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of `of` have this record in `by`."""

    of: str
    by: str


@dataclass(frozen=True, slots=True)
class Latest:
    """Greatest `take` over the rows of `of` whose `by` is this record."""

    of: str
    by: str
    take: str


@dataclass(frozen=True, slots=True)
class Earliest:
    """Smallest `take` over the rows of `of` whose `by` is this record."""

    of: str
    by: str
    take: str


Rows = First | Sum | Count | Latest | Earliest


@dataclass(frozen=True, slots=True)
class Either:
    """The first of several rules that gives a value."""

    rules: tuple[Rows, ...]


@dataclass(frozen=True, slots=True)
class Worked:
    """What a function of `core/workings.FUNCTIONS` makes of the record's own fields, and of those (`takes`) of the
    record of entity `over` that its field `link` points at. The function sees values as the table holds them."""

    by: str
    own: tuple[str, ...] = ()
    link: str = ""
    over: str = ""
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a function of `core/workings.FUNCTIONS` makes of the rows of `of` whose `by` is this record, and of the
    record's own fields. The function sees the values `takes` of the rows as JSON, [[value, …], …] in no certain
    order, and then those of `own`, all as the table holds them."""

    function: str
    of: str
    by: str
    takes: tuple[str, ...]
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Net:
    """What stands in the record's own field `start`, and all of `plus`, less all of `minus`: a balance. Blank where
    there is nothing of the three."""

    start: str
    plus: Sum
    minus: Sum


Rule = Rows | Either | Worked | Rolled | Net


@dataclass(frozen=True, slots=True)
class Stated:
    """A derived day that people may still state: writing it makes a record of `of` that says so.

    by: its link to this record. day: its moment. with_: what else stands in it. mark: its field that tells such
    records from others, so that stating another day changes that one (`store/stated.py`).
    """

    of: str
    by: str
    day: tuple[str, ...]
    mark: str
    with_: Mapping[str, Any] = field(default_factory=dict)


def parts(rule: Rule) -> tuple[Rows, ...]:
    """The plain rules over other rows that a rule is made of."""
    if isinstance(rule, (Worked, Rolled)):
        return ()
    if isinstance(rule, Net):
        return (rule.plus, rule.minus)
    return rule.rules if isinstance(rule, Either) else (rule,)
