"""The status bar: how many, how many selected, what the keys do here, row height."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStatusBar, QToolButton

from freecrm.core.words import _
from freecrm.ui.list_page import ListPage
from freecrm.ui.parts import DENSITIES, label, name_button


class Status(QStatusBar):
    """density_wanted: the next row height is wanted."""

    density_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.count, self.selection, self.hint = label(), label(), label()
        self.density = QToolButton()
        self.density.setProperty("kind", "status")
        self.density.clicked.connect(lambda: self.density_wanted.emit())
        for part in (self.count, self.selection, self.hint):
            self.addWidget(part)
        self.addPermanentWidget(self.density)
        self.setSizeGripEnabled(False)

    def show_page(self, page: ListPage, density: str) -> None:
        """Say how things stand on this page."""
        self.count.setText(page.summary())
        selected = len(page.grid.selection)
        self.selection.setText(_("{n} selected").format(n=f"{selected:,}") if selected else "")
        rows = page.stack.currentWidget() is page.grid
        self.hint.setText(_("Space: details   Ctrl+K: search   F6: next pane") if rows else "")
        text = _("Row height: {height}").format(height=_(DENSITIES[density]))
        self.density.setText(text)
        name_button(self.density, text, "Ctrl+Shift+D")
