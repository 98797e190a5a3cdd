"""Which part of what its person may see a computer holds: all of it, their own, their team's, or a region.

    part.choose(store, Part("region", ("浙江", "上海")))
    part.of(store)

It is a choice of each computer, kept in its file and told to the server at the beginning of every connection
(`sql/part.sql` has the rule); what the rights don't reach stays out of reach. With the next exchange what lies outside is
taken off this computer, which is no deletion, and what lies inside comes.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store import faults
from freecrm.sync import books as books_of
from freecrm.sync.books import written

if TYPE_CHECKING:
    from freecrm.store.database import Store

ALL, OWN, TEAM, REGION = "all", "own", "team", "region"
KINDS = (ALL, OWN, TEAM, REGION)
VERSION = 2
"""Of the server's functions that know parts and files."""
MOST = 50


@dataclass(frozen=True, slots=True)
class Part:
    """kind: of KINDS. words: of a region, the provinces and cities, or their beginnings."""

    kind: str = ALL
    words: tuple[str, ...] = ()

    def title(self) -> str:
        """As a line says it."""
        if self.kind == REGION:
            return _("Customers in {places}, and what is mine").format(places=_(", ").join(self.words))
        return {
            ALL: _("Everything that I may see"),
            OWN: _("Only what is mine"),
            TEAM: _("What my team has"),
        }[self.kind]


def words_of(text: str) -> tuple[str, ...]:
    """Provinces and cities from a line in which they stand side by side."""
    return tuple(dict.fromkeys(word for word in re.split(r"[,，、;；\s]+", text) if word))


def of(store: Store) -> Part:
    """What this computer is to hold."""
    _books(store)
    return read(_wanted(store.read()))


def waits(store: Store) -> bool:
    """Whether it was chosen since the last exchange, so that this computer holds something else yet."""
    return _books(store).part != _wanted(store.read())


def read(text: str) -> Part:
    """A part as the books keep it."""
    if not text:
        return Part()
    held = json.loads(text)
    return Part(held["kind"], tuple(held.get("words", ())))


@faults.by_program
def choose(store: Store, part: Part) -> None:
    """Hold this part from the next exchange on. Known when it says no place, or when the server doesn't know parts."""
    if part.kind == REGION and not part.words:
        raise Known(say(N_("Name at least one province or city.")))
    if len(part.words) > MOST:
        raise Known(say(N_("Name at most {n} provinces and cities."), n=MOST))
    known = _books(store).version
    if part.kind != ALL and known < VERSION:
        raise Known(
            say(
                N_(
                    "The team's server can't send a part yet. Nothing was changed. Whoever looks after it runs “freecrm"
                    " server init” there with this FreeCRM; then exchange once and choose again."
                )
            )
        )
    text = ""
    if part.kind != ALL:
        text = json.dumps(
            {"kind": part.kind, **({"words": part.words} if part.kind == REGION else {})}, ensure_ascii=False
        )
    with written(store) as c:
        c.execute("INSERT OR REPLACE INTO sync_meta(key, value) VALUES ('part', ?)", (text,))


@faults.by_program
def settle(store: Store) -> str:
    """Begin to hold what was chosen, before an exchange; as the books keep it."""
    wanted = _wanted(store.read())
    if _books(store).part == wanted:
        return wanted
    with written(store) as c:
        books = books_of.read(c)
        if books is not None and books.part != wanted:
            books.part = wanted
            books.again = books.settled  # both are held against each other
            if not wanted:
                books.cursor = 0  # all of it comes in pages
            books_of.write(c, books)
    return wanted


def _wanted(c: sqlite3.Connection) -> str:
    row = c.execute("SELECT value FROM sync_meta WHERE key = 'part'").fetchone()
    return str(row[0]) if row is not None else ""


def _books(store: Store) -> books_of.Books:
    books = books_of.read(store.read())
    if books is None:
        raise Known(say(N_("This file belongs to no team. Join one in the settings under “Team”.")))
    return books
