"""Cells of a list changed where they stand, many as one step: filled down, emptied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Field
from freecrm.core.jobs import Progress
from freecrm.core.rows import Rows
from freecrm.core.words import N_
from freecrm.store import next_steps
from freecrm.store.many import BLOCK
from freecrm.store.reader import Reader
from freecrm.store.sources import NOT_IN_A_CELL, can_write, read_part, source_of, with_first

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step


def fill_down(
    store: Store, entity: str, numbers: Sequence[int], names: Sequence[str], progress: Progress | None = None
) -> int:
    """Give the records of these numbers what the first of them has in these fields; how many cells were left
    alone, because they follow from other values. What follows from a part of a child row is written there."""
    fields = [store.schema.fields(entity)[name] for name in names]
    first = store.reader().by_number(entity, numbers[0])
    writable = [f for f in fields if can_write(store.schema, entity, f)]
    left = (len(numbers) - 1) * len(fields)
    if first is None or not writable:
        return left
    plain = {f.name: _fresh(f, first[f.name]) for f in writable if f.is_written}
    derived = [f for f in writable if not f.is_written]
    filled = 0
    with store.step(N_("Filled down {n} cells"), n=0) as step:
        reader = Reader(store, None, step)
        for ids in _blocks(step, entity, numbers[1:], progress):
            if plain:
                step.update_many(entity, [(id, plain) for id in ids])
            filled += len(plain) * len(ids)
            filled += sum(_write(step, reader, entity, id, f, first[f.name]) for id in ids for f in derived)
        filled -= len(step.kept)
        step.figures["n"] = filled
    return left - filled


def clear(
    store: Store, entity: str, numbers: Sequence[int], names: Sequence[str], progress: Progress | None = None
) -> int:
    """Empty these fields of the records of these numbers; how many cells were left alone. Known when a record
    can't be without one of them, then nothing is emptied."""
    fields = [store.schema.fields(entity)[name] for name in names]
    own: dict[str, Any] = {f.name: [] if isinstance(f, Rows) else None for f in fields if _is_own(f)}
    rest = [f for f in fields if not _is_own(f)]
    emptied = 0
    with store.step(N_("Emptied {n} cells"), n=0) as step:
        reader = Reader(store, None, step)
        for ids in _blocks(step, entity, numbers, progress):
            if own:
                step.update_many(entity, [(id, own) for id in ids])
            emptied += len(own) * len(ids)
            emptied += sum(_write(step, reader, entity, id, f, None) for id in ids for f in rest)
        emptied -= len(step.kept)  # these follow from what others say, which is told
        step.figures["n"] = emptied
    return len(numbers) * len(fields) - emptied


def _write(step: Step, reader: Reader, entity: str, id: bytes, f: Field, value: Any) -> bool:
    """Write a value where the cell's value is kept, None empties it; False when it has no such place."""
    source = source_of(reader, entity, id, f)
    if source is None:
        return False
    of = reader.schema.fields(source.entity)[source.name]
    new: Any = value
    if of.moves and value is None:
        next_steps.keep(step, of, id)
        return True
    if source.part and isinstance(of, Rows):
        first, why = read_part(of, source.part, str(value or ""))
        if why is not None:
            return False
        new = with_first(reader.children(of, [source.id]).get(source.id, []), first)
    elif isinstance(of, Rows):
        new = _fresh(of, value)
    step.update(source.entity, source.id, {source.name: new})
    return True


def _fresh(f: Field, value: Any) -> Any:
    if not isinstance(f, Rows):
        return value
    return [{k: v for k, v in row.items() if k != "id"} for row in value or ()]


def _is_own(f: Field) -> bool:
    """Whether a cell of this field shows what the record itself holds."""
    return f.is_written and f.kind not in NOT_IN_A_CELL


def _blocks(
    step: Step, entity: str, numbers: Sequence[int], progress: Progress | None
) -> Iterator[list[bytes]]:
    step.progress = progress
    ids = Reader(step.store, None, step).ids_of(entity, numbers)
    for at in range(0, len(ids), BLOCK):
        if progress is not None:
            progress.tell(at, len(numbers))
        yield ids[at : at + BLOCK]
