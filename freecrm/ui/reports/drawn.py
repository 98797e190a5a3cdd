"""The chart of a report: which kind is drawn, its key, its title for those who hear it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from freecrm.core.bars import Bar, Value
from freecrm.core.words import _
from freecrm.store.report_kinds import BARS, COLUMNS, FUNNEL, Drawn
from freecrm.store.reports import Figure, Line, Table
from freecrm.ui import look
from freecrm.ui.bar_chart import BarChart
from freecrm.ui.reports.chart import ColumnChart, FunnelChart, Legend, Mark
from freecrm.ui.reports.table import said

MOST = 40
"""Bars that are drawn; the table has all."""


class Chart(QWidget):
    """opened(row): a mark was pressed."""

    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.legend = Legend(self)
        self.bars, self.columns, self.funnel = BarChart(), ColumnChart(), FunnelChart()
        self.kinds: dict[str, BarChart | ColumnChart | FunnelChart] = {
            BARS: self.bars,
            COLUMNS: self.columns,
            FUNNEL: self.funnel,
        }
        self.kind = BARS
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(4))
        column.addWidget(self.legend, 0, Qt.AlignmentFlag.AlignLeft)
        for one in self.kinds.values():
            one.opened.connect(self.opened)
            one.hide()
            column.addWidget(one)
        column.addStretch(1)

    @property
    def shown(self) -> BarChart | ColumnChart | FunnelChart:
        """The chart that is seen."""
        return self.kinds[self.kind]

    def show_table(self, table: Table, drawn: Drawn, currency: str) -> None:
        """Draw this."""
        self.kind = drawn.kind
        rows, series = table.rows[:MOST], self._series(table, drawn)
        heads = [table.heads[1 + at] for at in series]
        parts = [("full" if not at else "hatch", at, head) for at, head in enumerate(heads)]
        if drawn.kind == BARS:
            self.bars.show_bars([_bar(line, series, rows, currency) for line in rows])
        else:
            chart = self.columns if drawn.kind == COLUMNS else self.funnel
            chart.show_marks([_mark(line, table, drawn, currency) for line in rows])
        if drawn.mark is not None and any(line.cells[drawn.mark] is not None for line in rows):
            parts.append(("line", 1, table.heads[1 + drawn.mark]))
        self.legend.show_parts(parts)
        self.legend.setVisible(drawn.kind != FUNNEL)
        for kind, one in self.kinds.items():
            one.setVisible(kind == drawn.kind)
        self.shown.setAccessibleName(
            _("Chart: {title}, {parts}").format(title=table.title, parts=_(", ").join(heads))
        )

    @staticmethod
    def _series(table: Table, drawn: Drawn) -> list[int]:
        """Those that have anything to show."""
        return [at for at in drawn.series if not at or any(line.cells[at] is not None for line in table.rows)]

    def focus_first(self) -> None:
        """Put the focus into the chart."""
        self.shown.setFocus(Qt.FocusReason.OtherFocusReason)


def _bar(line: Line, series: list[int], rows: tuple[Line, ...], currency: str) -> Bar:
    kinds = {cell.kind for row in rows for at in series if (cell := row.cells[at]) is not None}
    most = {
        kind: max(
            (
                cell.value
                for row in rows
                for at in series
                if (cell := row.cells[at]) is not None and cell.kind == kind
            ),
            default=0,
        )
        for kind in kinds
    }
    values = [_value(line.cells[at], at_series, most, currency) for at_series, at in enumerate(series)]
    return Bar(line.title, "", tuple(values))


def _value(cell: Figure | None, series: int, most: dict[str, int], currency: str) -> Value:
    if cell is None:
        return Value(None, "–", series)
    return Value(max(cell.value, 0) / (most[cell.kind] or 1), said(cell, currency), series)


def _mark(line: Line, table: Table, drawn: Drawn, currency: str) -> Mark:
    cell = line.cells[drawn.series[0]]
    target = line.cells[drawn.mark] if drawn.mark is not None else None
    words = [line.title]
    words += [
        f"{head} {said(one, currency)}"
        for head, one in zip(table.heads[1:], line.cells, strict=True)
        if one is not None
    ]
    before = line.cells[-1] if drawn.kind == FUNNEL else None
    return Mark(
        line.title,
        cell.value if cell is not None else 0,
        said(cell, currency),
        _(", ").join(words),
        target=target.value if target is not None else None,
        between=f"↓ {said(before, currency)}" if before is not None else "",
    )
