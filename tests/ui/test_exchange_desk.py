"""Lists out of the window and back: exported, edited, compared, taken over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import Jobs
from freecrm.core.words import N_
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.bring_back_page import BringBackPage
from freecrm.ui.window import MainWindow
from freecrm.ui.wizard import ImportPage

MakeWindow = Callable[..., MainWindow]
LEFT = Qt.MouseButton.LeftButton


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, LEFT, none))


def exported(window: MainWindow, path: Path) -> Path:
    with talk.recording(path):
        window.commands.run("file.export")
    return path


def edit(path: Path, row: int, head: str, text: str) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(row, heads.index(head) + 1, text)
    book.save(path)


def page_of(window: MainWindow) -> BringBackPage:
    page = window.navigator.page
    assert isinstance(page, BringBackPage)
    return page


def test_the_list_goes_out_as_it_is_found(window: MainWindow, tmp_path: Path) -> None:
    window.page.find_box.setText("lxt")
    shown = window.page.model.rowCount()
    path = exported(window, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert sheet.max_row == 1 + shown
    assert window.toasts.shown[-1].text.text() == f"{shown} rows are in out.xlsx."
    assert window.toasts.shown[-1].button.text() == "Open folder"


def test_a_dropped_export_is_compared_and_taken_over(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = exported(window, tmp_path / "out.xlsx")
    first = str(window.page.model.index(0, window.page.model.title_column).data())
    edit(path, 2, "Remark", "wants tea")
    drop(window, path)
    page = page_of(window)
    assert "1 cells differ and 0 rows are new; 59 rows" in page.text.text()
    model = page.model
    assert model is not None
    texts = [model.index(0, column).data() for column in range(1, 6)]
    assert (texts[0], texts[1], texts[4]) == (first, "Remark", "wants tea")
    qtbot.mouseClick(page.none_button, LEFT)
    assert not page.take_button.isEnabled()
    qtbot.mouseClick(page.all_button, LEFT)
    assert page.take_button.text() == "Take over 1 changes"
    qtbot.mouseClick(page.take_button, LEFT)
    record = window.store.reader().by_number("customer", window.page.model.numbers[0])
    assert record is not None
    assert record["remark"] == "wants tea"
    assert window.navigator.page is window.page  # back in the list
    window.steps.undo()
    again = window.store.reader().by_number("customer", record.n)
    assert again is not None
    assert again["remark"] != "wants tea"


def test_what_was_changed_in_both_places_is_asked(window: MainWindow, tmp_path: Path) -> None:
    path = exported(window, tmp_path / "out.xlsx")
    record = window.store.reader().by_number("customer", window.page.model.numbers[0])
    assert record is not None
    with window.store.step(N_("Change")) as step:
        step.update("customer", record.id, {"remark": "mine"})
    edit(path, 2, "Remark", "theirs")
    window.exchange.take(path)
    page = page_of(window)
    assert page.model is not None
    assert page.model.taken == [False]
    assert "1 cells were changed in both places" in page.text.text()
    check = page.model.index(0, 0)
    page.model.setData(check, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert page.take_button.isEnabled()


def test_a_workbook_without_changes_says_so(window: MainWindow, tmp_path: Path) -> None:
    path = exported(window, tmp_path / "out.xlsx")
    with talk.recording(path):
        window.commands.run("file.bring_back")
    assert "nothing to take over" in page_of(window).text.text()
    window.dress.set_language("zh_CN")
    assert page_of(window).take_button.text().startswith("采纳")


def test_a_foreign_workbook_is_refused_with_its_sentence(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "foreign.xlsx"
    book = openpyxl.Workbook()
    book.save(path)
    with talk.recording(path) as heard:
        window.commands.run("file.bring_back")
    assert [message.kind for message in heard.messages] == ["danger"]


def test_a_template_has_a_column_for_each_field(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    with talk.recording(path) as heard:
        window.commands.run("file.template")
    assert heard.asked == ["Empty workbook to fill in"]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert "Customer name" in [cell.value for cell in sheet[1]]


def test_a_template_filled_in_is_imported_whatever_lists_it_has(
    window: MainWindow, store: Store, tmp_path: Path
) -> None:
    """More people than a drop-down's formula holds stand on a hidden sheet: that makes it no exported workbook."""
    with store.step(N_("{field} changed"), field="x") as step:
        for n in range(60):
            step.insert("user", {"name": f"Colleague no. {n}"})
    path = tmp_path / "template.xlsx"
    with talk.recording(path):
        window.commands.run("file.template")
    edit(path, 2, "Customer name", "Blue Heron")
    edit(path, 2, "Phone", "0571-8800 1234")
    drop(window, path)
    page = window.navigator.page
    assert isinstance(page, ImportPage)
    assert [column.head for column in page.draft.columns if column.target == "customer.name"] == [
        "Customer name"
    ]
    assert page.draft.seen is not None
    assert [sheet.name for sheet in page.draft.seen.sheets] == ["Customers"]
    assert not page.draft.seen.notes


def test_with_real_threads(make_window: MakeWindow, full_store: Store, tmp_path: Path, qtbot: QtBot) -> None:
    window = make_window(full_store, workers=Jobs())
    qtbot.waitUntil(lambda: window.page.model.complete)
    path = exported(window, tmp_path / "out.csv")
    qtbot.waitUntil(lambda: bool(window.toasts.shown))
    assert len(path.read_text("utf-8-sig").splitlines()) == 61
