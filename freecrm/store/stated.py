"""Derived days that people state: «last contact» typed into a cell or found in a list becomes an activity.

The field itself is never written: a record that says so is made, or the one that was made so before is changed, and
the field follows from it (`core/derive.Stated`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.derive import Stated
from freecrm.core.fields import Field
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.writer import Step

BLOCK = 500
Said = tuple[bytes, Any]
"""The id of a record and the day that is stated of it."""


def fields(of: Iterable[Field]) -> list[Field]:
    """Those of the fields that can be stated though they follow from others."""
    return [f for f in of if f.stated is not None]


def state(step: Step, f: Field, said: Sequence[Said], *, new: bool = False) -> set[bytes]:
    """Make the records that say so; the ids of those of which something else is said now.

    new: nothing was said of them before. A blank takes back what was stated; what other records say stays.
    An import adds what is later than all that is known, a person corrects what was stated before."""
    rule: Stated = f.stated
    if new:
        fresh = [(id, day) for id, day in said if day is not None]
        _insert(step, rule, fresh)
        return {id for id, _ in fresh}
    changed: set[bytes] = set()
    for start in range(0, len(said), BLOCK):
        changed |= _restate(step, f, rule, said[start : start + BLOCK])
    return changed


def _restate(step: Step, f: Field, rule: Stated, said: Sequence[Said]) -> set[bytes]:
    marks = ", ".join("?" * len(said))
    ids = [id for id, _ in said]
    sql = f"SELECT id, {quoted(f.name)} FROM {quoted(f.entity)} WHERE id IN ({marks})"
    known = dict(step.connection.execute(sql, ids).fetchall())
    sql = (
        f"SELECT {quoted(rule.by)}, id, {quoted(rule.day[0])} FROM {quoted(rule.of)}"
        f" WHERE {quoted(rule.by)} IN ({marks}) AND {quoted(rule.mark)} = 1 ORDER BY {quoted(rule.day[0])}"
    )
    own: dict[bytes, list[tuple[bytes, int]]] = {}
    for id, row, at in step.connection.execute(sql, ids):
        own.setdefault(id, []).append((row, at))
    fresh: list[Said] = []
    changes: list[tuple[bytes, dict[str, Any]]] = []
    gone: list[bytes] = []
    changed: set[bytes] = set()
    for id, day in said:
        if f.pack(day) == known.get(id):
            continue
        held = own.get(id, [])
        changed.add(id)
        if day is None:
            gone += [row for row, _at in held]
        elif held and step.origin != "import" and _day(held[-1][1]) == known[id]:
            changes.append((held[-1][0], _moments(rule, day)))
        else:
            fresh.append((id, day))
    if gone:
        step.delete_ids(rule.of, gone)
    step.update_many(rule.of, changes)
    _insert(step, rule, fresh)
    return changed


def _insert(step: Step, rule: Stated, said: Sequence[Said]) -> None:
    if not said:
        return
    own = step.schema.fields(rule.of)
    fixed = {**rule.with_, rule.mark: True}
    names = [rule.by, *fixed, *_moments(rule, said[0][1])]
    packs = [own[name].pack for name in names]
    rows = [
        [pack(v) for pack, v in zip(packs, (id, *fixed.values(), *_moments(rule, day).values()), strict=True)]
        for id, day in said
    ]
    step.insert_many(rule.of, names, rows)


def _moments(rule: Stated, day: dt.date) -> dict[str, Any]:
    at = dt.datetime.combine(day, dt.time()).astimezone()
    return dict.fromkeys(rule.day, at)


def _day(ms: int) -> str:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC).astimezone().date().isoformat()
