"""Child rows that are a ledger (`Child.ledger`): their sum is a balance, and the door keeps it honest.

Lines are added, never changed and never taken out by hand; whoever erred adds one that corrects it, or undoes
the step. No step brings a balance below zero, or further below it, an undo neither; what came from another computer
stands: two who spent the same apart leave such a balance, and whoever buys on still earns.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

from freecrm.core.change import DELETE, INSERT
from freecrm.core.custom import Schema
from freecrm.core.entity import Child, is_child
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store.tables import quoted


def of(schema: Schema, entity: str) -> str:
    """The field that a ledger sums up, "" for entities that are none."""
    declared = schema.entity(entity)
    return declared.ledger if issubclass(declared, Child) and is_child(declared) else ""


def refuse_change(schema: Schema, entity: str) -> None:
    """Known when rows of this entity are not to be changed or taken out one by one."""
    if of(schema, entity):
        what = N_(
            "A line of {things:lower} stays as it was written. Undo the step that wrote it, or add a line that"
            " corrects it."
        )
        raise Known(say(what, things=say(schema.entity(entity).plural)))


def refuse_overdrawn(connection: sqlite3.Connection, schema: Schema, first: int, touched: set[str]) -> None:
    """Known when the changes from number `first` on bring a balance below zero."""
    for entity in touched:
        if entity in schema.model.entities and (name := of(schema, entity)):
            _refuse(connection, schema, entity, name, first)


def _refuse(c: sqlite3.Connection, schema: Schema, entity: str, name: str, first: int) -> None:
    below = c.execute(
        f"""WITH moved(id) AS (
            SELECT t.parent FROM change x JOIN {quoted(entity)} t ON t.id = x.id
                WHERE x.n >= :first AND x.entity = :entity
            UNION SELECT unhex_id(CASE op WHEN 2 THEN data ->> '$.parent' ELSE data ->> '$.parent[0]' END)
                FROM change WHERE n >= :first AND entity = :entity AND op > 0)
        SELECT t.parent_entity, t.parent, sum(t.{quoted(name)}) FROM {quoted(entity)} t
            WHERE t.parent IN (SELECT id FROM moved) GROUP BY t.parent HAVING sum(t.{quoted(name)}) < 0""",
        {"first": first, "entity": entity},
    ).fetchall()
    moved = _moved(c, entity, name, first) if below else {}
    row = next((row for row in below if moved.get(row[1], 0) < 0), None)
    if row is None:
        return
    owner, id, balance = row
    title = quoted(schema.entity(owner).title)
    held = c.execute(f"SELECT {title} FROM {quoted(owner)} WHERE id = ?", (id,)).fetchone()
    if held is None:
        return
    what = N_(
        "“{name}” would be left with {n} {things:lower}, fewer than none: some were used since. Take that back or"
        " correct it first."
    )
    things = say(schema.entity(entity).plural)
    raise Known(say(what, name=str(held[0] or ""), n=f"{balance:,}", things=things))


def _moved(c: sqlite3.Connection, entity: str, name: str, first: int) -> Counter[bytes]:
    """By how much the changes from number `first` on moved the balances."""
    found: Counter[bytes] = Counter()
    lines: dict[bytes, tuple[bytes, int] | None] = {}
    changes = c.execute(
        "SELECT id, op, data FROM change WHERE n >= ? AND entity = ? ORDER BY n DESC", (first, entity)
    ).fetchall()
    for id, op, data in changes:  # back to what the lines were before
        if id not in lines:
            lines[id] = c.execute(
                f"SELECT parent, {quoted(name)} FROM {quoted(entity)} WHERE id = ?", (id,)
            ).fetchone()
            if (held := lines[id]) is not None:
                found[held[0]] += held[1]
        told = json.loads(data) if data else {}
        if op == INSERT:
            lines[id] = None
        elif op == DELETE:
            lines[id] = bytes.fromhex(told["parent"]), told[name]
        elif (held := lines[id]) is not None:
            parent = bytes.fromhex(told["parent"][0]) if "parent" in told else held[0]
            lines[id] = parent, told[name][0] if name in told else held[1]
    for held in filter(None, lines.values()):
        found[held[0]] -= held[1]
    return found
