"""A new user's first day, by real clicks and keys: from the first start to the first edited customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.modules import model
from freecrm.store.database import Store, open_store
from freecrm.ui.welcome_page import WelcomePage
from freecrm.ui.window import MainWindow
from freecrm.ui.wizard import ImportPage

MakeWindow = Callable[..., MainWindow]
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Store]:
    made = open_store(tmp_path / "new.freecrm", model())
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
    assert window.page.model.rowCount() == 4

    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    qtbot.keyClicks(window.lookup.box, "lxt")
    qtbot.keyClick(window.lookup.box, Qt.Key.Key_Return)
    panel = window.page.panel
    assert panel is not None
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
