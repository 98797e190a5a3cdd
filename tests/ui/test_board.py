"""The board in a window: real drags, keys and menus; each with what it wrote and the way back."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from freecrm.core.pieces import Entry
from freecrm.core.words import N_
from freecrm.store import deal_acts, deals, timeline, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.activity_form import ActivityDialog
from freecrm.ui.board import paint
from freecrm.ui.board.page import PipelinePage
from freecrm.ui.board.shown import MINE, Narrow
from freecrm.ui.board.spoken import lane_words, spoken
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.today.day_dialog import DayDialog
from freecrm.ui.window import MainWindow
from tests import boards, calendars
from tests.ui.board_host import (
    CTRL_SHIFT,
    PHASE,
    board_page,
    box_of,
    drag,
    lane_of,
    middle,
    names,
    press,
    stage,
    value,
)
from tests.ui.calendar_host import CTRL, LEFT, NONE, move

MakeWindow = Callable[..., MainWindow]
Key = Qt.Key


@pytest.fixture(autouse=True)
def thursday(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """It is the Thursday of the picture."""
    monkeypatch.setenv("TZ", calendars.ZONE)
    time.tzset()
    with time_machine.travel(boards.NOW, tick=True):
        yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def made(store: Store) -> dict[str, bytes]:
    return boards.pipeline(store)


@pytest.fixture
def page(make_window: MakeWindow, store: Store, made: dict[str, bytes]) -> PipelinePage:
    window = make_window(store)
    window.who.choose(boards.PEOPLE[0])
    window.resize(1440, 900)
    return board_page(window)


def menu_of(page: PipelinePage) -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, *way: str) -> None:
    """Trigger an entry of a menu, through its submenus."""
    for text in way:
        action = next(one for one in menu.actions() if one.text().partition("\t")[0] == text)
        if action.menu() is not None:
            menu = action.menu()
        else:
            action.trigger()
    shut()


def shut() -> None:
    """Menus go away, as after a click."""
    while isinstance(open_ := QApplication.activePopupWidget(), QMenu):
        open_.close()
    QApplication.processEvents()


def test_columns_and_sums_of_the_picture(page: PipelinePage) -> None:
    """AC-PIPE-1."""
    lanes = page.view.lanes
    assert [(lane.title, len(lane.cards), lane.total, lane.weighted) for lane in lanes] == [
        ("New lead", 3, 52_700_00, 5_270_00),
        ("Qualified", 3, 261_100_00, 78_330_00),
        ("Proposal", 3, 309_300_00, 154_650_00),
        ("Negotiation", 2, 166_600_00, 124_950_00),
        ("Contract", 2, 169_000_00, 152_100_00),
    ]
    assert page.head.open_sum.text() == "Open ¥958,700"
    assert page.head.weighted_sum.text() == "Weighted ¥515,300"
    assert page.summary() == "13 open deals · 2 stuck · 2 without a next step"


def test_sums_are_in_the_firms_currency(
    make_window: MakeWindow, store: Store, made: dict[str, bytes]
) -> None:
    store.set_setting("firm.currency", "USD")
    window = make_window(store)
    page = board_page(window)
    assert page.head.open_sum.text() == "Open $958,700"
    assert "$52,700 · weighted $5,270" in lane_words(page.view.lanes[0])
    card = page.view.lanes[0].cards[0]
    assert f"${card.amount // 100:,}" in spoken(card, None, page.seen)
    assert "¥" not in page.side.chart.toolTip() + page.side.won.text() + page.side.outlook.text()
    assert page.side.won.text().startswith("Won $")


def test_a_drag_says_what_comes_of_it_and_does_it(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    """AC-PIPE-1, AC-PIPE-2."""
    id, told = made[PHASE], []
    to = page.view.card_rect(lane_of(page, "Negotiation"), 1).center().toPoint()

    def look() -> None:
        told.append((page.head.after.text(), page.view.accessibleDescription(), page.hint()))

    drag(page.view, middle(page.view, id), to, look)
    assert told == [("→ ¥536,900", "Negotiation: 75% · weighted +¥21,600", "Release to drop · Esc to cancel")]
    assert stage(store, id) == "Negotiation"
    assert names(page, "Negotiation") == ["Restaurant, phase 2", PHASE, "Full softener"]
    assert page.head.weighted_sum.text() == "Weighted ¥536,900"
    assert page.head.after.text() == ""
    moves = store.read().execute(
        "SELECT b.name, a.name, m.by FROM deal_move m JOIN stage b ON b.id = m.before JOIN stage a ON a.id = m.after"
    )
    assert moves.fetchall() == [("Proposal", "Negotiation", made[boards.PEOPLE[0]])]
    window = page.window()
    assert isinstance(window, MainWindow)
    assert "moved to “Negotiation”" in window.toasts.shown[-1].text.text()
    undo.undo(store)
    assert names(page, "Proposal")[0] == PHASE


def test_a_move_stands_in_the_timeline_of_the_deal(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    press_on(page, made[PHASE])
    press(page, Key.Key_Right, CTRL_SHIFT)
    wanted = store.model.pieces("deal", Entry)
    found = timeline.page(store.reader(), "deal", made[PHASE], wanted).entries
    assert any("moves" in str(one) for one in found)


def press_on(page: PipelinePage, id: bytes) -> None:
    """Click a card."""
    QTest.mouseClick(page.view.viewport(), LEFT, NONE, middle(page.view, id))


@pytest.mark.parametrize("way", ["keys", "menu", "drag"])
def test_the_same_move_by_keys_menu_and_mouse(
    page: PipelinePage, store: Store, made: dict[str, bytes], way: str
) -> None:
    """AC-PIPE-4."""
    id = made["Tea room RO"]
    if way == "keys":
        press_on(page, id)
        press(page, Key.Key_Right, CTRL_SHIFT)
    elif way == "menu":
        place = page.view.place_of(id)
        assert place is not None
        dots = paint.menu_rect(page.view.card_rect(*place)).center().toPoint()
        QTest.mouseClick(page.view.viewport(), LEFT, NONE, dots)
        menu = menu_of(page)
        choose(menu, "Move to stage", "Negotiation")
    else:
        top = page.view.card_rect(lane_of(page, "Negotiation"), 0).center().toPoint()
        drag(page.view, middle(page.view, id), top)
    assert stage(store, id) == "Negotiation"
    assert names(page, "Negotiation") == ["Tea room RO", "Restaurant, phase 2", "Full softener"]
    assert page.view.card() is not None
    assert page.view.card().id == id


def test_esc_during_a_drag_changes_nothing(page: PipelinePage, store: Store, made: dict[str, bytes]) -> None:
    """AC-PIPE-4."""
    before = store.reader().version()
    to = page.view.card_rect(lane_of(page, "Contract"), 0).center().toPoint()
    drag(page.view, middle(page.view, made[PHASE]), to, lambda: press(page, Key.Key_Escape))
    assert store.reader().version() == before
    assert page.head.after.text() == ""
    assert stage(store, made[PHASE]) == "Proposal"


def test_a_card_let_go_where_it_was_changes_nothing(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    before = store.reader().version()
    at = middle(page.view, made["Coolant recycling"])
    drag(page.view, at, at + QPoint(20, 8))
    drag(page.view, at, QPoint(at.x(), 2))  # on the edge of the page no lane is
    assert store.reader().version() == before


def test_order_in_a_column_by_mouse_and_keys(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    last = page.view.card_rect(lane_of(page, "Proposal"), 2).center().toPoint()
    drag(page.view, middle(page.view, made[PHASE]), last)
    assert names(page, "Proposal") == ["Coolant recycling", "Tea room RO", PHASE]
    press(page, Key.Key_Up, CTRL_SHIFT)
    assert names(page, "Proposal") == ["Coolant recycling", PHASE, "Tea room RO"]
    assert [card.name for card in deals.board(store, page.seen.pipe)[2].cards] == names(page, "Proposal")  # type: ignore[arg-type]


def test_arrows_go_from_card_to_card_and_enter_opens(page: PipelinePage, made: dict[str, bytes]) -> None:
    press_on(page, made["Staff canteen, 2 units"])
    for key in (Key.Key_Right, Key.Key_Down, Key.Key_Right):
        press(page, key)
    assert page.view.current == made["Coolant recycling"]
    said = page.view.accessibleDescription()
    for part in (
        "Coolant recycling",
        "拓岩精工机械",
        "¥210,000",
        "50%",
        "19 days in “Proposal”",
        "3 days late",
    ):
        assert part in said
    assert "longer than its limit of 14 days" in said
    press(page, Key.Key_End)
    assert page.view.current == made["Tea room RO"]
    press(page, Key.Key_Return)
    window = page.window()
    assert isinstance(window, MainWindow)
    assert window.navigator.place is not None
    assert window.navigator.place.kind == "record"
    window.navigator.back()
    QApplication.processEvents()
    back = window.navigator.page
    assert isinstance(back, PipelinePage)
    assert back.view.current == made["Tea room RO"]


def test_won_asks_for_the_day(page: PipelinePage, store: Store, made: dict[str, bytes]) -> None:
    press_on(page, made["Clinic framework"])
    press(page, Key.Key_W, CTRL_SHIFT)
    box = box_of(page)
    line = box.editors["closed"].main()
    line.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(line, "yesterday")
    QTest.keyClick(line, Key.Key_Return, CTRL)
    id = made["Clinic framework"]
    assert (value(store, id, "state"), value(store, id, "closed")) == ("won", dt.date(2026, 3, 18))
    assert names(page, "Contract") == ["Fleet depot water bar"]
    undo.undo(store)
    assert value(store, id, "state") == "open"
    assert len(names(page, "Contract")) == 2


def test_won_offers_an_order(page: PipelinePage, store: Store, made: dict[str, bytes]) -> None:
    id = made["Clinic framework"]
    with store.step(N_("{field} changed"), field="x") as step:
        customer = step.insert("customer", {"name": "云杉谷酒店"})
        step.update("deal", id, {"customer": customer})
    page.ask()
    press_on(page, id)
    press(page, Key.Key_W, CTRL_SHIFT)
    box = box_of(page)
    box.editors["order"].main().click()  # type: ignore[attr-defined]
    QTest.mouseClick(box.take_button, Qt.MouseButton.LeftButton)
    assert value(store, id, "state") == "won"
    window = page.window()
    assert isinstance(window, MainWindow)
    assert window.toasts.shown[-1].text.text() == "“Clinic framework” moved to “Won”, its order begun"
    assert store.read().execute("SELECT deal, confirmed FROM sales_order").fetchall() == [(id, None)]
    undo.undo(store)  # one step
    assert value(store, id, "state") == "open"
    assert store.read().execute("SELECT count(*) FROM sales_order").fetchone() == (0,)


def test_lost_asks_why(page: PipelinePage, store: Store, made: dict[str, bytes]) -> None:
    id, lost = made[PHASE], []

    def over() -> None:
        lost.append(page.view.drag.zone if page.view.drag is not None else "")

    drag(page.view, middle(page.view, id), page.view.zone_rect(paint.LOST).center().toPoint(), over)
    assert lost == ["lost"]
    box = box_of(page)
    QTest.mouseClick(box.take_button, LEFT)
    assert box.isVisible()
    assert "why it was lost" in box.trouble.text()
    assert box.reason is not None
    box.reason.setCurrentIndex(box.reason.findText("Went to a competitor"))
    QTest.keyClicks(box.editors["why"].main(), "They had one in stock")
    QTest.mouseClick(box.take_button, LEFT)
    assert (value(store, id, "state"), value(store, id, "reason_title")) == ("lost", "Went to a competitor")
    assert value(store, id, "why") == "They had one in stock"
    assert names(page, "Proposal") == ["Coolant recycling", "Tea room RO"]


def test_a_box_given_up_leaves_the_card(page: PipelinePage, store: Store, made: dict[str, bytes]) -> None:
    press_on(page, made[PHASE])
    press(page, Key.Key_L, CTRL_SHIFT)
    QTest.keyClick(box_of(page), Key.Key_Escape)
    assert stage(store, made[PHASE]) == "Proposal"
    assert PHASE in names(page, "Proposal")
    QApplication.processEvents()
    assert page.window().focusWidget() is page.view


def test_later_asks_for_a_day_that_is_ahead(page: PipelinePage, store: Store, made: dict[str, bytes]) -> None:
    id = made[PHASE]
    drag(page.view, middle(page.view, id), page.view.zone_rect(paint.LATER).center().toPoint())
    box = QApplication.activeModalWidget()
    assert isinstance(box, DayDialog)
    QTest.keyClicks(box.day.main(), "yesterday")
    with talk.recording() as heard:
        QTest.mouseClick(box.take_button, LEFT)
    assert "not ahead" in str(heard.messages[0].what)
    assert PHASE in names(page, "Proposal")
    drag(page.view, middle(page.view, id), page.view.zone_rect(paint.LATER).center().toPoint())
    box = QApplication.activeModalWidget()
    assert isinstance(box, DayDialog)
    QTest.keyClicks(box.day.main(), "in 3 days")
    QTest.mouseClick(box.take_button, LEFT)
    assert value(store, id, "later") == dt.date(2026, 3, 22)
    assert PHASE not in names(page, "Proposal")
    assert "1 put off" in page.summary()


def test_delete_by_drag_comes_back_by_undo(page: PipelinePage, store: Store, made: dict[str, bytes]) -> None:
    drag(page.view, middle(page.view, made[PHASE]), page.view.zone_rect(paint.DELETE).center().toPoint())
    assert store.reader().record("deal", made[PHASE]) is None
    assert PHASE not in names(page, "Proposal")
    undo.undo(store)
    assert names(page, "Proposal")[0] == PHASE


def test_zones_are_there_only_while_something_is_dragged(page: PipelinePage, made: dict[str, bytes]) -> None:
    at = page.view.zone_rect(paint.WON).center().toPoint()

    def seen() -> bool:
        picture = page.view.viewport().grab().toImage()
        return picture.pixelColor(at.x(), at.y() + 20) == paint.look.colour("success_bg")

    assert not seen()
    found: list[bool] = []
    to = page.view.card_rect(lane_of(page, "Contract"), 0).center().toPoint()
    drag(page.view, middle(page.view, made[PHASE]), to, lambda: found.append(seen()))
    assert found == [True]
    assert not seen()


def test_a_stage_asks_for_just_what_it_needs(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    """AC-PIPE-5."""
    id = made["Full softener"]
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("stage", made["Contract"], {"needs": "code text close"})
        step.update("deal", id, {"text": "Eight lines"})
    press_on(page, id)
    press(page, Key.Key_Right, CTRL_SHIFT)
    box = box_of(page)
    assert list(box.editors) == ["code"]
    QTest.mouseClick(box.take_button, LEFT)
    assert "“Deal no.” is needed here" in box.trouble.text()
    assert stage(store, id) == "Negotiation"
    QTest.keyClicks(box.editors["code"].main(), "D-1")
    QTest.mouseClick(box.take_button, LEFT)
    assert (stage(store, id), value(store, id, "code")) == ("Contract", "D-1")
    undo.undo(store)
    assert (stage(store, id), value(store, id, "code")) == ("Negotiation", None)  # one step


def test_a_move_that_is_not_allowed_leaves_the_card(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        pair = {"before": made["Proposal"], "after": made["Negotiation"]}
        step.insert("stage_move", {"pipeline": made["pipeline"], **pair})
    with talk.recording() as heard:
        to = page.view.card_rect(lane_of(page, "Contract"), 0).center().toPoint()
        drag(page.view, middle(page.view, made[PHASE]), to)
    assert "can't go from “Proposal” to “Contract”" in str(heard.messages[0].what)
    assert names(page, "Proposal")[0] == PHASE
    press_on(page, made[PHASE])
    press(page, Key.Key_Right, CTRL_SHIFT)
    assert stage(store, made[PHASE]) == "Negotiation"


def test_a_deal_that_somebody_deleted_meanwhile(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    with talk.recording() as heard:
        QTest.mousePress(page.view.viewport(), LEFT, NONE, middle(page.view, made[PHASE]))
        move(page.view.viewport(), middle(page.view, made["Clinic framework"]))
        deal_acts.delete(store, made[PHASE])
        QTest.mouseRelease(page.view.viewport(), LEFT, NONE, middle(page.view, made["Clinic framework"]))
    assert page.view.drag is None
    assert heard.messages == []
    assert PHASE not in names(page, "Proposal")


def test_the_page_follows_what_is_done_elsewhere(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.update("deal", made["Tea room RO"], {"amount": 22_900_00})
        step.update("stage", made["New lead"], {"name": "Fresh"})
    assert page.view.lanes[0].title == "Fresh"
    assert page.head.open_sum.text() == "Open ¥968,700"


def test_filters_say_how_many_they_hide(page: PipelinePage, made: dict[str, bytes]) -> None:
    page.narrow_to(Narrow(MINE, "month"))
    assert [(len(lane.cards), lane.others) for lane in page.view.lanes] == [
        (0, 3), (0, 3), (1, 2), (1, 1), (1, 1),
    ]  # fmt: skip
    assert page.head.owner.text() == "My deals"
    assert page.head.period.text() == "Closing this month"
    press_on(page, made[PHASE])
    press(page, Key.Key_Left)
    assert "3 more outside the filter" in page.view.accessibleDescription()
    QTest.mouseClick(page.head.owner, LEFT)
    choose(menu_of(page), "All owners")
    assert page.narrow == Narrow(None, "month")
    assert len(page.shown.cards) == 5


def test_the_table_and_each_number_open_their_rows(page: PipelinePage, made: dict[str, bytes]) -> None:
    """AC-PIPE-6."""
    window = page.window()
    assert isinstance(window, MainWindow)
    page.narrow_to(Narrow(MINE, ""))
    QTest.mouseClick(page.head.views["table"], LEFT)
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert listed.page.entity == "deal"
    assert len(listed.model.records) == 5
    page = board_page(window)
    page.narrow_to(Narrow())
    march = page.side.chart.bar_rect(0).center().toPoint()
    assert "weighted ¥320,250" in page.side.chart.accessibleDescription()
    QTest.mouseClick(page.side.chart, LEFT, NONE, march)
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert len(listed.model.records) == 5
    page = board_page(window)
    QTest.mouseClick(page.side.won, LEFT)
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert len(listed.model.records) == 2


def test_a_new_deal_begins_in_the_column_of_the_cursor(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    press_on(page, made["Full softener"])
    press(page, Key.Key_N, CTRL)
    assert page.new is not None
    assert page.unsaved() == []
    QTest.keyClicks(page.new.form.boxes["name"].editor.main(), "Ice machines")
    QTest.mouseClick(page.new.save_button, LEFT)
    assert page.new is None
    assert names(page, "Negotiation")[0] == "Ice machines"
    card = page.view.card()
    assert card is not None
    assert (card.name, card.owner) == ("Ice machines", made[boards.PEOPLE[0]])
    assert page.view.hasFocus()


def test_a_deal_may_be_moved_and_its_own_chance_stays(
    page: PipelinePage, store: Store, made: dict[str, bytes]
) -> None:
    boards.own_chance(store, made[PHASE], "33.33")
    told: list[str] = []
    to = page.view.card_rect(lane_of(page, "Contract"), 0).center().toPoint()
    drag(
        page.view, middle(page.view, made[PHASE]), to, lambda: told.append(page.view.accessibleDescription())
    )
    assert told == ["Contract: 33.33% · weighted +¥0"]
    assert page.head.weighted_sum.accessibleName() == "Weighted ¥500,897.12"  # 472,100 and 28,797.12


def test_going_to_stuck_deals_one_after_the_other(page: PipelinePage, made: dict[str, bytes]) -> None:
    assert page.side.stuck.text() == "2 stuck deals"
    seen = []
    for _turn in range(3):
        QTest.mouseClick(page.side.stuck, LEFT)
        seen.append(page.view.current)
    stuck = [made["Dormitory water"], made["Coolant recycling"]]
    assert seen == [*stuck, stuck[0]]


def test_without_a_pipeline_the_usual_one_is_offered(
    make_window: MakeWindow, store: Store, qtbot: QtBot
) -> None:
    page = board_page(make_window(store))
    assert page.stack.currentWidget() is page.empty
    assert page.make_button.hasFocus()
    QTest.mouseClick(page.make_button, LEFT)
    assert [lane.title for lane in page.view.lanes][:2] == ["New lead", "Qualified"]
    assert page.view.isVisible()


def test_a_new_deal_makes_the_pipeline_that_it_needs(make_window: MakeWindow, store: Store) -> None:
    window = make_window(store)
    page = board_page(window)
    assert not page.head.isVisible()
    assert page.hint() == ""
    window.new()
    assert page.new is not None
    assert page.seen.pipe is not None


def test_the_next_step_is_planned_from_the_card(page: PipelinePage, made: dict[str, bytes]) -> None:
    press_on(page, made["Tea room RO"])
    page.view.menu_wanted.emit(page.view.card(), page.view.current_lane(), page.mapToGlobal(page.pos()))
    choose(menu_of(page), "Plan next step…")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ActivityDialog)
    QTest.keyClicks(dialog.form.parts.editors["subject"].main(), "Call back")
    dialog.form.save()
    card = next(card for card in page.seen.cards if card.id == made["Tea room RO"])
    assert card.next_at is not None


def test_what_was_shown_is_shown_again(
    page: PipelinePage, made: dict[str, bytes], make_window: MakeWindow
) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    page.narrow_to(Narrow(made[boards.PEOPLE[1]], "year"))
    page.show_view("forecast")
    window.visit(Place("list", "customer"))
    again = board_page(window)
    assert (again.view_name, again.narrow) == ("forecast", Narrow(made[boards.PEOPLE[1]], "year"))


def test_it_speaks_chinese(page: PipelinePage, made: dict[str, bytes]) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    window.dress.set_language("zh_CN")
    press_on(page, made["Coolant recycling"])
    said = page.view.accessibleDescription()
    assert "逾期 3 天" in said
    assert "在「Proposal」19 天" in said
    assert page.summary() == "13 个进行中的商机 · 2 个停滞 · 2 个没有下一步"
    page.narrow_to(Narrow(None, "month"))
    press(page, Key.Key_Left)
    assert "另有 3 个不在筛选内" in page.view.accessibleDescription()


@pytest.mark.parametrize("zoom", [90, 150])
def test_everything_fits_on_a_small_screen(page: PipelinePage, zoom: int) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    window.resize(1366, 768)
    window.dress.set_zoom(zoom)
    QApplication.processEvents()
    assert window.width() == 1366
    assert window.height() == 768
    assert not page.side.isVisible() or page.view.horizontalScrollBar().maximum() == 0
    for part in (page.head.weighted_sum, page.head.period, page.head.side_button):
        assert part.mapTo(page, QPoint(part.width(), 0)).x() <= page.width()
