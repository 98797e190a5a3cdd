"""Who referred whom: who brought others, how many, what these owe; at the right the ones that they brought."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.fields import Money
from freecrm.core.words import N_, _, plural
from freecrm.modules.ties import REFERRED
from freecrm.store import relations
from freecrm.store.database import Store
from freecrm.store.relations import End, Referrer
from freecrm.ui import look
from freecrm.ui.page import Pane, Place
from freecrm.ui.parts import label
from freecrm.ui.record_page.rows_tab import Column, Line, RowsModel, RowsTable
from freecrm.ui.table_page import ExportedPage
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable

TIE, AMOUNT = "tie", "balance"


class ReferrersPage(ExportedPage):
    """The table, and at its right those whom the chosen one brought."""

    name, icon = N_("Who referred whom"), "network"
    found: Sequence[Referrer]

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__(store, tasks)
        self.looking = Latest(tasks)
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
        self.rows, self.side = RowsTable(self.model), RowsTable(self.side_model)
        self.table = self.rows
        self._build()
        self.reword()
        self.read()

    def _build(self) -> None:
        self.side_title = label("strong")
        self.side_title.setWordWrap(True)
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
        self.list_button = self.nothing.add_button(lambda: self.go.emit(Place("list", "customer")), "primary")
        self.lay_out(both, self.export_button)
        self.table.selectionModel().currentRowChanged.connect(lambda at, _before: self._look(at.row()))
        for table in (self.rows, self.side):
            table.setSelectionBehavior(RowsTable.SelectionBehavior.SelectRows)
            table.opened.connect(lambda line: self.open_record.emit(*line.aim))

    def _money(self, amount: int | None) -> str:
        return "" if amount is None else self.money.show(amount)

    # ---- reading

    def read(self) -> None:
        """Work it out from the relations as they are now."""
        self.latest.run(self._referrers, then=self._show)

    def _referrers(self) -> list[Referrer]:
        return relations.referrers(self.store.reader(), TIE, REFERRED, AMOUNT)

    def _show(self, found: list[Referrer]) -> None:
        held = self.row()
        lines = [self._line(one.who, {"brought": one.brought, "amount": one.amount}) for one in found]
        self.model.show_lines(lines)
        self.take(found, held)
        if not found:
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

    def write(self, path: Path, found: Sequence[Referrer]) -> Path:
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
        workbook.write(path, columns, workbook.in_blocks(rows), len(rows), name=_(self.name))
        return path

    def printed(self) -> list[Printable]:
        if not self.found:
            return []
        from freecrm.exchange.table_print import TablePrint

        heads = [column.title() for column in self.model.columns_]
        rows = [[column.text(line) for column in self.model.columns_] for line in self.model.lines]
        return [TablePrint(self.store, _("Who referred whom"), heads, rows, right=frozenset({2, 3}))]

    # ---- words and going

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
        return self.row()

    def restore(self, state: Any) -> None:
        self.go_to(state)

    def reword(self) -> None:
        super().reword()
        self.text.setText(
            _("Counted from the relation “Recommended by”, with what the customers brought owe you now.")
        )
        self.nothing.title.setText(_("Nobody has brought anybody yet"))
        self.nothing.text.setText(
            _("Add a relation “Recommended by” on the page of a customer or contact, and it counts here.")
        )
        self.list_button.setText(_(self.store.schema.entity("customer").plural))
        for table, model in ((self.rows, self.model), (self.side, self.side_model)):
            table.take_look()
            model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(model.columns_) - 1)
            table.viewport().update()
        self.table.setAccessibleName(_("Who brought others"))
        self.side.setAccessibleName(_("Those they brought"))
        self._look(self.row())
