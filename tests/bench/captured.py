"""What the change log adds to writing many rows: the triggers that see every row of every program."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from freecrm.core.words import N_
from freecrm.modules import model
from freecrm.store.changelog import triggers
from freecrm.store.database import open_store
from freecrm.store.writer import Step
from tests.bench import data
from tests.bench.measure import Goal, Line, Run

REPEATS = 3


class _TakenBackError(Exception):
    """So that the next one finds the file as it was."""


def captured(run: Run) -> list[Line]:
    """The same customers, with keys made before, into the same table and its indexes with and without the log's
    triggers; seconds of this process alone, so that other work on the computer doesn't count."""
    count = min(run.size, 100_000)
    blocks = [
        data.block(31 + at, at, min(10_000, count - at), [b"\0" * 16]) for at in range(0, count, 10_000)
    ]
    entity, names, *_ = blocks[0][0]
    rows = [
        (id, *row, *more)
        for block in blocks
        for id, row, more in zip(block[0][3], block[0][2], block[0][4], strict=True)
    ]
    store = open_store(run.new("log.freecrm"), model())
    taken: dict[bool, float] = {}

    def insert(logged: bool) -> None:
        with store.step(N_("Import {file}"), file="x", origin="import") as step:
            for name in () if logged else triggers(store.model.entities[entity]):
                step.connection.execute(f'DROP TRIGGER "{name}"')
            spent = _seconds(step, entity, names, rows)
            taken[logged] = min(spent, taken.get(logged, spent))
            raise _TakenBackError

    for turn in range(run.repeats(REPEATS) * 2):
        try:
            insert(turn % 2 == 0)
        except _TakenBackError:
            continue
    store.close()
    share = (taken[True] / taken[False] - 1) * 100
    note = f"{taken[True]:.2f} s of this process beside {taken[False]:.2f} s without the log"
    return [Line("log", "what the change log adds to a bulk insert", "%", share, None, Goal("most", 25), note=note, size=count)]  # fmt: skip


def _seconds(step: Step, entity: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> float:
    block = [(n, *row) for n, row in enumerate(rows, 1)]
    columns = [*names, *step.shadow_names(entity, names)]
    begun = time.process_time()
    step.insert_rows(entity, columns, block)
    return time.process_time() - begun
