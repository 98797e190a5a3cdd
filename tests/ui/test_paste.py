"""Copy and paste as between two workbooks: what Excel is given, what comes back, and the preview before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from freecrm.core.words import N_
from freecrm.exchange import cellpaste, htmltable
from freecrm.store import history, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.editors.base import LineEditor
from freecrm.ui.paste_dialog import ManyRows, PasteDialog
from freecrm.ui.window import MainWindow
from freecrm.ui.wizard import ImportPage
from tests.ui.arranging import with_city, with_opening

MakeWindow = Callable[..., MainWindow]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def window(make_window: MakeWindow, full_store: Store) -> MainWindow:
    """With a column of amounts that are typed."""
    made = make_window(full_store)
    with_opening(made)
    return made


@pytest.fixture(autouse=True)
def heard(make_window: MakeWindow) -> Iterator[talk.Heard]:
    with talk.recording(unsaved="discard") as found:
        yield found


def column_of(window: MainWindow, field: str) -> int:
    return [f.name for f in window.page.model.fields].index(field)


def text(window: MainWindow, row: int, field: str) -> str:
    return str(window.page.model.index(row, column_of(window, field)).data() or "")


def texts(window: MainWindow) -> list[list[str]]:
    model = window.page.model
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def copy_in_excel(rows: list[list[str]], html: str = "") -> None:
    data = QMimeData()
    data.setText("".join("\t".join(row) + "\r\n" for row in rows))
    if html:
        data.setHtml(html)
    QGuiApplication.clipboard().setMimeData(data)


def paste(window: MainWindow, qtbot: QtBot, row: int, field: str) -> PasteDialog:
    grid = window.page.grid
    grid.go(row, column_of(window, field))
    grid.setFocus()
    qtbot.keyClick(window, Key.Key_V, CTRL)
    found = window.page.cells.pasting.dialog
    assert isinstance(found, PasteDialog)
    return found


def steps(window: MainWindow) -> list[str]:
    return [str(step) for step in history.steps(window.store)]


# ---- out


def test_what_is_text_stays_text_in_excel(window: MainWindow, qtbot: QtBot) -> None:
    with window.store.step(N_("New customer")) as step:
        step.insert(
            "customer",
            {"name": "913301062547863219", "phones": [{"number": "+8657188880000", "kind": "landline"}]},
        )
    window.page.find_box.setText("913301062547863219")
    grid = window.page.grid
    grid.go(0, 0)
    qtbot.keyClick(grid, Key.Key_End, SHIFT)
    qtbot.keyClick(grid, Key.Key_C, CTRL)
    data = QGuiApplication.clipboard().mimeData()
    cells = [part.split("</td>")[0] for part in data.html().split("<td")[1:]]
    assert next(c for c in cells if "913301062547863219" in c).startswith(
        " style=\"mso-number-format:'\\@'\""
    )
    assert next(c for c in cells if "0571" in c).startswith(" style=")
    assert data.text().split("\t")[0] == "913301062547863219"
    rows = htmltable.tables(data.html().encode())[0]
    assert rows == [data.text().split("\t")]


# ---- in


def test_three_columns_of_twenty_rows_on_the_phone_column(window: MainWindow, qtbot: QtBot) -> None:
    with_city(window)
    before = texts(window)
    rows = [[f"138 0000 {7000 + at}", "苏州" if at % 2 else "", "林晓棠"] for at in range(20)]
    rows[3][0], rows[7][2], rows[9][0] = "call me", "Nobody Here", "=A1*2"
    copy_in_excel(rows)
    asked = paste(window, qtbot, 0, "main_phone")
    plan = asked.plan
    names = ["main_phone", "city", "owner_user"]
    expected = sum(
        bool(cell) and cell != text(window, at, name)
        for at, row in enumerate(rows)
        for name, cell in zip(names, row, strict=True)
        if name != "main_phone" and cell != "Nobody Here"
    )
    assert (plan.changed, plan.bad, plan.made) == (expected + 18, 3, 0)
    assert asked.head.text() == f"Changes {plan.changed} cells, 3 cells not understood"
    bad = asked.model.index(3, 0)
    assert asked.model.data(bad) == "⚠ call me"
    assert asked.table.currentIndex().row() == 3
    assert asked.why.text()
    asked.table.setCurrentIndex(asked.model.index(9, 0))
    assert asked.why.text() == "“=A1*2” is a formula. Copy its value in Excel and paste that."
    assert asked.model.data(asked.model.index(0, 0)) == f"{text(window, 0, 'main_phone')} → 138-0000-7000"
    assert texts(window) == before
    count = len(steps(window))
    qtbot.mouseClick(asked.paste_button, LEFT)
    assert len(steps(window)) == count + 1
    assert steps(window)[0] == f"Pasted {plan.changed} cells"
    assert text(window, 0, "main_phone") == "138-0000-7000"
    assert text(window, 3, "main_phone") == before[3][column_of(window, "main_phone")]
    assert text(window, 1, "city") == "苏州"
    assert text(window, 0, "owner_user") == "林晓棠"
    qtbot.keyClick(window, Key.Key_Z, CTRL)
    assert texts(window) == before


def test_codes_of_others_were_understood(window: MainWindow, qtbot: QtBot, heard: talk.Heard) -> None:
    with window.store.step(N_("Before")) as step:
        step.insert("customer", {"name": "石桥物流", "code": "KH-77"})
    window.page.arranger.set_columns(["name", "code", "main_phone"])
    for rows, head, after in (
        (
            [["kh-77", "138 0000 7001"]],
            "Changes 1 cell, 1 cell stays as it was: the code belongs to another",
            "1 cell stays as it was: the code belongs to another.",
        ),
        (
            [["kh-77", "138 0000 7002"], ["KH-78", ""], ["ｋｈ-78", ""]],
            "Changes 2 cells, 2 cells stay as they were: the code belongs to another",
            "2 cells stay as they were: the code belongs to another.",
        ),
        (
            [["kh-77", "call me"], ["KH-79", ""]],
            "Changes 1 cell, 1 cell not understood, 1 cell stays as it was: the code belongs to another",
            "2 cells stay as they were: not understood: 1; with a code that belongs to another: 1.",
        ),
    ):
        copy_in_excel(rows)
        asked = paste(window, qtbot, 2, "code")
        assert asked.head.text() == head
        qtbot.mouseClick(asked.paste_button, LEFT)
        qtbot.waitUntil(lambda after=after: after in [str(m.what) for m in heard.messages])  # type: ignore[misc]


def test_words_become_dates_people_and_entries(window: MainWindow, qtbot: QtBot) -> None:
    copy_in_excel([["重点"], ["vip"], ["C"]])
    asked = paste(window, qtbot, 4, "grade")
    assert [line.cells[0].new for line in asked.plan.lines] == ["A", "A", "C"]
    asked.reject()
    copy_in_excel([["思远", "2026年3月25日", "", "1.2万"]])
    asked = paste(window, qtbot, 4, "owner_user")
    cells = asked.plan.lines[0].cells
    assert [cell.new for cell in cells] == ["陈思远", "2026-03-25", "", "12,000.00"]


def test_rows_beyond_the_end_become_new_records(window: MainWindow, qtbot: QtBot) -> None:
    last = len(window.page.model.numbers) - 1
    copy_in_excel([["Last one", "A"], ["New one", "B"], ["New two", "Z"]])
    asked = paste(window, qtbot, last, "name")
    assert asked.head.text() == "Changes 2 cells, 2 new customers, 1 cell not understood"
    assert asked.model.headerData(1, Qt.Orientation.Vertical) == "New: New one"
    qtbot.keyClick(asked.paste_button, Key.Key_Return)
    assert window.page.model.total == last + 3
    assert steps(window)[0] == "Pasted 2 cells, 2 new customers"
    undo.undo(window.store)
    assert window.page.model.total == last + 1


def test_new_rows_need_a_name(window: MainWindow, qtbot: QtBot) -> None:
    last = len(window.page.model.numbers) - 1
    copy_in_excel([["A"], ["B"]])
    asked = paste(window, qtbot, last, "grade")
    assert asked.plan.made == 0
    assert "can't become new records" in asked.notes.text()
    assert asked.model.headerData(1, Qt.Orientation.Vertical) == "Left out"


def test_blank_cells_change_nothing_unless_asked(window: MainWindow, qtbot: QtBot) -> None:
    row = next(at for at in range(60) if text(window, at, "opening_balance"))
    window.page.arranger.set_columns(["name", "last_contact", "opening_balance"])
    copy_in_excel([["2026-01-02", ""]])
    asked = paste(window, qtbot, row, "last_contact")
    assert asked.plan.changed == 1
    qtbot.mouseClick(
        asked.blanks, LEFT, pos=asked.blanks.rect().center() - asked.blanks.rect().center() / 1.2
    )
    assert asked.blanks.isChecked()
    assert asked.plan.changed == 2
    qtbot.mouseClick(asked.paste_button, LEFT)
    assert text(window, row, "opening_balance") == ""


def test_one_cell_fills_a_block(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(2, column_of(window, "grade"))
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    copy_in_excel([["C"]])
    qtbot.keyClick(window, Key.Key_V, CTRL)
    asked = window.page.cells.pasting.dialog
    assert isinstance(asked, PasteDialog)
    qtbot.mouseClick(asked.paste_button, LEFT)
    assert [text(window, row, "grade") for row in (2, 3, 4)] == ["C"] * 3


def test_columns_without_a_place_are_named(window: MainWindow, qtbot: QtBot) -> None:
    copy_in_excel([["5", "x", "y"]])
    asked = paste(window, qtbot, 0, "opening_balance")
    assert asked.notes.text() == "2 columns have no place to the right of the list and are left out."
    assert asked.plan.changed == 1


def test_merged_cells_are_told(window: MainWindow, qtbot: QtBot) -> None:
    html = '<table><tr><td rowspan="2">A</td></tr><tr></tr></table>'
    copy_in_excel([["A", ""], ["", ""]], html)
    asked = paste(window, qtbot, 0, "grade")
    assert "merged" in asked.notes.text()


def test_what_follows_from_others_is_marked(window: MainWindow, qtbot: QtBot) -> None:
    copy_in_excel([["Somebody"]])
    asked = paste(window, qtbot, 0, "main_contact")
    assert asked.plan.bad == 1
    assert asked.why.text() == "“Main contact” follows from other values and can't be pasted."
    assert not asked.paste_button.isEnabled()
    qtbot.keyClick(asked, Key.Key_Escape)
    assert window.page.cells.pasting.dialog is None


def test_cells_of_several_lines_stay_one_cell() -> None:
    found = cellpaste.copied('"a\nb"\tc\r\n5" pipe\td\r\n')
    assert found.rows == [["a\nb", "c"], ['5" pipe', "d"]]
    assert cellpaste.copied('"said ""no"""\t\r\n"open\tx').rows == [['said "no"', ""], ['"open', "x"]]
    assert cellpaste.copied('5" pipe\tx\r\n').rows == [['5" pipe', "x"]]
    page = "<table><tr><td>a</td><td>b</td></tr></table>"
    assert cellpaste.copied("a b", page).rows == [["a", "b"]]


def test_many_rows_are_offered_to_the_import(window: MainWindow, qtbot: QtBot) -> None:
    copy_in_excel([["公司", "等级"], *([f"Firm {at}", "A"] for at in range(250))])
    window.page.grid.go(0, 0)
    qtbot.keyClick(window, Key.Key_V, CTRL)
    asked = window.page.cells.pasting.dialog
    assert isinstance(asked, ManyRows)
    assert asked.head.text() == "You copied 251 rows"
    assert asked.here_button.isVisible()
    qtbot.mouseClick(asked.import_button, LEFT)
    page = window.navigator.page
    assert isinstance(page, ImportPage)
    assert page.draft.name == "Clipboard"
    page.cancel()


def test_a_hundred_thousand_rows_are_only_imported(window: MainWindow, qtbot: QtBot) -> None:
    before = texts(window)
    data = QMimeData()
    data.setText("x\ty\r\n" * 100_000)
    QGuiApplication.clipboard().setMimeData(data)
    window.page.grid.go(0, 0)
    qtbot.keyClick(window, Key.Key_V, CTRL)
    asked = window.page.cells.pasting.dialog
    assert isinstance(asked, ManyRows)
    assert asked.here_button.isHidden()
    qtbot.keyClick(asked, Key.Key_Escape)
    assert texts(window) == before


def test_an_empty_clipboard_says_so(window: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(window, Key.Key_V, CTRL)
    assert window.status.hint.text() == "The clipboard holds no cells to paste."


def test_pasting_into_a_box_is_the_boxs(window: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("lxt")
    window.page.focus_find()
    qtbot.keyClick(window.page.find_box, Key.Key_V, CTRL)
    assert window.page.find_box.text() == "lxt"
    assert not window.page.cells.is_made("pasting")


def test_our_own_rows_come_back_as_they_were(window: MainWindow, qtbot: QtBot, full_store: Store) -> None:
    grid = window.page.grid
    grid.go(0, 1)
    for _row in range(4):
        qtbot.keyClick(grid, Key.Key_Down, SHIFT)
    qtbot.keyClick(grid, Key.Key_End, SHIFT)
    qtbot.keyClick(grid, Key.Key_C, CTRL)
    grid.go(0, 1)
    qtbot.keyClick(window, Key.Key_V, CTRL)
    asked = window.page.cells.pasting.dialog
    assert isinstance(asked, PasteDialog)
    assert (asked.plan.changed, asked.plan.bad) == (0, 0)


# ---- days


@pytest.mark.parametrize("way", ["typed", "pasted"])
@pytest.mark.parametrize(
    ("words", "day"), [("3/5", "2026-03-05"), ("11/20", "2026-11-20"), ("yesterday", "2026-11-27")]
)
def test_a_day_is_read_alike_typed_and_pasted(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot, way: str, words: str, day: str
) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC), tick=False):
        window = make_window(full_store)
        if way == "typed":
            grid = window.page.grid
            grid.go(2, column_of(window, "last_contact"))
            grid.setFocus()
            qtbot.keyClicks(grid, words[0])
            line = QApplication.focusWidget()
            assert isinstance(line, QLineEdit)
            qtbot.keyClicks(line, words[1:])
            qtbot.keyClick(line, Key.Key_Return)
        else:
            copy_in_excel([[words]])
            dialog = paste(window, qtbot, 2, "last_contact")
            qtbot.mouseClick(dialog.paste_button, LEFT)
        assert text(window, 2, "last_contact") == day


def test_a_day_still_to_come_is_told_of(make_window: MakeWindow, full_store: Store, qtbot: QtBot) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC), tick=False):
        window = make_window(full_store)
        grid = window.page.grid
        grid.go(2, column_of(window, "last_contact"))
        grid.setFocus()
        qtbot.keyClicks(grid, "2")
        line = QApplication.focusWidget()
        assert isinstance(line, QLineEdit)
        qtbot.keyClicks(line, "027-03-05")
        editor = window.page.cells.editing.editor
        assert editor is not None
        assert isinstance(editor.editor, LineEditor)
        assert editor.editor.understood.text() == "2027-03-05 Fri is still to come"
        qtbot.keyClick(line, Key.Key_Return)
        assert text(window, 2, "last_contact") == "2027-03-05"
        copy_in_excel([["下周三"]])
        dialog = paste(window, qtbot, 2, "last_contact")
        assert "still to come" in " ".join(str(note) for note in dialog.plan.notes)
        qtbot.mouseClick(dialog.paste_button, LEFT)
        assert text(window, 2, "last_contact") == "2026-12-02"


def test_only_new_rows_say_nothing_of_changed_cells(window: MainWindow, qtbot: QtBot) -> None:
    last = len(window.page.model.numbers) - 1
    name = text(window, last, "name")
    copy_in_excel([[name], ["Zebra One"], ["Zebra Two"]])
    dialog = paste(window, qtbot, last, "name")
    assert "cell" not in dialog.head.text()
    qtbot.mouseClick(dialog.paste_button, LEFT)
    assert steps(window)[0] == "Pasted 2 new customers"
