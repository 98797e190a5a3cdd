"""A new user's first day, by real clicks and keys: from the first start to the first edited customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.store.database import Store
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.welcome_page import WelcomePage
from freecrm.ui.window import MainWindow
from freecrm.ui.wizard import ImportPage
from tests.files import new_store

MakeWindow = Callable[..., MainWindow]
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "new.freecrm")
    yield made
    made.close()


@pytest.fixture
def excel(tmp_path: Path) -> Path:
    """A list as people keep it: a title over the head, two ways to write a phone, a word for the grade."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["客户资料 2026"],
        [],
        ["序号", "客户名称", "联系人", "手机", "级别", "最后联系", "TDS"],
        [1, "云杉谷酒店", "沈嘉言", "138 0000 1203", "重点", "2026.3.5", 186],
        [2, "鹿溪堂茶业", "鲁知夏", 13800004471, "普通", "去年底", 142],
        [3, "小满烘焙", "叶小满", "13800005527", "重点", "2026-03-14", None],
        [4, "听松书院", "宋一禾", "138-0000-8852", "其他", "", 97],
    ):
        sheet.append(row)
    path = tmp_path / "客户资料2026.xlsx"
    book.save(path)
    return path


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(400, 400), Qt.DropAction.CopyAction, data, LEFT, none))


@pytest.mark.parametrize("language", list(words.LANGUAGES))
def test_from_the_first_start_to_the_first_edited_customer(
    make_window: MakeWindow, fresh: Store, excel: Path, qtbot: QtBot, language: str
) -> None:
    window = make_window(fresh)
    window.dress.set_language(language)
    assert isinstance(window.navigator.page, WelcomePage)
    drop(window, excel)

    page = window.navigator.page
    assert isinstance(page, ImportPage)
    clicks = 0
    while page.draft.touched is None:
        qtbot.waitUntil(
            lambda: page.next_button.isEnabled() or page.draft.touched is not None, timeout=20_000
        )
        if page.draft.touched is None:
            qtbot.mouseClick(page.next_button, LEFT)
            clicks += 1
    assert clicks <= 4
    qtbot.mouseClick(page.next_button, LEFT)  # done: the list
    assert clicks + 1 <= 5
    assert window.navigator.page is window.page  # the list, not the first page again
    assert window.sidebar.buttons[window.home()].isChecked()
    assert window.page.model.rowCount() == 4

    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(window.lookup.box, "lxt")
    qtbot.keyClick(window.lookup.box, Qt.Key.Key_Return)
    shown = window.navigator.page
    assert isinstance(shown, RecordPage)
    panel = shown.fields
    assert panel.record is not None
    assert panel.record["name"] == "鹿溪堂茶业"
    assert panel.record["grade"] == "B"
    assert "去年底" in (panel.record["remark"] or "")
    assert any(f.custom for f in fresh.schema.fields("customer").values())

    panel.edit("website")
    box = QApplication.focusWidget()
    assert isinstance(box, QLineEdit)
    qtbot.keyClicks(box, "luxitang.example")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    stored = fresh.reader().by_number("customer", panel.n)
    assert stored is not None
    assert stored["website"] == "luxitang.example"

    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.page.model.rowCount() == 0
    window.close()


def test_giving_up_the_first_import_leads_back_to_the_first_page(
    make_window: MakeWindow, fresh: Store, excel: Path, qtbot: QtBot
) -> None:
    window = make_window(fresh)
    drop(window, excel)
    page = window.navigator.page
    assert isinstance(page, ImportPage)
    qtbot.mouseClick(page.cancel_button, LEFT)
    assert isinstance(window.navigator.page, WelcomePage)


class Shows(QObject):
    """Which windows come up beside the main one."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


def test_sample_data_comes_without_a_window_of_its_own(
    make_window: MakeWindow, fresh: Store, qapp: QApplication, qtbot: QtBot
) -> None:
    window = make_window(fresh)
    page = window.navigator.page
    assert isinstance(page, WelcomePage)
    shows = Shows()
    qapp.installEventFilter(shows)
    qtbot.mouseClick(page.cards[1], LEFT)
    window.visit(Place("settings"))
    window.navigator.back()
    qapp.removeEventFilter(shows)
    assert shows.seen == []
    assert window.isActiveWindow()
    assert window.navigator.page is window.page
    assert window.page.strip is not None
    assert window.page.strip.isVisible()


def test_the_imported_rows_are_shown_alone_and_the_backup_is_told(
    make_window: MakeWindow, full_store: Store, excel: Path, qtbot: QtBot
) -> None:
    window = make_window(full_store)
    drop(window, excel)
    page = window.navigator.page
    assert isinstance(page, ImportPage)
    assert page.promise.text().startswith("A backup is made")
    while page.draft.touched is None:
        qtbot.waitUntil(
            lambda: page.next_button.isEnabled() or page.draft.touched is not None, timeout=20_000
        )
        if page.draft.touched is None:
            qtbot.mouseClick(page.next_button, LEFT)
    assert window.status.backup.text().startswith("Backed up ")
    page.step(page.at).show_button.click()  # type: ignore[attr-defined]
    assert window.navigator.page is window.page
    assert window.page.find_box.text() == page.draft.options.tag
    made = page.draft.result
    assert made is not None
    assert window.page.model.rowCount() == made.actions["new"] <= 4


def test_an_empty_file_is_promised_no_backup(make_window: MakeWindow, fresh: Store, excel: Path) -> None:
    window = make_window(fresh)
    drop(window, excel)
    page = window.navigator.page
    assert isinstance(page, ImportPage)
    assert page.promise.text() == "The import can be undone as a whole for 90 days."
