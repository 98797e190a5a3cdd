"""Joining a team and leaving it.

invitation = joining.read(path)                      a join file, as `freecrm server init` writes it
joining.join(store, invitation, "lin", password)     from now on this file belongs to the team
"""

from __future__ import annotations

import json
import platform
import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import colleagues, faults
from freecrm.sync import books as books_of
from freecrm.sync.books import written
from freecrm.sync.server import Address, connect

if TYPE_CHECKING:
    from freecrm.store.database import Store

KIND = "FreeCRM join file"
LIMIT = 100_000


def write(path: Path, address: Address, name: str) -> None:
    """Write a join file: where the server is and how to know it; no login, no password."""
    found = replace(address, login="").plain()
    text = json.dumps({"kind": KIND, "version": 1, "name": name, **found}, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")


def read(path: Path) -> tuple[str, Address]:
    """The team's name and the address from a join file; Known when it is none."""
    what = N_(
        "{file} is no join file. Ask whoever set up the team's database for the file that ends in .freecrm-team."
    )
    try:
        if path.stat().st_size > LIMIT:
            raise Known(say(what, file=path.name))
        held: Any = json.loads(path.read_text(encoding="utf-8"))
        if held["kind"] != KIND:
            raise Known(say(what, file=path.name))
        names = set(Address.__slots__)
        return str(held["name"]), Address(**{k: v for k, v in held.items() if k in names})
    except OSError as error:
        raise Known(
            say(
                N_("{file} can't be read. Look whether it is still in its place, and its stick plugged in."),
                file=path.name,
            ),
            str(error),
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Known(say(what, file=path.name), str(error)) from error


def team(store: Store) -> tuple[str, Address] | None:
    """The team that a file belongs to: its name and where it is; None when it belongs to none."""
    row = store.read().execute("SELECT value FROM sync_meta WHERE key = 'team'").fetchone()
    if row is None:
        return None
    held = json.loads(row[0])
    return held.pop("name"), Address(**held)


@faults.by_program
def join(store: Store, invitation: tuple[str, Address], login: str, password: str, *, place: str = "") -> str:
    """Make a file part of a team; the name of the person who works here from now on.

    Nothing is exchanged yet. Records that are in the file already go out with the first exchange. place: tells this
    installation from others. Known when the server doesn't take the password, or the file belongs to another team.
    """
    name, address = invitation
    address = replace(address, login=login.strip())
    before = team(store)
    if before is not None and before[1].server != address.server:
        raise Known(
            say(N_("This file belongs to the team “{name}” already. Leave that team first."), name=before[0])
        )
    held = books_of.read(store.read())
    with connect(address, password) as server:
        books = held or books_of.Books("")
        client = books.client or uuid.uuid4().hex
        device = platform.node() or "FreeCRM"
        answer = server.hello(
            {
                "client": client,
                "device": device,
                "next_batch": books.next_batch,
                "cursor": books.cursor,
                "token": books.token,
            }
        )
        if address.server and answer["server"] != address.server:
            raise Known(
                say(
                    N_(
                        "The server that answered is not the one of this join file. Nothing was sent. Ask whoever"
                        " set it up for a new join file."
                    )
                )
            )
        person = _person(store, server, answer["person"])
    with written(store) as c:
        if held is None:
            books = books_of.Books(client, device=device, place=place)
            books.server, books.gives = answer["server"], answer["admin"]
            books_of.write(c, books)
        kept = json.dumps(
            {"name": name, **replace(address, server=answer["server"]).plain()}, ensure_ascii=False
        )
        c.execute(
            "INSERT INTO sync_meta(key, value) VALUES ('team', ?)"
            " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (kept,),
        )
        c.execute(
            "INSERT INTO sync_meta(key, value) VALUES ('person', ?)"
            " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (person.hex(),),
        )
    store.user = person
    return name


def _person(store: Store, server: Any, given: str) -> bytes:
    """Who this login is. A colleague of the same name who is in the file already is that person, as long as nobody
    else is on the server."""
    row = server.fetch([given])
    called = str(json.loads(row[0].data or "{}").get("name") or "") if row else ""
    here = colleagues.known(store, called) if called else None
    if here is None or here.hex() == given.lower():
        return bytes.fromhex(given)
    return here if server.claim(here.hex()) else bytes.fromhex(given)


@faults.by_program
def leave(store: Store) -> str:
    """End a file's part in its team: what is in it stays, and nothing is exchanged any more. The name under which it was
    known: its key for files may be forgotten."""
    with written(store) as c:
        held = books_of.read(c)
        for table in ("meta", "sealed", "sent", "point", "tomb"):
            c.execute(f"DELETE FROM sync_{table}")
        for entity in store.model.entities:
            c.execute(f'UPDATE "{entity}" SET seq = 0 WHERE seq > 0')
    return held.client if held is not None else ""


def person(store: Store) -> bytes | None:
    """Who works with this file, as the team's database knows; None outside of a team."""
    row = store.read().execute("SELECT value FROM sync_meta WHERE key = 'person'").fetchone()
    return bytes.fromhex(row[0]) if row else None
