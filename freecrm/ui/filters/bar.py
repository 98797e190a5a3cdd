"""The chips above a list: its filter in words. A click changes a chip, its × or Delete takes it away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from freecrm.core.filters import Filters
from freecrm.core.words import _
from freecrm.ui import look
from freecrm.ui.editors.flow import Flow
from freecrm.ui.filters import ways

if TYPE_CHECKING:
    from freecrm.core.filters import Chip
    from freecrm.store.database import Store
    from freecrm.ui.filters.panel import FilterPanel
    from freecrm.ui.tasks import Tasks

_LONGEST = 44  # characters of a chip; its tool tip says all


class ChipButton(QPushButton):
    """One chip. removed: its × was clicked, or Delete pressed."""

    removed = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…")
        self.setProperty("chip", True)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the × stands behind the words
        look.dress(self, "x", 14, "accent")
        self.setAccessibleName(_("Filter {text}").format(text=text))
        self.setToolTip(_("{text}. Click to change it, × or Delete to remove it").format(text=text))

    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        on_cross = self.rect().contains(e.position().toPoint()) and e.position().x() > self.width() - look.px(
            28
        )
        if on_cross and e.button() == Qt.MouseButton.LeftButton:
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(e)

    def keyPressEvent(self, e: QKeyEvent) -> None:
        if e.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif e.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(e)


class FilterBar(QWidget):
    """changed(Filters): the user wants another filter."""

    changed = Signal(object)

    def __init__(self, store: Store, tasks: Tasks, entity: str) -> None:
        super().__init__()
        self.store, self.tasks, self.entity = store, tasks, entity
        self.filters = Filters()
        self.panel: FilterPanel | None = None
        self.chips: list[ChipButton] = []
        self.add_button = QPushButton()
        self.add_button.setProperty("chip", "add")
        look.dress(self.add_button, "plus", 14)
        self.add_button.clicked.connect(lambda: self.add())
        self.flow = Flow(self)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._fill()

    def show_filters(self, filters: Filters) -> None:
        """Show this filter."""
        self.filters = filters
        self._fill()

    def text_of(self, filters: Filters, at: int) -> str:
        """A chip of a filter in words."""
        chip = filters.chips[at]
        fields = ways.asked(self.store.schema, self.entity, chip)
        return ways.chip_text(chip, fields, self.store.reader().titles, any_=filters.any)

    def _fill(self) -> None:
        focused = next((at for at, chip in enumerate(self.chips) if chip.hasFocus()), -1)
        while self.flow.count():
            item = self.flow.takeAt(0)
            gone = item.widget() if item is not None else None
            if gone is not None and gone is not self.add_button:
                gone.hide()
                gone.deleteLater()
        self.chips = []
        for at in range(len(self.filters.chips)):
            if at:
                self.flow.addWidget(self._join())
            chip = ChipButton(self.text_of(self.filters, at))
            chip.clicked.connect(partial(self.edit, at))
            chip.removed.connect(partial(self.remove, at))
            self.chips.append(chip)
            self.flow.addWidget(chip)
        self.flow.addWidget(self.add_button)
        self.add_button.setText(_("Filter"))
        self.add_button.setAccessibleName(_("Add a filter"))
        self.add_button.setToolTip(_("Add a filter"))
        for at in range(self.flow.count()):
            item = self.flow.itemAt(at)
            part = item.widget() if item is not None else None
            if part is not None:
                part.show()
        if focused >= 0:
            (self.chips[min(focused, len(self.chips) - 1)] if self.chips else self.add_button).setFocus()
        self.updateGeometry()

    def _join(self) -> QPushButton:
        made = QPushButton(_("or") if self.filters.any else _("and"))
        made.setProperty("kind", "link")
        made.setToolTip(
            _("One of them is enough. Click: all of them")
            if self.filters.any
            else _("All of them must hold. Click: one of them is enough")
        )
        made.clicked.connect(lambda: self.changed.emit(replace(self.filters, any=not self.filters.any)))
        return made

    # ---- what the user wants

    def add(self, field: str = "") -> None:
        """Ask for one more condition. field: of this field."""
        panel = self._open(self.add_button, len(self.filters.chips), ())
        if field:
            panel.ask(panel.known[field])

    def edit(self, at: int, *_clicked: object) -> None:
        """Ask what becomes of a chip."""
        known = self.store.schema.fields(self.entity)
        if at < len(self.chips) and not ways.is_told_only(self.filters.chips[at], known):
            self._open(self.chips[at], at, self.filters.chips[at])

    def remove(self, at: int) -> None:
        """Take a chip away."""
        self.changed.emit(self.filters.without(at))

    def _open(self, anchor: QWidget, at: int, chip: Chip) -> FilterPanel:
        from freecrm.ui.filters.panel import FilterPanel

        if self.panel is not None:
            self.panel.dismiss()
        made = self.panel = FilterPanel(anchor, self.store, self.tasks, self.entity, chip)
        made.taken.connect(lambda taken: self._take(at, taken))
        made.dropped.connect(partial(self.remove, at))
        made.closed.connect(self._closed)
        made.open()
        return made

    def _closed(self) -> None:
        self.panel = None

    def _take(self, at: int, chip: Chip) -> None:
        self.changed.emit(self.filters.put(at, chip))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        if self.panel is not None:
            self.panel.dismiss()
        self._fill()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
