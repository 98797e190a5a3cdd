"""What of the window a command acts on: the list that is shown, the record, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from freecrm.ui.list_page import ListPage

if TYPE_CHECKING:
    from freecrm.ui.record_page.page import RecordPage
    from freecrm.ui.window import MainWindow


def list_of(window: MainWindow) -> ListPage | None:
    page = window.navigator.page
    return page if isinstance(page, ListPage) else None


def on_list(window: MainWindow) -> bool:
    return list_of(window) is not None


def has_rows(window: MainWindow) -> bool:
    page = list_of(window)
    return page is not None and page.states.has_rows


def with_list(window: MainWindow, act: object) -> None:
    page = list_of(window)
    if page is not None and callable(act):
        act(page)


def shown_record(window: MainWindow) -> RecordPage | None:
    place = window.navigator.place
    if place is None or place.kind != "record":
        return None
    from freecrm.ui.record_page.page import RecordPage

    page = window.navigator.page
    return page if isinstance(page, RecordPage) and not page.is_gone else None


def chosen_record(window: MainWindow) -> tuple[str, bytes] | None:
    """The record whose page is shown, or that under the cursor of a list."""
    shown, listed = shown_record(window), list_of(window)
    if shown is not None:
        return shown.entity.entity, shown.id
    if listed is None or not listed.states.has_rows:
        return None
    ids = window.store.reader().ids_of(listed.page.entity, [listed.grid.current_n()])
    return (listed.page.entity, ids[0]) if ids else None


def with_record(window: MainWindow, act: Callable[[str, bytes], object]) -> None:
    chosen = chosen_record(window)
    if chosen is not None:
        act(*chosen)


def with_page(window: MainWindow, act: Callable[[RecordPage], object]) -> None:
    page = shown_record(window)
    if page is not None:
        act(page)


def find(window: MainWindow) -> None:
    page = list_of(window) or shown_record(window)
    if page is not None:
        page.focus_find()


def step(window: MainWindow, by: int) -> None:
    page = list_of(window) or shown_record(window)
    if page is not None:
        page.step_record(by)
    elif on_ten(window):
        from freecrm.ui import tidy_desk

        tidy_desk.step(window, by)


def on_ten(window: MainWindow) -> bool:
    """Whether the page to tidy up is shown, which goes through records as well."""
    place = window.navigator.place
    return place is not None and place.kind == "tidy"


def step_tab(window: MainWindow, by: int) -> None:
    listed, shown = list_of(window), shown_record(window)
    if listed is not None:
        listed.views.step(by)
    elif shown is not None:
        shown.step_tab(by)
