"""How the calendar page is put together: the head above, people and small month at the left, a view, the editor at the
right."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.calendar import period
from freecrm.ui.calendar.agenda import Agenda
from freecrm.ui.calendar.day_grid import DayGrid
from freecrm.ui.calendar.head import Head
from freecrm.ui.calendar.left import LeftPane
from freecrm.ui.calendar.month_grid import MonthGrid
from freecrm.ui.calendar.quick_line import QuickLine
from freecrm.ui.calendar.right import WIDE, RightPane
from freecrm.ui.calendar.team import TeamView
from freecrm.ui.calendar.view import TimeView
from freecrm.ui.tabs import tab_order
from freecrm.ui.tasks import Tasks

LEAST = 300
"""The least width of the calendar beside its editor (at 100 %)."""
LEFT_BELOW = 860
"""Below this width (at 100 %) the left side is away until it is asked for."""


class Frame:
    """The widgets of one page, each made once. views: by their names; day and week are one."""

    def __init__(self, page: QWidget, store: Store, tasks: Tasks) -> None:
        self.page = page
        self.quick = QuickLine(store, tasks)
        self.head = Head(self.quick)
        self.left, self.right = LeftPane(), RightPane(store, tasks)
        self.left.me = store.user
        self.grid, self.month, self.list, self.team = DayGrid(), MonthGrid(), Agenda(), TeamView()
        self.every: tuple[TimeView, ...] = (self.grid, self.month, self.list, self.team)
        self.views: dict[str, TimeView] = {
            period.DAY: self.grid,
            period.WEEK: self.grid,
            period.MONTH: self.month,
            period.LIST: self.list,
            period.TEAM: self.team,
        }
        self._left_wanted: bool | None = None
        self._build()

    def _build(self) -> None:
        self.stack = QStackedWidget()
        for view in self.every:
            self.stack.addWidget(view)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for part in (self.stack, self.right):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(0, 1)
        self.right_wide = 0  # at 100 %, as somebody dragged it; 0 = nobody did
        self.splitter.splitterMoved.connect(self._dragged)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.left)
        self.edge = QFrame()
        self.edge.setProperty("edge", True)
        middle.addWidget(self.edge)
        middle.addWidget(self.splitter, 1)
        self.column = QVBoxLayout(self.page)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.head)
        self.column.addLayout(middle, 1)

    def order_tabs(self) -> None:
        """Let Tab go through head, side and view as they are seen."""
        stops = [*tab_order(self.head), *tab_order(self.left.inside), *self.every, self.right]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)

    # ---- the sides

    def toggle_left(self) -> None:
        """Show the left side, or take it away, whatever room there is."""
        self._left_wanted = not self.left.isVisible()
        self.fit()

    def fit(self) -> None:
        """Show the left side where there is room for it, or where somebody asked for it."""
        room = self.page.width() >= look.px(LEFT_BELOW) + (look.px(320) if self.right.is_open else 0)
        self.left.setVisible(room if self._left_wanted is None else self._left_wanted)
        self.edge.setVisible(self.left.isVisibleTo(self.page))

    def _dragged(self, *_place: object) -> None:
        if self.right.is_open:
            self.right_wide = round(self.splitter.sizes()[1] * 100 / look.zoom())

    def give_right_room(self) -> None:
        """Give the editor the room that it needs; the rest is the calendar's."""
        self.fit()
        self.stack.setMinimumWidth(look.px(LEAST))
        wide = max(look.px(WIDE), look.px(self.right_wide))
        self.splitter.setSizes([max(self.splitter.width() - wide, wide), wide])

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.head.reword()
        self.left.reword()
        self.right.reword()
        self.page.setAccessibleName(_("Calendar"))
        for view in self.every:
            view.setAccessibleName(_("Calendar"))
            view.reword()
        self.fit()
