"""Pick-lists changed by their users: entries added, renamed, coloured, put in order, replaced.

The table holds keys, so a new name shows in all rows at once. What is changed is a `pick_option`
record: logged, undone and exported like any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.choices import Option, Options
from freecrm.core.custom import fixed_id
from freecrm.core.entity import is_child
from freecrm.core.fields import Choice
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store import faults
from freecrm.store.tables import pack_custom, quoted
from freecrm.store.writer import Step

if TYPE_CHECKING:
    from freecrm.store.database import Store


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it shall be. key: "" for a new one."""

    key: str
    name: str
    colour: str = ""


def options_of(store: Store, list: str) -> Options:
    """The pick-list of that name as this file has it; KeyError when no field uses it."""
    for f in _users(store, list):
        return f.options
    raise KeyError(list)


def title_of(store: Store, list: str) -> str:
    """What people call the list: the title of the first field that chooses from it."""
    return next(_users(store, list)).title


def entries_of(store: Store, list: str) -> list[Option]:
    """Its entries in order, those switched off left out."""
    return [entry for entry in options_of(store, list).entries if not entry.off]


def used(store: Store, list: str, key: str) -> int:
    """How many rows hold this entry. Looks at every row: ask in a job."""
    count = 0
    with faults.told(store.path):
        for f in _users(store, list):
            sql = f"SELECT count(*) FROM {quoted(f.entity)} WHERE {_column(f)} = ?"
            count += store.read().execute(sql, (key,)).fetchone()[0]
    return count


def save_list(store: Store, list: str, wanted: Sequence[Entry]) -> dict[str, str]:
    """Make the list what `wanted` says, names, colours and order, as one step; new entries' name -> key.

    Entries that are not in `wanted` stay as they are: `replace_option` takes one away. Known when a name is
    blank or there twice.
    """
    _check(wanted)
    held = {entry.key: entry for entry in options_of(store, list).entries}
    made: dict[str, str] = {}
    first = next(_users(store, list))
    with store.step(N_("List “{field}” changed"), field=first.label_own.get("") or say(first.label)) as step:
        same_order = [entry.key for entry in held.values() if not entry.off] == [e.key for e in wanted]
        for place, entry in enumerate(wanted):
            key = entry.key or _new_key(entry.name, {*held, *made.values()})
            if not entry.key:
                made[entry.name] = key
            before = held.get(key)
            if (
                before is None
                or not same_order
                or (before.title, before.colour) != (entry.name, entry.colour)
            ):
                _put(step, list, key, before, name=entry.name, colour=entry.colour or None, position=place)
        if not same_order:
            gone = [
                entry for entry in held.values() if entry.off and entry.key not in {e.key for e in wanted}
            ]
            for place, option in enumerate(gone, len(wanted)):
                _put(step, list, option.key, option, position=place)
    return made


def add_option(store: Store, list: str, name: str) -> str:
    """Put one more entry at the end of the list; its key."""
    wanted = [Entry(o.key, o.title, o.colour) for o in entries_of(store, list)]
    return save_list(store, list, [*wanted, Entry("", name.strip())])[name.strip()]


def replace_option(store: Store, list: str, key: str, by: str | None) -> int:
    """Take an entry away: rows that hold it get `by` (None: nothing), and it is offered no more. One step; how
    many rows were changed. Known when a field that is needed would be left without a value."""
    entry = options_of(store, list).get(key)
    if entry is None or key == by:
        raise KeyError(key)
    changed = 0
    with store.step(N_("“{name}” taken out of the list"), name=entry.title) as step:
        for f in _users(store, list):
            if by is None and f.required and _holders(step, f, key):
                raise Known(say(N_("“{field}” is needed. Choose an entry in its place."), field=f.title))
            changed += _replace(step, f, key, by)
        _put(step, list, key, entry, off=True)
    return changed


def _check(wanted: Sequence[Entry]) -> None:
    seen: set[str] = set()
    for entry in wanted:
        folded = "".join(entry.name.split()).casefold()
        if not folded:
            raise Known(say(N_("An entry has no name. Name it, or take it out.")))
        if folded in seen:
            raise Known(
                say(N_("“{name}” is in the list twice. Give one of them another name."), name=entry.name)
            )
        seen.add(folded)


def _users(store: Store, list: str) -> Iterator[Choice]:
    """Every field that chooses from this list."""
    for fields in store.schema.by_entity.values():
        yield from (f for f in fields.values() if isinstance(f, Choice) and f.options.name == list)


def _column(f: Choice) -> str:
    return f"custom ->> '$.{f.name}'" if f.custom else quoted(f.name)


def _new_key(name: str, taken: set[str]) -> str:
    """The key of a new entry is its name, so that two people who add it offline add one."""
    key, n = name.strip(), 2
    while key in taken:
        key, n = f"{name.strip()} {n}", n + 1
    return key


def _put(step: Step, list: str, key: str, before: Option | None, **values: Any) -> None:
    """Write what differs of an entry; its record is made when it is a built-in one or new."""
    sql = "SELECT id FROM pick_option WHERE list = ? AND key = ? ORDER BY n LIMIT 1"
    row = step.connection.execute(sql, (list, key)).fetchone()
    if row is not None:
        step.update("pick_option", row[0], values)
        return
    if before is not None:
        values = {"name": before.title, "colour": before.colour or None, "off": before.off or None, **values}
    id = fixed_id("pick_option", list, key)
    step.insert("pick_option", {"list": list, "key": key, **values}, id=id)


def _holders(step: Step, f: Choice, key: str) -> int:
    sql = f"SELECT count(*) FROM {quoted(f.entity)} WHERE {_column(f)} = ?"
    return int(step.connection.execute(sql, (key,)).fetchone()[0])


def _replace(step: Step, f: Choice, key: str, by: str | None) -> int:
    """The triggers log each row, so this is undone like a change of each by hand."""
    c = step.connection
    if not is_child(step.schema.entity(f.entity)):
        sql = f"SELECT id FROM {quoted(f.entity)} WHERE {_column(f)} = ?"
        step.guard.fill(f.entity, [id for (id,) in c.execute(sql, (key,)).fetchall()])
    if not f.custom:
        sql = f"UPDATE {quoted(f.entity)} SET {quoted(f.name)} = ? WHERE {quoted(f.name)} = ?"
        return c.execute(sql, (by, key)).rowcount
    rows = c.execute(f"SELECT id, custom FROM {quoted(f.entity)} WHERE {_column(f)} = ?", (key,)).fetchall()
    block = []
    for id, text in rows:
        held = {**json.loads(text), f.name: by}
        block.append((pack_custom({k: v for k, v in held.items() if v is not None}), id))
    c.executemany(f"UPDATE {quoted(f.entity)} SET custom = ? WHERE id = ?", block)
    return len(block)
