"""Killed at any moment: what was acknowledged is there, half work is not, the file is well.

The moment is a count of instructions inside SQLite, so that a run can be repeated exactly.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from freecrm.store import repeat_bills
from freecrm.store.database import Store
from tests.store.samples import a_firm, assert_well, dump, open_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
CHILD = Path(__file__).with_name("killed.py")

Dump = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file to work on for each kind of work; the one for undo has an even number of steps behind it."""
    made = {}
    for work in MOMENTS:
        folder = tmp_path_factory.mktemp(work)
        store = open_in(folder)
        a_firm(store)
        with store.step("To be edited") as step:
            step.insert("customer", {"name": "云杉谷", "code": "edited", "phones": [{"number": "+8610"}]})
        if work == "bills":
            with store.step("Bills") as step:
                (firm,) = step.connection.execute("SELECT id FROM customer WHERE code = 'edited'").fetchone()
                line = {"name": "Care", "quantity": Decimal(1), "price": 100_00}
                for every in ("weeks", "month"):
                    values = {"name": every, "customer": firm, "every": every, "begins": dt.date(2026, 1, 1)}
                    step.insert("repeat_bill", {**values, "lines": [dict(line) for _ in range(20)]})
        if work == "undo":
            with store.step("To be undone, first") as step:
                step.insert("contact", {"name": "王伟"})
            with store.step("To be undone") as step:
                rows = [[f"客户{i}", str(i)] for i in range(300)]
                step.insert_many("customer", ["name", "code"], rows)
                step.update(
                    "customer",
                    step.connection.execute("SELECT id FROM customer WHERE code = 'edited'").fetchone()[0],
                    {"phones": [], "grade": "C"},
                )
        store.close()
        made[work] = store.path
    return made


def state(store: Store) -> tuple[int, int, Dump]:
    count, last = store.read().execute("SELECT count(*), max(n) FROM step").fetchone()
    return count, last, dump(store)


def kill(path: Path, work: str, steps: int) -> tuple[list[str], int]:
    child = subprocess.run(
        [sys.executable, str(CHILD), str(path), work, str(steps)], capture_output=True, text=True, check=False
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    return child.stdout.split("\n")[:-1], child.returncode


def one_kill(begun: dict[str, Path], folder: Path, work: str, steps: int) -> None:
    shutil.copytree(begun[work].parent, folder / "copy")
    path = folder / "copy" / begun[work].name
    before = open_in(path.parent)
    number, _, untouched = state(before)
    before.close()
    lines, _ = kill(path, work, steps)
    done = sum(line.startswith("done") for line in lines)
    announced = sum(line.startswith("begin") for line in lines)
    store = open_in(path.parent)
    try:
        there, last, after = state(store)
        assert there == last
        assert number + done <= there <= number + announced  # a step may be kept whose word did not get out
        assert_well(store)
        kept = there - number
        if work == "import":
            assert len(after["customer"]) == len(untouched["customer"]) + 300 * kept
        elif work == "list":
            again = max(kept - 1, 0)  # one row of the list says again, to the letter, what another says
            assert len(after["customer"]) == len(untouched["customer"]) + 60 * kept - again
        elif work == "edit":
            wanted = (f"第{there - 1}次", there - 1, f"+861380000{(there - 1) % 10000:04}")
            found = (
                store.read()
                .execute(
                    "SELECT c.name, c.opening_balance, p.number FROM customer c JOIN phone p ON p.parent = c.id"
                    " WHERE c.code = 'edited'"
                )
                .fetchall()
            )
            assert found == ([wanted] if kept else [("云杉谷", None, "+8610")])
        elif work == "bills":
            repeat_bills.run(store, dt.date(2026, 12, 31))  # whoever comes next goes on where it was cut off
            found = store.read().execute(
                "SELECT b.every, count(DISTINCT o.day), count(DISTINCT o.id), count(l.id) FROM sales_order o"
                " JOIN repeat_bill b ON b.id = o.repeat JOIN sales_order_line l ON l.parent = o.id GROUP BY 1"
            )
            assert found.fetchall() == [("month", 12, 12, 240), ("weeks", 27, 27, 540)]
        else:
            customers = len(untouched["customer"]) - 300 * (kept % 2)
            assert len(after["customer"]) == customers
            if kept % 2 == 0:
                assert after == untouched
        with store.step("Life goes on") as step:
            step.insert("customer", {"name": "x"})
        assert_well(store)
    finally:
        store.close()


MOMENTS = {"import": 400, "list": 600, "edit": 150, "undo": 600, "bills": 400}


@pytest.mark.parametrize("work", MOMENTS)
@pytest.mark.parametrize("seed", range(10))
def test_kill(begun: dict[str, Path], tmp_path: Path, work: str, seed: int) -> None:
    one_kill(begun, tmp_path, work, random.Random(f"{work}{seed}").randrange(MOMENTS[work]))


@pytest.mark.soak
@pytest.mark.parametrize("work", MOMENTS)
@pytest.mark.parametrize("seed", range(100, 300))
def test_kill_often(begun: dict[str, Path], tmp_path: Path, work: str, seed: int) -> None:
    one_kill(begun, tmp_path, work, random.Random(f"{work}{seed}").randrange(MOMENTS[work] * 3))
