"""The menu of a card, or of a lane: everything that a drag or a key does, by the mouse without dragging."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from freecrm.core.rights import Unseen
from freecrm.core.words import _
from freecrm.modules.deals import FORECASTS
from freecrm.store.deals import Card
from freecrm.ui import look
from freecrm.ui.board import paint
from freecrm.ui.board.shown import Lane
from freecrm.ui.offering import offer, why_not

if TYPE_CHECKING:
    from freecrm.ui.board.page import PipelinePage


def popup(page: PipelinePage, card: Card | None, lane: Lane, at: QPoint) -> QMenu:
    """Open the menu at a place of the screen."""
    menu = QMenu(page)
    menu.setToolTipsVisible(True)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if card is not None:
        _of_card(menu, page, card, lane)
        menu.addSeparator()
    _of_lane(menu, page, lane)
    if card is not None:
        menu.addSeparator()
        why = why_not(page.store, "delete", ("deal", card.id))
        action = _add(menu, "trash-2", _("Delete"), "Del", partial(page.acting.delete, card))
        offer(action, why)
    menu.popup(at)
    return menu


def _of_card(menu: QMenu, page: PipelinePage, card: Card, lane: Lane) -> None:
    act = page.acting
    _add(menu, "square-pen", _("Open"), "Enter", partial(page.open_record.emit, "deal", card.id))
    if card.customer is not None and not isinstance(card.customer_name, Unseen):
        show = partial(page.open_record.emit, "customer", card.customer)
        _add(menu, "external-link", _("Show the customer"), "", show)
    _add(menu, "calendar-plus", _("Plan next step…"), "", partial(page.plan_wanted.emit, card))
    menu.addSeparator()
    if page.seen.pipe is not None:
        stages = menu.addMenu(_("Move to stage"))
        for stage in page.seen.pipe.open:
            if stage.id != card.stage:
                _add(stages, "", stage.name, "", partial(act.put, card, stage))
    months = menu.addMenu(_("Expected close in"))
    for one in page.month_lanes():
        if one.takes and not (lane.month is not None and one.key == lane.key):
            _add(months, "", one.title, "", partial(act.to_month, card, one))
    counts = menu.addMenu(_("Counts in the forecast as"))
    for entry in FORECASTS.entries:
        action = _add(counts, "", entry.title, "", partial(act.count_as, card, entry.key))
        action.setCheckable(True)
        action.setChecked(card.forecast == entry.key)
    if lane.stage is not None and len(lane.cards) > 1:
        order = menu.addMenu(_("Order"))
        _add(order, "arrow-up", _("Up"), "Ctrl+Shift+↑", partial(act.swap, card, -1))
        _add(order, "arrow-down", _("Down"), "Ctrl+Shift+↓", partial(act.swap, card, 1))
        _add(order, "", _("On top"), "", partial(act.put, card, lane.stage, None))
    menu.addSeparator()
    _add(menu, "trophy", _("Won…"), "Ctrl+Shift+W", partial(act.zone, card, paint.WON))
    _add(menu, "circle-x", _("Lost…"), "Ctrl+Shift+L", partial(act.zone, card, paint.LOST))
    _add(menu, "calendar-clock", _("Later…"), "", partial(act.zone, card, paint.LATER))


def _of_lane(menu: QMenu, page: PipelinePage, lane: Lane) -> None:
    text = _("New deal in “{stage}”…").format(stage=lane.title)
    _add(menu, "plus", text, "Ctrl+N", partial(page.begin_new, lane))
    if lane.stage is not None:
        text = _("Show these {deals} in the table").format(deals=lane.count_words())
        _add(menu, "table-2", text, "", partial(page.rows_wanted.emit, lane.rows[0][1]))
        return
    rows = menu.addMenu(_("Show in the table"))
    for text, filters in lane.rows:
        _add(rows, "", text, "", partial(page.rows_wanted.emit, filters))


def _add(menu: QMenu, icon: str, text: str, key: str, act: Callable[[], object]) -> QAction:
    text = text.replace("&", "&&")
    action = menu.addAction(f"{text}\t{key}" if key else text)
    if icon:
        look.dress(action, icon, 16)
    action.triggered.connect(lambda _on=False: act())
    return action
