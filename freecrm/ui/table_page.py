"""A page that is one table: what it is called and what it says, at the right what is chosen and done, below it the rows, or
that there are none. It may go into a file (differences, who referred whom, yearly dates)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QTableView, QVBoxLayout, QWidget

from freecrm.core.words import N_, _, say
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.offering import offer, why_not
from freecrm.ui.page import Page
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.tasks import Latest, Tasks


class TablePage(Page):
    """open_record(entity, id): somebody's page is wanted. name: of the page, marked with N_(). icon: where there are no
    rows."""

    open_record = Signal(str, object)

    name: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    can_print = True
    message_at = 1

    table: QTableView

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.latest = Latest(tasks)
        self.found: Sequence[Any] = ()
        self.title, self.text = label("title"), label("hint")
        self.text.setWordWrap(True)
        self.nothing = EmptyState(self.icon)

    def lay_out(self, rows: QWidget, *beside: QWidget) -> None:
        """Put the page together. rows: what is seen where there are any. beside: stands at the right above them."""
        texts = QVBoxLayout()
        texts.addWidget(self.title)
        texts.addWidget(self.text)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 8)))
        head.setSpacing(look.px(8))
        head.addLayout(texts, 1)
        for part in beside:
            head.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        self.stack = QStackedWidget()
        self.stack.addWidget(rows)
        self.stack.addWidget(self.nothing)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.stack, 1)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- rows

    def take(self, found: Sequence[Any], row: int) -> None:
        """Show that these rows are there now, the cursor where it was."""
        self.found = found
        self.stack.setCurrentIndex(0 if found else 1)
        self.go_to(row)

    def row(self) -> int:
        """Where the cursor stands, -1 nowhere."""
        return self.table.currentIndex().row()

    def go_to(self, row: int) -> None:
        """Put the cursor into a row, or the last one where there are fewer."""
        if self.found:
            self.table.setCurrentIndex(self.table.model().index(min(max(row, 0), len(self.found) - 1), 0))

    # ---- words

    def crumbs(self) -> list[str]:
        return [_(self.name)]

    def reword(self) -> None:
        super().reword()
        self.title.setText(_(self.name))
        self.nothing.repaint_icon()
        self.table.setAccessibleName(_(self.name))


class ExportedPage(TablePage):
    """The same with a file of it. told(what, path): it was written. as_text: it may be csv as well."""

    told = Signal(object, object)

    as_text: ClassVar[bool] = False

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__(store, tasks)
        self.export_button = QPushButton()
        look.dress(self.export_button, "file-spreadsheet", 16)
        self.export_button.clicked.connect(self.export)

    def take(self, found: Sequence[Any], row: int) -> None:
        super().take(found, row)
        offer(self.export_button, why_not(self.store, "export"), bool(found))

    def reword(self) -> None:
        super().reword()
        self.export_button.setText(_("Export to Excel…"))

    def export(self) -> None:
        """Write what is shown to a file of the user's choice."""
        kinds = f"{_('Excel workbooks')} (*.xlsx)"
        kinds += f";;{_('Text tables')} (*.csv)" if self.as_text else ""
        path = talk.ask_save(self, _("Export this list"), kinds, f"{_(self.name)}.xlsx")
        if path is not None:
            rows = list(self.found)
            then = partial(self._written, len(rows))
            self.tasks.run(self.write, path, rows, then=then, failed=talk.tell_problem)

    def write(self, path: Path, found: Sequence[Any]) -> Path:
        """Write these rows to a file, in a job; Known when that can't be."""
        raise NotImplementedError

    def _written(self, n: int, path: Path) -> None:
        self.told.emit(say(N_("{n} rows are in {file}."), n=f"{n:,}", file=path.name), path)
