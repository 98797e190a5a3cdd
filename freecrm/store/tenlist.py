"""The ten customers whose tidying pays most today: chosen once a day, the same all day, others tomorrow.

    today = tenlist.today(store, "customer")     writes when the day is new: call it in a job of the writer
    tenlist.set_aside(store, today, id)          nothing more to be found out about this one today

Chosen: those of whoever is signed in (all, where nobody is), the first grade first, then the least complete,
then the least fresh, then the oldest; not those that stood in a list of the last SPAN days, as long as there
are others. What was done is counted from the log.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core.change import DELETE, INSERT
from freecrm.core.day_words import this_day
from freecrm.core.entity import is_child
from freecrm.core.fields import Choice, Link
from freecrm.core.words import N_, Said, say
from freecrm.store import faults, scores
from freecrm.store.scores import Score
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

KEPT = "tidy.today."
MOST, SPAN = 10, 7
GRADE = "grade"


class One(NamedTuple):
    """A record of today's list. why: why it was chosen, in words. score: as it is now. done: it was changed
    today. aside: it was looked at, and there is nothing to be added."""

    id: bytes
    n: int
    title: str
    why: tuple[Said, ...]
    score: Score | None
    done: bool
    aside: bool


@dataclass(frozen=True)
class Today:
    """day: that it is for. mine: only records of whoever is signed in were looked at."""

    entity: str
    day: dt.date
    ones: tuple[One, ...]
    mine: bool

    @property
    def finished(self) -> int:
        """How many are worked off."""
        return sum(one.done or one.aside for one in self.ones)


def today(store: Store, entity: str, day: dt.date | None = None) -> Today:
    """The list of this day, chosen now when there is none yet."""
    day = day or this_day()
    key = KEPT + entity + "." + (store.user.hex() if store.user else "")
    kept = store.kept(key)
    held: dict[str, Any] = kept if isinstance(kept, dict) else {}
    reader = store.reader()
    if held.get("day") != day.isoformat() or not _there(reader, entity, held.get("ids", ())):
        before = _before(held, day)
        ids = _choose(reader, entity, day, {bytes.fromhex(id) for id in before})
        held = {"day": day.isoformat(), "ids": [id.hex() for id in ids], "aside": [], "before": before}
        store.keep(key, held)
    return _read(reader, entity, day, held)


def set_aside(store: Store, of: Today, id: bytes, yes: bool = True) -> None:
    """Nothing more to be found out about this one today; or take that back."""
    key = KEPT + of.entity + "." + (store.user.hex() if store.user else "")
    with store.lock:
        held = store.kept(key)
        if isinstance(held, dict) and held.get("day") == of.day.isoformat():
            rest = [one for one in held["aside"] if one != id.hex()]
            store.keep(key, {**held, "aside": [*rest, id.hex()] if yes else rest})


def _before(held: Mapping[str, Any], day: dt.date) -> dict[str, str]:
    """Record -> day of the list it stood in, for the lists of the last days."""
    found = dict(held.get("before", {}))
    if held.get("day") and held["day"] != day.isoformat():
        found.update(dict.fromkeys(held.get("ids", ()), held["day"]))
    oldest = (day - dt.timedelta(days=SPAN)).isoformat()
    return {id: of for id, of in found.items() if oldest <= of < day.isoformat()}


def _there(reader: Reader, entity: str, ids: Collection[str]) -> dict[bytes, int]:
    return reader.numbers_of(entity, [bytes.fromhex(id) for id in ids])


# ---- choosing


def _choose(reader: Reader, entity: str, day: dt.date, before: Collection[bytes]) -> list[bytes]:
    found = _best(reader, entity, day, before, MOST)
    if len(found) < MOST and before:  # a small firm has no others: those of the days before come again
        more = _best(reader, entity, day, found, MOST)
        found += more[: MOST - len(found)]
    return found


def _best(reader: Reader, entity: str, day: dt.date, without: Collection[bytes], most: int) -> list[bytes]:
    fields, declared = reader.schema.fields(entity), reader.schema.entity(entity)
    complete, fresh = scores.sums(reader, entity, day)
    f = fields.get(GRADE)
    entries = f.options.entries if isinstance(f, Choice) else ()
    cases = " ".join("WHEN ? THEN ?" for _entry in entries)
    grade = f"CASE t.{quoted(GRADE)} {cases} ELSE ? END" if entries else "?"
    places = [value for at, entry in enumerate(entries) for value in (entry.key, at)]
    mine, own = "", list[Any]()
    if declared.owner and reader.store.user is not None:
        mine, own = f" AND t.{quoted(declared.owner)} = ?", [reader.store.user]
    sql = (
        f"SELECT id FROM (SELECT id, n, {grade} AS grade_, {complete.sql} AS complete_, {fresh.sql} AS fresh_"
        f" FROM {quoted(entity)} t WHERE hex(t.id) NOT IN (SELECT value FROM json_each(?)){mine})"
        " WHERE complete_ < ? OR fresh_ < ? ORDER BY grade_, complete_, fresh_, n LIMIT ?"
    )
    hidden = json.dumps([id.hex().upper() for id in without])
    given = [*places, len(entries), *complete.given, *fresh.given, hidden, *own]
    with faults.told(reader.store.path):
        rows = reader.connection().execute(sql, (*given, complete.whole, fresh.whole, most))
        return [row[0] for row in rows]


# ---- reading


def _read(reader: Reader, entity: str, day: dt.date, held: Mapping[str, Any]) -> Today:
    ids = [bytes.fromhex(id) for id in held["ids"]]
    declared, fields = reader.schema.entity(entity), reader.schema.fields(entity)
    names = {declared.title, GRADE, "last_contact"} & fields.keys()
    records = reader.by_ids(entity, ids, names)
    done = _done(reader, entity, list(records), day)
    aside = {bytes.fromhex(id) for id in held.get("aside", ())}
    ones = []
    for id in ids:
        record = records.get(id)
        if record is None:
            continue  # deleted since
        score = scores.of_record(reader, entity, id, day)
        why = _why(record.values, fields, score, day)
        title = str(record[declared.title] or "")
        ones.append(One(id, record.n, title, why, score, id in done, id in aside))
    mine = bool(declared.owner) and reader.store.user is not None
    return Today(entity, day, tuple(ones), mine)


def _why(
    values: Mapping[str, Any], fields: Mapping[str, Any], score: Score | None, day: dt.date
) -> tuple[Said, ...]:
    found = []
    grade = fields.get(GRADE)
    if grade is not None and values.get(GRADE):
        found.append(say(N_("Grade {grade}"), grade=grade.show(values[GRADE])))
    if score is not None and score.complete is not None:
        found.append(say(N_("{n} % complete"), n=score.complete))
    if "last_contact" in fields:
        last = values.get("last_contact")
        if last is None:
            found.append(say(N_("no contact noted yet")))
        else:
            found.append(say(N_("contact {n} days ago"), n=max((day - last).days, 0)))
    return tuple(found)


def _done(reader: Reader, entity: str, ids: list[bytes], day: dt.date) -> set[bytes]:
    """Those that somebody changed on this day, themselves or a row of theirs, and did not undo; to have been
    made today is not to have been tidied."""
    since = scores.begin(day, 0)
    until = scores.begin(day, -1)
    whole: dict[bytes, bytes] = {id: id for id in ids}  # row -> record
    marks = ", ".join("?" * len(ids))
    connection = reader.connection()
    with faults.told(reader.store.path):
        for child in reader.schema.child_entities():
            for link in _links(reader, child.entity, entity):
                sql = f"SELECT id, {link} FROM {quoted(child.entity)} WHERE {link} IN ({marks})"
                whole.update(connection.execute(sql, ids))
        standing = (
            " AND g.at >= ? AND g.at < ? AND EXISTS (SELECT 1 FROM step s WHERE s.n = g.step"
            " AND s.undone_by IS NULL AND s.origin IN ('user', 'redo'))"
        )
        found: set[bytes] = set()
        changes: list[tuple[bytes, int, bool]] = []  # record, step, whether the step made the record
        rows = list(whole)
        for start in range(0, len(rows), 500):
            block = rows[start : start + 500]
            of = ", ".join("?" * len(block))
            sql = f"SELECT DISTINCT g.id, g.step, g.op FROM change g WHERE g.id IN ({of}){standing}"
            for id, step, op in connection.execute(sql, (*block, since, until)):
                changes.append((whole[id], step, op == INSERT and whole[id] == id))
        made = {(record, step) for record, step, new in changes if new}
        found.update(record for record, step, _new in changes if (record, step) not in made)
        sql = (
            f"SELECT DISTINCT g.data ->> '$.parent' FROM change g WHERE g.op = {DELETE}"
            f" AND g.data ->> '$.parent' IN ({marks}){standing}"
        )
        hexed = [id.hex().upper() for id in ids]
        found.update(bytes.fromhex(p) for (p,) in connection.execute(sql, (*hexed, since, until)))
    return found


def _links(reader: Reader, child: str, entity: str) -> list[str]:
    """The columns by which rows of a child entity point at records of this kind: parent, customer of a job."""
    fields = reader.schema.fields(child).values()
    own = [quoted(f.name) for f in fields if isinstance(f, Link) and f.to == entity]
    assert is_child(reader.schema.entity(child))
    return [quoted("parent"), *own]
