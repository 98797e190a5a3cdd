"""One record as it was at the end of a day, beside how it is now, and the way back to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import spans
from freecrm.core.change import Kept, Touched
from freecrm.core.entity import ends
from freecrm.core.fields import Field, Link
from freecrm.core.problems import Known
from freecrm.core.record import Record, same
from freecrm.core.rows import Rows
from freecrm.core.words import N_, say
from freecrm.store import faults
from freecrm.store.asof import AsOf
from freecrm.store.lines import text_of
from freecrm.store.reader import Reader

if TYPE_CHECKING:
    from freecrm.store.database import Store


@dataclass(frozen=True, slots=True)
class Was:
    """One field: its text then and now."""

    name: str
    title: str
    then: str
    now: str
    differs: bool


@dataclass(frozen=True)
class Past:
    """A record at the end of a day. there: whether it existed then. here: whether it exists now."""

    entity: str
    id: bytes
    day: dt.date
    there: bool
    here: bool
    fields: tuple[Was, ...] = ()


@faults.reads
def as_it_was(store: Store, entity: str, id: bytes, day: dt.date) -> Past:
    """The record at the end of this day, here. Reads the whole log behind it: for a job."""
    then, now = _both(store, entity, id, day)
    if then is None:
        return Past(entity, id, day, False, now is not None)
    found = []
    for f in _shown(store, entity):
        texts = [_text(f, record) for record in (then, now)]
        differs = now is not None and not same(f, then[f.name], now[f.name])
        if any(texts):
            found.append(Was(f.name, f.title, texts[0], texts[1], differs and texts[0] != texts[1]))
    return Past(entity, id, day, True, now is not None, tuple(found))


def set_back(
    store: Store,
    entity: str,
    id: bytes,
    day: dt.date,
    names: Collection[str],
) -> Touched:
    """Give these fields of a record the values of the end of that day, as one step.

    What points at a record that is gone by now is left as it is and listed as kept. Known when nothing
    is left to set back, or the record is gone.
    """
    with faults.told(store.path):
        then, now = _both(store, entity, id, day)
    if now is None:
        raise Known(say(N_("This record was deleted. Bring it back from the recycle bin first.")))
    if then is None:
        raise Known(
            say(N_("This record did not exist yet on {day}. Choose a later day."), day=day.isoformat())
        )
    title = str(now[store.schema.entity(entity).title] or "")
    with store.step(N_("{name} set back to {day}"), name=title, day=day.isoformat()) as step:
        reader = Reader(store, None, step)
        for f in _shown(store, entity):
            if f.name not in names or same(f, then[f.name], now[f.name]):
                continue
            value, lost = _without_lost(store, reader, f, then[f.name])
            if lost:
                what = N_("What “{field}” named then is gone by now.")
                step.kept.append(Kept(entity, id, title, say(what, field=f.title)))
                if not isinstance(f, Rows):
                    continue
            step.update(entity, id, {f.name: value, **_zone(f, then)})
    assert step.touched is not None
    return step.touched


def _both(store: Store, entity: str, id: bytes, day: dt.date) -> tuple[Record | None, Record | None]:
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time()).astimezone()
    sql = "SELECT coalesce(max(n), 0) FROM change WHERE at < ?"
    reader = store.reader()
    with reader.snapshot():
        position = store.read().execute(sql, (spans.ms(end),)).fetchone()[0]
        now = reader.by_ids(entity, [id])
        then = AsOf(store, entity, position).records([id], now)
    return then.get(id), now.get(id)


def _shown(store: Store, entity: str) -> list[Field]:
    return [f for f in store.schema.fields(entity).values() if f.derived is None and not f.hidden]


def _zone(f: Field, record: Record) -> dict[str, Any]:
    return {f"{f.name}_zone": record[f"{f.name}_zone"]} if f.kind == "moment" else {}


def _text(f: Field, record: Record | None) -> str:
    if record is None:
        return ""
    value = record[f.name]
    if isinstance(f, Link):
        return str(record[f"{f.name}_title"] or "") if value else ""
    if isinstance(f, Rows):
        titled = [{**row, f.shows: row.get(f"{f.shows}_title", row.get(f.shows))} for row in value or ()]
        return f.show(titled)
    return text_of(f, value)


def _without_lost(store: Store, reader: Reader, f: Field, value: Any) -> tuple[Any, bool]:
    """A value without what points at records that are gone; whether there was any."""
    if isinstance(f, Link) and value:
        there = value in reader.titles(f.to, {value}) if f.to else True
        return (value if there else None), not there
    if not isinstance(f, Rows):
        return value, False
    links = [link for link in ends(store.schema.entity(f.of)) if link.to]
    rows = [
        row
        for row in value or ()
        if all(row.get(c.name) in reader.titles(c.to, {row[c.name]}) for c in links if row.get(c.name))
    ]
    return rows, len(rows) < len(value or ())
