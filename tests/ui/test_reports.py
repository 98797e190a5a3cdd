"""The page with the reports: what is asked, what the chart says, where each number leads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from freecrm.core import words
from freecrm.core.words import N_
from freecrm.exchange.printing import Wishes
from freecrm.store import deals, pipes, report_kinds
from freecrm.store.database import Store
from freecrm.ui import talk
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.reports.page import ReportsPage
from freecrm.ui.window import MainWindow
from tests import boards
from tests.ui.conftest import MakeWindow

pytestmark = pytest.mark.usefixtures("thursday")


@pytest.fixture
def board(make_window: MakeWindow, store: Store) -> MainWindow:
    boards.pipeline(store)
    return make_window(store)


def reports(window: MainWindow, name: str = "pipeline") -> ReportsPage:
    page = window.visit(Place("reports"))
    assert isinstance(page, ReportsPage)
    page.show_report(name)
    return page


def texts(page: ReportsPage) -> list[list[str]]:
    model = page.rows.report
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def rows_of(page: ReportsPage, qtbot: QtBot, row: int, column: int, window: MainWindow) -> ListPage:
    page.rows.setFocus()
    page.rows.setCurrentIndex(page.rows.report.index(row, column))
    qtbot.keyClick(page.rows, Qt.Key.Key_Return)
    listed = window.navigator.page
    assert isinstance(listed, ListPage)
    return listed


def chips(page: ListPage) -> list[str]:
    return [chip.text() for chip in page.bar.filters.chips]


def test_the_sidebar_leads_there(board: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(board.sidebar.buttons[Place("reports")], Qt.MouseButton.LeftButton)
    page = board.navigator.page
    assert isinstance(page, ReportsPage)
    assert [page.list.item(at).text() for at in range(page.list.count())] == [
        "Pipeline", "Funnel", "Won and lost", "Sales", "Ageing", "Forecast and outcome", "Time in stage", "Learned chance",
    ]  # fmt: skip
    assert page.crumbs() == ["Reports", "Pipeline"]


def test_the_pipeline_of_the_picture(board: MainWindow) -> None:
    page = reports(board)
    assert texts(page)[-1] == ["Sum", "13", "¥958,700.00", "¥515,300.00"]
    assert page.chart.shown is page.chart.bars
    assert page.chart.bars.words(2) == "Proposal, , ¥309,300, ¥154,650"


def test_a_number_opens_its_rows(board: MainWindow, qtbot: QtBot) -> None:
    page = reports(board)
    assert "Open deals in this stage" in page.formula.text()
    listed = rows_of(page, qtbot, 3, 1, board)
    assert len(listed.model.numbers) == 2
    assert "Stage: Negotiation" in chips(listed)
    board.go_back()
    assert board.navigator.page is page or isinstance(board.navigator.page, ReportsPage)
    assert board.navigator.page.report.name == "pipeline"  # type: ignore[attr-defined]


def test_a_click_opens_them_as_well(board: MainWindow, qtbot: QtBot) -> None:
    page = reports(board)
    at = page.rows.visualRect(page.rows.report.index(0, 2)).center()
    qtbot.mouseClick(page.rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    listed = board.navigator.page
    assert isinstance(listed, ListPage)
    assert len(listed.model.numbers) == 3


def test_rows_that_no_filter_can_say_are_told_by_their_count(board: MainWindow, qtbot: QtBot) -> None:
    page = reports(board, "funnel")
    page.show_period("this_year")
    listed = rows_of(page, qtbot, 3, 1, board)
    (chip,) = chips(listed)
    assert chip == f"{len(listed.model.numbers)} rows of a report"
    qtbot.mouseClick(listed.bar.filters.chips[0], Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    assert listed.bar.filters.panel is None  # there is no way to ask so by hand
    qtbot.keyClick(listed.bar.filters.chips[0], Qt.Key.Key_Delete)
    assert chips(listed) == []


def test_the_way_of_counting_is_said_on_the_chart(board: MainWindow) -> None:
    page = reports(board, "funnel")
    for way, said in report_kinds.WAYS_SAID.items():
        page.ask(way=way)
        assert page.mode.isVisible()
        assert page.mode.text() == said
    page.show_report("sales")
    assert not page.mode.isVisible()


def test_sales_stand_against_their_target(board: MainWindow, qtbot: QtBot) -> None:
    page = reports(board, "sales")
    page.show_period("this_month")
    assert texts(page) == [
        ["2026-03", "2", "¥158,000.00", "¥400,000.00", "39.5%"],
        ["Sum", "2", "¥158,000.00", "¥400,000.00", "39.5%"],
    ]
    (mark,) = page.chart.columns.marks
    assert (mark.value, mark.target) == (158_000_00, 400_000_00)
    assert mark.said == "2026-03, Deals won 2, Won ¥158,000, Target ¥400,000, Reached 39.5%"
    page.chart.columns.setFocus()
    qtbot.keyClick(page.chart.columns, Qt.Key.Key_Return)
    listed = board.navigator.page
    assert isinstance(listed, ListPage)
    assert len(listed.model.numbers) == 2
    assert any(chip.startswith("Closed: 2026-03-01") for chip in chips(listed))


def test_choices_stand_in_menus(board: MainWindow, qtbot: QtBot) -> None:
    page = reports(board, "sales")
    qtbot.mouseClick(page.head.buttons["by"], Qt.MouseButton.LeftButton)
    menu = next(one for one in page.head.findChildren(QMenu) if one.isVisible())
    assert [action.text() for action in menu.actions()] == [
        "Month",
        "Owner",
        "Department",
        "Product",
        "Region",
    ]
    menu.actions()[1].trigger()
    menu.close()
    assert page.head.buttons["by"].text().startswith("By owner")
    assert [row[0] for row in texts(page)] == [boards.PEOPLE[0], "Sum"]
    assert not page.head.buttons["way"].isVisible()


def test_a_report_by_stage_is_of_one_pipeline_and_all_others_of_every_one(
    make_window: MakeWindow, store: Store, qtbot: QtBot
) -> None:
    boards.pipeline(store)
    second = pipes.add_pipeline(store, "Service", (("Asked", 10, "open", ""), ("Won", 100, "won", "")))
    asked, won = (stage.id for stage in deals.pipelines(store)[1].stages)
    with store.step(N_("{field} changed"), field="x") as step:
        step.insert("deal", {"name": "Repair", "amount": 100_00, "stage": asked})
        closed = {"stage": won, "closed": dt.date(2026, 3, 9)}
        step.insert("deal", {"name": "Repaired", "amount": 200_00, **closed})
    page = reports(make_window(store), "sales")

    def choices() -> list[str]:
        qtbot.mouseClick(page.head.buttons["pipeline"], Qt.MouseButton.LeftButton)
        menu = next(one for one in page.head.findChildren(QMenu) if one.isVisible())
        found = [action.text() + " *" * action.isChecked() for action in menu.actions()]
        menu.close()
        return found

    def choose(at: int) -> None:
        qtbot.mouseClick(page.head.buttons["pipeline"], Qt.MouseButton.LeftButton)
        menu = next(one for one in page.head.findChildren(QMenu) if one.isVisible())
        menu.actions()[at].trigger()
        menu.close()

    first = deals.pipelines(store)[0].name
    assert choices() == ["Every pipeline *", first, "Service"]
    assert page.head.texts()["pipeline"] == "Every pipeline"
    assert texts(page)[-1][1] == "3"
    choose(2)
    assert page.choice.pipeline == second
    assert texts(page)[-1][1] == "1"
    choose(0)
    assert texts(page)[-1][1] == "3"
    for name in ("pipeline", "funnel", "times"):
        page.show_report(name)
        assert page.head.texts()["pipeline"] == first
        assert choices() == [f"{first} *", "Service"]
    page.show_report("pipeline")
    assert texts(page)[-1][1] == "13"
    choose(1)
    assert page.head.texts()["pipeline"] == "Service"
    assert texts(page)[-1][1] == "1"


def test_days_are_typed(board: MainWindow, qtbot: QtBot) -> None:
    page = reports(board, "sales")
    page.head.ask_days()
    popup = next(one for one in board.findChildren(type_of_days()) if one.isVisible())
    popup.range.low.setText("gibberish")
    qtbot.keyClick(popup.range.low, Qt.Key.Key_Return)
    assert popup.isVisible()
    assert popup.trouble.text()
    popup.range.low.setText("2026-03-01")
    popup.range.high.setText("2026-03-10")
    qtbot.keyClick(popup.range.high, Qt.Key.Key_Return)
    assert page.choice.period == "2026-03-01/2026-03-10"
    assert texts(page)[-1][1] == "2"


def type_of_days() -> type:
    from freecrm.ui.reports.head import DaysPopup

    return DaysPopup


def test_an_empty_file_says_what_is_missing(make_window: MakeWindow, store: Store) -> None:
    window = make_window(store)
    page = reports(window, "sales")
    assert page.stack.currentWidget() is page.nothing
    assert page.nothing.text.text() == "No deal of this kind lies in this period."
    page.ever_button.click()
    assert page.nothing.text.text() == "As soon as there are deals, their numbers stand here."
    page.ask(source="orders")
    assert page.nothing.text.text() == "No order was confirmed in this period."
    assert not page.export_button.isEnabled()
    page.show_report("accuracy")
    assert page.nothing.text.text().startswith("Once a week the forecast is kept")
    page.show_report("chance")
    assert "as soon as there are 50 of them" in page.nothing.text.text()
    assert page.summary() == ""


def test_excel_and_paper_say_the_same(board: MainWindow, tmp_path: Path) -> None:
    page = reports(board, "sales")
    page.show_period("this_month")
    path = tmp_path / "sales.xlsx"
    with talk.recording(path):
        page.export()
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["Month", "Deals won", "Won", "Target", "Reached"]
    assert rows[1] == ["2026-03", 2, 158_000, 400_000, 39.5]
    (paper,) = page.printed()
    made = paper.make(tmp_path / "sales.pdf", Wishes())
    assert made.pages == 1


def test_the_page_hears_of_changes(board: MainWindow, store: Store) -> None:
    page = reports(board)
    (pipe,) = deals.pipelines(store)
    with store.step(N_("{field} changed"), field="x") as step:
        step.insert(
            "deal", {"name": "New", "amount": 100_00, "stage": pipe.open[0].id, "begun": dt.date(2026, 3, 1)}
        )
    assert texts(page)[-1][1] == "14"


def test_languages_change_at_any_time(board: MainWindow) -> None:
    page = reports(board, "sales")
    board.dress.set_language("zh_CN")
    assert page.title.text() == "销售"
    assert texts(page)[-1][0] == "合计"
    board.dress.set_theme("dark")
    board.dress.set_zoom(150)
    assert page.chart.columns.height() == page.chart.columns.sizeHint().height()
    words.use("en")


def test_a_reason_of_loss_has_no_win_rate(board: MainWindow) -> None:
    page = reports(board, "ended")
    assert page.table is not None
    assert page.table.total is not None
    assert {line.cells[4] for line in page.table.rows} == {None}
    assert page.table.total.cells[4] is not None
    page.ask(by="owner_user")
    assert all(line.cells[4] is not None for line in page.table.rows)


def test_two_ways_of_looking_are_crossed(board: MainWindow, store: Store, qtbot: QtBot) -> None:
    page = reports(board, "ended")
    page.show_period(report_kinds.EVER)
    page.ask(by="owner_user")
    whole = texts(page)
    page.rows.setFocus()
    page.rows.setCurrentIndex(page.rows.report.index(0, 0))
    person = whole[0][0]
    qtbot.keyClick(page.rows, Qt.Key.Key_Return)
    button = page.head.buttons["only"]
    assert button.isVisible()
    assert button.text().startswith(f"Only {person}")
    assert page.choice.asked.by != "owner_user"
    assert texts(page)[-1][1:3] == whole[0][1:3]  # won and lost of that person, now by reason
    page.ask(by="owner_user")
    assert [row[0] for row in texts(page)] == [person, "Sum"]
    page.show_report("pipeline")
    assert not button.isVisible()  # nothing to be crossed there
    page.show_report("ended")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = next(menu for menu in page.head.findChildren(QMenu) if menu.isVisible())
    menu.actions()[0].trigger()
    menu.close()
    page.ask(by="owner_user")
    assert texts(page) == whole
