"""Derived fields: what the door works out by itself from other rows.

    main_phone = Text(N_("Phone"), derived=First("phone", by="parent", take="number"))

The rule is data; `store/derive.py` runs it in the same step for the records that the step
touched, whatever wrote them (form, import, undo, sync). Derived fields are neither logged nor
synced; `check` recomputes and compares them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class First:
    """`take` of the first row of `of` whose `by` is this record, in the order `order`.

    take may go over one link: "parent.name" is the name of the row's parent (entity `over`).
    order: field names, "-" in front for descending; the oldest row decides at last.
    """

    of: str
    by: str
    take: str
    order: tuple[str, ...] = ()
    over: str = ""


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
class Either:
    """The first of several rules that gives a value."""

    rules: tuple[First | Sum | Count | Latest, ...]


Rule = First | Sum | Count | Latest | Either


def parts(rule: Rule) -> tuple[First | Sum | Count | Latest, ...]:
    """The plain rules a rule is made of."""
    return rule.rules if isinstance(rule, Either) else (rule,)
