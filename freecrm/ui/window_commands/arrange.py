"""The View menu of a list: filter, groups, order, columns, views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from freecrm.core.words import N_
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.window_commands.shown import list_of, shown_record, step_tab, with_list

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def of_arrange(window: MainWindow) -> Iterator[Command]:
    """How a list is arranged: filter, groups, order, columns, views."""

    def on(act: Callable[[ListPage], object]) -> Callable[[], None]:
        return lambda: with_list(window, act)

    def can(test: Callable[[ListPage], bool]) -> Callable[[], bool]:
        return lambda: (page := list_of(window)) is not None and not page.bar.isHidden() and test(page)

    grouped = can(lambda page: page.model.groups is not None)
    changed = can(lambda page: page.views.is_changed)

    def has_tabs() -> bool:
        listed = list_of(window)
        return listed.views.has_several if listed is not None else shown_record(window) is not None

    yield Command(
        "view.filter", N_("Add a filter…"), on(lambda page: page.bar.filters.add()), "view", "Ctrl+Shift+L",
        group=8, icon="funnel", enabled=can(lambda _page: True), also=("filter", "筛选"),
    )  # fmt: skip
    yield Command(
        "view.filter_none", N_("Remove all filters"), on(lambda page: page.drop_filters()), "view",
        group=8, icon="x", enabled=can(lambda page: bool(page.arranger.filters.chips)),
    )  # fmt: skip
    yield Command(
        "view.group", N_("Group…"), on(lambda page: page.bar.choose_group()), "view", "Ctrl+G",
        group=8, icon="layers", enabled=can(lambda _page: True), also=("group by", "分组"),
    )  # fmt: skip
    yield Command(
        "view.sort", N_("Sort…"), on(lambda page: page.bar.choose_sort()), "view",
        group=8, icon="arrow-up-down", enabled=can(lambda _page: True), also=("order", "排序"),
    )  # fmt: skip
    yield Command(
        "view.columns", N_("Choose the columns…"), on(lambda page: page.bar.choose_columns()), "view",
        group=8, icon="columns-3", enabled=can(lambda _page: True), also=("fields", "列"),
    )  # fmt: skip
    yield Command(
        "view.fold", N_("Fold all groups"), on(lambda page: page.grid.fold_all(True)), "view",
        "Ctrl+Shift+Left", group=9, icon="chevron-right", enabled=grouped,
    )  # fmt: skip
    yield Command(
        "view.unfold", N_("Unfold all groups"), on(lambda page: page.grid.fold_all(False)), "view",
        "Ctrl+Shift+Right", group=9, icon="chevron-down", enabled=grouped,
    )  # fmt: skip
    yield Command(
        "view.next_view", N_("Next view or tab"), lambda: step_tab(window, 1), "view", "Ctrl+Tab",
        group=10, enabled=has_tabs,
    )  # fmt: skip
    yield Command(
        "view.previous_view", N_("Previous view or tab"), lambda: step_tab(window, -1), "view",
        "Ctrl+Shift+Tab", group=10, enabled=has_tabs,
    )  # fmt: skip
    yield Command(
        "view.save", N_("Save to this view"), on(lambda page: page.views.save()), "view",
        group=10, icon="save", enabled=changed,
    )  # fmt: skip
    yield Command(
        "view.save_as", N_("New view from what is shown…"), on(lambda page: page.views.ask_name()), "view",
        group=10, icon="plus", enabled=can(lambda _page: True), also=("save as", "视图"),
    )  # fmt: skip
    yield Command(
        "view.rename", N_("Rename this view…"), on(lambda page: page.views.ask_name(page.views.view)), "view",
        group=10, icon="pencil", enabled=can(lambda page: page.views.own is not None),
    )  # fmt: skip
    yield Command(
        "view.delete", N_("Delete this view"), on(lambda page: page.views.remove_current()), "view",
        group=10, icon="trash-2", enabled=can(lambda page: page.views.own is not None),
    )  # fmt: skip
    yield Command(
        "view.revert", N_("Show the view as it was saved"), on(lambda page: page.views.revert()), "view",
        group=10, icon="undo-2", enabled=changed,
    )  # fmt: skip
