"""A question to the store, as data: which entity, which rows, in which order. No SQL here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

OPERATIONS = frozenset(
    {"=", "!=", "<", "<=", ">", ">=", "contains", "starts", "in", "empty", "filled"}
    | {"none", "between", "within", "outside"}
)
"""none: is none of these values. between: (least, most), both included, None = open. within, outside: a
period of `core/periods.py`. These, and ME among the values of a link, are worked out when they are asked."""

ME = "@me"
"""In place of a user's id: whoever asks."""


@dataclass(frozen=True, slots=True)
class Where:
    """One condition: `Where("grade", "=", "A")`. op: one of OPERATIONS. "lines.product": a field of child rows, of
    which one is enough. "n" with "in": the records of these numbers, however many they are."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class All:
    """All conditions hold."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one condition holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    of: Condition


Condition = Where | All | Any_ | Not


@dataclass(frozen=True, slots=True)
class Sort:
    """Order by a field; empty values last in both directions."""

    field: str
    down: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one value stand together, in the order of the values. by: how days are put together: "when"
    (overdue, today, this week…), "month", "year"; "" for anything else. down: from the last value on."""

    field: str
    by: str = ""
    down: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """entity, conditions, order, the words of a search box that narrow it further, and what the rows are
    grouped by before they are sorted."""

    entity: str
    where: Condition | None = None
    sort: tuple[Sort, ...] = ()
    words: str = field(default="")
    group: tuple[Group, ...] = ()

    def and_(self, condition: Condition | None) -> Query:
        """The same question with one more condition."""
        if condition is None:
            return self
        both = condition if self.where is None else All((self.where, condition))
        return replace(self, where=both)
