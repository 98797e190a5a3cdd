"""What the team's database did not take, told to its author: nothing that was typed is gone without a word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from freecrm.core.settings import SETTINGS
from freecrm.core.words import N_, Said, _, say
from freecrm.store import lines
from freecrm.sync.books import written
from freecrm.sync.outbox import CUSTOM

if TYPE_CHECKING:
    from freecrm.store.database import Store

LINES = 50


def unseen(store: Store) -> tuple[Said, str] | None:
    """A sentence about what was put back because the rights don't reach, with what was typed below it; None when there
    is nothing new. It is told once."""
    with written(store) as c:
        rows = c.execute("SELECT n, entity, id, data FROM sync_note WHERE seen IS NULL ORDER BY n").fetchall()
        c.execute("UPDATE sync_note SET seen = 1 WHERE seen IS NULL")
    if not rows:
        return None
    names: list[str] = []
    told: list[str] = []
    for _n, entity, id, data in rows[:LINES]:
        name, typed = _words(store, entity, id, data)
        names.append(name)
        told += [f"{name}: {text}" for text in typed]
    what = N_(
        "Changes were put back, as your rights don't reach ({n}): {names}. What you typed stands below; ask whoever gives"
        " the rights."
    )
    return say(what, n=len(rows), names=list(dict.fromkeys(names))[:3]), "\n".join(told)


def _words(store: Store, entity: str, id: bytes, data: str | None) -> tuple[str, list[str]]:
    item: list[Any] = json.loads(data) if data else []
    fields: dict[str, Any] = item[5] if len(item) > 5 else {}
    if entity == "setting":
        declared = SETTINGS.get(str(fields.get("key") or ""))
        name = _(declared.title) if declared is not None else _("Setting")
        return name, [str(fields.get("value") or "")]
    if entity not in store.model.entities:
        return entity, []
    held = store.reader().titles(entity, {id}).get(id)
    declared_entity = store.model.entities[entity]
    name = str(held or fields.get(declared_entity.title) or _(declared_entity.label))
    known = store.schema.fields(entity)
    typed = []
    for key, value in fields.items():
        f = known.get(key.removeprefix(CUSTOM))
        if f is not None and not f.hidden and value not in (None, ""):
            typed.append(f"{f.title} = {lines.text_now(store, f, value, fields)}")
    return name, typed
