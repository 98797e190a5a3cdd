"""Receipts, the account of a customer, ageing, dunning letters and the day's overdue bills, by real keys and clicks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from freecrm.core.day_words import this_day
from freecrm.core.filters import Filters
from freecrm.core.query import Sort, Where
from freecrm.store import credit, receivables, undo
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.list_page import ListPage
from freecrm.ui.money.account_tab import AccountTab
from freecrm.ui.money.ageing_page import AgeingPage
from freecrm.ui.money.bill_dialog import BillDialog
from freecrm.ui.money.dunning_dialog import DunningDialog
from freecrm.ui.money.match_table import PAYS
from freecrm.ui.money.receipt_dialog import ReceiptDialog
from freecrm.ui.page import Place
from freecrm.ui.print_preview import PrintPreview
from freecrm.ui.reason_dialog import ReasonDialog
from freecrm.ui.record_page.page import RecordPage
from freecrm.ui.today.page import TodayPage
from freecrm.ui.window import MainWindow
from tests.ui.arranging import column, column_of, names
from tests.ui.test_access import check_chinese, check_english, check_names, check_sizes, check_tab
from tests.ui.test_record_page import figure, opened

MakeWindow = Callable[..., MainWindow]
LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
NAME = "云杉谷酒店"


def named(store: Store) -> bytes:
    found = store.reader().named("customer", NAME)
    assert found is not None
    return found


@pytest.fixture
def window(make_window: MakeWindow, full_store: Store) -> Iterator[MainWindow]:
    store = full_store
    id = named(store)
    with store.step("Change") as step:
        step.update("customer", id, {"opening_balance": None})
    for name, amount, days in (("S-1", 300_000, 40), ("S-2", 500_000, 5), ("S-3", 200_000, -20)):
        due = this_day() - dt.timedelta(days=days)
        receivables.add(store, id, amount, name=name, day=due - dt.timedelta(days=30), due=due)
    with talk.recording(unsaved="discard"):
        yield make_window(store)


def account_of(page: RecordPage) -> AccountTab:
    page.show_tab("account")
    made = page.made["account"]
    assert isinstance(made, AccountTab)
    return made


def dialog(kind: type[QWidget]) -> QWidget:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    assert len(found) == 1, found
    return found[0]


def receipt(window: MainWindow) -> ReceiptDialog:
    made = dialog(ReceiptDialog)
    assert isinstance(made, ReceiptDialog)
    return made


def write(qtbot: QtBot, asked: ReceiptDialog, name: str, text: str) -> QLineEdit:
    line = asked.editors[name].main()
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    return line


def pays(asked: ReceiptDialog) -> list[str]:
    return [asked.model.text(row, PAYS) for row in range(asked.model.rowCount())]


def rows(tab: AccountTab) -> list[list[str]]:
    return [[column.text(line) for column in tab.model.columns_] for line in tab.model.lines]


# ---- the list


def owing(window: MainWindow) -> dict[str, str]:
    """What the list says that each customer owes."""
    return dict(zip(names(window), column(window, "balance"), strict=True))


def test_the_list_says_what_each_owes_now(window: MainWindow, qtbot: QtBot) -> None:
    page, store = window.page, window.store
    assert "balance" in page.model.columns
    assert "opening_balance" not in page.model.columns
    assert owing(window)[NAME] == "10,000.00"
    receivables.receive(store, named(store), 250_000)
    assert owing(window)[NAME] == "7,500.00"
    undo.undo(store)
    assert owing(window)[NAME] == "10,000.00"
    with store.step("Change") as step:
        step.update("customer", named(store), {"opening_balance": 9_900_000_00})
    page.arranger.set_sort((Sort("balance", True),))
    assert names(window)[0] == NAME
    least = Filters(((Where("balance", "between", (5_000_000_00, None)),),))
    page.arranger.set_filters(least)
    assert names(window) == [NAME]


def test_what_is_owed_is_changed_by_what_it_is_made_of(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.page.grid
    grid.go(0, column_of(window, "balance"))
    grid.setFocus()
    qtbot.keyClicks(grid, "7")
    said = window.status.hint.text()
    assert said == "Owes us is worked out from: Opening balance, Receivables, Receipts. Change it there."


# ---- receipts


def test_a_receipt_in_ten_seconds(window: MainWindow, qtbot: QtBot) -> None:
    """Ctrl+Shift+R on a customer, the amount, Enter: the oldest bills are settled."""
    page = opened(window)
    assert figure(page, "balance") == "¥10,000.00"
    qtbot.keyClick(window, Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    asked = receipt(window)
    assert asked.editors["customer"].value() == page.id
    assert [asked.model.text(row, 0) for row in range(3)] == ["S-1", "S-2", "S-3"]
    assert [asked.model.text(row, 2) for row in range(3)] == ["40", "5", ""]
    line = write(qtbot, asked, "amount", "4000")
    assert pays(asked) == ["3,000.00", "1,000.00", ""]
    assert asked.outlook.text() == "4,000.00 on 2 bills"
    qtbot.keyClick(line, Key.Key_Return)
    assert not asked.isVisible()
    assert figure(page, "balance") == "¥6,000.00"
    tab = account_of(page)
    assert tab.balance.text() == "6,000.00 owed"
    assert tab.about.text() == "4,000.00 overdue, the oldest by 5 days"
    assert rows(tab)[0][1:] == [
        "Receipt",
        "R" + this_day().strftime("%y%m") + "-001",
        "",
        "",
        "4,000.00",
        "6,000.00",
    ]
    window.commands.run("edit.undo")
    assert tab.balance.text() == "10,000.00 owed"


def test_amounts_are_typed_into_the_bills(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window)
    window.commands.run("money.receipt")
    asked = receipt(window)
    write(qtbot, asked, "amount", "4000")
    table = asked.table
    table.setFocus()
    table.setCurrentIndex(asked.model.index(0, PAYS))
    qtbot.keyClicks(table, "5")
    editor = table.findChild(QLineEdit)
    assert editor is not None
    editor.setText("500")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: pays(asked) == ["500.00", "1,000.00", ""])
    assert asked.isVisible()  # this Enter was for the cell
    table.setCurrentIndex(asked.model.index(2, PAYS))
    qtbot.keyClick(table, Key.Key_Space)
    assert pays(asked) == ["500.00", "1,000.00", "2,000.00"]
    assert asked.outlook.text() == "3,500.00 on 3 bills · 500.00 stays as credit"
    assert not asked.model.setData(asked.model.index(0, PAYS), "3000.01")
    assert (
        asked.trouble.text()
        == "“S-1” has 3,000.00 open; 3,000.01 is more than that. Put at most 3,000.00 on it."
    )
    assert not asked.model.setData(asked.model.index(0, PAYS), "-1")
    assert "goes the other way" in asked.trouble.text()
    assert not asked.model.setData(asked.model.index(0, PAYS), "abc")
    assert not asked.model.setData(asked.model.index(0, PAYS), "$5")
    assert "is in USD, this file is in CNY" in asked.trouble.text()
    qtbot.mouseClick(asked.save_button, LEFT)
    assert receivables.credit_of(window.store, page.id) == 50_000
    assert [item.left for item in receivables.open_items(window.store.reader(), page.id)] == [
        250_000,
        400_000,
    ]
    tab = account_of(page)
    assert tab.credit_button.isVisible()
    qtbot.mouseClick(tab.credit_button, LEFT)
    assert receivables.credit_of(window.store, page.id) == 0


@pytest.mark.parametrize(
    ("amount", "why"),
    [
        ("", "above zero"),
        ("0", "above zero"),
        ("-5", "above zero"),
        ("$100", "“$100” is in USD, this file is in CNY. All amounts are in one currency"),
        ("abc", "isn't an amount"),
    ],
)
def test_what_is_no_receipt_is_said_and_stays(
    window: MainWindow, qtbot: QtBot, amount: str, why: str
) -> None:
    opened(window)
    window.commands.run("money.receipt")
    asked = receipt(window)
    write(qtbot, asked, "amount", amount)
    qtbot.mouseClick(asked.save_button, LEFT)
    assert why in asked.trouble.text()
    assert asked.isVisible()
    assert asked.focusWidget() is asked.editors["amount"].main()
    assert window.store.read().execute("SELECT count(*) FROM receipt").fetchone() == (0,)


def test_more_than_came_is_refused_by_the_door(window: MainWindow, qtbot: QtBot) -> None:
    opened(window)
    window.commands.run("money.receipt")
    asked = receipt(window)
    write(qtbot, asked, "amount", "100")
    assert asked.model.setData(asked.model.index(1, PAYS), "200")
    qtbot.mouseClick(asked.save_button, LEFT)
    assert asked.trouble.text() == "100.00 came in; 300.00 is put on bills. Put 200.00 less on them."
    assert asked.save_button.isEnabled()


def test_without_a_customer_it_asks_for_one(window: MainWindow, qtbot: QtBot) -> None:
    window.visit(Place("today"))
    window.commands.run("money.receipt")
    asked = receipt(window)
    write(qtbot, asked, "amount", "5")
    qtbot.mouseClick(asked.save_button, LEFT)
    assert asked.trouble.text() == "From whom? Choose the customer."


def test_a_refund_takes_what_lies_with_us(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window)
    receivables.receive(window.store, page.id, 1_050_000)
    tab = account_of(page)
    assert tab.balance.text() == "500.00 lie with us"
    qtbot.mouseClick(tab.buttons["money.refund"], LEFT)
    asked = receipt(window)
    assert asked.outlook.text() == "500.00 lies with us."
    write(qtbot, asked, "amount", "600")
    qtbot.mouseClick(asked.save_button, LEFT)
    assert "has a credit of 500.00; 600.00 is more" in asked.trouble.text()
    write(qtbot, asked, "amount", "500")
    qtbot.mouseClick(asked.save_button, LEFT)
    assert credit.owed(window.store.reader(), page.id) == 0


def test_a_bill_beyond_the_limit_asks_why(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window)
    with window.store.step("Change") as step:
        step.update("customer", page.id, {"credit_limit": 1_200_000, "terms_days": 30})
    tab = account_of(page)
    qtbot.mouseClick(tab.buttons["money.receivable"], LEFT)
    asked = dialog(BillDialog)
    assert isinstance(asked, BillDialog)
    qtbot.mouseClick(asked.save_button, LEFT)
    assert asked.trouble.text() == "How much is owed? Enter the amount."
    line = asked.editors["amount"].main()
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, "2500")
    qtbot.mouseClick(asked.save_button, LEFT)
    why = dialog(ReasonDialog)
    assert isinstance(why, ReasonDialog)
    texts = [one.text() for one in why.findChildren(QLabel)]
    said = "云杉谷酒店 may owe 12,000.00 and owes 10,000.00. With 2,500.00 more that is over the limit by 500.00."
    assert any(said in text for text in texts)
    qtbot.mouseClick(why.act_button, LEFT)
    assert why.isVisible()  # no reason yet
    qtbot.keyClicks(why.reason, "Deposit promised")
    qtbot.mouseClick(why.act_button, LEFT)
    assert not asked.isVisible()
    assert tab.balance.text() == "12,500.00 owed"
    assert window.store.read().execute("SELECT reason, over FROM credit_release").fetchall() == [
        ("Deposit promised", 50_000)
    ]
    page.show_tab("overview")
    heads = [row.head for row in page.overview.timeline.model.rows if row.about is not None]
    assert any("Sold beyond the credit limit" in head for head in heads)


# ---- the account


def test_the_account_leads_to_everything(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(window)
    id = receivables.receive(window.store, page.id, 300_000)
    tab = account_of(page)
    assert rows(tab)[0][6] == "7,000.00"
    tab.table.setFocus()
    tab.table.setCurrentIndex(tab.model.index(0, 0))
    qtbot.keyClick(tab.table, Key.Key_Delete)  # its bill is open again; undo settles it
    assert tab.balance.text() == "10,000.00 owed"
    window.commands.run("edit.undo")
    assert tab.balance.text() == "7,000.00 owed"
    tab.table.setCurrentIndex(tab.model.index(0, 0))
    with talk.recording() as heard:
        heard.file = tmp_path / "account.xlsx"
        qtbot.mouseClick(tab.excel_button, LEFT)
    assert (tmp_path / "account.xlsx").exists()
    qtbot.mouseClick(tab.print_button, LEFT)
    shown = dialog(PrintPreview)
    qtbot.keyClick(shown, Key.Key_Escape)
    qtbot.keyClick(tab.table, Key.Key_Return)
    assert window.navigator.place == Place("record", f"receipt/{id.hex()}")
    window.commands.run("money.receipt_paper")
    shown = dialog(PrintPreview)
    qtbot.keyClick(shown, Key.Key_Escape)


def test_the_period_narrows_the_account(window: MainWindow) -> None:
    tab = account_of(opened(window))
    tab.bar.period.setCurrentIndex(tab.bar.period.findData("own"))
    day = this_day() - dt.timedelta(days=40)
    tab.bar.days[0].set_value(day)
    tab.bar.turned.emit()
    assert [row[2] for row in rows(tab)] == ["S-3 (2,000.00 open)", "S-2 (5,000.00 open)"]
    assert tab.found is not None
    assert tab.found[0].opening == 300_000
    tab.bar.days[1].set_value(day - dt.timedelta(days=1))
    tab.bar.turned.emit()
    assert "end before it begins" in tab.trouble.text()


def test_the_figure_opens_the_account(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window)
    qtbot.mouseClick(page.bar.buttons["balance"], LEFT)
    assert page.tab == "account"
    for language in ("zh_CN", "en"):
        window.dress.set_language(language)
        check_names(page)
        check_sizes(page)
    check_english(window)


# ---- ageing, letters, the day


def ageing_page(window: MainWindow) -> AgeingPage:
    made = window.visit(Place("ageing"))
    assert isinstance(made, AgeingPage)
    return made


def row_of(page: AgeingPage, name: str) -> int:
    return next(at for at, line in enumerate(page.model.lines) if line.name == name)


def test_each_number_of_the_ageing_opens_its_rows(window: MainWindow, qtbot: QtBot) -> None:
    page = ageing_page(window)
    row = row_of(page, NAME)
    assert [column.text(page.model.lines[row]) for column in page.model.columns_] == [
        NAME, "2,000.00", "5,000.00", "3,000.00", "", "", "", "10,000.00",
    ]  # fmt: skip
    page.table.setFocus()
    page.table.setCurrentIndex(page.model.index(row, 2))
    qtbot.keyClick(page.table, Key.Key_Return)
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert listed.page.entity == "receivable"
    assert len(listed.model.numbers) == 1
    page = ageing_page(window)
    page.table.setCurrentIndex(page.model.index(row_of(page, NAME), 0))
    qtbot.keyClick(page.table, Key.Key_Return)
    shown = window.navigator.page
    assert isinstance(shown, RecordPage)
    assert shown.tab == "account"
    page = ageing_page(window)
    page.chart.setFocus()
    page.chart.at = 1
    qtbot.keyClick(page.chart, Key.Key_Return)
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    assert len(listed.model.numbers) == 1
    page = ageing_page(window)
    assert page.printed()
    for language in ("zh_CN", "en"):
        window.dress.set_language(language)
        check_names(page)
        check_sizes(page)


def test_letters_are_written_once(window: MainWindow, qtbot: QtBot) -> None:
    page = ageing_page(window)
    qtbot.mouseClick(page.dunning_button, LEFT)
    asked = dialog(DunningDialog)
    assert isinstance(asked, DunningDialog)
    assert [(one.name, one.level) for one in asked.due] == [(NAME, 2)]
    assert asked.said.text() == "1 letter will be written."
    qtbot.keyClick(asked.table, Key.Key_Space)
    assert not asked.write_button.isEnabled()
    qtbot.keyClick(asked.table, Key.Key_Space)
    qtbot.mouseClick(asked.write_button, LEFT)
    shown = dialog(PrintPreview)
    qtbot.keyClick(shown, Key.Key_Escape)
    opened(window)
    window.commands.run("money.dunning")
    again = dialog(DunningDialog)
    assert isinstance(again, DunningDialog)
    assert again.said.text() == "Nobody is to be asked today."
    assert not again.write_button.isEnabled()


def test_the_day_names_what_is_overdue(window: MainWindow, qtbot: QtBot) -> None:
    page = window.visit(Place("today"))
    assert isinstance(page, TodayPage)
    id = named(window.store)
    line = page.line_of(("customer", id, "owing"))
    assert line is not None
    assert line.about.text() == "8,000.00 · late by 40 days"
    line.setFocus()
    qtbot.keyClick(line, Key.Key_Space)
    asked = receipt(window)
    field = write(qtbot, asked, "amount", "8000")
    qtbot.keyClick(field, Key.Key_Return)
    assert page.line_of(("customer", id, "owing")) is None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_pages_are_for_everybody(window: MainWindow, qtbot: QtBot, language: str) -> None:
    window.dress.set_language(language)
    ageing_page(window)
    check_tab(window, qtbot)
    (check_english if language == "en" else check_chinese)(window)


# ---- the big button


def list_of(window: MainWindow, entity: str) -> ListPage:
    page = window.visit(Place("list", entity))
    assert isinstance(page, ListPage)
    return page


def test_the_big_button_asks_for_a_receipt(window: MainWindow, qtbot: QtBot) -> None:
    """In the list of receipts it opens the dialog with the open bills, for no customer yet."""
    receivables.receive(window.store, named(window.store), 1_000)
    page = list_of(window, "receipt")
    qtbot.mouseClick(window.top.new_button, LEFT)
    asked = receipt(window)
    assert asked.editors["customer"].value() is None
    asked.editors["customer"].set_value(named(window.store))
    write(qtbot, asked, "amount", "4000")
    qtbot.mouseClick(asked.save_button, LEFT)
    assert page.model.total == 2
    made = page.store.reader().by_number("receipt", page.grid.current_n())
    assert made is not None
    assert made["amount"] == 400_000


def test_the_big_button_asks_for_a_receivable(window: MainWindow, qtbot: QtBot) -> None:
    page = list_of(window, "receivable")
    assert not page.side.is_open
    qtbot.mouseClick(window.top.new_button, LEFT)
    asked = dialog(BillDialog)
    assert not page.side.is_open
    asked.close()


def test_an_empty_list_of_receipts_asks_for_one(window: MainWindow, qtbot: QtBot) -> None:
    page = list_of(window, "receipt")
    qtbot.mouseClick(page.states.new_button, LEFT)
    receipt(window).close()


def test_new_receipt_on_a_customers_page_is_theirs(window: MainWindow) -> None:
    page = opened(window)
    window.new("receipt")
    assert window.navigator.page is page
    asked = receipt(window)
    assert asked.editors["customer"].value() == page.id
    asked.close()


@pytest.mark.parametrize("entity", ["quote", "sales_order", "delivery", "invoice", "repeat_bill", "receipt"])
def test_an_empty_list_of_papers_offers_no_import_of_customers(window: MainWindow, entity: str) -> None:
    page = list_of(window, entity)
    states = page.states
    assert states.currentWidget() is states.empty
    assert states.import_button.isHidden()
    assert states.new_button.property("kind") == "primary"
    assert "Excel" not in states.empty.text.text()
    states.focus_first()
    assert states.new_button.hasFocus()


def test_large_letters_keep_the_receipts_buttons_on_the_screen(window: MainWindow) -> None:
    window.dress.set_zoom(150)
    opened(window)
    window.commands.run("money.receipt")
    asked = receipt(window)
    room = asked.screen().availableGeometry()
    assert asked.height() < room.height()
    assert asked.width() < room.width()
    assert asked.rect().contains(asked.save_button.geometry())
    asked.close()
