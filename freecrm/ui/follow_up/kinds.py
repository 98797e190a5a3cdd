"""The kinds of what is written: one tab bar, one painted widget, so that it costs the page nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from freecrm.core.words import N_, _
from freecrm.store.followups import OTHER
from freecrm.ui import look

NOTE = "note"
KINDS = (
    (OTHER, N_("Follow-up"), "square-pen"),
    ("call", N_("Call"), "phone"),
    ("visit", N_("Visit"), "map-pin"),
    ("email", N_("Email"), "mail"),
    ("wechat", N_("WeChat"), "message-circle"),
    ("task", N_("Task"), "list-todo"),
    (NOTE, N_("Note"), "sticky-note"),
)
"""Kind of the activity, or NOTE; what its tab is called; icon."""


class KindBar(QTabBar):
    """chosen(kind): the user wants to write this. Where there is little room the icons go, then the words."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget, kinds: Sequence[tuple[str, str, str]] = KINDS) -> None:
        super().__init__(parent)
        self.kinds = kinds
        self.setProperty("kinds", True)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self._room = -1
        for _kind in kinds:
            self.addTab("")
        self.currentChanged.connect(lambda at: self.chosen.emit(self.kinds[at][0]))
        self.reword()

    @property
    def kind(self) -> str:
        """The kind that is chosen."""
        return self.kinds[self.currentIndex()][0]

    def show_kind(self, kind: str) -> None:
        """Show a kind as chosen. Tells nobody."""
        at = next((at for at, one in enumerate(self.kinds) if one[0] == kind), 0)
        self.blockSignals(True)
        self.setCurrentIndex(at)
        self.blockSignals(False)

    def minimumSizeHint(self) -> QSize:
        return QSize(look.px(120), super().minimumSizeHint().height())

    def fit(self) -> None:
        """Show as much of the tabs as there is room for."""
        if self.width() == self._room:
            return
        self._room = self.width()
        for way in ("both", "words", "icons"):
            for at, (_kind, text, icon) in enumerate(self.kinds):
                self.setTabIcon(at, look.icon(icon, 16) if way != "words" else QIcon())
                self.setTabText(at, _(text) if way != "icons" else "")
                self.setTabToolTip(at, _(text) if way == "icons" else "")
            bold = look.px(8)  # the chosen one is bold, wherever it is
            if sum(self.tabSizeHint(at).width() for at in range(self.count())) + bold <= self._room:
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.setAccessibleName(_("What to write"))
        self.setIconSize(QSize(look.px(16), look.px(16)))
        for at, (_kind, text, _icon) in enumerate(self.kinds):
            self.setAccessibleTabName(at, _(text))
        self._room = -1
        if self.isVisible():  # else the size it is shown in comes first
            self.fit()
