"""What happened with one record, newest first, a page at a time: notes, files, people, changes of its fields.

    page = timeline.page(store.reader(), "customer", id, store.model.pieces("customer", Entry))
    page = timeline.page(..., after=page.after)      the next older ones; `after` is None at the end

Which rows become entries the modules declare (`core/pieces.py`, Entry); what changed in the record itself
comes from the change log, one entry a step. Each source is asked for what comes after its own last entry, so
a page costs the same however far down it is.
"""

from __future__ import annotations

import datetime as dt
import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm.core import spans
from freecrm.core.change import DELETE, DONE, INSERT, MOVED, NOTED, TAKEN_OFF, UPDATE
from freecrm.core.entity import columns, is_child
from freecrm.core.fields import Field, Link
from freecrm.core.pieces import Entry
from freecrm.core.rows import Rows
from freecrm.core.words import Said, from_plain, say
from freecrm.store import faults, history
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.reader import Reader

LIMIT = 100
CHANGES = "changes"
"""The kind of the entries that come from the change log."""
_FIRST = (2**62, 2**62)
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Detail:
    """One value that a step changed. of: the field, None: a whole row of `entity` came or went."""

    entity: str
    of: Field | None
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry. kind: the name of its `Entry`, or CHANGES. at: in UTC. id, entity: of the row it is about.

    text: what the row says. values: its fields. said: what a step was called. origin: of the step. who: the
    user's id. details: what the step changed in this record. rows: name of a field of child rows -> what they are
    called.
    """

    kind: str
    at: dt.datetime
    entity: str
    id: bytes
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    said: Said | None = None
    origin: str = ""
    who: bytes | None = None
    details: tuple[Detail, ...] = ()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first. after: hand it back for those that come next; None: there are no more."""

    entries: tuple[Happening, ...]
    after: Mapping[str, Key] | None


def page(
    reader: Reader,
    entity: str,
    id: bytes,
    wanted: Sequence[Entry],
    *,
    changes: bool = True,
    words: str = "",
    after: Mapping[str, Key] | None = None,
    limit: int = LIMIT,
) -> Page:
    """The next entries of a record, in the order of their time.

    wanted: the kinds of rows. changes: the steps of the log as well. words: only what contains them.
    """
    last = dict(after or {})
    with faults.told(reader.store.path):
        sources = [_rows(reader, id, one, words, last.get(one.name, _FIRST), limit) for one in wanted]
        own = {one.of for one in reader.store.model.pieces(entity, Entry)}
        if changes:
            sources.append(_steps(reader, entity, id, own, words, last.get(CHANGES, _FIRST), limit))
        merged = heapq.merge(*sources, key=lambda found: found[0], reverse=True)
        taken = [found for _at, found in zip(range(limit + 1), merged, strict=False)]
        more, taken = len(taken) > limit, taken[:limit]
        for key, kind, _row in taken:
            last[kind] = key
        return Page(tuple(_finish(reader, entity, id, own, taken)), last if more else None)


_Found = tuple[Key, str, Any]
"""(time in ms, number), kind, what is known of it."""


def _rows(reader: Reader, id: bytes, one: Entry, words: str, last: Key, limit: int) -> Iterator[_Found]:
    """The rows of one kind that come after `last`. Without a time of its own a row has that of its making."""
    fields = [f for f in columns(reader.schema.entity(one.of).fields) if f.name != one.by or one.under[0]]
    names = ", ".join(f"t.{quoted(f.name)}" for f in fields)
    made = "(SELECT min(c.at) FROM change c WHERE c.id = t.id AND c.op = 0)"
    times = [*(f"t.{quoted(at)}" for at in (one.at, one.else_at) if at), made, "0"]
    here, given = _here(one), [id]
    if one.only[0]:
        here, given = f"{here} AND t.{quoted(one.only[0])} = ?", [*given, one.only[1]]  # type: ignore[list-item]
    finding, like = "", list[str]()
    if words:
        sought = one.finds or ((one.text,) if one.text else ())
        finding = " OR ".join(f"t.{quoted(name)} LIKE ? ESCAPE '\\'" for name in sought) or "0"
        finding, like = f" AND ({finding})", [_like(words)] * len(sought)
    # the rows are found in inner questions, so that their times are worked out once and the rest of them is read
    # of those alone that are shown
    sql = (
        f"SELECT k.time_, k.n_, t.id, {names} FROM (SELECT time_, n_ FROM"
        f" (SELECT coalesce({', '.join(times)}) AS time_, t.n AS n_ FROM {quoted(one.of)} t WHERE {here}{finding})"
        " WHERE (time_, n_) < (?, ?) ORDER BY time_ DESC, n_ DESC LIMIT ?) k"
        f" JOIN {quoted(one.of)} t ON t.n = k.n_ ORDER BY k.time_ DESC, k.n_ DESC"
    )
    for time, n, row_id, *stored in reader.connection().execute(sql, (*given, *like, *last, limit + 1)):
        values = {f.name: f.unpack(v) for f, v in zip(fields, stored, strict=True)}
        yield (time, n), one.name, (one, row_id, values)


def kinds(reader: Reader, id: bytes, entries: Sequence[Entry]) -> frozenset[str]:
    """Which of these kinds a record has any row of."""
    found = set()
    with faults.told(reader.store.path):
        for one in entries:
            here, given = _here(one), [id]
            if one.only[0]:
                here, given = f"{here} AND t.{quoted(one.only[0])} = ?", [*given, one.only[1]]  # type: ignore[list-item]
            sql = f"SELECT 1 FROM {quoted(one.of)} t WHERE {here} LIMIT 1"
            if reader.connection().execute(sql, given).fetchone() is not None:
                found.add(one.name)
    return frozenset(found)


def _here(one: Entry) -> str:
    """SQL that finds the rows of a record, whose id is its one parameter."""
    child, link = one.over
    if one.under[0]:
        return f"t.parent IN (SELECT id FROM {quoted(one.under[0])} WHERE {quoted(one.under[1])} = ?)"
    if not child:
        return f"t.{quoted(one.by)} = ?"
    return f"t.id IN (SELECT parent FROM {quoted(child)} WHERE {quoted(link)} = ?)"


def _steps(
    reader: Reader, entity: str, id: bytes, own: set[str], words: str, last: Key, limit: int
) -> Iterator[_Found]:
    """The steps that changed the record or what belongs to it, but for rows that are entries themselves."""
    mine, parameters = _mine(reader, entity, id, own)
    finding = " WHERE coalesce(s.title, '') NOT IN (?, ?, ?, ?)"
    like = [NOTED, MOVED, *TAKEN_OFF, *([_like(words)] * 2 if words else [])]
    if words:
        finding += " AND (x.data LIKE ? ESCAPE '\\' OR s.title LIKE ? ESCAPE '\\')"
    sql = (
        "SELECT coalesce(x.step, -x.n) AS step_, max(x.at) AS time_, max(x.n) AS n_ FROM ("
        f"SELECT n, step, at, data FROM change WHERE id IN ({mine})"
        " UNION ALL SELECT n, step, at, data FROM change WHERE op = 2 AND data ->> '$.parent' = ?"
        f") x LEFT JOIN step s ON s.n = x.step{finding} GROUP BY step_"
        " HAVING (time_, n_) < (?, ?) ORDER BY time_ DESC, n_ DESC LIMIT ?"
    )
    given = (*parameters, id.hex().upper(), *like, *last, limit + 1)
    for step, time, n in reader.connection().execute(sql, given):
        yield (time, n), CHANGES, step


def _mine(reader: Reader, entity: str, id: bytes, own: set[str]) -> tuple[str, tuple[bytes, ...]]:
    """SQL for the ids of the record and of its child rows, with its parameters."""
    children = [] if is_child(reader.schema.entity(entity)) else reader.schema.children(entity).values()
    tables = [child.entity for child in dict.fromkeys(children) if child.entity not in own]
    selects = ["SELECT ?", *(f"SELECT id FROM {quoted(table)} WHERE parent = ?" for table in tables)]
    return " UNION ALL ".join(selects), (id,) * len(selects)


def _like(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


# ---- what is known of them


def _finish(
    reader: Reader, entity: str, id: bytes, own: set[str], taken: Sequence[_Found]
) -> Iterator[Happening]:
    steps = [found for _key, kind, found in taken if kind == CHANGES]
    heads, details = _heads(reader, steps), _details(reader, entity, id, own, steps)
    rows = [found for _key, kind, found in taken if kind != CHANGES]
    names, belongings = _names(reader, rows), _belongings(reader, rows)
    _name_chips(reader, rows)
    for (time, n), kind, found in taken:
        at = spans.moment(time)
        if kind == CHANGES:
            said, origin, who = heads.get(found, (None, "", None))
            of_step = tuple(details.get(found, ()))
            yield Happening(kind, at, entity, id, "", {"step": found, "n": n}, said, origin, who, of_step)
        else:
            one, row_id, values = found
            text = str(values.get(one.text) or "") if one.text else names.get(values.get("parent"), "")
            who = values.get(one.who) if one.who else None
            yield Happening(kind, at, one.of, row_id, text, values, who=who, rows=belongings.get(row_id, {}))


def _names(reader: Reader, rows: Sequence[Any]) -> dict[Any, str]:
    """Id -> name of what these rows belong to, where that is somebody else."""
    wanted: dict[str, set[bytes]] = {}
    for _one, _id, values in rows:
        if values.get("parent") and values.get("parent_entity"):
            wanted.setdefault(values["parent_entity"], set()).add(values["parent"])
    found: dict[Any, str] = {}
    for entity, ids in wanted.items():
        found.update(reader.linked(entity, ids))
    return found


def _name_chips(reader: Reader, rows: Sequence[Any]) -> None:
    """Put the names of the records that chips show beside their ids, under `<name>_title`."""
    wanted: dict[str, set[bytes]] = {}
    shown = []
    for one, _id, values in rows:
        for name in one.chips:
            f = reader.schema.fields(one.of)[name]
            if isinstance(f, Link) and values.get(name):
                wanted.setdefault(f.to, set()).add(values[name])
                shown.append((values, f))
    held = {entity: reader.linked(entity, ids) for entity, ids in wanted.items()}
    for values, f in shown:
        values[f"{f.name}_title"] = held[f.to].get(values[f.name], "")


def _belongings(reader: Reader, rows: Sequence[Any]) -> dict[bytes, dict[str, tuple[str, ...]]]:
    """Row -> field of child rows -> what these are called: who took part, the files."""
    ids: dict[Entry, list[bytes]] = {}
    for one, row_id, _values in rows:
        if one.rows:
            ids.setdefault(one, []).append(row_id)
    found: dict[bytes, dict[str, tuple[str, ...]]] = {}
    for one, owners in ids.items():
        for name in one.rows:
            f = reader.schema.fields(one.of)[name]
            assert isinstance(f, Rows)
            for owner, held in reader.children(f, owners).items():
                called = tuple(text for text in (_called(reader, f.of, row) for row in held) if text)
                found.setdefault(owner, {})[name] = called
    return found


def _called(reader: Reader, child: str, row: Mapping[str, Any]) -> str:
    """What a child row is called: by the record that it names, or by its own title."""
    declared = reader.schema.entity(child)
    for name in getattr(declared, "one_of", ()) or (declared.title,):
        value = row.get(f"{name}_title") or row.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _heads(reader: Reader, steps: Sequence[int]) -> dict[int, tuple[Said, str, bytes | None]]:
    marks = ", ".join("?" * len(steps))
    sql = f"SELECT n, title, figures, origin, who FROM step WHERE n IN ({marks})"
    found = {}
    for n, title, figures, origin, who in reader.connection().execute(sql, steps):
        plain = {name: from_plain(value) for name, value in json.loads(figures or "{}").items()}
        found[n] = (say(DONE.get(title, title), **plain), origin, who)
    return found


def _details(
    reader: Reader, entity: str, id: bytes, own: set[str], steps: Sequence[int]
) -> dict[int, list[Detail]]:
    """Step -> what it changed in the record. A row that is new says what it is called now."""
    mine, parameters = _mine(reader, entity, id, own)
    marks = ", ".join("?" * len(steps))
    sql = (
        "SELECT step, entity, id, op, data FROM change"
        f" WHERE step IN ({marks}) AND id IN ({mine})"
        f" UNION ALL SELECT step, entity, id, op, data FROM change"
        f" WHERE op = 2 AND data ->> '$.parent' = ? AND step IN ({marks})"
    )
    found: dict[int, list[Detail]] = {}
    texts = _Texts(reader)
    rows = reader.connection().execute(sql, (*steps, *parameters, id.hex().upper(), *steps)).fetchall()
    for step, of, row_id, op, data in rows:
        if of in reader.schema.model.entities:
            found.setdefault(step, []).extend(_detail(texts, of, row_id, op, data, is_record=row_id == id))
    return found


def _detail(
    texts: _Texts, of: str, row_id: bytes, op: int, data: str | None, *, is_record: bool
) -> Iterator[Detail]:
    declared, fields = texts.reader.schema.entity(of), texts.reader.schema.fields(of)
    held = json.loads(data) if data else {}
    if op == UPDATE:
        for name, (old, new) in held.items():
            f = fields.get(name)
            if f is not None and not f.hidden:
                yield Detail(of, f, texts.value(f, old), texts.value(f, new))
    elif op == INSERT and not is_record:
        yield Detail(of, None, None, texts.title(of, row_id))
    elif op == DELETE and not is_record:
        f = fields[declared.title]
        yield Detail(of, None, texts.value(f, held.get(declared.title)), None)


class _Texts:
    """Values of the log as people know them; what links point at is looked up once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._known: dict[tuple[str, bytes], str] = {}

    def value(self, f: Field, stored: Any) -> Any:
        if isinstance(f, Link) and isinstance(stored, str):
            return self._called(f.to, bytes.fromhex(stored)) if f.to and stored else ""
        return None if stored is None or isinstance(f, Rows) else f.unpack(stored)

    def title(self, entity: str, id: bytes) -> Any:
        f = self.reader.schema.fields(entity)[self.reader.schema.entity(entity).title]
        sql = f"SELECT {quoted(f.name)} FROM {quoted(entity)} WHERE id = ?"
        row = self.reader.connection().execute(sql, (id,)).fetchone()
        if row is None or isinstance(f, Link):
            return self._called(f.to, row[0]) if row is not None and row[0] and isinstance(f, Link) else None
        return f.unpack(row[0])

    def _called(self, entity: str, id: bytes) -> str:
        if (entity, id) not in self._known:
            lost = history.deletion(self.reader.store, entity, id) is not None
            names = self.reader.titles if lost else self.reader.linked
            self._known[entity, id] = names(entity, {id}).get(id, "")
        return self._known[entity, id]


def made_at(reader: Reader, id: bytes) -> dt.datetime | None:
    """When a record was made, by the log."""
    sql = "SELECT min(at) FROM change WHERE id = ? AND op = 0"
    with faults.told(reader.store.path):
        ms = reader.connection().execute(sql, (id,)).fetchone()[0]
    return None if ms is None else spans.moment(ms)
