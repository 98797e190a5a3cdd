"""What is done with follow-up plans by command: begin one for the customer shown or those chosen, edit them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from freecrm.core.words import N_, say
from freecrm.ui import talk
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.window_commands.shown import list_of, shown_record

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from freecrm.store.plans import Begun
    from freecrm.ui.window import MainWindow

ENTITY = "customer"
ALSO = ("follow-up", "series", "sequence", "跟进计划", "计划", "系列")


def commands(window: MainWindow) -> Iterator[Command]:
    """The commands."""

    def on_page() -> bool:
        page = shown_record(window)
        return page is not None and page.entity.entity == ENTITY

    def on_rows() -> bool:
        page = list_of(window)
        return page is not None and page.entity.entity == ENTITY and page.states.has_rows

    yield Command(
        "record.plan",
        N_("Begin a follow-up plan…"),
        lambda: _begin_on_page(window),
        "record",
        group=3,
        icon="list-checks",
        enabled=on_page,
        also=ALSO,
    )
    yield Command(
        "batch.begin_plan",
        N_("Begin a follow-up plan for the selected…"),
        lambda: _begin_on_rows(window),
        "record",
        group=4,
        icon="list-checks",
        enabled=on_rows,
        also=ALSO,
    )
    yield Command(
        "tools.plans",
        N_("Follow-up plans"),
        lambda: window.visit(Place("plans")),
        "tools",
        icon="list-checks",
        also=ALSO,
    )


def _begin_on_page(window: MainWindow) -> None:
    page = shown_record(window)
    if page is not None:
        begin(window, lambda: [page.id], 1, page.focus_first)


def _begin_on_rows(window: MainWindow) -> None:
    page = window.navigator.page
    if isinstance(page, ListPage):
        numbers = page.cells.numbers()
        if numbers:
            reader = window.store.reader
            begin(window, lambda: reader().ids_of(ENTITY, numbers), len(numbers), page.focus_first)


def begin(
    window: MainWindow,
    ids: Callable[[], list[bytes]],
    count: int,
    after: Callable[[], object],
    over: QWidget | None = None,
) -> None:
    """Ask which plan and from when, and begin it for these customers. Where there is no plan yet, the ready ones are
    offered."""
    from freecrm.ui.plan_begin import PlanBegin

    def agreed(plan: bytes, day: dt.date) -> None:
        window.tasks.run(partial(_work, window, ids), plan, day, then=_tell, writes=True)

    dialog = PlanBegin(over or window, window.store, window.tasks, count, agreed)
    dialog.edit_wanted.connect(lambda: window.visit(Place("plans")))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(lambda _code: after())
    dialog.open()


def _work(window: MainWindow, ids: Callable[[], list[bytes]], plan: bytes, day: dt.date) -> Begun:
    from freecrm.store import plans

    return plans.begin(window.store, plan, ids(), day)


def _tell(begun: Begun) -> None:
    if begun.left_out:
        what = N_("{n} customers were left out: the plan runs for them already, or their status stops it.")
        talk.tell(say(what, n=f"{len(begun.left_out):,}"))
