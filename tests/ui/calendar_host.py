"""What the tests of the calendar share: its page in a window, places on it, and a stand-in for the editor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from freecrm.store.database import Store
from freecrm.ui.calendar.page import CalendarPage
from freecrm.ui.calendar.view import TimeView
from freecrm.ui.page import Place
from freecrm.ui.tasks import Tasks
from freecrm.ui.window import MainWindow
from tests import calendars

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def calendar_page(window: MainWindow) -> CalendarPage:
    """The calendar in a window."""
    page = window.visit(Place("calendar"))
    assert isinstance(page, CalendarPage)
    QApplication.processEvents()
    return page


def middle(view: TimeView, id: bytes) -> QPoint:
    """The middle of an item in the viewport."""
    spot = next(spot for spot in view.spots if spot.laid.item.id == id)
    return (spot.rect.center() + view.shift(spot.part)).toPoint()


def edge(view: TimeView, id: bytes, side: str) -> QPoint:
    """A point on an edge of an item: "top", "bottom", "left", "right"."""
    spot = next(spot for spot in view.spots if spot.laid.item.id == id)
    rect = spot.rect.translated(view.shift(spot.part))
    places = {
        "top": QPointF(rect.center().x(), rect.top() + 1),
        "bottom": QPointF(rect.center().x(), rect.bottom() - 1),
        "left": QPointF(rect.left() + 1, rect.center().y()),
        "right": QPointF(rect.right() - 1, rect.center().y()),
    }
    return places[side].toPoint()


def place(view: TimeView, day: int, clock: str = "") -> QPoint:
    """A place of the week in the viewport: a day (0 = its first) and a time; without one the band above the hours."""
    wanted = view.days[day]
    for x in range(2, view.viewport().width(), 4):
        where = view.where_at(QPointF(x, view.clip("grid").center().y()))
        if where is not None and where.day == wanted:
            break
    else:
        raise AssertionError(f"day {day} is not in sight")
    x += 12
    if not clock:
        return QPointF(x, view.clip("band").bottom() - 4).toPoint()
    hour, minute = map(int, clock.split(":"))
    for y in range(view.viewport().height()):
        where = view.where_at(QPointF(x, y))
        if where is not None and where.minute is not None and where.minute >= hour * 60 + minute:
            return QPoint(x, y)
    raise AssertionError(f"{clock} is not in sight")


def drag(
    view: TimeView,
    since: QPoint,
    until: QPoint,
    held: Qt.KeyboardModifier = NONE,
    before_drop: Callable[[], object] | None = None,
) -> None:
    """Press, move in two steps, let go."""
    over = view.viewport()
    QTest.mousePress(over, LEFT, held, since)
    move(over, since + (until - since) / 2, held)
    move(over, until, held)
    if before_drop is not None:
        before_drop()
    QTest.mouseRelease(over, LEFT, held, until)
    QApplication.processEvents()


def move(over: Any, at: QPoint, held: Qt.KeyboardModifier = NONE) -> None:
    """Move the mouse with its left button pressed."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    where = QPointF(over.mapToGlobal(at))
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), where, Qt.MouseButton.NoButton, LEFT, held)
    QApplication.sendEvent(over, event)


def when(store: Store, id: bytes) -> tuple[str, str]:
    """When an activity is, on the clock of Shanghai: ("3-20 15:00", "3-20 16:00")."""
    from zoneinfo import ZoneInfo

    record = store.reader().record("activity", id)
    assert record is not None
    zone = ZoneInfo(calendars.ZONE)

    def words(moment: dt.datetime | None) -> str:
        return "" if moment is None else f"{moment.astimezone(zone):%-m-%-d %H:%M}"

    return words(record["start"]), words(record["end"])


class StandIn(QLabel):
    """Stands where the editor of activities is, and notes what it is asked for."""

    saved = Signal(object)
    closed = Signal()
    deleted = Signal()
    changed = Signal()
    finish_wanted = Signal(object, object)
    open_record = Signal(str, object)
    heard: ClassVar[list[Any]] = []

    def __init__(self, _store: Store, _tasks: Tasks) -> None:
        super().__init__("editor")

    def begin(self, values: dict[str, Any]) -> None:
        """A new one is begun."""
        self.heard.append(("begin", values))

    def show_activity(self, id: bytes, instance: dt.datetime | None = None) -> None:
        """One is shown."""
        self.heard.append(("show", id, instance))

    def ask_to_leave(self) -> bool:
        """Nothing is typed in it."""
        self.closed.emit()
        return True

    def look_again(self, touched: Any) -> None:
        """It shows nothing that could change."""

    def unsaved(self) -> list[str]:
        """Nothing."""
        return []

    def focus_first(self) -> None:
        """It has nothing to type in."""

    def reword(self) -> None:
        """Nothing is said."""
