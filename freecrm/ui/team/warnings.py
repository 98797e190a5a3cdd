"""What works still, but wants somebody to look after it: a clock that is wrong, a password that is about to end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from freecrm.core.words import N_, Said, say
from freecrm.sync import books as books_of
from freecrm.sync import password
from freecrm.sync.exchange import DRIFT_MS

if TYPE_CHECKING:
    from freecrm.store.database import Store

SOON = dt.timedelta(days=14)


def of(store: Store) -> list[Said]:
    """The sentences, in the order of their weight; none where all is well."""
    return [one for one in (_clock(store), _password(store)) if one is not None]


def _clock(store: Store) -> Said | None:
    books = books_of.read(store.read())
    if books is None or abs(books.skew) <= DRIFT_MS:
        return None
    here = dt.datetime.now().astimezone()
    there = here + dt.timedelta(milliseconds=books.skew)
    what = N_(
        "This computer's clock says {here}, the team's server {there}. What goes to the team gets the right time; dates and"
        " reminders on this computer go by the wrong one. Set the clock."
    )
    return say(what, here=f"{here:%Y-%m-%d %H:%M}", there=f"{there:%Y-%m-%d %H:%M}")


def _password(store: Store) -> Said | None:
    until = password.expires(store)
    now = dt.datetime.now(dt.UTC)
    if until is None or not now < until <= now + SOON:
        return None
    what = N_(
        "Your password for the team's database expires on {day} at {time}. Ask whoever looks after the server for a new one"
        " before that; to change it here doesn't make it last longer."
    )
    when = until.astimezone()
    return say(what, day=f"{when:%Y-%m-%d}", time=f"{when:%H:%M}")
