"""The line under a list: how many rows, and of each column what its user wants to know of it (sum, average,
least, most, filled). With several rows selected it speaks of those. Jobs add up; a click on a column chooses."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from freecrm.core.arrangement import MEASURES
from freecrm.core.fields import Field
from freecrm.core.query import Query
from freecrm.core.words import N_, _
from freecrm.store import totals
from freecrm.store.totals import Total
from freecrm.ui import look
from freecrm.ui.columns import PAD
from freecrm.ui.group_words import amount
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.ui.arranger import Arranger

TITLES = {
    "sum": N_("Sum"),
    "average": N_("Average"),
    "least": N_("Least"),
    "most": N_("Most"),
    "filled": N_("Filled"),
}
SIGNS = {"average": N_("Ø")}
"""What says it in one sign, where there is no room for the word: a figure at the foot is a sum for who isn't told."""
DAYS = {"least": N_("Earliest"), "most": N_("Latest")}
_HEIGHT, _GAP = 34, 6
_PAUSE_MS = 60
SELECTED_MOST = 200_000  # rows whose sums are added up by their numbers


def measures_of(f: Field) -> tuple[str, ...]:
    """What the footer can say of a field."""
    if f.kind == "percent":
        return tuple(one for one in MEASURES if one != "sum")
    if f.numeric:
        return MEASURES
    return ("least", "most", "filled") if f.kind in ("date", "moment") else ("filled",)


def usual(f: Field) -> str:
    """What it says as long as nobody chose: the sum of what can be added up."""
    if f.kind == "percent":
        return "average"
    return "sum" if f.numeric and f.adds else ""


def measure_title(f: Field, measure: str) -> str:
    """What a measure is called for this kind of field."""
    return _(DAYS.get(measure, TITLES[measure]) if f.kind in ("date", "moment") else TITLES[measure])


def measure_text(f: Field, measure: str, total: Total) -> str:
    """A measure in figures; "" where the column holds nothing."""
    if measure == "filled":
        return f"{total.filled:,}"
    value: Any = total.average(f) if measure == "average" else getattr(total, measure)
    if value is None:
        return ""
    return f"{value:,}" if measure == "average" and f.kind == "number" else amount(f, value)


class Footer(QWidget):
    """summed: the figures are known anew."""

    summed = Signal()

    def __init__(self, arranger: Arranger, tasks: Tasks) -> None:
        super().__init__()
        self.arranger, self.grid, self.model = arranger, arranger.grid, arranger.model
        self.totals: dict[str, Total] = {}
        self.chosen: dict[str, Total] = {}
        self.rows = 0  # how many records are selected, 0 when it speaks of all
        self.words = ""
        self.current = 0
        self._asked: object = None
        self._latest, self._latest_chosen = Latest(tasks), Latest(tasks)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.sum_selected)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.model.counted.connect(lambda _shown, _total: self.sum_all(anew=True))
        arranger.changed.connect(self.sum_all)
        self.grid.scrolled.connect(self.update)
        self.grid.selected.connect(self._selected)

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), look.px(_HEIGHT))

    # ---- figures

    def measure(self, f: Field) -> str:
        """What is said of a column now, "" for nothing."""
        return self.arranger.measures.get(f.name, usual(f))

    def _names(self) -> list[str]:
        return [f.name for f in self.model.fields if self.measure(f)]

    def sum_all(self, *, anew: bool = False) -> None:
        """Let a job add up the whole list, unless that is what it did last."""
        if not self.model.complete:
            return
        asked = (replace(self.model.whole, sort=(), group=()), self._names())
        if anew or asked != self._asked:
            self._asked = asked
            self._latest.run(self._add, *asked, None, then=self._summed)
        self._selected()

    def _add(self, query: Query, names: list[str], numbers: list[int] | None) -> dict[str, Total]:
        return totals.totals(self.model.store.reader(), query, names, numbers)

    def _summed(self, found: dict[str, Total]) -> None:
        self.totals = found
        self.update()
        self.summed.emit()

    def _selected(self) -> None:
        rows = self.model.picked(self.grid.selection.ranges())
        if rows < 2 or rows == len(self.model.records):
            self.rows, self.chosen = 0, {}
            self._pause.stop()
            self._latest_chosen.drop()
            self.update()
            self.summed.emit()
        else:
            self._pause.start()

    def sum_selected(self) -> None:
        """Let a job add up the rows that are selected."""
        rows = self.model.picked(self.grid.selection.ranges())
        if 2 <= rows <= SELECTED_MOST:
            numbers = self.model.records_at(self.grid.selection)
            query = Query(self.model.page.entity)
            self._latest_chosen.run(
                self._add, query, self._names(), numbers, then=partial(self._summed_chosen, rows)
            )

    def _summed_chosen(self, rows: int, found: dict[str, Total]) -> None:
        self.rows, self.chosen = rows, found
        self.update()
        self.summed.emit()

    def texts(self) -> list[tuple[Field, str, str]]:
        """What it says: (field, measure in words, figures), of all rows or of those selected."""
        shown = self.chosen if self.rows else self.totals
        found = []
        for f in self.model.fields:
            measure = self.measure(f)
            if measure in measures_of(f) and f.name in shown:
                text = measure_text(f, measure, shown[f.name])
                if text:
                    found.append((f, measure_title(f, measure), text))
        return found

    def selection_words(self) -> str:
        """The sums of the rows selected, for the status bar."""
        if not self.rows:
            return ""
        return "   ".join(
            f"{f.title} {text}" if self.measure(f) == "sum" else f"{f.title} {title} {text}"
            for f, title, text in self.texts()
            if f.numeric
        )

    # ---- painting

    def say(self, words: str) -> None:
        """Say how many rows there are."""
        self.words = words
        self.setAccessibleName(_("Sums"))
        said = _(", ").join(f"{f.title} {title} {text}" for f, title, text in self.texts())
        self.setAccessibleDescription(f"{words}. {said}")
        self.update()

    def _rect(self, column: int) -> QRect:
        left = self.grid.viewport().x() + self.grid.column_left(column)  # beside the column of ticks
        return QRect(left, 0, self.grid.columnWidth(column), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("surface2"))
        painter.fillRect(QRect(0, 0, self.width(), 1), look.colour("border_strong"))
        by_name = {f.name: (title, text) for f, title, text in self.texts()}
        used = self._words(painter)
        for column, f in enumerate(self.model.fields):
            if f.name in by_name:
                self._figure(painter, column, f, *by_name[f.name], used)
        if self.hasFocus() and self.current < len(self.model.fields):
            painter.setPen(look.colour("focus"))
            rect = self._rect(self.current).adjusted(0, 1, -1, -1)
            painter.drawRect(rect)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.end()

    def _words(self, painter: QPainter) -> int:
        """Paint how many rows there are; where that ends."""
        words = _("{n} selected").format(n=f"{self.rows:,}") if self.rows else self.words
        painter.setFont(look.font("caption", bold=True))
        painter.setPen(look.colour("accent" if self.rows else "text"))
        metrics = painter.fontMetrics()
        left = look.px(PAD)
        room = QRect(left, 0, metrics.horizontalAdvance(words) + 2, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        return room.right()

    def _figure(self, painter: QPainter, column: int, f: Field, title: str, text: str, used: int) -> None:
        rect = self._rect(column).adjusted(look.px(PAD), 0, -look.px(PAD), 0)
        painter.setFont(look.font("caption", bold=True))
        wide = painter.fontMetrics().horizontalAdvance(text) + 2
        right = f.numeric
        left = rect.right() - wide if right else max(rect.left(), used + look.px(_GAP))
        if left < used + look.px(_GAP) and right:
            left = used + look.px(_GAP)
        painter.setPen(look.colour("text"))
        middle = Qt.AlignmentFlag.AlignVCenter
        if right:
            painter.drawText(QRect(left, 0, wide, self.height()), middle | Qt.AlignmentFlag.AlignRight, text)
        painter.setFont(look.font("caption"))
        name = painter.fontMetrics().horizontalAdvance(title) + look.px(_GAP)
        painter.setPen(look.colour("text2"))
        if right:
            sign = _(SIGNS.get(self.measure(f), ""))
            free = max(min(rect.left() if column else used, left), used + 1, self._free(column))
            if left - name < free and sign:
                title, free = sign, used + 1
                name = painter.fontMetrics().horizontalAdvance(title) + look.px(_GAP)
            if left - name >= free:
                painter.drawText(QRect(left - name, 0, name, self.height()), middle, title)
            return
        painter.drawText(QRect(left, 0, name, self.height()), middle, title)
        painter.setFont(look.font("caption", bold=True))
        painter.setPen(look.colour("text"))
        painter.drawText(QRect(left + name, 0, wide, self.height()), middle, text)

    def _free(self, column: int) -> int:
        """How far left the words of a column may reach: over columns of which nothing is said."""
        said = {f.name for f, _title, _text in self.texts()}
        at = column
        while at > 0 and self.model.fields[at - 1].name not in said:
            at -= 1
        return self._rect(at).left()

    # ---- choosing

    def column_at(self, x: int) -> int:
        """The column over which a place lies, -1 for none."""
        for column in range(len(self.model.fields)):
            rect = self._rect(column)
            if rect.left() <= x <= rect.right():
                return column
        return -1

    def menu(self, column: int) -> QMenu:
        """What can be said of a column."""
        f = self.model.fields[column]
        made = QMenu(self)
        for measure in measures_of(f):
            action = made.addAction(measure_title(f, measure))
            action.setCheckable(True)
            action.setChecked(self.measure(f) == measure)
            action.triggered.connect(partial(self.arranger.set_measure, f.name, measure))
        made.addSeparator()
        nothing = made.addAction(_("Nothing"))
        nothing.setCheckable(True)
        nothing.setChecked(not self.measure(f))
        nothing.triggered.connect(partial(self.arranger.set_measure, f.name, ""))
        return made

    def choose(self, column: int) -> None:
        """Ask what is said of a column."""
        if 0 <= column < len(self.model.fields):
            self.current = column
            self.menu(column).popup(self.mapToGlobal(self._rect(column).topLeft()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.choose(self.column_at(int(event.position().x())))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.choose(self.column_at(event.pos().x()) if event.reason() == event.Reason.Mouse else self.current)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        column = self.column_at(int(event.position().x()))
        text = _("{field}: click to choose what is said here").format(field=self.model.fields[column].title)
        self.setToolTip(text if column >= 0 else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            last = len(self.model.fields) - 1
            self.current = min(max(self.current + steps[Qt.Key(event.key())], 0), last)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose(self.current)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
