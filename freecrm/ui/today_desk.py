"""The day in the window: its page with all that it leads to, and what is done to activities and many customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from freecrm.core.filters import chips_of
from freecrm.core.query import ME, Where
from freecrm.core.words import N_, say
from freecrm.ui import activity_desk
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.offering import why_not
from freecrm.ui.page import Page, Place

if TYPE_CHECKING:
    from freecrm.store.plan_many import Wanted
    from freecrm.store.tiles import Tile
    from freecrm.ui.window import MainWindow

CUSTOMER, ACTIVITY = "customer", "activity"


def page(window: MainWindow, _place: Place) -> Page:
    """The page of the day, its wishes heard."""
    from freecrm.ui.today.page import TodayPage

    made = TodayPage(window.store, window.tasks)
    made.open_record.connect(window.show_id)
    made.hint_wanted.connect(window.status.say)
    made.view_wanted.connect(partial(show_view, window))
    made.finish_wanted.connect(partial(activity_desk.finish, window))
    made.begin_wanted.connect(partial(activity_desk.begin, window))
    made.plan_wanted.connect(partial(plan_ids, window))
    made.carry_wanted.connect(partial(ask_carry, window))
    made.step_wanted.connect(partial(begin, window))
    made.receipt_wanted.connect(partial(_receive, window))
    made.account_wanted.connect(partial(_account, window))
    made.tile_wanted.connect(partial(show_tile, window))
    made.limits_wanted.connect(lambda: window.show_setting("activity.quiet_a"))
    return made


def _receive(window: MainWindow, customer: bytes) -> None:
    from freecrm.ui.money import desk

    desk.receive(window, customer)


def _account(window: MainWindow, customer: bytes) -> None:
    from freecrm.ui.money import desk

    desk.open_account(window, customer)


def show_tile(window: MainWindow, tile: Tile) -> None:
    """The rows of a figure, the filter in words above them."""
    if tile.query is not None:
        window.show_filtered(tile.query.entity, chips_of(tile.query.where))


def hear_backup(window: MainWindow) -> None:
    """A backup was made: the page of the day asks for none any more."""
    from freecrm.store.first_steps import BACKUP

    made = window.navigator.pages.get(Place("today"))
    steps = getattr(made, "steps", None)
    if steps is not None and steps.get(BACKUP) is False:
        made.read()  # type: ignore[union-attr]  # only the page of the day has such steps


def show_view(window: MainWindow, entity: str, key: str) -> None:
    """A list in one of the views that it offers from the start; only what is mine, where somebody works here."""
    from freecrm.store import views

    listed = window.visit(Place("list", entity))
    if isinstance(listed, ListPage):
        listed.views.show_view(views.offered_id(window.store, entity, key))
        if window.store.user is not None:
            filters = listed.arranger.filters
            listed.arranger.set_filters(filters.put(len(filters.chips), (Where("owner_user", "in", (ME,)),)))


def begin(window: MainWindow, name: str) -> None:
    """One of the first steps."""
    if name == "customers":
        window.visit(Place("import"))
    elif name == "planned":
        window.visit(Place("new", ACTIVITY))
    elif name == "backup":
        window.visit(Place("settings", "backup"))
    else:
        _write_first(window)


def _write_first(window: MainWindow) -> None:
    """The page of the newest customer, ready for a few words; the list where there is none yet."""
    from freecrm.ui.record_page.page import RecordPage

    row = window.store.read().execute("SELECT id FROM customer ORDER BY n DESC LIMIT 1").fetchone()
    if row is None:
        window.new(CUSTOMER)
        return
    window.show_id(CUSTOMER, row[0])
    shown = window.navigator.page
    if isinstance(shown, RecordPage):
        shown.begin_note()


# ---- moving what is late


def ask_carry(window: MainWindow) -> None:
    """Ask where to all that is late goes."""
    from freecrm.ui.today.carry_dialog import CarryDialog

    made = CarryDialog(window, window.store, window.tasks, partial(carry, window))
    made.open()


def carry(window: MainWindow, day: dt.date, ids: Sequence[bytes] | None = None) -> None:
    """Move what is late to a day, or only these."""
    from freecrm.store import carry as store_carry

    store = window.store
    progress = window.tasks.progress(lambda _progress: None)
    done = window.progress.follow(say(N_("Carrying over what is late")), progress)
    work = partial(store_carry.over, store, day, store.user, ids)
    window.tasks.run(work, progress=progress, finally_=done, writes=True)


# ---- what is done to the rows of the list of activities


def chosen_activities(window: MainWindow) -> list[bytes]:
    """The activities selected in their list, or that under the cursor."""
    shown = window.navigator.page
    if not isinstance(shown, ListPage) or shown.page.entity != ACTIVITY or not shown.states.has_rows:
        return []
    return window.store.reader().ids_of(ACTIVITY, shown.cells.numbers())


def on_activities(window: MainWindow) -> bool:
    """Whether activities are listed."""
    shown = window.navigator.page
    return isinstance(shown, ListPage) and shown.page.entity == ACTIVITY and shown.states.has_rows


def finish_chosen(window: MainWindow) -> None:
    """Ask what came of the activity under the cursor."""
    ids = chosen_activities(window)
    if ids:
        activity_desk.finish(window, ids[0])


def put_off_chosen(window: MainWindow) -> None:
    """Ask for the day that the selected activities are put off to."""
    from freecrm.store import carry as store_carry
    from freecrm.ui.today.day_dialog import DayDialog

    ids = chosen_activities(window)
    if not ids:
        return

    def picked(day: dt.date) -> None:
        if len(ids) == 1:
            window.tasks.run(store_carry.later, window.store, ids[0], day, writes=True)
        else:
            carry(window, day, ids)

    DayDialog(window, window.store, window.tasks, N_("Put off to"), picked).open()


# ---- one activity for each of many customers


def can_plan(window: MainWindow) -> bool:
    """Whether customers are listed."""
    shown = window.navigator.page
    return isinstance(shown, ListPage) and shown.page.entity == CUSTOMER and shown.states.has_rows


def plan_chosen(window: MainWindow) -> None:
    """Plan an activity for each of the selected customers."""
    shown = window.navigator.page
    if isinstance(shown, ListPage) and can_plan(window):
        ask_plan(window, shown.cells.numbers())


def plan_ids(window: MainWindow, ids: Sequence[bytes]) -> None:
    """The same for these customers, in this order."""
    numbers = window.store.reader().numbers_of(CUSTOMER, list(ids))
    ask_plan(window, [numbers[id] for id in ids if id in numbers])


def ask_plan(window: MainWindow, numbers: Sequence[int]) -> None:
    """Ask what is to be planned for these customers."""
    from freecrm.ui.today.plan_dialog import PlanDialog

    if numbers:
        made = PlanDialog(window, window.store, window.tasks, numbers, partial(plan, window, numbers))
        made.open()


def plan(window: MainWindow, numbers: Sequence[int], wanted: Wanted) -> None:
    """Put in an activity for each of them, as one step, in a job that can be stopped."""
    from freecrm.store import plan_many
    from freecrm.ui import talk

    progress = window.tasks.progress(lambda _progress: None)
    done = window.progress.follow(say(N_("Planning {n} activities"), n=f"{len(numbers):,}"), progress)
    window.tasks.run(
        plan_many.apply,
        window.store,
        numbers,
        wanted,
        progress=progress,
        stopped=lambda: talk.tell(say(N_("Stopped. Everything is as it was before."))),
        finally_=done,
        writes=True,
    )


# ---- commands


def commands(window: MainWindow) -> Iterator[Command]:
    """What menu and palette offer."""
    yield Command(
        "record.carry",
        N_("Carry unfinished over…"),
        partial(ask_carry, window),
        menu="record",
        group=5,
        icon="calendar-clock",
        also=("overdue", "顺延", "逾期", "延期", "没做完"),
    )
    yield Command(
        "batch.plan",
        N_("Plan for all…"),
        partial(plan_chosen, window),
        menu="record",
        group=5,
        icon="calendar-plus",
        enabled=partial(can_plan, window),
        refusal=lambda: why_not(window.store, "create", ("activity", None)),
        also=("batch", "批量", "群发", "回访", "activities"),
    )
    yield Command(
        "activity.done",
        N_("Finish the activity…"),
        partial(finish_chosen, window),
        menu="record",
        group=5,
        icon="circle-check",
        enabled=partial(on_activities, window),
        also=("finish", "完成"),
    )
    yield Command(
        "activity.put_off",
        N_("Put off…"),
        partial(put_off_chosen, window),
        menu="record",
        group=5,
        icon="clock",
        enabled=partial(on_activities, window),
        also=("later", "postpone", "推迟", "改期", "稍后"),
    )
