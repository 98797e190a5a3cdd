"""Cells of a list changed where they stand, many as one step: filled down, emptied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Field
from freecrm.core.jobs import Progress
from freecrm.core.rows import Rows
from freecrm.core.words import N_
from freecrm.store.many import BLOCK
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
    plain = [f for f in fields if _is_own(f)]
    first = store.reader().by_number(entity, numbers[0])
    if first is None or not plain:
        return (len(numbers) - 1) * len(fields)
    values = {f.name: _fresh(f, first[f.name]) for f in plain}
    cells = (len(numbers) - 1) * len(plain)
    with store.step(N_("Filled down {n} cells"), n=cells) as step:
        for ids in _blocks(step, entity, numbers[1:], progress):
            step.update_many(entity, [(id, values) for id in ids])
    return (len(numbers) - 1) * (len(fields) - len(plain))


def clear(
    store: Store, entity: str, numbers: Sequence[int], names: Sequence[str], progress: Progress | None = None
) -> int:
    """Empty these fields of the records of these numbers; how many cells were left alone. Known when a record
    can't be without one of them, then nothing is emptied."""
    fields = [store.schema.fields(entity)[name] for name in names]
    own: dict[str, Any] = {f.name: [] if isinstance(f, Rows) else None for f in fields if _is_own(f)}
    rest = [f for f in fields if not _is_own(f)]
    left = 0
    with store.step(N_("Emptied {n} cells"), n=len(numbers) * len(fields)) as step:
        for ids in _blocks(step, entity, numbers, progress):
            if own:
                step.update_many(entity, [(id, own) for id in ids])
            left += sum(not _clear_source(step, entity, id, f) for f in rest for id in ids)
    return left


def _clear_source(step: Step, entity: str, id: bytes, f: Field) -> bool:
    """Empty what the cell of a field that follows from others shows; False when it is kept nowhere."""
    reader = Reader(step.store, None, step)
    source = source_of(reader, entity, id, f)
    if source is None:
        return False
    of = reader.schema.fields(source.entity)[source.name]
    empty: Any = [] if isinstance(of, Rows) else None
    if source.part and isinstance(of, Rows):
        empty = with_first(reader.children(of, [source.id]).get(source.id, []), [])
    step.update(source.entity, source.id, {source.name: empty})
    return True


def _fresh(f: Field, value: Any) -> Any:
    if not isinstance(f, Rows):
        return value
    return [{k: v for k, v in row.items() if k != "id"} for row in value or ()]


def _is_own(f: Field) -> bool:
    """Whether a cell of this field shows what the record itself holds."""
    return f.derived is None and f.kind not in NOT_IN_A_CELL


def _blocks(
    step: Step, entity: str, numbers: Sequence[int], progress: Progress | None
) -> Iterator[list[bytes]]:
    step.progress = progress
    ids = Reader(step.store, None, step).ids_of(entity, numbers)
    for at in range(0, len(ids), BLOCK):
        if progress is not None:
            progress.tell(at, len(numbers))
        yield ids[at : at + BLOCK]
