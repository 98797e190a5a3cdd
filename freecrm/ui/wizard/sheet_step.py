"""Step 2: which sheet, and which of its rows holds the heads, shown on the real rows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import _
from freecrm.exchange import whose
from freecrm.exchange.csvfile import ENCODINGS
from freecrm.exchange.peek import Peek
from freecrm.exchange.sheets import letters
from freecrm.ui import look
from freecrm.ui.fitting import ComboBox, EdgeCells, EdgeHead, watch_edge
from freecrm.ui.page import Pane
from freecrm.ui.parts import label
from freecrm.ui.wizard.draft import Draft
from freecrm.ui.wizard.step import Step
from freecrm.ui.wizard.trouble import TroubleBar

_LONGEST = 60
_WIDEST = 60

Index = QModelIndex | QPersistentModelIndex


class FirstRows(QAbstractTableModel):
    """The first rows of a sheet as they stand in the file."""

    def __init__(self, seen: Peek) -> None:
        super().__init__()
        self.rows = seen.first
        self.layout_ = seen.layout
        wide = max((len(cells) for _number, cells in self.rows), default=0)
        self.wide = min(wide, 400)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self.wide

    def number(self, row: int) -> int:
        """The row's number in the file."""
        return self.rows[row][0]

    def row_of(self, number: int) -> int:
        """The other way; -1 where the file's row is not shown."""
        return next((at for at, (n, _cells) in enumerate(self.rows) if n == number), -1)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        number, cells = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            cell = cells[index.column()] if index.column() < len(cells) else None
            text = "" if cell is None else " ".join(str(cell).split())
            return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        is_head = number in (self.layout_.header_rows or (self.layout_.header_row,))
        if role == Qt.ItemDataRole.BackgroundRole and is_head:
            return look.colour("accent_subtle")
        if role == Qt.ItemDataRole.FontRole and is_head:
            return look.font("body", bold=True)
        if role == Qt.ItemDataRole.ForegroundRole and number < self.layout_.first_data_row and not is_head:
            return look.colour("text3")
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return letters(section)
        return str(self.rows[section][0])


class RowsView(QTableView):
    """The first rows; a click or Enter makes a row the header. chosen(number): of the row in the file."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setHorizontalHeader(EdgeHead(self))
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setItemDelegate(EdgeCells(self))
        watch_edge(self)
        self.verticalHeader().setSectionsClickable(False)
        self.clicked.connect(lambda index: self._choose(index))

    def show_rows(self, seen: Peek) -> None:
        """Show the first rows of a file."""
        model = FirstRows(seen)
        model.setParent(self)
        before = self.model()
        self.setModel(model)
        if before is not None:
            before.deleteLater()
        self.verticalHeader().setDefaultSectionSize(look.row_height("compact"))
        for column in range(min(model.wide, _WIDEST)):
            self.setColumnWidth(column, look.px(120))
        at = model.row_of(seen.layout.header_row)
        if at >= 0:
            self.selectRow(at)
            self.scrollTo(model.index(max(at - 3, 0), 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            event.ignore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.modifiers():
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: Index) -> None:
        model = self.model()
        if isinstance(model, FirstRows) and index.isValid():
            self.chosen.emit(model.number(index.row()))


class SheetStep(Step):
    """Sheets at the left, rows at the right."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._seen: Peek | None = None
        self._build()
        self.reword()

    def _build(self) -> None:
        self.trouble = TroubleBar()
        self.trouble.again.connect(self.draft.look)
        self.sheets_title, self.sheets = label("strong"), QListWidget()
        self.sheets.setProperty("framed", True)
        self.sheets_title.setBuddy(self.sheets)
        self.sheets.currentItemChanged.connect(lambda *_: self._sheet_chosen())
        self.about_title, self.about = label("strong"), ComboBox()
        self.about_title.setBuddy(self.about)
        self.about.activated.connect(lambda _at: self.draft.take_about(self.about.currentData()))
        self.encoding_title, self.encoding = label("strong"), ComboBox()
        self.encoding_title.setBuddy(self.encoding)
        self.encoding.activated.connect(lambda _at: self._encoding_chosen())
        self.headless = QCheckBox()
        self.headless.toggled.connect(self._headless)
        left_side = QWidget()
        left_side.setFixedWidth(look.px(250))
        left = QVBoxLayout(left_side)
        left.setContentsMargins(*(look.px(side) for side in (16, 16, 16, 16)))
        left.setSpacing(look.px(8))
        parts = (self.about_title, self.about, self.sheets_title, self.sheets)
        for part in (*parts, self.encoding_title, self.encoding, self.headless):
            left.addWidget(part)
        left.setStretchFactor(self.sheets, 1)
        self.caption, self.notes = label("strong"), label("caption")
        self.notes.setWordWrap(True)
        self.caption.setWordWrap(True)
        self.rows = RowsView()
        self.rows.chosen.connect(self._header_chosen)
        right = QVBoxLayout()
        right.setContentsMargins(*(look.px(side) for side in (16, 16, 16, 8)))
        right.setSpacing(look.px(8))
        right.addWidget(self.trouble)
        for part in (self.caption, self.notes):
            right.addWidget(part)
        right.addWidget(self.rows, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(left_side)
        row.addLayout(right, 1)

    # ---- what the user says

    def _sheet_chosen(self) -> None:
        item = self.sheets.currentItem()
        name = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        seen = self.draft.seen
        if name and seen is not None and name != seen.sheet and not self.draft.looking:
            self.draft.take_sheet(name)

    def _encoding_chosen(self) -> None:
        self.draft.take_encoding(self.encoding.currentData())

    def _header_chosen(self, number: int) -> None:
        seen = self.draft.seen
        if seen is not None and seen.source.kind != "vcf" and number != seen.layout.header_row:
            self.draft.take_header(number)

    def _headless(self, on: bool) -> None:
        seen = self.draft.seen
        if seen is not None and on != (seen.layout.header_row == 0):
            self.draft.take_header(0 if on else None)

    # ---- showing

    def refresh(self) -> None:
        draft = self.draft
        if draft.problem is not None and not draft.looking:
            self.trouble.show_problem(draft.problem)
        else:
            self.trouble.hide()
        self.setCursor(Qt.CursorShape.BusyCursor if draft.looking else Qt.CursorShape.ArrowCursor)
        if draft.seen is not None and draft.seen is not self._seen:
            self._show(draft.seen)
        self.ready.emit()

    def _show(self, seen: Peek) -> None:
        self._seen = seen
        self.rows.show_rows(seen)
        self.sheets.blockSignals(True)
        self.sheets.clear()
        for sheet in seen.sheets:
            about = "≈ " if sheet.about else ""
            size = _("{rows} rows × {columns} columns").format(
                rows=f"{about}{sheet.rows:,}", columns=sheet.columns
            )
            lines = [sheet.name] if not sheet.rows else [sheet.name, size]
            if sheet.hidden:
                lines.append(_("hidden"))
            item = QListWidgetItem("\n".join(lines))
            item.setData(Qt.ItemDataRole.UserRole, sheet.name)
            self.sheets.addItem(item)
            if sheet.name == seen.sheet:
                self.sheets.setCurrentItem(item)
        self.sheets.blockSignals(False)
        self._show_about()
        is_csv = seen.source.kind == "csv"
        self.encoding_title.setVisible(is_csv)
        self.encoding.setVisible(is_csv)
        if is_csv:
            self._show_encodings(seen)
        self.headless.setVisible(seen.source.kind != "vcf")
        self.headless.blockSignals(True)
        self.headless.setChecked(seen.layout.header_row == 0)
        self.headless.blockSignals(False)
        self._say(seen)

    def _show_about(self) -> None:
        schema = self.draft.store.schema
        self.about.clear()
        for plan in whose.plans(schema):
            self.about.addItem(_(schema.entity(plan.main).plural), plan.main)
        self.about.setCurrentIndex(self.about.findData(self.draft.plan.main))

    def _show_encodings(self, seen: Peek) -> None:
        self.encoding.clear()
        self.encoding.addItem(_("As found: {encoding}").format(encoding=seen.source.encoding), None)
        for name in ENCODINGS:
            self.encoding.addItem(name.upper(), name)
        at = self.encoding.findData(self.draft.options.encoding)
        self.encoding.setCurrentIndex(max(at, 0))

    def _say(self, seen: Peek) -> None:
        row = seen.layout.header_row
        said = _("Row {row} holds the heads. Click another row if that is not so.").format(row=row)
        if row == 0:
            said = _("No row of heads was found: the first row is data. Click a row that holds the heads.")
        if seen.source.kind == "vcf":
            said = _("Every card is a row; there is nothing to choose here.")
        self.caption.setText(said)
        self.notes.setText("\n".join(str(note) for note in seen.notes))
        self.notes.setVisible(bool(seen.notes))

    def reword(self) -> None:
        self.about_title.setText(_("What it lists"))
        self.about.setAccessibleName(_("What it lists"))
        self.sheets_title.setText(_("Sheets"))
        self.encoding_title.setText(_("Encoding"))
        self.headless.setText(_("The first row is data"))
        self.rows.setAccessibleName(_("The first rows of the file"))
        self.sheets.setAccessibleName(_("Sheets"))
        self.trouble.reword()
        self._seen = None
        self.refresh()

    def focus_first(self) -> None:
        self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.sheets, self.sheets.setFocus), (self.rows, self.focus_first)]
