"""The people of a firm in the order of their weight: who decides first, then the main contact, then the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import columns
from freecrm.core.fields import Choice
from freecrm.store import faults
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Person:
    """child, row: the position. entity, id: of the person. values: of the position."""

    child: str
    row: bytes
    entity: str
    id: bytes
    name: str
    work: str
    role: str | None
    phone: str
    values: dict[str, Any]


def key_people(reader: Reader, child: str, by: str, id: bytes, limit: int) -> tuple[list[Person], int]:
    """The first people of a record by their position there (`child`, whose link `by` it is), and how many
    there are."""
    declared = reader.schema.entity(child)
    own = columns(declared.fields)
    names = ", ".join(quoted(f.name) for f in own)
    role = declared.fields.get("role")
    ranks = [option.key for option in role.options.entries] if isinstance(role, Choice) else []
    rank = " ".join(f"WHEN ? THEN {at}" for at in range(len(ranks)))
    order = f'CASE "role" {rank} ELSE {len(ranks)} END, ' if ranks else ""
    primary = 'coalesce("primary", 0) DESC, ' if "primary" in declared.fields else ""
    sql = f"SELECT id, {names} FROM {quoted(child)} WHERE {quoted(by)} = ? ORDER BY {order}{primary}n LIMIT ?"
    with faults.told(reader.store.path):
        found = reader.connection().execute(sql, (id, *ranks, limit)).fetchall()
        count = f"SELECT count(*) FROM {quoted(child)} WHERE {quoted(by)} = ?"
        total = int(reader.connection().execute(count, (id,)).fetchone()[0])
        rows = [
            (row_id, {f.name: f.unpack(v) for f, v in zip(own, stored, strict=True)})
            for row_id, *stored in found
        ]
        held: dict[bytes, Any] = {}
        for entity in {values["parent_entity"] for _id, values in rows}:
            ids = [values["parent"] for _id, values in rows if values["parent_entity"] == entity]
            fields = reader.schema.fields(entity)
            wanted = {reader.schema.entity(entity).title, *({"main_phone"} & fields.keys())}
            held.update(reader.by_ids(entity, ids, wanted))
    people = []
    for row_id, values in rows:
        record = held.get(values["parent"])
        if record is None:
            continue
        title = reader.schema.entity(values["parent_entity"]).title
        work = " ".join(str(values[name]) for name in ("department", "job") if values.get(name))
        people.append(
            Person(
                child,
                row_id,
                values["parent_entity"],
                values["parent"],
                str(record[title] or ""),
                work,
                values.get("role"),
                str(record["main_phone"] or ""),
                values,
            )
        )
    return people, total
