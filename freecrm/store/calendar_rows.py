"""What a calendar file may mean in this file of the firm: activities by their uid, people by mail, customers by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from freecrm.store import faults
from freecrm.store.tables import quoted, rows_of

if TYPE_CHECKING:
    from freecrm.store.database import Store

OWN = "@freecrm"
"""How the uids end that FreeCRM gives: before it stands the id of the activity."""
SHORTEST, SHORTEST_LATIN = 2, 4
"""Signs that a customer's name must have to be looked for in a text."""

Key = tuple[str, int | None]
"""uid and, of one time of a series, the time (ms) in place of which it stands."""


def own_id(uid: str) -> bytes | None:
    """The id of the activity that a uid of ours names."""
    found = re.fullmatch(rf"([0-9a-f]{{32}}){re.escape(OWN)}", uid)
    return bytes.fromhex(found[1]) if found else None


def uid_of(id: bytes, uid: str | None) -> str:
    """What calendars outside call an activity."""
    return uid or f"{id.hex()}{OWN}"


@faults.reads
def known(store: Store, uids: Iterable[str]) -> dict[Key, bytes]:
    """The activities that are here already, by what a calendar calls them."""
    wanted = list(dict.fromkeys(uids))
    found: dict[Key, bytes] = {}
    c = store.read()
    sql = "SELECT uid, instance, id FROM activity WHERE uid IN (?) ORDER BY n DESC"
    found.update({(uid, instance): id for uid, instance, id in rows_of(c, sql, wanted)})
    ours = {id: uid for uid in wanted if (id := own_id(uid)) is not None}
    sql = "SELECT id FROM activity WHERE id IN (?)"
    found.update({(ours[id], None): id for (id,) in rows_of(c, sql, ours)})
    masters = {id: uid for (uid, instance), id in found.items() if instance is None}
    sql = "SELECT series, instance, id FROM activity WHERE series IN (?) AND instance IS NOT NULL"
    for series, instance, id in rows_of(c, sql, masters):
        found.setdefault((masters[series], instance), id)
    return found


class Owner(NamedTuple):
    """Whose address it is."""

    entity: str
    id: bytes


@faults.reads
def by_mail(store: Store, mails: Iterable[str]) -> dict[str, Owner]:
    """Address, in small letters -> the colleague, contact or customer who has it; one that two have is nobody's."""
    wanted, found = {mail.lower() for mail in mails}, dict[str, set[Owner]]()
    # all of them are walked: they stand there in large and small letters
    for address, entity, id in (
        store.read().execute("SELECT address, parent_entity, parent FROM email") if wanted else ()
    ):
        if address and address.lower() in wanted:
            found.setdefault(address.lower(), set()).add(Owner(entity, id))
    order = ("user", "contact", "customer")
    made = {}
    for mail, owners in found.items():
        ranked = sorted(
            (one for one in owners if one.entity in order), key=lambda one: order.index(one.entity)
        )
        if ranked and sum(one.entity == ranked[0].entity for one in ranked) == 1:
            made[mail] = ranked[0]
    return made


@faults.reads
def firms_of(store: Store, contacts: Sequence[bytes]) -> dict[bytes, set[bytes]]:
    """Contact -> the customers they work for."""
    found: dict[bytes, set[bytes]] = {}
    sql = "SELECT parent, customer FROM job WHERE parent IN (?) AND customer IS NOT NULL"
    for contact, customer in rows_of(store.read(), sql, dict.fromkeys(contacts)):
        found.setdefault(contact, set()).add(customer)
    return found


@faults.reads
def there(store: Store, entity: str, ids: Iterable[bytes]) -> set[bytes]:
    """Those of the ids that are records."""
    sql = f"SELECT id FROM {quoted(entity)} WHERE id IN (?)"
    return {id for (id,) in rows_of(store.read(), sql, dict.fromkeys(ids))}


@faults.reads
def changed_by_hand(store: Store, ids: Sequence[bytes]) -> dict[bytes, int]:
    """When (ms) each activity was last changed here otherwise than by an import."""
    sql = (
        "SELECT c.id, max(c.at) FROM change c LEFT JOIN step s ON s.n = c.step"
        " WHERE c.id IN (?) AND coalesce(s.origin, '') != 'import' GROUP BY c.id"
    )
    return dict(rows_of(store.read(), sql, ids))


@faults.reads
def last_changes(store: Store, ids: Sequence[bytes]) -> dict[bytes, int]:
    """When (ms) each record was last changed at all."""
    sql = "SELECT id, max(at) FROM change WHERE id IN (?) GROUP BY id"
    return dict(rows_of(store.read(), sql, ids))


class Names:
    """Which customer a text names. The names of all customers are read once, those kept that can be in one of the
    texts."""

    def __init__(self, store: Store, texts: Iterable[str]) -> None:
        starts = {
            text[at : at + SHORTEST] for one in texts for text in [one.casefold()] for at in range(len(text))
        }
        self._by_start: dict[str, dict[str, set[bytes]]] = {}
        if not starts:
            return
        for id, name in _names(store):
            plain = " ".join(name.casefold().split())
            long_enough = len(plain) >= (SHORTEST_LATIN if plain.isascii() else SHORTEST)
            if long_enough and plain[:SHORTEST] in starts:
                self._by_start.setdefault(plain[:SHORTEST], {}).setdefault(plain, set()).add(id)

    def named_in(self, text: str) -> bytes | None:
        """The customer whose name stands in a text; None when none does, or several may be meant."""
        plain, found = " ".join(text.casefold().split()), dict[str, set[bytes]]()
        for at in range(len(plain)):
            for name, ids in self._by_start.get(plain[at : at + SHORTEST], {}).items():
                if plain.startswith(name, at) and _whole(plain, at, at + len(name)):
                    found[name] = ids
        # «云杉谷» stands in «云杉谷酒店» as well: only the longer one is meant
        longest = [name for name in found if not any(name != other and name in other for other in found)]
        ids = {id for name in longest for id in found[name]}
        return next(iter(ids)) if len(ids) == 1 else None

    def called(self, name: str) -> bytes | None:
        """The one customer of exactly that name."""
        plain = " ".join(name.casefold().split())
        ids = self._by_start.get(plain[:SHORTEST], {}).get(plain, set())
        return next(iter(ids)) if len(ids) == 1 else None


@faults.reads
def _names(store: Store) -> list[tuple[bytes, str]]:
    return store.read().execute("SELECT id, name FROM customer WHERE name IS NOT NULL").fetchall()


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no Latin word is cut at these places."""

    def cut(at: int) -> bool:
        return 0 < at < len(text) and all(c.isascii() and c.isalnum() for c in text[at - 1 : at + 1])

    return not cut(start) and not cut(end)


# ---- what goes out


@faults.reads
def chosen(
    store: Store,
    ids: Sequence[bytes] | None,
    customer: bytes | None,
    contact: bytes | None,
    since: int | None,
    until: int | None,
) -> list[bytes]:
    """The activities of these ids, of a customer, with a contact, between two times (ms), each None = all; in the
    order of their rows, a series always with the times of it that stand for themselves. What was stated by a day
    alone is left out: it is no time of a calendar."""
    where, values = ["coalesce(a.recorded, 0) = 0"], list[object]()
    if customer is not None:
        where.append("a.customer = ?")
        values.append(customer)
    if contact is not None:
        where.append("EXISTS (SELECT 1 FROM attendee t WHERE t.parent = a.id AND t.contact = ?)")
        values.append(contact)
    if since is not None:
        where.append('(a.start IS NULL OR a.repeats IS NOT NULL OR coalesce(a."end", a.start) >= ?)')
        values.append(since)
    if until is not None:
        where.append("(a.start IS NULL OR a.start < ?)")
        values.append(until)
    found = (
        store.read()
        .execute(
            f"SELECT a.id, a.series, a.repeats FROM activity a WHERE {' AND '.join(where)} ORDER BY a.n",
            values,
        )
        .fetchall()
    )
    if ids is not None:
        wanted = set(ids)
        found = [row for row in found if row[0] in wanted]
    made = dict.fromkeys(id for id, _series, _rule in found)
    for id in [*made, *{series for _id, series, _rule in found if series}]:
        if id not in made:
            made[id] = None
    series = [id for id, _series, _rule in found]
    sql = "SELECT id FROM activity WHERE series IN (?) AND instance IS NOT NULL ORDER BY n"
    made.update(dict.fromkeys(id for (id,) in rows_of(store.read(), sql, series)))
    gone = set(made) - there(store, "activity", list(made))
    return [id for id in made if id not in gone]


@faults.reads
def zones_of(store: Store, ids: Sequence[bytes]) -> list[tuple[str, int, int]]:
    """The zones of these activities, each with the first and last time (ms) in it."""
    found: dict[str, tuple[int, int]] = {}
    sql = (
        "SELECT start_zone, min(start), max(start) FROM activity WHERE id IN (?) AND start IS NOT NULL"
        " AND coalesce(all_day, 0) = 0 AND start_zone IS NOT NULL AND start_zone != 'UTC' GROUP BY start_zone"
    )
    for name, first, last in rows_of(store.read(), sql, ids):
        before = found.get(name, (first, last))
        found[name] = (min(first, before[0]), max(last, before[1]))
    return [(name, *found[name]) for name in sorted(found)]


@faults.reads
def single_times(store: Store, ids: Sequence[bytes]) -> dict[bytes, set[int]]:
    """Series -> the times (ms) in place of which an activity of its own stands."""
    found: dict[bytes, set[int]] = {}
    sql = "SELECT series, instance FROM activity WHERE series IN (?) AND instance IS NOT NULL"
    for series, instance in rows_of(store.read(), sql, ids):
        found.setdefault(series, set()).add(instance)
    return found


@faults.reads
def mails_of(store: Store, ids: Sequence[bytes]) -> dict[bytes, str]:
    """The first mail address of each of these people."""
    found: dict[bytes, str] = {}
    sql = 'SELECT parent, address FROM email WHERE parent IN (?) ORDER BY coalesce("primary", 0) DESC, n'
    for id, address in rows_of(store.read(), sql, ids):
        found.setdefault(id, address)
    return found
