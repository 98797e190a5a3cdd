"""Where the value of a list's cell is kept: what is changed when somebody types into the cell.

A plain field is its own source. A derived one may come from the first of some child rows («Main phone» from
the phones of the customer or of its first contact): then that row is what is changed. What is worked out in
any other way (a name over a link, a sum) has no source; its cell refuses. The time of the next step is its own
source, for the door moves the activity that it comes from (`store/next_steps.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.custom import Schema
from freecrm.core.derive import First, Net, Rolled, parts
from freecrm.core.fields import Answer, Field, clean
from freecrm.core.rows import Addresses, Rows
from freecrm.core.words import N_, Said, say

if TYPE_CHECKING:
    from freecrm.store.reader import Reader

NOT_IN_A_CELL = frozenset({"files", "rows"})
"""Kinds of field whose values are too much for a cell."""


@dataclass(frozen=True, slots=True)
class Source:
    """entity, id: whose value it is. name: the field. part: of the first child row; "" for a whole value."""

    entity: str
    id: bytes
    name: str
    part: str = ""


def can_write(schema: Schema, entity: str, f: Field) -> bool:
    """Whether cells of this field can be changed at all."""
    if f.locked:
        return False
    if f.in_cells:
        return f.kind not in NOT_IN_A_CELL
    return any(_reaches_rows(schema, entity, rule) for rule in parts(f.derived))


def _reaches_rows(schema: Schema, entity: str, rule: Any) -> bool:
    if not isinstance(rule, First):
        return False
    if rule.by == "parent" and "." not in rule.take:
        return _rows_of(schema, entity, rule.of) is not None
    f = _over(schema, rule)
    return f is not None and can_write(schema, rule.over, f)


def worked_out(schema: Schema, entity: str, f: Field) -> Said:
    """What a derived field follows from, for whoever tried to change it where it stands."""
    rule = f.derived
    assert rule is not None
    found = [part.over or part.of if isinstance(part, First) else part.of for part in parts(rule)]
    if isinstance(rule, Rolled):
        found = [rule.of]
    names = [say(schema.entity(of).plural) for of in dict.fromkeys(found)]
    if isinstance(rule, Net):
        names.insert(0, say(schema.fields(entity)[rule.start].title))
    if not names:
        what = N_("“{field}” follows from other values. Change those in the details (Space).")
        return say(what, field=f.title)
    return say(N_("{field} is worked out from: {sources}. Change it there."), field=f.title, sources=names)


def own_part(schema: Schema, entity: str, f: Field) -> tuple[Rows, str] | None:
    """The child rows of the entity itself that a derived field comes from, and the part of them it shows."""
    for rule in parts(f.derived) if f.derived is not None else ():
        if isinstance(rule, First) and rule.by == "parent" and "." not in rule.take:
            rows = _rows_of(schema, entity, rule.of)
            if rows is not None:
                return rows, rule.take
    return None


def _rows_of(schema: Schema, entity: str, child: str) -> Rows | None:
    for f in schema.fields(entity).values():
        if isinstance(f, Rows) and f.of == child and f.derived is None and f.kind not in NOT_IN_A_CELL:
            return f
    return None


def _over(schema: Schema, rule: First) -> Field | None:
    """The derived field of another record that a rule takes. A plain one is not followed: typing a name would
    rename somebody."""
    link, _dot, name = rule.take.partition(".")
    f = schema.fields(rule.over).get(name) if rule.over and link == "parent" else None
    return f if f is not None and f.derived is not None else None


def source_of(reader: Reader, entity: str, id: bytes, f: Field) -> Source | None:
    """The source of a record's field, None when it has none."""
    if f.in_cells:
        return Source(entity, id, f.name) if f.kind not in NOT_IN_A_CELL else None
    last: Source | None = None
    for rule in parts(f.derived):
        found = _of_rule(reader, entity, id, rule)
        if found is not None:
            last = found
            rows = reader.schema.fields(found.entity)[found.name]
            if isinstance(rows, Rows) and reader.children(rows, [found.id]):
                return found
    return last


def _of_rule(reader: Reader, entity: str, id: bytes, rule: Any) -> Source | None:
    if not isinstance(rule, First):
        return None
    if rule.by == "parent" and "." not in rule.take:
        rows = _rows_of(reader.schema, entity, rule.of)
        return Source(entity, id, rows.name, rule.take) if rows is not None else None
    f = _over(reader.schema, rule)
    if f is None:
        return None
    found = reader.pointing(rule.of, rule.by, id, 1)
    return source_of(reader, rule.over, found[0]["parent"], f) if found else None


# ---- the first of several rows


def read_part(f: Rows, part: str, text: str) -> Answer:
    """Child rows from the text of a cell that shows this part of them; or why they can't be read."""
    text = clean(text)
    if not text:
        return [], None
    if part == f.shows:
        return f.read(text)
    if isinstance(f, Addresses):
        read = {k: v for k, v in f.read(text)[0][0].items() if k in ("province", part) and v}
        return [{part: text, **read}], None
    return [{part: text}], None


def with_first(rows: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the first of them saying what `new` says, and what more there is of `new` behind it; without
    the first when `new` is empty."""
    if not new:
        return rows[1:]
    first = {**rows[0], **new[0]} if rows else new[0]
    return [first, *rows[1:], *new[1:]]
