"""How complete and how fresh the records are: by owner as bars or as a table, and the lowest of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.bars import Bar, Value
from freecrm.core.scoring import STANDARD
from freecrm.core.words import N_, _, inside, plural
from freecrm.store import scores
from freecrm.store.database import Store
from freecrm.store.scores import OwnerScore, Scored, percent
from freecrm.ui import look
from freecrm.ui.fitting import fit_heads, plain_table
from freecrm.ui.parts import label
from freecrm.ui.score_words import fresh_word
from freecrm.ui.tasks import Latest, Tasks

Index = QModelIndex | QPersistentModelIndex
MOST = 1000  # of the lowest that are listed
_NO_INDEX = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Cells(QAbstractTableModel):
    """Rows of plain texts under heads; those of `figures` stand at the right."""

    def __init__(self, heads: tuple[str, ...], figures: tuple[int, ...]) -> None:
        super().__init__()
        self.heads, self.figures = heads, figures
        self.rows: list[tuple[str, ...]] = []

    def show_rows(self, rows: list[tuple[str, ...]]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in self.figures:
            return _RIGHT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section in self.figures:
            return _RIGHT
        return _(self.heads[section]) if role == Qt.ItemDataRole.DisplayRole else None


class CellTable(QTableView):
    """opened(row): a double click, or Enter."""

    opened = Signal(int)

    def __init__(self, heads: tuple[str, ...], figures: tuple[int, ...], shares: tuple[int, ...]) -> None:
        super().__init__()
        self.cells, self.shares = Cells(heads, figures), shares
        self.cells.setParent(self)
        self.setModel(self.cells)
        plain_table(self, one=True)
        head = self.horizontalHeader()
        head.setSectionsClickable(False)
        head.setStretchLastSection(True)
        fit_heads(head)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def show_rows(self, rows: list[tuple[str, ...]]) -> None:
        """Show these; the cursor stays where it is."""
        at = max(self.currentIndex().row(), 0)
        self.cells.show_rows(rows)
        self.resize_columns()
        if rows:
            self.selectRow(min(at, len(rows) - 1))

    def resize_columns(self) -> None:
        """Give rows and columns their sizes at the text size of now."""
        self.verticalHeader().setDefaultSectionSize(look.px(30))
        for column, share in enumerate(self.shares[:-1]):
            self.setColumnWidth(column, self.viewport().width() * share // 100)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resize_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            event.ignore()
        else:
            super().keyPressEvent(event)


class ScoresPane(QWidget):
    """changed, open_record(entity, id), owner_wanted(entity, owner), rules_wanted: as the page says."""

    changed = Signal()
    open_record = Signal(str, object)
    owner_wanted = Signal(str, object)
    rules_wanted = Signal()

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store = store
        self.latest, self.latest_low = Latest(tasks), Latest(tasks)
        self.entity = next(iter(STANDARD))
        self.owners: list[OwnerScore] = []
        self.low: list[Scored] = []
        self.low_count = 0
        self.names: dict[bytes, str] = {}  # of the owners
        self.as_table = False
        self._build()

    def _build(self) -> None:
        from freecrm.ui.bar_chart import BarChart

        self.group = QButtonGroup(self)
        self.kind_buttons: dict[str, QPushButton] = {}
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 4, 16, 8)))
        head.setSpacing(look.px(8))
        for entity in STANDARD:
            button = self.kind_buttons[entity] = QPushButton()
            button.setCheckable(True)
            button.clicked.connect(partial(self.show_entity, entity))
            self.group.addButton(button)
            head.addWidget(button)
        head.addStretch(1)
        self.view_button, self.rules_button = QPushButton(), QPushButton()
        self.view_button.clicked.connect(self.switch_view)
        self.rules_button.clicked.connect(self.rules_wanted)
        head.addWidget(self.view_button)
        head.addWidget(self.rules_button)
        self.chart_title, self.legend = label("strong"), label("caption")
        self.legend.setWordWrap(True)
        self.chart = BarChart()
        self.chart.opened.connect(self._open_owner)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._on_ground(self.chart))
        heads = (N_("Owner"), N_("Records"), N_("Completeness"), N_("Freshness"))
        self.owner_table = CellTable(heads, (1, 2, 3), (34, 18, 24, 24))
        self.owner_table.opened.connect(self._open_owner)
        self.views = QStackedWidget()
        self.views.addWidget(area)
        self.views.addWidget(self.owner_table)
        left = self._column(self.chart_title, self.legend, self.views)
        right = self._column(*self._build_low())
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(left, 1)
        edge = QFrame()
        edge.setProperty("edge", True)
        edge.setFixedWidth(1)
        row.addWidget(edge)
        row.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(row, 1)

    @staticmethod
    def _on_ground(widget: QWidget) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(widget)
        column.addStretch(1)
        return made

    @staticmethod
    def _column(*parts: QWidget) -> QVBoxLayout:
        made = QVBoxLayout()
        made.setContentsMargins(*(look.px(side) for side in (16, 4, 16, 12)))
        made.setSpacing(look.px(6))
        for part in parts[:-1]:
            made.addWidget(part)
        made.addWidget(parts[-1], 1)
        return made

    def _build_low(self) -> tuple[QWidget, ...]:
        self.low_title, self.low_text, self.below_label = label("strong"), label("caption"), label()
        self.below = QSpinBox()
        self.below.setRange(1, 101)
        self.below.setValue(60)
        self.below.setSuffix(" %")
        self.below.valueChanged.connect(lambda _value: self._read_low())
        self.below_label.setBuddy(self.below)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(8))
        row.addWidget(self.below_label)
        row.addWidget(self.below)
        row.addWidget(self.low_text, 1)
        heads = (N_("Record"), N_("Owner"), N_("Completeness"), N_("Freshness"))
        self.low_table = CellTable(heads, (2, 3), (33, 16, 19, 32))
        self.low_table.opened.connect(self._open_low)
        return self.low_title, line, self.low_table

    # ---- what it shows

    def read(self) -> None:
        """Work out both, from the rows as they are now."""
        self.latest.run(scores.by_owner, self.store.reader(), self.entity, then=self._show_owners)
        self._read_low()

    def _read_low(self) -> None:
        self.latest_low.run(_lowest, self.store, self.entity, self.below.value(), then=self._show_low)

    def show_entity(self, entity: str) -> None:
        """Show the scores of another kind of record."""
        self.entity = entity
        self.reword()
        self.read()

    def _show_owners(self, found: list[OwnerScore]) -> None:
        self.owners = found
        self._say_owners()
        self.changed.emit()

    def _show_low(self, found: tuple[list[Scored], int, dict[bytes, str]]) -> None:
        self.low, self.low_count, self.names = found
        self._say_low()
        self.changed.emit()

    def switch_view(self) -> None:
        """The bars as a table with the same numbers, or as bars again."""
        self.as_table = not self.as_table
        self.views.setCurrentIndex(int(self.as_table))
        self.reword()
        self.focus_first()

    def _open_owner(self, place: int) -> None:
        if 0 <= place < len(self.owners):
            self.owner_wanted.emit(self.entity, self.owners[place].owner)

    def _open_low(self, row: int) -> None:
        if 0 <= row < len(self.low):
            self.open_record.emit(self.entity, self.low[row].id)

    def focus_first(self) -> None:
        """To the bars, or their table."""
        (self.owner_table if self.as_table else self.chart).setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- words

    def summary(self) -> str:
        """For the status bar."""
        return plural("{n} record", "{n} records", sum(one.records for one in self.owners))

    def hint(self) -> str:
        """For the status bar."""
        return _("Enter: open its rows   Ctrl+Shift+T: bars or table")

    def _name(self, one: OwnerScore) -> str:
        if one.owner is not None:
            return one.name
        declared = self.store.schema.entity(self.entity)
        return _("Nobody") if declared.owner else _("All {things}").format(things=inside(_(declared.plural)))

    def _say_owners(self) -> None:
        bars = []
        for one in self.owners:
            values = [Value(_share(one.complete), _("{n} complete").format(n=percent(one.complete)), 0)]
            if one.fresh is not None:
                words = f"{percent(one.fresh)} · {fresh_word(one.fresh)}"
                values.append(Value(_share(one.fresh), words, 1))
            counted = plural("{n} record", "{n} records", one.records)
            bars.append(Bar(self._name(one), counted, tuple(values)))
        self.chart.show_bars(bars)
        self.owner_table.show_rows(
            [
                (self._name(one), f"{one.records:,}", percent(one.complete), percent(one.fresh))
                for one in self.owners
            ]
        )

    def _say_low(self) -> None:
        rows: list[tuple[str, ...]] = [
            (
                one.title,
                self.names.get(one.owner, "") if one.owner else "",
                percent(one.complete),
                f"{percent(one.fresh)} · {fresh_word(one.fresh)}" if one.fresh is not None else "—",
            )
            for one in self.low
        ]
        self.low_table.show_rows(rows)
        said = plural("{n} record", "{n} records", self.low_count)
        if self.low_count > len(self.low):
            said += " · " + _("the lowest {n} are shown").format(n=f"{len(self.low):,}")
        self.low_text.setText(said)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for entity, button in self.kind_buttons.items():
            button.setText(_(self.store.schema.entity(entity).plural))
            button.setChecked(entity == self.entity)
            button.setProperty("chip", True if entity == self.entity else "off")
            look.refresh(button)
        self.view_button.setText(_("As bars") if self.as_table else _("As a table"))
        self.view_button.setToolTip("Ctrl+Shift+T")
        self.rules_button.setText(_("Rules of the scores…"))
        self.chart_title.setText(_("Average by owner"))
        self.legend.setText(
            _("Full bar: how many of the wanted fields are filled. Hatched bar: how fresh they are.")
        )
        self.chart.setAccessibleName(_("Average by owner"))
        self.owner_table.setAccessibleName(_("Average by owner"))
        self.low_title.setText(_("The least complete"))
        self.low_table.setAccessibleName(_("The least complete"))
        self.below_label.setText(_("Completeness below"))
        for box in (self.below, self.below.lineEdit()):
            box.setAccessibleName(_("Completeness below"))
        self.owner_table.resize_columns()
        self.low_table.resize_columns()
        self._say_owners()
        self._say_low()


def _share(value: int | None) -> float | None:
    return None if value is None else value / 100


def _lowest(store: Store, entity: str, below: int) -> tuple[list[Scored], int, dict[bytes, str]]:
    reader = store.reader()
    found, count = scores.lowest(reader, entity, below=below, limit=MOST)
    return found, count, reader.titles("user", {one.owner for one in found if one.owner})
