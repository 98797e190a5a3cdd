"""Everywhere a column can go, in words: what the list of targets in the wizard offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from freecrm.core.custom import Schema
from freecrm.core.fields import Field, Link
from freecrm.core.module import Together
from freecrm.core.rows import Addresses, Files, Handles, Phones, Rows
from freecrm.core.words import _
from freecrm.exchange.mapping import field_at
from freecrm.exchange.telling import target_title

OUT = ""
_PARTS: dict[type[Rows], tuple[str, ...]] = {
    Phones: (":mobile", ":landline", ":fax"),
    Addresses: (".province", ".city", ".district", ".street", ".postcode", ".country"),
    Handles: (":wechat", ":qq"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A path, how it reads, the heading it stands under, and whether a row needs it."""

    path: str
    title: str
    group: str
    needed: bool = False


def targets(schema: Schema, plan: Together) -> list[Target]:
    """All targets but «leave it out» and a new field, the main record's first."""
    found: list[Target] = []
    for entity in (plan.main, plan.person, plan.position):
        if not entity:
            continue
        group = _(schema.entity(entity).label)
        for f in schema.shown(entity):
            if _takes_none(f, plan):
                continue
            path = f"{entity}.{f.name}"
            needed = f.required and entity == plan.main
            found.append(Target(path, title_of(schema, plan, path), group, needed))
            parts = next((parts for kind, parts in _PARTS.items() if isinstance(f, kind)), ())
            if entity == plan.person and f.name == schema.entity(entity).title:
                parts = (".family", ".given")
            found += [Target(path + p, title_of(schema, plan, path + p), group) for p in parts]
    return found


def _takes_none(f: Field, plan: Together) -> bool:
    if not f.is_open or isinstance(f, Files):
        return True
    if isinstance(f, Rows):
        return f.of in (plan.position, "note")
    return isinstance(f, Link) and (not f.to or f.entity == plan.position)


def title_of(schema: Schema, plan: Together, path: str, new: dict[str, Any] | None = None) -> str:
    """How a target reads; fields of the main record stand without its name."""
    if path == OUT:
        return _("Not imported")
    if new is not None:
        return _("New field “{name}”").format(name=new["name"])
    title = target_title(schema, path, None)
    entity = path.partition(".")[0]
    return title.partition(" · ")[2] if entity == plan.main else title


def takes_one(schema: Schema, path: str) -> bool:
    """Whether the field at a path holds one value, so that two columns for it have to be joined."""
    f = field_at(schema, path)
    return f is not None and not isinstance(f, Rows) and f.kind != "longtext" and path.endswith(f".{f.name}")
