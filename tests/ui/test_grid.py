"""The table: selection as ranges, the clipboard, a list of many rows, what screen readers hear."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from freecrm.core.words import N_
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.grid_copy import COPY_MOST
from freecrm.ui.list_model import WINDOW, WINDOWS
from freecrm.ui.selection import RowSelection
from freecrm.ui.window import MainWindow
from tests import samples
from tests.ui.arranging import column_of

MakeWindow = Callable[..., MainWindow]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton

ROW = st.integers(0, 40)


@given(st.lists(st.tuples(st.sampled_from(["set", "add", "toggle", "remove"]), ROW, ROW)))
def test_selection_is_a_set_of_rows(steps: list[tuple[str, int, int]]) -> None:
    selection, plain = RowSelection(), set[int]()
    for step, one, other in steps:
        span = set(range(min(one, other), max(one, other) + 1))
        if step == "set":
            selection.set(one, other)
            plain = span
        elif step == "add":
            selection.add(one, other)
            plain |= span
        elif step == "toggle":
            selection.toggle(one)
            plain ^= {one}
        else:
            selection.remove(one)
            plain -= {one}
        assert list(selection) == sorted(plain)
        assert len(selection) == len(plain)
        assert all((row in selection) == (row in plain) for row in range(42))
        ranges = selection.ranges()
        assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(ranges))


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_shift_and_ctrl_select_rows(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid

    def click(row: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        spot = grid.visualRect(grid.model().index(row, 1)).center()
        qtbot.mouseClick(grid.viewport(), LEFT, held, spot)

    click(2)
    assert grid.selection.ranges() == [(2, 2)]
    click(5, SHIFT)
    assert grid.selection.ranges() == [(2, 5)]
    click(8, CTRL)
    click(3, CTRL)
    assert grid.selection.ranges() == [(2, 2), (4, 5), (8, 8)]
    assert window.status.selection.text() == "4 selected"
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.selection.ranges() == [(4, 4)]
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    assert grid.selection.ranges() == [(4, 6)]


def test_copies_the_cell_and_the_rows(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(1, 0)
    qtbot.keyClick(grid, Qt.Key.Key_C, CTRL)
    assert clipboard() == grid.model().index(1, 0).data()
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_C, CTRL)
    lines = clipboard().split("\n")
    columns = range(grid.model().columnCount())
    next_at = window.page.model.fields[column_of(window, "next_at")]
    for line, row in zip(lines, (1, 2), strict=True):
        record = window.store.reader().by_number("customer", window.page.model.numbers[row])
        assert record is not None
        shown = [str(grid.model().index(row, c).data()) for c in columns]
        shown[column_of(window, "next_at")] = next_at.show(record["next_at"])  # its words say no year
        assert line.split("\t") == shown


def test_copies_no_formulas(window: MainWindow, qtbot: QtBot) -> None:
    with window.store.step(N_("New customer")) as step:
        step.insert("customer", {"name": '=HYPERLINK("x")', "opening_balance": -12_000})
        step.insert("customer", {"name": "@sum", "opening_balance": 5})
    window.page.find_box.setText("hyperlink")
    grid = window.page.grid
    grid.go(0, 0)
    grid.copy()
    assert clipboard() == '"\'=HYPERLINK(""x"")"'
    window.page.find_box.clear()
    grid.selectAll()
    grid.copy()
    cells = [line.split("\t") for line in clipboard().split("\n")]
    assert len(cells) == 62
    assert [row[-1] for row in cells if row[0] == "'@sum"] == ["0.05"]
    assert [row[-1] for row in cells if "HYPERLINK" in row[0]] == ["-120.00"]


def test_many_rows(make_window: MakeWindow, store: Store, qtbot: QtBot) -> None:
    samples.fill_many(store, 9_000)
    window = make_window(store)
    grid, model = window.page.grid, window.page.model
    assert window.status.count.text() == "9,000 customers"
    qtbot.keyClick(grid, Qt.Key.Key_End, CTRL)
    assert grid.currentIndex().row() == 8_999
    for row in range(0, 9_000, WINDOW):
        assert model.row(row) is not None
    assert 9_000 // WINDOW > WINDOWS >= len(model._windows)
    qtbot.keyClick(grid, Qt.Key.Key_A, CTRL)
    assert grid.selection.ranges() == [(0, 8_999)]
    assert window.status.selection.text() == "9,000 selected"
    grid.copy()
    assert clipboard().count("\n") == 8_999
    grid.selection.set(0, COPY_MOST)
    with talk.recording() as heard:
        grid.copy()
    assert len(heard.messages) == 1


def test_deleted_elsewhere_is_a_blank_row_until_the_list_is_told(window: MainWindow) -> None:
    model = window.page.model
    model._windows.clear()
    model.numbers[3] = 2**40
    assert model.index(3, 0).data() == ""
    assert window.grab().width() > 0


def test_keeps_the_rules_of_qt_models(window: MainWindow, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(window.page.model)


def test_cells_speak(window: MainWindow) -> None:
    model = window.page.model
    window.page.find_box.setText("云杉谷酒店")
    spoken = [model.index(0, c).data(Qt.ItemDataRole.AccessibleTextRole) for c in range(model.columnCount())]
    assert spoken[0] == "云杉谷酒店"
    grade = model.index(0, 1).data()
    assert spoken[1] == f"Grade {grade or 'empty'}"
    many = model.index(0, 0)
    assert many.data(Qt.ItemDataRole.TextAlignmentRole) is None
