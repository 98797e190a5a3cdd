"""The group under the cursor of the work list: its records beside each other, and what to do with them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import _, plural
from freecrm.exchange.doublelist import Group
from freecrm.store import compare
from freecrm.store.compare import Comparison
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.parts import label
from freecrm.ui.tasks import Latest, Tasks

_WIDTH, _SHOWN = 420, 2


class GroupSide(QFrame):
    """Shows the first records of a group; the merge itself shows all of them."""

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.latest = store, Latest(tasks)
        self.group: Group | None = None
        self.found: Comparison | None = None
        self.title, self.why = label("strong"), label("caption")
        self.title.setWordWrap(True)
        self.why.setWordWrap(True)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.merge_button, self.apart_button, self.later_button = (QPushButton() for _button in range(3))
        self.merge_button.setProperty("kind", "primary")
        self.later_button.setProperty("kind", "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 14, 16, 14)))
        column.setSpacing(look.px(6))
        column.addWidget(self.title)
        column.addWidget(self.why)
        column.addWidget(self.area, 1)
        for part in (self.merge_button, self.apart_button, self.later_button):
            column.addWidget(part)

    def show_group(self, entity: str, group: Group | None) -> None:
        """Show this group."""
        self.group = group
        self.latest.drop()
        if group is not None:
            self.latest.run(_compared, self.store, entity, group.ids[:_SHOWN], then=self._show)
        self.reword()

    def _show(self, found: Comparison | None) -> None:
        self.found = found
        self._fill()

    def _fill(self) -> None:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, look.px(4), look.px(4), 0)
        grid.setHorizontalSpacing(look.px(10))
        grid.setVerticalSpacing(look.px(6))
        if self.found is not None:
            self._rows(grid, self.found)
        grid.setRowStretch(grid.rowCount(), 1)
        self.area.setWidget(body)

    def _rows(self, grid: QGridLayout, found: Comparison) -> None:
        for line in found.lines:
            texts = [line.texts[record.id] for record in found.records]
            self._row(grid, line.field.title, texts, line.differs)
        for one in found.united:
            texts = ["\n".join(one.texts[record.id]) for record in found.records]
            self._row(grid, one.field.title, texts, len(set(texts)) > 1)
        for column in range(1, len(found.records) + 1):
            grid.setColumnStretch(column, 1)

    def _row(self, grid: QGridLayout, title: str, texts: list[str], differs: bool) -> None:
        row = grid.rowCount()
        name = label("caption", title)
        name.setWordWrap(True)
        name.setFixedWidth(look.px(84))
        grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        for column, text in enumerate(texts, 1):
            marked = differs and text and any(other and other != text for other in texts[: column - 1])
            cell = label("warning" if marked else "" if text else "hint", text or "—")
            cell.setWordWrap(True)
            cell.setMinimumWidth(1)
            cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            cell.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignTop)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setFixedWidth(look.px(_WIDTH))
        self.merge_button.setText(_("Merge…"))
        self.apart_button.setText(_("Not the same"))
        if self.group is None:
            return
        n = len(self.group.members)
        self.title.setText(plural("{n} records that may be one", "{n} records that may be one", n))
        said = _("; ").join(str(reason) for reason in self.group.reasons)
        rest = n - _SHOWN
        if rest > 0:
            said += "\n" + plural(
                "{n} more is shown when you merge.", "{n} more are shown when you merge.", rest
            )
        self.why.setText(said)
        self.later_button.setText(_("Back in its place") if self.group.later else _("Later"))
        if self.found is not None:
            self._fill()


def _compared(store: Store, entity: str, ids: list[bytes]) -> Comparison | None:
    try:
        return compare.compare(store, entity, ids)
    except Known:  # one of them is just gone: the list is about to be read anew
        return None
