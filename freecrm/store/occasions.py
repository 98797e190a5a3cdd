"""Which yearly dates come up in the next days: birthdays, anniversaries, whatever a record has of the kind.

    occasions.coming(store, since=dt.date(2026, 3, 19), days=30)   soonest first, each with whose it is

The days asked for are turned into the texts that fall on them, so one look at an index finds them all, of both
calendars.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, NamedTuple

from freecrm.core import yearly
from freecrm.core.entity import Entity, columns, is_child
from freecrm.core.fields import Choice, Field, Yearly
from freecrm.core.words import _
from freecrm.store import faults
from freecrm.store.tables import falls, quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

MOST_DAYS = 366


class Coming(NamedTuple):
    """A yearly date that comes up. day: when. entity, id, name: whose it is. what: the occasion. text: the day as
    it is kept (`core/yearly.py`). turns: how many years it is then, None = not known. note: what is remarked.
    birthday: somebody's own day, on which one has an age."""

    day: dt.date
    entity: str
    id: bytes
    name: str
    what: str
    text: str
    turns: int | None
    note: str
    birthday: bool = False


@faults.reads
def coming(store: Store, since: dt.date, days: int = 30) -> list[Coming]:
    """What comes up in so many days from `since` on (at most 366), soonest first; of one day by name."""
    on: dict[str, dt.date] = {}
    for day, tails in yearly.window(since, min(days, MOST_DAYS)):
        for tail in tails:
            on.setdefault(tail, day)
    found: list[Coming] = []
    for entity in store.schema.model.entities.values():
        for f in columns(store.schema.fields(entity.entity)):
            if isinstance(f, Yearly):
                found += _of_field(store, entity, f, on)
    return sorted(found, key=lambda one: (one.day, one.name))


def _of_field(store: Store, entity: type[Entity], f: Field, on: dict[str, dt.date]) -> list[Coming]:
    fields = store.schema.fields(entity.entity)
    kind, note = fields.get("kind"), fields.get("note")
    takes = [quoted(one.name) if one is not None else "NULL" for one in (kind, note)]
    whose = ("parent_entity", "parent") if is_child(entity) else (f"'{entity.entity}'", "id")
    column, tail = quoted(f.name), falls(f.name)
    sql = (
        f"SELECT {whose[0]}, {whose[1]}, {column}, {', '.join(takes)}, {tail} AS tail"
        f" FROM {quoted(entity.entity)} WHERE {column} IS NOT NULL"
        f" AND {tail} IN (SELECT value FROM json_each(?))"
    )
    rows = store.read().execute(sql, (json.dumps(list(on)),)).fetchall()
    owners: dict[str, set[bytes]] = {}
    for owner, id, *_rest in rows:
        owners.setdefault(owner, set()).add(id)
    reader = store.reader()
    names = {owner: reader.titles(owner, ids) for owner, ids in owners.items()}
    found, title = [], f.title
    for owner, id, text, of_kind, said, tail in rows:
        name = names[owner].get(id) or _("(no name)")
        what = kind.show(of_kind) if isinstance(kind, Choice) and of_kind else title
        day = on[tail]
        birthday = (of_kind or f.name) == "birthday"
        found.append(Coming(day, owner, id, name, what, text, yearly.turns(text, day), said or "", birthday))
    return found
