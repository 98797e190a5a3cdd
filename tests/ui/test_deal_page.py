"""The page of a deal: its stages, what is asked before a move, its products, its time in stages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.day_words import this_day
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.words import N_
from freecrm.store import checks, deal_path, deals, followups, undo
from freecrm.store.database import Store
from freecrm.store.deals import Pipe
from freecrm.ui import look
from freecrm.ui.board.ask_box import AskBox
from freecrm.ui.deals.path_tab import PathTab
from freecrm.ui.deals.stage_bar import StageBar
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.record_lines import Value
from freecrm.ui.record_page.held_tab import HeldTab
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.window import MainWindow

MakeWindow = Callable[..., MainWindow]


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(12, button.height() // 2))


def put(store: Store, entity: str, **values: Any) -> bytes:
    with store.step(N_("{field} changed"), field="x") as step:
        return step.insert(entity, values)


def change(store: Store, entity: str, id: bytes, **values: Any) -> None:
    with store.step(N_("{field} changed"), field="x") as step:
        step.update(entity, id, values)


def record(store: Store, entity: str, id: bytes) -> Record:
    found = store.reader().record(entity, id)
    assert found is not None
    return found


@pytest.fixture
def pipe(store: Store) -> Pipe:
    deals.take_ready(store)
    return deals.pipelines(store)[0]


@pytest.fixture
def deal(store: Store, pipe: Pipe) -> bytes:
    customer = put(store, "customer", name="云杉谷酒店", grade="A")
    return put(store, "deal", name="RO line", customer=customer, stage=pipe.stages[0].id, amount=100_00)


def opened(make_window: MakeWindow, store: Store, deal: bytes) -> tuple[RecordPage, StageBar]:
    window = make_window(store)
    window.show_id("deal", deal)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert isinstance(page.strip, StageBar)
    return page, page.strip


def asked(page: RecordPage) -> AskBox:
    return next(one for one in page.window().findChildren(AskBox) if one.isVisible())


def test_a_click_on_a_stage_moves_the_deal(
    make_window: MakeWindow, store: Store, pipe: Pipe, deal: bytes
) -> None:
    page, bar = opened(make_window, store, deal)
    names = [button.text() for button in bar.buttons.values()]
    assert names == [stage.name for stage in pipe.stages]
    assert bar.buttons[pipe.stages[0].id].accessibleName() == "New lead, the deal stands here"
    click(bar.buttons[pipe.stages[2].id])
    assert record(store, "deal", deal)["stage"] == pipe.stages[2].id
    assert bar.buttons[pipe.stages[1].id].accessibleName() == "Qualified, passed"
    assert page.bar.buttons["odds"].value.text() == "50 %"
    undo.undo(store)
    assert bar.buttons[pipe.stages[0].id].accessibleName() == "New lead, the deal stands here"


def test_what_a_stage_needs_is_asked_for(
    make_window: MakeWindow, store: Store, pipe: Pipe, deal: bytes
) -> None:
    change(store, "stage", pipe.stages[1].id, needs="close amount")
    page, bar = opened(make_window, store, deal)
    click(bar.buttons[pipe.stages[1].id])
    dialog = asked(page)
    assert list(dialog.editors) == ["close"]  # the amount is known
    click(dialog.take_button)
    assert dialog.trouble.text() == "“Expected close” is needed here."
    QTest.keyClicks(dialog.editors["close"].main(), "2030-03-05")
    click(dialog.take_button)
    kept = record(store, "deal", deal)
    assert (kept["stage"], kept["close"]) == (pipe.stages[1].id, dt.date(2030, 3, 5))


def test_lost_asks_why(make_window: MakeWindow, store: Store, pipe: Pipe, deal: bytes) -> None:
    page, bar = opened(make_window, store, deal)
    click(bar.buttons[pipe.stages[-1].id])
    dialog = asked(page)
    click(dialog.take_button)
    assert dialog.trouble.text() == "Choose why it was lost: the report of lost deals lives on it."
    QTest.keyClicks(dialog.reason, "No budget")
    click(dialog.take_button)
    kept = record(store, "deal", deal)
    assert (kept["state"], kept["reason_title"]) == ("lost", "No budget")


def test_checks_are_ticked_or_passed_over_with_a_reason(
    make_window: MakeWindow, store: Store, pipe: Pipe, deal: bytes
) -> None:
    first = put(store, "stage_check", stage=pipe.stages[0].id, text="Met the boss", position=1)
    second = put(store, "stage_check", stage=pipe.stages[0].id, text="Asked for the budget", position=2)
    with pytest.raises(Known, match="Still to be done here: Met the boss"):
        deals.move(store, [deal], pipe.stages[1].id)
    page, bar = opened(make_window, store, deal)
    click(bar.boxes[first])
    assert [one.row is not None for one in checks.of_stage(store, deal)] == [True, False]
    click(bar.buttons[pipe.stages[1].id])
    dialog = asked(page)
    click(dialog.take_button)
    assert dialog.isVisible()
    assert "Say why" in dialog.trouble.text()
    QTest.keyClicks(dialog.passed, "known from last year")
    click(dialog.take_button)
    assert record(store, "deal", deal)["stage"] == pipe.stages[1].id
    sql = 'SELECT "check", reason FROM deal_check ORDER BY n'
    assert store.read().execute(sql).fetchall() == [(first, None), (second, "known from last year")]
    undo.undo(store)
    assert [one.row is not None for one in checks.of_stage(store, deal)] == [True, False]


def test_ways_that_are_not_allowed_can_not_be_gone(
    make_window: MakeWindow, store: Store, pipe: Pipe, deal: bytes
) -> None:
    put(store, "stage_move", pipeline=pipe.id, before=pipe.stages[0].id, after=pipe.stages[1].id)
    _page, bar = opened(make_window, store, deal)
    can = [button.isEnabled() for button in bar.buttons.values()]
    assert can == [True, True, False, False, False, False, False]


def test_a_product_fills_its_price_and_the_amount_follows(
    make_window: MakeWindow, store: Store, deal: bytes, qtbot: QtBot
) -> None:
    put(store, "product", name="Filter", price=50_00, prices=[{"grade": "A", "price": 40_00}])
    page, _bar = opened(make_window, store, deal)
    page.show_tab("lines")
    tab: Any = page.made["lines"]
    assert isinstance(tab, HeldTab)
    click(tab.nothing.button)
    line = tab.editor.lines[0]
    QTest.keyClicks(line.editors["product"].main(), "Filter")
    line.editors["quantity"].main().selectAll()
    QTest.keyClicks(line.editors["quantity"].main(), "3")
    page.tab_bar.setFocus()
    qtbot.waitUntil(lambda: record(store, "deal", deal)["listed"] == 120_00)
    assert record(store, "deal", deal)["lines"][0]["price"] == 40_00
    assert record(store, "deal", deal)["amount"] == 100_00  # set by hand before
    assert "set by hand: 100.00" in tab.total.text()
    click(tab.follow_button)
    assert record(store, "deal", deal)["amount"] == 120_00
    assert "follows it" in tab.total.text()
    assert not tab.unsaved()


def test_the_time_in_each_stage(make_window: MakeWindow, store: Store, pipe: Pipe, deal: bytes) -> None:
    deals.move(store, [deal], pipe.stages[1].id)
    now = dt.datetime.now(dt.UTC) + dt.timedelta(days=3, hours=1)
    stays = deal_path.stays(store, deal, now)
    assert [(one.name, one.days, one.ends) for one in stays] == [
        ("New lead", 0, True),
        ("Qualified", 3, False),
    ]
    page, _bar = opened(make_window, store, deal)
    page.show_tab("path")
    tab = page.made["path"]
    assert isinstance(tab, PathTab)
    assert [one.name for one in tab.stays] == ["New lead", "Qualified"]


def test_what_is_done_for_a_deal_stands_in_its_timeline(
    make_window: MakeWindow, store: Store, deal: bytes
) -> None:
    page, _bar = opened(make_window, store, deal)
    page.begin_follow_up()
    box: Any = page.overview.composer
    box.text.setPlainText("Wants it before May")
    box.save()
    sql = "SELECT deal, customer, result FROM activity WHERE state = 'done'"
    customer = record(store, "deal", deal)["customer"]
    assert store.read().execute(sql).fetchall() == [(deal, customer, "Wants it before May")]
    assert "Wants it before May" in [row.text for row in page.overview.timeline.model.rows]
    followups.plan(store, "deal", deal, {"kind": "call", "subject": "Ask", "start": dt.datetime.now(dt.UTC)})
    assert record(store, "deal", deal)["next_step"] == "Ask"
    assert followups.open_steps(store, "deal", deal)[0].subject == "Ask"


def test_a_customer_shows_what_its_open_deals_are_worth(
    make_window: MakeWindow, store: Store, pipe: Pipe, deal: bytes
) -> None:
    customer = record(store, "deal", deal)["customer"]
    put(store, "deal", name="won", customer=customer, stage=pipe.stages[5].id, amount=7_00)
    put(store, "deal", name="more", customer=customer, stage=pipe.stages[1].id, amount=1_00)
    window = make_window(store)
    window.show_id("customer", customer)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    assert page.bar.buttons["open_deals"].value.text() == "¥101.00"
    click(page.bar.buttons["open_deals"])
    assert page.tab == "deals"


def test_the_head_leads_to_the_customer(make_window: MakeWindow, store: Store, deal: bytes) -> None:
    window = make_window(store)
    window.show_id("deal", deal)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    name = next(one for one in page.fields.head_box.findChildren(Value) if one.text() == "云杉谷酒店")
    click(name)
    shown = window.navigator.page
    assert isinstance(shown, RecordPage)
    assert (shown.entity.entity, shown.name) == ("customer", "云杉谷酒店")


def test_a_closed_deal_asks_for_no_next_step(
    make_window: MakeWindow, store: Store, pipe: Pipe, deal: bytes
) -> None:
    window = make_window(store)
    window.show_id("deal", deal)
    page = window.navigator.page
    assert isinstance(page, RecordPage)
    steps = page.overview.next_steps
    assert steps is not None
    assert steps.none is not None
    assert steps.none.isVisible()
    deals.move(store, [deal], next(stage.id for stage in pipe.stages if stage.outcome == "won"))
    assert not steps.none.isVisible()
    undo.undo(store)
    assert steps.none.isVisible()


def test_a_day_is_overdue_only_while_the_deal_is_open(
    make_window: MakeWindow, store: Store, pipe: Pipe
) -> None:
    past = this_day() - dt.timedelta(days=9)
    stages = {stage.outcome: stage.id for stage in pipe.stages}
    for name in ("open", "won", "lost"):
        put(store, "deal", name=name, stage=stages[name], close=past)
    window = make_window(store)
    page = window.visit(Place("list", "deal"))
    assert isinstance(page, ListPage)
    page.grid.clearSelection()
    QApplication.processEvents()
    column = page.model.columns.index("close")
    rows = [page.model.row(at) for at in range(3)]
    seen = {row.texts[0]: red(page, at, column) for at, row in enumerate(rows) if row is not None}
    assert seen == {"open": True, "won": False, "lost": False}


def red(page: ListPage, row: int, column: int) -> bool:
    """Whether a cell is written in the colour of what is late."""
    wanted = look.colour("danger").rgb()
    shot = page.grid.viewport().grab(page.grid.visualRect(page.model.index(row, column))).toImage()
    return any(shot.pixel(x, y) == wanted for x in range(shot.width()) for y in range(shot.height()))
