"""A difference taken over: one step through the door, cell by cell as it was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from freecrm.core import words
from freecrm.core.change import Kept, Touched
from freecrm.core.fields import Field
from freecrm.core.jobs import Progress
from freecrm.core.record import ColumnsOf, Record
from freecrm.core.rows import Addresses
from freecrm.core.words import N_, Said, say
from freecrm.exchange.columns import ADDRESS_PARTS, Out, columns_of, said
from freecrm.exchange.difference import HERE, SHEET, TAKE, Decisions, Difference, Edit

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step


def take(
    store: Store,
    difference: Difference,
    decisions: Decisions | None = None,
    *,
    theirs: bool = False,
    progress: Progress | None = None,
) -> Touched:
    """Write a difference as one step; what was touched, and under `kept` what was not taken.

    Cells changed in the sheet only are taken unless decided HERE, cells changed in both places
    only when decided SHEET (theirs: unless decided HERE); new rows are made unless decided HERE.
    A record that was changed after the comparison keeps that change. Nothing is deleted.
    """
    decided = decisions or {}
    wanted: dict[bytes, list[Edit]] = {}
    for edit in difference.edits:
        if decided.get((edit.row, edit.key), SHEET if theirs or edit.state == TAKE else HERE) == SHEET:
            wanted.setdefault(edit.id, []).append(edit)
    new = [row for row in difference.new if decided.get((row.row, ""), SHEET) == SHEET]
    with (
        store.step(N_("Bring back {file}"), origin="import", file=difference.path.name) as step,
        words.speaking(difference.language),
    ):
        step.corrects = True  # somebody changed these cells with a mind to
        _write(store, step, difference.entity, wanted, progress)
        for row in new:
            step.insert(difference.entity, row.values)
    assert step.touched is not None
    return step.touched


def _write(
    store: Store, step: Step, entity: str, wanted: dict[bytes, list[Edit]], progress: Progress | None
) -> None:
    fields = store.schema.fields(entity)
    reader = store.reader(for_files=True)
    keys = {edit.key for edits in wanted.values() for edit in edits}
    names = {key.partition(".")[0] if key not in fields else key for key in keys}
    spread = any(key not in fields for key in keys)
    columns = {column.key: column for column in columns_of(store, entity, sorted(names), spread=spread)}
    ids = list(wanted)
    for start in range(0, len(ids), 500):
        block = ids[start : start + 500]
        if progress is not None:
            progress.tell(start, len(ids))
        now = reader.by_ids(entity, block, names)
        for id in block:
            if id not in now:
                _keep(step, entity, wanted[id][0], say(N_("It was deleted since.")))
                continue
            fresh, stale = _split(wanted[id], columns, now[id])
            if fresh:
                step.update(entity, id, _values(fields, fresh, columns, now[id]))
            if stale:
                heads = [edit.head for edit in stale]
                _keep(step, entity, stale[0], say(N_("Changed since: {fields}."), fields=heads))


def _split(edits: Iterable[Edit], columns: dict[str, Out], now: Record) -> tuple[list[Edit], list[Edit]]:
    """(edits of cells that still are as they were compared, the others)."""
    fresh: list[Edit] = []
    stale: list[Edit] = []
    for edit in edits:
        same = (said(columns[edit.key].give(ColumnsOf([now]))[0]) or "") == edit.here
        (fresh if same else stale).append(edit)
    return fresh, stale


def _keep(step: Step, entity: str, edit: Edit, why: Said) -> None:
    step.kept.append(Kept(entity, edit.id, edit.title, why))


def _values(
    fields: dict[str, Field], edits: Iterable[Edit], columns: dict[str, Out], now: Record
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for edit in edits:
        column = columns[edit.key]
        assert column.field is not None
        name = column.field.name
        if not column.part:
            values[name] = edit.value
            continue
        held = (now.values.get(name) or [{}])[0]
        row = values.setdefault(
            name, [{part: held.get(part) for part in ADDRESS_PARTS} | ({"id": held["id"]} if held else {})]
        )[0]
        row[column.part] = edit.value[0][column.part]
    for name, value in values.items():
        if isinstance(fields[name], Addresses) and value and not any(_filled(row) for row in value):
            values[name] = []
    return values


def _filled(row: dict[str, Any]) -> bool:
    return any(row.get(part) for part in ADDRESS_PARTS) or ("id" in row and len(row) == 1)
