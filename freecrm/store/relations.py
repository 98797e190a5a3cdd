"""What is around a record: who is tied to it, who works there and under whom, the group it is part of.

    around = relations.around(store.reader(), "customer", id, show)
    around.bonds        relations in both directions
    around.seats        positions: of the people in a firm, or of a person in firms
    relations.referrers(reader, "tie", "referred_by")       who brought how many

Every question goes along an index; nothing here walks from one record to the next, so loops can't hold it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm.core.custom import Schema
from freecrm.core.entity import Child, columns
from freecrm.core.fields import Choice, Link, Money
from freecrm.core.pieces import Relations, tree_of
from freecrm.core.words import N_, _, say
from freecrm.store import faults
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

MOST = 400
"""So many people of a firm are drawn; of relations and subsidiaries as many."""


@dataclass(frozen=True, slots=True)
class End:
    """A record at the other end."""

    entity: str
    id: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Bond:
    """A relation. row: the child row. out: the record owns it; otherwise the other one does."""

    row: bytes
    kind: str
    out: bool
    other: End
    note: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A position. row: the child row. work: department and job. boss: who stands above them there."""

    row: bytes
    person: End
    place: End
    work: str
    role: str | None
    boss: End | None


@dataclass(slots=True)
class Around:
    """All of it. seats: of a firm's people, or of a person. reports: of a person: positions below theirs.
    above: the group. below: subsidiaries. people: how many seats there are in all."""

    centre: End
    bonds: list[Bond] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)
    reports: list[Seat] = field(default_factory=list)
    above: list[End] = field(default_factory=list)
    below: list[End] = field(default_factory=list)
    people: int = 0


def around(reader: Reader, entity: str, id: bytes, show: Relations) -> Around:
    """What is around a record; empty when it is gone."""
    with faults.told(reader.store.path):
        title = reader.titles(entity, {id}).get(id, "")
        made = Around(End(entity, id, str(title or "")))
        made.bonds = _bonds(reader, entity, id, show)
        if show.places:
            _take_seats(reader, made, show)
        tree = tree_of(reader.schema.entity(entity))
        if tree is not None:
            made.above, made.below = _tree(reader, entity, id, tree)
        return made


def count(reader: Reader, entity: str, id: bytes, show: Relations) -> int:
    """How many relations a record has, in both directions."""
    with faults.told(reader.store.path):
        sql = " + ".join(
            f"(SELECT count(*) FROM {quoted(show.of)} WHERE {quoted(name)} = :id)"
            for name in ("parent", *(f.name for f in _other_ends(reader.schema, show.of) if f.to == entity))
        )
        return int(reader.connection().execute(f"SELECT {sql}", {"id": id}).fetchone()[0])


def words(schema: Schema, show: Relations, kind: str, out: bool) -> str:
    """What a kind of relation is called, read from its owner (`out`) or from the other end."""
    f = schema.fields(show.of)[show.kind]
    back = dict(show.back)
    return f.show(kind) if out or kind not in back else _(back[kind])


def kinds(schema: Schema, show: Relations) -> list[tuple[str, bool]]:
    """The kinds to choose from, each as (kind, out): those with words of their own from the other end twice."""
    f = schema.fields(show.of)[show.kind]
    assert isinstance(f, Choice)
    back = dict(show.back)
    found = []
    for entry in f.options.entries:
        if not entry.off:
            found.append((entry.key, True))
            if entry.key in back:
                found.append((entry.key, False))
    return found


def _other_ends(schema: Schema, child: str) -> list[Link]:
    declared = schema.entity(child)
    one_of = declared.one_of if issubclass(declared, Child) else ()
    return [f for f in declared.fields.values() if isinstance(f, Link) and f.name in one_of]


def _bonds(reader: Reader, entity: str, id: bytes, show: Relations) -> list[Bond]:
    links = _other_ends(reader.schema, show.of)
    table, kind = quoted(show.of), quoted(show.kind)
    ends = ", ".join(quoted(f.name) for f in links)
    found: list[tuple[bytes, str, bool, str, bytes, str]] = []
    sql = f"SELECT id, {kind}, note, {ends} FROM {table} WHERE parent = ? ORDER BY n LIMIT ?"
    for row, how, note, *others in reader.connection().execute(sql, (id, MOST)):
        to = next(((f.to, other) for f, other in zip(links, others, strict=True) if other), None)
        if to is not None:
            found.append((row, how, True, *to, note or ""))
    for f in links:
        if f.to == entity:
            sql = (
                f"SELECT id, {kind}, note, parent_entity, parent FROM {table} WHERE {quoted(f.name)} = ?"
                " ORDER BY n LIMIT ?"
            )
            for row, how, note, owner, other in reader.connection().execute(sql, (id, MOST)):
                found.append((row, how, False, owner, other, note or ""))
    named = _named(reader, ((one[3], one[4]) for one in found))
    return [
        Bond(row, how, out, named[to, other], note)
        for row, how, out, to, other, note in found
        if (to, other) in named
    ]


def _take_seats(reader: Reader, made: Around, show: Relations) -> None:
    declared = reader.schema.entity(show.places)
    place = declared.fields[show.at]
    assert isinstance(place, Link)
    boss = next((f for f in declared.fields.values() if isinstance(f, Link) and f.above == show.at), None)
    here = show.at if made.centre.entity == place.to else "parent"
    made.seats = _seats(reader, show, place, boss, here, made.centre.id)
    made.people = len(made.seats)
    if len(made.seats) == MOST:
        sql = f"SELECT count(*) FROM {quoted(show.places)} WHERE {quoted(here)} = ?"
        made.people = int(reader.connection().execute(sql, (made.centre.id,)).fetchone()[0])
    if here == "parent" and boss is not None:
        made.reports = _seats(reader, show, place, boss, boss.name, made.centre.id)


def _seats(reader: Reader, show: Relations, place: Link, boss: Link | None, by: str, id: bytes) -> list[Seat]:
    own = {f.name for f in columns(reader.schema.entity(show.places).fields)}
    names = [name for name in ("department", "job", "role") if name in own]
    above = quoted(boss.name) if boss is not None else "NULL"
    first = 'coalesce("primary", 0) DESC, ' if "primary" in own else ""
    sql = (
        f"SELECT id, parent_entity, parent, {quoted(place.name)}, {above},"
        f" {', '.join(quoted(name) for name in names) or 'NULL'} FROM {quoted(show.places)}"
        f" WHERE {quoted(by)} = ? ORDER BY {first}n LIMIT ?"
    )
    rows = reader.connection().execute(sql, (id, MOST)).fetchall()
    to = boss.to if boss is not None else ""
    named = _named(
        reader,
        (
            end
            for _row, kind, person, firm, over, *_texts in rows
            for end in ((kind, person), (place.to, firm), (to, over))
            if end[1]
        ),
    )
    found = []
    for row, kind, person, firm, over, *texts in rows:
        held = dict(zip(names, texts, strict=False))
        if (kind, person) in named and (place.to, firm) in named:
            work = " ".join(str(held[name]) for name in ("department", "job") if held.get(name))
            end, where = named[kind, person], named[place.to, firm]
            found.append(Seat(row, end, where, work, held.get("role"), named.get((to, over))))
    return found


def _tree(reader: Reader, entity: str, id: bytes, tree: Link) -> tuple[list[End], list[End]]:
    table, link = quoted(entity), quoted(tree.name)
    c = reader.connection()
    row = c.execute(f"SELECT {link} FROM {table} WHERE id = ?", (id,)).fetchone()
    above = [(entity, row[0])] if row is not None and row[0] and row[0] != id else []
    rows = c.execute(
        f"SELECT id FROM {table} WHERE {link} = ? AND id <> ? ORDER BY n LIMIT ?", (id, id, MOST)
    )
    below = [(entity, one[0]) for one in rows]
    named = _named(reader, [*above, *below])
    return [named[one] for one in above if one in named], [named[one] for one in below if one in named]


def _named(reader: Reader, wanted: Iterable[tuple[str, bytes]]) -> dict[tuple[str, bytes], End]:
    """(entity, id) -> the record, of those that are there."""
    by_entity: dict[str, set[bytes]] = {}
    for entity, id in wanted:
        if entity in reader.schema.model.entities:
            by_entity.setdefault(entity, set()).add(id)
    return {
        (entity, id): End(entity, id, str(title or ""))
        for entity, ids in by_entity.items()
        for id, title in reader.linked(entity, ids).items()
    }


# ---- who brought whom


@dataclass(frozen=True, slots=True)
class Referrer:
    """Who brought others. brought: how many records. amount: the sum of their `take`, in minor units."""

    who: End
    brought: int
    amount: int


def referrers(reader: Reader, child: str, kind: str, take: str) -> list[Referrer]:
    """Who brought most first. kind: of the relations that say so. take: the money field of those brought that is
    added up, each record once. Reads all relations: for a job."""
    found: list[tuple[int, int, tuple[str, bytes]]] = []
    with faults.told(reader.store.path):
        for f in _other_ends(reader.schema, child):
            sums, joins = _amounts(reader, take)
            sql = (
                f"SELECT t.end, count(*), sum({sums}) FROM (SELECT DISTINCT {quoted(f.name)} AS end, parent,"
                f" parent_entity FROM {quoted(child)} WHERE kind = ? AND {quoted(f.name)} IS NOT NULL) t {joins}"
                " GROUP BY t.end"
            )
            rows = reader.connection().execute(sql, (kind,))
            found += [(brought, amount or 0, (f.to, end)) for end, brought, amount in rows]
        named = _named(reader, (end for _brought, _amount, end in found))
    made = [Referrer(named[end], brought, amount) for brought, amount, end in found if end in named]
    return sorted(made, key=lambda one: (-one.brought, -one.amount, one.who.name))


def _amounts(reader: Reader, take: str) -> tuple[str, str]:
    """The SQL of the amount of an owner `t.parent`, and the joins that it needs."""
    parts, joins = ["0"], ""
    for at, entity in enumerate(reader.schema.model.roots()):
        if isinstance(entity.fields.get(take), Money):
            name = f"e{at}"
            joins += f" LEFT JOIN {quoted(entity.entity)} {name} ON t.parent_entity = '{entity.entity}'"
            joins += f" AND {name}.id = t.parent"
            parts.append(f"coalesce({name}.{quoted(take)}, 0)")
    return " + ".join(parts), joins


def brought(reader: Reader, child: str, kind: str, who: End, take: str) -> list[tuple[End, int | None]]:
    """Whom somebody brought, with the amount of each; None where there is no such field."""
    link = next((f for f in _other_ends(reader.schema, child) if f.to == who.entity), None)
    if link is None:
        return []
    with faults.told(reader.store.path):
        sql = f"SELECT DISTINCT parent_entity, parent FROM {quoted(child)} WHERE kind = ? AND {quoted(link.name)} = ?"
        rows = reader.connection().execute(sql, (kind, who.id)).fetchall()
        named = _named(reader, rows)
        made: list[tuple[End, int | None]] = []
        for entity in dict.fromkeys(entity for entity, _id in rows):
            ids = [id for of, id in rows if of == entity]
            held = reader.by_ids(entity, ids, {take}) if take in reader.schema.fields(entity) else {}
            made += [
                (named[entity, id], held[id][take] or 0 if id in held else None)
                for id in ids
                if (entity, id) in named
            ]
    return sorted(made, key=lambda one: (-(one[1] or 0), one[0].name))


def is_place(schema: Schema, show: Relations, entity: str) -> bool:
    """Whether people have positions at records of this kind (firms)."""
    link = schema.entity(show.places).fields[show.at] if show.places else None
    return isinstance(link, Link) and link.to == entity


# ---- writing


def save(
    store: Store,
    show: Relations,
    here: End,
    kind: str,
    out: bool,
    other: End,
    note: str | None,
    row: bytes | None = None,
) -> None:
    """Add a relation between two records, or change the one in `row`. out: `here` owns it, the kind is read from
    there. Known when the two are one, or one of them is gone."""
    owner, end = (here, other) if out else (other, here)
    links = _other_ends(store.schema, show.of)
    values: dict[str, Any] = {f.name: end.id if f.to == end.entity else None for f in links}
    values |= {show.kind: kind, "note": note, "parent": owner.id, "parent_entity": owner.entity}
    said = (
        N_("Relation of {name} with {other} changed") if row else N_("Relation of {name} with {other} added")
    )
    with store.step(said, name=here.name, other=other.name) as step:
        if row is None:
            step.insert(show.of, values)
        else:
            step.update(show.of, row, values)


def seat_boss(store: Store, show: Relations, seat: Seat, boss: bytes | None) -> None:
    """Say who somebody reports to; None: nobody. Known when that can't be (a loop, no position there)."""
    link = boss_of(store.schema, show)
    what = say(link.label)
    with store.step(N_("{what} of {name} changed"), what=what, name=seat.person.name) as step:
        step.update(show.places, seat.row, {link.name: boss})


def boss_of(schema: Schema, show: Relations) -> Link:
    """The link that says who somebody reports to."""
    fields: Sequence[Any] = list(schema.entity(show.places).fields.values())
    return next(f for f in fields if isinstance(f, Link) and f.above == show.at)
