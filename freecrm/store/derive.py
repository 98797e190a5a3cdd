"""Keeps derived fields: runs the rules of core/derive.py for the records that a step touched.

One UPDATE per entity and level, set-based, so that an import of 100,000 rows costs no more than a
few passes. The order follows the rules themselves: a field taken from a derived field of another
entity comes after that one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from freecrm.core.derive import Count, Earliest, First, Latest, Net, Rolled, Rows, Rule, Sum, Worked, parts
from freecrm.core.entity import Entity, columns
from freecrm.core.fields import Field
from freecrm.core.module import Model
from freecrm.store.span import Outline, Select, Span
from freecrm.store.tables import quoted


@dataclass(frozen=True, eq=False)
class _Level:
    """Derived fields of one entity that are computed together. asks: the entities on whose rows they depend. sql: what
    computes them for the records in temp.affected."""

    entity: str
    fields: tuple[Field, ...]
    asks: frozenset[str]
    sql: str


_levels: dict[int, tuple[Model, list[_Level]]] = {}


def levels(model: Model) -> list[_Level]:
    """The derived fields in an order in which each finds what it takes already computed; worked out once a process
    and model. Nobody changes it."""
    if id(model) not in _levels:
        _levels[id(model)] = (model, _levels_of(model))
    return _levels[id(model)][1]


def _levels_of(model: Model) -> list[_Level]:
    waiting = [f for e in model.entities.values() for f in e.fields.values() if f.derived is not None]
    done: set[tuple[str, str]] = set()
    derived = {(f.entity, f.name) for f in waiting}
    found: list[_Level] = []
    while waiting:
        ready = [
            f for f in waiting if all(s in done or s not in derived for s in _sources(f.entity, f.derived))
        ]
        if not ready:
            raise ValueError(f"derived fields wait for each other: {waiting}")
        for entity in dict.fromkeys(f.entity for f in ready):
            fields = tuple(f for f in ready if f.entity == entity)
            asks = frozenset({entity}.union(*(_asks(f.derived) for f in fields)))
            found.append(_Level(entity, fields, asks, _sql(entity, fields)))
        done |= {(f.entity, f.name) for f in ready}
        waiting = [f for f in waiting if f not in ready]
    return found


def starts_at_zero(entity: type[Entity]) -> tuple[str, ...]:
    """The derived fields that are 0, and not empty, for a record that nothing points at yet."""
    return tuple(f.name for f in columns(entity.fields) if isinstance(f.derived, Sum | Count))


def _asks(rule: Rule) -> set[str]:
    """The entities that a rule looks at beside its own."""
    if isinstance(rule, Worked):
        return {rule.over}
    if isinstance(rule, Rolled):
        return {rule.of}
    return {name for part in parts(rule) for name in (part.of, getattr(part, "over", ""))}


def _sources(entity: str, rule: Rule) -> set[tuple[str, str]]:
    found = set()
    if isinstance(rule, Worked):
        return {(entity, name) for name in rule.own} | {(rule.over, name) for name in rule.takes}
    if isinstance(rule, Rolled):
        return {(entity, name) for name in rule.own} | {(rule.of, name) for name in rule.takes}
    if isinstance(rule, Net):
        found.add((entity, rule.start))
    for part in parts(rule):
        if isinstance(part, Count):
            continue
        if isinstance(part, First):
            found |= {(part.of, name.lstrip("-")) for name in (*part.order, part.filled) if name}
        over = getattr(part, "over", "")
        found.add((over, part.take.split(".")[1]) if over else (part.of, part.take))
    return found


def expression(rule: Rule, entity: str) -> str:
    """The rule as an SQL expression over a row of `entity`."""
    if isinstance(rule, Worked):
        return _worked(rule, entity)
    if isinstance(rule, Rolled):
        return _rolled(rule, entity)
    if isinstance(rule, Net):
        return _net(rule, entity)
    made = [_plain(part, entity) for part in parts(rule)]
    return made[0] if len(made) == 1 else f"coalesce({', '.join(made)})"


def _worked(rule: Worked, entity: str) -> str:
    own = ", ".join(f"{quoted(entity)}.{quoted(name)}" for name in rule.own)
    if not rule.link:
        return f"{rule.by}({own})"
    given = ", ".join(part for part in (own, *(f"o.{quoted(name)}" for name in rule.takes)) if part)
    here = f"o.id = {quoted(entity)}.{quoted(rule.link)}"
    return f"(SELECT {rule.by}({given}) FROM {quoted(rule.over)} o WHERE {here})"


def _rolled(rule: Rolled, entity: str) -> str:
    row = ", ".join(f"r.{quoted(name)}" for name in rule.takes)
    own = "".join(f", {quoted(entity)}.{quoted(name)}" for name in rule.own)
    rows = (
        f"SELECT json_group_array(json_array({row})) FROM {quoted(rule.of)} r"
        f" WHERE r.{quoted(rule.by)} = {quoted(entity)}.id"
    )
    return f"{rule.function}(({rows}){own})"


def _net(rule: Net, entity: str) -> str:
    start = f"{quoted(entity)}.{quoted(rule.start)}"
    plus, minus = (
        f"(SELECT sum(r.{quoted(part.take)}) FROM {quoted(part.of)} r"
        f" WHERE r.{quoted(part.by)} = {quoted(entity)}.id)"
        for part in (rule.plus, rule.minus)
    )
    return f"coalesce({start} + coalesce({plus}, 0) - coalesce({minus}, 0), {plus} - coalesce({minus}, 0), -{minus})"


def _plain(part: Rows, entity: str) -> str:
    here = f"r.{quoted(part.by)} = {quoted(entity)}.id"
    if isinstance(part, Count):
        return f"(SELECT count(*) FROM {quoted(part.of)} r WHERE {here})"
    if isinstance(part, Sum):
        return f"(SELECT coalesce(sum(r.{quoted(part.take)}), 0) FROM {quoted(part.of)} r WHERE {here})"
    if isinstance(part, Latest):
        return f"(SELECT max(r.{quoted(part.take)}) FROM {quoted(part.of)} r WHERE {here})"
    if isinstance(part, Earliest):
        return f"(SELECT min(r.{quoted(part.take)}) FROM {quoted(part.of)} r WHERE {here})"
    if part.filled:
        here += f" AND r.{quoted(part.filled)} IS NOT NULL"
    order = "".join(
        f"coalesce(r.{quoted(name.lstrip('-'))}, 0){' DESC' if name.startswith('-') else ''}, "
        for name in part.order
    )
    if part.over:
        link, take = part.take.split(".")
        source = f"{quoted(part.of)} r JOIN {quoted(part.over)} o ON o.id = r.{quoted(link)}"
        return (
            f"(SELECT o.{quoted(take)} FROM {source} WHERE {here}"
            f" AND o.{quoted(take)} IS NOT NULL ORDER BY {order}r.id LIMIT 1)"
        )
    return (
        f"(SELECT r.{quoted(part.take)} FROM {quoted(part.of)} r WHERE {here} ORDER BY {order}r.id LIMIT 1)"
    )


def run(connection: sqlite3.Connection, model: Model, span: Span) -> set[str]:
    """Recompute what the changes of a step may have altered; the entities whose derived fields changed."""
    changed: set[str] = set()
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS derived_touch(entity TEXT, id BLOB)")
    connection.execute("DELETE FROM temp.derived_touch")
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS affected(id BLOB PRIMARY KEY) WITHOUT ROWID")
    for level in levels(model):
        if level.asks.isdisjoint(span.counts) and level.asks.isdisjoint(changed):
            continue
        connection.execute("DELETE FROM temp.affected")
        found = 0
        for sql, parameters in _selects(level, span, changed):
            found += connection.execute(f"INSERT OR IGNORE INTO temp.affected {sql}", parameters).rowcount
        if found and connection.execute(level.sql).rowcount > 0:
            changed.add(level.entity)
            connection.execute(
                "INSERT INTO temp.derived_touch SELECT ?, a.id FROM temp.affected a"
                f" WHERE EXISTS (SELECT 1 FROM {quoted(level.entity)} t WHERE t.id = a.id)",
                (level.entity,),
            )
    return changed


def _selects(level: _Level, span: Span, derived: set[str]) -> list[Select]:
    """Statements that select the ids of the records of a level that may be other ones now."""
    wanted = _plan(level, span.outline(level.asks), level.asks & derived)
    return [(sql, span.filled(parameters)) for sql, parameters in wanted]


@lru_cache(maxsize=4096)
def _plan(level: _Level, outline: Outline, derived: frozenset[str]) -> list[Select]:
    """The same for all steps that did the like to these entities: there are many small ones, and each asks."""
    span = outline.span()
    wanted = [one for f in level.fields for one in _asked(f, span, derived)]
    if span.counts.get(level.entity, (0,))[0]:
        wanted += span.written(level.entity)[:1]
    return list(dict.fromkeys(wanted))


def _sql(entity: str, fields: Sequence[Field]) -> str:
    table = quoted(entity)
    names = [quoted(f.name) for f in fields]
    values = ", ".join(f"{expression(f.derived, entity)} AS v{i}" for i, f in enumerate(fields))
    sets = ", ".join(f"{name} = v.v{i}" for i, name in enumerate(names))
    differs = " OR ".join(f"{table}.{name} IS NOT v.v{i}" for i, name in enumerate(names))
    return (
        f"UPDATE {table} SET {sets} FROM (SELECT {table}.id AS vid, {values} FROM {table}"
        f" WHERE {table}.id IN temp.affected) v WHERE {table}.id = v.vid AND ({differs})"
    )


def _asked(f: Field, span: Span, derived: Set[str]) -> list[Select]:
    """Statements that select the ids of the records whose value of a derived field may be another now."""
    if isinstance(f.derived, Rolled):
        return _rows_affected(f.derived.of, f.derived.by, f.derived.takes, span, derived) + _self_affected(
            f.entity, f.derived.own, span, derived
        )
    if not isinstance(f.derived, Worked):
        found = [one for part in parts(f.derived) for one in _affected(part, span, derived)]
        if isinstance(f.derived, Net):
            found += _self_affected(f.entity, [f.derived.start], span, derived)
        return found
    rule: Worked = f.derived
    newly = "SELECT id FROM temp.derived_touch WHERE entity = ?"
    found = _self_affected(f.entity, [*rule.own, *([rule.link] if rule.link else [])], span, derived)
    if rule.link:
        sources = [
            *span.written(rule.over, "id", rule.takes),
            *span.gone(rule.over),
            *([(newly, (rule.over,))] if rule.over in derived else []),
        ]
        link, table = quoted(rule.link), quoted(f.entity)
        found += [(f"SELECT id FROM {table} WHERE {link} IN ({sql})", given) for sql, given in sources]
    return found


def _self_affected(entity: str, own: Iterable[str], span: Span, derived: Set[str]) -> list[Select]:
    """Those of a rule over the record's own fields."""
    found = span.written(entity, "id", own)
    if entity in derived:
        found.append(("SELECT id FROM temp.derived_touch WHERE entity = ?", (entity,)))
    return found


def _affected(part: Rows, span: Span, derived: Set[str]) -> list[Select]:
    """Statements that select the ids of the records whose value this rule may have changed."""
    of, by = quoted(part.of), quoted(part.by)
    link, _dot, taken = getattr(part, "take", "").partition(".")
    order = [name.lstrip("-") for name in getattr(part, "order", ())]
    order += [name for name in (getattr(part, "filled", ""),) if name]
    found = _rows_affected(part.of, part.by, [*order, *([link] if link else [])], span, derived)
    newly = "SELECT id FROM temp.derived_touch WHERE entity = ?"
    over = getattr(part, "over", "")
    if over:
        sources = [*span.written(over, "id", [taken]), *span.gone(over)]
        sources += [(newly, (over,))] if over in derived else []
        for sql, parameters in sources:
            found.append(
                (f"SELECT {by} FROM {of} WHERE {quoted(link)} IN ({sql}) AND {by} IS NOT NULL", parameters)
            )
    return found


def _rows_affected(
    entity: str, link: str, takes: Iterable[str], span: Span, derived: Set[str]
) -> list[Select]:
    """Those that rows of `entity` point at by `link`, or pointed at before, where one of `takes` was changed."""
    of, by = quoted(entity), quoted(link)
    found = span.written(entity, link, [link, *takes])
    if span.has_old_rows(entity):
        before = f"CASE op WHEN 2 THEN data ->> '$.{link}' ELSE data ->> '$.{link}[0]' END"
        found.append(
            (
                f"SELECT unhex_id({before}) FROM change"
                f" WHERE n >= ? AND entity = ? AND op > 0 AND {before} <> ''",
                (span.first, entity),
            )
        )
    if entity in derived:
        newly = "SELECT id FROM temp.derived_touch WHERE entity = ?"
        found.append((f"SELECT {by} FROM {of} WHERE id IN ({newly}) AND {by} IS NOT NULL", (entity,)))
    return found


def wrong(connection: sqlite3.Connection, model: Model) -> list[tuple[str, str, int]]:
    """Derived fields that do not hold what their rule says: (entity, field, rows)."""
    found = []
    for level in levels(model):
        for f in level.fields:
            table = quoted(level.entity)
            count = connection.execute(
                f"SELECT count(*) FROM {table}"
                f" WHERE {quoted(f.name)} IS NOT {expression(f.derived, level.entity)}"
            ).fetchone()[0]
            if count:
                found.append((level.entity, f.name, count))
    return found
