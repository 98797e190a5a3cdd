"""The log of what nobody changed but somebody saw or took along: who signed in, looked at what is shown in part only,
exported, printed. It is kept apart from the change log, and nothing in the program changes or deletes a line of it.

    trail.note(store, "shown", "customer", id, "Phone")
    trail.lines(store)
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.spans import moment
from freecrm.core.words import N_
from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.database import Store

WORDS = {
    "in": N_("Signed in"),
    "wrong": N_("Wrong password"),
    "recovered": N_("Password set with the recovery sheet"),
    "password": N_("Password set"),
    "on": N_("Sign-in turned on"),
    "off": N_("Sign-in turned off"),
    "shown": N_("Looked at what is shown in part"),
    "export": N_("Exported"),
    "print": N_("Printed"),
}
"""What may be noted, and how it is called."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. who: None = nobody was signed in. name: of the record, where it is (still) there."""

    at: dt.datetime
    who: bytes | None
    what: str
    entity: str = ""
    id: bytes | None = None
    detail: str = ""
    name: str = ""


def is_kept(store: Store) -> bool:
    """Whether anything is noted: only where people sign in or have rights of their own."""
    if store.rights is not None:
        return True
    return store.kept("sign-in") is not None


def note(
    store: Store,
    what: str,
    entity: str = "",
    id: bytes | None = None,
    detail: str = "",
    *,
    who: bytes | None = None,
) -> None:
    """Write a line; nothing where nobody signs in. what: a key of `WORDS`. who: None = whoever is signed in. Known
    when the file can't be written: then what was to be seen isn't shown either."""
    assert what in WORDS
    if not is_kept(store):
        return
    sql = "INSERT INTO trail (at, who, what, entity, id, detail) VALUES (?, ?, ?, ?, ?, ?)"
    row = (time.time_ns() // 1_000_000, who or store.user, what, entity or None, id, detail or None)
    with store.lock, faults.told(store.path):
        store.write().execute(sql, row)


@faults.reads
def lines(store: Store, limit: int = 1000, *, what: str = "", who: bytes | None = None) -> list[Line]:
    """The latest lines, newest first. what, who: only those."""
    with store.whole():
        rows = (
            store.read()
            .execute(
                "SELECT at, who, what, entity, id, detail FROM trail WHERE (?1 = '' OR what = ?1)"
                " AND (?2 IS NULL OR who = ?2) ORDER BY n DESC LIMIT ?3",
                (what, who, limit),
            )
            .fetchall()
        )
        titles: dict[tuple[str, bytes], str] = {}
        reader = store.reader()
        for entity in {row[3] for row in rows if row[3] in store.model.entities and row[4]}:
            found = reader.titles(entity, {row[4] for row in rows if row[3] == entity and row[4]})
            titles.update(((entity, id), name) for id, name in found.items())
    return [
        Line(moment(at), by, kind, entity or "", id, detail or "", titles.get((entity, id), ""))
        for at, by, kind, entity, id, detail in rows
    ]
