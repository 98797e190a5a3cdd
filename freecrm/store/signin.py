"""Who works with this file, held to the rights that go with their role.

    signin.work_as(store, "林晓棠")          at a start, and when somebody else sits down

Roles hold where people are told apart: where a password is asked for (`store/passwords.py`), and in a team, whose server
tells them apart. One person alone meets none of this.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from freecrm.core.rights import Rights, rights_of
from freecrm.core.words import N_, Said, say
from freecrm.store import colleagues

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.core.record import Record
    from freecrm.store.database import Store

KEY = "sign-in"
"""What is kept of passwords in the file; there where one is asked for."""


def is_on(store: Store) -> bool:
    """Whether a password is asked for."""
    return store.kept(KEY) is not None


def team_person(store: Store) -> bytes | None:
    """Who this file is joined to a team as, None when it is not."""
    row = store.read().execute("SELECT value FROM sync_meta WHERE key = 'person'").fetchone()
    return bytes.fromhex(row[0]) if row else None


def holds_all(store: Store, entity: str) -> bool:
    """Whether everybody's records of a kind are in this file: not where it is a team's, and who joined sees fewer, or
    chose to hold a part."""
    row = store.read().execute("SELECT value ->> '$.part' FROM sync_meta WHERE key = 'books'").fetchone()
    if row is not None and row[0]:
        return False
    person = team_person(store)
    rights = of_person(store, person) if person is not None else None
    return rights is None or rights.owners(entity, "see") is None


def is_outline(store: Store, record: Record) -> bool:
    """Whether a customer is here without its rows: this computer holds a part of the team's records in which it is not, and
    a record of that part names it."""
    if record.entity != "customer":
        return False
    row = store.read().execute("SELECT value ->> '$.part' FROM sync_meta WHERE key = 'books'").fetchone()
    if row is None or not row[0]:
        return False
    me, owner = team_person(store), record.values.get("owner_user")
    if owner in (None, me):
        return False
    kind = json.loads(row[0])["kind"]
    if kind == "team":
        same = "SELECT 1 FROM user a JOIN user b ON a.team = b.team WHERE a.id = ? AND b.id = ?"
        return store.read().execute(same, (me, owner)).fetchone() is None
    # with a region a customer inside has come with its address, or lies where its group does
    return kind == "own" or not (record.values.get("addresses") or record.values.get("group"))


def work_as(store: Store, name: str) -> bytes | None:
    """Let whoever is called so be the one who works here, held to the rights of their role; who that is, None: nobody in
    particular. In a team it is who joined, whatever the name.

    Where a password is asked for it is whoever gave theirs; before that nothing can be seen."""
    if not store.follows_rights:
        store.follows_rights = True
        store.listen(lambda touched: _heard(store, touched))
    if not is_on(store):
        return be(store, colleagues.sign_in(store, name))
    if store.user is None:
        store.hold_to(Rights(b"", otherwise="none"))
    return store.user


def be(store: Store, person: bytes | None) -> bytes | None:
    """Work here as this person from now on, with the rights of their role as it is now."""
    store.user, store.asks, store.waits = person, is_on(store), False
    store.hold_to(rights_now(store))
    return person


def rights_now(store: Store) -> Rights | None:
    """What whoever works here may do, by their role as it is now; None: everything."""
    person = store.user
    with store.whole():
        if person is None or not (team_person(store) is not None or is_on(store)):
            return None
        return of_person(store, person)


def of_person(store: Store, person: bytes) -> Rights | None:
    """What a person may do by their role; None: everything, for they have none."""
    reader = store.reader()
    user = reader.record("user", person)
    if user is None:
        return None
    if not user.values.get("role"):
        return None if _gives(store, person) else Rights(person)
    role = reader.record("role", user["role"])
    department = user.values.get("team")
    rows = store.read().execute("SELECT id FROM user WHERE team = ?", (department,)) if department else ()
    return rights_of(person, role.values if role else None, [row[0] for row in rows], lost=role is None)


def _gives(store: Store, person: bytes) -> bool:
    """Whether somebody without a role gives rights: everybody does, but in a team only whom its server lets."""
    row = store.read().execute("SELECT value ->> '$.gives' FROM sync_meta WHERE key = 'books'").fetchone()
    return row is None or row[0] in (None, 1) or person != team_person(store)


def _heard(store: Store, touched: Touched) -> None:
    """Keep the rights what the records of people and roles say, whoever changes them."""
    if touched.ids.keys() & {"user", "role"}:
        rights_again(store)


def rights_again(store: Store) -> None:
    """What whoever works here may do can be something else now."""
    if store.follows_rights and store.user is not None and not store.waits:
        be(store, store.user)


def look_again(store: Store) -> None:
    """Another program wrote to the file: what whoever works here may do can be something else now. Where it turned the
    sign-in on nothing can be seen until a password is given (`Store.waits`); where it turned it off, none is asked for."""
    asks = is_on(store)
    if asks and not store.asks:
        store.asks = store.waits = True
        store.hold_to(Rights(store.user or b"", otherwise="none"))
    elif store.asks != asks or (
        not store.waits and store.user is not None and (asks or store.rights is not None)
    ):
        be(store, store.user)


def why_gives_none(store: Store) -> Said | None:
    """Why whoever works here may not do what is for those alone who give the rights; None: they may."""
    return None if may_give(store) else say(N_("Only whoever gives the rights may do this. Ask them."))


def may_give(store: Store) -> bool:
    """Whether whoever works here may give rights and set passwords."""
    return store.rights is None or store.rights.admin
