"""A record: one row with its fields by name, and the checks of station 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from freecrm.core.fields import Field, Finder
from freecrm.core.problems import Problem
from freecrm.core.rows import Rows
from freecrm.core.words import Said


class Typed(str):
    """What somebody has typed in place of a value and nobody could read yet: kept, shown, never saved."""

    __slots__ = ()


@dataclass(slots=True)
class Record:
    """One record as read from the store: `record[Customer.name]` or `record["name"]`.

    id: 16 bytes. n: its number in this file. Child rows (phones …) are lists of dicts with "id".
    """

    entity: str
    id: bytes
    n: int
    values: dict[str, Any] = field(default_factory=dict)
    seq: int = 0

    def __getitem__(self, which: Field | str) -> Any:
        return self.values.get(which if isinstance(which, str) else which.name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)


class Columns:
    """Some records of one entity, column by column: `columns["name"]` has a value for each of `ids`.

    For whatever takes very many records and has no use for a `Record` of each.
    """

    def __init__(self, ids: Sequence[bytes], values: Mapping[str, Sequence[Any]]) -> None:
        self.ids, self._values = ids, values

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> Sequence[Any]:
        """The values of a field; None for all records where it was not read."""
        found = self._values.get(name)
        return found if found is not None else [None] * len(self.ids)


class ColumnsOf(Columns):
    """Records that are there already, looked at column by column."""

    def __init__(self, records: Sequence[Record]) -> None:
        super().__init__([record.id for record in records], {})
        self._records = records

    def __getitem__(self, name: str) -> Sequence[Any]:
        return [record.values.get(name) for record in self._records]


def read_values(
    fields: dict[str, Field], raw: dict[str, object], find: Finder | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """Station 3: foreign values by field name -> values and the problems among them.

    An unreadable value becomes a problem and is left out of the values; nothing raises.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, cell in raw.items():
        value, why = fields[name].read(cell, find)
        if why is not None:
            problems.append(Problem(name, "" if cell is None else str(cell), why))
        if why is None or value:
            values[name] = value
    return values, problems


def check_values(fields: dict[str, Field], values: dict[str, Any], *, new: bool) -> list[Problem]:
    """What keeps these values from being saved; for a new record needed fields are asked for too."""
    problems: list[Problem] = []
    for f in fields.values():
        if not f.is_written or (f.name not in values and not (new and f.required)):
            continue
        why: Said | None = f.check(values.get(f.name))
        if why is not None:
            problems.append(Problem(f.name, str(values.get(f.name) or ""), why))
    return problems


def same(of: Field, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same (blank and missing are the same)."""
    if isinstance(of, Rows):
        return {of.identity(r) for r in one or ()} == {of.identity(r) for r in other or ()}
    return (one if one != "" else None) == (other if other != "" else None)
