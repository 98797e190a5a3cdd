"""Fields of one record, changed where they are read: the step that a value edited in place makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import is_child
from freecrm.core.fields import Field
from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.core.words import N_, Said, say
from freecrm.store.reader import Reader

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step


ALONE = (N_("{field} of {name} changed"), N_("{field} changed"))
"""Titles of steps that changed one value where it is read. It stands there for all to see, so nothing is said."""


class Changed(Known):
    """Somebody else has changed the values since they were shown. now: field -> what it is."""

    def __init__(self, what: Said, now: dict[str, Any]) -> None:
        super().__init__(what)
        self.now = now


def change_fields(
    store: Store,
    entity: str,
    id: bytes,
    values: dict[str, Any],
    *,
    shown: dict[str, Any],
) -> None:
    """Write fields of one record as one step («Grade of 云杉谷酒店 changed»).

    shown: what stood there when editing began. Changed is raised, and nothing written, when the
    file holds something else by now. Known as the door raises it.
    """
    fields, declared = store.schema.fields(entity), store.schema.entity(entity)
    others = fields.keys() - values.keys() - {declared.title}  # of which there may be very many
    before = store.reader().record(entity, id, others)
    title = str(before[declared.title] or "") if before is not None and not is_child(declared) else ""
    with store.step(_head(values, title), **_figures(fields, values, title)) as step:
        refuse_changed(step, entity, id, values, shown)
        step.update(entity, id, values)


def refuse_changed(
    step: Step,
    entity: str,
    id: bytes,
    values: Mapping[str, Any],
    shown: Mapping[str, Any],
) -> None:
    """Changed when the file holds something else by now than was shown of the fields about to be written."""
    fields = step.schema.fields(entity)
    others = fields.keys() - values.keys() - {step.schema.entity(entity).title}
    record = Reader(step.store, step=step).record(entity, id, others)
    if record is not None:
        now = {n: record[n] for n in values if not _same(fields[n], record[n], shown.get(n))}
        if now:
            names = [fields[n].title for n in now]
            what = say(N_("{fields} changed meanwhile, in another window or program."), fields=names)
            raise Changed(what, now)


def _head(values: dict[str, Any], title: str) -> str:
    if len(values) > 1:
        return N_("{name} changed")
    return ALONE[0] if title else ALONE[1]


def _figures(fields: dict[str, Field], values: dict[str, Any], title: str) -> dict[str, Any]:
    if len(values) > 1:
        return {"name": title}
    f = fields[next(iter(values))]
    return {"field": f.label_own.get("") or say(f.label), "name": title}


def _same(f: Field, one: Any, other: Any) -> bool:
    if not isinstance(f, Rows):
        return (one if one != "" else None) == (other if other != "" else None)
    return [_plain(row) for row in one or ()] == [_plain(row) for row in other or ()]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A child row without what says nothing."""
    return {k: v for k, v in row.items() if v not in (None, "") and not k.endswith("_title")}
