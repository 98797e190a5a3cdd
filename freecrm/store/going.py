"""What goes and comes back with a record, by the declarations: its child rows, and the records whose links say so.

`core/entity.ends` names the links that a record can't be without: it goes with whatever they name, comes back with
it, and is no entry of its own in the recycle bin. Every other link to what goes is emptied in the same step, and
filled again when that is restored.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import Entity, columns, ends, is_child
from freecrm.core.fields import Link
from freecrm.core.module import Model
from freecrm.core.problems import Known
from freecrm.store import bonds, many, trees
from freecrm.store.logged import Anchors, Row, restore_rows
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.writer import Step


def along(model: Model, entity: str) -> list[tuple[type[Entity], Link]]:
    """The entities whose records go with one of `entity`, and by which link. Not those that are simply its rows."""
    return [(e, f) for e in model.entities.values() for f in ends(e) if f.to == entity]


def loose(model: Model, entity: str) -> list[tuple[type[Entity], Link]]:
    """The links that may name a record of `entity` and are emptied when it goes."""
    return [
        (e, f)
        for e in model.entities.values()
        for f in columns(e.fields)
        if isinstance(f, Link) and f.to == entity and f.derived is None and f not in ends(e)
    ]


def went_along(entity: type[Entity]) -> str:
    """SQL: whether the record of the log's row `x`, which is gone, went with another one when it last went."""
    links = [f for f in ends(entity) if f.to]
    if not links:
        return "0"
    targets = ", ".join(f"unhex_id(z.data ->> '$.{f.name}')" for f in links)
    return (
        "EXISTS (SELECT 1 FROM change z, change y WHERE z.n = (SELECT max(n) FROM change WHERE id = x.id AND op = 2)"
        f" AND y.id IN ({targets}) AND y.op = 2 AND y.step = z.step)"
    )


# ---- going


def delete(step: Step, entity: str, ids: Sequence[bytes]) -> None:
    """Delete records, block by block, with all that goes with them; no link to any of them is left."""
    gone: list[tuple[str, Sequence[bytes]]] = []
    _delete(step, entity, ids, gone, tell=True)
    for name, block in gone:
        marks = ", ".join("?" * len(block))
        for e, f in loose(step.schema.model, name):
            link = quoted(f.name)
            step.connection.execute(
                f"UPDATE {quoted(e.entity)} SET {link} = NULL WHERE {link} IN ({marks})", block
            )


def _delete(
    step: Step, entity: str, ids: Sequence[bytes], gone: list[tuple[str, Sequence[bytes]]], tell: bool = False
) -> None:
    c, model = step.connection, step.schema.model
    if len(ids) > many.BLOCK:
        ids = many.by_number(c, entity, ids)
    others = along(model, entity)
    rows = [(child.entity, "parent") for child in step.schema.child_entities()]
    rows += [(e.entity, f.name) for e, f in others if is_child(e)]
    for start in range(0, len(ids), many.BLOCK):
        if step.progress is not None:
            if tell:
                step.progress.tell(start, len(ids))
            else:
                step.progress.check()
        block = ids[start : start + many.BLOCK]
        marks = ", ".join("?" * len(block))
        for child, link in rows:
            c.execute(f"DELETE FROM {quoted(child)} WHERE {quoted(link)} IN ({marks})", block)
        c.execute(f"DELETE FROM {quoted(entity)} WHERE id IN ({marks})", block)
        gone.append((entity, block))
        for e, f in others:  # after the records: what names each other in a ring ends, too
            if not is_child(e):
                sql = f"SELECT id FROM {quoted(e.entity)} WHERE {quoted(f.name)} IN ({marks})"
                _delete(step, e.entity, [row[0] for row in c.execute(sql, block)], gone)


# ---- coming back


def bring_along(step: Step, entity: str, id: bytes, of: int) -> None:
    """After a record that step `of` deleted is back: bring back what went with it, and fill the links to them."""
    back: list[tuple[str, list[bytes]]] = [(entity, [id])]
    for name, ids in back:  # grows while it is walked
        for e in step.schema.model.entities.values():
            links = [f for f in ends(e) if f.to == name or (f.to == "" and is_child(e))]
            if not links:
                continue
            lost = _rows_of(step, e, links, ids) if is_child(e) else _records_of(step, e, links, ids, of)
            came = _restore(step, e, lost)
            if came and not is_child(e):
                back.append((e.entity, came))
    _fill(step, back, of)


def _restore(step: Step, entity: type[Entity], lost: list[Row]) -> list[bytes]:
    """Restore those whose ends are all there, again and again, as one may name another of them."""
    came: list[bytes] = []
    while lost:
        anchors = Anchors(step.connection, step.schema, entity.entity)
        held = [row for row in lost if anchors.hold(row[1])]
        if not held:
            break
        restore_rows(step, entity.entity, held)
        came += [id for id, _data in held]
        lost = [row for row in lost if not anchors.hold(row[1])]
    return came


def _rows_of(step: Step, child: type[Entity], links: Sequence[Link], ids: Sequence[bytes]) -> list[Row]:
    """The child rows of records that went because they, or the other one they belong to, were deleted."""
    targets = ", ".join(f"unhex_id(x.data ->> '$.{f.name}')" for f in ends(child))
    found: dict[bytes, dict[str, Any]] = {}
    for link in links:
        sql = (
            f"SELECT x.id, x.data FROM change x WHERE x.op = 2 AND x.data ->> '$.{link.name}' IN"
            " (SELECT value FROM json_each(?)) AND x.entity = ? AND x.data ->> '$.erased' IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM change z WHERE z.id = x.id AND z.n > x.n)"
            " AND EXISTS (SELECT 1 FROM change y WHERE y.step = x.step AND y.op = 2"
            f" AND y.id IN ({targets})) ORDER BY x.n"
        )
        rows = step.connection.execute(sql, (_keys(ids), child.entity))
        found.update((id, json.loads(data)) for id, data in rows)
    return list(found.items())


def _records_of(
    step: Step, entity: type[Entity], links: Sequence[Link], ids: Sequence[bytes], of: int
) -> list[Row]:
    """The records that step `of` deleted along with these and that aren't back."""
    found: dict[bytes, dict[str, Any]] = {}
    for link in links:
        sql = (
            "SELECT x.id, x.data FROM step s CROSS JOIN change x ON x.n BETWEEN s.first AND s.last WHERE s.n = ?"
            f" AND x.step = s.n AND x.op = 2 AND x.entity = ? AND x.data ->> '$.{link.name}' IN"
            " (SELECT value FROM json_each(?)) AND x.data ->> '$.erased' IS NULL"
            f" AND x.id NOT IN (SELECT id FROM {quoted(entity.entity)} WHERE id = x.id) ORDER BY x.n"
        )
        rows = step.connection.execute(sql, (of, entity.entity, _keys(ids)))
        found.update((id, json.loads(data)) for id, data in rows)
    return list(found.items())


def _fill(step: Step, back: Sequence[tuple[str, Sequence[bytes]]], of: int) -> None:
    """Fill the links again that step `of` emptied, where they are empty still."""
    c, model = step.connection, step.schema.model
    for name, ids in back:
        for e, f in loose(model, name):
            old, new = f"x.data ->> '$.{f.name}[0]'", f"x.data ->> '$.{f.name}[1]'"
            rows = c.execute(
                f"SELECT unhex_id({old}), x.id FROM step s CROSS JOIN change x ON x.n BETWEEN s.first AND s.last"
                " WHERE s.n = ? AND x.step = s.n AND x.op = 1 AND x.entity = ?"
                f" AND {old} IN (SELECT value FROM json_each(?)) AND coalesce({new}, '') = ''",
                (of, e.entity, _keys(ids)),
            ).fetchall()
            if rows:
                _fill_one(step, e, f, rows)


def _fill_one(step: Step, entity: type[Entity], f: Link, rows: Sequence[tuple[bytes, bytes]]) -> None:
    c, model = step.connection, step.schema.model
    link = quoted(f.name)
    c.execute("SAVEPOINT filled")
    c.executemany(
        f"UPDATE {quoted(entity.entity)} SET {link} = ? WHERE id = ? AND {link} IS NULL",
        rows,
    )
    try:  # meanwhile somebody may have come to stand the other way round
        trees.refuse_loops(c, model, step.first, {entity.entity})
        bonds.refuse(c, model, step.first, {entity.entity})
    except Known:
        c.execute("ROLLBACK TO filled")
    c.execute("RELEASE filled")


def settle(
    step: Step, entities: Iterable[str]
) -> tuple[list[tuple[str, bytes]], list[tuple[str, bytes, Link]]]:
    """After rows came back or got old values: nothing among them may name what is gone by now.

    (records that went again because they can't be without that, links that were emptied).
    """
    c = step.connection
    gone: list[tuple[str, bytes]] = []
    emptied: list[tuple[str, bytes, Link]] = []
    for name in entities:
        declared = step.schema.entity(name)
        for f in columns(declared.fields):
            if not isinstance(f, Link) or not f.to or f.derived is not None:
                continue
            ids = _dangling(c, declared, f, step.first)
            if not ids:
                continue
            if f in ends(declared):
                gone += [(name, id) for id in ids]
                delete(step, name, ids)
            else:
                emptied += [(name, id, f) for id in ids]
                sql = f"UPDATE {quoted(name)} SET {quoted(f.name)} = NULL WHERE id = ?"
                c.executemany(sql, [(id,) for id in ids])
    return gone, emptied


def _dangling(c: sqlite3.Connection, entity: type[Entity], f: Link, first: int) -> list[bytes]:
    link = quoted(f.name)
    rows = c.execute(
        f"SELECT id FROM {quoted(entity.entity)} WHERE {link} IS NOT NULL AND {link} NOT IN"
        f" (SELECT id FROM {quoted(f.to)}) AND id IN"
        " (SELECT id FROM change WHERE n >= ? AND entity = ? AND op < 2)",
        (first, entity.entity),
    )
    return [row[0] for row in rows]


def _keys(ids: Iterable[bytes]) -> str:
    return json.dumps([id.hex().upper() for id in ids])
