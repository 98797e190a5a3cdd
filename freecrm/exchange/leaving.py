"""What may leave the program, as a file or on paper: held to the rights of whoever is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.query import Any_, Query, Where
from freecrm.core.rights import ELSE
from freecrm.core.words import N_, Said, say

if TYPE_CHECKING:
    from freecrm.core.rights import Rights
    from freecrm.store.database import Store

_WHY = {
    "export": N_("Your rights do not let you export {entities:lower}. Ask whoever gives the rights."),
    "print": N_("Your rights do not let you print {entities:lower}. Ask whoever gives the rights."),
}

_WHOLE = {
    "export": N_("Your rights do not let you export this. Ask whoever gives the rights."),
    "print": N_("Your rights do not let you print this. Ask whoever gives the rights."),
}


Thing = tuple[str, bytes | None]
"""What would leave: the records of a kind ("" = a table put together of many things), or one of them alone."""


def why_not(store: Store, action: str, *things: Thing) -> Said | None:
    """Why whoever is signed in may let none of these leave; None: they may at least one of them. action: "export" or
    "print"."""
    if store.rights is None:
        return None
    reasons = [_why_not(store, store.rights, action, *thing) for thing in things or (("", None),)]
    return reasons[0] if all(reasons) else None


def _why_not(store: Store, rights: Rights, action: str, entity: str, id: bytes | None) -> Said | None:
    if not entity:
        return say(_WHOLE[action]) if rights.scope(ELSE, action) == "none" else None
    owners = rights.owners(entity, action)
    if owners is None:
        return None
    link = store.schema.entity(entity).owner
    held = set[bytes]()
    if id is not None and link:
        record = store.reader().by_ids(entity, [id], {link}).get(id)
        held = {record[link]} - {None} if record is not None else held
    may = rights.reaches(entity, action, held) if id is not None else bool(owners)
    return None if may else say(_WHY[action], entities=say(store.schema.entity(entity).plural))


def narrowed(store: Store, query: Query, action: str) -> Query:
    """The question with what may not leave left out. action: "export" or "print". Known when nothing may."""
    rights = store.rights
    owners = rights.owners(query.entity, action) if rights is not None else None
    if owners is None:
        return query
    if not owners:
        raise Known(say(_WHY[action], entities=say(store.schema.entity(query.entity).plural)))
    link = store.schema.entity(query.entity).owner
    if not link:
        return query  # nobody's, so everybody's
    return query.and_(Any_((Where(link, "empty"), Where(link, "in", tuple(sorted(owners))))))


def refuse_record(store: Store, entity: str, id: bytes, action: str = "print") -> None:
    """Known when this record may not leave."""
    _refuse(why_not(store, action, (entity, id)))


def refuse_page(store: Store, action: str = "print") -> None:
    """Known when whoever is signed in may let nothing leave but what is named: a table put together of many things."""
    _refuse(why_not(store, action))


def _refuse(why: Said | None) -> None:
    if why is not None:
        raise Known(why)


def why_no_template(store: Store, entity: str) -> Said | None:
    """Why there is no empty workbook for records of this kind: filled in, it would be taken for a list of customers.
    None: there is one."""
    if entity in store.model.fillable():
        return None
    what = N_(
        "{entities} are not imported from lists, so there is no workbook to fill in for them. Open the list of customers,"
        " contacts, deals or products."
    )
    return say(what, entities=say(store.schema.entity(entity).plural))


def let_out(store: Store, name: str) -> None:
    """A table put together of many things is about to be written to a file of this name: noted in the log. Known when
    whoever is signed in may export nothing but what is named."""
    from freecrm.store import trail

    refuse_page(store, "export")
    trail.note(store, "export", detail=name)
