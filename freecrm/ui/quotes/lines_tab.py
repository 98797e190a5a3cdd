"""The lines of a quote on its page: the grid, what it comes to while one types, its versions, its way to the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.core.totals import Totals
from freecrm.core.words import Said, _
from freecrm.exchange.quote_print import totals_of
from freecrm.store import quote_lines, quote_margin, quotes
from freecrm.store.allowed import allowed
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.suggest import Offer
from freecrm.ui.fitting import Elided
from freecrm.ui.offering import offer, why_not
from freecrm.ui.parts import announce, label
from freecrm.ui.quotes import pasting
from freecrm.ui.quotes.compare import CompareTable, rows_of
from freecrm.ui.quotes.foot import QuoteFoot
from freecrm.ui.quotes.line_grid import OFFERED, LineGrid
from freecrm.ui.quotes.line_model import COLUMNS, LineModel
from freecrm.ui.tasks import Tasks

NAMED = 3


class QuoteTab(QWidget):
    """changed: something else is shown. shown: other inputs are there. open_record(entity, id): another version is
    wanted. print_wanted: the quote on paper."""

    entity = "quote"
    columns: tuple[str, ...] = COLUMNS
    changed = Signal()
    shown = Signal()
    open_record = Signal(str, object)
    print_wanted = Signal()

    def __init__(self, store: Store, tasks: Tasks, id: bytes) -> None:
        super().__init__()
        self.store, self.tasks, self.id = store, tasks, id
        self.record: Any = None
        of = store.schema.fields(self.entity)["lines"]
        assert isinstance(of, Rows)
        self.model = LineModel(store, of.of, self.columns)
        self.grid = LineGrid(self.model, self._products)
        self.grid.setMinimumHeight(look.px(40))
        self.compared = CompareTable()
        self.foot = QuoteFoot(store)
        self.total = self.foot.total
        self.state_label, self.whom, self.trouble = label("strong"), Elided("hint"), label("danger")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self._costs: dict[bytes, int] = {}
        self._sees_margin = True
        self.buttons: dict[str, QPushButton] = {}
        for name, icon, act in self.ways():
            button = self.buttons[name] = QPushButton()
            button.setProperty("small", True)
            look.dress(button, icon, 16, *(("on_accent",) if name == "send" else ()))
            button.clicked.connect(lambda _checked=False, act=act: act())
        if "send" in self.buttons:
            self.buttons["send"].setProperty("kind", "primary")
        self._build()
        self.model.written.connect(self._written)
        self.grid.typed.connect(
            lambda row, name, text: self._show_sums(*self.model.tentative(row, name, text))
        )
        self.grid.gave_up.connect(lambda: self._show_sums(self.model.totals))
        self.grid.picked.connect(self._picked)
        self.grid.pasted.connect(self._paste)
        self.grid.remove_wanted.connect(self._remove)
        self.foot.typed.connect(self._discount_typed)
        self.foot.written.connect(lambda text: self._write_head("discount", text))
        self.foot.tax_wanted.connect(
            lambda on: self._go(lambda: quote_lines.change_head(self.store, self.entity, self.id, tax_in=on))
        )
        self.reword()

    def ways(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        """Its buttons: name, icon, what they do."""
        return (
            ("send", "send", self.send),
            ("accept", "check", partial(self.answer, True)),
            ("decline", "x", partial(self.answer, False)),
            ("version", "copy", self.new_version),
            ("versions", "history", self.show_versions),
            ("back", "arrow-left", self.show_lines),
            ("print", "printer", self.print_wanted.emit),
        )

    def is_open(self, record: Any) -> bool:
        """Whether its lines may change."""
        return record["state"] in (None, quotes.DRAFT)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        top.addWidget(self.state_label)
        top.addWidget(self.whom, 1)
        for button in self.buttons.values():
            top.addWidget(button)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.grid)
        self.middle.addWidget(self.compared)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 12)))
        column.setSpacing(look.px(8))
        column.addLayout(top)
        column.addWidget(self.trouble)
        column.addWidget(self.middle, 1)
        column.addWidget(self.foot)

    # ---- what it shows

    def load(self, id: bytes) -> None:
        """Show the lines of this quote; the cursor stays where it is."""
        if id != self.id:
            self.middle.setCurrentWidget(self.grid)
        self.id = id
        self.record = self.store.reader().record(self.entity, id)
        if self.record is None:
            return
        at = self.grid.currentIndex()
        row, column = at.row(), at.column()
        self.model.show_quote(self.record, self.is_open(self.record))
        self._costs = quote_margin.costs(self.store, self.model.rows)
        self._sees_margin = allowed(self.store, "quote.margin_for")
        self.foot.show_quote(self.model.discount, bool(self.model.tax_in), open=self.model.open)
        if row >= 0:
            self.grid.go_to(row, column)
        self._say()
        self.shown.emit()

    def _say(self) -> None:
        if self.record is None:
            return
        self.state_label.setText(self.say_state())
        self.whom.setText(self.say_whom())
        self._show_ways()
        self._show_sums(self.model.totals)

    def say_state(self) -> str:
        """Where it stands, in a few words."""
        state = quotes.state_of(self.record)
        shown = self.store.schema.fields("quote")["state"].show(state)
        title = _("Expired") if state == quotes.EXPIRED else shown  # which no record ever holds
        version = _("Version {n}").format(n=self.record["version"] or 1)
        return f"{title} · {version}"

    def say_whom(self) -> str:
        """For whom it is, what about, and how long it holds."""
        said = [str(self.record["customer_title"] or ""), str(self.record["name"] or "")]
        until = self.record["valid_until"] if self.entity == "quote" else None
        said += [] if until is None else [_("valid until {day}").format(day=until.isoformat())]
        return " · ".join(part for part in said if part)

    def _show_ways(self) -> None:
        if not self.buttons:
            return
        comparing = self.middle.currentWidget() is self.compared
        raw = self.record["state"]
        offered = {
            "send": raw == quotes.DRAFT,
            "accept": raw in (quotes.SENT, quotes.DECLINED),
            "decline": raw in (quotes.SENT, quotes.ACCEPTED),
            "version": raw not in (quotes.DRAFT, quotes.REPLACED),
            "versions": len(quotes.versions(self.store, self.id)) > 1,
            "print": True,
        }
        offer(self.buttons["print"], why_not(self.store, "print", (self.entity, self.id)))
        for name, button in self.buttons.items():
            button.setVisible(comparing if name == "back" else offered[name] and not comparing)

    def _show_sums(self, totals: Totals, rows: Sequence[dict[str, Any]] | None = None) -> None:
        self.foot.show_sums(totals)
        found = None
        if self._sees_margin:
            found = quote_margin.margin(self.model.rows if rows is None else rows, totals, self._costs)
        self.foot.show_margin(found)

    def _discount_typed(self, text: str) -> None:
        f = self.store.schema.fields(self.entity)["discount"]
        value, why = f.read(text.strip())
        if why is None and (value is None or f.check(value) is None):
            self._show_sums(totals_of(self.model.rows, self.model.tax_in, value))

    def _write_head(self, name: str, text: str) -> None:
        f = self.store.schema.fields(self.entity)[name]
        value, why = f.read(text)
        if why is None and value is not None:
            why = f.check(value)
        if why is not None:
            self._tell(why)
            self._show_sums(self.model.totals)
            return
        self._go(lambda: quote_lines.change_head(self.store, self.entity, self.id, **{name: value}))

    def _tell(self, what: Said | str) -> None:
        self.trouble.setText(str(what))
        self.trouble.setVisible(bool(str(what)))
        if str(what):
            announce(self, str(what))

    # ---- typing

    def _products(self, text: str) -> list[Offer]:
        found = self.store.reader().find(text, OFFERED, ("product",))
        f = self.store.schema.fields("product")["price"]
        return [
            Offer(
                str(hit.record["name"] or ""),
                hit.record.id,
                " · ".join(
                    filter(None, (hit.record["spec"], hit.record["code"], f.show(hit.record["price"])))
                ),
                "package",
            )
            for hit in found
            if hit.record["state"] != "stopped"
        ]

    def _written(self, row: int, name: str, text: str) -> None:
        if name == "name" and text.strip():
            try:
                line = quote_lines.product_named(self.store, self.record, text.strip(), self._quantity(row))
            except Known as problem:
                self._tell(problem.what)
                return
            if line is not None:
                self._keep(row, line)
                return
        value, why = self.model.read(name, text)
        if why is not None:
            self._tell(why)
            self._show_sums(self.model.totals)
            return
        if value is None and name == "name":
            self._tell(_("A line needs a name. Ctrl+Del takes the line out."))
            return
        if name == "quantity" and row < len(self.model.rows):
            self._keep(row, quote_lines.with_quantity(self.store, self.record, self.model.rows[row], value))
            return
        self._keep(row, {name: value, **({"product": None} if name == "name" else {})})

    def _quantity(self, row: int) -> Decimal | None:
        return self.model.rows[row].get("quantity") if row < len(self.model.rows) else None

    def _picked(self, row: int, product: bytes) -> None:
        quantity = self._quantity(row)
        self._go(lambda: self._keep(row, quotes.line_for(self.store, self.record, product, quantity)))

    def _keep(self, row: int, values: dict[str, Any]) -> None:
        """Write what was typed into a row, which may be the new one."""
        if row < len(self.model.rows):
            kept = {
                name: value for name, value in values.items() if name != "quantity" or len(values) < NAMED
            }
            self._go(
                lambda: quote_lines.write(
                    self.store, self.entity, self.id, [(self.model.rows[row]["id"], kept)]
                )
            )
        else:
            self._go(lambda: quote_lines.write(self.store, self.entity, self.id, (), [values]))
        if values.get("product") is not None and values.get("price") is None and not self.trouble.text():
            said = _("“{name}” has no price yet. Write one in its line; 0 if it is free.")
            self._tell(said.format(name=values["name"]))

    def _go(self, act: Any) -> None:
        """Do something that the door may refuse; what it says stands above the lines."""
        self._tell("")
        try:
            act()
        except Known as problem:
            self._tell(problem.what)
        self.load(self.id)

    def _remove(self, row: int) -> None:
        self._go(lambda: quote_lines.remove(self.store, self.entity, self.id, self.model.rows[row]["id"]))

    def _paste(self, row: int, column: int, text: str) -> None:
        found = pasting.read(self.model, self.record, row, column, text)
        self._go(lambda: quote_lines.write(self.store, self.entity, self.id, found.changes, found.new))
        if found.bad and not self.trouble.text():
            some = ", ".join(found.bad[:NAMED]) + ("…" if len(found.bad) > NAMED else "")
            what = _("{n} cells couldn't be read and were left out: {some}. Type them in.")
            self._tell(what.format(n=len(found.bad), some=some))

    # ---- its way

    def send(self) -> None:
        """The quote goes to the customer."""
        self._go(lambda: quotes.send(self.store, self.id))

    def answer(self, accepted: bool) -> None:
        """What the customer said. With an open deal, accepting asks whether it is won, too."""
        win = False
        if accepted and self.record is not None and self.record["deal"] is not None:
            deal = self.store.reader().record("deal", self.record["deal"])
            if deal is not None and deal["state"] == "open":
                self._ask_win()
                return
        self._go(lambda: quotes.answer(self.store, self.id, accepted=accepted, win=win))

    def _ask_win(self) -> None:
        menu = QMenu(self)
        for text, win in ((_("Accepted, and the deal is won"), True), (_("Accepted"), False)):
            action = menu.addAction(text)
            action.triggered.connect(
                lambda _on=False, win=win: self._go(
                    lambda: quotes.answer(self.store, self.id, accepted=True, win=win)
                )
            )
        button = self.buttons["accept"]
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def new_version(self) -> None:
        """A draft that follows this one, opened at once."""
        try:
            made = quotes.new_version(self.store, self.id)
        except Known as problem:
            self._tell(problem.what)
            return
        self.open_record.emit("quote", made)

    def show_versions(self) -> None:
        """The menu of all versions: open one, or compare it with this one."""
        menu = QMenu(self)
        reader = self.store.reader()
        versions = quotes.versions(self.store, self.id)
        titles = reader.titles("quote", set(versions))
        for id in versions:
            action = menu.addAction(titles.get(id, ""))
            action.setCheckable(True)
            action.setChecked(id == self.id)
            action.triggered.connect(lambda _on=False, id=id: self.open_record.emit("quote", id))
        menu.addSeparator()
        for id in versions:
            if id != self.id:
                action = menu.addAction(_("Compare with {version}").format(version=titles.get(id, "")))
                action.triggered.connect(lambda _on=False, id=id: self.compare(id))
        button = self.buttons["versions"]
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def compare(self, other: bytes) -> None:
        """Show another version beside this one, the older one left."""
        versions = quotes.versions(self.store, self.id)
        old, new = sorted((other, self.id), key=versions.index)
        try:
            found = quotes.differences(self.store, old, new)
        except Known as problem:
            self._tell(problem.what)
            return
        names = str(found.before["number"] or ""), str(found.after["number"] or "")
        self.compared.rows_model.show_rows(rows_of(self.store, found), names)
        self.middle.setCurrentWidget(self.compared)
        self._say()
        self.shown.emit()
        self.compared.setFocus()

    def show_lines(self) -> None:
        """Back from comparing."""
        self.middle.setCurrentWidget(self.grid)
        self._say()
        self.shown.emit()
        self.grid.setFocus()

    # ----

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [*self.buttons.values(), self.grid, self.compared, *self.foot.inputs()]

    def state(self) -> Any:
        """Where the cursor is."""
        at = self.grid.currentIndex()
        return at.row(), at.column()

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        row, column = state
        if row >= 0:
            self.grid.go_to(row, max(column, 0))

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        for name, text in self.names():
            self.buttons[name].setText(text)
        self.grid.setAccessibleName(_(self.store.schema.entity(self.model.of).plural))
        self.foot.reword()
        self.grid.take_look()
        self.compared.take_look()
        self._say()

    def names(self) -> tuple[tuple[str, str], ...]:
        """What its buttons say."""
        return (
            ("send", _("Mark as sent")),
            ("accept", _("Accepted")),
            ("decline", _("Declined")),
            ("version", _("New version")),
            ("versions", _("Versions…")),
            ("back", _("Back to the lines")),
            ("print", _("Preview…")),
        )
