"""Beside the differences of a record: what both sides did to it and nobody need choose, and making two of it.

for one in apart.merged(store, group): ...
apart.separate(store, group)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.change import DELETE, INSERT, Change
from freecrm.core.fields import Money
from freecrm.core.problems import Known
from freecrm.core.rows import Phones, Rows
from freecrm.core.words import N_, say
from freecrm.store import faults, history, lines, noting
from freecrm.store.differences import ENDS, KEPT, OTHER, Difference, Group, end_zones, sides

if TYPE_CHECKING:
    from freecrm.store.database import Store

_LOOKED_AT = 500  # changes of a record that are looked through
_NEAR = 2  # a page of what others did is a step for each of them
_LEFT_OUT = frozenset({"file", "points_entry", "conflict"})
"""Rows that are not copied: contents lie once on the disk, and what was earned was earned once."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A field that one side alone changed. mine: it was us; who: else whose it is, "" when that isn't known."""

    field: str
    text: str
    mine: bool
    who: str


@faults.reads
def merged(store: Store, group: Group) -> list[Merged]:
    """What was put together by itself when the oldest of these differences came here: ours first. It is read from
    the log, so a file that has the record only since then knows of nothing."""
    marks = ", ".join("?" * len(group.differences))
    row = (
        store.read()
        .execute(
            f"SELECT min(step) FROM change WHERE op = 0 AND id IN ({marks})",
            [one.id for one in group.differences],
        )
        .fetchone()
    )
    if row is None or row[0] is None:
        return []
    came = int(row[0])
    asked = {(one.row, one.name) for one in group.differences}
    changes = [
        change
        for change in history.of_record(store, group.entity, group.id, _LOOKED_AT)
        if change.entity != "conflict" and change.step is not None
    ]
    made = {change.step for change in changes if change.id == group.id and change.op == INSERT}
    changes = [change for change in changes if change.step not in made]
    origins = {n: step.origin for n, step in history.steps_at(store, [c.step or 0 for c in changes]).items()}
    since = _unseen_since(store, group.id, came)
    gone = {change.id for change in changes if change.op == DELETE and (change.step or 0) < came}
    theirs, ours = [], []
    for change in changes:  # the newest first
        n, is_theirs = change.step or 0, origins.get(change.step or 0) == "sync"
        if is_theirs and abs(n - came) <= _NEAR:
            # what came back with the record was added by nobody
            if change.op != INSERT or change.id not in gone:
                theirs.append(change)
        elif not is_theirs and since <= n < came:
            ours.append(change)
    one = next((side for d in group.differences for side in sides(d) if not side.mine and side.who), None)
    is_ours = any(side.mine for d in group.differences for side in sides(d))
    who = one.who if one is not None else ""
    return [
        Merged(line.field, _text(line), mine, "" if mine else who)
        for mine, some in ((True, ours if is_ours else []), (False, theirs))
        for line in lines.of_changes(store, _latest(some, group, asked))
    ]


def _unseen_since(store: Store, id: bytes, came: int) -> int:
    """The first of our steps that the others did not know of: those that saw the same version as the last one did."""
    own = (
        "SELECT {what} FROM change c JOIN step s ON s.n = c.step"
        " WHERE c.id = :id AND c.op = 1 AND c.step < :came AND s.origin <> 'sync'"
    )
    row = (
        store.read()
        .execute(
            own.format(what="min(c.step)")
            + f" AND c.base = ({own.format(what='c.base')} ORDER BY c.n DESC LIMIT 1)",
            {"id": id, "came": came},
        )
        .fetchone()
    )
    return int(row[0]) if row[0] is not None else came


def _text(line: lines.Line) -> str:
    if not line.row or line.op not in (INSERT, DELETE):
        return line.new
    return f"− {line.old}" if line.op == DELETE else f"+ {line.new}"


def _latest(changes: list[Change], group: Group, asked: set[tuple[bytes, str]]) -> list[Change]:
    """Of each field the last change, those left out that somebody is asked about."""
    seen: set[tuple[bytes, str]] = set(asked)
    found = []
    for change in changes:
        if change.id == group.id and change.op in (INSERT, DELETE):
            continue
        values = {}
        for name, pair in change.values.items():
            if (change.id, name) not in seen and not name.endswith("_zone"):
                seen.add((change.id, name))
                values[name] = pair
        if values:
            found.append(Change(change.step, change.entity, change.id, change.op, change.at, values))
    return found


def can_separate(store: Store, group: Group) -> bool:
    """Whether two records can be made of it: it is about fields of somebody one can call, a firm or a person. What
    was sold or paid once was so once."""
    fields = store.schema.fields(group.entity).values()
    return bool(_own(group)) and group.entity != "user" and any(isinstance(f, Phones) for f in fields)


def separate(store: Store, group: Group) -> bytes:
    """Make two records of one that two people meant differently, as one step; the id of the second.

    The one that was there gets our values, or what stands where none is ours, and keeps its files and amounts; the
    second is a copy of it with those of the other side, and a new number where numbers are given. Differences of its
    rows stay open. Known when the record is gone, or somebody else settled all of it meanwhile."""
    noting.title_of(store, group.entity, group.id)
    with store.step(N_("Second record of {name} saved"), name=group.title) as step:
        record = store.reader().record(group.entity, group.id)
        sql = "SELECT id FROM conflict WHERE parent = ? AND ended IS NULL"
        still = {id for (id,) in step.connection.execute(sql, (group.id,))}
        own = [one for one in _own(group) if one.id in still]
        if record is None or not own:
            what = N_("Somebody else settled the differences of “{name}” meanwhile: their choice stands.")
            raise Known(say(what, name=group.title))
        fields = store.schema.fields(group.entity)
        ours: dict[str, Any] = {}
        theirs: dict[str, Any] = {}
        for one in own:
            left, right = sides(one)
            ours[one.name], theirs[one.name] = left.value, right.value
        copied: dict[str, Any] = {}
        for name, value in record.values.items():
            f = fields.get(name)
            if f is None or not f.is_written or f.unique or isinstance(f, Money) or value in (None, "", []):
                continue
            if isinstance(f, Rows):
                if f.of not in _LEFT_OUT:
                    copied[name] = [
                        {k: v for k, v in row.items() if k not in ("id", "parent", "parent_entity")}
                        for row in value
                    ]
                continue
            copied[name] = value
        step.update(group.entity, group.id, ours)
        made = step.insert(group.entity, {**copied, **theirs})
        for one in own:
            taken = sides(one)[0] is one.other
            step.update("conflict", one.id, {"ended": ENDS[OTHER if taken else KEPT]})
        end_zones(step, group.id)
    return made


def _own(group: Group) -> list[Difference]:
    return [one for one in group.differences if one.row == group.id and not one.deletes and not one.is_number]
