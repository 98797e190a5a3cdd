"""What people notice at once: nothing cut, nothing jumping, no stale word, the first rows early."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import Jobs
from freecrm.core.words import N_
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.columns import PAD
from freecrm.ui.list_model import EARLY_FROM, FOUND_MOST
from freecrm.ui.window import MainWindow
from tests import samples

MakeWindow = Callable[..., MainWindow]
ALT = Qt.KeyboardModifier.AltModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def speak() -> Iterator[Callable[[str], None]]:
    before = words.language()
    yield words.use
    words.use(before)


def names(window: MainWindow) -> list[str]:
    model = window.page.model
    return [str(model.index(row, model.title_column).data()) for row in range(model.rowCount())]


def column_of(window: MainWindow, field: str) -> int:
    return [f.name for f in window.page.model.fields].index(field)


def cursor(window: MainWindow) -> tuple[str, int]:
    """The name under the cursor, and how far below the head its row begins."""
    grid, row = window.page.grid, window.page.grid.currentIndex().row()
    return names(window)[row], grid.rowViewportPosition(row)


# ---- columns


def fits(window: MainWindow) -> bool:
    grid = window.page.grid
    wide = sum(grid.columnWidth(column) for column in range(grid.model().columnCount()))
    return wide == grid.viewport().width() and not grid.horizontalScrollBar().isVisible()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_head_phone_or_date_is_cut_at_1366_beside_the_panel(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot, speak: Callable[[str], None], language: str
) -> None:
    window = make_window(full_store)
    window.page.open_panel()
    grid, model = window.page.grid, window.page.model
    window.dress.set_language(language)
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: fits(window))
    for column, f in enumerate(model.fields):
        room = grid.columnWidth(column) - look.px(2 * PAD)
        assert QFontMetricsF(look.font("caption")).horizontalAdvance(f.title) <= room, f.title
        if f.kind in ("date", "moment", "money") or f.name == "main_phone":
            texts = {str(model.index(row, column).data() or "") for row in range(60)}
            widest = max(QFontMetricsF(look.font()).horizontalAdvance(text) for text in texts)
            assert widest <= room, f.title
    window.page.toggle_panel()
    window.resize(1300, 768)
    qtbot.waitUntil(lambda: fits(window))
    qtbot.waitUntil(lambda: grid.columnWidth(model.title_column) >= look.px(300))


def test_a_list_that_is_too_narrow_scrolls_and_stays_readable(window: MainWindow) -> None:
    window.page.open_panel()
    window.resize(900, 700)
    grid, phone = window.page.grid, column_of(window, "main_phone")
    assert grid.horizontalScrollBar().isVisible()
    needs = QFontMetricsF(look.font()).horizontalAdvance("138-0000-0000")
    assert grid.columnWidth(phone) >= needs + look.px(2 * PAD)


# ---- counts


def test_the_heading_counts_what_is_found(window: MainWindow, qtbot: QtBot) -> None:
    assert window.page.count.text() == "60"
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    qtbot.keyClicks(window.page.find_box, "lxt")
    assert window.page.count.text() == f"{len(names(window))} / 60"
    qtbot.keyClick(window.page.find_box, Qt.Key.Key_Escape)
    assert window.page.count.text() == "60"


def test_more_hits_than_a_list_shows_are_told(make_window: MakeWindow, store: Store) -> None:
    samples.fill_many(store, FOUND_MOST + 500)
    window = make_window(store)
    window.page.find_box.setText("kh-00")
    assert len(names(window)) == FOUND_MOST
    assert window.page.count.text() == "5,000+ / 5,500"
    assert window.status.count.text() == "The newest 5,000 hits of 5,500 customers: type more to narrow them"


# ---- nothing jumps


def test_sorting_from_the_first_row_shows_what_comes_first(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(0, column_of(window, "balance"))
    qtbot.keyClick(grid, Qt.Key.Key_Down, ALT)
    assert window.page.model.query.sort[0].down
    assert grid.currentIndex().row() == 0
    assert grid.verticalScrollBar().value() == 0
    largest = [str(grid.model().index(row, column_of(window, "balance")).data()) for row in (0, 1)]
    assert float(largest[0].replace(",", "")) >= float(largest[1].replace(",", ""))
    qtbot.keyClick(grid, Qt.Key.Key_Up, ALT)
    assert not window.page.model.query.sort[0].down
    assert grid.currentIndex().row() == 0


def test_sorting_keeps_the_chosen_record_at_its_height(window: MainWindow) -> None:
    grid = window.page.grid
    grid.go(30, 0)
    before = cursor(window)
    grid.sort_by(column_of(window, "name"), down=True)
    assert cursor(window) == before


def test_leaving_a_search_restores_the_very_picture(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(33, 2)
    before = cursor(window), grid.verticalScrollBar().value()
    assert before[1] > 0
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    qtbot.keyClicks(window.page.find_box, "lxt")
    qtbot.keyClick(window.page.find_box, Qt.Key.Key_Escape)
    assert (cursor(window), grid.verticalScrollBar().value()) == before


def test_row_height_keeps_the_cursor_in_sight(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(50, 0)
    for _height in range(3):
        qtbot.keyClick(window, Qt.Key.Key_D, CTRL | SHIFT)
        assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()).center())


def test_the_next_record_takes_the_place_of_a_deleted_one(window: MainWindow) -> None:
    grid = window.page.grid
    grid.go(20, 0)
    window.page.open_panel()
    following = names(window)[21]
    gone = window.store.reader().by_number("customer", grid.current_n())
    assert gone is not None
    with window.store.step(N_("Delete")) as step:
        step.delete("customer", gone.id)
    assert grid.currentIndex().row() == 20
    assert cursor(window)[0] == following
    assert window.page.panel is not None
    assert window.page.panel.record is not None
    assert window.page.panel.record["name"] == following
    window.steps.undo()
    assert cursor(window)[0] == gone["name"]


# ---- large lists, and what is kept


def test_a_long_list_shows_its_first_rows_before_all(
    make_window: MakeWindow, store: Store, qtbot: QtBot
) -> None:
    samples.fill_many(store, EARLY_FROM + 1)
    window = make_window(store, workers=Jobs())
    page = window.page
    qtbot.waitUntil(lambda: page.model.complete)
    seen: list[int] = []
    page.model.moved.connect(lambda: seen.append(len(page.model.numbers)))
    page.grid.go(0, 0)
    page.grid.sort_by(column_of(window, "balance"), down=True)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == EARLY_FROM + 1 and not page.model.waiting)
    assert seen in ([50, EARLY_FROM + 1], [EARLY_FROM + 1])  # whichever job is faster
    assert page.grid.currentIndex().row() == 0
    assert page.model.index(0, column_of(window, "balance")).data() == f"{EARLY_FROM:,}.00"


def test_the_panel_keeps_its_width_over_a_restart(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store)
    window.page.open_panel()
    handle = window.page.splitter.handle(1)
    before = window.page.side.width_now()
    qtbot.mousePress(handle, LEFT, pos=QPoint(1, 50))
    qtbot.mouseMove(handle, QPoint(-79, 50))
    qtbot.mouseRelease(handle, LEFT, pos=QPoint(-79, 50))
    wide = window.page.side.width_now()
    assert wide > before + 40
    window.close()
    again = make_window(full_store)
    again.after_first_paint()
    assert again.page.panel_open
    assert abs(again.page.side.width_now() - wide) <= 2


def test_an_empty_list_has_no_panel_to_open(make_window: MakeWindow, store: Store) -> None:
    window = make_window(store)
    assert not window.page.panel_button.isEnabled()
    with store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "One"})
    assert window.page.panel_button.isEnabled()


def test_the_program_has_a_sign(window: MainWindow) -> None:
    sign = look.program_icon()
    assert {size.width() for size in sign.availableSizes()} >= {16, 32, 48, 256}
    middle = sign.pixmap(64, 64).toImage().pixelColor(8, 32)
    assert middle.name().upper() == "#0B726C"


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the system's own dialog is used there")
def test_nothing_is_said_in_english_by_the_chinese_file_dialog(
    window: MainWindow, speak: Callable[[str], None]
) -> None:
    from PySide6.QtWidgets import QFileDialog, QLabel

    from freecrm.ui import file_dialog

    speak("zh_CN")
    dialog = file_dialog.make(window, "", "")
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert dialog.labelText(QFileDialog.DialogLabel.LookIn) in texts
    assert not [text for text in texts if "Look in" in text or "Files of type" in text]
    dialog.deleteLater()
