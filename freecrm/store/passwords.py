"""Signing in with a password, and the way back for whoever lost theirs.

    code = passwords.turn_on(store, me, "…")    from now on a password is asked for; the code goes on paper
    passwords.enter(store, person, "…")         Known when the password is wrong
    passwords.recover(store, code, person, "…") the way back for whoever gives rights and lost the password

The file itself is not encrypted: a sign-in keeps honest people apart, no more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import colleagues, trail
from freecrm.store.signin import KEY, be, is_on, of_person, team_person, why_gives_none

if TYPE_CHECKING:
    from freecrm.store.database import Store

SHORTEST = 8
"""Characters of a password; NIST SP 800-63B asks for as many, and for no mixture of kinds."""

TRIES, WAIT_SECONDS = 5, 30
COST = 2**15
"""scrypt's n, with r = 8 and p = 1: 32 MiB and about 0.1 s a try."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in. gives: may give rights."""

    id: bytes
    name: str
    gives: bool


def enter(store: Store, person: bytes, password: str) -> None:
    """Work here as this person from now on. Known when the password is wrong, or too many were."""
    held = _held(store)
    tries, last = held.get("tries", [0, 0])
    wait = WAIT_SECONDS - (time.time() - last)
    if tries >= TRIES and 0 < wait <= WAIT_SECONDS:
        what = N_("Too many wrong passwords. Wait {n} seconds and try again.")
        raise Known(say(what, n=int(wait) + 1))
    found = held["people"].get(person.hex())
    if found is None or not _fits(found, password):
        store.keep(KEY, {**held, "tries": [tries % TRIES + 1, int(time.time())]})
        trail.note(store, "wrong", who=person)
        what = N_(
            "This password is not right. Capital letters count; whoever gives the rights can set a new one for you."
        )
        raise Known(say(what))
    if tries:
        store.keep(KEY, {**held, "tries": [0, 0]})
    be(store, person)
    trail.note(store, "in")


def people(store: Store) -> list[Person]:
    """Who can sign in, by name; in a team only whose file this is."""
    only = team_person(store)
    held = _held(store)["people"] if is_on(store) else {}
    with store.whole():
        everyone = colleagues.everyone(store, gone=False, counted=False)
        return [
            Person(one.id, one.name, _gives(store, one.id))
            for one in everyone
            if one.id.hex() in held and only in (None, one.id)
        ]


def _gives(store: Store, person: bytes) -> bool:
    rights = of_person(store, person)
    return rights is None or rights.admin


def turn_on(store: Store, person: bytes, password: str) -> str:
    """Ask for passwords from now on; the recovery code, which is shown this once. Known when the password is too
    short, or the person doesn't give rights."""
    with store.whole():
        if not _gives(store, person):
            what = N_("Whoever turns the sign-in on must be somebody who may give rights.")
            raise Known(say(what))
    made = _made(password)
    code = _code()
    store.keep(KEY, {"people": {person.hex(): made}, "recovery": _made(_plain(code)), "tries": [0, 0]})
    be(store, person)
    trail.note(store, "on")
    return code


def turn_off(store: Store) -> None:
    """Ask for no password any more. Known when it is not for whoever works here."""
    _refuse_others(store)
    trail.note(store, "off")
    with store.lock:
        store.write().execute("DELETE FROM kept WHERE key = ?", (KEY,))
    be(store, store.user)


def set_password(store: Store, person: bytes, new: str, old: str | None = None) -> None:
    """Set a password: one's own with the old one, or, by whoever gives rights, somebody's. Known when the old one is
    wrong, the new one too short, or it is not for whoever works here."""
    held = _held(store)
    if person == store.user and person.hex() in held["people"]:
        if old is None or not _fits(held["people"][person.hex()], old):
            raise Known(say(N_("The old password is not right. Nothing was changed.")))
    else:
        _refuse_others(store)
    store.keep(KEY, {**held, "people": {**held["people"], person.hex(): _made(new)}})
    trail.note(store, "password", "user", person)


def forget(store: Store, person: bytes) -> None:
    """Let somebody sign in no more. Known for oneself: whoever gives rights stays able to come in."""
    _refuse_others(store)
    held = _held(store)
    if person == store.user:
        raise Known(say(N_("That is you. Somebody else who gives rights can take your password away.")))
    others = {key: value for key, value in held["people"].items() if key != person.hex()}
    store.keep(KEY, {**held, "people": others})


def recover(store: Store, code: str, person: bytes, new: str) -> str:
    """Set the password of somebody who gives rights with the code of the recovery sheet, and sign them in; the code
    that holds from now on. Known when the code is not right, or the person doesn't give rights."""
    held = _held(store)
    if not _fits(held["recovery"], _plain(code)):
        what = N_("This is not the code of the latest recovery sheet of this file. Nothing was changed.")
        raise Known(say(what))
    with store.whole():
        if not _gives(store, person):
            what = N_("The recovery sheet opens the file for whoever gives rights; choose one of them.")
            raise Known(say(what))
    made, fresh = _made(new), _code()
    folk = {**held["people"], person.hex(): made}
    store.keep(KEY, {"people": folk, "recovery": _made(_plain(fresh)), "tries": [0, 0]})
    be(store, person)
    trail.note(store, "recovered")
    return fresh


def new_code(store: Store) -> str:
    """A new recovery code, which is shown this once; the old sheet opens nothing any more."""
    _refuse_others(store)
    code = _code()
    store.keep(KEY, {**_held(store), "recovery": _made(_plain(code))})
    return code


def _refuse_others(store: Store) -> None:
    why = why_gives_none(store)
    if why is not None:
        raise Known(why)


def _held(store: Store) -> dict[str, Any]:
    held = store.kept(KEY)
    return held if isinstance(held, dict) else {"people": {}, "recovery": {}, "tries": [0, 0]}


def _made(password: str) -> dict[str, Any]:
    """What is kept of a password. Known when it is too short; blanks at its ends don't count for its length."""
    if len(password.strip()) < SHORTEST:
        what = N_("A password needs {n} characters or more. A few words with blanks between them are fine.")
        raise Known(say(what, n=SHORTEST))
    salt = secrets.token_bytes(16)
    return {"salt": salt.hex(), "n": COST, "hash": _hash(password, salt, COST).hex()}


def _fits(held: dict[str, Any], password: str) -> bool:
    if not held:
        return False
    found = _hash(password, bytes.fromhex(held["salt"]), held["n"])
    return hmac.compare_digest(found, bytes.fromhex(held["hash"]))


def _hash(password: str, salt: bytes, n: int) -> bytes:
    text = unicodedata.normalize("NFKC", password).encode()
    return hashlib.scrypt(text, salt=salt, n=n, r=8, p=1, maxmem=2**26 + 2**20)


def _code() -> str:
    """Twenty characters in fives, 100 bits; base32 has no 0, 1, 8, 9 to be mistaken."""
    text = base64.b32encode(secrets.token_bytes(13)).decode()[:20]
    return "-".join(text[at : at + 5] for at in range(0, 20, 5))


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())


# ---- what is shown in part


def shown(store: Store, entity: str, id: bytes, name: str) -> Any:
    """The whole value of a field that is shown in part to whoever works here, noted in the log before it is shown. Known
    when the record or the field may not be seen at all."""
    reader = store.reader()
    if reader.record(entity, id) is None or not reader.sees(entity, name):
        raise Known(say(N_("This record is no longer there, or not for you to see.")))
    trail.note(store, "shown", entity, id, name)
    with store.whole():
        record = store.reader().record(entity, id)
    return None if record is None else record.values.get(name)
