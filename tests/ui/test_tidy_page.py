"""«Tidy up»: suggestions accepted, chosen, left and taken back; ten for today; scores by owner; the record's card."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.day_words import this_day
from freecrm.core.jobs import Jobs
from freecrm.exchange import tidylist
from freecrm.store import history, scores
from freecrm.store.database import Store
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.record_page.quality import QualityCard
from freecrm.ui.tidy.differing import parts
from freecrm.ui.tidy.page import TidyPage
from freecrm.ui.tidy.suggestion_table import AFTER, BEFORE, TICK, WHY
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


def add(store: Store, **values: Any) -> bytes:
    with store.step("New") as step:
        return step.insert("customer", values)


@pytest.fixture
def untidy(store: Store) -> Store:
    for name, number in (("晴川", "138 0000 1201"), ("百川", "138 0000 1202"), ("北麓", "138 0000 1203")):
        add(store, name=name, phones=[{"number": number}])
    add(store, name="听松　", phones=[{"number": "1380000"}])
    return store


def opened(window: MainWindow, part: str = "suggestions") -> TidyPage:
    window.commands.run(f"tools.tidy_{part}")
    page = window.navigator.page
    assert isinstance(page, TidyPage)
    return page


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def names(page: TidyPage) -> list[str]:
    return [one.title for one in page.suggestions.table.suggestions.rows]


def kinds(page: TidyPage) -> list[str]:
    box = page.suggestions.kinds
    return [box.item(at).text() for at in range(box.count())]


def toast(window: MainWindow) -> str:
    return str(window.toasts.shown[-1].text.text())


def phones(store: Store) -> list[str]:
    sql = "SELECT number FROM phone ORDER BY n"
    return [number for (number,) in store.read().execute(sql)]


# ---- suggestions


def test_finds_explains_and_accepts_with_enter(make_window: MakeWindow, untidy: Store) -> None:
    window = make_window(untidy)
    page = opened(window)
    assert page.suggestions.nothing.title.text() == "What could be written better?"
    click(page.suggestions.first_button)
    assert kinds(page) == ["Phones in one form  3", "Stray blanks, hidden signs  1", "Phones to look at  1"]
    assert names(page) == ["晴川", "百川", "北麓"]
    assert page.suggestions.table.hasFocus()
    model = page.suggestions.table.suggestions
    assert [model.index(0, at).data() for at in (BEFORE, AFTER)] == ["138 0000 1201", "+8613800001201"]
    assert model.index(0, WHY).data() == (
        "Written with its country code it can be dialled, searched and compared."
    )
    QTest.keyClick(page.suggestions.table, Qt.Key.Key_Return)
    assert phones(untidy)[0] == "+8613800001201"
    assert toast(window) == "Phone of 晴川 tidied"
    assert names(page) == ["百川", "北麓"]
    assert page.suggestions.table.current is not None
    assert page.suggestions.table.current.title == "百川"  # the next one has the focus
    assert page.suggestions.table.hasFocus()
    click(window.toasts.shown[-1].button)
    assert phones(untidy)[0] == "138 0000 1201"
    assert len(names(page)) == 3


def test_those_with_a_tick_are_one_step(make_window: MakeWindow, untidy: Store) -> None:
    window = make_window(untidy)
    page = opened(window)
    page.suggestions.scan()
    table = page.suggestions.table
    QTest.keyClick(table, Qt.Key.Key_Insert)
    QTest.keyClick(table, Qt.Key.Key_Insert)
    assert page.suggestions.chosen_button.text() == "Accept the 2 chosen"
    before = len(history.steps(untidy))
    QTest.keyClick(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(history.steps(untidy)) == before + 1
    assert toast(window) == "2 values tidied"
    assert names(page) == ["北麓"]
    assert page.suggestions.chosen_button.isHidden()


def test_boxes_are_clicked_and_all_of_a_kind_chosen(make_window: MakeWindow, untidy: Store) -> None:
    page = opened(make_window(untidy))
    page.suggestions.scan()
    table = page.suggestions.table
    rect = table.visualRect(table.suggestions.index(1, TICK))
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert [one.title for one in page.suggestions.chosen] == ["百川"]
    click(page.suggestions.all_button)
    assert len(page.suggestions.chosen) == 3
    assert page.suggestions.all_button.text() == "Choose none"
    click(page.suggestions.chosen_button)
    assert phones(untidy)[:3] == ["+8613800001201", "+8613800001202", "+8613800001203"]
    assert kinds(page) == ["Stray blanks, hidden signs  1", "Phones to look at  1"]


def test_left_as_it_is_is_remembered_and_can_be_taken_back(make_window: MakeWindow, untidy: Store) -> None:
    window = make_window(untidy)
    page = opened(window)
    page.suggestions.scan()
    QTest.keyClick(page.suggestions.table, Qt.Key.Key_Delete)
    assert names(page) == ["百川", "北麓"]
    assert toast(window) == "“138 0000 1201” of 晴川 stays as it is."
    page.suggestions.scan()
    assert names(page) == ["百川", "北麓"]
    click(window.toasts.shown[-1].button)
    assert sorted(names(page)) == sorted(["晴川", "百川", "北麓"])


def test_told_ones_cannot_be_accepted_but_lead_to_the_record(make_window: MakeWindow, untidy: Store) -> None:
    window = make_window(untidy)
    page = opened(window)
    page.suggestions.scan()
    page.suggestions.show_kind("phone_told")
    assert not page.suggestions.accept_button.isEnabled()
    assert "fits no phone number" in page.suggestions.why.text()
    QTest.keyClick(page.suggestions.table, Qt.Key.Key_Return)
    assert phones(untidy)[3] == "1380000"
    click(page.suggestions.open_button)
    assert isinstance(window.navigator.page, RecordPage)
    window.navigator.back()
    back = window.navigator.page
    assert isinstance(back, TidyPage)
    assert back.suggestions.kind == "phone_told"


def test_what_another_window_changed_is_not_written_over(make_window: MakeWindow, untidy: Store) -> None:
    window = make_window(untidy)
    page = opened(window)
    page.suggestions.scan()
    old = page.suggestions.held
    assert old is not None
    row = old.suggestions[0].row
    with untidy.step("Edit") as step:
        step.update("phone", row, {"number": "138 0000 9999"})
    page.suggestions.show_list(old)  # as if nobody had heard of it yet
    page.suggestions.table.selectRow(0)
    page.suggestions.accept()
    assert phones(untidy)[0] == "138 0000 9999"
    assert "changed meanwhile" in page.messages.text.text()
    befores = [one.before for one in page.suggestions.table.suggestions.rows]
    assert "138 0000 9999" in befores
    assert "138 0000 1201" not in befores


def test_a_change_elsewhere_renews_the_list(make_window: MakeWindow, untidy: Store) -> None:
    page = opened(make_window(untidy))
    page.suggestions.scan()
    add(untidy, name="星桥", phones=[{"number": "138 0000 1209"}])
    assert "星桥" in names(page)


def test_a_stopped_search_changes_nothing(make_window: MakeWindow, untidy: Store, qtbot: QtBot) -> None:
    window = make_window(untidy, workers=Jobs())
    page = opened(window)
    page.suggestions.scan()
    page.suggestions.stop()
    qtbot.waitUntil(lambda: not page.suggestions.busy)
    made = tidylist.held(untidy)
    assert made is None or len(made.suggestions) == 5  # it may have been done before it was stopped


def test_nothing_to_tidy(make_window: MakeWindow, store: Store) -> None:
    add(store, name="晴川")
    page = opened(make_window(store))
    click(page.suggestions.first_button)
    assert page.suggestions.nothing.title.text() == "All tidy"


def test_the_difference_is_seen_without_colours() -> None:
    assert parts("晴川　", "晴川") == ((("晴川", False), ("␣", True)), (("晴川", False),))
    assert parts("柏舟\u200b", "柏舟") == ((("柏舟", False), ("◌", True)), (("柏舟", False),))
    long = "字" * 500
    before, after = parts(long + "１", long + "1")
    assert before[0] == ("…", False)
    assert (before[-1], after[-1]) == (("１", True), ("1", True))


# ---- ten for today


@pytest.fixture
def twelve(store: Store) -> Store:
    with store.step("New") as step:
        for n in range(12):
            step.insert(
                "customer", {"name": f"客户{n:02d}", "grade": "AB"[n % 2], "last_contact": this_day()}
            )
    return store


def test_ten_are_edited_one_after_the_other(make_window: MakeWindow, twelve: Store) -> None:
    window = make_window(twelve)
    page = opened(window, "today")
    today = page.today
    assert today.list.count() == 10
    assert today.list.item(0).text() == "1  客户00   \nGrade A · 13 % complete · contact 0 days ago"
    assert today.progress_text.text() == "0 of 10 done"
    assert today.why_text.text() == "Why this one: Grade A · 13 % complete · contact 0 days ago"
    lacking = [button.text() for button in today.lack_buttons]
    assert lacking[0] == "Main contact  +20 %"
    QTest.keyClick(today.list, Qt.Key.Key_Return)
    assert today.lack_buttons[0].hasFocus()
    click(next(b for b in today.lack_buttons if b.text().startswith("Source")))
    assert today.panel.place is not None
    today.panel.place.editor.set_value("web")
    assert today.panel.place.save(0)
    assert today.progress_text.text() == "1 of 10 done"
    assert "✓ changed today" in today.list.item(0).text()
    QTest.keyClick(window, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert today.title_shown == "客户02"
    assert page.summary() == "2 of 10"
    QTest.keyClick(window, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert today.title_shown == "客户00"


def test_nothing_to_add_counts_and_goes_on(make_window: MakeWindow, twelve: Store) -> None:
    page = opened(make_window(twelve), "today")
    click(page.today.aside_button)
    assert page.today.progress_text.text() == "1 of 10 done"
    assert page.today.title_shown == "客户02"
    assert "✓ nothing to add" in page.today.list.item(0).text()
    page.today.step(-1)
    assert page.today.aside_button.text() == "There is something after all"
    click(page.today.aside_button)
    assert page.today.progress_text.text() == "0 of 10 done"


def test_a_wrong_value_stays_and_nothing_is_lost(make_window: MakeWindow, twelve: Store) -> None:
    window = make_window(twelve)
    page = opened(window, "today")
    page.today.panel.edit("last_contact")
    place = page.today.panel.place
    assert place is not None
    focus = window.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(focus, "zzz")
    page.today.step(1)
    assert page.today.title_shown == "客户00"
    assert page.unsaved() == ["Last contact"]
    page.give_up()
    assert page.unsaved() == []


def test_what_is_filled_in_elsewhere_opens_the_page(make_window: MakeWindow, twelve: Store) -> None:
    window = make_window(twelve)
    page = opened(window, "today")
    click(page.today.lack_buttons[0])  # the main contact is a person of the customer
    assert isinstance(window.navigator.page, RecordPage)


def test_no_customers_no_list(make_window: MakeWindow, store: Store) -> None:
    page = opened(make_window(store), "today")
    assert page.today.nothing.title.text() == "Nothing to tidy today"


# ---- scores


@pytest.fixture
def owned(store: Store) -> Store:
    with store.step("Users") as step:
        one, other = (step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠"))
        for n in range(4):
            owner = one if n < 3 else other
            values = {"name": f"客户{n}", "owner_user": owner, "grade": "A" if n else None}
            step.insert("customer", values)
        step.insert("customer", {"name": "无主"})
    return store


def test_bars_by_owner_and_the_same_numbers_as_a_table(make_window: MakeWindow, owned: Store) -> None:
    window = make_window(owned)
    page = opened(window, "scores")
    pane = page.scores
    assert pane.chart.words(0) == "林晓棠, 1 record, 27 % complete, 100 % · fresh"
    assert pane.chart.words(2) == "Nobody, 1 record, 0 % complete, 100 % · fresh"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    assert pane.chart.hasFocus()
    QTest.keyClick(pane.chart, Qt.Key.Key_T, both)
    assert pane.owner_table.hasFocus()
    assert pane.owner_table.cells.rows == [
        ("林晓棠", "1", "27 %", "100 %"),
        ("陈思远", "3", "22 %", "100 %"),
        ("Nobody", "1", "0 %", "100 %"),
    ]
    QTest.keyClick(pane.owner_table, Qt.Key.Key_T, both)
    assert pane.chart.hasFocus()


def shown_names(page: ListPage) -> list[str]:
    rows = page.store.reader().rows("customer", list(page.model.numbers), ["name"])
    return [str(rows[n][0]) for n in page.model.numbers]


def test_a_bar_opens_its_rows(make_window: MakeWindow, owned: Store) -> None:
    window = make_window(owned)
    page = opened(window, "scores")
    chart = page.scores.chart
    QTest.keyClick(chart, Qt.Key.Key_Down)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert shown_names(listed) == ["客户0", "客户1", "客户2"]
    window.navigator.back()
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(40, chart.middle_of(2)))
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert shown_names(listed) == ["无主"]


def test_the_least_complete_are_listed_and_open(make_window: MakeWindow, owned: Store) -> None:
    window = make_window(owned)
    pane = opened(window, "scores").scores
    pane.below.setValue(20)
    assert [row[0] for row in pane.low_table.cells.rows] == ["无主", "客户0"]
    assert pane.low_text.text() == "2 records"
    pane.low_table.setFocus()
    QTest.keyClick(pane.low_table, Qt.Key.Key_Return)
    assert isinstance(window.navigator.page, RecordPage)


def test_contacts_have_no_owner_and_one_bar(make_window: MakeWindow, owned: Store) -> None:
    with owned.step("New") as step:
        step.insert("contact", {"name": "林晓棠"})
    pane = opened(make_window(owned), "scores").scores
    click(pane.kind_buttons["contact"])
    assert pane.chart.words(0) == "All contacts, 1 record, 0 % complete, 100 % · fresh"


# ---- the record's page


def card(window: MainWindow, id: bytes) -> QualityCard:
    window.show_id("customer", id)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    return next(one for one in page.overview.cards if isinstance(one, QualityCard))


def test_the_record_says_what_lacks_and_leads_there(make_window: MakeWindow, store: Store) -> None:
    id = add(store, name="晴川", grade="A", last_contact=this_day() - dt.timedelta(days=3))
    window = make_window(store)
    made = card(window, id)
    assert made.button.text() == "13 % complete · fresh"
    assert made.lacks.isHidden()
    click(made.button)
    texts = [button.accessibleName() for button in made.lack_buttons]
    assert texts[:3] == ["Main contact  +20 %", "Main phone  +20 %", "Address  +13 %"]
    click(made.lack_buttons[texts.index("Industry  +7 %")])
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.fields.place is not None
    assert page.fields.place.spot.of.name == "industry"
    page.fields.give_up()
    click(made.lack_buttons[1])  # a main phone is filled in as a phone of the customer
    assert page.fields.place.spot.of.name == "phones"
    page.fields.give_up()
    click(made.lack_buttons[0])
    assert page.new is not None  # a new contact
    with store.step("Edit") as step:
        step.update("customer", id, {"industry": "it"})
    assert made.button.text() == "20 % complete · fresh"


def test_nothing_lacks(make_window: MakeWindow, store: Store) -> None:
    scores.save_rules(store, "customer", [scores.Rule("grade", 1)])
    made = card(make_window(store), add(store, name="晴川", grade="A"))
    click(made.button)
    assert made.button.text() == "100 % complete"
    assert made.lack_buttons == []


# ---- words


def test_the_page_speaks_two_languages(make_window: MakeWindow, untidy: Store) -> None:
    window = make_window(untidy)
    page = opened(window)
    page.suggestions.scan()
    window.dress.set_language("zh_CN")
    assert kinds(page)[0] == "电话统一格式  3"
    assert page.suggestions.why.text().endswith("统一成带国家区号的写法，方便拨打、搜索和查重。")
    assert window.navigator.place == Place("tidy")


@pytest.mark.parametrize("part", ["suggestions", "today", "scores"])
def test_it_fits_a_small_screen_at_150_per_cent(make_window: MakeWindow, untidy: Store, part: str) -> None:
    window = make_window(untidy)
    page = opened(window, part)
    page.suggestions.scan()
    page.suggestions.choose_all()
    window.dress.set_zoom(150)
    assert window.minimumSizeHint().width() <= 1366
