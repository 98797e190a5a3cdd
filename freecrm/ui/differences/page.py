"""The list of differences: what is open, what was settled, how and by whom; a row opens the dialog at it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHeaderView, QPushButton

from freecrm.core.change import Touched
from freecrm.core.words import N_, _, plural
from freecrm.store import differences_list
from freecrm.store.database import Store
from freecrm.store.differences_list import ALL, HEADS, OPEN, SETTLED, DifferenceLine
from freecrm.ui import look
from freecrm.ui.page import Pane
from freecrm.ui.record_page.rows_tab import Column, Line, RowsModel, RowsTable
from freecrm.ui.table_page import ExportedPage
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    import datetime as dt

    from freecrm.exchange.printing import Printable

WHICH = {OPEN: N_("Not settled"), SETTLED: N_("Settled"), ALL: N_("All")}
_WIDTHS = (142, 84, 118, 126, 126, 76, 124, 124, 140, 80)
_SHARES = (0.17, 0.07, 0.1, 0.14, 0.14, 0.08, 0.08, 0.08, 0.08, 0.06)


class DifferencesPage(ExportedPage):
    """settle_wanted(record, difference): the dialog at this one."""

    settle_wanted = Signal(object, object)

    name, icon, as_text = N_("Differences"), "shuffle", True
    found: Sequence[DifferenceLine]

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__(store, tasks)
        self.model = RowsModel([_column(at) for at in range(len(HEADS))])
        self.rows = self.table = RowsTable(self.model)
        self.which = QComboBox()
        for key in WHICH:
            self.which.addItem("", key)
        self.which.currentIndexChanged.connect(lambda _at: self.read())
        self.settle_button = QPushButton()
        self.settle_button.setProperty("kind", "primary")
        self.settle_button.clicked.connect(self._settle)
        self.rows.setSelectionBehavior(RowsTable.SelectionBehavior.SelectRows)
        self.rows.opened.connect(self._open)
        self.all_button = self.nothing.add_button(lambda: self.show_which(ALL))
        self.lay_out(self.rows, self.which, self.export_button, self.settle_button)
        self.reword()
        self.read()

    # ---- which

    def show_which(self, key: str) -> None:
        """Show OPEN, SETTLED or ALL."""
        self.which.setCurrentIndex(max(self.which.findData(key), 0))

    def read(self) -> None:
        """Read the list anew."""
        which = str(self.which.currentData())
        self.latest.run(differences_list.lines, self.store, which, then=self._show)

    def _show(self, found: list[DifferenceLine]) -> None:
        held = self.row()
        self.model.show_lines([Line(one.difference, one.record, {"line": one}) for one in found])
        self.take(found, held)
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
        line = self.rows.line()
        one: DifferenceLine | None = line.values["line"] if line is not None else None
        if one is None or not one.is_open:
            one = next((other for other in self.found if other.is_open), None)
        if one is not None:
            self.settle_wanted.emit(one.id, one.difference)

    def heard(self, touched: Touched | None) -> None:
        if touched is None or touched.step is not None:
            self.read()

    # ---- files and paper

    def write(self, path: Path, found: Sequence[DifferenceLine]) -> Path:
        from freecrm.exchange import differences_sheet

        return differences_sheet.write(self.store, found, path)

    def printed(self) -> list[Printable]:
        if not self.found:
            return []
        from freecrm.exchange.table_print import TablePrint

        rows = [[column.text(line) for column in self.model.columns_] for line in self.model.lines]
        widths = [share * 760 for share in _SHARES]
        return [TablePrint(self.store, _("Differences"), [_(head) for head in HEADS], rows, widths)]

    # ---- words and going

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
        return str(self.which.currentData()), self.row()

    def restore(self, state: Any) -> None:
        which, row = state
        self.show_which(which)
        self.go_to(row)

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
        self.text.setText(_("What two people changed at once: both values, who chose, and what stands now."))
        for at, text in enumerate(WHICH.values()):
            self.which.setItemText(at, _(text))
        self.which.setAccessibleName(_("Which differences"))
        self.settle_button.setText(_("Settle…"))
        self._say_nothing()
        self.rows.take_look()
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
