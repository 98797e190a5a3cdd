"""The sums under a list: of all rows, of those selected, chosen by click or key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from freecrm.core.filters import Filters
from freecrm.core.query import Where
from freecrm.core.words import N_
from freecrm.store.database import Store
from freecrm.ui import footer
from freecrm.ui.window import MainWindow
from tests.ui.arranging import CTRL, LEFT, SHIFT, column_of, records, with_city

MakeWindow = Callable[..., MainWindow]


def said(window: MainWindow) -> dict[str, tuple[str, str]]:
    return {f.name: (title, text) for f, title, text in window.page.footer.texts()}


def choose(window: MainWindow, field: str, text: str) -> None:
    menu = window.page.footer.menu(column_of(window, field))
    next(action for action in menu.actions() if action.text() == text).trigger()


def test_sums_of_all_rows(window: MainWindow) -> None:
    total = sum(r["balance"] or 0 for r in records(window))
    assert said(window) == {"balance": ("Sum", f"¥{total / 100:,.2f}")}
    assert window.page.footer.words == "60 customers"


def test_they_stand_under_their_columns(window: MainWindow) -> None:
    page = window.page
    column = column_of(window, "balance")
    middle = page.grid.column_left(column) + page.grid.columnWidth(column) // 2
    at = page.footer.mapFromGlobal(page.grid.viewport().mapToGlobal(QPoint(middle, 0)))
    assert page.footer.column_at(at.x()) == column
    edge = QPoint(page.grid.column_left(column) + 2, 0)
    assert (
        page.footer.column_at(page.footer.mapFromGlobal(page.grid.viewport().mapToGlobal(edge)).x()) == column
    )


def test_they_follow_filter_words_and_changes(window: MainWindow) -> None:
    page = window.page
    page.arranger.set_filters(Filters(((Where("grade", "in", ("A",)),),)))
    of_a = [r for r in records(window) if r["grade"] == "A"]
    assert said(window)["balance"][1] == f"¥{sum(r['balance'] or 0 for r in of_a) / 100:,.2f}"
    with window.store.step(N_("Change")) as step:
        for r in of_a:
            step.update("customer", r.id, {"opening_balance": 100})
    assert said(window)["balance"][1] == f"¥{len(of_a):,}.00"
    page.find_box.setText("云杉谷酒店")
    found = [r for r in of_a if r["name"] == "云杉谷酒店"]
    assert said(window).get("balance", ("", "¥0.00"))[1] == f"¥{len(found)}.00"


def test_other_measures_are_chosen(window: MainWindow) -> None:
    filled = [r["balance"] for r in records(window) if r["balance"] is not None]
    for text, value in (
        ("Average", f"¥{round(sum(filled) / len(filled)) / 100:,.2f}"),
        ("Least", f"¥{min(filled) / 100:,.2f}"),
        ("Most", f"¥{max(filled) / 100:,.2f}"),
        ("Filled", f"{len(filled)}"),
    ):
        choose(window, "balance", text)
        assert said(window)["balance"] == (text, value)
    choose(window, "balance", "Nothing")
    assert "balance" not in said(window)
    days = [r["last_contact"] for r in records(window) if r["last_contact"]]
    choose(window, "last_contact", "Latest")
    assert said(window)["last_contact"] == ("Latest", f"{max(days)}")
    choose(window, "main_phone", "Filled")
    assert said(window)["main_phone"][1] == "60"
    assert window.page.views.is_changed  # it belongs to the view
    with_city(window)
    assert [a.text() for a in window.page.footer.menu(column_of(window, "city")).actions() if a.text()] == [
        "Filled",
        "Nothing",
    ]


def test_a_selection_has_sums_of_its_own(window: MainWindow, qtbot: QtBot) -> None:
    page = window.page
    page.grid.setFocus()
    page.grid.go(2)
    for _step in range(4):
        qtbot.keyClick(page.grid, Qt.Key.Key_Down, SHIFT)
    numbers = page.model.numbers[2:7]
    chosen = [r for r in records(window) if r.n in numbers]
    total = f"¥{sum(r['balance'] or 0 for r in chosen) / 100:,.2f}"
    qtbot.waitUntil(lambda: page.footer.rows == 5)
    assert said(window)["balance"][1] == total
    assert window.status.selection.text() == f"5 selected   Owes us {total}"
    qtbot.keyClick(page.grid, Qt.Key.Key_Down)
    assert page.footer.rows == 0
    assert window.status.selection.text() == "1 selected"
    qtbot.keyClick(page.grid, Qt.Key.Key_A, CTRL)
    assert page.footer.rows == 0  # all of them: the sums that stand there anyway


def test_what_is_no_sum_says_so_in_the_status_bar(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "balance", "Average")
    grid = window.page.grid
    grid.go(0, 0)
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    qtbot.waitUntil(lambda: window.page.footer.rows == 2)
    assert " Average ¥" in window.page.footer.selection_words()


def test_sums_are_exact_however_large(window: MainWindow) -> None:
    huge = 2**61
    with window.store.step(N_("New customer")) as step:
        for name in "abcdef":
            step.insert("customer", {"name": f"huge {name}", "opening_balance": huge, "grade": "A"})
        step.insert("customer", {"name": "huge minus", "opening_balance": -7})
    window.page.find_box.setText("huge")
    total = 6 * huge - 7
    assert said(window)["balance"][1] == f"¥{total // 100:,}.{total % 100:02d}"
    window.page.arranger.group_by("grade")
    groups = window.page.model.groups
    assert groups is not None
    assert [row.sums["balance"] for row in groups.rows] == [6 * huge, -7]


def test_numbers_of_custom_fields_are_summed_with_their_places(window: MainWindow, store: Store) -> None:
    with store.step("Field") as step:
        values = {"name": "TDS", "on": "customer", "key": "x_tds", "kind": "number", "places": 1}
        step.insert("custom_field", values)
    first, second = records(window)[:2]
    from decimal import Decimal

    with store.step("Values") as step:
        step.update("customer", first.id, {"x_tds": Decimal("0.1")})
        step.update("customer", second.id, {"x_tds": Decimal("0.2")})
    window.page.arranger.set_columns([*window.page.model.columns, "x_tds"])
    assert said(window)["x_tds"] == ("Sum", "0.3")
    choose(window, "x_tds", "Average")
    assert said(window)["x_tds"] == ("Average", "0.15")


def test_click_and_keys_open_the_choice(window: MainWindow, qtbot: QtBot) -> None:
    footer = window.page.footer
    grid = window.page.grid
    spot = QPoint(grid.viewport().x() + grid.column_left(column_of(window, "balance")) + 20, 10)
    qtbot.mouseClick(footer, LEFT, pos=spot)
    menu = next(menu for menu in footer.findChildren(QMenu) if menu.isVisible())
    assert "Average" in [action.text() for action in menu.actions()]
    menu.close()
    footer.setFocus()
    footer.current = 0
    for _step in range(column_of(window, "last_contact")):
        qtbot.keyClick(footer, Qt.Key.Key_Right)
    qtbot.keyClick(footer, Qt.Key.Key_Return)
    menu = next(menu for menu in footer.findChildren(QMenu) if menu.isVisible())
    assert "Earliest" in [action.text() for action in menu.actions()]
    menu.close()
    assert "60 customers" in footer.accessibleDescription()


def test_an_empty_list_has_no_footer(make_window: MakeWindow, store: Store) -> None:
    window = make_window(store)
    assert not window.page.footer.isVisible()
    with store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "一", "last_contact": dt.date(2026, 1, 2)})
    assert window.page.footer.isVisible()
    assert window.page.footer.words == "1 customer"


def test_prices_and_versions_are_not_added_up(window: MainWindow) -> None:
    fields = window.store.schema.fields
    assert [footer.usual(fields("product")[name]) for name in ("price", "cost")] == ["", ""]
    assert footer.usual(fields("quote")["version"]) == ""
    assert footer.usual(fields("quote")["total"]) == "sum"
