"""Who referred whom: who brought others, how many, what these owe; at the right the ones that they brought."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.fields import Money
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.modules.ties import REFERRED
from freecrm.store import relations
from freecrm.store.database import Store
from freecrm.store.relations import End, Referrer
from freecrm.ui import look, talk
from freecrm.ui.offering import offer, why_not
from freecrm.ui.page import Page, Pane, Place
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.record_page.rows_tab import Column, Line, RowsModel, RowsTable
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable

TIE, AMOUNT = "tie", "opening_balance"


class ReferrersPage(Page):
    """open_record(entity, id): somebody's page is wanted. told(what, path): a file was written."""

    open_record = Signal(str, object)
    told = Signal(object, object)

    can_print = True
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.latest, self.looking = Latest(tasks), Latest(tasks)
        self.found: list[Referrer] = []
        self.money = next(
            f
            for e in store.model.roots()
            if isinstance(f := store.schema.fields(e.entity).get(AMOUNT), Money)
        )
        named = [
            Column(lambda: _("Name"), lambda line: line.name),
            Column(lambda: _("Kind"), lambda line: str(line.values["kind"]())),
        ]
        amount = Column(lambda: self.money.title, lambda line: self._money(line.values["amount"]), right=True)
        brought = Column(lambda: _("Brought"), lambda line: f"{line.values['brought']:,}", right=True)
        self.model, self.side_model = RowsModel([*named, brought, amount]), RowsModel([*named, amount])
        self.table, self.side = RowsTable(self.model), RowsTable(self.side_model)
        self._build()
        self.reword()
        self.read()

    def _build(self) -> None:
        self.title, self.text, self.side_title = label("title"), label("hint"), label("strong")
        self.text.setWordWrap(True)
        self.side_title.setWordWrap(True)
        self.export_button = QPushButton()
        look.dress(self.export_button, "file-spreadsheet", 16)
        self.export_button.clicked.connect(self.export)
        texts = QVBoxLayout()
        texts.addWidget(self.title)
        texts.addWidget(self.text)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 8)))
        head.addLayout(texts, 1)
        head.addWidget(self.export_button, 0, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.setSpacing(look.px(8))
        right.addWidget(self.side_title)
        right.addWidget(self.side, 1)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(*(look.px(side) for side in (20, 8, 20, 16)))
        row.setSpacing(look.px(20))
        row.addWidget(self.table, 3)
        row.addLayout(right, 2)
        self.nothing = EmptyState("network")
        self.list_button = self.nothing.add_button(lambda: self.go.emit(Place("list", "customer")), "primary")
        self.stack = QStackedWidget()
        self.stack.addWidget(both)
        self.stack.addWidget(self.nothing)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)
        self.table.selectionModel().currentRowChanged.connect(lambda at, _before: self._look(at.row()))
        for table in (self.table, self.side):
            table.setSelectionBehavior(RowsTable.SelectionBehavior.SelectRows)
            table.opened.connect(lambda line: self.open_record.emit(*line.aim))

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    def _money(self, amount: int | None) -> str:
        return "" if amount is None else self.money.show(amount)

    # ---- reading

    def read(self) -> None:
        """Work it out from the relations as they are now."""
        self.latest.run(self._referrers, then=self._show)

    def _referrers(self) -> list[Referrer]:
        return relations.referrers(self.store.reader(), TIE, REFERRED, AMOUNT)

    def _show(self, found: list[Referrer]) -> None:
        self.found = found
        held = max(self.table.currentIndex().row(), 0)
        lines = [self._line(one.who, {"brought": one.brought, "amount": one.amount}) for one in found]
        self.model.show_lines(lines)
        self.stack.setCurrentIndex(0 if found else 1)
        offer(self.export_button, why_not(self.store, "export"), bool(found))
        if found:
            self.table.setCurrentIndex(self.model.index(min(held, len(found) - 1), 0))
        else:
            self.side_model.show_lines([])
        self.changed.emit()

    def _line(self, who: End, values: dict[str, Any]) -> Line:
        declared = self.store.schema.entity(who.entity)
        return Line(who.id, who.name, {**values, "kind": lambda: _(declared.label)}, aim=(who.entity, who.id))

    def _look(self, row: int) -> None:
        if 0 <= row < len(self.found):
            who = self.found[row].who
            self.side_title.setText(_("Brought by {name}").format(name=who.name))
            self.looking.run(self._brought, who, then=self._show_side)

    def _brought(self, who: End) -> list[tuple[End, int | None]]:
        return relations.brought(self.store.reader(), TIE, REFERRED, who, AMOUNT)

    def _show_side(self, found: Sequence[tuple[End, int | None]]) -> None:
        self.side_model.show_lines([self._line(end, {"amount": amount}) for end, amount in found])

    def heard(self, touched: Touched | None) -> None:
        self.read()

    # ---- files and paper

    def export(self) -> None:
        """Write the list to a workbook of the user's choice."""
        name = f"{_('Who referred whom')}.xlsx"
        path = talk.ask_save(self, _("Export this list"), _("Excel workbooks") + " (*.xlsx)", name)
        if path is not None:
            self.tasks.run(self._write, path, list(self.found), then=self._written, failed=talk.tell_problem)

    def _write(self, path: Path, found: list[Referrer]) -> Path:
        from freecrm.core.money import from_minor, minor_digits
        from freecrm.exchange import leaving, workbook

        leaving.let_out(self.store, path.name)

        currency, schema = self.money.currency, self.store.schema
        columns = [
            workbook.Column(_("Name"), width=30),
            workbook.Column(_("Kind"), width=14),
            workbook.Column(_("Brought"), "number", width=12),
            workbook.Column(self.money.title, "money", places=minor_digits(currency), width=16),
        ]
        rows = [
            (
                one.who.name,
                _(schema.entity(one.who.entity).label),
                one.brought,
                from_minor(one.amount, currency),
            )
            for one in found
        ]
        workbook.write(path, columns, workbook.in_blocks(rows), len(rows), name=_("Who referred whom"))
        return path

    def _written(self, path: Path) -> None:
        what: Said = say(N_("{n} rows are in {file}."), n=f"{len(self.found):,}", file=path.name)
        self.told.emit(what, path)

    def printed(self) -> list[Printable]:
        if not self.found:
            return []
        from freecrm.exchange.table_print import TablePrint

        heads = [column.title() for column in self.model.columns_]
        rows = [[column.text(line) for column in self.model.columns_] for line in self.model.lines]
        return [TablePrint(self.store, _("Who referred whom"), heads, rows, right=frozenset({2, 3}))]

    # ---- words and going

    def crumbs(self) -> list[str]:
        return [_("Who referred whom")]

    def summary(self) -> str:
        n = len(self.found)
        return plural("{n} has brought others", "{n} have brought others", n) if n else ""

    def hint(self) -> str:
        return _("Enter: open   F6: those they brought")

    def focus_first(self) -> None:
        (self.table if self.found else self.list_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        if not self.found:
            return [(self.nothing, self.focus_first)]
        return [(self.table, self.focus_first), (self.side, self.side.setFocus)]

    def state(self) -> Any:
        return self.table.currentIndex().row()

    def restore(self, state: Any) -> None:
        if self.found:
            self.table.setCurrentIndex(self.model.index(min(max(state, 0), len(self.found) - 1), 0))

    def reword(self) -> None:
        super().reword()
        self.title.setText(_("Who referred whom"))
        self.text.setText(
            _(
                "Counted from the relation “Recommended by”, with the opening balances of the customers brought."
            )
        )
        self.export_button.setText(_("Export to Excel…"))
        self.nothing.title.setText(_("Nobody has brought anybody yet"))
        self.nothing.text.setText(
            _("Add a relation “Recommended by” on the page of a customer or contact, and it counts here.")
        )
        self.list_button.setText(_(self.store.schema.entity("customer").plural))
        self.nothing.repaint_icon()
        for table, model in ((self.table, self.model), (self.side, self.side_model)):
            table.take_look()
            model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(model.columns_) - 1)
            table.viewport().update()
        self.table.setAccessibleName(_("Who brought others"))
        self.side.setAccessibleName(_("Those they brought"))
        self._look(self.table.currentIndex().row())
