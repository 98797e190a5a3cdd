"""The child process: what it yields, what it raises, how it dies."""

from __future__ import annotations

import sys
from itertools import count as numbers
from pathlib import Path

import openpyxl
import psutil
import pytest

from freecrm.core.problems import Bug, Cancelled, Known
from freecrm.store.child import run
from tests.exchange import work_in_child as work

DATA = Path(__file__).parents[1] / "data"


def test_yields_what_the_function_yields_in_its_order() -> None:
    assert list(run(work.count, (1000,))) == list(range(1000))


def test_rows_of_a_file_arrive_as_they_are_read() -> None:
    rows = list(run(work.rows_of, (str(DATA / "customers.xlsx"),)))
    assert len(rows) == 60
    assert rows[0][:3] == [4, 1, "无锡百岩贸易有限公司"]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the frozen program is a shell script")
def test_a_frozen_program_is_its_own_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frozen, there is no other Python to start: the program is called again and must know it is the child."""
    program = tmp_path / "freecrm"
    program.write_text(f'#!/bin/sh\ncd "{DATA.parents[1]}" && exec "{sys.executable}" -m freecrm "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    assert list(run(work.count, (3,))) == [0, 1, 2]


def test_a_known_problem_comes_through_with_its_figures() -> None:
    got = run(work.refuse)
    assert next(got) == 1
    with pytest.raises(Known, match="The file a is empty") as caught:
        next(got)
    assert caught.value.details == "d"


def test_a_mistake_of_ours_is_a_bug_with_its_trace() -> None:
    with pytest.raises(Bug, match="KeyError: 'ours'"):
        list(run(work.stumble))


def test_a_child_that_aborts_becomes_a_sentence() -> None:
    with pytest.raises(Known, match="break off"):
        list(run(work.abort))


def test_too_little_memory_becomes_a_sentence() -> None:
    with pytest.raises(Known, match="more memory"):
        list(run(work.eat_memory))


def test_the_abort_of_calamine_becomes_a_sentence(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = 1, 2
    book.save(tmp_path / "corner.xlsx")
    with pytest.raises(Known, match="more memory"):
        list(run(work.far_corner, (str(tmp_path / "corner.xlsx"),)))


def test_neither_screen_nor_store_nor_the_parents_main_is_loaded() -> None:
    heavy, main = list(run(work.loaded))
    assert heavy == []
    assert main == [""]


def test_cancel_kills_the_child() -> None:
    asked = numbers()
    got = run(work.never_ends, cancel=lambda: next(asked) > 0)
    with pytest.raises(Cancelled):
        list(got)


def test_no_longer_listening_kills_the_child() -> None:
    got = run(work.never_ends)
    pid = next(got)
    got.close()  # type: ignore[attr-defined]
    assert not psutil.pid_exists(pid)


def test_a_library_that_prints_does_not_disturb_the_answers() -> None:
    assert list(run(work.shout)) == [1]
