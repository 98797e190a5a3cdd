"""Who is in the file already, while somebody types a name or a phone: the hint below the field.

Asks only what indexes answer (normal form of the name, ends of phones, mails, the search index for names
that begin or sound alike), so it takes milliseconds at a million rows. Never blocks anybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from freecrm.core import names, phones, pinyin
from freecrm.core.record import Typed
from freecrm.core.words import Said
from freecrm.exchange import doublelist
from freecrm.exchange.doubles import DOUBTFUL, Profile, profile, score
from freecrm.store import lookup, profiles
from freecrm.store.database import Store
from freecrm.store.faults import reads

FEW = 20  # records that are compared, of those the search index knows
LEAST = 2  # characters of a name

PERSON = "_person"
"""Where the values of a form keep a contact that is made along: a name that no field has."""


@dataclass(frozen=True, slots=True)
class Like:
    """A record that may be the one being typed. reasons: why, ready to be read."""

    entity: str
    id: bytes
    title: str
    value: float
    reasons: tuple[Said, ...]


@reads
def similar(
    store: Store, entity: str, values: Mapping[str, Any], *, but: bytes | None = None, limit: int = 3
) -> list[Like]:
    """The records of `entity` most like these values of a form, the likeliest first; `but` is left out, and
    so is who was said not to be the same as it.

    values: by field name, as a form gives them; a person typed along with the record under `PERSON`."""
    declared = store.schema.entity(entity)
    title = store.schema.fields(entity).get(declared.title)
    if title is None or title.search != "name" or not declared.alike:
        return []
    typed = _profile(values, declared.title)
    held = profiles.of_ids(store, entity, _candidates(store, entity, typed))
    found = []
    parted = doublelist.apart_from(store, entity, but) if but is not None else frozenset()
    for one in held.values():
        if one.id in parted:
            continue
        other = profile(
            one.name,
            norm=one.norm,
            code=one.code,
            city=one.city,
            tails=one.phones,
            mails=one.mails,
            people=one.people,
        )
        compared = score(typed, other)
        if one.id != but and (compared.value >= DOUBTFUL or _same_reach(typed, other)):
            found.append(Like(entity, one.id, one.name, compared.value, compared.reasons))
    return sorted(found, key=lambda like: -like.value)[:limit]


def _profile(values: Mapping[str, Any], title: str) -> Profile:
    person: Mapping[str, Any] = values.get(PERSON) or {}
    places = [row for row in values.get("addresses") or () if not isinstance(row, Typed)]
    return profile(
        str(values.get(title) or "").strip(),
        code=str(values.get("code") or ""),
        city=str(places[0].get("city") or "") if places else "",
        tails=[n for row in _rows(values, person, "phones") if (n := str(row.get("number") or ""))],
        mails=[m for row in _rows(values, person, "emails") if (m := str(row.get("address") or ""))],
        people=[str(person["name"])] if person.get("name") else [],
    )


def _rows(values: Mapping[str, Any], person: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    return [*(values.get(name) or ()), *(person.get(name) or ())]


def _candidates(store: Store, entity: str, typed: Profile) -> list[bytes]:
    c, plan = store.read(), store.model.imported(entity)
    found: dict[bytes, None] = {}
    tails = {tail for number in typed.phones if len(tail := phones.tail(number)) >= 7}
    asked = [
        lookup.by_child(c, plan, entity, "phone", "number_tail", tails) if tails else {},
        lookup.by_child(c, plan, entity, "email", "address", set(typed.mails)) if typed.mails else {},
        lookup.by_norms(c, entity, {typed.norm}) if len(typed.norm) >= LEAST else {},
    ]
    if typed.code and "code" in store.schema.fields(entity):
        asked.append(lookup.by_codes(c, entity, {typed.code}))
    for held in asked:
        for ids in held.values():
            found.update(dict.fromkeys(ids[:FEW]))
    if len(typed.bare) >= LEAST:
        for words in dict.fromkeys((typed.bare, pinyin.key(typed.bare).replace(" ", ""))):
            hits = store.reader().find(words, FEW, (entity,))
            found.update(dict.fromkeys(hit.record.id for hit in hits))
    return list(found)


def _same_reach(one: Profile, other: Profile) -> bool:
    """Whether a phone or mail is the same: worth a look under whatever name."""
    ends = {phones.tail(number) for number in one.phones}
    return any(phones.tail(number) in ends for number in other.phones) or bool({*one.mails} & {*other.mails})


def titled(name: str) -> bool:
    """Whether so much of a name is typed that asking makes sense."""
    return len(names.normal(name)) >= LEAST
