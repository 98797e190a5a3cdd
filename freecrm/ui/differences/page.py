"""The list of differences: what is open, what was settled, how and by whom; a row opens the dialog at it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QPushButton, QStackedWidget, QVBoxLayout

from freecrm.core.change import Touched
from freecrm.core.words import N_, _, plural, say
from freecrm.store import differences_list
from freecrm.store.database import Store
from freecrm.store.differences_list import ALL, HEADS, OPEN, SETTLED, DifferenceLine
from freecrm.ui import look, talk
from freecrm.ui.offering import offer, why_not
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.record_page.rows_tab import Column, Line, RowsModel, RowsTable
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    import datetime as dt

    from freecrm.exchange.printing import Printable

WHICH = {OPEN: N_("Open"), SETTLED: N_("Settled"), ALL: N_("All")}
_WIDTHS = (150, 82, 92, 140, 130, 82, 142, 142, 118, 80)
_SHARES = (0.17, 0.07, 0.1, 0.14, 0.14, 0.08, 0.08, 0.08, 0.08, 0.06)


class DifferencesPage(Page):
    """settle_wanted(record, difference): the dialog at this one. open_record(entity, id): a record's page, for what
    is settled. told(what, path): a file was written."""

    settle_wanted = Signal(object, object)
    open_record = Signal(str, object)
    told = Signal(object, object)

    can_print = True
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.latest = Latest(tasks)
        self.found: list[DifferenceLine] = []
        self.model = RowsModel([_column(at) for at in range(len(HEADS))])
        self.table = RowsTable(self.model)
        self._build()
        self.reword()
        self.read()

    def _build(self) -> None:
        self.title, self.text = label("title"), label("hint")
        self.text.setWordWrap(True)
        self.which = QComboBox()
        for key in WHICH:
            self.which.addItem("", key)
        self.which.currentIndexChanged.connect(lambda _at: self.read())
        self.export_button, self.settle_button = QPushButton(), QPushButton()
        look.dress(self.export_button, "file-spreadsheet", 16)
        self.export_button.clicked.connect(self.export)
        self.settle_button.setProperty("kind", "primary")
        self.settle_button.clicked.connect(self._settle)
        texts = QVBoxLayout()
        texts.addWidget(self.title)
        texts.addWidget(self.text)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 8)))
        head.setSpacing(look.px(8))
        head.addLayout(texts, 1)
        for part in (self.which, self.export_button, self.settle_button):
            head.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        self.table.setSelectionBehavior(RowsTable.SelectionBehavior.SelectRows)
        self.table.opened.connect(self._open)
        self.nothing = EmptyState("shuffle")
        self.all_button = self.nothing.add_button(lambda: self.show_which(ALL))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.nothing)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- which

    def show_which(self, key: str) -> None:
        """Show OPEN, SETTLED or ALL."""
        self.which.setCurrentIndex(max(self.which.findData(key), 0))

    def read(self) -> None:
        """Read the list anew."""
        which = str(self.which.currentData())
        self.latest.run(differences_list.lines, self.store, which, then=self._show)

    def _show(self, found: list[DifferenceLine]) -> None:
        self.found = found
        held = max(self.table.currentIndex().row(), 0)
        self.model.show_lines([Line(one.difference, one.record, {"line": one}) for one in found])
        self.stack.setCurrentIndex(0 if found else 1)
        offer(self.export_button, why_not(self.store, "export"), bool(found))
        if found:
            self.table.setCurrentIndex(self.model.index(min(held, len(found) - 1), 0))
        self._say_nothing()
        self.settle_button.setEnabled(any(one.is_open for one in found))
        self.changed.emit()

    def _open(self, line: Line) -> None:
        one: DifferenceLine = line.values["line"]
        if one.is_open:
            self.settle_wanted.emit(one.id, one.difference)
        else:
            self.open_record.emit(one.entity, one.id)

    def _settle(self) -> None:
        line = self.table.line()
        one: DifferenceLine | None = line.values["line"] if line is not None else None
        if one is None or not one.is_open:
            one = next((other for other in self.found if other.is_open), None)
        if one is not None:
            self.settle_wanted.emit(one.id, one.difference)

    def heard(self, touched: Touched | None) -> None:
        if touched is None or touched.step is not None:
            self.read()

    # ---- files and paper

    def export(self) -> None:
        """Write what is shown to a file of the user's choice."""
        kinds = f"{_('Excel workbooks')} (*.xlsx);;{_('Text tables')} (*.csv)"
        path = talk.ask_save(self, _("Export this list"), kinds, f"{_('Differences')}.xlsx")
        if path is not None:
            self.tasks.run(self._write, path, list(self.found), then=self._written, failed=talk.tell_problem)

    def _write(self, path: Path, found: list[DifferenceLine]) -> Path:
        from freecrm.exchange import differences_sheet

        return differences_sheet.write(self.store, found, path)

    def _written(self, path: Path) -> None:
        self.told.emit(say(N_("{n} rows are in {file}."), n=f"{len(self.found):,}", file=path.name), path)

    def printed(self) -> list[Printable]:
        if not self.found:
            return []
        from freecrm.exchange.table_print import TablePrint

        rows = [[column.text(line) for column in self.model.columns_] for line in self.model.lines]
        widths = [share * 760 for share in _SHARES]
        return [TablePrint(self.store, _("Differences"), [_(head) for head in HEADS], rows, widths)]

    # ---- words and going

    def crumbs(self) -> list[str]:
        return [_("Differences")]

    def summary(self) -> str:
        n = len(self.found)
        return plural("{n} difference", "{n} differences", n) if n else ""

    def hint(self) -> str:
        return _("Enter: settle it, or open the record")

    def focus_first(self) -> None:
        (self.table if self.found else self.which).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.stack, self.focus_first), (self.which, self.which.setFocus)]

    def state(self) -> Any:
        return str(self.which.currentData()), self.table.currentIndex().row()

    def restore(self, state: Any) -> None:
        which, row = state
        self.show_which(which)
        if self.found:
            self.table.setCurrentIndex(self.model.index(min(max(row, 0), len(self.found) - 1), 0))

    def _say_nothing(self) -> None:
        which = str(self.which.currentData())
        texts = {
            OPEN: N_("There are no differences to settle."),
            SETTLED: N_("No difference was settled yet."),
            ALL: N_("Nothing was changed by two people at once yet."),
        }
        self.nothing.title.setText(_(texts[which]))
        self.nothing.text.setText(
            _(
                "Where two people change the same field without knowing of each other, both values are kept here."
            )
        )
        self.all_button.setText(_("Show all"))
        self.all_button.setVisible(which != ALL)

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Differences"))
        self.text.setText(_("What two people changed at once: both values, who chose, and what stands now."))
        for at, text in enumerate(WHICH.values()):
            self.which.setItemText(at, _(text))
        self.which.setAccessibleName(_("Which differences"))
        self.export_button.setText(_("Export to Excel…"))
        self.settle_button.setText(_("Settle…"))
        self.nothing.repaint_icon()
        self._say_nothing()
        self.table.take_look()
        self.table.setAccessibleName(_("Differences"))
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        head.setMinimumSectionSize(look.px(50))
        for column, width in enumerate(_WIDTHS[:-1]):
            self.table.setColumnWidth(column, look.px(width))
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HEADS) - 1)
        self.read()


def _column(at: int) -> Column:
    return Column(partial(_title, at), partial(_text, at))


def _title(at: int) -> str:
    return _(HEADS[at])


def _text(at: int, line: Line) -> str:
    cell: str | dt.datetime | None = line.values["line"].cells()[at]
    if cell is None or isinstance(cell, str):
        return " ".join((cell or "").split())
    return f"{cell.astimezone():%Y-%m-%d %H:%M}"
