"""The saved views of a list, read and written through the one door: private, undoable, logged like any record."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from freecrm.core.arrangement import Arrangement, arrangement_of, from_plain, to_plain
from freecrm.core.custom import fixed_id
from freecrm.core.fields import clean
from freecrm.core.module import List, View
from freecrm.core.problems import Known
from freecrm.core.query import ME, Group, Sort
from freecrm.core.words import N_, _, say
from freecrm.store.faults import reads

if TYPE_CHECKING:
    from freecrm.store.database import Store

MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as it is kept. state: for `arrangement.from_plain`. declared: it stands in place of the first.
    offered: the key of the view of a module that this is, changed or not; name is then in the language spoken now.
    stored: whether there is a record of it. off: it is put away."""

    id: bytes
    name: str
    state: Any
    declared: bool
    offered: str = ""
    stored: bool = True
    off: bool = False


@reads
def views_of(store: Store, entity: str) -> list[SavedView]:
    """The views of a list that whoever uses the file has made, in their order."""
    return [view for view in _kept(store, entity) if not view.offered]


@reads
def offered_of(store: Store, entity: str) -> list[SavedView]:
    """The views that the modules offer for a list, as they were changed here, those put away as well."""
    kept = {view.offered: view for view in _kept(store, entity) if view.offered}
    page = next((page for page in store.model.pages() if page.entity == entity), None)
    made = []
    for view in store.model.views(entity):
        asks_me = any(where.value == (ME,) for chip in view.filters.chips for where in chip)
        if page is None or (asks_me and store.user is None):
            continue
        held = kept.get(view.key)
        if held is not None and (held.off or held.state is not None):
            made.append(replace(held, name=_(view.title)))
            continue
        state = _declared(page, view)
        made.append(
            SavedView(offered_id(store, entity, view.key), _(view.title), state, False, view.key, False)
        )
    return made


def _declared(page: List, view: View) -> dict[str, Any]:
    """How a view that a module offers is arranged by its declaration."""
    sort = (Sort(view.sort.lstrip("-"), view.sort.startswith("-")),) if view.sort else ()
    plain = arrangement_of(page)
    group = (Group(view.group, "when"),) if view.group else ()
    return to_plain(replace(plain, filters=view.filters, sort=sort or plain.sort, group=group))


def offered_id(store: Store, entity: str, key: str) -> bytes:
    """The id of the record of a view that a module offers: one for each user, the same on every computer."""
    return fixed_id("list_view", entity, key, (store.user or b"").hex())


def _kept(store: Store, entity: str) -> list[SavedView]:
    sql = (
        "SELECT id, name, state, declared, offered, off FROM list_view"
        ' WHERE "on" = ? AND (owner_user IS NULL OR owner_user = ?) ORDER BY coalesce(position, 0), n'
    )
    found = store.read().execute(sql, (entity, store.user))
    return [
        SavedView(id, name, _state(text), bool(declared), offered or "", True, bool(off))
        for id, name, text, declared, offered, off in found
    ]


def show_offered(store: Store, entity: str, view: SavedView, *, shown: bool) -> None:
    """Put a view that a module offers away, or show it again."""
    title = N_("View “{name}” shown again") if shown else N_("View “{name}” put away")
    with store.step(title, name=view.name) as step:
        if shown and _is_declared(store, entity, view):
            step.delete("list_view", view.id)
        elif view.stored:
            step.update("list_view", view.id, {"off": None if shown else True})
        elif not shown:
            step.insert("list_view", {**_values(store, entity, view), "off": True}, id=view.id)


def _is_declared(store: Store, entity: str, view: SavedView) -> bool:
    """Whether nobody has changed a view that a module offers."""
    page = next(page for page in store.model.pages() if page.entity == entity)
    declared = next((one for one in store.model.views(entity) if one.key == view.offered), None)
    if declared is None:
        return False
    fields = store.schema.fields(entity)
    return from_plain(view.state, page, fields) == from_plain(_declared(page, declared), page, fields)


def _values(store: Store, entity: str, view: SavedView) -> dict[str, Any]:
    state = json.dumps(view.state, ensure_ascii=False)
    return {
        "name": view.name, "on": entity, "state": state, "offered": view.offered, "owner_user": store.user
    }  # fmt: skip


# ---- the one last shown


def last(store: Store, entity: str) -> bytes | None:
    """The view in which a list was left; None for its first one."""
    held = store.kept(f"view.{entity}")
    try:
        return bytes.fromhex(held) if isinstance(held, str) and held else None
    except ValueError:  # written by hand
        return None


def keep_last(store: Store, entity: str, id: bytes | None) -> None:
    """Remember in which view a list is, for the next start."""
    if last(store, entity) != id:
        store.keep(f"view.{entity}", id.hex() if id is not None else "")


def last_arrangement(store: Store, page: List) -> Arrangement | None:
    """How a list was arranged by the view in which it was left; None for its first one, or when that is gone."""
    id = last(store, page.entity)
    if id is None:
        return None
    everyone = [*views_of(store, page.entity), *offered_of(store, page.entity)]
    view = next((view for view in everyone if view.id == id and not view.off and not view.declared), None)
    return from_plain(view.state, page, store.schema.fields(page.entity)) if view is not None else None


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


def save(store: Store, entity: str, view: SavedView, of: Arrangement) -> None:
    """Let a view be arranged so from now on."""
    with store.step(N_("View “{name}” saved"), name=view.name) as step:
        if view.stored:
            step.update("list_view", view.id, {"state": _text(of)})
        else:
            step.insert("list_view", {**_values(store, entity, view), "state": _text(of)}, id=view.id)


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
