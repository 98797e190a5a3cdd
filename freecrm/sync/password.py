"""One's own password for the team's database: changed, and said why it is taken no longer.

The server gets what SCRAM makes of it, worked out here; the password itself never leaves this computer.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.sync.books import written
from freecrm.sync.server import Unreachable, WrongPassword, connect

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.sync.server import Address, Server

SHORTEST = 10
_KEY = "expires"


def refuse(old: str, new: str) -> None:
    """Known when this can't be the new password."""
    if len(new) < SHORTEST:
        raise Known(
            say(
                N_(
                    "The new password is too short: {n} characters at least. Three or four words one after the"
                    " other are easy to keep in mind."
                ),
                n=SHORTEST,
            )
        )
    if new != new.strip():
        raise Known(
            say(N_("The new password begins or ends with a blank, which gets lost easily. Take it off."))
        )
    if new == old:
        raise Known(say(N_("The new password is the old one. Choose another.")))


def change(address: Address, old: str, new: str) -> None:
    """Change the password of whoever the address signs in as. Connections that are open stay so.

    Known when the new one is none (`refuse`), the old one isn't right or the server isn't there; the old one is valid
    then. Where the connection broke off in the middle the sentence says that nobody knows."""
    refuse(old, new)
    away = N_(
        "The team's server can't be reached, so the password is as it was. Try again once you are in the office's"
        " network."
    )
    torn = N_(
        "The connection to the team's server broke off in the middle. Whether the password was changed shows at the"
        " next sign-in: it takes the old one or the new one."
    )
    what = away
    try:
        with connect(address, old) as server:
            what = torn
            server.set_password(address.login, new)
    except WrongPassword as problem:
        raise WrongPassword(
            say(N_("The old password isn't right. Type it again.")), problem.details
        ) from problem
    except Unreachable as problem:
        raise Unreachable(say(what), problem.details) from problem


def note(store: Store, server: Server) -> None:
    """Remember until when the server takes the password: once it has expired, the server only says that it is wrong."""
    until = server.expires()
    text = until.isoformat() if until is not None else ""
    if text != _kept(store):
        with written(store) as c:
            c.execute(
                "INSERT INTO sync_meta(key, value) VALUES (?, ?)"
                " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
                (_KEY, text),
            )


def told(store: Store, problem: Known) -> Known:
    """The same problem; a password that is refused since it has expired is said to be so."""
    until = expires(store)
    if not isinstance(problem, WrongPassword) or until is None or until > dt.datetime.now(dt.UTC):
        return problem
    what = N_(
        "Your password for the team's database expired on {day}. Ask whoever looks after the server for a new one;"
        " until then your work stays on this computer."
    )
    return WrongPassword(say(what, day=f"{until.astimezone():%Y-%m-%d}"), problem.details)


def expires(store: Store) -> dt.datetime | None:
    """Until when the server takes the password, as it said last; None: for ever, as far as is known."""
    kept = _kept(store)
    return dt.datetime.fromisoformat(kept) if kept else None


def _kept(store: Store) -> str:
    row = store.read().execute("SELECT value FROM sync_meta WHERE key = ?", (_KEY,)).fetchone()
    return str(row[0]) if row is not None else ""
