"""The page of the targets: typed, pasted, filled, spread, taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from freecrm.store import colleagues, goals, passwords, signin, undo, user_roles
from freecrm.store.database import Store
from freecrm.store.user_roles import Draft
from freecrm.ui import talk
from freecrm.ui.page import Place
from freecrm.ui.reports.targets import YEAR, TargetsPage
from freecrm.ui.window import MainWindow
from tests import boards
from tests.ui.conftest import MakeWindow

pytestmark = pytest.mark.usefixtures("thursday")


@pytest.fixture
def window(make_window: MakeWindow, store: Store) -> MainWindow:
    boards.pipeline(store)
    return make_window(store)


def targets(window: MainWindow) -> TargetsPage:
    page = window.visit(Place("targets"))
    assert isinstance(page, TargetsPage)
    page.grid.setFocus()
    return page


def go(page: TargetsPage, row: int, column: int) -> None:
    page.grid.setCurrentIndex(page.model.index(row, column))


def typed(page: TargetsPage, qtbot: QtBot, text: str) -> None:
    qtbot.keyClicks(page.grid, text[0])
    line = page.grid.findChild(QLineEdit)
    assert line is not None
    qtbot.keyClicks(line, text[1:])
    qtbot.keyClick(line, Qt.Key.Key_Return)


def row(page: TargetsPage, at: int) -> list[str]:
    return [page.model.text(page.model.rows[at], column) for column in range(1, 13)]


def test_a_month_is_typed_and_taken_back(window: MainWindow, store: Store, qtbot: QtBot) -> None:
    page = targets(window)
    assert [one.name for one in page.model.rows] == [
        "The whole firm",
        *boards.PEOPLE,
    ]  # nobody is in a department
    assert row(page, 0)[2:6] == ["400,000"] * 4
    go(page, 1, 3)
    typed(page, qtbot, "120,000")
    assert row(page, 1)[2] == "120,000"
    assert page.grid.currentIndex().row() == 2  # Enter goes down
    go(page, 1, 3)
    assert "2026-03: target 120,000" in page.cell.text()
    undo.undo(store)
    page.read()
    assert row(page, 1)[2] == ""


def test_a_year_is_spread(window: MainWindow, qtbot: QtBot) -> None:
    page = targets(window)
    go(page, 1, YEAR)
    typed(page, qtbot, "1200")
    assert row(page, 1) == ["100"] * 12
    go(page, 1, YEAR)
    qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
    assert row(page, 1) == [""] * 12


def test_cells_are_pasted_and_filled(window: MainWindow, qtbot: QtBot) -> None:
    page = targets(window)
    go(page, 1, 1)
    QApplication.clipboard().setText("100\t200\n300\t400\n")
    qtbot.keyClick(page.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert [row(page, at)[:3] for at in (1, 2)] == [["100", "200", ""], ["300", "400", ""]]
    go(page, 1, 2)
    qtbot.keyClick(page.grid, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert row(page, 1) == ["100", *["200"] * 11]


@pytest.mark.parametrize("text", ["abc", "-5"])
def test_what_is_no_amount_is_told_and_changes_nothing(window: MainWindow, qtbot: QtBot, text: str) -> None:
    page = targets(window)
    go(page, 1, 1)
    with talk.recording() as heard:
        typed(page, qtbot, text)
        QApplication.clipboard().setText(f"100\t{text}")
        qtbot.keyClick(page.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert len(heard.messages) == 2
    assert row(page, 1)[:2] == ["", ""]


def test_other_kinds_and_years(window: MainWindow, store: Store, qtbot: QtBot) -> None:
    with store.step("Name changed") as step:
        step.insert("product", {"name": "Pump"})
    page = targets(window)
    qtbot.mouseClick(page.buttons[goals.PRODUCT], Qt.MouseButton.LeftButton)
    assert [one.name for one in page.model.rows] == ["Pump"]
    go(page, 0, 1)
    typed(page, qtbot, "50")
    qtbot.mouseClick(page.on, Qt.MouseButton.LeftButton)
    assert page.shown_year.text() == "2027"
    assert row(page, 0)[0] == ""
    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert row(page, 0)[0] == "50"
    window.dress.set_language("zh_CN")
    assert page.title.text() == "销售目标"


def test_who_changes_their_own_only_types_into_their_own_only(
    window: MainWindow, store: Store, qtbot: QtBot
) -> None:
    me, other = (one.id for one in colleagues.everyone(store, counted=False)[:2])
    scopes = {("target", action): "own" for action in ("create", "change", "delete")}
    user_roles.give(store, me, user_roles.save(store, None, Draft("Sales", grants=scopes)))
    passwords.turn_on(store, other, "correct horse")
    signin.be(store, me)
    page = targets(window)
    page.read()
    names = [one.key for one in page.model.rows]
    mine, theirs = names.index((goals.USER, me)), names.index((goals.USER, other))
    for at in range(len(names)):
        for column in (3, YEAR):
            index = page.model.index(at, column)
            is_mine = at == mine
            assert bool(index.flags() & Qt.ItemFlag.ItemIsEditable) == is_mine
            assert ("Ask whoever gives the rights" in index.data(Qt.ItemDataRole.ToolTipRole)) != is_mine
            assert (index.data(Qt.ItemDataRole.BackgroundRole) is None) == is_mine
    go(page, mine, 3)
    typed(page, qtbot, "120,000")
    assert row(page, mine)[2] == "120,000"
    before = row(page, theirs), row(page, 0)
    for at in (theirs, 0):
        with talk.recording() as heard:
            go(page, at, 3)
            qtbot.keyClicks(page.grid, "5")
            assert not [line for line in page.grid.findChildren(QLineEdit) if line.isVisible()]
            qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
            QApplication.clipboard().setText("100")
            qtbot.keyClick(page.grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert [str(one) for one in heard.messages if "let you set this target" in str(one)]
        qtbot.keyClick(page.grid, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert (row(page, theirs), row(page, 0)[:2]) == (before[0], before[1][:2])
