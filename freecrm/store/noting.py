"""Rows that belong to a record, written one by one: a note, a file; the record may have very many of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_, say

if TYPE_CHECKING:
    from freecrm.store.database import Store


def add_note(store: Store, entity: str, id: bytes, text: str) -> bytes:
    """Put a note on a record, written now; its id. Known when the record is gone."""
    with store.step(N_("Note on {name}"), name=title_of(store, entity, id)) as step:
        now = dt.datetime.now(dt.UTC)
        values = {"text": text, "at": now, "parent": id, "parent_entity": entity}
        return step.insert("note", values)


def change_note(store: Store, note: bytes, text: str, name: str) -> None:
    """Write a note anew; what it said before stays in the changes. Known when it is gone."""
    with store.step(N_("Note on {name} changed"), name=name) as step:
        step.update("note", note, {"text": text})


def add_files(store: Store, entity: str, id: bytes, rows: Sequence[dict[str, Any]]) -> None:
    """Hang files on a record, as `files.take` gave them, in one step."""
    said = N_("{n} files attached to {name}") if len(rows) > 1 else N_("“{file}” attached to {name}")
    name = title_of(store, entity, id)
    with store.step(said, n=len(rows), file=rows[0]["name"], name=name) as step:
        for row in rows:
            step.insert("file", {**row, "parent": id, "parent_entity": entity})


def remove_row(store: Store, child: str, row: bytes, name: str) -> None:
    """Take a row off its record, with its way back."""
    what = say(store.schema.entity(child).label)
    with store.step(N_("{what} of {name} removed"), what=what, name=name) as step:
        step.delete(child, row)


def delete_record(store: Store, entity: str, id: bytes) -> None:
    """Delete a record with all that belongs to it."""
    declared = store.schema.entity(entity)
    said = N_("Delete {n} {things:lower}")
    with store.step(said, n=1, things=say(declared.label)) as step:
        step.delete(entity, id)


def title_of(store: Store, entity: str, id: bytes) -> str:
    """What a record is called. Known when it is gone."""
    found = store.reader().titles(entity, {id})
    if id not in found:
        raise Known(
            say(
                N_(
                    "{what} was deleted meanwhile. Bring it back from the banner on its page, then try again."
                ),
                what=say(store.schema.entity(entity).label),
            )
        )
    return found[id] or ""
