"""The palette: one box for records, commands and settings; by keys, as it is used."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import Jobs
from freecrm.store import recent
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.palette import Palette
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.settings_page import SettingsPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def palette(window: MainWindow, qtbot: QtBot) -> Palette:
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    assert window.lookup.box.hasFocus()
    return window.lookup


def titles(palette: Palette, kind: str = "") -> list[str]:
    return [row.title for row in palette.hits.rows.rows if row.kind != "head" and kind in ("", row.kind)]


def chosen(palette: Palette) -> str:
    return palette.hits.row.title if palette.hits.row is not None else ""


# ---- finding


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("lxt", {"鹿溪堂茶业", "蓝星糖果", "林晓棠"}),
        ("luxi", {"鹿溪堂茶业"}),
        ("鹿xt", {"鹿溪堂茶业"}),
        ("KH-2026-0001", {"云杉谷酒店"}),
        ("office0@example.com", {"云杉谷酒店"}),
    ],
)
def test_finds_by_every_way_to_type(palette: Palette, qtbot: QtBot, typed: str, wanted: set[str]) -> None:
    palette.box.setText(typed)
    assert wanted <= set(titles(palette, "record"))


def test_finds_by_the_end_of_a_phone(palette: Palette, window: MainWindow) -> None:
    record = window.store.reader().by_number("customer", window.page.model.numbers[3])
    assert record is not None
    palette.box.setText(str(record["main_phone"])[-4:])
    assert record["main_contact"] in titles(palette, "record")  # whose phone it is


def test_each_keystroke_answers_and_the_first_hit_is_chosen(palette: Palette, qtbot: QtBot) -> None:
    for typed in ("l", "lx", "lxt"):
        qtbot.keyClicks(palette.box, typed[-1])
        assert chosen(palette) == titles(palette)[0]
    first = chosen(palette)
    qtbot.keyClick(palette.box, Qt.Key.Key_Down)
    assert chosen(palette) == titles(palette)[1] != first
    qtbot.keyClick(palette.box, Qt.Key.Key_End)
    assert chosen(palette) == "Search everything for “lxt”"
    qtbot.keyClick(palette.box, Qt.Key.Key_Home)
    assert chosen(palette) == first


def test_enter_opens_the_record_and_remembers_it(palette: Palette, window: MainWindow, qtbot: QtBot) -> None:
    palette.box.setText("鹿溪堂")
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert not palette.isVisible()
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.name == "鹿溪堂茶业"
    assert page.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    assert titles(palette, "record") == ["鹿溪堂茶业"]
    assert len(titles(palette, "command")) == 4


def test_a_contact_opens_on_a_page_of_its_own(palette: Palette, window: MainWindow, qtbot: QtBot) -> None:
    palette.box.setText("@林晓棠")
    assert titles(palette, "record")
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.entity.entity == "contact"


def test_ctrl_enter_shows_all_hits_in_the_list(palette: Palette, window: MainWindow, qtbot: QtBot) -> None:
    palette.box.setText("北麓")
    qtbot.keyClick(palette.box, Qt.Key.Key_Return, CTRL)
    assert not palette.isVisible()
    assert window.page.find_box.text() == "北麓"


def test_chips_narrow_to_one_kind(palette: Palette, qtbot: QtBot) -> None:
    palette.box.setText("lxt")
    everything = titles(palette, "record")
    qtbot.keyClick(palette.box, Qt.Key.Key_2, ALT)
    assert 0 < len(titles(palette, "record")) < len(everything)
    qtbot.keyClick(palette.box, Qt.Key.Key_1, ALT)
    assert titles(palette, "record") == everything


# ---- commands, settings, signs


def test_commands_are_found_in_both_languages_and_by_initials(palette: Palette, qtbot: QtBot) -> None:
    for typed in (">sidebar", ">侧边栏", ">cbl", ">theme"):
        palette.box.setText(typed)
        assert titles(palette, "command"), typed
        assert titles(palette, "record") == []


def test_a_command_is_done_by_enter(palette: Palette, window: MainWindow, qtbot: QtBot) -> None:
    palette.box.setText(">theme: dark")
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert look.theme() == "dark"
    assert not palette.isVisible()


def test_a_setting_is_found_by_its_words(palette: Palette, window: MainWindow, qtbot: QtBot) -> None:
    palette.box.setText("currency")
    assert "Currency" in titles(palette, "setting")
    while chosen(palette) != "Currency":
        qtbot.keyClick(palette.box, Qt.Key.Key_Down)
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert isinstance(window.navigator.page, SettingsPage)


def test_question_mark_explains(palette: Palette, qtbot: QtBot) -> None:
    palette.box.setText("?")
    assert titles(palette, "sign")


# ---- actions


def test_tab_lists_what_can_be_done(palette: Palette, window: MainWindow, qtbot: QtBot) -> None:
    palette.box.setText("云杉谷")
    qtbot.keyClick(palette.box, Qt.Key.Key_Tab)
    assert "Open" in titles(palette, "action")
    copy = next(title for title in titles(palette, "action") if title.startswith("Copy phone"))
    while chosen(palette) != copy:
        qtbot.keyClick(palette.box, Qt.Key.Key_Down)
    qtbot.keyClick(palette.box, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == copy.removeprefix("Copy phone ")
    assert window.status.hint.text().startswith("Copied: ")


def test_escape_goes_back_a_step_at_a_time_to_the_very_cell(
    palette: Palette, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(palette.box, Qt.Key.Key_Escape)
    window.page.grid.go(17, 3)
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    palette.box.setText("lxt")
    found = titles(palette)
    qtbot.keyClick(palette.box, Qt.Key.Key_Tab)
    qtbot.keyClick(palette.box, Qt.Key.Key_Escape)
    assert titles(palette) == found
    qtbot.keyClick(palette.box, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert QApplication.focusWidget() is window.page.grid
    index = window.page.grid.currentIndex()
    assert (index.row(), index.column()) == (17, 3)


# ---- input methods, languages, threads


def test_an_input_method_is_left_alone_until_it_commits(palette: Palette, qtbot: QtBot) -> None:
    before = titles(palette)
    composing = QInputMethodEvent("lu'xi", [])
    QApplication.sendEvent(palette.box, composing)
    assert titles(palette) == before
    row = palette.hits.row
    qtbot.keyClick(palette.box, Qt.Key.Key_Down)
    assert palette.hits.row is row
    done = QInputMethodEvent("", [])
    done.setCommitString("鹿溪")
    QApplication.sendEvent(palette.box, done)
    assert "鹿溪堂茶业" in titles(palette, "record")


def test_speaks_both_languages(palette: Palette, window: MainWindow) -> None:
    palette.box.setText("lxt")
    window.dress.set_language("zh_CN")
    assert titles(palette)[-1] == "在所有内容里搜索「lxt」"
    assert palette.hint.text() == "拼音首字母"


def test_nothing_found_says_so(palette: Palette) -> None:
    palette.box.setText("qqxzqqxz")
    assert "Nothing is found for “qqxzqqxz”" in [row.title for row in palette.hits.rows.rows]


def test_with_real_threads(make_window: MakeWindow, full_store: Store, qtbot: QtBot) -> None:
    window = make_window(full_store, workers=Jobs())
    qtbot.waitUntil(lambda: window.page.model.complete)
    window.commands.run("view.palette")
    qtbot.keyClicks(window.lookup.box, "lxt")
    qtbot.keyClick(window.lookup.box, Qt.Key.Key_Return)  # on what is typed, not on what stood there before
    qtbot.waitUntil(lambda: not window.lookup.isVisible())
    qtbot.waitUntil(lambda: bool(recent.recent(full_store)))
    entity, id = recent.recent(full_store)[0]
    record = full_store.reader().record(entity, id)
    assert record is not None
    assert record["name"] in ("鹿溪堂茶业", "蓝星糖果", "林晓棠")
