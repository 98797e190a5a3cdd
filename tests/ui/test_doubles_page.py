"""The page of possible duplicates: found, decided, put off, kept, and stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from freecrm.core.jobs import Jobs
from freecrm.exchange import doublelist
from freecrm.store.database import Store
from freecrm.ui.doubles_page import DoublesPage
from freecrm.ui.form_hints import SimilarHint
from freecrm.ui.merge_page import MergePage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def doubled(store: Store) -> Store:
    with store.step("New") as step:
        for name, phone in (
            ("鹿溪堂茶业", "1"),
            ("鹿溪堂茶业有限公司", "1"),
            ("云杉谷酒店", "2"),
            ("云杉谷酒店管理", "2"),
        ):
            number = "+861380000140" + phone
            step.insert("customer", {"name": name, "phones": [{"number": number}]})
    return store


def opened(window: MainWindow) -> DoublesPage:
    window.commands.run("record.doubles")
    page = window.navigator.page
    assert isinstance(page, DoublesPage)
    return page


def names(page: DoublesPage) -> list[str]:
    model = page.table.groups
    return [str(model.data(model.index(row, 1))) for row in range(model.rowCount())]


def click(button: object) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[call-overload]


def test_finds_decides_and_remembers(make_window: MakeWindow, doubled: Store) -> None:
    window = make_window(doubled)
    page = opened(window)
    assert page.nothing.title.text() == "Which customers are in the list twice?"
    click(page.first_button)
    assert len(names(page)) == 2
    assert page.text.text().startswith("As of ")
    first = names(page)[0]
    click(page.side.later_button)
    assert names(page)[-1] == first
    assert names(page)[0] != first
    click(page.side.apart_button)
    assert names(page) == [first]
    click(window.toasts.shown[-1].button)  # the way back
    assert len(names(page)) == 2
    window.navigator.back()
    page = opened(window)
    assert names(page)[-1] == first  # what was put off is still at the end


def test_enter_merges_and_comes_back_to_the_next(make_window: MakeWindow, doubled: Store) -> None:
    window = make_window(doubled)
    page = opened(window)
    page.scan()
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    merging = window.navigator.page
    assert isinstance(merging, MergePage)
    click(merging.merge_button)
    back = window.navigator.page
    assert isinstance(back, DoublesPage)
    assert len(names(back)) == 1
    QTest.keyClick(back.table, Qt.Key.Key_Return)
    assert isinstance(window.navigator.page, MergePage)
    window.navigator.page.merge()
    assert isinstance(window.navigator.page, DoublesPage)
    assert window.navigator.page.nothing.title.text() == "All done"


def test_says_how_many_are_new_since(make_window: MakeWindow, doubled: Store) -> None:
    page = opened(make_window(doubled))
    page.scan()
    with doubled.step("New") as step:
        step.insert("customer", {"name": "松湾牧场"})
    assert page.text.text().endswith("1 new since")
    click(page.scan_button)
    assert "new since" not in page.text.text()


def test_turns_to_contacts(make_window: MakeWindow, doubled: Store) -> None:
    with doubled.step("New") as step:
        for _ in range(2):
            step.insert("contact", {"name": "林晓棠", "phones": [{"number": "+8613800004471"}]})
    page = opened(make_window(doubled))
    click(page.kind_buttons["contact"])
    click(page.first_button)
    assert names(page) == ["林晓棠 = 林晓棠"]


def test_a_stopped_search_leaves_the_list_as_it_was(
    make_window: MakeWindow, doubled: Store, qtbot: QtBot
) -> None:
    window = make_window(doubled, workers=Jobs())
    page = opened(window)
    page.scan()
    page.stop()
    qtbot.waitUntil(lambda: page.progress is None)
    made = doublelist.held(doubled, "customer")
    assert made is None or len(made.groups) == 2  # stopped in time, or done before


def test_the_hint_of_a_form_leads_to_the_comparison(make_window: MakeWindow, doubled: Store) -> None:
    window = make_window(doubled)
    window.new("customer")
    form = window.page.side.part.form  # type: ignore[union-attr]
    form.boxes["name"].editor.set_value("鹿溪堂茶业")
    form.look_for_likes()
    hint = window.findChild(SimilarHint)
    assert hint is not None
    form.boxes["name"].editor.set_value("")
    click(hint.compare_button)
    assert isinstance(window.navigator.page, MergePage)
