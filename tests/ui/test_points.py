"""Points on a customer's page and in the list, and the card of the credit, by real keys and clicks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from freecrm.core.day_words import this_day
from freecrm.store import history, points
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.points_give import GiveDialog
from freecrm.ui.print_preview import PrintPreview
from freecrm.ui.record_page.credit_card import CreditCard
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.record_page.points_tab import PointsTab
from freecrm.ui.window import MainWindow
from tests.ui.test_access import (
    check_chinese,
    check_english,
    check_names,
    check_sizes,
    check_tab,
)
from tests.ui.test_record_page import figure, id_of, opened, shown, texts

MakeWindow = Callable[..., MainWindow]
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def given(full_store: Store) -> Store:
    full_store.set_setting("points.given", True)
    return full_store


@pytest.fixture
def window(make_window: MakeWindow, full_store: Store) -> Iterator[MainWindow]:
    with talk.recording(unsaved="discard"):
        yield make_window(full_store)


def tab_of(page: RecordPage) -> PointsTab:
    page.show_tab("points")
    made = page.made["points"]
    assert isinstance(made, PointsTab)
    return made


def typed(qtbot: QtBot, tab: PointsTab, name: str, text: str) -> None:
    line = tab.form.editors[name].main()
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def rows(tab: PointsTab) -> list[tuple[str, int, int]]:
    return [(one.values["move"], one.values["points"], one.values["balance"]) for one in tab.model.lines]


def steps(window: MainWindow) -> list[str]:
    return [str(step) for step in history.steps(window.store)]


# ---- switched on and off


def test_a_firm_without_points_sees_nothing_of_them(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window)
    names = [tab.name for tab in page.tabs]
    assert "points" not in names
    assert "points" not in page.bar.buttons
    assert "points" not in [f.name for f in window.store.schema.shown("customer")]
    hidden = [command.id for command in window.commands.all() if not command.when()]
    pool = ["pool.claim", "pool.assign", "pool.return"]  # which is off as well
    assert hidden == ["points.earn", "points.spend", "points.adjust", "batch.points", "points.expire", *pool]
    assert not any(window.commands.action(id).isVisible() for id in hidden)

    window.show_setting("points.given")
    box = QApplication.focusWidget()
    assert box is not None
    qtbot.keyClick(box, Key.Key_Space)
    page = opened(window)
    assert [tab.name for tab in page.tabs if tab.name not in names] == ["points"]
    assert "points" in [f.name for f in window.store.schema.shown("customer")]
    assert window.commands.action("points.expire").isVisible()


# ---- the ledger


@pytest.mark.usefixtures("given")
def test_points_are_earned_by_an_amount(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window)
    tab = tab_of(page)
    assert tab.balance.text() == "0 points"
    assert tab.nothing.text() == "No points yet."
    qtbot.mouseClick(tab.buttons["earn"], LEFT)
    assert QApplication.focusWidget() is tab.form.editors["amount"].main()
    typed(qtbot, tab, "amount", "1299*2")
    assert tab.form.editors["points"].value() == 259
    assert tab.form.outlook.text() == "1 for each full 10, balance then 259"
    typed(qtbot, tab, "points", "300")  # corrected by hand: it stays when the amount changes
    typed(qtbot, tab, "amount", "2600")
    assert tab.form.editors["points"].value() == 300
    qtbot.keyClick(tab.form.editors["amount"].main(), Key.Key_Return)
    assert not tab.form.isVisible()
    assert tab.balance.text() == "300 points"
    assert rows(tab) == [("earn", 300, 300)]
    assert tab.model.lines[0].values["amount"] == 260_000
    assert figure(page, "points") == "300"
    assert steps(window)[0] == "300 points earned by 云杉谷酒店"
    page.show_tab("overview")
    heads = [row.head for row in page.overview.timeline.model.rows if row.about is not None]
    assert heads[0] == "Points"
    window.commands.run("edit.undo")
    assert figure(page, "points") == ""
    assert rows(tab_of(page)) == []


@pytest.mark.usefixtures("given")
def test_the_figure_opens_the_ledger(window: MainWindow, qtbot: QtBot) -> None:
    points.earn(window.store, id_of(window), 100_000)
    page = opened(window)
    qtbot.mouseClick(page.bar.buttons["points"], LEFT)
    assert page.tab == "points"
    assert QApplication.focusWidget() is tab_of(page).table


@pytest.mark.usefixtures("given")
def test_what_is_refused_is_said_and_stays(window: MainWindow, qtbot: QtBot) -> None:
    points.earn(window.store, id_of(window), 100_000)
    page = opened(window)
    tab = tab_of(page)
    qtbot.mouseClick(tab.buttons["spend"], LEFT)
    form, spent = tab.form, tab.form.editors["points"].main()
    qtbot.keyClick(spent, Key.Key_Return)
    assert form.trouble.text() == "How many points? Enter a whole number."
    for text, why in (
        ("300", "“云杉谷酒店” has 100 points; 300 are more than that. Take fewer."),
        ("x", "“x” isn't a whole number. Enter the points as one, as in 500."),
        ("1.5", "“1.5” isn't a whole number."),
        ("-5", "How many points? Give a whole number above zero."),
        ("9" * 30, "points are more than can be kept"),
    ):
        typed(qtbot, tab, "points", text)
        assert not form.trouble.isVisible()
        assert not form.outlook.isVisible()
        qtbot.keyClick(spent, Key.Key_Return)
        assert why in form.trouble.text()
        assert form.isVisible()
    typed(qtbot, tab, "points", "30")
    typed(qtbot, tab, "day", "2199-01-01")
    qtbot.keyClick(spent, Key.Key_Return)
    assert "is still to come" in form.trouble.text()
    window.dress.set_language("zh_CN")
    assert "还没到" in form.trouble.text()
    window.dress.set_language("en")
    typed(qtbot, tab, "day", "today")
    qtbot.keyClick(spent, Key.Key_Return)
    assert rows(tab) == [("spend", -30, 70), ("earn", 100, 100)]


@pytest.mark.usefixtures("given")
def test_points_that_ran_out_long_ago_are_foretold(window: MainWindow, qtbot: QtBot) -> None:
    window.store.set_setting("points.months", 12)
    points.earn(window.store, id_of(window), None, 3_100)
    tab = tab_of(opened(window))
    qtbot.mouseClick(tab.buttons["earn"], LEFT)
    typed(qtbot, tab, "points", "500")
    typed(qtbot, tab, "day", "2020-05-01")
    said = "they counted until 2021-05-01 and have run out already, the balance stays 3,100"
    assert tab.form.outlook.text() == f"1 for each full 10, {said}"
    window.dress.set_language("zh_CN")
    assert "已经过期" in tab.form.outlook.text()
    window.dress.set_language("en")
    qtbot.keyClick(tab.form.editors["points"].main(), Key.Key_Return)
    assert tab.balance.text().startswith("3,100 points")


@pytest.mark.usefixtures("given")
def test_a_correction_needs_a_reason(window: MainWindow, qtbot: QtBot) -> None:
    points.earn(window.store, id_of(window), 100_000)
    tab = tab_of(opened(window))
    window.commands.run("points.adjust")
    typed(qtbot, tab, "points", "-101")
    assert not tab.form.outlook.isVisible()
    typed(qtbot, tab, "points", "-9")
    assert tab.form.outlook.text() == "balance then 91"
    qtbot.keyClick(tab.form.editors["points"].main(), Key.Key_Return)
    assert "needs a reason" in tab.form.trouble.text()
    typed(qtbot, tab, "reason", "=recount")
    qtbot.keyClick(tab.form.editors["reason"].main(), Key.Key_Return)
    assert rows(tab)[0] == ("adjust", -9, 91)
    # Del on a line offers what takes it back
    tab.table.setFocus()
    qtbot.keyClick(tab.table, Key.Key_Delete)
    assert tab.form.editors["points"].value() == 9
    qtbot.mouseClick(tab.form.save_button, LEFT)
    assert rows(tab)[0] == ("adjust", 9, 100)
    assert tab.model.lines[0].values["reason"].startswith("Takes back: Corrected -9")


@pytest.mark.usefixtures("given")
def test_esc_closes_the_form_and_leaving_asks(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window)
    tab = tab_of(page)
    qtbot.mouseClick(tab.buttons["earn"], LEFT)
    assert page.unsaved() == []
    typed(qtbot, tab, "amount", "500")
    assert page.unsaved() == ["Earn points"]
    qtbot.keyClick(tab.form.editors["amount"].main(), Key.Key_Escape)
    assert not tab.form.isVisible()
    assert page.unsaved() == []
    assert shown(window) is page
    assert QApplication.focusWidget() is tab.buttons["earn"]
    qtbot.mouseClick(tab.buttons["earn"], LEFT)
    typed(qtbot, tab, "amount", "500")
    with talk.recording(unsaved="stay"):
        window.go_back()
        assert shown(window) is page
    with talk.recording(unsaved="save"):
        window.go_back()
    assert steps(window)[0] == "50 points earned by 云杉谷酒店"


@pytest.mark.usefixtures("given")
def test_the_period_that_is_seen_is_printed(window: MainWindow, qtbot: QtBot) -> None:
    id, today = id_of(window), this_day()
    long_ago = today.replace(year=today.year - 1, month=3, day=5)
    window.store.set_setting("points.months", 13)
    points.earn(window.store, id, 100_000, day=today - dt.timedelta(days=380), reason="开业")
    points.earn(window.store, id, 30_000)
    page = opened(window)
    tab = tab_of(page)
    assert "100 run out within 30 days" in tab.soon.text()
    tab.period.setCurrentIndex(3)  # this year
    assert rows(tab)[0] == ("earn", 30, 130)
    tab.period.setCurrentIndex(tab.period.count() - 1)
    first, last = (editor.main() for editor in tab.days)
    qtbot.keyClicks(first, today.isoformat())
    qtbot.keyClicks(last, today.isoformat())
    assert rows(tab) == [("earn", 30, 130)]
    last.clear()  # type: ignore[attr-defined]
    qtbot.keyClicks(last, long_ago.isoformat())
    assert "Turn the days round" in tab.trouble.text()
    last.clear()  # type: ignore[attr-defined]
    qtbot.keyClicks(last, today.isoformat())
    assert tab.trouble.text() == ""
    qtbot.mouseClick(tab.print_button, LEFT)
    preview = window.findChild(PrintPreview)
    assert preview is not None
    qtbot.waitUntil(lambda: preview.shelf is not None)
    assert preview.shelf is not None
    text = preview.shelf.pages.text(0)
    assert "Points statement" in text
    assert "Opening balance" in text
    assert "130" in text
    assert "Run out within 30 days" in text
    preview.close()


@pytest.mark.usefixtures("given")
def test_the_chosen_customers_get_points(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.let_go()
    for row in range(3):
        grid.tick(row)
    window.commands.run("batch.points")
    dialog = window.findChild(GiveDialog)
    assert dialog is not None
    assert dialog.head.text() == "Give points to 3 customers"
    qtbot.mouseClick(dialog.give_button, LEFT)
    assert dialog.trouble.text() == "How many points? Give a whole number above zero."
    qtbot.keyClicks(dialog.points.main(), "50")
    assert dialog.outlook.text() == "150 points in all"
    qtbot.keyClicks(dialog.reason.main(), "jubilee")
    qtbot.keyClick(dialog.reason.main(), Key.Key_Return)
    assert steps(window)[0] == "50 points each given to 3 customers"
    ids = window.store.reader().ids_of("customer", window.page.model.numbers[:3])
    assert [len(points.lines(window.store.read(), id)) for id in ids] == [1, 1, 1]
    window.commands.run("edit.undo")
    assert [points.lines(window.store.read(), id) for id in ids] == [[], [], []]


@pytest.mark.usefixtures("given")
def test_what_ran_out_is_written_off_by_command(window: MainWindow) -> None:
    with talk.recording() as heard:
        window.commands.run("points.expire")
        assert [str(m.what) for m in heard.messages] == ["No points have run out."]
    with window.store.step("From another computer", origin="sync") as step:
        values = {"day": dt.date(2020, 1, 1), "move": "earn", "points": 5, "expires": dt.date(2020, 2, 1)}
        step.insert("points_entry", {**values, "parent": id_of(window), "parent_entity": "customer"})
    with talk.recording() as heard:
        window.commands.run("points.expire")
        assert "5 points ran out: 云杉谷酒店 −5." in str(heard.messages[0].what)


@pytest.mark.usefixtures("given")
def test_the_tab_is_for_everybody(window: MainWindow, qtbot: QtBot) -> None:
    points.earn(window.store, id_of(window), 100_000)
    page = opened(window)
    tab = tab_of(page)
    tab.begin("earn")
    check_names(window)
    check_sizes(window)
    reached = check_tab(window, qtbot)
    for part in (*tab.buttons.values(), tab.form.save_button, tab.period, tab.print_button, tab.table):
        assert part in reached
    check_chinese(window)
    check_english(window)
    for zoom in (90, 150):
        window.dress.set_zoom(zoom)
        assert window.width() <= 1366
    window.dress.set_zoom(100)


# ---- credit


def credit_card(page: RecordPage) -> CreditCard:
    return next(card for card in page.overview.cards if isinstance(card, CreditCard))


def put(window: MainWindow, **values: object) -> None:
    with window.store.step("Agreed") as step:
        step.update("customer", id_of(window), values)


def test_the_card_says_how_credit_stands(window: MainWindow, qtbot: QtBot) -> None:
    put(window, opening_balance=None)
    page = opened(window)
    card = credit_card(page)
    assert not card.isVisible()
    put(window, credit_limit=3_500_000, opening_balance=1_000_000, terms_days=30, credit_grade="good")
    assert card.isVisible()
    said = texts(card)
    assert ("Free", "25,000.00") in list(pairwise(said))
    assert ("Payment terms", "30 days") in list(pairwise(said))
    assert "Good" in said
    put(window, opening_balance=4_700_000)
    assert "12,000.00 over the limit" in texts(card)
    put(window, credit_grade="stop")
    assert "Cash only: nothing is sold on credit." in texts(card)
    qtbot.mouseClick(card.more, LEFT)
    assert any("Credit grade: Good → Cash only" in text for text in texts(card))
    assert not any("Opening balance" in text for text in texts(card))
    window.dress.set_language("zh_CN")
    assert "超出额度 12,000.00" in texts(card)
    qtbot.mouseClick(card.more, LEFT)
    assert not any("→" in label.text() for label in card.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("credit_limit", "-5", "Credit limit is 0.00 or more, not -5.00."),
        ("terms_days", "4000", "Payment terms is between 0 and 3,650, not 4,000."),
        ("terms_days", "-1", "Payment terms is between 0 and 3,650, not -1."),
        ("discount", "120", "Discount is between 0 and 100 %, not 120 %."),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    window: MainWindow, qtbot: QtBot, name: str, text: str, why: str
) -> None:
    page = opened(window)
    before = window.store.reader().record("customer", page.id)
    page.fields.all_fields = True
    page.fields.show_record()
    page.fields.edit(name)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Key.Key_Return)
    assert any(why in one for one in texts(page.fields))
    after = window.store.reader().record("customer", page.id)
    assert before is not None
    assert after is not None
    assert after[name] == before[name]
    page.give_up()
