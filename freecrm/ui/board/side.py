"""The right side of the board: the next months, this month beside its target, whose deals weigh how much, what is
stuck. Every number leads to the deals it is made of."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.filters import Filters
from freecrm.core.query import Where
from freecrm.core.words import N_, _, plural
from freecrm.store import forecast
from freecrm.store.forecast import Month
from freecrm.ui import look
from freecrm.ui.board import paint
from freecrm.ui.board.chart import MonthChart, swatch
from freecrm.ui.board.shown import Narrow, Shown, chips, month_title, whole
from freecrm.ui.grid_paint import Pictures
from freecrm.ui.parts import label

WIDE = 248
_LEGEND = {"won": N_("Won"), "weighted": N_("Weighted"), "rest": N_("Rest of open"), "target": N_("Target")}


class _Swatch(QWidget):
    """A sign of the legend."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def sizeHint(self) -> QSize:
        return QSize(look.px(14), look.px(14))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = look.px(10)
        rect = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        if self.kind == "target":
            painter.setPen(QPen(look.colour("text"), 2, Qt.PenStyle.DashLine))
            painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
        else:
            swatch(painter, rect, self.kind)
        painter.end()


class TargetBar(QWidget):
    """Won and weighted beside a target, which is a mark."""

    def __init__(self) -> None:
        super().__init__()
        self.month: Month | None = None

    def sizeHint(self) -> QSize:
        return QSize(look.px(160), look.px(16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.month is None:
            return
        painter = QPainter(self)
        won, weighted, target = self.month.won, self.month.weighted, self.month.target or 0
        whole_ = max(won + weighted, target) or 1
        high, top, unit = look.px(8), (self.height() - look.px(8)) / 2, self.width() / whole_
        painter.fillRect(QRectF(0, top, self.width(), high), look.colour("sunken"))
        swatch(painter, QRectF(0, top, won * unit, high), "won")
        swatch(painter, QRectF(won * unit, top, weighted * unit, high), "weighted")
        if target:
            at = min(target * unit, self.width() - 2)
            painter.fillRect(QRectF(at - 1, 0, 2, self.height()), look.colour("text"))
        painter.end()


class OwnerLine(QPushButton):
    """An owner with a bar and what their deals weigh."""

    def __init__(self, name: str, amount: str, share: float) -> None:
        super().__init__()
        self.name, self.amount, self.share = name, amount, share
        self.setProperty("kind", "quiet")
        self.setAccessibleName(f"{name}: {self.amount}")
        self.setToolTip(_("{name}: show these deals in the table").format(name=name))
        self._pictures = Pictures()

    def sizeHint(self) -> QSize:
        return QSize(look.px(160), look.px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        caption, side, middle = look.font("caption"), look.px(20), self.height() / 2
        if self.name:
            disc = self._pictures.person(self.name, side, self.devicePixelRatioF())
            painter.drawPixmap(look.px(2), round(middle - side / 2), disc)
        money = max(paint.wide(self.amount, caption) + 2, look.px(60))
        bar = look.px(44)
        left, high = look.px(28), look.px(18)
        end = self.width() - money - bar - look.px(10)
        top = middle - high / 2
        paint.write(painter, QRectF(left, top, end - left, high), self.name, caption, "text")
        place = QRectF(end + look.px(4), middle - look.px(2), bar, look.px(4))
        painter.fillRect(place, look.colour("sunken"))
        place.setWidth(bar * self.share)
        swatch(painter, place, "weighted")
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        amount = QRectF(self.width() - money - look.px(2), top, money, high)
        paint.write(painter, amount, self.amount, caption, "text2", flags)
        painter.end()


class Side(QScrollArea):
    """rows_wanted(Filters): these deals are to be listed. stuck_wanted: the next one that is stuck is to be seen."""

    rows_wanted = Signal(object)
    stuck_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("page", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.shown, self.narrow = Shown(), Narrow()
        self.inside = QWidget()
        self.inside.setProperty("page", True)
        self.column = QVBoxLayout(self.inside)
        self.column.setSpacing(look.px(6))
        self.title, self.beside, self.of_owners = (label("strong") for _each in range(3))
        self.chart = MonthChart()
        self.chart.month_wanted.connect(lambda month: self.rows_wanted.emit(month.rows(forecast.WEIGHTED)))
        self.words: dict[str, QPushButton] = {}
        self.bar = TargetBar()
        self.won, self.outlook = QPushButton(), label("caption")
        self.target = label("caption")
        self.outlook.setWordWrap(True)
        self.won.setProperty("kind", "link")
        self.won.clicked.connect(lambda: self._show(forecast.WON))
        self.owners = QVBoxLayout()
        self.owners.setSpacing(0)
        self.stuck = QPushButton()
        self.stuck.setProperty("kind", "alarm")
        look.dress(self.stuck, "info", 16, "danger")
        self.stuck.clicked.connect(lambda: self.stuck_wanted.emit())
        self._build()
        self.setWidget(self.inside)

    def _build(self) -> None:
        self.column.addWidget(self.title)
        self.column.addWidget(self.chart)
        legend = QGridLayout()
        legend.setHorizontalSpacing(look.px(4))
        legend.setVerticalSpacing(0)
        self.legend = {}
        for at, kind in enumerate(_LEGEND):
            self.legend[kind] = label("caption")
            legend.addWidget(_Swatch(kind), at // 2, at % 2 * 2)
            legend.addWidget(self.legend[kind], at // 2, at % 2 * 2 + 1)
        legend.setColumnStretch(1, 1)
        legend.setColumnStretch(3, 1)
        self.column.addLayout(legend)
        self.column.addWidget(self._line())
        self.column.addWidget(self.beside)
        ends = QHBoxLayout()
        ends.addWidget(self.won)
        ends.addStretch(1)
        ends.addWidget(self.target)
        self.column.addLayout(ends)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.outlook)
        self.column.addWidget(self._line())
        self.column.addWidget(self.of_owners)
        self.column.addLayout(self.owners)
        self.column.addWidget(self.stuck)
        self.column.addStretch(1)

    def _line(self) -> QFrame:
        made = QFrame()
        made.setProperty("line", True)
        return made

    @property
    def month(self) -> Month | None:
        """This month."""
        return next((one for one in self.shown.seen.months if not one.kind), None)

    def _show(self, what: str) -> None:
        if self.month is not None:
            self.rows_wanted.emit(self.month.rows(what))

    def show_all(self, shown: Shown, narrow: Narrow) -> None:
        """Show what belongs to the deals shown."""
        self.shown, self.narrow = shown, narrow
        self.chart.show_months(shown.seen.months, shown.seen.currency)
        month = self.month
        self.bar.month = month
        self.bar.update()
        if month is not None:
            self._say_month(month)
        while (item := self.owners.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        weights = shown.by_owner() if shown.seen.pipe is not None else []
        self.of_owners.setVisible(bool(weights))
        most = max((amount for _owner, amount in weights), default=0) or 1
        for owner, amount in weights[:8]:
            name = shown.seen.people.get(owner, "") if owner is not None else ""
            said = whole(amount, shown.seen.currency)
            line = OwnerLine(name or _("Without an owner"), said, max(amount, 0) / most)
            line.clicked.connect(partial(self._show_owner, owner))
            self.owners.addWidget(line)
        stuck = len(shown.stuck)
        text = plural("{n} stuck deal", "{n} stuck deals", stuck)
        self.stuck.setText(text)
        self.stuck.setToolTip(_("In their stage for longer than its limit: go to the next one"))
        self.stuck.setVisible(stuck > 0)

    def _show_owner(self, owner: bytes | None, _on: bool = False) -> None:
        found = chips(self.shown.seen, self.narrow)
        if owner is None:
            mine = (Where("owner_user", "empty"),)
        else:
            mine = (Where("owner_user", "in", (owner,)),)
        kept = tuple(chip for chip in found if chip[0].field != "owner_user")
        self.rows_wanted.emit(Filters((*kept, mine)))

    def _say_month(self, month: Month) -> None:
        currency = self.shown.seen.currency
        title = month_title(month.first)
        self.beside.setText(
            _("{month} against target").format(month=title) if month.target is not None else title
        )
        self.won.setText(_("Won {amount}").format(amount=whole(month.won, currency)))
        self.won.setToolTip(_("Show these deals in the table"))
        has_target = month.target is not None
        self.target.setVisible(has_target)
        self.target.setText(_("Target {amount}").format(amount=whole(month.target or 0, currency)))
        if month.target:
            share = round((month.won + month.weighted) * 100 / month.target)
            text = _("{percent}% if the weighted {amount} closes")
            self.outlook.setText(text.format(percent=share, amount=whole(month.weighted, currency)))
        else:
            text = _("Weighted {amount} may come. No target is set for this month.")
            self.outlook.setText(text.format(amount=whole(month.weighted, currency)))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.setFixedWidth(look.px(WIDE))
        self.column.setContentsMargins(*(look.px(side) for side in (12, 10, 12, 12)))
        self.title.setText(_("Forecast by month"))
        self.of_owners.setText(_("By owner (weighted)"))
        for kind, part in self.legend.items():
            part.setText(_(_LEGEND[kind]))
        self.chart.reword()
        self.show_all(self.shown, self.narrow)
