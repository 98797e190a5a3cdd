"""Reports: which one at the left, what is asked above, the chart, and below it the table with the same numbers.

A number leads to its rows, by click or Enter; what it is made of stands below the table. The page knows no report: what
there is stands in `store/report_kinds.py`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.change import Touched
from freecrm.core.day_words import this_day
from freecrm.core.filters import chips_of
from freecrm.core.query import Query
from freecrm.core.words import N_, _, plural, say
from freecrm.exchange import report_sheet
from freecrm.store import deals, report_kinds, reports_sales
from freecrm.store.database import Store
from freecrm.store.report_kinds import Asked, Report
from freecrm.store.reports import Figure, Table, Wish
from freecrm.store.reports import Line as ReportLine
from freecrm.ui import look, talk
from freecrm.ui.field_list import LineList
from freecrm.ui.offering import offer, why_not
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, announce, label
from freecrm.ui.reports.drawn import Chart
from freecrm.ui.reports.head import Choice, Names, Only, ReportHead
from freecrm.ui.reports.table import ReportTable
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable

SIDE, NARROW = 190, 900


class ReportsPage(Page):
    """rows_wanted(entity, Filters): the rows of a number, in their list. told(what, path): a file was written.
    print_wanted: the report on paper."""

    rows_wanted = Signal(str, object)
    told = Signal(object, object)
    print_wanted = Signal()

    can_print = True
    message_at = 0

    def __init__(self, store: Store, tasks: Tasks, name: str = "") -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.report: Report = report_kinds.of(name)
        self.choice = Choice()
        self.names = Names({}, {})
        self.table: Table | None = None
        self.currency = report_sheet.currency_of(store)
        self._latest = Latest(tasks)
        self._has_rows = False
        self._build()
        self.reword()
        self.read()

    def _build(self) -> None:
        self.list = LineList()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFixedWidth(look.px(SIDE))
        for report in report_kinds.REPORTS:
            QListWidgetItem(self.list).setData(Qt.ItemDataRole.UserRole, report.name)
        self.list.setCurrentRow(report_kinds.REPORTS.index(self.report))
        self.list.currentRowChanged.connect(lambda at: self.show_report(report_kinds.REPORTS[at].name))
        self.title, self.about, self.mode = label("title"), label("hint"), label("caption")
        self.about.setWordWrap(True)
        self.mode.setWordWrap(True)
        self.export_button, self.print_button = QPushButton(), QPushButton()
        look.dress(self.export_button, "file-spreadsheet", 16)
        self.export_button.clicked.connect(self.export)
        look.dress(self.print_button, "printer", 16)
        self.print_button.clicked.connect(self.print_wanted)
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.title)
        texts.addWidget(self.about)
        top.addLayout(texts, 1)
        for button in (self.export_button, self.print_button):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.head = ReportHead()
        self.head.chosen.connect(self._choose)
        self.chart = Chart()
        self.chart.opened.connect(self._open_row)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.chart)
        self.rows = ReportTable()
        self.rows.rows_wanted.connect(self.open_figure)
        self.rows.row_wanted.connect(self.narrow)
        self.rows.moved.connect(self._say_formula)
        self.formula = label("caption")
        self.formula.setWordWrap(True)
        both = QWidget()
        inner = QVBoxLayout(both)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(look.px(6))
        inner.addWidget(self.area, 3)
        inner.addWidget(self.rows, 2)
        inner.addWidget(self.formula)
        self.nothing = EmptyState("chart-column")
        self.ever_button = self.nothing.add_button(self._show_ever, "primary")
        self.stack = QStackedWidget()
        self.stack.addWidget(both)
        self.stack.addWidget(self.nothing)
        right = QVBoxLayout()
        right.setContentsMargins(*(look.px(side) for side in (20, 14, 20, 12)))
        right.setSpacing(look.px(8))
        right.addLayout(top)
        right.addWidget(self.head)
        right.addWidget(self.mode)
        right.addWidget(self.stack, 1)
        edge = QFrame()
        edge.setProperty("line", True)
        edge.setFixedWidth(1)
        whole = QHBoxLayout()
        whole.setContentsMargins(look.px(8), look.px(10), 0, 0)
        whole.setSpacing(look.px(4))
        whole.addWidget(self.list)
        whole.addWidget(edge)
        whole.addLayout(right, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(whole, 1)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- choosing

    def show_report(self, name: str) -> None:
        """Turn to a report."""
        self.report = report_kinds.of(name)
        at = report_kinds.REPORTS.index(self.report)
        if self.list.currentRow() != at:
            self.list.setCurrentRow(at)
            return
        self.choice = replace(self.choice, asked=self.report.fitting(self.choice.asked))
        self._say()
        self.read()
        self.renamed.emit()

    def _choose(self, choice: Choice) -> None:
        self.choice = choice
        self._say()
        self.read()

    def ask(self, **asked: str) -> None:
        """Ask the report shown otherwise: by, way, source."""
        self._choose(replace(self.choice, asked=self.report.fitting(replace(self.choice.asked, **asked))))

    def narrow(self, line: ReportLine) -> None:
        """Ask about one row only, by what comes next: so any two ways of looking are crossed."""
        asked = self.report.fitting(self.choice.asked)
        if line.key is None or not self.report.crosses(asked):
            return
        others = [by for by in self.report.by if by != asked.by]
        only = Only(asked.by, line.key, line.title)
        self._choose(replace(self.choice, only=only, asked=replace(asked, by=others[0])))
        announce(self, self.head.texts().get("only", ""))

    def show_period(self, key: str) -> None:
        """Ask about another period."""
        self._choose(replace(self.choice, period=key))

    def _show_ever(self) -> None:
        if self.report.period:
            self.show_period(report_kinds.EVER)

    # ---- reading

    def read(self) -> None:
        """Work it out in the background; what was asked before is no longer waited for."""
        self._latest.run(_work, self.store, self.report, self.choice, then=self._show)

    def _show(self, found: tuple[str, Choice, Table, Names]) -> None:
        name, choice, table, names = found
        if name != self.report.name or choice != self.choice:
            return
        self.table, self.names = table, names
        self.head.show_choice(self.report, self.choice, names)
        has_rows = any(cell is not None and cell.value for line in table.rows for cell in line.cells)
        self.stack.setCurrentIndex(0 if has_rows else 1)
        self._has_rows = has_rows
        self._offer()
        self.rows.show_table(table, self.currency)
        self.chart.show_table(table, self.report.drawn(self.choice.asked), self.currency)
        self._say_formula()
        self._say_nothing()
        self.changed.emit()

    def _offer(self) -> None:
        why = why_not(self.store, "export")
        offer(self.export_button, why, self._has_rows, _("Export this report"))
        offer(self.print_button, why_not(self.store, "print"), self._has_rows)

    def heard(self, touched: Touched | None) -> None:
        if touched is None or touched.step is not None:
            self.read()

    # ---- where numbers lead

    def open_figure(self, figure: Figure, _title: str = "") -> None:
        """Show the rows of a number in their list."""
        if figure.query is not None:
            self.show_query(figure.query)

    def show_query(self, query: Query) -> None:
        """Show the rows of a question in their list, the filter in words above them."""
        self.rows_wanted.emit(query.entity, chips_of(query.where))

    def _open_row(self, at: int) -> None:
        if self.table is None:
            return
        line = self.table.rows[at]
        series = self.report.drawn(self.choice.asked).series
        for cell in (*(line.cells[one] for one in series), *line.cells):
            if cell is not None and cell.query is not None:
                self.open_figure(cell)
                return

    def _say_formula(self) -> None:
        self.formula.setText(self.rows.formula() or " ")

    # ---- files and paper

    @property
    def called(self) -> str:
        """What the report is called with what was asked: "Sales – By month – this year"."""
        return _(self.report.title)

    def asked_words(self) -> list[str]:
        """What was asked, in words."""
        return list(self.head.texts().values())

    def export(self) -> None:
        """Write the table to a workbook of the user's choice."""
        if self.table is None:
            return
        kinds = _("Excel workbooks") + " (*.xlsx)"
        path = talk.ask_save(self, _("Export this report"), kinds, f"{self.called}.xlsx")
        if path is not None:
            args = (self.store, self.table, self.called, path)
            self.tasks.run(report_sheet.write, *args, then=self._written, failed=talk.tell_problem)

    def _written(self, path: Path) -> None:
        n = len(report_sheet.lines_of(self.table)) if self.table is not None else 0
        self.told.emit(say(N_("{n} rows are in {file}."), n=f"{n:,}", file=path.name), path)

    def printed(self) -> list[Printable]:
        if self.table is None or not self.table.rows:
            return []
        return [report_sheet.printed(self.store, self.table, self.called, self.asked_words())]

    # ---- words and going

    def _say(self) -> None:
        report = self.report
        self.title.setText(_(report.title))
        self.about.setText(_(report.about))
        self.head.show_choice(report, self.choice, self.names)
        way = report.fitting(self.choice.asked).way
        self.mode.setText(_(report_kinds.WAYS_SAID[way]) if way in report_kinds.WAYS_SAID else "")
        self.mode.setVisible(bool(way))

    def _say_nothing(self) -> None:
        self.nothing.title.setText(_("Nothing to show here yet"))
        narrowed = self.report.period and self.choice.period != report_kinds.EVER
        orders = self.choice.asked.source == report_kinds.ORDERS and bool(self.report.sources)
        text = (
            _(self.report.missing)
            if self.report.missing
            else _("No order was confirmed in this period.")
            if orders
            else _("No deal of this kind lies in this period.")
            if narrowed
            else _("As soon as there are deals, their numbers stand here.")
        )
        self.nothing.text.setText(text)
        self.ever_button.setVisible(narrowed)

    def crumbs(self) -> list[str]:
        return [_("Reports"), _(self.report.title)]

    def summary(self) -> str:
        n = len(self.table.rows) if self.table is not None and self.stack.currentIndex() == 0 else 0
        return plural("{n} row", "{n} rows", n) if n else ""

    def hint(self) -> str:
        if self.report.crosses(self.choice.asked):
            return _("Enter on a number: its rows   on a name: only that   F6: list, choices, chart, table")
        return _("Enter on a number: its rows   F6: list, choices, chart, table")

    def focus_first(self) -> None:
        shown = self.stack.currentIndex() == 0 and self.table is not None
        (self.rows if shown else self.list).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        found: list[Pane] = [(self.list, self.list.setFocus), (self.head, self.head.focus_first)]
        if self.stack.currentIndex() == 0:
            found += [(self.area, self.chart.focus_first), (self.rows, self.rows.setFocus)]
        return found

    def state(self) -> Any:
        return (
            self.report.name,
            self.choice,
            self.rows.currentIndex().row(),
            self.rows.currentIndex().column(),
        )

    def restore(self, state: Any) -> None:
        name, self.choice, row, column = state
        self.show_report(name)
        self.rows.setCurrentIndex(self.rows.report.index(row, column))

    def reword(self) -> None:
        super().reword()
        for at, report in enumerate(report_kinds.REPORTS):
            item = self.list.item(at)
            item.setText(_(report.title))
            item.setIcon(look.icon(report.icon, 16))
        self.list.setIconSize(QSize(look.px(16), look.px(16)))
        self.list.setFixedWidth(look.px(SIDE))
        self.list.setAccessibleName(_("Reports"))
        self.export_button.setText(_("Excel…"))
        self._offer()
        self.print_button.setText(_("Print…"))
        self.print_button.setToolTip(_("Print, or save as PDF"))
        self.ever_button.setText(_("Show all time"))
        self.nothing.repaint_icon()
        self.rows.take_look()
        self.rows.setAccessibleName(_("Numbers of the report"))
        self._say()
        self._say_nothing()
        self.read()


def _work(store: Store, report: Report, choice: Choice) -> tuple[str, Choice, Table, Names]:
    first, last = report_kinds.span(choice.period, this_day()) if report.period else (None, None)
    wish = Wish(
        choice.pipeline if report.pipeline else None,
        first,
        last,
        choice.person if report.person else None,
    )
    asked: Asked = report.fitting(choice.asked)
    if choice.only is not None and report.crosses(asked):
        wish = replace(wish, within=reports_sales.of_row(store, choice.only.by, choice.only.key))
    names = Names(
        {pipe.id: pipe.name for pipe in deals.pipelines(store)},
        {user.id: str(user["name"]) for user in store.reader().each(Query("user"))},
    )
    return report.name, choice, report.work(store, wish, asked), names
