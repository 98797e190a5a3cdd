"""The saved views of a list, read and written through the one door: private, undoable, logged like any record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.arrangement import Arrangement, to_plain
from freecrm.core.fields import clean
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store.faults import reads

if TYPE_CHECKING:
    from freecrm.store.database import Store

MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as it is kept. state: for `arrangement.from_plain`. declared: it stands in place of the first."""

    id: bytes
    name: str
    state: Any
    declared: bool


@reads
def views_of(store: Store, entity: str) -> list[SavedView]:
    """The views of a list that whoever uses the file has, in their order."""
    sql = (
        'SELECT id, name, state, declared FROM list_view WHERE "on" = ? AND (owner_user IS NULL OR owner_user = ?)'
        " ORDER BY coalesce(position, 0), n"
    )
    found = store.read().execute(sql, (entity, store.user))
    return [SavedView(id, name, _state(text), bool(declared)) for id, name, text, declared in found]


def _state(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # written by hand: the view is the list as it is declared
        return None


def name_of(text: str, taken: list[str]) -> str:
    """A name for a view out of typed text; Known when it is blank, too long or there already."""
    name = clean(" ".join(text.split()))
    if not name:
        raise Known(say(N_("The view has no name. Type one.")))
    if len(name) > MOST_NAME:
        raise Known(say(N_("A view's name takes {most} characters at most. Shorten it."), most=MOST_NAME))
    if name.casefold() in {other.casefold() for other in taken}:
        raise Known(say(N_("There is a view called “{name}” already. Choose another name."), name=name))
    return name


def add(store: Store, entity: str, name: str, of: Arrangement, *, declared: bool = False) -> bytes:
    """Keep a new view behind all others, or, declared, one in place of the first; its id."""
    held = views_of(store, entity)
    name = name_of(name, [view.name for view in held if not declared])
    with store.step(N_("View “{name}” saved"), name=name) as step:
        values = {"name": name, "on": entity, "state": _text(of), "declared": declared or None}
        return step.insert("list_view", {**values, "position": len(held) + 1, "owner_user": store.user})


def save(store: Store, view: SavedView, of: Arrangement) -> None:
    """Let a view be arranged so from now on."""
    with store.step(N_("View “{name}” saved"), name=view.name) as step:
        step.update("list_view", view.id, {"state": _text(of)})


def rename(store: Store, entity: str, view: SavedView, text: str) -> None:
    """Call a view something else."""
    name = name_of(text, [other.name for other in views_of(store, entity) if other.id != view.id])
    if name != view.name:
        with store.step(N_("View “{name}” renamed"), name=view.name) as step:
            step.update("list_view", view.id, {"name": name})


def remove(store: Store, view: SavedView) -> None:
    """Forget a view; the records in it stay."""
    with store.step(N_("View “{name}” deleted"), name=view.name) as step:
        step.delete("list_view", view.id)


def move(store: Store, entity: str, view: SavedView, by: int) -> None:
    """Put a view one place further left (-1) or right (1)."""
    held = [other for other in views_of(store, entity) if not other.declared]
    at = next((at for at, other in enumerate(held) if other.id == view.id), -1)
    if at < 0 or not 0 <= at + by < len(held):
        return
    held.insert(at + by, held.pop(at))
    with store.step(N_("View “{name}” moved"), name=view.name) as step:
        for place, other in enumerate(held, 1):
            step.update("list_view", other.id, {"position": place})


def _text(of: Arrangement) -> str:
    return json.dumps(to_plain(of), ensure_ascii=False)
