"""The roles of the firm: what people of one kind may do (`core/rights.py`), and who has which.

roles.everyone(store)
id = user_roles.save(store, None, Draft("Sales", grants={("customer", "see"): "own"}))
roles.give(store, person, id)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm.core.derive import Either, First
from freecrm.core.entity import is_child
from freecrm.core.fields import Field, clean
from freecrm.core.problems import Known
from freecrm.core.rights import ELSE, PEOPLE, grants_of, grants_text, pairs_of, pairs_text
from freecrm.core.words import N_, _, say
from freecrm.store import faults, signin

if TYPE_CHECKING:
    from freecrm.core.custom import Schema
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A role as it is, or as it shall be; see `core/rights.Rights`."""

    name: str
    admin: bool = False
    grants: Mapping[tuple[str, str], str] = field(default_factory=dict)
    hidden: Pairs = frozenset()
    readonly: Pairs = frozenset()
    masked: Pairs = frozenset()


@dataclass(frozen=True, slots=True)
class Role:
    """A role that is kept. people: how many have it."""

    id: bytes
    draft: Draft
    people: int = 0


def _every(scope: str, *actions: str) -> dict[tuple[str, str], str]:
    return {(ELSE, action): scope for action in actions}


READY = (
    Draft(N_("Manager"), admin=True),
    Draft(
        N_("Team lead"),
        grants={
            **_every("team", "see", "change", "export", "print"),
            **_every("own", "delete"),
        },
    ),
    Draft(
        N_("Sales"),
        grants={**_every("own", "see", "create", "change", "print"), **_every("none", "delete", "export")},
    ),
    Draft(
        N_("Back office"),
        grants={**_every("all", "see", "print"), **_every("none", "create", "change", "delete", "export")},
        masked=frozenset({("customer", "phones"), ("contact", "phones")}),
    ),
)
"""Roles to begin with; nobody has to take them."""


@faults.reads
def everyone(store: Store) -> list[Role]:
    """The roles by name."""
    rows = (
        store.read()
        .execute(
            "SELECT id, name, admin, grants, hidden_fields, readonly_fields, masked_fields,"
            ' (SELECT count(*) FROM user u WHERE u.role = r.id AND coalesce(u."left", 0) = 0)'
            " FROM role r ORDER BY name_key, n"
        )
        .fetchall()
    )
    return [
        Role(
            id,
            Draft(
                name or "",
                bool(admin),
                grants_of(grants),
                pairs_of(hidden),
                pairs_of(readonly),
                pairs_of(masked),
            ),
            people,
        )
        for id, name, admin, grants, hidden, readonly, masked, people in rows
    ]


@faults.reads
def held(store: Store) -> dict[bytes, bytes]:
    """Person -> their role; who has none is left out."""
    return dict(store.read().execute("SELECT id, role FROM user WHERE role IS NOT NULL").fetchall())


def save(store: Store, id: bytes | None, draft: Draft) -> bytes:
    """Keep a role, a new one where `id` is None; its id. Known when the name is blank or taken, a field that names a
    record is hidden, or nobody would be left who gives rights."""
    name = clean(draft.name)
    if not name:
        raise Known(say(N_("A role needs a name.")))
    for entity, f in sorted(draft.hidden):
        if store.schema.entity(entity).title == f:
            what = N_(
                "“{field}” names the record, so it can't be hidden. Keep the records back instead (See: none)."
            )
            raise Known(say(what, field=store.schema.fields(entity)[f].title))
    values: dict[str, Any] = {
        "name": name,
        "admin": draft.admin or None,
        "grants": grants_text(draft.grants),
        "hidden_fields": pairs_text(draft.hidden),
        "readonly_fields": pairs_text(draft.readonly),
        "masked_fields": pairs_text(draft.masked),
    }
    with store.step(N_("Role “{name}” saved"), name=name) as step:
        taken = step.connection.execute("SELECT id FROM role WHERE name = ?", (name,)).fetchone()
        if taken is not None and taken[0] != id:
            raise Known(say(N_("There is a role “{name}” already. Choose another name."), name=name))
        if id is None:
            id = step.insert("role", values)
        else:
            step.update("role", id, values)
        _refuse_nobody(store, step)
    return id


def take_ready(store: Store) -> None:
    """Put in the roles that FreeCRM offers, under the names of the language spoken now; those whose name is taken are
    left as they are."""
    taken = {one.draft.name for one in everyone(store)}
    with store.step(N_("Roles added")) as step:
        for draft in READY:
            if _(draft.name) not in taken:
                values = {"name": _(draft.name), "admin": draft.admin or None}
                values |= {"grants": grants_text(draft.grants), "masked_fields": pairs_text(draft.masked)}
                step.insert("role", values)


def delete(store: Store, id: bytes) -> None:
    """Delete a role that nobody has. Known when somebody has it."""
    role = next((one for one in everyone(store) if one.id == id), None)
    if role is None:
        return
    if id in held(store).values():
        what = N_("“{name}” is the role of somebody. Give them another one first.")
        raise Known(say(what, name=role.draft.name))
    with store.step(N_("Role “{name}” deleted"), name=role.draft.name) as step:
        step.delete("role", id)


def give(store: Store, person: bytes, role: bytes | None) -> None:
    """Give somebody a role; None: none, and they may do everything. Known when nobody would be left who gives rights."""
    name = store.reader().titles("user", {person}).get(person, "")
    with store.step(N_("Role of {name} changed"), name=name) as step:
        step.update("user", person, {"role": role})
        _refuse_nobody(store, step)


def _refuse_nobody(store: Store, step: Step) -> None:
    me = signin.team_person(store)
    if me is not None:  # whether a colleague without a role gives rights only the team's server knows
        sql = "SELECT u.role IS NULL OR r.admin = 1 FROM user u LEFT JOIN role r ON r.id = u.role WHERE u.id = ?"
        keeps = step.connection.execute(sql, (me,)).fetchone()
        if keeps is not None and not keeps[0]:
            what = N_(
                "Then you could give rights no more, nor take this back. Give a colleague a role that may give rights,"
                " and let them change yours."
            )
            raise Known(say(what))
    sql = (
        "SELECT count(*), count(CASE WHEN u.role IS NULL OR r.admin = 1 THEN 1 END)"
        ' FROM user u LEFT JOIN role r ON r.id = u.role WHERE coalesce(u."left", 0) = 0'
    )
    people, giving = step.connection.execute(sql).fetchone()
    if people and not giving:
        what = N_("Then nobody could give rights any more. Somebody has to keep a role that may.")
        raise Known(say(what))


# ---- what the screens offer


def kinds(schema: Schema) -> list[str]:
    """The entities that a role speaks of, "*" (all else) at the end: what stands in a list of its own, or is owned."""
    listed = list(dict.fromkeys(page.entity for page in schema.model.pages()))
    owned = [
        e.entity for e in schema.model.entities.values() if e.owner and e.label and e.entity not in listed
    ]
    personal = {"phrase", "list_view", "plan_run"}
    return [name for name in [*listed, *owned] if name not in PEOPLE | personal] + [ELSE]


def fields(schema: Schema, entity: str) -> list[Field]:
    """The fields of an entity that a role may keep back: those that people see; the one that names it is left out, and
    what only repeats another one (the main phone)."""
    declared = schema.entity(entity)
    if is_child(declared):
        return []
    return [
        f
        for f in schema.shown(entity)
        if f.name not in (declared.title, declared.stead) and not isinstance(f.derived, (First, Either))
    ]


def may_mask(f: Field) -> bool:
    """Whether showing a field in part means something: numbers, addresses and texts on one line."""
    return f.derived is None and f.kind in ("text", "phones", "emails", "handles") and f.search != "name"
