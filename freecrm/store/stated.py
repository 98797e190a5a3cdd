"""Derived days that people state: «last contact» typed into a cell or found in a list becomes an activity.

The field itself is never written: a record that says so is made, or the one that was made so before is changed, and
the field follows from it (`core/derive.Stated`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.change import Kept
from freecrm.core.derive import Stated
from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.writer import Step

BLOCK = 500
Said = tuple[bytes, Any]
"""The id of a record and the day that is stated of it."""


def fields(of: Iterable[Field]) -> list[Field]:
    """Those of the fields that can be stated though they follow from others."""
    return [f for f in of if f.stated is not None]


def state(
    step: Step, f: Field, said: Sequence[Said], *, new: bool = False, alone: bool = False
) -> set[bytes]:
    """Make the records that say so; the ids of those of which something else is said now.

    new: nothing was said of them before. A blank takes back what was stated. What other records say stays: where
    they say a later day, the record is left alone and listed as kept, or (alone: it is the only one, and somebody
    is looking at it) Known says why. An import adds what is later than all that is known, a person corrects what
    was stated before."""
    rule: Stated = f.stated
    if new:
        fresh = [(id, day) for id, day in said if day is not None]
        _insert(step, rule, fresh)
        return {id for id, _ in fresh}
    changed: set[bytes] = set()
    for start in range(0, len(said), BLOCK):
        changed |= _restate(step, f, rule, said[start : start + BLOCK], alone)
    return changed


def known(step: Step, f: Field, ids: Sequence[bytes]) -> dict[bytes, str]:
    """Id -> the day (ISO) that is known of a record, what this step stated of it included: that is worked out at
    its end only. For a few thousand."""
    found = _others(step, f, ids)
    for id, rows in _own(step, f.stated, ids).items():
        found[id] = max(found.get(id, ""), *(_day(at) for _row, at in rows))
    return found


def _others(step: Step, f: Field, ids: Sequence[bytes]) -> dict[bytes, str]:
    """Id -> the latest day (ISO) of which something else than a statement says it."""
    rule: Stated = f.stated
    marks = ", ".join("?" * len(ids))
    day = quoted(f.derived.take)
    sql = (
        f"SELECT {quoted(rule.by)}, max({day}) FROM {quoted(rule.of)}"
        f" WHERE {quoted(rule.by)} IN ({marks}) AND {quoted(rule.mark)} IS NOT 1 AND {day} IS NOT NULL GROUP BY 1"
    )
    return dict(step.connection.execute(sql, ids).fetchall())


def _restate(step: Step, f: Field, rule: Stated, said: Sequence[Said], alone: bool) -> set[bytes]:
    ids = [id for id, _ in said]
    held, own = known(step, f, ids), _own(step, rule, ids)
    others = _others(step, f, ids) if step.corrects else {}
    fresh: list[Said] = []
    changes: list[tuple[bytes, dict[str, Any]]] = []
    gone: list[bytes] = []
    changed: set[bytes] = set()
    for id, day in said:
        wanted, now = f.pack(day), held.get(id)
        if wanted == now or (not step.corrects and wanted is not None and now is not None and wanted < now):
            continue
        other = others.get(id)
        if other is not None and (wanted is None or wanted < other):
            _refuse(step, f, id, other, alone)
            if wanted is not None or now == other:
                continue
        changed.add(id)
        mine = own.get(id, [])
        if day is None:
            gone += [row for row, _at in mine]
        elif mine and step.corrects and _day(mine[-1][1]) == now:
            changes.append((mine[-1][0], _moments(rule, day)))
        else:
            fresh.append((id, day))
    if gone:
        step.delete_ids(rule.of, gone)
    step.update_many(rule.of, changes)
    _insert(step, rule, fresh)
    return changed


def _own(step: Step, rule: Stated, ids: Sequence[bytes]) -> dict[bytes, list[tuple[bytes, int]]]:
    """Id -> (row, moment) of what was stated of a record, the latest last."""
    marks = ", ".join("?" * len(ids))
    sql = (
        f"SELECT {quoted(rule.by)}, id, {quoted(rule.day[0])} FROM {quoted(rule.of)}"
        f" WHERE {quoted(rule.by)} IN ({marks}) AND {quoted(rule.mark)} = 1 ORDER BY {quoted(rule.day[0])}"
    )
    own: dict[bytes, list[tuple[bytes, int]]] = {}
    for id, row, at in step.connection.execute(sql, ids):
        own.setdefault(id, []).append((row, at))
    return own


def _refuse(step: Step, f: Field, id: bytes, day: str, alone: bool) -> None:
    """Say that a day follows from what others say."""
    from freecrm.store.logged import title_of  # it stands above this one

    rule: Stated = f.stated
    of = step.schema.entity(rule.of)
    sql = (
        f"SELECT {quoted(of.title)} FROM {quoted(rule.of)} WHERE {quoted(rule.by)} = ?"
        f" AND {quoted(f.derived.take)} = ? AND {quoted(rule.mark)} IS NOT 1 ORDER BY n DESC LIMIT 1"
    )
    row = step.connection.execute(sql, (id, day)).fetchone()
    why = say(
        N_("{field} follows from “{name}” of {day}. Change or delete that entry, and it follows."),
        field=say(f.label),
        name=(row[0] if row is not None else None) or say(of.label),
        day=day,
    )
    if alone:
        raise Known(why)
    step.kept.append(Kept(f.entity, id, title_of(step.connection, step.schema, f.entity, id), why))


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
