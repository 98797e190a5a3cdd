"""Which record a row is about: code, then phone and mail, then the name's normal form.

Rows are held against the records of the file and against the earlier rows of the same list.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from freecrm.core import names, phones
from freecrm.core.module import Together
from freecrm.core.numbering import same_code, written
from freecrm.core.words import N_, Said, say
from freecrm.exchange.doubles import DOUBTFUL, SURE, Profile, likeness, profile, score
from freecrm.exchange.tidy import Tidied
from freecrm.store import lookup, profiles
from freecrm.store.database import Store

_FEW = 50


@dataclass(slots=True)
class Keys:
    """What a row is recognised by."""

    name: str
    norm: str
    code: str
    city: str
    numbers: tuple[str, ...]
    tails: tuple[str, ...]
    mails: tuple[str, ...]
    person: str

    def ways(self) -> list[str]:
        """What it is looked up by among other rows."""
        found = [f"c{same_code(self.code)}"] if self.code else []
        found += [f"t{tail}" for tail in self.tails]
        found += [f"m{mail}" for mail in self.mails]
        if self.norm:
            found.append(f"n{self.norm}")
        return found


@dataclass(slots=True)
class Match:
    """The record that a row is about. row: the earlier row that makes it, None for a stored one.

    sure: it is the same one; else it may be. more: one more person of the same main record.
    """

    id: bytes
    row: int | None
    name: str
    score: float
    reasons: tuple[Said, ...]
    sure: bool
    more: bool = False


@dataclass(slots=True)
class _Earlier:
    """A row that becomes a new record; kept packed, since of 100,000 only a few are ever looked at."""

    id: bytes
    row: int
    keys: Keys
    values: dict[str, Any]

    def packed(self) -> bytes:
        """Small enough to keep for every row of a list."""
        k = self.keys
        parts = (k.name, k.norm, k.code, k.city, k.numbers, k.tails, k.mails, k.person)
        return pickle.dumps((self.id, self.row, parts, self.values), pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def unpacked(data: bytes) -> _Earlier:
        """What `packed` made small."""
        id, row, parts, values = pickle.loads(data)
        return _Earlier(id, row, Keys(*parts), values)


@dataclass
class Matcher:
    """Matches rows, a block at a time. `add` tells it of rows that become new records."""

    store: Store
    plan: Together
    main: str
    earlier: list[bytes] = field(default_factory=list)
    by_key: dict[str, int | list[int]] = field(default_factory=dict)
    stored: dict[str, list[bytes]] = field(default_factory=dict)
    known: dict[bytes, profiles.Stored] = field(default_factory=dict)

    def keys(self, row: Tidied) -> Keys:
        """What this row is recognised by."""
        name = row.main.get("name") or row.person.get("name") or ""
        numbers = [*row.main.get("phones", ()), *row.person.get("phones", ())]
        found = [p["number"] for p in numbers]
        places = row.main.get("addresses") or row.person.get("addresses") or ()
        return Keys(
            name,
            names.normal(name) if name else "",
            row.main.get("code") or "",
            (places[0].get("city") or "") if places else "",
            tuple(dict.fromkeys(found)),
            tuple(dict.fromkeys(t for t in map(phones.tail, found) if len(t) >= 7)),
            tuple(m["address"] for m in [*row.main.get("emails", ()), *row.person.get("emails", ())]),
            row.person.get("name") or "" if row.main else "",
        )

    def look_up(self, block: list[Keys]) -> None:
        """Fetch the stored records that the rows of a block may be about."""
        c, plan = self.store.read(), self.plan
        self.stored, self.known = {}, {}
        codes = {form for k in block if k.code for form in written(k.code)}
        found = (
            [(f"c{same_code(code)}", ids) for code, ids in lookup.by_codes(c, self.main, codes).items()]
            if codes and self.main == plan.main
            else []
        )
        tails = {t for k in block for t in k.tails}
        mails = {m for k in block for m in k.mails}
        found += [
            (f"t{v}", ids)
            for v, ids in lookup.by_child(c, plan, self.main, "phone", "number_tail", tails).items()
        ]
        found += [
            (f"m{v}", ids)
            for v, ids in lookup.by_child(c, plan, self.main, "email", "address", mails).items()
        ]
        norms = {k.norm for k in block if k.norm}
        found += [(f"n{v}", ids) for v, ids in lookup.by_norms(c, self.main, norms).items()]
        for key, ids in found:
            self.stored[key] = [*self.stored.get(key, ()), *ids][:20]
        wanted = {id for ids in self.stored.values() for id in ids}
        self.known = profiles.of_ids(self.store, self.main, wanted)

    def match(self, keys: Keys, values: dict[str, Any]) -> Match | None:
        """The best record for a row, or None when it is a new one."""
        ways = keys.ways()
        if self.stored.keys().isdisjoint(ways) and self.by_key.keys().isdisjoint(ways):
            return None  # as most rows of a first import: nobody is like them
        stored = dict.fromkeys(id for way in ways for id in self.stored.get(way, ()))
        earlier = dict.fromkeys(i for way in ways for i in self._rows_of(way))
        mine = profile_of(keys)
        best: Match | None = None
        for id in stored:
            held = self.known.get(id)
            if held is not None:
                best = better(best, self._against_stored(mine, keys, held))
        for i in earlier:
            best = better(best, self._against_earlier(mine, keys, values, _Earlier.unpacked(self.earlier[i])))
        return best if best is not None and best.score >= DOUBTFUL else None

    def _against_stored(self, mine: Profile, keys: Keys, held: profiles.Stored) -> Match:
        theirs = profile(
            held.name,
            norm=held.norm,
            code=held.code,
            city=held.city,
            tails=_telling(keys.numbers, held.phones),
            mails=_telling(keys.mails, held.mails),
            people=_telling((keys.person,), held.people),
        )
        result = score(mine, theirs)
        if keys.code and same_code(keys.code) == same_code(held.code or ""):
            why = say(N_("same code {code}"), code=keys.code)
            if _apart(mine, theirs):
                return Match(held.id, None, held.name, DOUBTFUL, (why, say(N_("another name"))), False)
            return Match(held.id, None, held.name, 1.0, (why,), True)
        sure = result.value >= SURE or (keys.name == held.name and not (keys.numbers and held.phones))
        return Match(
            held.id, None, held.name, max(result.value, SURE) if sure else result.value, result.reasons, sure
        )

    def _against_earlier(self, mine: Profile, keys: Keys, values: dict[str, Any], other: _Earlier) -> Match:
        if (
            keys.name == other.keys.name
            and keys.person != other.keys.person
            and no_conflict(values, other.values)
        ):
            why = say(N_("one more person of the same customer"))
            return Match(other.id, other.row, other.keys.name, 1.0, (why,), True, True)
        theirs = profile_of(other.keys)
        result = score(mine, theirs)
        if keys.code and same_code(keys.code) == same_code(other.keys.code) and _apart(mine, theirs):
            reasons = (result.reasons[0], say(N_("another name")))
            return Match(other.id, other.row, other.keys.name, DOUBTFUL, reasons, False)
        return Match(other.id, other.row, other.keys.name, result.value, result.reasons, False)

    def add(self, id: bytes, row: int, keys: Keys, values: dict[str, Any]) -> None:
        """A row became a new record: later rows may be about it."""
        held = {name: v for name, v in values.items() if not isinstance(v, list)}
        at = len(self.earlier)
        self.earlier.append(_Earlier(id, row, keys, held).packed())
        for way in keys.ways():
            rows = self._rows_of(way)
            if len(rows) < 20:
                self.by_key[way] = [*rows, at] if rows else at

    def rows_with_code(self, code: str) -> list[tuple[int, bytes]]:
        """(row, id) of the earlier rows that brought this code."""
        found = [_Earlier.unpacked(self.earlier[i]) for i in self._rows_of(f"c{same_code(code)}")]
        return [(one.row, one.id) for one in found if same_code(one.keys.code) == same_code(code)]

    def _rows_of(self, key: str) -> list[int]:
        """The earlier rows of a key: most have one, which is kept without a list around it."""
        found = self.by_key.get(key)
        return [] if found is None else [found] if isinstance(found, int) else found


def _telling(mine: Sequence[str], theirs: Collection[str]) -> list[str]:
    """Of a record's many phones, mails or people those that say whether it is the row's; few as they are."""
    if len(theirs) <= _FEW:
        return list(theirs)
    return [*(value for value in mine if value in theirs), *islice(theirs, _FEW)]


def _apart(one: Profile, other: Profile) -> bool:
    """Whether nothing but the code speaks for these two being one: then one of the two codes is a slip, and to put
    two customers under one name would be worse than to have one twice."""
    return likeness(one._replace(code=""), other._replace(code="")) < DOUBTFUL


def better(one: Match | None, other: Match) -> Match:
    """The likelier of two; of equals the earlier found."""
    return other if one is None or (other.sure, other.score) > (one.sure, one.score) else one


def profile_of(keys: Keys) -> Profile:
    """The keys of a row in the form that doubles are scored in."""
    return profile(
        keys.name,
        norm=keys.norm,
        code=keys.code,
        city=keys.city,
        tails=keys.numbers,
        mails=keys.mails,
        people=(keys.person,) if keys.person else (),
    )


def no_conflict(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two rows' values of the main record can be of the same record: equal or blank."""
    return all(
        name not in other or other[name] == value
        for name, value in one.items()
        if value is not None and not isinstance(value, list) and name != "remark"
    )
