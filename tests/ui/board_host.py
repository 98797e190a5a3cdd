"""What the tests of the board share: its page in a window, places of cards, real drags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from freecrm.store.database import Store
from freecrm.ui.board.ask_box import AskBox
from freecrm.ui.board.page import PipelinePage
from freecrm.ui.board.view import BoardView
from freecrm.ui.page import Place
from freecrm.ui.window import MainWindow
from tests.ui.calendar_host import LEFT, NONE, move

PHASE = "Phase 2, 6 dispensers"
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def board_page(window: MainWindow) -> PipelinePage:
    """The pipeline in a window."""
    page = window.visit(Place("pipeline"))
    assert isinstance(page, PipelinePage)
    QApplication.processEvents()
    return page


def middle(view: BoardView, id: bytes) -> QPoint:
    """The middle of a card in the viewport."""
    place = view.place_of(id)
    assert place is not None
    return view.card_rect(*place).center().toPoint()


def drag(
    view: BoardView, since: QPoint, until: QPoint, before_drop: Callable[[], object] | None = None
) -> None:
    """Press, move in two steps, let go."""
    over = view.viewport()
    QTest.mousePress(over, LEFT, NONE, since)
    move(over, since + (until - since) / 2)
    move(over, until)
    if before_drop is not None:
        before_drop()
    QTest.mouseRelease(over, LEFT, NONE, until)
    QApplication.processEvents()


def press(page: PipelinePage, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """A key on the board."""
    QTest.keyClick(page.view, key, held)
    QApplication.processEvents()


def names(page: PipelinePage, title: str) -> list[str]:
    """The cards of a lane, from its top."""
    return next([card.name for card in lane.cards] for lane in page.view.lanes if lane.title == title)


def lane_of(page: PipelinePage, title: str) -> int:
    """The number of a lane."""
    return [lane.title for lane in page.view.lanes].index(title)


def box_of(page: PipelinePage) -> AskBox:
    """The small form that is open."""
    box = QApplication.activeModalWidget()
    assert isinstance(box, AskBox)
    return box


def value(store: Store, id: bytes, name: str) -> Any:
    """A field of a deal as the file has it."""
    record = store.reader().record("deal", id)
    assert record is not None
    return record[name]


def stage(store: Store, id: bytes) -> str:
    """The name of a deal's stage."""
    return str(value(store, id, "stage_title"))
