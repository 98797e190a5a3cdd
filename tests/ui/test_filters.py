"""Filters as their user makes them: chips in words, made, changed and dropped by mouse and by keyboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from freecrm.core import day_words
from freecrm.core.filters import Filters
from freecrm.core.query import Where
from freecrm.core.words import N_
from freecrm.store.database import Store
from freecrm.ui.filters.boxes import Checks, Line, Periods, Range
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow
from tests.ui.arranging import (
    CTRL,
    LEFT,
    SHIFT,
    chips,
    choose,
    column,
    names,
    panel,
    pick_field,
    records,
    tick,
    with_city,
)
from tests.ui.test_access import check_names, left_in_english

MakeWindow = Callable[..., MainWindow]


def add(window: MainWindow, qtbot: QtBot, field: str) -> None:
    qtbot.mouseClick(window.page.bar.filters.add_button, LEFT)
    pick_field(qtbot, panel(window).list.list, field)


def apply(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel(window).take_button, LEFT)


def test_options_are_ticked(window: MainWindow, qtbot: QtBot) -> None:
    add(window, qtbot, "grade")
    tick(qtbot, panel(window).box, "A", "B")
    apply(window, qtbot)
    assert chips(window) == ["Grade: A, B"]
    assert set(column(window, "grade")) == {"A", "B"}
    assert len(names(window)) == sum(1 for r in records(window) if r["grade"] in ("A", "B"))
    assert window.status.count.text() == f"{len(names(window))} of 60 customers"


def test_the_keyboard_alone_makes_a_filter(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_L, CTRL | SHIFT)
    assert panel(window).list.search.hasFocus()
    panel(window).list.search.insert("城市")  # the name in the other language, as an input method does
    qtbot.keyClick(panel(window).list.search, Qt.Key.Key_Return)
    box = panel(window).box
    assert isinstance(box, Line)
    assert box.line.hasFocus()
    box.line.insert("杭")
    qtbot.keyClick(box.line, Qt.Key.Key_Return)
    assert chips(window) == ["City contains “杭”"]
    with_city(window)
    assert set(column(window, "city")) == {"杭州"}
    chip = window.page.bar.filters.chips[0]
    chip.setFocus()
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    assert chips(window) == []
    assert len(names(window)) == 60
    assert window.page.bar.filters.add_button.hasFocus()


@pytest.mark.parametrize("name", ["grade", "owner_user", "tags"])
def test_enter_applies_what_is_ticked(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.page.bar.filters.add(name)
    checks = panel(window).box
    assert isinstance(checks, Checks)
    checks.list.setFocus()
    qtbot.keyClick(checks.list, Qt.Key.Key_Return)
    assert panel(window).trouble.text() == "Tick at least one."
    qtbot.keyClick(checks.list, Qt.Key.Key_Space)
    qtbot.keyClick(checks.list, Qt.Key.Key_Return)
    assert window.page.bar.filters.panel is None
    assert len(chips(window)) == 1


def test_enter_applies_on_the_question_too(window: MainWindow, qtbot: QtBot) -> None:
    window.page.bar.filters.add("last_contact")
    asked = panel(window)
    asked.way.setCurrentIndex(next(at for at in range(asked.way.count()) if asked.way.itemData(at).box == ""))
    asked.way.setFocus()
    qtbot.keyClick(asked.way, Qt.Key.Key_Return)
    assert len(chips(window)) == 1


def test_all_lines_of_the_panel_are_as_high(window: MainWindow, qtbot: QtBot) -> None:
    for _time in range(2):
        qtbot.keyClick(window, Qt.Key.Key_L, CTRL | SHIFT)
        listed = panel(window).list.list
        heights = [listed.visualItemRect(listed.item(row)).height() for row in range(listed.count())]
        assert set(heights) == {38}
        panel(window).ask(panel(window).known["grade"])
        checks = panel(window).box
        assert isinstance(checks, Checks)
        heights = [checks.list.visualItemRect(checks.list.item(row)).height() for row in range(4)]
        assert set(heights) == {38}
        panel(window).dismiss()


def test_a_click_changes_a_chip_and_its_cross_drops_it(window: MainWindow, qtbot: QtBot) -> None:
    window.page.arranger.set_filters(Filters(((Where("grade", "in", ("A",)),),)))
    chip = window.page.bar.filters.chips[0]
    qtbot.mouseClick(chip, LEFT, pos=QPoint(20, chip.height() // 2))
    tick(qtbot, panel(window).box, "A", "C")
    apply(window, qtbot)
    assert chips(window) == ["Grade: C"]
    chip = window.page.bar.filters.chips[0]
    qtbot.mouseClick(chip, LEFT, pos=QPoint(chip.width() - 12, chip.height() // 2))
    assert chips(window) == []
    assert window.page.bar.filters.panel is None


def test_people_and_tags_are_ticked_by_name(window: MainWindow, qtbot: QtBot) -> None:
    add(window, qtbot, "owner_user")
    tick(qtbot, panel(window).box, "林晓棠")
    apply(window, qtbot)
    assert chips(window) == ["Owner: 林晓棠"]
    assert set(column(window, "owner_user")) == {"林晓棠"}
    window.page.drop_filters()
    add(window, qtbot, "tags")
    tick(qtbot, panel(window).box, "重点")
    apply(window, qtbot)
    tagged = {r["name"] for r in records(window) if any(tag["word"] == "重点" for tag in r["tags"])}
    assert set(names(window)) == tagged
    choose_way(window, qtbot, "is none of")
    assert set(names(window)) == {r["name"] for r in records(window)} - tagged
    assert chips(window) == ["Tags: not 重点"]


def choose_way(window: MainWindow, qtbot: QtBot, text: str) -> None:
    window.page.bar.filters.edit(0)
    choose(panel(window).way, text)
    apply(window, qtbot)


def test_amounts_lie_between(window: MainWindow, qtbot: QtBot) -> None:
    add(window, qtbot, "balance")
    box = panel(window).box
    assert isinstance(box, Range)
    box.low.insert("3万")  # as an input method does; numbers in words
    apply(window, qtbot)
    assert chips(window) == ["Owes us: ≥ ¥30,000.00"]
    wanted = {r["name"] for r in records(window) if (r["balance"] or 0) >= 3_000_000}
    assert set(names(window)) == wanted
    window.page.bar.filters.edit(0)
    box = panel(window).box
    assert isinstance(box, Range)
    qtbot.keyClicks(box.high, "1000")  # the other way round is understood
    apply(window, qtbot)
    assert chips(window) == ["Owes us: ¥1,000.00 – ¥30,000.00"]


def test_a_value_that_is_none_is_told_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    add(window, qtbot, "balance")
    apply(window, qtbot)
    assert panel(window).trouble.text() == "Say where it begins or where it ends."
    box = panel(window).box
    assert isinstance(box, Range)
    qtbot.keyClicks(box.low, "many")
    apply(window, qtbot)
    assert panel(window).trouble.isVisible()
    assert box.low.text() == "many"
    assert chips(window) == []
    qtbot.keyClick(box.low, Qt.Key.Key_Escape)
    assert window.page.bar.filters.panel is None
    assert window.page.bar.filters.add_button.hasFocus()


def test_days_in_words_stay_words(window: MainWindow, qtbot: QtBot) -> None:
    today = day_words.this_day()
    with window.store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "昨天来过", "last_contact": today - dt.timedelta(days=1)})
        step.insert("customer", {"name": "上月来过", "last_contact": today - dt.timedelta(days=40)})
    add(window, qtbot, "last_contact")
    box = panel(window).box
    assert isinstance(box, Periods)
    box.list.setFocus()
    qtbot.keyClicks(box.list, "last 30")  # typing goes to the entry, as in any list
    qtbot.keyClick(box.list, Qt.Key.Key_Return)
    assert chips(window) == ["Last contact: last 30 days"]
    assert names(window) == ["昨天来过"]
    assert window.page.arranger.filters.chips[0][0].value == "last_30_days"
    choose_way(window, qtbot, "isn't")
    assert chips(window) == ["Last contact: not last 30 days"]
    assert {"上月来过", "云杉谷酒店"} <= set(names(window))
    assert "昨天来过" not in names(window)


def test_and_or_and_alternatives(window: MainWindow, qtbot: QtBot) -> None:
    add(window, qtbot, "grade")
    tick(qtbot, panel(window).box, "A")
    apply(window, qtbot)
    add(window, qtbot, "city")
    choose(panel(window).way, "is one of")
    tick(qtbot, panel(window).box, "杭州")
    qtbot.mouseClick(panel(window).or_button, LEFT)
    pick_field(qtbot, panel(window).list.list, "city")
    choose(panel(window).way, "is one of")
    tick(qtbot, panel(window).box, "苏州")
    apply(window, qtbot)
    assert chips(window) == ["Grade: A", "City: 杭州 or City: 苏州"]
    both = {r["name"] for r in records(window) if r["grade"] == "A" and r["city"] in ("杭州", "苏州")}
    assert set(names(window)) == both
    (join,) = [
        b for b in window.page.bar.filters.findChildren(QPushButton) if b.isVisible() and b.text() == "and"
    ]
    qtbot.mouseClick(join, LEFT)
    assert chips(window) == ["Grade: A", "City: 杭州 and City: 苏州"]
    assert set(names(window)) == {r["name"] for r in records(window) if r["grade"] == "A"}


def test_no_match_names_the_filter_to_drop(window: MainWindow, qtbot: QtBot) -> None:
    grade = (Where("grade", "in", ("A",)),)
    none = (Where("city", "contains", "月球"),)
    window.page.arranger.set_filters(Filters((grade, none)))
    states = window.page.states
    of_a = sum(1 for r in records(window) if r["grade"] == "A")
    assert states.currentWidget() is states.nothing
    assert states.nothing.title.text() == "Nothing matches the filter"
    assert (
        states.nothing.text.text()
        == f"Without the filter City contains “月球” there would be {of_a} customers."
    )
    assert window.page.bar.isVisible()
    qtbot.mouseClick(states.drop_button, LEFT)
    assert chips(window) == ["Grade: A"]
    assert len(names(window)) == of_a
    assert window.page.grid.hasFocus()


def test_back_brings_the_filter_back(window: MainWindow, qtbot: QtBot) -> None:
    window.page.arranger.set_filters(Filters(((Where("grade", "in", ("A",)),),)))
    window.page.arranger.group_by("city")
    shown = names(window)
    window.visit(Place("settings"))
    window.page.arranger.apply(window.page.arranger.declared)
    qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert chips(window) == ["Grade: A"]
    assert names(window) == shown


def test_a_list_of_contacts_has_them_too(window: MainWindow, qtbot: QtBot) -> None:
    window.visit(Place("list", "contact"))
    add(window, qtbot, "phones")
    box = panel(window).box
    assert isinstance(box, Line)
    qtbot.keyClicks(box.line, "1203")
    apply(window, qtbot)
    assert chips(window) == ["Mobile contains “1203”"]
    assert len(names(window)) == 1


def test_the_panel_is_for_everybody(window: MainWindow, qtbot: QtBot) -> None:
    window.dress.set_language("zh_CN")
    for name in ("grade", "last_contact", "balance", "city", "owner_user"):
        add(window, qtbot, name)
        check_names(panel(window))
        assert left_in_english(panel(window)) == []
        reached = set()
        for _step in range(20):
            focus = QApplication.focusWidget()
            assert focus is not None
            assert panel(window).isAncestorOf(focus)  # Tab stays in it
            reached.add(focus)
            qtbot.keyClick(focus, Qt.Key.Key_Tab)
        assert panel(window).take_button in reached
        qtbot.keyClick(panel(window).way, Qt.Key.Key_Escape)


def test_a_click_elsewhere_closes_the_panel(window: MainWindow, qtbot: QtBot) -> None:
    add(window, qtbot, "grade")
    qtbot.mouseClick(window.page.grid.viewport(), LEFT, pos=QPoint(800, 400))
    assert window.page.bar.filters.panel is None


def test_a_field_that_is_gone_drops_its_chip(window: MainWindow, store: Store) -> None:
    with store.step("Field") as step:
        id = step.insert("custom_field", {"name": "TDS", "on": "customer", "key": "x_tds", "kind": "number"})
    page = window.page
    page.arranger.set_columns([*page.model.columns, "x_tds"])
    page.arranger.set_filters(Filters(((Where("x_tds", "filled"),), (Where("grade", "in", ("A",)),))))
    with store.step("Field") as step:
        step.delete("custom_field", id)
    assert chips(window) == ["Grade: A"]
    assert "x_tds" not in page.model.columns
    assert set(column(window, "grade")) == {"A"}
