"""Cells of a list changed where they stand, many as one step: filled down, emptied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Field
from freecrm.core.jobs import Progress
from freecrm.core.rows import Rows
from freecrm.core.words import N_
from freecrm.store.reader import Reader
from freecrm.store.sources import NOT_IN_A_CELL, source_of, with_first

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step


def fill_down(
    store: Store, entity: str, numbers: Sequence[int], names: Sequence[str], progress: Progress | None = None
) -> int:
    """Give the records of these numbers what the first of them has in these fields; how many cells were left
    alone, because they follow from other values."""
    fields = [store.schema.fields(entity)[name] for name in names]
    plain = [f for f in fields if f.derived is None and f.kind not in NOT_IN_A_CELL]
    first = store.reader().by_number(entity, numbers[0])
    if first is None or not plain:
        return (len(numbers) - 1) * len(fields)
    values = {f.name: _fresh(f, first[f.name]) for f in plain}
    cells = (len(numbers) - 1) * len(plain)
    with store.step(N_("Filled down {n} cells"), n=cells) as step:
        for id in _ids(step, entity, numbers[1:], progress):
            step.update(entity, id, values)
    return (len(numbers) - 1) * (len(fields) - len(plain))


def clear(
    store: Store, entity: str, numbers: Sequence[int], names: Sequence[str], progress: Progress | None = None
) -> int:
    """Empty these fields of the records of these numbers; how many cells were left alone. Known when a record
    can't be without one of them, then nothing is emptied."""
    fields = [store.schema.fields(entity)[name] for name in names]
    left = 0
    with store.step(N_("Emptied {n} cells"), n=len(numbers) * len(fields)) as step:
        reader = Reader(store, None, step)
        for id in _ids(step, entity, numbers, progress):
            for f in fields:
                source = source_of(reader, entity, id, f)
                if source is None:
                    left += 1
                    continue
                of = reader.schema.fields(source.entity)[source.name]
                empty: Any = [] if isinstance(of, Rows) else None
                if source.part and isinstance(of, Rows):
                    empty = with_first(reader.children(of, [source.id]).get(source.id, []), [])
                step.update(source.entity, source.id, {source.name: empty})
    return left


def _fresh(f: Field, value: Any) -> Any:
    if not isinstance(f, Rows):
        return value
    return [{k: v for k, v in row.items() if k != "id"} for row in value or ()]


def _ids(step: Step, entity: str, numbers: Sequence[int], progress: Progress | None) -> Iterator[bytes]:
    for done, id in enumerate(Reader(step.store, None, step).ids_of(entity, numbers)):
        if progress is not None and not done % 100:
            progress.tell(done, len(numbers))
        yield id
