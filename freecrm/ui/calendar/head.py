"""The bar above a calendar: which time is shown and the way to others, clashes, the quick line, the views."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from freecrm.core.words import N_, _
from freecrm.ui import look
from freecrm.ui.calendar.period import DAY, MONTH, VIEWS, WEEK
from freecrm.ui.calendar.quick_line import QuickLine
from freecrm.ui.fitting import Elided
from freecrm.ui.parts import icon_button, label, name_button

_TURNS = {
    DAY: (N_("The day before"), N_("The day after")),
    MONTH: (N_("The month before"), N_("The month after")),
}
_WEEKS = (N_("The week before"), N_("The week after"))
LINE = 230
"""With less room than this (at 100 %) the quick line stands in a row of its own."""


class Head(QWidget):
    """today, turned(by), view_wanted(name), clash_wanted, left_wanted (the side is to be shown, or not)."""

    today_wanted = Signal()
    turned = Signal(int)
    view_wanted = Signal(str)
    clash_wanted = Signal()
    left_wanted = Signal()

    def __init__(self, quick: QuickLine) -> None:
        super().__init__()
        self.setProperty("bar", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view, self._clashes = WEEK, ("", "")
        self.quick = quick
        self.left_button = icon_button("panel-left", self.left_wanted.emit)
        self.today = QPushButton()
        self.today.clicked.connect(lambda: self.today_wanted.emit())
        self.before = icon_button("chevron-left", lambda: self.turned.emit(-1))
        self.after = icon_button("chevron-right", lambda: self.turned.emit(1))
        for button in (self.before, self.after):
            button.setProperty("kind", "framed")
        self.title, self.week = Elided("subtitle"), label("caption")
        self.clash = QPushButton()
        self.clash.setProperty("kind", "alarm")
        look.dress(self.clash, "triangle-alert", 16, "danger")
        self.clash.clicked.connect(lambda: self.clash_wanted.emit())
        self.clash.hide()
        self.views: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._build()

    def _build(self) -> None:
        views = QHBoxLayout()
        views.setSpacing(0)
        for name in VIEWS:
            button = QToolButton()
            button.setProperty("kind", "segment")
            button.setCheckable(True)
            button.clicked.connect(lambda _on=False, name=name: self.view_wanted.emit(name))
            button.installEventFilter(self)
            self._group.addButton(button)
            self.views[name] = button
            views.addWidget(button)
        self.row = QHBoxLayout()
        self.row.setSpacing(look.px(8))
        for part in (self.left_button, self.today, self.before, self.after):
            self.row.addWidget(part)
        self.row.addSpacing(look.px(4))
        self.row.addWidget(self.title)
        self.row.addWidget(self.week)
        self.row.addStretch(1)
        self.row.addWidget(self.clash)
        self.row.addWidget(self.quick, 2)
        self.row.addLayout(views)
        self.column = QVBoxLayout(self)
        self.column.setSpacing(look.px(6))
        self.column.addLayout(self.row)
        self._narrow = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows go from view to view, as among radio buttons."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
            if by is not None and not event.modifiers():
                names = list(VIEWS)
                at = next((n for n, name in enumerate(names) if self.views[name] is watched), 0)
                wanted = names[(at + by) % len(names)]
                self.view_wanted.emit(wanted)
                self.views[wanted].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    # ---- showing

    def show_time(self, view: str, title: str, week: str) -> None:
        """Say which time is shown, and how."""
        self.view = view
        self.title.setText(title)
        self.week.setText(week)
        self.fit()
        for name, button in self.views.items():
            button.setChecked(name == view)
            # One stop for Tab; the arrows lead to the others.
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name == view else Qt.FocusPolicy.ClickFocus)
        before, after = _TURNS.get(view, _WEEKS)
        name_button(self.before, _(before), "PgUp")
        name_button(self.after, _(after), "PgDn")

    def show_clashes(self, words: str, short: str = "") -> None:
        """Say how many clashes there are in the time shown; "" for none. short: where there is no room for words."""
        self._clashes = (words, short)
        self.clash.setText(words)
        self.clash.setAccessibleName(words)
        self.clash.setVisible(bool(words))
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Put the quick line where there is room for it; where there is little, clashes are a number and the week
        goes, so that the title stays."""
        words, short = self._clashes
        for button in self.views.values():
            button.setMinimumWidth(button.sizeHint().width())
        fixed = (self.left_button, self.today, self.before, self.after, self.title)
        room = self.width() - look.px(32) - self.row.spacing() * 2
        room -= sum(one.sizeHint().width() + self.row.spacing() for one in fixed)
        room -= sum(one.sizeHint().width() for one in self.views.values())
        week = self.week.sizeHint().width() + self.row.spacing() if self.week.text() else 0
        clash = 0
        if words:
            metrics = self.clash.fontMetrics()
            frame = self.clash.sizeHint().width() - metrics.horizontalAdvance(self.clash.text())
            clash = frame + metrics.horizontalAdvance(words)
        self.week.setVisible(0 < week <= room - clash)
        said = words if clash <= room or not short else short
        if self.clash.text() != said:
            self.clash.setText(said)
        hint = _("Go to the next clash")
        self.clash.setToolTip(hint if said == words else f"{words} · {hint}")
        others = (self.left_button, self.today, self.before, self.after, self.title, self.week, self.clash)
        taken = sum(one.sizeHint().width() + self.row.spacing() for one in others if not one.isHidden())
        taken += sum(one.sizeHint().width() for one in self.views.values()) + look.px(32)
        narrow = self.width() - taken < look.px(LINE)
        if narrow != self._narrow:
            self._narrow = narrow
            if narrow:
                self.column.addWidget(self.quick)
            else:
                self.row.insertWidget(self.row.indexOf(self.clash) + 1, self.quick, 2)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.column.setContentsMargins(*(look.px(side) for side in (12, 8, 12, 8)))
        self.today.setText(_("Today"))
        self.today.setToolTip(_("Today") + " (Ctrl+Home)")
        name_button(self.left_button, _("Month, team and tasks without a time"))
        for name, button in self.views.items():
            button.setText(_(VIEWS[name]))
            button.setAccessibleName(_(VIEWS[name]))
        self.quick.reword()
        self.fit()
