"""The child of test_kill.py: works on a file and is killed at a given moment by its own hand.

    python killed.py FILE WORK STEPS

WORK: "import" (a block), "list" (a workbook, the whole way), "edit", "undo" or "bills" (those of a month). STEPS: after how many thousand instructions of SQLite's machine
SIGKILL comes. Each piece of work is announced before and acknowledged after on standard output.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIST = ROOT / "tests" / "data" / "customers.xlsx"
EVERY = 1000


def main(path: str, work: str, steps: int) -> None:
    from freecrm.exchange import applier
    from freecrm.exchange.changeset import Options
    from freecrm.modules import model
    from freecrm.store import repeat_bills, undo
    from freecrm.store.database import open_store

    store = open_store(Path(path), model())
    left = [steps]

    def tick() -> int:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    store.write().set_progress_handler(tick, EVERY)
    number = store.read().execute("SELECT count(*) FROM step").fetchone()[0]
    for n in range(number, number + 400):
        say(f"begin {n}")
        if work == "import":
            with store.step("Import {n}", origin="import", n=n) as step:
                rows = [[f"客户{n}-{i}", "AB"[i % 2], i] for i in range(300)]
                step.insert_many("customer", ["name", "grade", "opening_balance"], rows)
        elif work == "list":
            wishes = Options(existing="new", doubtful="new")
            applier.bring_in(store, LIST, store.model.imported("customer"), wishes)
        elif work == "edit":
            (id,) = store.read().execute("SELECT id FROM customer WHERE code = 'edited'").fetchone()
            with store.step("Edit {n}", n=n) as step:
                phones = [{"number": f"+861380000{n % 10000:04}"}]
                step.update("customer", id, {"name": f"第{n}次", "opening_balance": n, "phones": phones})
        elif work == "bills":
            repeat_bills.run(store, dt.date(2026, 1, 1) + n * dt.timedelta(days=28))
        elif n % 2:
            undo.redo(store)
        else:
            undo.undo(store)
        say(f"done {n}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
