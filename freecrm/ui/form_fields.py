"""Which fields a form shows, in which sections and order: made from the declaration."""

from __future__ import annotations

from freecrm.core.custom import Schema
from freecrm.core.fields import Field
from freecrm.core.rows import Phones, Rows
from freecrm.core.words import N_
from freecrm.exchange.similar import PERSON

Line = tuple[str, Field, str]
"""Key, field, and what it is called where that isn't the field's own title."""
Plan = list[tuple[str, list[Line]]]


def editable(schema: Schema, entity: str) -> list[Field]:
    """The fields that a person fills, custom ones last."""
    return [f for f in schema.shown(entity) if f.is_open]


def quick_fields(schema: Schema, entity: str, *, new: bool = True) -> Plan:
    """The short form: what the declaration names, else the needed fields, the title and phones; always all
    needed ones."""
    declared = schema.entity(entity)
    fields = {f.name: f for f in editable(schema, entity)}
    if declared.quick:
        names = [name for name in declared.quick if name in fields]
    else:
        names = [n for n, f in fields.items() if n == declared.title or isinstance(f, Phones)]
    names += [n for n, f in fields.items() if f.required and n not in names]
    lines: list[Line] = [(name, fields[name], "") for name in names]
    people = _person(schema, entity) if new else []
    at = next((i for i, line in enumerate(lines) if isinstance(line[1], Rows)), len(lines))
    return [("", [*lines[:at], *people, *lines[at:]])]


def full_fields(schema: Schema, entity: str, *, new: bool = True) -> Plan:
    """All fields by section; the person of a new main record in a section of their own behind the first."""
    sections: dict[str, list[Line]] = {}
    for f in editable(schema, entity):
        sections.setdefault(f.section, []).append((f.name, f, ""))
    plan = list(sections.items())
    people = _person(schema, entity) if new else []
    if people:
        plan.insert(1, (N_("First contact"), people))
    return plan


def _person(schema: Schema, entity: str) -> list[Line]:
    """Name and phones of the person who is entered along, for entities that have people."""
    plan = schema.model.imported(entity)
    if not plan.person:
        return []
    fields = schema.fields(plan.person)
    title = fields[schema.entity(plan.person).title].like(required=False)
    found: list[Line] = [(f"{PERSON}.{title.name}", title, schema.entity(plan.person).label)]
    found += [(f"{PERSON}.{n}", f, "") for n, f in fields.items() if isinstance(f, Phones)]
    return found
