"""The figures above the day, each a way to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.store import reports
from freecrm.store.tiles import Tile
from freecrm.ui import look
from freecrm.ui.editors.flow import Flow
from freecrm.ui.parts import label

WIDE, HIGH = 176, 106


class TileButton(QPushButton):
    """One figure."""

    def __init__(self, tile: Tile, parent: QWidget) -> None:
        super().__init__(parent)
        self.tile = tile
        self.setProperty("tile", True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        value = reports.text(tile.figure, tile.currency).removesuffix(".00")
        self.title, self.value = label("caption", tile.title, self), label("title", value, self)
        self.note = label("caption", tile.note, self)
        self.note.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        column.setSpacing(look.px(2))
        for part in (self.title, self.value, self.note):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(part)
        column.addStretch(1)
        self.setAccessibleName(f"{tile.title}: {value}, {tile.note}")
        leads = tile.query is not None
        self.setEnabled(leads or bool(tile.note))
        if tile.figure is not None:
            said = str(tile.figure.says)
            self.setToolTip(
                _("{formula}. Enter or a click shows these rows.").format(formula=said) if leads else said
            )
        else:
            self.setToolTip(tile.note)

    def sizeHint(self) -> QSize:
        return QSize(look.px(WIDE), look.px(HIGH))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Tiles(QWidget):
    """wanted(Tile): its rows are to be seen."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.flow = Flow(self, 10, even=True)
        self.buttons: list[TileButton] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.hide()

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these; the focus stays on the one that had it."""
        focused = next((one.tile.name for one in self.buttons if one.hasFocus()), "")
        self.flow.clear()
        self.buttons = []
        for tile in tiles:
            made = TileButton(tile, self)
            made.clicked.connect(partial(self._press, tile))
            self.flow.addWidget(made)
            made.show()
            self.buttons.append(made)
            if tile.name == focused:
                made.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setVisible(bool(tiles))
        self.setAccessibleName(_("Figures"))
        self.updateGeometry()

    def _press(self, tile: Tile, _on: bool = False) -> None:
        if tile.query is not None:
            self.wanted.emit(tile)

    def focus_first(self) -> None:
        """Put the focus on the first figure."""
        if self.buttons:
            self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
