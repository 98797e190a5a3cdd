"""One field of many records changed at once: set, append, replace, clear. One step, with the way back.

change = Change("tags", "append", [{"word": "展会"}])
look(store, "customer", numbers, change)        how many would change, and some of them before and after
apply(store, "customer", numbers, change)       does it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from freecrm.core.fields import Field, Link, LongText, Text
from freecrm.core.jobs import Progress
from freecrm.core.numbering import same_code
from freecrm.core.problems import Known
from freecrm.core.record import same
from freecrm.core.rows import Rows
from freecrm.core.words import N_, Said, say
from freecrm.store import numbering
from freecrm.store.reader import Reader
from freecrm.store.sources import NOT_IN_A_CELL

if TYPE_CHECKING:
    from freecrm.store.database import Store

SAMPLES = 5
BLOCK = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a field. how: "set", "append", "replace" or "clear". find: what "replace" looks for; in a
    text also a part of it."""

    name: str
    how: str
    value: Any = None
    find: Any = None


class Sample(NamedTuple):
    """A record that would change: what it is called, and the field before and after, as people read it."""

    title: str
    before: str
    after: str


@dataclass
class Outlook:
    """What a change would do. problem: why it can't be done."""

    changes: int = 0
    samples: list[Sample] = field(default_factory=list)
    problem: Said | None = None


def fields_of(store: Store, entity: str) -> list[Field]:
    """The fields that can be changed of many records at once."""
    shown = store.schema.shown(entity)
    return [f for f in shown if f.is_open and f.kind not in NOT_IN_A_CELL]


def ways(f: Field) -> tuple[str, ...]:
    """What can be done to a field of many records."""
    found = ["set"]
    if isinstance(f, (Text, Rows)):
        found.append("append")
    found.append("replace")
    if not f.required:
        found.append("clear")
    return tuple(found)


def after(f: Field, change: Change, before: Any) -> Any:
    """What a field is after the change, when it was `before`."""
    if change.how == "clear":
        return [] if isinstance(f, Rows) else None
    if change.how == "set":
        return _fresh(f, change.value)
    if isinstance(f, Rows):
        return _rows_after(f, change, before or [])
    if change.how == "append":
        between = "\n" if isinstance(f, LongText) else " "
        return f"{before}{between}{change.value}" if before and change.value else change.value or before
    if isinstance(f, Text):
        found = before and change.find and change.find in before
        return (before.replace(change.find, change.value or "").strip() or None) if found else before
    return change.value if same(f, before, change.find) else before


def _fresh(f: Field, value: Any) -> Any:
    """A value for one more record: child rows without the ids of those they were taken from."""
    return (
        [{k: v for k, v in row.items() if k != "id"} for row in value or ()] if isinstance(f, Rows) else value
    )


def _rows_after(f: Rows, change: Change, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held = {f.identity(row) for row in before}
    new = [row for row in _fresh(f, change.value) if f.identity(row) not in held]
    if change.how == "append":
        return [*before, *new]
    wanted = {f.identity(row) for row in change.find or ()}
    left = [row for row in before if f.identity(row) not in wanted]
    return before if len(left) == len(before) else [*left, *new]


def look(
    store: Store, entity: str, numbers: Sequence[int], change: Change, progress: Progress | None = None
) -> Outlook:
    """What the change would do to the records of these numbers."""
    made = Outlook()
    f = store.schema.fields(entity)[change.name]
    title = store.schema.entity(entity).title
    samples: list[tuple[str, Any, Any]] = []
    reader = store.reader()
    codes: dict[str, bytes] = {}
    found = chain.from_iterable(_blocks(reader, entity, numbers, f, change, progress))
    for id, values, new in found:
        made.changes += 1
        made.problem = made.problem or _refused(f, new, str(values[title] or ""))
        if f.unique and new and made.problem is None:
            made.problem = _shared(store, entity, f, id, new, codes)
        if len(samples) < SAMPLES:
            samples.append((str(values[title] or ""), values[f.name], new))
    show = _shower(reader, f, [value for _title, *both in samples for value in both])
    made.samples = [Sample(name, show(old), show(new)) for name, old, new in samples]
    return made


def _shower(reader: Reader, f: Field, values: Sequence[Any]) -> Any:
    if not isinstance(f, Link):
        return f.show
    titles = reader.linked(f.to, {value for value in values if value})
    return lambda value: titles.get(value, "")


def _refused(f: Field, value: Any, title: str) -> Said | None:
    why = f.check(value)
    return say(N_("{name}: {why}"), name=title, why=why) if why is not None else None


def _shared(
    store: Store, entity: str, f: Field, id: bytes, value: str, codes: dict[str, bytes]
) -> Said | None:
    """Why a record can't have a value that only one may have. codes: what others get by this very change."""
    if codes.setdefault(same_code(value), id) != id:
        what = N_("Several records would get “{value}” as {field}, and only one may have it.")
        return say(what, value=value, field=f.title)
    found = numbering.holder(store.read(), store.model.entities[entity], f, value, id)
    return numbering.taken_words(f, value, found) if found is not None else None


def _blocks(
    reader: Reader,
    entity: str,
    numbers: Sequence[int],
    f: Field,
    change: Change,
    progress: Progress | None,
) -> Iterator[list[tuple[bytes, dict[str, Any], Any]]]:
    """(id, values, the field's new value) of every record that would change, some hundred at a time."""
    names = {f.name, reader.schema.entity(entity).title}
    done = 0
    for records in reader.blocks(entity, numbers, names, BLOCK):
        new = [after(f, change, record[f.name]) for record in records]
        yield [
            (record.id, record.values, value)
            for record, value in zip(records, new, strict=True)
            if not same(f, record[f.name], value)
        ]
        done += BLOCK
        if progress is not None:
            progress.tell(min(done, len(numbers)), len(numbers))


def apply(
    store: Store, entity: str, numbers: Sequence[int], change: Change, progress: Progress | None = None
) -> int:
    """Change the records of these numbers as one step; how many were changed. Known when a value is refused, then
    nothing is changed."""
    f = store.schema.fields(entity)[change.name]
    title = store.schema.entity(entity).title
    if f.unique and (problem := look(store, entity, numbers, change).problem) is not None:
        raise Known(problem)
    changed = 0
    with store.step("") as step:
        step.progress = progress
        reader = Reader(store, None, step)
        for block in _blocks(reader, entity, numbers, f, change, progress):
            for _id, values, new in block:
                why = _refused(f, new, str(values[title] or ""))
                if why is not None:
                    raise Known(why)
            changed += step.update_many(entity, [(id, {f.name: new}) for id, _values, new in block])
        step.title, step.figures = _title(store, entity, f, change, changed)
    return changed


def _title(store: Store, entity: str, f: Field, change: Change, n: int) -> tuple[str, dict[str, Any]]:
    declared = store.schema.entity(entity)
    things = say(declared.label if n == 1 else declared.plural)
    if f.name == declared.owner and change.how == "set" and isinstance(f, Link) and change.value:
        name = store.reader().titles(f.to, {change.value}).get(change.value, "")
        return N_("{n} {things:lower} handed over to {name}"), {"n": f"{n:,}", "things": things, "name": name}
    field_ = f.label_own.get("") or say(f.label)
    return N_("{field} of {n} {things:lower} changed"), {"n": f"{n:,}", "things": things, "field": field_}
