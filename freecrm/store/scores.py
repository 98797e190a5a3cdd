"""How complete and how fresh records are, worked out from the rows as they are now; nothing of it is kept.

    scores.of_record(reader, "customer", id)      both scores of one record, and which rules lack points
    scores.lowest(reader, "customer", below=50)   the records that need it most
    scores.by_owner(reader, "customer")           averages by owner
    scores.save_rules(store, "customer", rules)   other rules, as a step; None: the standard ones again

The score is one SQL expression made of the rules; every value in it is bound.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core import scoring
from freecrm.core.day_words import this_day
from freecrm.core.fields import Field, Moment
from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.core.scoring import CHANGED, CONTACTED, STANDARD, Rule, share
from freecrm.core.words import N_, _, say
from freecrm.store import faults
from freecrm.store.blocks import column
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

ENTITY = "score_rule"


class Lack(NamedTuple):
    """A rule that gives no points. points: what filling it adds to its score, in per cent."""

    rule: Rule
    points: int


class Score(NamedTuple):
    """complete, fresh: 0 to 100, None where no rule asks for it. lacks: what gives no points, the most first.
    uncontacted: it was never noted when it was contacted, and nothing else keeps it from being fresh."""

    complete: int | None
    fresh: int | None
    lacks: tuple[Lack, ...]
    uncontacted: bool = False


class Scored(NamedTuple):
    """A record in a list of scores. owner: the user's id."""

    n: int
    id: bytes
    title: str
    owner: bytes | None
    complete: int | None
    fresh: int | None


class OwnerScore(NamedTuple):
    """owner None: records that belong to nobody. complete, fresh: averages of so many records."""

    owner: bytes | None
    name: str
    records: int
    complete: int | None
    fresh: int | None


# ---- rules


def own_rules(reader: Reader, entity: str) -> tuple[Rule, ...]:
    """The rules that the users made, () while the standard ones hold."""
    sql = (
        f"SELECT field, weight, days FROM {quoted(ENTITY)} WHERE {quoted('on')} = ?"
        " ORDER BY coalesce(position, 0), n"
    )
    with faults.told(reader.store.path):
        rows = reader.connection().execute(sql, (entity,)).fetchall()
    return tuple(Rule(field, weight or 0, days) for field, weight, days in rows)


def rules(reader: Reader, entity: str) -> tuple[Rule, ...]:
    """The rules that hold, those on fields that are gone included."""
    return own_rules(reader, entity) or STANDARD.get(entity, ())


def must_be_scored(store: Store, entity: str) -> None:
    """Known when records of this kind are not judged."""
    if entity not in STANDARD:
        what = N_("There is nothing called “{value}” that is scored. Try customer or contact.")
        raise Known(say(what, value=entity))


def save_rules(store: Store, entity: str, wanted: Sequence[Rule] | None) -> None:
    """Judge by these rules from now on, None: by the standard ones. One step; Known says what is wrong."""
    must_be_scored(store, entity)
    reader = store.reader()
    if wanted is not None:
        known = {rule.field for rule in own_rules(reader, entity)}
        found = scoring.problem(wanted, store.schema.fields(entity), known)
        if found is not None:
            raise Known(found[1])
    things = say(store.schema.entity(entity).plural)
    title = N_("Rules of the score of {things:lower} changed")
    with store.step(title, things=things) as step:
        sql = f"SELECT id FROM {quoted(ENTITY)} WHERE {quoted('on')} = ? ORDER BY coalesce(position, 0), n"
        held = [row[0] for row in step.connection.execute(sql, (entity,))]
        for at, rule in enumerate(wanted or ()):
            values = {"field": rule.field, "weight": rule.weight, "days": rule.days, "position": at}
            if at < len(held):
                step.update(ENTITY, held[at], values)
            else:
                step.insert(ENTITY, {"on": entity, **values})
        for id in held[len(wanted or ()) :]:
            step.delete(ENTITY, id)


# ---- the expression


class Sum(NamedTuple):
    """The SQL of some rules' points, its parameters, and the points that can be had."""

    sql: str
    given: list[Any]
    whole: int


def sums(reader: Reader, entity: str, today: dt.date) -> tuple[Sum, Sum]:
    """Completeness and freshness of the row `t` by the rules that hold."""
    fields, held = reader.schema.fields(entity), rules(reader, entity)
    there = [rule for rule in held if rule.field == CHANGED or rule.field in fields]
    found = []
    for kind in (False, True):
        parts, given, whole = [], [], 0
        for rule in there:
            if (rule.days is not None) == kind and rule.weight > 0:
                condition, more = _condition(reader, entity, rule, today)
                parts.append(f"CASE WHEN {condition} THEN ? ELSE 0 END")
                given += [*more, rule.weight]
                whole += rule.weight
        found.append(Sum(" + ".join(parts) or "0", given, whole))
    return found[0], found[1]


def _condition(reader: Reader, entity: str, rule: Rule, today: dt.date) -> tuple[str, list[Any]]:
    if rule.field == CHANGED:
        return _changed(reader, entity, begin(today, rule.days or 0))
    f = reader.schema.fields(entity)[rule.field]
    if rule.days is not None:
        day = today - dt.timedelta(days=rule.days)
        limit: Any = begin(today, rule.days) if isinstance(f, Moment) else day.isoformat()
        made, since = _made(begin(today, rule.days))
        return f"({_column(f)} >= ? OR (coalesce({_column(f)}, '') = '' AND {made}))", [limit, *since]
    if isinstance(f, Rows):
        return f"EXISTS (SELECT 1 FROM {quoted(f.of)} c WHERE c.parent = t.id)", []
    return f"coalesce({_column(f)}, '') <> ''", []


def _column(f: Field) -> str:
    return f"t.{column(f)}"


def begin(today: dt.date, days: int) -> int:
    """The beginning of the day so many days ago, where this computer stands, in ms."""
    day = today - dt.timedelta(days=days)
    return round(dt.datetime.combine(day, dt.time()).astimezone().timestamp() * 1000)


def _changed(reader: Reader, entity: str, since: int) -> tuple[str, list[Any]]:
    """Whether the record or a row of it was changed since."""
    own = "EXISTS (SELECT 1 FROM change g WHERE g.id = t.id AND g.at >= ?)"
    children = dict.fromkeys(child.entity for child in reader.schema.children(entity).values())
    parts = [own] + [
        f"EXISTS (SELECT 1 FROM {quoted(child)} c JOIN change g ON g.id = c.id"
        " WHERE c.parent = t.id AND g.at >= ?)"
        for child in children
    ]
    return f"({' OR '.join(parts)})", [since] * len(parts)


def _made(since: int) -> tuple[str, list[Any]]:
    """Whether the record was made since, not merely brought back: nothing could be noted before."""
    new = "EXISTS (SELECT 1 FROM change g WHERE g.id = t.id AND g.op = 0 AND g.at >= ?)"
    return f"{new} AND NOT EXISTS (SELECT 1 FROM change g WHERE g.id = t.id AND g.at < ?)", [since, since]


# ---- reading


def of_record(reader: Reader, entity: str, id: bytes, today: dt.date | None = None) -> Score | None:
    """The scores of one record; None when it is gone or none are kept of its kind."""
    day, fields = today or this_day(), reader.schema.fields(entity)
    held = [r for r in rules(reader, entity) if r.weight > 0 and (r.field == CHANGED or r.field in fields)]
    if not held:
        return None
    parts = [_condition(reader, entity, rule, day) for rule in held]
    chosen = ", ".join(f"CASE WHEN {sql} THEN 1 ELSE 0 END" for sql, _given in parts)
    given = [value for _sql, more in parts for value in more]
    contact = fields.get(CONTACTED)
    blank = f"coalesce({_column(contact)}, '') = ''" if contact is not None else "0"
    with faults.told(reader.store.path):
        sql = f"SELECT {chosen}, {blank} FROM {quoted(entity)} t WHERE t.id = ?"
        row = reader.connection().execute(sql, (*given, id)).fetchone()
    if row is None:
        return None
    *row, blank_now = row
    points, whole = [0, 0], [0, 0]
    for rule, has in zip(held, row, strict=True):
        kind = rule.days is not None
        whole[kind] += rule.weight
        points[kind] += rule.weight * has
    lacks = [
        Lack(rule, share(rule.weight, whole[rule.days is not None]) or 0)
        for rule, has in zip(held, row, strict=True)
        if not has
    ]
    lacks.sort(key=lambda lack: (lack.rule.days is not None, -lack.points))
    others = {lack.rule.field for lack in lacks if lack.rule.days is not None} - {CONTACTED}
    asked = any(rule.field == CONTACTED and rule.days is not None for rule in held)
    uncontacted = asked and bool(blank_now) and not others
    return Score(share(points[0], whole[0]), share(points[1], whole[1]), tuple(lacks), uncontacted)


def lowest(
    reader: Reader,
    entity: str,
    *,
    below: int = 101,
    limit: int = 1000,
    today: dt.date | None = None,
) -> tuple[list[Scored], int]:
    """The records whose completeness is below so many per cent, the lowest first, at most `limit`; and how
    many there are."""
    declared = reader.schema.entity(entity)
    complete, fresh = sums(reader, entity, today or this_day())
    owner = quoted(declared.owner) if declared.owner else "NULL"
    inner = (
        f"SELECT n, id, {quoted(declared.title)} AS title, {owner} AS owner,"
        f" {complete.sql} AS complete_, {fresh.sql} AS fresh_ FROM {quoted(entity)} t"
    )
    given = [*complete.given, *fresh.given]
    # below 50 % of 15 points: those with 200 * points + 15 < 2 * 15 * 50, as the figure is shown
    where = "WHERE (200 * complete_ + ?) / (2 * ?) < ?" if complete.whole else "WHERE ? = ? AND 0 < ?"
    narrow = [complete.whole, max(complete.whole, 1), below] if complete.whole else [0, 0, 1]
    with faults.told(reader.store.path):
        sql = f"SELECT *, count(*) OVER () FROM ({inner}) {where} ORDER BY complete_, fresh_, n LIMIT ?"
        rows = reader.connection().execute(sql, (*given, *narrow, limit)).fetchall()
    found = [
        Scored(n, id, title or "", of, share(c, complete.whole), share(f, fresh.whole))
        for n, id, title, of, c, f, _all in rows
    ]
    return found, (rows[0][-1] if rows else 0)


def by_owner(reader: Reader, entity: str, today: dt.date | None = None) -> list[OwnerScore]:
    """The averages of each owner's records, most complete first; those of nobody last. Where records have no
    owner all of them are one line."""
    declared = reader.schema.entity(entity)
    complete, fresh = sums(reader, entity, today or this_day())
    owner = quoted(declared.owner) if declared.owner else "NULL"
    sql = (
        f"SELECT {owner}, count(*), sum({complete.sql}), sum({fresh.sql}) FROM {quoted(entity)} t GROUP BY 1"
    )
    with faults.told(reader.store.path):
        given = [*complete.given, *fresh.given]
        rows = reader.connection().execute(sql, given).fetchall()
    names = reader.titles("user", {of for of, *_rest in rows if of})
    found = [
        OwnerScore(of, names.get(of, ""), n, share(c, complete.whole * n), share(f, fresh.whole * n))
        for of, n, c, f in rows
    ]
    return sorted(found, key=lambda one: (one.owner is None, -(one.complete or 0), one.name))


def percent(value: int | None) -> str:
    """A score as people read it, "—" where nothing is asked for."""
    return "—" if value is None else _("{n} %").format(n=value)
