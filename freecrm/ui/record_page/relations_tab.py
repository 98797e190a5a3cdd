"""The tab of relations: drawn, or the same facts as a list; added, changed and removed with a way back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.drawing import Drawing
from freecrm.core.pieces import Relations
from freecrm.core.words import _
from freecrm.exchange import relation_chart
from freecrm.exchange.relation_chart import Fact
from freecrm.store import relations
from freecrm.store.database import Store
from freecrm.store.relations import Around, Bond, End
from freecrm.ui import look
from freecrm.ui.drawing_view import STEP, DrawingView
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.record_page.boss_menu import fill_bosses
from freecrm.ui.record_page.relation_form import RelationForm
from freecrm.ui.record_page.rows_tab import Column, Line, RowsModel, RowsTable
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.exchange.printing import Printable

TABLE_KEY = "Ctrl+Shift+T"


class RelationsTab(QWidget):
    """open_record(entity, id): somebody's page is wanted. remove(child, row): a relation goes."""

    open_record = Signal(str, object)
    remove = Signal(str, object)

    def __init__(self, store: Store, tasks: Tasks, entity: str, id: bytes, show: Relations) -> None:
        super().__init__()
        self.store, self.tasks, self.show_ = store, tasks, show
        self.around = Around(End(entity, id, ""))
        self._latest = Latest(tasks)
        self.facts: dict[bytes, Fact] = {}
        self.view, self.form = DrawingView(), RelationForm(store, tasks, show, self.around.centre)
        self.model = RowsModel([Column(lambda: _("Name"), lambda line: line.name), *self._columns()])
        self.table = RowsTable(self.model)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.table)
        self.add_button, self.table_button, self.fit_button = QPushButton(), QPushButton(), QPushButton()
        self.smaller = icon_button("minus", lambda: self.view.set_zoom(self.view.zoom / STEP), 16)
        self.larger = icon_button("plus", lambda: self.view.set_zoom(self.view.zoom * STEP), 16)
        self.percent, self.more = label("caption"), label("caption")
        self._build()
        self._connect()
        self.form.hide()
        self.reword()

    def _columns(self) -> list[Column]:
        return [
            Column(lambda: _("Relation"), lambda line: str(line.values["relation"])),
            Column(lambda: _("Remark"), lambda line: str(line.values["detail"])),
        ]

    def _build(self) -> None:
        for button in (self.add_button, self.table_button, self.fit_button):
            button.setProperty("small", True)
        for framed in (self.smaller, self.larger):
            framed.setProperty("kind", "framed")
        self.table_button.setCheckable(True)
        look.dress(self.add_button, "plus", 16)
        look.dress(self.table_button, "list", 16)
        self.percent.setMinimumWidth(look.px(40))
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = QHBoxLayout()
        top.setSpacing(look.px(8))
        top.addWidget(self.add_button)
        top.addWidget(self.more, 1)
        for part in (self.smaller, self.percent, self.larger, self.fit_button, self.table_button):
            top.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 12)))
        column.setSpacing(look.px(8))
        column.addLayout(top)
        column.addWidget(self.form)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.add_button.clicked.connect(lambda: self.begin())
        self.table_button.toggled.connect(self.show_table)
        self.fit_button.clicked.connect(lambda: self.view.fit())
        self.form.closed.connect(self._closed)
        self.view.opened.connect(self._open)
        self.view.zoomed.connect(self._show_zoom)
        self.view.menu_wanted.connect(self._menu_of_box)
        self.view.remove_wanted.connect(self._remove_box)
        self.table.opened.connect(lambda line: self._open(line.aim))
        self.table.menu_wanted.connect(lambda line, at: self._menu([self.facts[line.id]], at))
        self.table.remove_wanted.connect(lambda line: self._remove(self.facts[line.id]))
        self.table.installEventFilter(self)

    # ---- what is shown

    def load(self, id: bytes) -> None:
        """Show what is around this record."""
        if id != self.around.centre.id:
            self.form.hide()
            self.view.fits = True
        entity = self.around.centre.entity
        self._latest.run(self._found, entity, id, then=self._show)

    def _found(self, entity: str, id: bytes) -> tuple[Around, Drawing]:
        around = relations.around(self.store.reader(), entity, id, self.show_)
        return around, relation_chart.draw(self.store.schema, self.show_, around)

    def _show(self, found: tuple[Around, Drawing]) -> None:
        self.around, drawing = found
        self.view.show_drawing(drawing)
        made = relation_chart.facts(self.store.schema, self.show_, self.around)
        self.facts = {at.to_bytes(4, "big"): fact for at, fact in enumerate(made)}
        row = self.table.currentIndex().row()
        self.model.show_lines(
            [
                Line(
                    key,
                    fact.who.name,
                    {"relation": fact.relation, "detail": fact.detail},
                    aim=(fact.who.entity, fact.who.id),
                )
                for key, fact in self.facts.items()
            ]
        )
        if row >= 0 and made:
            self.table.setCurrentIndex(self.model.index(min(row, len(made) - 1), 0))
        self._tell()

    def _tell(self) -> None:
        shown, total = len(self.around.seats), self.around.people
        few = _("The first {n} of {total} people.").format(n=f"{shown:,}", total=f"{total:,}")
        nothing = _("Nobody is tied to this record yet.")
        self.more.setText(few if total > shown else nothing if not self.facts else "")

    def show_table(self, yes: bool) -> None:
        """Show the facts as a list, or drawn."""
        focused = self.view.hasFocus() or self.table.hasFocus()
        self.table_button.setChecked(yes)
        self.stack.setCurrentWidget(self.table if yes else self.view)
        for part in (self.smaller, self.percent, self.larger, self.fit_button):
            part.setVisible(not yes)
        self._name_table_button()
        if focused:
            self.shown.setFocus()

    def _show_zoom(self) -> None:
        self.percent.setText(f"{self.view.zoom:.0%}")

    # ---- what is done

    def begin(self, bond: Bond | None = None) -> None:
        """Ask for a new relation, or change one."""
        self.form.begin(self.around.centre, bond)

    def _closed(self) -> None:
        self.form.hide()
        self.shown.setFocus()

    def _open(self, key: Any) -> None:
        if key is not None and key != (self.around.centre.entity, self.around.centre.id):
            self.open_record.emit(*key)

    def _facts_of(self, key: Any) -> list[Fact]:
        return [fact for fact in self.facts.values() if (fact.who.entity, fact.who.id) == key]

    def _menu_of_box(self, key: Any, at: QPoint) -> None:
        self._menu(self._facts_of(key), at)

    def menu_of(self, facts: list[Fact]) -> QMenu:
        """What can be done with these: they are all about one record."""
        menu = QMenu(self)
        if not facts:
            self._entry(menu, "plus", _("Add relation"), self.begin)
            return menu
        who = facts[0].who
        self._entry(menu, "external-link", _("Open"), partial(self._open, (who.entity, who.id)))
        for fact in facts:
            if fact.bond is not None:
                menu.addSeparator()
                several = len([one for one in facts if one.bond is not None]) > 1
                said = f" ({fact.relation})" if several else ""
                self._entry(menu, "pencil", _("Change the relation…") + said, partial(self.begin, fact.bond))
                self._entry(menu, "trash-2", _("Remove the relation") + said, partial(self._remove, fact))
            if fact.seat is not None:
                menu.addSeparator()
                fill_bosses(menu, self.store, self.tasks, self.show_, self.around, fact.seat)
        return menu

    def _menu(self, facts: list[Fact], at: QPoint) -> None:
        self.menu_of(facts).popup(at)

    @staticmethod
    def _entry(menu: QMenu, icon: str, text: str, act: Any) -> None:
        action = menu.addAction(text)
        look.dress(action, icon, 16)
        action.triggered.connect(lambda _checked=False: act())

    def _remove_box(self, key: Any) -> None:
        bonds = [fact for fact in self._facts_of(key) if fact.bond is not None]
        if len(bonds) == 1:
            self._remove(bonds[0])

    def _remove(self, fact: Fact) -> None:
        if fact.bond is not None:
            self.remove.emit(self.show_.of, fact.bond.row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            line = self.table.line()
            if event.key() == Qt.Key.Key_F2 and line is not None:
                fact = self.facts[line.id]
                if fact.bond is not None:
                    self.begin(fact.bond)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_T and event.modifiers() == both:
            self.show_table(not self.table_button.isChecked())
        else:
            super().keyPressEvent(event)

    # ---- the page around it asks

    def printed(self) -> list[Printable]:
        """The drawing, or the list, as it is seen."""
        from freecrm.exchange.relation_print import ChartPrint
        from freecrm.exchange.table_print import TablePrint

        title = _("Relations of {name}").format(name=self.around.centre.name)
        rows = [(fact.who.name, fact.relation, fact.detail) for fact in self.facts.values()]
        heads = [column.title() for column in self.model.columns_]
        chart = ChartPrint(self.store, title, self.view.drawing)
        table = TablePrint(self.store, _("{title}, as a list").format(title=title), heads, rows)
        return [table, chart] if self.table_button.isChecked() else [chart, table]

    def unsaved(self) -> list[str]:
        """What would be lost by leaving."""
        return [_("Relation")] if self.form.unsaved() else []

    def give_up(self) -> None:
        """Leave what is typed unsaved."""
        self.form.hide()

    def save(self) -> bool:
        """Save what was typed; False when that wasn't possible."""
        return not self.form.unsaved() or self.form.save()

    @property
    def shown(self) -> QWidget:
        """The drawing or the list, whichever is seen."""
        return self.table if self.table_button.isChecked() else self.view

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        head = [self.add_button, self.smaller, self.larger, self.fit_button, self.table_button]
        form = self.form.inputs() if self.form.isVisibleTo(self) else []
        return [*head, *form, self.shown]

    def state(self) -> Any:
        """Whether the list is shown."""
        return self.table_button.isChecked()

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        self.show_table(bool(state))

    def _name_table_button(self) -> None:
        text = _("Draw it") if self.table_button.isChecked() else _("As a list")
        self.table_button.setText(text)
        self.table_button.setToolTip(f"{text} ({TABLE_KEY})")

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.add_button.setText(_("Add relation"))
        self.fit_button.setText(_("Fit"))
        self.fit_button.setToolTip(_("Show all of it at once") + " (0)")
        name_button(self.smaller, _("Smaller"), "−")
        name_button(self.larger, _("Larger"), "+")
        self._name_table_button()
        self.view.setAccessibleName(_("Chart of relations"))
        self.table.setAccessibleName(_("Relations"))
        self.table.take_look()
        self.form.reword()
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, 2)
        self._show((self.around, relation_chart.draw(self.store.schema, self.show_, self.around)))
        self.view.reword()
        self._show_zoom()
