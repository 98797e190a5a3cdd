"""Many records at once: the bar, the dialog with its samples, owners and tags, the menu of the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import Jobs
from freecrm.store import batch, history, undo
from freecrm.store.batch import Change
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.batch_dialog import BatchDialog
from freecrm.ui.window import MainWindow
from tests import samples

MakeWindow = Callable[..., MainWindow]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture(autouse=True)
def nothing_asks(make_window: MakeWindow) -> Iterator[None]:
    with talk.recording(unsaved="discard"):
        yield


def choose(window: MainWindow, *rows: int) -> list[int]:
    """Tick these rows; the numbers of their records."""
    grid = window.page.grid
    grid.let_go()
    for row in rows:
        grid.tick(row)
    return [window.page.model.numbers[row] for row in sorted(rows)]


def held(window: MainWindow, numbers: list[int], name: str) -> list[object]:
    found = [window.store.reader().by_number("customer", n) for n in numbers]
    return [record[name] for record in found if record is not None]


def dialog(window: MainWindow) -> BatchDialog:
    found = window.page.cells.dialog
    assert found is not None
    return found


def action(menu: QMenu, text: str) -> None:
    next(a for a in menu.actions() if a.text() == text).trigger()


def steps(window: MainWindow) -> list[str]:
    return [str(step) for step in history.steps(window.store)]


# ---- the bar


def test_the_bar_rises_for_chosen_rows_and_goes_with_them(window: MainWindow, qtbot: QtBot) -> None:
    grid, cells = window.page.grid, window.page.cells
    grid.go(1, 0)
    assert not cells.is_made("bar")
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    assert cells.bar.isVisible()
    assert (cells.bar.chosen.text(), cells.bar.of.text()) == ("3 selected", "of 60")
    qtbot.mouseClick(cells.bar.all_button, LEFT)
    assert len(grid.selection) == 60
    assert cells.bar.all_button.isHidden()
    qtbot.keyClick(grid, Key.Key_Escape)
    assert cells.bar.isHidden()
    qtbot.keyClick(window, Key.Key_Insert)
    assert cells.bar.isVisible()
    qtbot.mouseClick(cells.bar.close_button, LEFT)
    assert cells.bar.isHidden()
    assert grid.hasFocus()


def test_the_bar_is_made_before_it_is_wanted(window: MainWindow, qtbot: QtBot) -> None:
    window.prepare()
    bar = window.page.cells.bar
    assert bar.isHidden()
    assert window.page.footer.isVisible()
    qtbot.keyClick(window.page.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert window.page.cells.bar is bar
    assert bar.isVisible()


def test_the_bar_never_covers_the_row_one_stands_on(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    last = grid.rowAt(grid.viewport().height() - 2)
    grid.go(last - 1, 0)
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    QApplication.processEvents()
    assert window.page.cells.bar.isVisible()
    row = grid.visualRect(grid.currentIndex())
    assert grid.viewport().rect().contains(row)


def test_eighteen_rows_at_1366_with_the_bar(window: MainWindow, qtbot: QtBot) -> None:
    window.page.grid.set_density("compact")
    choose(window, 1, 2, 3)
    QApplication.processEvents()
    grid, bar = window.page.grid, window.page.cells.bar
    assert grid.viewport().height() // grid.rowHeight(0) >= 18
    assert not grid.horizontalScrollBar().isVisible()
    corner = bar.plate.mapTo(window, bar.plate.rect().bottomRight())
    assert window.rect().contains(corner)
    assert all(button.isVisible() for button in bar.buttons.values())


def test_three_are_handed_over_and_undo_restores_three_owners(window: MainWindow, qtbot: QtBot) -> None:
    owners = held(window, list(window.page.model.numbers), "owner_user")
    rows = [next(at for at, one in enumerate(owners) if one == who) for who in dict.fromkeys(owners)][:3]
    numbers = choose(window, *rows)
    before = held(window, numbers, "owner_user")
    assert len(set(before)) == 3
    assert window.page.cells.bar.chosen.text() == "3 selected"
    menu = window.page.cells.bar.buttons["batch.owner"].menu()
    assert menu is not None
    menu.aboutToShow.emit()
    action(menu, "林晓棠")
    assert steps(window)[0] == "3 customers handed over to 林晓棠" or steps(window)[0].startswith("2 cust")
    assert len(set(held(window, numbers, "owner_user"))) == 1
    assert window.toasts.shown[-1].text.text() == steps(window)[0]
    qtbot.keyClick(window, Key.Key_Z, CTRL)
    assert held(window, numbers, "owner_user") == before


def test_a_tag_is_put_on_once(window: MainWindow) -> None:
    numbers = choose(window, 0, 1, 2, 3, 4, 5)
    menu = window.page.cells.bar.buttons["batch.tag"].menu()
    assert menu is not None
    menu.aboutToShow.emit()
    action(menu, "展会")
    for tags in held(window, numbers, "tags"):
        assert isinstance(tags, list)
        assert [row["word"] for row in tags].count("展会") == 1


# ---- the dialog


def test_five_samples_before_and_after_then_one_step(window: MainWindow, qtbot: QtBot) -> None:
    numbers = choose(window, *range(8))
    before = held(window, numbers, "grade")
    qtbot.mouseClick(window.page.cells.bar.buttons["batch.field"], LEFT)
    asked = dialog(window)
    asked.choose("grade", "set")
    assert asked.value is not None
    asked.value.main().setFocus()
    qtbot.keyClicks(asked.value.main(), "C")
    qtbot.keyClick(asked.value.main(), Key.Key_Return)
    changes = sum(grade != "C" for grade in before)
    assert asked.outlook.changes == changes
    assert [sample.after for sample in asked.outlook.samples] == ["C"] * min(5, changes)
    assert asked.change_button.text() == f"Change {changes} customers"
    count = len(steps(window))
    qtbot.mouseClick(asked.change_button, LEFT)
    assert held(window, numbers, "grade") == ["C"] * 8
    assert len(steps(window)) == count + 1
    assert steps(window)[0] == f"Grade of {changes} customers changed"
    assert window.page.grid.chosen  # to go on with the same rows
    undo.undo(window.store)
    assert held(window, numbers, "grade") == before


def test_append_and_replace_in_texts(window: MainWindow, qtbot: QtBot) -> None:
    numbers = choose(window, 0, 1, 2)
    window.commands.run("batch.field")
    asked = dialog(window)
    asked.choose("remark", "append")
    assert asked.value is not None
    qtbot.keyClicks(asked.value.main(), "Seen at the fair")
    qtbot.waitUntil(lambda: asked.outlook.changes == 3)
    qtbot.mouseClick(asked.change_button, LEFT)
    assert all(str(text).endswith("Seen at the fair") for text in held(window, numbers, "remark"))
    window.commands.run("batch.field")
    asked = dialog(window)
    asked.choose("remark", "replace")
    assert asked.sought is not None
    assert asked.value is not None
    qtbot.keyClicks(asked.sought.main(), "fair")
    qtbot.keyClicks(asked.value.main(), "show")
    qtbot.waitUntil(lambda: asked.outlook.changes == 3)
    qtbot.mouseClick(asked.change_button, LEFT)
    assert all(str(text).endswith("Seen at the show") for text in held(window, numbers, "remark"))


def test_what_is_needed_cannot_be_cleared(window: MainWindow) -> None:
    choose(window, 0, 1)
    window.commands.run("batch.field")
    asked = dialog(window)
    asked.choose("name", "set")
    ways = [asked.how_box.itemData(at) for at in range(asked.how_box.count())]
    assert "clear" not in ways
    asked.choose("last_contact", "clear")
    assert asked.value is not None
    assert asked.value.isHidden()
    asked.reject()


def test_wrong_input_says_why_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, 0, 1)
    window.commands.run("batch.field")
    asked = dialog(window)
    asked.choose("opening_balance", "set")
    assert not asked.change_button.isEnabled()
    assert asked.value is not None
    qtbot.keyClicks(asked.value.main(), "much")
    qtbot.waitUntil(lambda: asked.trouble.isVisible())
    assert not asked.change_button.isEnabled()
    qtbot.keyClick(asked, Key.Key_Escape)
    assert window.page.cells.dialog is None
    assert window.focusWidget() is window.page.grid


def test_many_are_changed_beside_the_window_and_can_be_stopped(
    make_window: MakeWindow, store: Store, qtbot: QtBot
) -> None:
    samples.fill_many(store, 5_000)
    window = make_window(store, workers=Jobs())
    page = window.page
    qtbot.waitUntil(lambda: page.model.complete)
    numbers = list(page.model.numbers)
    page.cells.change(numbers, Change("remark", "set", "x"))
    qtbot.waitUntil(lambda: steps(window)[0] == "Remark of 5,000 customers changed", timeout=30_000)
    undo.undo(store)
    before = len(steps(window))
    page.cells.change(numbers, Change("remark", "set", "y"))
    window.progress.shown[-1].progress.cancel()
    qtbot.waitUntil(lambda: not window.progress.shown, timeout=30_000)
    assert len(steps(window)) == before
    assert store.read().execute("SELECT count(*) FROM customer WHERE remark = 'y'").fetchone() == (0,)


def test_a_value_that_is_refused_for_one_changes_none(full_store: Store) -> None:
    reader = full_store.reader()
    from freecrm.core.query import Query

    numbers = list(reader.numbers(Query("customer")))
    made = batch.look(full_store, "customer", numbers, Change("name", "append", "x" * 499))
    assert made.problem is not None
    assert "characters" in str(made.problem)


def test_exports_the_chosen_rows_only(window: MainWindow, tmp_path: Path) -> None:
    numbers = choose(window, 2, 5, 7)
    path = tmp_path / "three.csv"
    with talk.recording(file=path):
        window.commands.run("batch.export")
    lines = path.read_text("utf-8-sig").splitlines()
    names = held(window, numbers, "name")
    assert len([line for line in lines if any(str(name) in line for name in names)]) == 3
    assert window.toasts.shown


# ---- the menu


def open_menu(window: MainWindow, qtbot: QtBot, key: Qt.Key, held_: Qt.KeyboardModifier) -> QMenu:
    qtbot.keyClick(window.page.grid, key, held_)
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


@pytest.mark.parametrize(
    ("key", "held_"),
    [(Key.Key_Menu, Qt.KeyboardModifier.NoModifier), (Key.Key_F10, SHIFT)],
)
def test_the_menu_opens_by_key_at_the_cell(
    window: MainWindow, qtbot: QtBot, key: Qt.Key, held_: Qt.KeyboardModifier
) -> None:
    choose(window, 1, 2, 3)
    grid = window.page.grid
    menu = open_menu(window, qtbot, key, held_)
    cell = grid.visualRect(grid.currentIndex()).translated(grid.viewport().mapToGlobal(QPoint(0, 0)))
    assert abs(menu.pos().x() - cell.left()) < 20
    assert next(a for a in menu.actions() if a.text().startswith("Edit this cell")).text().endswith("\tF2")
    texts = [a.text().partition("\t")[0] for a in menu.actions() if not a.isSeparator()]
    assert texts[0] == "Details at the side"
    assert texts[-1] == "Delete 3 customers"
    assert texts.index("Edit this cell") < texts.index("Paste cells") < texts.index("Delete 3 customers")
    assert menu.actions()[-2].isSeparator()
    menu.close()


def test_every_line_of_the_menu_is_a_command_elsewhere(window: MainWindow) -> None:
    from freecrm.ui import row_menu

    known = {command.id for command in window.commands.all()}
    for id in (id for group in row_menu.GROUPS for id in group):
        assert id in known or id in ("record.open", "record.window"), id


def test_right_click_keeps_what_is_chosen(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    choose(window, 1, 2, 3)

    def press(row: int) -> None:
        spot = grid.visualRect(grid.model().index(row, 2)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.RightButton, pos=spot)

    press(2)
    assert grid.selection.ranges() == [(1, 3)]
    press(9)
    assert grid.selection.ranges() == [(9, 9)]
    assert not grid.chosen


def test_delete_from_the_menu_is_undone(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, 1, 2)
    menu = open_menu(window, qtbot, Key.Key_Menu, Qt.KeyboardModifier.NoModifier)
    menu.actions()[-1].trigger()
    menu.close()
    assert len(window.page.model.numbers) == 58
    undo.undo(window.store)
    assert len(window.page.model.numbers) == 60
