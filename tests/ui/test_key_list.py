"""The keys on one sheet: looked up, changed, a clash named, kept over a restart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.store.database import Store
from freecrm.ui.key_list import FIXED, KeyList
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def opened(window: MainWindow, qtbot: QtBot) -> KeyList:
    qtbot.keyClick(window, Qt.Key.Key_Slash, CTRL)
    found = window.findChildren(KeyList)
    assert found
    return found[-1]


@pytest.fixture
def keys(window: MainWindow, qtbot: QtBot) -> KeyList:
    return opened(window, qtbot)


def item(keys: KeyList, text: str) -> QTreeWidgetItem:
    return keys.list.findItems(text, Qt.MatchFlag.MatchExactly)[0]


def test_every_command_and_every_fixed_key_is_listed(keys: KeyList, window: MainWindow) -> None:
    """AC-X-7."""
    texts = {keys.list.topLevelItem(row).text(0) for row in range(keys.list.topLevelItemCount())}  # type: ignore[union-attr]
    changing = {"edit.undo", "edit.redo"}  # called after what was done last
    assert {c.title for c in window.commands.all() if c.when() and c.id not in changing} | {
        "Undo",
        "Redo",
    } <= texts
    assert len(FIXED) < len(texts)
    assert item(keys, "Find in this list").text(1) == "Ctrl+F"


def test_the_filter_finds_in_both_languages(keys: KeyList, qtbot: QtBot) -> None:
    for typed in ("sidebar", "侧边栏"):
        keys.filter.setText(typed)
        assert item(keys, "Sidebar").text(1) == "Ctrl+B"
        assert not keys.list.findItems("Quit", Qt.MatchFlag.MatchExactly)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("ctrl+b", "Sidebar"),
        ("Ctrl + B", "Sidebar"),
        ("f2", "Edit a value in the details"),
        ("粘贴", "Cut or paste text"),
    ],
)
def test_the_filter_finds_by_key_and_among_the_fixed(keys: KeyList, typed: str, wanted: str) -> None:
    keys.filter.setText(typed)
    assert item(keys, wanted)
    assert not keys.list.findItems("Quit", Qt.MatchFlag.MatchExactly)


def test_fixed_keys_are_read_only_and_not_given_away(keys: KeyList, qtbot: QtBot) -> None:
    keys.list.setCurrentItem(item(keys, "Cut or paste text"))
    assert not keys.box.isEnabled()
    assert not keys.reset_button.isEnabled()
    keys.list.setCurrentItem(item(keys, "Sidebar"))
    for key, held, owner in (
        (Qt.Key.Key_X, CTRL, "Cut or paste text"),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, "Sort by this column, up or down"),
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, "Edit a value in the details"),
        (Qt.Key.Key_Return, CTRL, "Save a form"),
        (Qt.Key.Key_Space, CTRL, "Input methods, QQ and WeChat"),
    ):
        qtbot.keyClick(keys.box, key, held)
        assert f"is already “{owner}” and stays so" in keys.problem.text()
        assert keys.own == {}


def test_no_command_has_a_key_that_is_taken(window: MainWindow) -> None:
    taken = {QKeySequence(key).toString() for _text, shown in FIXED for key in shown.split()} - {""}
    for command in window.commands.all():
        for key in (command.key, *command.more_keys):
            assert QKeySequence(key).toString() not in taken, command.id
    assert window.commands.clashes() == {}


def test_enter_goes_from_the_filter_to_the_new_key(keys: KeyList, qtbot: QtBot) -> None:
    qtbot.keyClicks(keys.filter, "sidebar")
    qtbot.keyClick(keys.filter, Qt.Key.Key_Return)
    assert keys.list.hasFocus()
    assert keys.list.currentItem() is item(keys, "Sidebar")
    qtbot.keyClick(keys.list, Qt.Key.Key_Return)
    assert keys.box.hasFocus()
    qtbot.keyClick(keys.box, Qt.Key.Key_F11)
    assert keys.own == {"view.sidebar": "F11"}
    assert keys.isVisible()


def test_all_keys_come_back(keys: KeyList, qtbot: QtBot) -> None:
    heard: list[dict[str, str]] = []
    keys.keys_changed.connect(heard.append)
    for text, key in (("Sidebar", Qt.Key.Key_F11), ("Quit", Qt.Key.Key_F12)):
        keys.list.setCurrentItem(item(keys, text))
        qtbot.keyClick(keys.box, key)
    assert keys.own == {"view.sidebar": "F11", "file.quit": "F12"}
    qtbot.mouseClick(keys.reset_all_button, LEFT)
    assert item(keys, "Quit").text(1) == "Ctrl+Q"
    qtbot.mouseClick(keys.save_button, LEFT)
    assert heard == [{}]


def test_it_speaks_the_other_language(keys: KeyList, window: MainWindow) -> None:
    words.use("zh_CN")
    window.commands.reword()
    keys.reword()
    assert item(keys, "撤销").text(1) == "Ctrl+Z"
    assert keys.save_button.text() == "保存"


def test_a_new_key_works_and_stays(make_window: MakeWindow, full_store: Store, qtbot: QtBot) -> None:
    window = make_window(full_store)
    keys = opened(window, qtbot)
    keys.list.setCurrentItem(item(keys, "Sidebar"))
    qtbot.keyClick(keys.box, Qt.Key.Key_U, CTRL | SHIFT)
    assert item(keys, "Sidebar").text(1) == "Ctrl+Shift+U"
    qtbot.mouseClick(keys.save_button, LEFT)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_U, CTRL | SHIFT)
    assert window.sidebar.folded
    assert "Ctrl+Shift+U" in window.top.sidebar_button.toolTip()
    window.close()
    again = make_window(full_store)
    assert again.commands.keys("view.sidebar") == ["Ctrl+Shift+U"]


def test_a_key_that_is_taken_is_named(keys: KeyList, qtbot: QtBot) -> None:
    keys.list.setCurrentItem(item(keys, "Sidebar"))
    qtbot.keyClick(keys.box, Qt.Key.Key_F, CTRL)
    assert "Ctrl+F is already “Find in this list”" in keys.problem.text()
    assert keys.own == {}
    qtbot.keyClick(keys.box, Qt.Key.Key_A)  # a letter alone would be lost to an input method
    assert keys.own == {}
    qtbot.keyClick(keys.box, Qt.Key.Key_Delete)
    assert keys.own == {"view.sidebar": ""}
    qtbot.mouseClick(keys.reset_button, LEFT)
    assert keys.own == {}


def test_giving_up_keeps_nothing(keys: KeyList, window: MainWindow, qtbot: QtBot) -> None:
    keys.list.setCurrentItem(item(keys, "Sidebar"))
    qtbot.keyClick(keys.box, Qt.Key.Key_F12)
    qtbot.keyClick(keys, Qt.Key.Key_Escape)
    assert not keys.isVisible()
    assert window.commands.keys("view.sidebar") == ["Ctrl+B"]
