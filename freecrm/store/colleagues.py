"""The people of the firm: who works at this computer, who is added, renamed, has left or goes.

colleagues.sign_in(store, "林晓棠")      from here on `store.user` is she; no name: nobody in particular
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import clean
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.store import faults
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

ENTITY = "user"
KINDS = ("customer", "activity")
"""What a colleague owns that somebody else has to take over."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the firm. team: the department. phone, email: the first of theirs. owns: how many customers."""

    id: bytes
    name: str
    short: str = ""
    phone: str = ""
    email: str = ""
    left: bool = False
    owns: int = 0
    team: str = ""


@faults.reads
def everyone(store: Store, *, gone: bool = True, counted: bool = True) -> list[Colleague]:
    """The colleagues by name, those who have left at the end (or, with gone=False, not at all). counted: with how
    many customers they own, which costs a walk over all of these."""
    owns = "(SELECT count(*) FROM customer WHERE owner_user = u.id)" if counted else "0"
    rows = store.read().execute(
        f"""SELECT u.id, u.name, u.short, coalesce(u."left", 0),
            (SELECT number FROM phone WHERE parent = u.id ORDER BY n LIMIT 1),
            (SELECT address FROM email WHERE parent = u.id ORDER BY n LIMIT 1),
            {owns}, u.team
        FROM user u ORDER BY coalesce(u."left", 0), u.name_key, u.n"""
    )
    found = [
        Colleague(id, name or "", short or "", phone or "", email or "", bool(left), owns, team or "")
        for id, name, short, left, phone, email, owns, team in rows
    ]
    return [one for one in found if gone or not one.left]


@faults.reads
def known(store: Store, name: str) -> bytes | None:
    """The colleague of this name or short name; None for nobody, for several, and for who has left."""
    name = clean(name)
    if not name:
        return None
    sql = 'SELECT id FROM user WHERE {} = ? AND coalesce("left", 0) = 0 LIMIT 2'
    for column in ("name", "short"):
        found = store.read().execute(sql.format(quoted(column)), (name,)).fetchall()
        if len(found) == 1:
            return bytes(found[0][0])
    return None


@faults.reads
def twice(store: Store) -> list[str]:
    """The names that several colleagues have who are still here."""
    sql = "SELECT name FROM user WHERE coalesce(\"left\", 0) = 0 AND name <> '' GROUP BY name HAVING count(*) > 1 ORDER BY name"
    return [row[0] for row in store.read().execute(sql)]


def sign_in(store: Store, name: str) -> bytes | None:
    """Let whoever is called so be the one who works here; who that is, None: nobody (of this firm). In a team it is
    who joined, whatever the name."""
    row = store.read().execute("SELECT value FROM sync_meta WHERE key = 'person'").fetchone()
    store.user = bytes.fromhex(row[0]) if row else known(store, name)
    return store.user


def add(store: Store, name: str) -> bytes:
    """Put in a new colleague; their id. Known when the name is blank or somebody has it."""
    name = clean(name)
    with store.step(N_("Colleague “{name}” added"), name=name) as step:
        _refuse_name(store, name)
        return step.insert(ENTITY, {"name": name})


def change(store: Store, id: bytes, name: str, value: Any) -> None:
    """Change a colleague: "name", "short", "team", "phone", "email" (texts) or "left". Known when the value is refused."""
    record = store.reader().record(ENTITY, id)
    if record is None:
        raise Known(say(N_("This colleague was deleted meanwhile.")))
    values: Mapping[str, Any] = {name: value}
    if name in ("phone", "email"):
        values = _first_row(store, record, name, str(value))
    elif name == "name":
        value = clean(str(value))
        values = {"name": value}
        _refuse_name(store, value, id)
    elif name in ("short", "team"):
        values = {name: clean(str(value)) or None}
    shown = str(values.get("name") or record["name"])
    if value is True and name == "left":
        title = N_("Colleague “{name}” has left")
    else:
        title = N_("Colleague “{name}” changed")
    with store.step(title, name=shown) as step:
        step.update(ENTITY, id, dict(values))


def _first_row(store: Store, record: Any, name: str, text: str) -> dict[str, Any]:
    """The rows of phones or mails with another first one."""
    rows_name, part = {"phone": ("phones", "number"), "email": ("emails", "address")}[name]
    f = store.schema.fields(ENTITY)[rows_name]
    rows, why = f.read(text)
    if why is not None:
        raise Known(why)
    others = list(record[rows_name] or ())[1:]
    texts = {row[part] for row in rows or ()}
    return {rows_name: [*(rows or ()), *(row for row in others if row[part] not in texts)]}


def _refuse_name(store: Store, name: str, id: bytes | None = None) -> None:
    if not name:
        raise Known(say(N_("A colleague needs a name.")))
    held = known(store, name)
    if held is not None and held != id:
        what = N_("“{name}” is among the colleagues already. Add something that tells them apart.")
        raise Known(say(what, name=name))


def delete(store: Store, id: bytes) -> None:
    """Delete a colleague. Known while they own customers or activities: it says how many and how to hand them over."""
    record = store.reader().record(ENTITY, id)
    if record is None:
        return
    why = why_stays(store, id, str(record["name"]))
    if why is not None:
        raise Known(why)
    with store.step(N_("Colleague “{name}” deleted"), name=str(record["name"])) as step:
        step.delete(ENTITY, id)


@faults.reads
def why_stays(store: Store, id: bytes, name: str) -> Said | None:
    """Why a colleague can't be deleted, None when they can."""
    counts = [
        store.read().execute(f"SELECT count(*) FROM {quoted(kind)} WHERE owner_user = ?", (id,)).fetchone()[0]
        for kind in KINDS
    ]
    if not any(counts):
        return None
    what = N_(
        "“{name}” still owns {customers} customers and {activities} activities. Filter the list by this owner,"
        " select all, and hand them over with “Owner”; or mark “Has left” here: then nothing changes hands."
    )
    return say(what, name=name, customers=f"{counts[0]:,}", activities=f"{counts[1]:,}")
