"""Pick-lists edited where they are used: real keys and clicks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.jobs import InLine
from freecrm.store import picks, undo
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.choices import ChoiceEditor
from freecrm.ui.pick_lists import PickList
from freecrm.ui.tasks import Tasks
from tests.ui.forms import ALT, CTRL, focus, records, typed

Make = Callable[..., PickList]


@pytest.fixture
def make(qtbot: QtBot, qapp: QApplication, full_store: Store) -> Iterator[Make]:
    """`make("grade")`: the dialog, shown."""
    look.apply(qapp, "light")
    cells.warm_up()
    tasks = Tasks(InLine())

    def made(name: str) -> PickList:
        dialog = PickList(None, full_store, tasks, name)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        return dialog

    yield made
    tasks.close()


def names(store: Store, name: str = "grade") -> list[str]:
    return [entry.title for entry in picks.entries_of(store, name)]


def line(dialog: PickList, at: int) -> Any:
    return dialog.lines[at]


def test_renaming_shows_in_all_rows(make: Make, qtbot: QtBot, full_store: Store) -> None:
    dialog = make("customer_status")
    before = [record["status"] for record in records(full_store)]
    line(dialog, 1).line.setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_A, CTRL)
    typed(focus(), "正在谈")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert names(full_store, "customer_status")[1] == "正在谈"
    assert [record["status"] for record in records(full_store)] == before
    undo.undo(full_store)
    assert names(full_store, "customer_status")[1] == "In progress"


def test_adding_and_ordering_by_keys_alone(make: Make, qtbot: QtBot, full_store: Store) -> None:
    dialog = make("grade")
    line(dialog, 2).line.setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_Return)  # behind the last one comes a new one
    typed(focus(), "特级")
    for _up in range(3):
        qtbot.keyClick(focus(), Qt.Key.Key_Up, ALT)
    assert focus() is line(dialog, 0).line
    qtbot.keyClick(focus(), Qt.Key.Key_Down, ALT)
    dialog.save_button.setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_Space)
    assert names(full_store) == ["A", "特级", "B", "C"]


def test_colours_are_chosen_by_name(make: Make, qtbot: QtBot, full_store: Store) -> None:
    dialog = make("grade")
    entry = line(dialog, 0)
    assert entry.colour_button.accessibleName() == "Colour: Teal"
    red = next(action for action in entry.menu.actions() if action.text() == "Red")
    red.trigger()
    assert entry.colour_button.accessibleName() == "Colour: Red"
    dialog.save()
    assert picks.options_of(full_store, "grade").get("A").colour == "danger"  # type: ignore[union-attr]


def test_deleting_asks_for_a_replacement(make: Make, qtbot: QtBot, full_store: Store) -> None:
    count = picks.used(full_store, "grade", "A")
    dialog = make("grade")
    qtbot.mouseClick(line(dialog, 0).cross, Qt.MouseButton.LeftButton)
    asking = dialog.asking
    assert asking.isVisible()
    assert asking.text.text() == f"{count} rows have “A”. What shall they have instead?"
    assert asking.go_button.text() == f"Replace in {count} rows and delete"
    assert focus() is asking.box
    assert [asking.box.itemText(n) for n in range(asking.box.count())] == ["B", "C", "Leave empty"]
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.mouseClick(asking.go_button, Qt.MouseButton.LeftButton)
    assert names(full_store) == ["B", "C"]
    assert picks.used(full_store, "grade", "C") >= count
    assert [one.key for one in dialog.lines] == ["B", "C"]
    undo.undo(full_store)
    assert picks.used(full_store, "grade", "A") == count
    assert names(full_store) == ["A", "B", "C"]


def test_deleting_can_be_thought_over(make: Make, qtbot: QtBot, full_store: Store) -> None:
    dialog = make("grade")
    qtbot.mouseClick(line(dialog, 0).cross, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.asking.stay_button, Qt.MouseButton.LeftButton)
    assert not dialog.asking.isVisible()
    assert focus() is line(dialog, 0).line
    assert names(full_store) == ["A", "B", "C"]


def test_an_entry_nobody_uses_goes_without_a_replacement(make: Make, qtbot: QtBot, full_store: Store) -> None:
    picks.add_option(full_store, "grade", "D")
    dialog = make("grade")
    qtbot.mouseClick(line(dialog, 3).cross, Qt.MouseButton.LeftButton)
    assert dialog.asking.text.text() == "No row has “D”."
    assert not dialog.asking.box.isVisible()
    qtbot.keyClick(focus(), Qt.Key.Key_Space)
    assert names(full_store) == ["A", "B", "C"]


def test_two_entries_of_one_name_are_refused(make: Make, qtbot: QtBot, full_store: Store) -> None:
    dialog = make("grade")
    dialog.add("a")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "twice" in dialog.trouble.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert names(full_store) == ["A", "B", "C"]


def test_chinese_and_names_for_every_button(make: Make) -> None:
    words.use("zh_CN")
    dialog = make("customer_status")
    dialog.remove(dialog.lines[0])
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
    assert "列表「状态」" in texts
    assert any(text.startswith("有 ") and "「潜在」" in text for text in texts)
    buttons = [button for button in dialog.findChildren(QAbstractButton) if button.isVisible()]
    assert all(button.text() or button.accessibleName() for button in buttons)


def test_the_list_is_edited_from_where_it_is_used(
    qtbot: QtBot, qapp: QApplication, full_store: Store
) -> None:
    look.apply(qapp, "light")
    editor = editor_for(full_store.schema.fields("customer")["grade"], full_store, Tasks(InLine()))
    assert isinstance(editor, ChoiceEditor)
    qtbot.addWidget(editor)
    editor.show()
    qtbot.waitExposed(editor)
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    editor.set_value("A")
    editor.focus_first()

    def rename() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PickList)
        dialog.lines[0].line.setText("一级")
        dialog.save()

    QTimer.singleShot(0, rename)
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    qtbot.keyClick(focus(), Qt.Key.Key_Up)
    assert editor.list.current().text == "Edit this list…"  # type: ignore[union-attr]
    qtbot.keyClick(focus(), Qt.Key.Key_Return)
    assert editor.line.text() == "一级"
    assert editor.value() == "A"
