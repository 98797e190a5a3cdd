"""The bar above the board: which pipeline, how it is shown, whose deals, closing when; what they come to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from freecrm.core.words import N_, _
from freecrm.ui import look
from freecrm.ui.board.shown import BOARD, FORECAST, MINE, PERIODS, TABLE, Narrow, Seen, exact, whole
from freecrm.ui.parts import icon_button, label, name_button

VIEWS = {
    BOARD: (N_("Board"), "square-kanban"),
    TABLE: (N_("Table"), "table-2"),
    FORECAST: (N_("Forecast"), "chart-column"),
}


class Head(QWidget):
    """pipe_wanted(id), view_wanted(name), narrowed(Narrow), rows_wanted: the deals summed up are to be listed,
    side_wanted: the right side is to be shown, or not."""

    pipe_wanted = Signal(object)
    view_wanted = Signal(str)
    narrowed = Signal(object)
    rows_wanted = Signal()
    side_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("bar", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.seen, self.narrow, self.view = Seen(), Narrow(), BOARD
        self._sums = (0, 0)
        self.pipe, self.owner, self.period = QPushButton(), QPushButton(), QPushButton()
        look.dress(self.owner, "users", 16)
        look.dress(self.period, "calendar", 16)
        for button, fill in (
            (self.pipe, self._pipes),
            (self.owner, self._owners),
            (self.period, self._periods),
        ):
            button.clicked.connect(partial(self._open, button, fill))
        self.views: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self.open_sum, self.weighted_sum = QPushButton(), QPushButton()
        for button in (self.open_sum, self.weighted_sum):
            button.setProperty("kind", "quiet")
            button.clicked.connect(lambda: self.rows_wanted.emit())
        self.after = label("caption")
        self.side_button = icon_button("panel-right", self.side_wanted.emit)
        self.side_button.setCheckable(True)
        self._build()

    def _build(self) -> None:
        views = QHBoxLayout()
        views.setSpacing(0)
        for name, (_text, icon) in VIEWS.items():
            button = QToolButton()
            button.setProperty("kind", "segment")
            button.setCheckable(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            look.dress(button, icon, 16)
            button.clicked.connect(lambda _on=False, name=name: self.view_wanted.emit(name))
            button.installEventFilter(self)
            self._group.addButton(button)
            self.views[name] = button
            views.addWidget(button)
        self.sums = QWidget()
        sums = QHBoxLayout(self.sums)
        sums.setContentsMargins(0, 0, 0, 0)
        sums.setSpacing(look.px(4))
        sums.addStretch(1)
        for part in (self.open_sum, self.weighted_sum, self.after):
            sums.addWidget(part)
        self.row = QHBoxLayout()
        self.row.setSpacing(look.px(8))
        self.row.addWidget(self.pipe)
        self.row.addLayout(views)
        for chosen in (self.owner, self.period):
            self.row.addWidget(chosen)
        self.row.addStretch(1)
        self.row.addWidget(self.sums)
        self.row.addWidget(self.side_button)
        self.column = QVBoxLayout(self)
        self.column.setSpacing(look.px(4))
        self.column.addLayout(self.row)
        self._below = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows go from view to view, as among radio buttons."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers():
            by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            names = list(VIEWS)
            at = next((n for n, name in enumerate(names) if self.views[name] is watched), None)
            if by is not None and at is not None:
                self.views[names[(at + by) % len(names)]].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    # ---- choosing

    def _open(self, button: QPushButton, fill: Callable[[QMenu], None], _on: bool = False) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _pipes(self, menu: QMenu) -> None:
        for pipe in self.seen.pipes:
            now = self.seen.pipe is not None and pipe.id == self.seen.pipe.id
            _choice(menu, pipe.name, now, partial(self.pipe_wanted.emit, pipe.id))

    def _owners(self, menu: QMenu) -> None:
        whose: list[tuple[bytes | None, str]] = [(None, _("All owners"))]
        if self.seen.me is not None:
            whose.append((MINE, _("My deals")))
        own = {card.owner for card in self.seen.cards}
        whose += [(id, name) for id, name in self.seen.people.items() if id in own]
        for id, name in whose:
            _choice(menu, name, self.narrow.owner == id, partial(self._take, Narrow(id, self.narrow.period)))

    def _periods(self, menu: QMenu) -> None:
        for key, text in PERIODS.items():
            now = self.narrow.period == key
            _choice(menu, _(text), now, partial(self._take, Narrow(self.narrow.owner, key)))

    def _take(self, narrow: Narrow) -> None:
        self.narrowed.emit(narrow)

    # ---- showing

    def show_seen(self, seen: Seen, narrow: Narrow, view: str, open_: int, weighted: int) -> None:
        """Say what is shown and what it comes to."""
        self.seen, self.narrow, self.view, self._sums = seen, narrow, view, (open_, weighted)
        there = seen.pipe is not None
        for part in (self.pipe, self.owner, self.sums, self.side_button, *self.views.values()):
            part.setVisible(there)
        self.period.setVisible(there and view == BOARD)
        for name, segment in self.views.items():
            segment.setChecked(name == view)
            segment.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name == view else Qt.FocusPolicy.ClickFocus)
        name = seen.pipe.name if seen.pipe is not None else ""
        self.pipe.setText(name.replace("&", "&&") + "  ▾")
        self.pipe.setAccessibleName(_("Pipeline: {name}").format(name=name))
        self._chip(self.owner, self._owner_words(), on=seen.owner(narrow) is not None)
        self._chip(self.period, _(PERIODS[narrow.period]), on=bool(narrow.period))
        for button, form, amount in (
            (self.open_sum, _("Open {amount}"), open_),
            (self.weighted_sum, _("Weighted {amount}"), weighted),
        ):
            button.setText(form.format(amount=whole(amount, seen.currency)))
            button.setAccessibleName(form.format(amount=exact(amount, seen.currency)))
            tip = _("{amount}: show these deals in the table")
            button.setToolTip(tip.format(amount=form.format(amount=exact(amount, seen.currency))))
        self.fit()

    def show_after(self, weighted: int | None) -> None:
        """Say what the weighted sum would be after the drop; None: nothing is dragged, or nothing changes."""
        self.after.setText("" if weighted is None else f"→ {whole(weighted, self.seen.currency)}")

    def _owner_words(self) -> str:
        if self.seen.owner(self.narrow) is None:
            return _("All owners")
        if self.narrow.owner == MINE:
            return _("My deals")
        return self.seen.people.get(self.narrow.owner or b"", _("One owner"))

    def _chip(self, button: QPushButton, text: str, *, on: bool) -> None:
        button.setText(text.replace("&", "&&"))
        if button.property("chip") != ("true" if on else "off"):
            button.setProperty("chip", "true" if on else "off")
            look.refresh(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Put the sums into a row of their own where one row has no room for them."""
        shown = (self.pipe, *self.views.values(), self.owner, self.period, self.side_button)
        taken = sum(one.sizeHint().width() + look.px(8) for one in shown if not one.isHidden())
        sums = self.open_sum.sizeHint().width() + self.weighted_sum.sizeHint().width() + look.px(90)
        below = self.width() < taken + sums + look.px(24)
        if below != self._below:
            self._below = below
            if below:
                self.column.addWidget(self.sums)
            else:
                self.row.insertWidget(self.row.indexOf(self.side_button), self.sums)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.column.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        for name, segment in self.views.items():
            segment.setText(_(VIEWS[name][0]))
            segment.setAccessibleName(_(VIEWS[name][0]))
        self.after.setProperty("role", "understood")
        look.refresh(self.after)
        name_button(self.side_button, _("Forecast and owners at the right"))
        self.pipe.setToolTip(_("Choose a pipeline"))
        self.show_seen(self.seen, self.narrow, self.view, *self._sums)


def _choice(menu: QMenu, text: str, now: bool, act: Callable[[], object]) -> None:
    action = menu.addAction(text.replace("&", "&&"))
    action.setCheckable(True)
    action.setChecked(now)
    action.triggered.connect(lambda _on=False: act())
