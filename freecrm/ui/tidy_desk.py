"""Tidying in the window: its page with all that it leads to, and its commands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from freecrm.core.filters import Filters
from freecrm.core.query import Where
from freecrm.core.words import N_
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Page, Place

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


def page(window: MainWindow, part: str) -> Page:
    """The page, its wishes heard."""
    from freecrm.ui.tidy.page import TidyPage

    made = TidyPage(window.store, window.tasks, part)
    made.toast_wanted.connect(lambda what, act: window.toasts.add(what, N_("Undo"), act))
    made.open_record.connect(window.show_id)
    made.hint_wanted.connect(window.status.say)
    made.renamed.connect(window.commands.refresh)
    made.owner_wanted.connect(partial(show_owner, window))
    made.rules_wanted.connect(lambda: window.visit(Place("settings", "quality")))
    return made


def show_owner(window: MainWindow, entity: str, owner: bytes | None) -> None:
    """The list of an owner's records, None: of those that belong to nobody; all where they have no owner."""
    listed = window.visit(Place("list", entity))
    if not isinstance(listed, ListPage):
        return
    link = listed.entity.owner
    if link:
        one = Where(link, "in", (owner,)) if owner is not None else Where(link, "empty")
        listed.arranger.set_filters(Filters(((one,),)))


def show(window: MainWindow, part: str) -> None:
    """Turn to a part of the page."""
    from freecrm.ui.tidy.page import TidyPage

    place = Place("tidy")
    made = window.visit(place)
    if isinstance(made, TidyPage):
        made.show_part(part)
        made.focus_first()


def step(window: MainWindow, by: int) -> None:
    """To the next of the ten of today, or the one before."""
    from freecrm.ui.tidy.page import TidyPage

    if isinstance(window.navigator.page, TidyPage):
        window.navigator.page.step_record(by)


def has_chart(window: MainWindow) -> bool:
    """Whether the page shown has a chart."""
    place = window.navigator.place
    return place is not None and place.kind == "tidy" and bool(getattr(window.navigator.page, "has_chart", 0))


def switch_chart(window: MainWindow) -> None:
    """The chart shown as a table with the same numbers, or as a chart again."""
    from freecrm.ui.tidy.page import TidyPage

    if isinstance(window.navigator.page, TidyPage):
        window.navigator.page.scores.switch_view()


def commands(window: MainWindow) -> Iterator[Command]:
    """What menu and palette offer."""
    yield Command(
        "view.chart_table",
        N_("Chart as a table, or as a chart"),
        partial(switch_chart, window),
        menu="view",
        key="Ctrl+Shift+T",
        group=5,
        enabled=partial(has_chart, window),
        also=("table", "chart", "表格", "图表"),
    )
    for part, text, icon, also in (
        (
            "suggestions",
            N_("Tidy up"),
            "sparkles",
            ("tidy", "整理", "清洗", "data quality", "全角", "format"),
        ),
        ("today", N_("Tidy ten today"), "circle-check", ("tidy", "今天", "整理", "十条")),
        ("scores", N_("Completeness and freshness"), "shield-check", ("score", "评分", "完整度", "新鲜度")),
    ):
        yield Command(
            f"tools.tidy_{part}",
            text,
            partial(show, window, part),
            menu="tools",
            group=1,
            icon=icon,
            also=also,
        )
