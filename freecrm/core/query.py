"""A question to the store, as data: which entity, which rows, in which order. No SQL here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

OPERATIONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "contains", "starts", "in", "empty", "filled"})


@dataclass(frozen=True, slots=True)
class Where:
    """One condition: `Where("grade", "=", "A")`. op: one of OPERATIONS."""

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
class Query:
    """entity, conditions, order, and the words of a search box that narrow it further."""

    entity: str
    where: Condition | None = None
    sort: tuple[Sort, ...] = ()
    words: str = field(default="")

    def and_(self, condition: Condition | None) -> Query:
        """The same question with one more condition."""
        if condition is None:
            return self
        both = condition if self.where is None else All((self.where, condition))
        return replace(self, where=both)
