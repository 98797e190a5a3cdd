"""At the door: what follows when deals come to a stage, whoever put them there (board, form, cell, import).

A deal without a stage begins in the first one of its pipeline; its pipeline is that of its stage; each way from stage
to stage is a row of `deal_move`; the day on which it was won or lost is today's unless it was said; its card stands on
top of its new column unless somebody put it elsewhere in the same step.

An imported deal went its way before it came here: it began in the first stage on the day it was begun, and came to its
end on the day it was closed, as far as these days are known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from freecrm.core.day_words import this_day
from freecrm.core.spans import at_wall

if TYPE_CHECKING:
    from freecrm.store.writer import Step

_TOUCHED = """
SELECT DISTINCT d.id, d.pipeline, d.stage FROM change x JOIN deal d ON d.id = x.id
WHERE x.n >= ? AND x.entity = 'deal' AND x.op < 2
"""
_CAME = """
SELECT d.id, s.pipeline, d.pipeline, d.stage, s.outcome, d.closed, d.spot, d.amount, coalesce(d.chance, s.chance),
  (SELECT m.after FROM deal_move m WHERE m.parent = d.id ORDER BY m.at DESC, m.n DESC LIMIT 1) AS was, d.begun,
  d.spot IS NOT NULL AND s.outcome = 'open'
  AND EXISTS (SELECT 1 FROM change y WHERE y.n >= :first AND y.entity = 'deal' AND y.id = d.id
          AND (y.op = 0 OR json_type(y.data, '$.spot') IS NOT NULL)) AS placed,
  d.closed IS NOT NULL AND s.outcome = 'open'
  AND EXISTS (SELECT 1 FROM change y WHERE y.n >= :first AND y.entity = 'deal' AND y.id = d.id AND y.op = 1
          AND json_type(y.data, '$.closed') IS NOT NULL) AS dated
FROM deal d JOIN stage s ON s.id = d.stage
WHERE d.id IN (SELECT x.id FROM change x WHERE x.n >= :first AND x.entity = 'deal' AND x.op < 2)
  AND d.stage IS NOT (SELECT m.after FROM deal_move m WHERE m.parent = d.id ORDER BY m.at DESC, m.n DESC LIMIT 1)
"""


def follow(step: Step, counts: dict[str, tuple[int, int, int]]) -> bool:
    """Do that for the deals of a step. Whether it wrote anything."""
    if "deal" not in counts:
        return False
    wrote = _begin(step)
    came = step.connection.execute(_CAME, {"first": step.first}).fetchall()
    if not came:
        return wrote
    if step.origin == "user" and not step.asked:
        _refuse(step, [(row[0], row[3]) for row in came if row[9] is not None])
    tops = _tops(step, came)
    changes, moves = [], []
    middle = cache(_middle)
    firsts = _first_stages(step) if step.origin == "import" else {}
    for id, pipeline, own, stage, outcome, closed, spot, amount, odds, was, begun, placed, dated in came:
        values: dict[str, Any] = {}
        if own != pipeline:
            values["pipeline"] = pipeline
        if outcome == "open" and closed is not None and was is not None and not dated:
            values["closed"] = None
        elif outcome != "open" and closed is None:
            values["closed"] = this_day()
        if outcome == "open" and not (placed and _is_place(spot)):
            values["spot"] = tops[stage].pop()
        if values:
            changes.append((id, values))
        at = step.at
        if step.origin == "import" and was is None:
            at = _noon(middle, begun if outcome == "open" else closed, step.at)
            first, chance = firsts.get(pipeline, (None, None))
            if outcome != "open" and begun is not None and first is not None:
                was, since = first, min(at, _noon(middle, begun, step.at))
                moves.append((id, "deal", None, first, since, step.store.user, amount, chance))
        moves.append((id, "deal", was, stage, at, step.store.user, amount, odds))
    if changes:
        step.update_many("deal", changes)
    names = ("parent", "parent_entity", "before", "after", "at", "by", "amount", "odds")
    step.insert_many("deal_move", names, moves)
    return True


def _refuse(step: Step, moves: list[tuple[bytes, bytes]]) -> None:
    """Hold deals that were moved in a cell, a form or with many others to what the board asks for."""
    from freecrm.store import deals
    from freecrm.store.reader import Reader

    reader = Reader(step.store, step=step)
    known = step.store.read()
    for id, stage in moves:
        record = reader.record("deal", id)
        # a stage that this very step makes asks for nothing yet
        if record is not None and known.execute("SELECT 1 FROM stage WHERE id = ?", (stage,)).fetchone():
            deals.refuse_move(step.store, id, stage, record)


def _begin(step: Step) -> bool:
    """Put deals without a stage into the first one of their pipeline, or of the first pipeline there is."""
    rows = step.connection.execute(_TOUCHED, (step.first,)).fetchall()
    bare = [(id, pipeline) for id, pipeline, stage in rows if stage is None]
    if not bare:
        return False
    first = {pipeline: stage for pipeline, (stage, _chance) in _first_stages(step).items()}
    usual = next(iter(first.values()), None)
    changes = [(id, {"stage": first.get(pipeline, usual)}) for id, pipeline in bare if usual is not None]
    if changes:
        step.update_many("deal", changes)
    return bool(changes)


def _first_stages(step: Step) -> dict[bytes, tuple[bytes, int | None]]:
    """Pipeline -> the stage that deals begin in and its chance; the first pipeline first."""
    found = step.connection.execute(
        "SELECT s.pipeline, s.id, s.chance FROM stage s JOIN pipeline p ON p.id = s.pipeline"
        " WHERE s.outcome = 'open' ORDER BY coalesce(p.off, 0), p.position, p.n, s.position, s.n"
    )
    first: dict[bytes, tuple[bytes, int | None]] = {}
    for pipeline, stage, chance in found:
        first.setdefault(pipeline, (stage, chance))
    return first


def _middle(day: str) -> int:
    """The middle of a day, which is that day in the next zone too."""
    return at_wall(dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12)), None)


def _noon(middle: Callable[[str], int], day: str | None, now: int) -> int:
    """The middle of a day; now where it is not known or still to come."""
    return now if day is None else min(now, middle(day))


def _is_place(spot: str | None) -> bool:
    """Whether this is a place that others can come before and behind."""
    from fractional_indexing import FIError, validate_order_key

    if not spot:
        return False
    try:
        validate_order_key(spot)
    except FIError:
        return False
    return True


def _tops(step: Step, came: list[tuple[Any, ...]]) -> dict[bytes, list[str]]:
    """Places on top of each column, as many as come to it; the topmost is last."""
    from fractional_indexing import generate_n_keys_between

    many: dict[bytes, int] = {}
    for row in came:
        many[row[3]] = many.get(row[3], 0) + 1
    tops = {}
    for stage, count in many.items():
        sql = "SELECT min(spot) FROM deal WHERE stage = ? AND state = 'open' AND spot IS NOT NULL"
        (least,) = step.connection.execute(sql, (stage,)).fetchone()
        least = least if _is_place(least) else None
        tops[stage] = generate_n_keys_between(None, least, count)
    return tops
