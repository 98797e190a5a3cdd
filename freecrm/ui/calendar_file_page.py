"""A calendar file before it is taken in: what becomes of each event, what can't be read and on which line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QPushButton, QTableView, QVBoxLayout

from freecrm.core import agenda
from freecrm.core.change import Touched
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural
from freecrm.exchange.ical_in import CHANGED, KEPT, NEW, SAME, Found, Item
from freecrm.exchange.ical_lines import Flaw
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.fitting import plain_table
from freecrm.ui.headed_model import HeadedModel, Index
from freecrm.ui.page import Page, Place
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks

HEADS = (N_("What happens"), N_("Line"), N_("When"), N_("Subject"), N_("Customer"), N_("Why"))
WORDS = {
    NEW: N_("New"),
    CHANGED: N_("Changed"),
    SAME: N_("As it is here"),
    KEPT: N_("Changed here since"),
}
_ORDER = (KEPT, CHANGED, NEW, SAME)
REASONS = 200  # rows whose reason is shown whole at once
LOST, ODD = N_("Not taken in"), N_("Taken in, with a remark")


class Row(NamedTuple):
    """What a row of the table is made of."""

    what: str
    line: int
    item: Item | None = None
    flaw: Flaw | None = None


class Events(HeadedModel):
    """One row a flaw, then one an event: those that are to be looked at first."""

    heads = HEADS

    def __init__(self, store: Store, found: Found) -> None:
        super().__init__()
        self.store = store
        lost = [Row(LOST, flaw.line, flaw=flaw) for flaw in found.flaws if flaw.lost]
        odd = [Row(ODD, flaw.line, flaw=flaw) for flaw in found.flaws if not flaw.lost]
        items = [Row(WORDS[item.verdict], item.event.line, item) for item in found.items]
        order = {WORDS[verdict]: at for at, verdict in enumerate(_ORDER)}
        self.rows: Sequence[Row] = [*lost, *odd, *sorted(items, key=lambda row: (order[row.what], row.line))]
        ids = {item.values["customer"] for item in found.items if item.values.get("customer")}
        self.customers = store.reader().titles("customer", ids)

    def count(self) -> int:
        return len(self.rows)

    def data(self, index: Index, role: int = 0) -> Any:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.BackgroundRole and row.flaw is not None:
            return QBrush(look.colour("danger_bg" if row.flaw.lost else "warning_bg"))
        return None

    def _text(self, row: Row, column: int) -> str:
        if column == 0:
            return _(row.what)
        if column == 1:
            return f"{row.line:,}"
        if row.flaw is not None:
            return ("", row.flaw.name, "", str(row.flaw.why))[column - 2]
        assert row.item is not None
        values = row.item.event.values
        if column == 2:
            return _when(values)
        if column == 3:
            return str(values.get("subject") or row.item.values.get("subject") or "")
        return self.customers.get(row.item.values.get("customer") or b"", "") if column == 4 else ""


def _when(values: dict[str, Any]) -> str:
    start = values.get("start")
    if start is None:
        return ""
    wall = start.astimezone(agenda.zone_of(values.get("start_zone")))
    return str(wall.strftime("%Y-%m-%d" if values.get("all_day") else "%Y-%m-%d %H:%M"))


class CalendarFilePage(Page):
    """What one calendar file would do. taken(step): it was written."""

    taken = Signal(object)

    def __init__(self, store: Store, tasks: Tasks, path: Path) -> None:
        super().__init__()
        self.store, self.tasks, self.path = store, tasks, path
        self.found: Found | None = None
        self.refused, self.progress_shown = False, True
        self._build()
        self.reword()
        from freecrm.exchange import ical_in

        self.progress = tasks.progress(self._news)
        tasks.run(partial(ical_in.look, store, path, self.progress), then=self._looked, failed=self._refused)

    def _build(self) -> None:
        self.title, self.text = label("title"), label()
        self.text.setWordWrap(True)
        self.table = QTableView()
        plain_table(self.table)
        self.table.setWordWrap(True)
        self.table.verticalHeader().setDefaultSectionSize(look.row_height("compact"))
        self.cancel_button, self.take_button = QPushButton(), QPushButton()
        self.take_button.setProperty("kind", "primary")
        self.cancel_button.clicked.connect(lambda: self.left.emit())
        self.take_button.clicked.connect(self._take)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.take_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 12)))
        self.column.setSpacing(look.px(12))
        self.column.addWidget(self.title)
        self.column.addWidget(self.text)
        self.column.addWidget(self.table, 1)
        self.column.addLayout(foot)

    message_at = 1

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    def _news(self, news: Progress) -> None:
        """Say how far it is."""
        if news.done and self.progress_shown:
            total = f" / {news.total:,}" if news.total else ""
            self.text.setText(f"{news.what or self._said()} {news.done:,}{total}")

    def put_away(self) -> None:
        """Read no further: the page is closed."""
        self.progress.cancel()

    def _refused(self, problem: Known) -> None:
        self.refused = True
        talk.tell_problem(problem)
        self.reword()

    def _looked(self, found: Found) -> None:
        self.found, self.progress_shown = found, False
        self.table.setModel(Events(self.store, found))
        head = self.table.horizontalHeader()
        widths = (195, 50, 140, 180, 120)
        for at, width in enumerate(widths):
            head.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            self.table.setColumnWidth(at, look.px(width))
        head.setSectionResizeMode(len(widths), QHeaderView.ResizeMode.Stretch)
        head.sectionResized.connect(self._show_reasons, Qt.ConnectionType.QueuedConnection)
        self.reword()
        self.focus_first()

    def _show_reasons(self, *_section: int) -> None:
        """Make the rows with a reason, which are the first, as high as it needs."""
        model = self.table.model()
        for row in range(min(model.rowCount() if model is not None else 0, REASONS)):
            if not model.index(row, model.columnCount() - 1).data():
                break
            self.table.resizeRowToContents(row)

    def focus_first(self) -> None:
        (self.take_button if self.take_button.isEnabled() else self.cancel_button).setFocus()

    def _take(self) -> None:
        from freecrm.exchange import ical_in

        if self.found is None:
            return
        self.take_button.setEnabled(False)
        self.progress_shown = True
        self.tasks.run(
            partial(ical_in.take, self.store, self.found, self.progress),
            writes=True,
            then=self._done,
            finally_=self._ended,
        )

    def _ended(self) -> None:
        self.progress_shown = False
        self.reword()

    def _done(self, touched: Touched) -> None:
        self.found = None
        self.taken.emit(touched)
        self.left.emit()

    # ---- words

    @property
    def belongs_to(self) -> Place | None:
        return Place("list", "activity")

    def crumbs(self) -> list[str]:
        return [_("Calendar file {file}").format(file=self.path.name)]

    def summary(self) -> str:
        return _("{n} events").format(n=f"{len(self.found.items):,}") if self.found is not None else ""

    def reword(self) -> None:
        super().reword()
        self.title.setText(self.crumbs()[0])
        self.table.setAccessibleName(_("What becomes of the events"))
        self.cancel_button.setText(_("Cancel"))
        count = self.found.writes if self.found is not None else 0
        self.take_button.setText(plural("Take in {n} activity", "Take in {n} activities", count))
        self.take_button.setEnabled(count > 0)
        self.text.setText(self._said())
        self.changed.emit()

    def _said(self) -> str:
        if self.refused:
            return _("Nothing was changed.")
        if self.found is None:
            return _("Reading the calendar…")
        said = " · ".join(self.found.lines())
        if not self.found.writes:
            same = self.found.items and not self.found.lost
            said += "\n" + (
                _("The calendar says nothing else than your activities. There is nothing to take in.")
                if same
                else _("There is nothing in it that can be taken in.")
            )
        return said
