"""A panel that opens below what it belongs to, inside the window: input methods and other windows leave it
open, a click elsewhere or Esc closes it, Tab stays in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from freecrm.ui import look
from freecrm.ui.tabs import order_tabs, tab_order


class Popup(QFrame):
    """closed: it is gone, by whatever way. Subclasses fill `column` and say what gets the focus."""

    closed = Signal()

    wide = 320
    shift = 0  # how far right of its anchor's left edge it opens

    def __init__(self, anchor: QWidget) -> None:
        super().__init__(anchor.window())
        self.anchor = anchor
        self.setProperty("popup", True)
        self.setProperty("overlay", True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (12, 12, 12, 12)))
        self.column.setSpacing(look.px(8))
        self.hide()

    def first(self) -> QWidget:
        """What has the focus when it opens."""
        return self

    def open(self) -> None:
        """Show it below its anchor."""
        self.place()
        self.show()
        self.raise_()
        order_tabs(self)
        self.first().setFocus(Qt.FocusReason.PopupFocusReason)
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def place(self) -> None:
        """Take the room it needs, inside the window."""
        over = self.parentWidget()
        if over is None:
            return
        self.setFixedWidth(min(look.px(self.wide), over.width() - look.px(16)))
        self.adjustSize()
        at = self.anchor.mapTo(over, QPoint(self.shift, self.anchor.height() + look.px(4)))
        x = max(min(at.x(), over.width() - self.width() - look.px(8)), look.px(8))
        y = max(min(at.y(), over.height() - self.height() - look.px(8)), look.px(8))
        self.move(x, y)

    def dismiss(self) -> None:
        """Go away; the focus returns to where it was opened from."""
        if self.isHidden():
            return
        focus = QApplication.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self.hide()
        self.closed.emit()
        if had_focus:
            self.give_back()
        self.deleteLater()

    def give_back(self) -> None:
        """Put the focus where it was before."""
        self.anchor.setFocus(Qt.FocusReason.PopupFocusReason)

    def focusNextPrevChild(self, forward: bool) -> bool:
        stops = [one for one in tab_order(self) if one.isEnabled() and one.isVisibleTo(self)]
        focus = QApplication.focusWidget()
        if not stops:
            return False
        at = stops.index(focus) if focus in stops else -1
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(
            Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            event.accept()  # whatever lies below hears nothing

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            if watched.window() is self.window() and watched is not self and not self.isAncestorOf(watched):
                self.dismiss()
        elif kind == QEvent.Type.Resize and watched is self.parentWidget():
            self.place()
        return super().eventFilter(watched, event)
