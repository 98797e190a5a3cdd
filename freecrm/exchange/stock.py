"""The stored records that an import's rows are about, with their people: read many at a time, kept at hand.

A list brought in a second time asks for every record of the file. One by one that would take ten
times as long as the first import; and a customer of ten thousand rows must not be read as often.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from freecrm.core import phones
from freecrm.core.custom import Schema
from freecrm.core.module import Together
from freecrm.core.record import Record
from freecrm.core.rows import Addresses, Phones, Rows, Tags
from freecrm.core.words import LANGUAGES, N_, translated
from freecrm.store import lookup, stated
from freecrm.store.reader import Reader

TO_CHECK = N_("To check")
"""The tag of records with a phone that should be looked at; one tag, whatever language put it there."""


@cache
def _to_check() -> frozenset[str]:
    return frozenset(translated(TO_CHECK, language) for language in LANGUAGES)


@dataclass
class Held:
    """A record as it stands, and the values that rows have put into it since.

    stored: whether it is in the file. changed: the fields to write.
    """

    record: Record
    stored: bool = True
    changed: set[str] = field(default_factory=set)
    _marks: dict[str, set[str]] = field(default_factory=dict)

    def marks(self, f: Rows) -> set[str]:
        """What its child rows are told apart by."""
        found = self._marks.get(f.name)
        if found is None:
            found = self._marks[f.name] = {mark(f, row) for row in self.record[f.name] or ()}
        return found

    def take(self, fields: dict[str, Any], changes: dict[str, Any]) -> None:
        """Put changes in; a list of child rows begins with those that were there."""
        for name, value in changes.items():
            f = fields[name]
            if isinstance(f, Rows) and not isinstance(f, Addresses):
                before = len(self.record[name] or ())
                self.marks(f).update(mark(f, row) for row in value[before:])
            self.record.values[name] = value
            self.changed.add(name)


def mark(f: Rows, row: dict[str, Any]) -> str:
    """What tells a child row from the others of its record: a phone's last digits, else its text."""
    value = str(row.get(f.shows) or "")
    if isinstance(f, Tags) and value in _to_check():
        return TO_CHECK
    return (phones.tail(value) or value) if isinstance(f, Phones) else value.casefold()


@dataclass
class _People:
    """The people of one main record by name and by phone; of equals the first."""

    everybody: list[Held] = field(default_factory=list)
    by_name: dict[str, Held] = field(default_factory=dict)
    by_tail: dict[str, Held] = field(default_factory=dict)

    def add(self, person: Held) -> None:
        self.everybody.append(person)
        self.by_name.setdefault(str(person.record["name"]), person)
        for tail in _tails(person.record.values):
            self.by_tail.setdefault(tail, person)


def _tails(values: dict[str, Any]) -> list[str]:
    return [tail for p in values.get("phones") or () if (tail := phones.tail(p["number"]))]


@dataclass
class Stock:
    """Main records with their people. `load` many, then ask `held` and `person`.

    masked: (entity, field) of what whoever asks is shown in part."""

    reader: Reader
    schema: Schema
    plan: Together
    main: str
    masked: frozenset[tuple[str, str]] = frozenset()
    _mains: dict[bytes, Held] = field(default_factory=dict)
    _people: dict[bytes, _People] = field(default_factory=dict)

    def load(self, ids: Collection[bytes]) -> None:
        """Read these main records and their people; those at hand before are forgotten."""
        wanted = list(ids)
        found = self.reader.by_ids(self.main, wanted, self._compared(self.main))
        self._mains = {id: Held(record) for id, record in found.items()}
        self._state(found)
        self._people = {}
        if self.main != self.plan.main or not self.plan.person:
            return
        pairs = lookup.people_of(self.reader.connection(), self.plan, list(found))
        everybody = list(dict.fromkeys(person for _main, person in pairs))
        records = self.reader.by_ids(self.plan.person, everybody, self._compared(self.plan.person))
        people = {id: Held(record) for id, record in records.items()}
        for main, person in pairs:
            if person in people:
                self._people.setdefault(main, _People()).add(people[person])

    def _state(self, found: dict[bytes, Record]) -> None:
        """Put in the days that the step under way has stated and that are worked out at its end only."""
        step = self.reader.step
        if step is None or not found:
            return
        for f in stated.fields(self.schema.fields(self.main).values()):
            for id, day in stated.known(step, f, list(found)).items():
                found[id].values[f.name] = f.unpack(day)

    def _compared(self, entity: str) -> set[str]:
        """The fields that a row can fill; not what only hangs on a record (notes, files, positions)."""
        apart = (self.plan.position, "note", "file")
        fields = self.schema.fields(entity).values()
        return {f.name for f in fields if f.is_written and not (isinstance(f, Rows) and f.of in apart)}

    def held(self, id: bytes) -> Held | None:
        """The main record, or `None` when it is gone or was not loaded."""
        return self._mains.get(id)

    def person(self, id: bytes, values: dict[str, Any]) -> Held | None:
        """Which of the record's people a row's person is: the same name, or the same phone."""
        people = self._people.get(id)
        if people is None:
            return None
        named = people.by_name.get(str(values.get("name")))
        if named is not None:
            return named
        return next((people.by_tail[t] for t in _tails(values) if t in people.by_tail), None)

    def join(self, id: bytes, person: Held) -> None:
        """A new person of a main record: later rows may be about the same."""
        self._people.setdefault(id, _People()).add(person)

    def names(self, id: bytes) -> list[str]:
        """The names of the record's people."""
        people = self._people.get(id)
        return [str(person.record["name"]) for person in people.everybody] if people else []

    def everything(self) -> list[Held]:
        """Every record at hand, each once: main records first."""
        people = (person for held in self._people.values() for person in held.everybody)
        return [*self._mains.values(), *{id(person): person for person in people}.values()]
