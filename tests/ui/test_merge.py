"""Merging in the window: with clicks and keys, and what happens when somebody else writes meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.modules import model
from freecrm.store import merging
from freecrm.store.compare import BOTH
from freecrm.store.database import Store, open_store
from freecrm.ui.merge_page import MergePage
from freecrm.ui.page import Place, merge_place
from freecrm.ui.split_page import SplitPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def pair(store: Store) -> list[bytes]:
    with store.step("New") as step:
        one = step.insert("customer", {"name": "鹿溪堂茶业", "grade": "A", "remark": "下午谈"})
        other = step.insert(
            "customer",
            {
                "name": "鹿溪堂茶业有限公司",
                "grade": "B",
                "remark": "周一别打电话",
                "notes": [{"text": "一"}, {"text": "二"}],
            },
        )
        step.insert("contact", {"name": "林晓棠", "jobs": [{"customer": other}]})
    return [one, other]


@pytest.fixture
def merge(make_window: MakeWindow, store: Store, pair: list[bytes]) -> tuple[MainWindow, MergePage]:
    window = make_window(store)
    page = window.visit(merge_place("customer", pair))
    assert isinstance(page, MergePage)
    return window, page


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def told(window: MainWindow) -> str:
    page = window.navigator.page
    return str(page.messages.message.what) if page.has_messages and page.messages.message else ""


def test_two_selected_rows_are_merged_by_keys(
    make_window: MakeWindow, store: Store, pair: list[bytes]
) -> None:
    window = make_window(store)
    assert not window.commands.is_enabled("record.merge")
    window.page.grid.setFocus()
    QTest.keyClick(window.page.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    window.commands.run("record.merge")
    page = window.navigator.page
    assert isinstance(page, MergePage)
    assert page.moves.text() == "1 contact, 2 notes move" if page.grid.master == pair[0] else True
    QTest.keyClick(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.navigator.place == Place("list", "customer")
    assert store.reader().numbers_of("customer", pair).keys() == {pair[1]}  # more hung on that one
    assert [str(toast._what) for toast in window.toasts.shown] == [
        "2 customers merged into “鹿溪堂茶业有限公司”"
    ]
    click(window.toasts.shown[0].button)
    assert len(store.reader().numbers_of("customer", pair)) == 2


def test_what_is_clicked_is_what_stays(
    merge: tuple[MainWindow, MergePage], store: Store, pair: list[bytes]
) -> None:
    _window, page = merge
    one, other = pair
    assert page.grid.picks["remark"] == BOTH
    assert page.moves.text() == "Nothing has to move."
    QTest.mouseClick(page.grid.cards["", one], Qt.MouseButton.LeftButton)
    assert page.moves.text() == "1 contact, 2 notes move"
    QTest.mouseClick(page.grid.cards["grade", other], Qt.MouseButton.LeftButton)
    radio = page.grid.cards["name", page.grid.picks["name"]].radio
    radio.setFocus()
    QTest.keyClick(radio, Qt.Key.Key_Left)
    click(page.merge_button)
    record = store.reader().record("customer", one)
    assert record is not None
    assert (record["name"], record["grade"], record["remark"]) == (
        "鹿溪堂茶业",
        "B",
        "下午谈\n\n周一别打电话",
    )


def test_an_edit_from_another_window_is_shown_and_not_lost(
    merge: tuple[MainWindow, MergePage], store: Store, pair: list[bytes]
) -> None:
    window, page = merge
    page.grid.cards["grade", pair[0]].radio.click()
    elsewhere = open_store(store.path, model())
    with elsewhere.step("Edit") as step:
        step.update("customer", pair[1], {"grade": "C", "website": "luxi.example"})
    elsewhere.close()
    click(page.merge_button)  # before the window has looked at the file
    assert "“鹿溪堂茶业有限公司” was changed meanwhile (Grade, Website)" in told(window)
    assert len(store.reader().numbers_of("customer", pair)) == 2
    assert page.grid.cards["grade", pair[1]].text.text() == "C"
    assert page.grid.picks["grade"] == pair[0]  # what was chosen stays chosen
    click(page.merge_button)
    assert len(store.reader().numbers_of("customer", pair)) == 1


def test_a_record_deleted_meanwhile(
    merge: tuple[MainWindow, MergePage], store: Store, pair: list[bytes]
) -> None:
    window, page = merge
    with store.step("Delete") as step:
        step.delete("customer", pair[1])
    assert "no longer there" in told(window)
    assert not page.merge_button.isEnabled()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert window.navigator.place == Place("list", "customer")


def test_the_same_ones_are_folded(merge: tuple[MainWindow, MergePage]) -> None:
    _window, page = merge
    button = page.grid.fold_button
    assert button is not None
    assert button.text() == "1 field without a choice to make"
    click(button)
    assert "Kind" in [part.text() for part in page.grid.findChildren(type(page.title))]


def test_is_split_again(make_window: MakeWindow, store: Store, pair: list[bytes], qtbot: QtBot) -> None:
    merging.merge(store, "customer", pair, pair[0])
    with store.step("Note") as step:
        step.insert("note", {"text": "后来写的", "parent": pair[0], "parent_entity": "customer"})
    window = make_window(store)
    window.commands.run("record.split")
    page = window.navigator.page
    assert isinstance(page, SplitPage)
    assert "鹿溪堂茶业有限公司 comes back out of “鹿溪堂茶业有限公司”" in page.what.text()
    assert "后来写的: Added since the merge." in page.stays.text()
    click(page.split_button)
    assert len(store.reader().numbers_of("customer", pair)) == 2
    assert page.stack.currentIndex() == 1
    for language in ("zh_CN", "en"):
        window.dress.set_language(language)
    assert words.language() == "en"


def test_the_name_follows_the_record_that_stays_until_one_is_chosen(
    make_window: MakeWindow, store: Store
) -> None:
    with store.step("Parent and branch") as step:
        firm = step.insert("customer", {"name": "白榆咖啡", "notes": [{"text": "一"}]})
        branch = step.insert("customer", {"name": "白榆咖啡滨江店"})
    page = make_window(store).visit(merge_place("customer", [firm, branch]))
    assert isinstance(page, MergePage)
    assert (page.grid.master, page.grid.picks["name"]) == (firm, firm)
    page.grid.cards["", branch].radio.click()
    assert page.grid.picks["name"] == branch
    page.grid.cards["name", firm].radio.click()
    page.grid.cards["", firm].radio.click()
    page.grid.cards["", branch].radio.click()
    assert page.grid.picks["name"] == firm  # what was chosen stays chosen


def test_values_are_said_in_the_language_switched_to(make_window: MakeWindow, store: Store) -> None:
    with store.step("Two") as step:
        ids = [
            step.insert("customer", {"name": f"Oak Row {n}", "status": s})
            for n, s in enumerate(("lead", "lost"))
        ]
    window = make_window(store)
    page = window.visit(merge_place("customer", ids))
    assert isinstance(page, MergePage)
    window.dress.set_language("zh_CN")
    assert page.found is not None
    line = next(line for line in page.found.lines if line.field.name == "status")
    assert set(line.texts.values()) == {"潜在", "流失"}
    assert told(window) == ""  # nobody changed anything
