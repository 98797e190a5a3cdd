"""The menu of an item, or of an empty time: everything that a drag or a key does, by the mouse without dragging."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from freecrm.core.rights import Unseen
from freecrm.core.words import N_, _
from freecrm.store.calendar import Item
from freecrm.ui import look
from freecrm.ui.calendar.gesture import Target, nudged, stretched
from freecrm.ui.calendar.shown import Laid
from freecrm.ui.calendar.spoken import clock_words, headline

if TYPE_CHECKING:
    from freecrm.ui.calendar.page import CalendarPage

_MOVES = (
    (N_("A quarter of an hour earlier"), {"minutes": -15}, "Alt+↑"),
    (N_("A quarter of an hour later"), {"minutes": 15}, "Alt+↓"),
    (N_("A day earlier"), {"days": -1}, "Alt+←"),
    (N_("A day later"), {"days": 1}, "Alt+→"),
    (N_("A week later"), {"days": 7}, ""),
)
_LENGTHS = ((N_("Longer"), 1, "Alt+Shift+↓"), (N_("Shorter"), -1, "Alt+Shift+↑"))


def line(laid: Laid) -> str:
    """An item in a menu: its time and what it is."""
    return f"{clock_words(laid.start, laid.end, all_day=laid.item.all_day)}  {headline(laid)}"


def popup(page: CalendarPage, item: Item | None, target: Target, at: QPoint) -> QMenu:
    """Open the menu at a place of the screen."""
    menu = QMenu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if item is not None:
        _of_item(menu, page, item)
        menu.addSeparator()
    _add(menu, "plus", _("New activity here…"), "Ctrl+N", partial(page.begin_new, target))
    if page.acting.clip is not None:
        _add(menu, "clipboard-paste", _("Paste"), "Ctrl+V", partial(page.paste, target))
    menu.popup(at)
    return menu


def popup_hidden(page: CalendarPage, hidden: Sequence[Laid], at: QPoint) -> None:
    """Open a list of what a day has no room for."""
    menu = QMenu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for laid in hidden:
        _add(menu, "", line(laid).replace("&", "&&"), "", partial(page.show_laid, laid))
    menu.popup(at)


def _of_item(menu: QMenu, page: CalendarPage, item: Item) -> None:
    view = page.view
    _add(menu, "square-pen", _("Open"), "Enter", partial(page.open_item, item))
    if not item.done:
        _add(
            menu,
            "circle-check",
            _("Done…"),
            "Space",
            partial(page.finish_wanted.emit, item.id, item.instance),
        )
    if item.customer is not None and not isinstance(item.customer_name, Unseen):
        _add(
            menu,
            "external-link",
            _("Show the customer"),
            "",
            partial(page.open_record.emit, "customer", item.customer),
        )
    menu.addSeparator()
    laid = page.shown.by_key.get(item.key)
    if laid is not None:
        moves = menu.addMenu(_("Move"))
        for text, by, key in _MOVES:
            if not (item.all_day and "minutes" in by):
                _add(moves, "", _(text), key, partial(view.placed.emit, item, nudged(laid, **by), False))
        lengths = menu.addMenu(_("Length"))
        for text, steps, key in _LENGTHS:
            _add(lengths, "", _(text), key, partial(view.placed.emit, item, stretched(laid, steps), False))
    _add(menu, "copy", _("Copy"), "Ctrl+C", partial(view.copied.emit, item))
    _add(menu, "trash-2", _("Delete"), "Del", partial(view.delete_wanted.emit, item))


def _add(menu: QMenu, icon: str, text: str, key: str, act: object) -> None:
    action = menu.addAction(f"{text}\t{key}" if key else text)
    if icon:
        look.dress(action, icon, 16)
    action.triggered.connect(lambda _on=False: act())  # type: ignore[operator]
