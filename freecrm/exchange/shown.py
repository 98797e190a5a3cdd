"""Rows as they will be, as texts: for looking at before anything is written."""

from __future__ import annotations

from collections.abc import Mapping as Keyed
from collections.abc import Sequence
from typing import Any

from freecrm.core.custom import Schema
from freecrm.core.fields import Field, Link
from freecrm.core.module import Together
from freecrm.core.rights import masked
from freecrm.core.rows import Rows
from freecrm.core.words import Said
from freecrm.exchange.changeset import Pairs, SampleRow
from freecrm.exchange.mapping import Mapping, field_at, link_of
from freecrm.exchange.sheets import Cell
from freecrm.exchange.tidy import Tidied

_LONGEST = 120  # characters of a cell that are shown


class Shower:
    """Shows the rows of one mapping.

    targets: path of the field of each cell, a new field's as «entity.key». people: id -> name, of
    people that a link may name. fresh: column -> word -> why it is worth a look.
    """

    def __init__(
        self,
        schema: Schema,
        plan: Together,
        mapping: Mapping,
        people: Keyed[bytes, str],
        fresh: Keyed[int, Keyed[str, Said]],
    ) -> None:
        self.schema, self.plan, self.mapping = schema, plan, mapping
        self.people, self.fresh = people, fresh
        self.targets: list[str] = []
        self.masked: frozenset[tuple[str, str]] = frozenset()  # told in part of stored records
        self.places: dict[int, int] = {}  # column -> place of its cell
        main = mapping.main or plan.person
        for column in mapping.columns:
            path = f"{main}.{column.new['key']}" if column.new else column.target
            f = field_at(schema, path)
            if not column.target or f is None:
                continue
            path = f"{f.entity}.{f.name}"
            if path not in self.targets:
                self.targets.append(path)
            self.places[column.index] = self.targets.index(path)
        self.fields = [field_at(schema, path) for path in self.targets]

    def row(self, number: int, cells: Sequence[Cell], row: Tidied, out: Said | None = None) -> SampleRow:
        """One row as it will be, with what could not be taken or is new in it."""
        texts = [self._text(f, row) for f in self.fields if f is not None]
        marks: dict[int, tuple[str, Said]] = {}
        for index, words in self.fresh.items():
            cell = cells[index] if index < len(cells) else None
            why = words.get(str(cell).strip()) if cell is not None else None
            if why is not None and index in self.places:
                marks[self.places[index]] = ("ask", why)
        for trouble in row.troubles:
            place = self.places.get(trouble.column)
            if place is not None:
                marks[place] = ("bad", trouble.why)
                texts[place] = texts[place] or trouble.text[:_LONGEST]
        return SampleRow(number, tuple(texts), marks, out)

    def _text(self, f: Field, row: Tidied) -> str:
        bag = row.main
        if f.entity == self.plan.position:
            bag = row.position
        elif f.entity == self.plan.person:
            bag = row.person
        value = bag.get(f.name)
        if isinstance(f, Link):
            if bag is row.main and f.name in row.links:
                return row.links[f.name]
            return self.people.get(value, "") if isinstance(value, bytes) else ""
        if link_of(self.schema, f) is not None and isinstance(f, Rows):
            return ", ".join(self.people.get(one.get(f.shows), "") for one in value or ())
        return _one_line(f.show(value)) if value is not None else ""

    def pairs(self, row: Tidied) -> Pairs:
        """What a row knows: (path, text), without its blanks."""
        found = zip(self.targets, self.fields, strict=True)
        return tuple((path, text) for path, f in found if f is not None and (text := self._text(f, row)))

    def pairs_of(self, values: Keyed[str, Any], person: Keyed[str, Any]) -> Pairs:
        """The same of a stored record (with its person), where it has these fields."""
        found = []
        for path, f in zip(self.targets, self.fields, strict=True):
            if f is None:
                continue
            bag = person if f.entity == self.plan.person and self.mapping.main else values
            value = bag.get(f.name)
            if isinstance(f, Link):
                text = str(bag.get(f"{f.name}_title") or (self.people.get(value, "") if value else ""))
            else:
                text = _one_line(f.show(value)) if value is not None else ""
            if text and (f.entity, f.name) in self.masked:
                text = masked(text) or ""
            if text:
                found.append((path, text))
        return tuple(found)


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))[:_LONGEST]
