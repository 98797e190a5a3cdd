"""Saved views: made, changed, saved, taken back, undone, kept over a restart; never saved by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTabBar
from pytestqt.qtbot import QtBot

from freecrm.core.arrangement import Arrangement, from_plain, to_plain
from freecrm.core.filters import Filters
from freecrm.core.query import ME, Group, Query, Sort, Where
from freecrm.core.words import N_
from freecrm.store import views
from freecrm.store.database import Store
from freecrm.ui.list_model import first_of
from freecrm.ui.name_popup import NamePopup
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow
from tests.ui.arranging import CTRL, LEFT, SHIFT, chips, column_of, groups, names, records
from tests.ui.test_access import check_names, left_in_english

MakeWindow = Callable[..., MainWindow]
A_ONLY = Filters(((Where("grade", "in", ("A",)),),))


def tabs(window: MainWindow) -> list[str]:
    """The first view and those that somebody made; the offered ones stand behind them."""
    bar = window.page.views.tabs
    return [bar.tabText(at) for at in range(bar.count() - len(window.page.views.offered))]


def counts(window: MainWindow) -> list[str]:
    bar, side = window.page.views.tabs, QTabBar.ButtonPosition.RightSide
    return [bar.tabButton(at, side).text() for at in range(len(tabs(window)))]  # type: ignore[attr-defined]


def offered(window: MainWindow) -> list[str]:
    bar = window.page.views.tabs
    return [bar.tabText(at) for at in range(len(tabs(window)), bar.count())]


def save_as(window: MainWindow, qtbot: QtBot, name: str) -> NamePopup | None:
    qtbot.mouseClick(window.page.views.add_button, LEFT)
    popup = next(one for one in window.findChildren(NamePopup) if one.isVisible())
    popup.line.setText(name)
    qtbot.keyClick(popup.line, Qt.Key.Key_Return)
    return popup if popup.isVisible() else None


def a_view(window: MainWindow, qtbot: QtBot, name: str = "A customers") -> None:
    window.page.arranger.set_filters(A_ONLY)
    assert save_as(window, qtbot, name) is None


def click_tab(window: MainWindow, qtbot: QtBot, at: int) -> None:
    bar = window.page.views.tabs
    qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(at).center())


def test_a_view_is_made_from_what_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    assert tabs(window) == ["All"]
    assert counts(window) == ["60"]
    assert not window.page.changed_bar.isVisible()
    a_view(window, qtbot)
    of_a = sum(1 for r in records(window) if r["grade"] == "A")
    assert tabs(window) == ["All", "A customers"]
    assert counts(window) == ["60", str(of_a)]
    assert window.page.views.tabs.currentIndex() == 1
    assert window.windowTitle().endswith("· A customers")
    assert not window.page.changed_bar.isVisible()
    click_tab(window, qtbot, 0)
    assert chips(window) == []
    assert len(names(window)) == 60
    click_tab(window, qtbot, 1)
    assert chips(window) == ["Grade: A"]
    assert len(names(window)) == of_a


def test_a_changed_view_shows_a_dot_and_is_saved_or_taken_back(window: MainWindow, qtbot: QtBot) -> None:
    a_view(window, qtbot)
    page = window.page
    page.arranger.group_by("city")
    assert tabs(window)[1] == "A customers •"
    assert page.changed_bar.isVisible()
    assert page.changed_bar.text.text() == "“A customers” is changed."
    qtbot.mouseClick(page.changed_bar.revert_button, LEFT)
    assert groups(window) == []
    assert not page.changed_bar.isVisible()
    page.arranger.group_by("city")
    qtbot.mouseClick(page.changed_bar.save_button, LEFT)
    assert tabs(window)[1] == "A customers"
    click_tab(window, qtbot, 0)
    assert groups(window) == []
    click_tab(window, qtbot, 1)
    assert groups(window)
    page.arranger.set_sort((Sort("city", True),))
    click_tab(window, qtbot, 0)  # not saved, not asked: the view is as it was
    click_tab(window, qtbot, 1)
    assert page.model.query.sort == (Sort("name"),)


def test_everything_about_a_list_is_in_its_view(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store)
    page = window.page
    page.arranger.set_filters(A_ONLY)
    page.arranger.set_group((Group("last_contact", "month"), Group("owner_user")))
    page.arranger.set_sort((Sort("opening_balance", True), Sort("name")))
    page.arranger.set_columns(["name", "opening_balance", "industry"])
    page.arranger.set_measure("opening_balance", "average")
    window.dress.set_density("compact")
    page.grid.columns.fit_one(column_of(window, "industry"))
    width = page.grid.columnWidth(column_of(window, "industry"))
    assert save_as(window, qtbot, "全部都在") is None
    now = page.arranger.now
    click_tab(window, qtbot, 0)
    window.dress.set_density("comfortable")
    window.close()
    again = make_window(full_store)
    assert tabs(again) == ["All", "全部都在"]
    click_tab(again, qtbot, 1)
    assert again.page.arranger.now == now
    assert again.page.grid.density == "compact"
    assert again.page.grid.columnWidth(column_of(again, "industry")) == width
    assert again.preferences.get("look.density") == "compact"


def test_ctrl_tab_goes_round(window: MainWindow, qtbot: QtBot) -> None:
    a_view(window, qtbot)
    window.page.grid.setFocus()
    for expected in (2, 3, 4, 5, 6, 7, 0, 1):
        qtbot.keyClick(window, Qt.Key.Key_Tab, CTRL)
        assert window.page.views.tabs.currentIndex() == expected
    qtbot.keyClick(window, Qt.Key.Key_Tab, CTRL | SHIFT)
    assert window.page.views.tabs.currentIndex() == 0


def test_the_first_view_can_be_changed_and_brought_back(window: MainWindow, qtbot: QtBot) -> None:
    page = window.page
    page.arranger.set_columns(["name", "city"])
    qtbot.mouseClick(page.changed_bar.save_button, LEFT)
    assert not page.changed_bar.isVisible()
    assert tabs(window) == ["All"]
    a_view(window, qtbot)
    click_tab(window, qtbot, 0)
    assert page.model.columns == ("name", "city")
    menu = page.views.menu(0)
    next(action for action in menu.actions() if action.text() == "As at first").trigger()
    assert page.model.columns == page.page.columns
    assert not page.views.is_changed


@pytest.mark.parametrize("name", ["", "   ", "a customers", "长" * 61])
def test_a_name_that_will_not_do_is_told_and_kept(window: MainWindow, qtbot: QtBot, name: str) -> None:
    a_view(window, qtbot)
    popup = save_as(window, qtbot, name)
    assert popup is not None
    assert popup.trouble.isVisible()
    assert popup.line.text() == name
    assert popup.line.hasFocus()
    qtbot.keyClick(popup.line, Qt.Key.Key_Escape)
    assert tabs(window) == ["All", "A customers"]


def test_views_are_renamed_moved_deleted_and_undone(window: MainWindow, qtbot: QtBot) -> None:
    a_view(window, qtbot)
    assert save_as(window, qtbot, "Second") is None
    page = window.page

    def run(tab: int, text: str) -> None:
        next(action for action in page.views.menu(tab).actions() if action.text() == text).trigger()

    run(2, "Further left")
    assert tabs(window) == ["All", "Second", "A customers"]
    run(1, "Rename…")
    popup = next(one for one in window.findChildren(NamePopup) if one.isVisible())
    assert popup.line.text() == "Second"
    popup.line.setText("第二")
    qtbot.keyClick(popup.line, Qt.Key.Key_Return)
    assert tabs(window) == ["All", "第二", "A customers"]
    assert page.views.name == "第二"
    window.commands.run("view.delete")
    assert tabs(window) == ["All", "A customers"]
    assert page.views.tabs.currentIndex() == 0
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert tabs(window) == ["All", "第二", "A customers"]


def test_undoing_a_save_shows_the_view_as_it_was(window: MainWindow, qtbot: QtBot) -> None:
    a_view(window, qtbot)
    window.page.arranger.group_by("city")
    window.commands.run("view.save")
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert groups(window) == []
    assert not window.page.views.is_changed


def test_back_returns_to_the_view_that_was_left(window: MainWindow, qtbot: QtBot) -> None:
    a_view(window, qtbot)
    window.page.arranger.group_by("city")
    shown = names(window)
    window.visit(Place("settings"))
    window.visit(Place("list", "customer"))
    click_tab(window, qtbot, 0)
    window.navigator.back()
    window.navigator.back()
    assert window.page.views.name == "A customers"
    assert window.page.views.is_changed
    assert names(window) == shown


def test_counts_follow_the_records(window: MainWindow, qtbot: QtBot) -> None:
    a_view(window, qtbot)
    before = int(counts(window)[1])
    with window.store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "新来的", "grade": "A"})
    assert counts(window) == ["61", str(before + 1)]


def test_views_of_others_are_theirs(store: Store) -> None:
    with store.step("Users") as step:
        one, other = (step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠"))
    store.user = one
    views.add(store, "customer", "Mine", Arrangement(("name",)))
    store.user = other
    assert views.views_of(store, "customer") == []
    store.user = one
    assert [view.name for view in views.views_of(store, "customer")] == ["Mine"]


def test_my_customers_are_whoever_looks(make_window: MakeWindow, full_store: Store, qtbot: QtBot) -> None:
    users = {r["name"]: r.id for r in full_store.reader().each(Query("user"))}
    window = make_window(full_store)
    window.who.choose("林晓棠")
    window.page.arranger.set_filters(Filters(((Where("owner_user", "in", (ME,)),),)))
    assert chips(window) == ["Owner: me"]
    assert len(names(window)) == sum(1 for r in records(window) if r["owner_user"] == users["林晓棠"])


@pytest.mark.parametrize(
    "state",
    [
        None, [], "x", {"columns": "name"}, {"columns": [1, "gone", "name"], "sort": [["gone", True], "x", [1]]},
        {"filters": {"chips": [[{"field": "grade", "op": "=; DROP", "value": 1}], 5, [{}]]}, "frozen": -3},
        {"filters": {"chips": [[{"field": "last_contact", "op": "between", "value": [{"day": "x"}, None]}]]}},
        {"filters": {"chips": [[{"field": "grade", "op": "in", "value": 3}]]}},
        {"filters": {"chips": [[{"field": "last_contact", "op": "within", "value": {"x": 1, "y": 2}}]]}},
        {"filters": {"chips": [[{"field": "opening_balance", "op": "between", "value": "ab"}]]}},
        {"group": [["grade", "century", False], ["last_contact", "when", True]], "widths": {"name": "x", "city": 3}},
    ],
)  # fmt: skip
def test_a_state_of_another_program_is_shown_as_far_as_it_is_understood(
    make_window: MakeWindow, full_store: Store, state: object, qtbot: QtBot
) -> None:
    with full_store.step("View") as step:
        step.insert("list_view", {"name": "Strange", "on": "customer", "state": json.dumps(state)})
        step.insert("list_view", {"name": "Stranger", "on": "customer", "state": "{no json"})
    window = make_window(full_store)
    for at in (1, 2, 0):
        click_tab(window, qtbot, at)
        assert "name" in window.page.model.columns
        assert window.page.grab().width() > 0


def test_an_arrangement_survives_being_kept(store: Store) -> None:
    import datetime as dt
    from decimal import Decimal

    chips_ = (
        (Where("last_contact", "within", "last_30_days"), Where("last_contact", "empty")),
        (Where("last_contact", "between", (dt.date(2026, 1, 2), None)),),
        (Where("owner_user", "in", (b"\x01" * 16, ME)),),
        (Where("employees", "between", (3, Decimal("4.5"))),),
        (Where("grade", "none", ("A", "")),),
    )
    made = Arrangement(
        ("name", "city"), Filters(chips_, True), (Sort("name", True),), (Group("last_contact", "when"),),
        (("city", 120),), 2, (("city", "filled"),), "compact", (("city", "Town"),),
    )  # fmt: skip
    kept = json.loads(json.dumps(to_plain(made)))
    assert from_plain(kept, store.model.pages()[0], store.schema.fields("customer")) == made


def test_naming_is_for_everybody(window: MainWindow, qtbot: QtBot) -> None:
    a_view(window, qtbot)
    window.dress.set_language("zh_CN")
    qtbot.mouseClick(window.page.views.add_button, LEFT)
    popup = next(one for one in window.findChildren(NamePopup) if one.isVisible())
    check_names(popup)
    popup.take()
    assert left_in_english(popup) == []
    focus = QApplication.focusWidget()
    assert focus is popup.line
    window.page.arranger.group_by("city")
    assert (
        left_in_english(window.page.changed_bar) == ["A customers"]
        or "A customers" in window.page.changed_bar.text.text()
    )


# ---- offered from the start


def test_a_list_offers_what_a_small_firm_asks_for(window: MainWindow, qtbot: QtBot) -> None:
    assert offered(window) == [
        "Key customers",
        "Not contacted for 30 days",
        "Owe us money",
        "By next step",
        "Overdue",
        "No next step",
    ]  # nobody signed in
    everybody = records(window)
    click_tab(window, qtbot, 1)
    assert chips(window) == ["Grade: A"]
    assert len(names(window)) == sum(r["grade"] == "A" for r in everybody)
    click_tab(window, qtbot, 3)
    owing = {r["name"]: r["opening_balance"] for r in everybody if (r["opening_balance"] or 0) > 0}
    assert [owing[name] for name in names(window)] == sorted(owing.values(), reverse=True)
    window.dress.set_language("zh_CN")
    assert offered(window) == ["重点客户", "30 天没联系", "有欠款", "按下次跟进", "已逾期", "没有下一步"]
    assert window.page.crumbs() == ["客户", "有欠款"]
    window.visit(Place("list", "contact"))
    assert offered(window) == []


def test_whoever_is_signed_in_is_offered_their_own(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store)
    window.who.choose("林晓棠")
    assert offered(window)[0] == "Mine"
    click_tab(window, qtbot, 1)
    assert chips(window) == ["Owner: me"]


def test_an_offered_view_is_put_away_and_shown_again(window: MainWindow, qtbot: QtBot) -> None:
    page = window.page

    def run(text: str) -> None:
        next(action for action in page.views.all_views().actions() if action.text() == text).trigger()

    run("Owe us money\t" + str(page.views.counts[page.views.offered[2].id]))
    assert page.views.name == "Owe us money"
    run("Put “Owe us money” away")
    assert offered(window)[:3] == ["Key customers", "Not contacted for 30 days", "By next step"]
    assert (page.views.name, chips(window)) == ("", [])
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert offered(window)[2] == "Owe us money"
    next(a for a in page.views.menu(1).actions() if a.text() == "Put “Key customers” away").trigger()
    assert offered(window)[:2] == ["Not contacted for 30 days", "Owe us money"]
    run("Show “Key customers” again")
    assert offered(window)[0] == "Key customers"
    assert list(window.store.reader().each(Query("list_view"))) == []


def test_an_offered_view_is_changed_and_brought_back(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store)
    click_tab(window, qtbot, 1)
    window.page.arranger.group_by("city")
    qtbot.mouseClick(window.page.changed_bar.save_button, LEFT)
    assert not window.page.views.is_changed
    window.close()
    again = make_window(full_store)
    assert offered(again)[0] == "Key customers"
    assert groups(again)  # the view that was left is open again, with what was saved in it
    next(a for a in again.page.views.menu(1).actions() if a.text() == "As at first").trigger()
    click_tab(again, qtbot, 1)
    assert groups(again) == []
    assert chips(again) == ["Grade: A"]


def test_a_list_opens_in_the_view_it_was_left_in(
    make_window: MakeWindow, full_store: Store, qtbot: QtBot
) -> None:
    window = make_window(full_store)
    a_view(window, qtbot)
    click_tab(window, qtbot, 0)
    click_tab(window, qtbot, 1)
    shown = names(window)
    window.page.arranger.group_by("city")  # not saved
    window.close()
    page = full_store.model.pages()[0]
    again = make_window(
        full_store, first=first_of(full_store, page, views.last_arrangement(full_store, page))
    )
    again.after_first_paint()
    assert again.page.views.name == "A customers"
    assert not again.page.views.is_changed
    assert chips(again) == ["Grade: A"]
    assert names(again) == shown
    window = again
    window.page.views.remove_current()
    window.close()
    last = make_window(full_store)
    assert last.page.views.name == ""
    assert len(names(last)) == 60


def test_a_view_that_is_gone_or_written_by_hand_opens_the_first(
    make_window: MakeWindow, full_store: Store
) -> None:
    for kept in ("zz", 5, "00" * 16):
        full_store.keep("view.customer", kept)
        assert views.last_arrangement(full_store, full_store.model.pages()[0]) is None
        assert make_window(full_store).page.views.name == ""


def test_tabs_that_find_no_room_stand_in_the_menu(window: MainWindow, qtbot: QtBot) -> None:
    page = window.page
    page.open_panel()
    window.resize(1150, 768)
    bar = page.views.tabs
    seen = [at for at in range(bar.count()) if bar.isTabVisible(at)]
    assert seen[0] == 0
    assert len(seen) < bar.count()
    texts = [action.text().partition("\t")[0] for action in page.views.all_views().actions()]
    assert texts == ["All", *offered(window)]
    page.views.all_views().actions()[-1].trigger()
    last = bar.count() - 1
    assert page.views.name == "No next step"
    assert bar.isTabVisible(last)
    assert bar.tabRect(last).right() <= page.views.all_button.x()
    page.toggle_panel()
    window.resize(1700, 768)
    assert all(bar.isTabVisible(at) for at in range(bar.count()))
    qtbot.keyClick(page.views.all_button, Qt.Key.Key_Space)
    check_names(page.views)
