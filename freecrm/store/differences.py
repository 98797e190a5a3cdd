"""What two people changed apart: the open differences record by record, and settling them.

for group in differences.open_groups(store): ...
differences.settle(store, group, {difference.id: OTHER})
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Field, Link, LongText
from freecrm.core.words import N_, _
from freecrm.store import faults
from freecrm.store.logbook import unlogged
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

KEPT, OTHER, BOTH = "kept", "other", "both"
CUSTOM = "custom."
ENDS = {KEPT: "kept", OTHER: "taken", BOTH: "written"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two values: as people read it, whose it is, since when, on which computer. mine: it is ours."""

    text: str
    value: Any
    who: str
    at: dt.datetime | None
    device: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One field. id: of the record that tells of it. entity, row: where the field is. name: "" where one deleted what
    the other changed. short: the title in a word. base: what both had before, in words. kept stands for now, other came too late."""

    id: bytes
    entity: str
    row: bytes
    name: str
    title: str
    base: str
    kept: Side
    other: Side
    takes_both: bool = False
    short: str = ""

    @property
    def deletes(self) -> bool:
        """Whether it is about deleting."""
        return not self.name

    @property
    def is_number(self) -> bool:
        """Whether it is about one number that two records were given: nobody changed it."""
        return bool(self.name) and self.kept.at is None and self.other.at is None


@dataclass(frozen=True, slots=True)
class Group:
    """The open differences of one record."""

    entity: str
    id: bytes
    title: str
    kind: str
    differences: tuple[Difference, ...]


def sides(one: Difference) -> tuple[Side, Side]:
    """The two values, ours first where one of them is."""
    return (one.other, one.kept) if one.other.mine and not one.kept.mine else (one.kept, one.other)


@faults.reads
def open_count(store: Store) -> int:
    """How many records have something to settle."""
    which, values = _open(store)
    sql = f"SELECT count(DISTINCT k.parent) FROM conflict k WHERE {which}"
    return int(store.read().execute(sql, values).fetchone()[0])


@faults.reads
def open_groups(store: Store) -> list[Group]:
    """The records with something to settle, the oldest first."""
    found: dict[tuple[str, bytes], list[Difference]] = {}
    reader = store.reader()
    for entity, parent, made, _ended in told(store, "ended IS NULL"):
        found.setdefault((entity, parent), []).append(made)
    groups = []
    for (entity, parent), own in found.items():
        title = reader.titles(entity, {parent}).get(parent)
        if title is not None:
            kind = _(store.model.entities[entity].label)
            groups.append(Group(entity, parent, str(title), kind, tuple(own)))
    return groups


@faults.reads
def open_numbers(store: Store, entity: str) -> frozenset[int]:
    """The row numbers of the records of an entity that have something to settle."""
    which, values = _open(store)
    sql = (
        f"SELECT e.n FROM conflict k JOIN {quoted(entity)} e ON e.id = k.parent"
        f" WHERE k.parent_entity = ? AND {which}"
    )
    return frozenset(n for (n,) in store.read().execute(sql, (entity, *values)))


def _open(store: Store) -> tuple[str, list[str]]:
    """Of rows `k` of `conflict`, those that somebody can settle here: what only a newer program knows is settled there."""
    about = "k.parent_entity, coalesce(k.of_entity, ''), coalesce(k.field, '')"
    kinds = store.read().execute(f"SELECT DISTINCT {about} FROM conflict k WHERE k.ended IS NULL").fetchall()
    strange = [kind for kind in kinds if not _knows(store, *kind)]
    if not strange:
        return "k.ended IS NULL", []
    marks = ", ".join(["(?, ?, ?)"] * len(strange))
    values = [word for kind in strange for word in kind]
    return f"k.ended IS NULL AND ({about}) NOT IN (VALUES {marks})", values


def _knows(store: Store, entity: str, of_entity: str | None, name: str | None) -> bool:
    """Whether this program knows what a difference is about."""
    where = of_entity or entity
    if entity not in store.model.entities or where not in store.model.entities:
        return False
    plain = (name or "").removeprefix(CUSTOM)
    fields = store.schema.fields(where)
    # of a number given twice `of_entity` says what holds it, too
    return not plain or plain in fields or plain.removesuffix("_zone") in fields


def told(store: Store, which: str, *values: Any) -> Iterator[tuple[str, bytes, Difference, str]]:
    """Differences, the oldest first: the record's entity and id, what it is about, how it ended ("": it is open).
    which: a condition of SQL over `conflict`."""
    rows = store.read().execute(
        "SELECT parent_entity, parent, ended, id, of_entity, of_row, field, base, kept, kept_by, kept_at, kept_device,"
        f" other, other_by, other_at, other_device FROM conflict WHERE {which} ORDER BY n",
        values,
    )
    for entity, parent, ended, *row in rows.fetchall():
        made = _difference(store, entity, parent, row) if _knows(store, entity, row[1], row[3]) else None
        if made is not None:
            yield entity, parent, made, ended or ""


@faults.reads
def open_fields(store: Store, entity: str, id: bytes) -> set[str]:
    """The fields of a record that have something to settle; for rows of it, the field that holds them; "" where one
    deleted what the other changed."""
    sql = "SELECT of_entity, field FROM conflict WHERE parent = ? AND ended IS NULL"
    found = store.read().execute(sql, (id,)).fetchall()
    rows = [(of, name) for of, name in found if _knows(store, entity, of, name)]
    children = {child.entity: name for name, child in store.schema.children(entity).items()} if rows else {}
    return {
        children.get(of or "", (name or "").removeprefix(CUSTOM).removesuffix("_zone")) for of, name in rows
    }


def _difference(store: Store, entity: str, parent: bytes, row: list[Any]) -> Difference | None:
    id, of_entity, of_row, name, base, kept, kept_by, kept_at, kept_device, *rest = row
    other, other_by, other_at, other_device = rest
    if name and kept is not None and kept == other and of_entity and of_row:
        return _given_twice(
            store, id, entity, parent, name, json.loads(kept), (of_entity, bytes.fromhex(of_row))
        )
    where, which = (of_entity, bytes.fromhex(of_row)) if of_entity and of_row else (entity, parent)
    name = name or ""
    if name.endswith("_zone"):
        return None  # goes with its moment
    people = store.reader().titles("user", {one for one in (kept_by, other_by) if one})

    def side(
        f: Field | None, value: str | None, by: bytes | None, at: int | None, device: str | None
    ) -> Side:
        text, held = _words(store, f, value)
        when = dt.datetime.fromtimestamp(at / 1000, dt.UTC) if at else None
        mine = by is not None and by == store.user
        return Side(text, held, str(people.get(by) or "") if by else "", when, device or "", mine)

    if not name:
        texts = {"changed": _("Changed"), "deleted": _("Deleted")}
        sides = []
        for value, by, at, device in (
            (kept, kept_by, kept_at, kept_device),
            (other, other_by, other_at, other_device),
        ):
            one = side(None, None, by, at, device)
            word = json.loads(value) if value else ""
            sides.append(Side(texts.get(word, word), word, one.who, one.at, one.device, one.mine))
        title, short = _("Changed by one, deleted by another"), _("Record")
        return Difference(id, where, which, "", title, "", sides[0], sides[1], short=short)
    f = store.schema.fields(where).get(name.removeprefix(CUSTOM))
    if f is None:
        return None
    title = f.title if where == entity else f"{_(store.model.entities[where].label)}: {f.title}"
    return Difference(
        id,
        where,
        which,
        f.name,
        title,
        _words(store, f, base)[0],
        side(f, kept, kept_by, kept_at, kept_device),
        side(f, other, other_by, other_at, other_device),
        isinstance(f, LongText),
        title,
    )


def _given_twice(
    store: Store, id: bytes, entity: str, parent: bytes, name: str, code: str, holder: tuple[str, bytes]
) -> Difference:
    """Two computers gave one number: it stays, or this record gets a new one."""
    f = store.schema.fields(entity)[name]
    from freecrm.store import numbering  # every list asks what is open, few have any

    fresh = numbering.preview(store, entity, name, n=1) if numbering.rule_of(store.read(), f) else []
    other = store.reader().titles(holder[0], {holder[1]}).get(holder[1]) or ""
    title = _("{field} given twice: “{name}” has it, too").format(field=f.title, name=other)
    new = fresh[0] if fresh else f"{code}-2"
    nobody = Side(code, code, "", None, "", False)
    return Difference(
        id, entity, parent, name, title, "", nobody, replace(nobody, text=new, value=new), short=f.title
    )


def _words(store: Store, f: Field | None, value: str | None) -> tuple[str, Any]:
    """A value as people read it, and as the door takes it."""
    if f is None or value is None:
        return "", None
    stored = json.loads(value)
    held = f.unpack(unlogged(f, stored) if not f.custom else stored)
    if isinstance(f, Link) and held:
        return str(store.reader().linked(f.to, {held}).get(held) or ""), held
    return f.show(held), held


def settle(store: Store, group: Group, choices: Mapping[bytes, str]) -> int:
    """Settle differences of a record, as one step: KEPT leaves what stands, OTHER takes the other value, BOTH puts two
    texts one below the other. Those not named stay open; what somebody else settled meanwhile stays as they did, and
    the answer is how many those are."""
    late = 0
    chosen = [one for one in group.differences if one.id in choices]
    if not chosen:
        return 0
    with store.step(N_("Differences of {name} settled"), name=group.title) as step:
        c = step.connection
        for one in chosen:
            choice = choices[one.id]
            there = c.execute("SELECT 1 FROM conflict WHERE id = ? AND ended IS NULL", (one.id,)).fetchone()
            if there is None or _is_gone(c, one):
                late += 1
                continue
            if one.deletes:
                if choice == OTHER:  # what stands is always that it is there
                    step.delete(one.entity, one.row)
                    continue
            elif choice == OTHER:
                step.update(one.entity, one.row, {one.name: one.other.value})
            elif choice == BOTH:
                step.update(
                    one.entity, one.row, {one.name: united(one.kept.value or "", one.other.value or "")}
                )
            step.update("conflict", one.id, {"ended": ENDS[choice]})
        end_zones(step, group.id)
    return late


def end_zones(step: Step, id: bytes) -> None:
    """The zones of moments go with them."""
    sql = "SELECT id FROM conflict WHERE parent = ? AND ended IS NULL AND field LIKE '%\\_zone' ESCAPE '\\'"
    for (zone,) in step.connection.execute(sql, (id,)).fetchall():
        step.update("conflict", zone, {"ended": "kept"})


def united(one: str, other: str) -> str:
    """Two versions of a text as one: all lines of the first, then those that only the second has."""
    lines = one.splitlines()
    held = {line.strip() for line in lines}
    return "\n".join([*lines, *(line for line in other.splitlines() if line.strip() not in held)])


def _is_gone(c: Any, one: Difference) -> bool:
    return c.execute(f"SELECT 1 FROM {quoted(one.entity)} WHERE id = ?", (one.row,)).fetchone() is None
