"""Doubles in the window: what the commands do with the rows that are selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place, merge_place

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def _listed(window: MainWindow) -> ListPage | None:
    page = window.navigator.page
    return page if isinstance(page, ListPage) else None


def show_doubles(window: MainWindow) -> None:
    """Show the work list of what is listed."""
    window.visit(Place("doubles", window.new_entity().entity))


def can_merge(window: MainWindow) -> bool:
    """Whether as many rows are selected as can be merged."""
    page = _listed(window)
    rows = page.model.picked(page.grid.selection.ranges()) if page is not None else 0
    if rows < 2:
        return False
    from freecrm.store.compare import MOST  # the start of the window does without it

    return rows <= MOST


def merge_selected(window: MainWindow) -> None:
    """Show the selected rows side by side."""
    page = _listed(window)
    if page is not None:
        ids = _selected(window, page)
        if len(ids) > 1:
            window.visit(merge_place(page.page.entity, ids))


def _selected(window: MainWindow, page: ListPage) -> list[bytes]:
    numbers = page.model.records_at(page.grid.selection)
    return window.store.reader().ids_of(page.page.entity, numbers)


def show_merged(window: MainWindow) -> None:
    """Show what was merged, the record under the cursor first."""
    page = _listed(window)
    entity = window.new_entity().entity
    ids = []
    if page is not None and page.grid.current_n() >= 0:
        ids = window.store.reader().ids_of(entity, [page.grid.current_n()])
    window.visit(Place("merged", f"{entity}:{ids[0].hex()}" if ids else entity))
