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
    "export": N_("Your rights do not let you export {entities}. Ask whoever gives the rights."),
    "print": N_("Your rights do not let you print {entities}. Ask whoever gives the rights."),
}

_WHOLE = {
    "export": N_("Your rights do not let you export this. Ask whoever gives the rights."),
    "print": N_("Your rights do not let you print this. Ask whoever gives the rights."),
}


def _why(store: Store, entity: str, action: str) -> Said:
    return say(_WHY[action], entities=say(store.schema.entity(entity).plural))


def narrowed(store: Store, query: Query, action: str, rights: Rights | None = None) -> Query:
    """The question with what may not leave left out. action: "export" or "print". Known when nothing may."""
    rights = rights or store.rights
    owners = rights.owners(query.entity, action) if rights is not None else None
    if owners is None:
        return query
    if not owners:
        raise Known(_why(store, query.entity, action))
    link = store.schema.entity(query.entity).owner
    if not link:
        return query  # nobody's, so everybody's
    return query.and_(Any_((Where(link, "empty"), Where(link, "in", tuple(sorted(owners))))))


def refuse_record(store: Store, entity: str, id: bytes, action: str = "print") -> None:
    """Known when this record may not leave."""
    rights = store.rights
    if rights is None or rights.owners(entity, action) is None:
        return
    link = store.schema.entity(entity).owner
    record = store.reader().record(entity, id)
    owner = record[link] if record is not None and link else None
    if not rights.reaches(entity, action, [owner] if owner else []):
        raise Known(_why(store, entity, action))


def refuse_page(store: Store, action: str = "print") -> None:
    """Known when whoever is signed in may let nothing leave but what is named: a table put together of many things."""
    rights = store.rights
    if rights is not None and rights.scope(ELSE, action) == "none":
        raise Known(say(_WHOLE[action]))


def let_out(store: Store, name: str) -> None:
    """A table put together of many things is about to be written to a file of this name: noted in the log. Known when
    whoever is signed in may export nothing but what is named."""
    from freecrm.store import trail

    refuse_page(store, "export")
    trail.note(store, "export", detail=name)
