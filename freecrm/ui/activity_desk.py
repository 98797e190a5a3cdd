"""Activities in the window: the dialog that plans and changes them, from wherever one is.

activity_desk.plan(window)                      «Plan next step…», for the customer in hand
activity_desk.begin(window, {"start": …})       a new one with what is known
activity_desk.show(window, id, instance)        one that is there
activity_desk.finish(window, id, instance)      what came of it, and what comes next
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from freecrm.core.problems import Known
from freecrm.core.words import N_
from freecrm.ui import talk
from freecrm.ui.commands import Command
from freecrm.ui.window_commands.shown import chosen_record

if TYPE_CHECKING:
    from freecrm.store.drafts import Draft
    from freecrm.ui.activity_form import ActivityDialog
    from freecrm.ui.finish_box import FinishBox
    from freecrm.ui.window import MainWindow

ENTITY = "activity"
AHEAD = dt.timedelta(days=1)  # a next step is tomorrow until somebody says otherwise
MORNING = dt.time(9)


def commands(window: MainWindow) -> Iterator[Command]:
    """The commands of activities."""
    yield Command(
        "activity.plan",
        N_("Plan next step…"),
        partial(plan, window),
        menu="record",
        key="Ctrl+Shift+E",
        group=3,
        icon="calendar-plus",
        also=(
            "event",
            "appointment",
            "visit",
            "call",
            "activity",
            "下一步",
            "约日程",
            "日程",
            "拜访",
            "预约",
        ),
    )
    yield Command(
        "activity.edit",
        N_("Edit the activity…"),
        partial(_edit, window),
        menu="record",
        group=3,
        icon="calendar-clock",
        enabled=lambda: _activity_in_hand(window) is not None,
        also=("reschedule", "改期", "修改活动"),
    )


def plan(window: MainWindow, known: dict[str, Any] | None = None) -> ActivityDialog:
    """Plan what is to be done next, tomorrow morning unless it is said otherwise. known: with whom, about which deal;
    None: with the customer in hand."""
    day = dt.datetime.now().astimezone().date() + AHEAD
    start = dt.datetime.combine(day, MORNING).astimezone(dt.UTC)
    return begin(window, {"start": start, **(known_of(window) if known is None else known)})


def known_of(window: MainWindow) -> dict[str, Any]:
    """What of an activity is known from where the user is: the customer, the person."""
    chosen = chosen_record(window)
    if chosen is None:
        return {}
    entity, id = chosen
    if entity == "customer":
        return {"customer": id}
    if entity == "contact":
        record = window.store.reader().record("contact", id)
        jobs = record["jobs"] if record is not None else ()
        firms = [row["customer"] for row in jobs or () if row.get("customer")]
        return {"people": [{"contact": id}], **({"customer": firms[0]} if firms else {})}
    if entity == "deal":
        record = window.store.reader().record("deal", id)
        firm = {"customer": record["customer"]} if record is not None and record["customer"] else {}
        return {"deal": id, **firm}
    if entity == ENTITY:
        record = window.store.reader().record(ENTITY, id)
        return {"customer": record["customer"]} if record is not None and record["customer"] else {}
    return {}


def begin(window: MainWindow, values: dict[str, Any], *, draft: str = "") -> ActivityDialog:
    """Open the dialog for a new activity; the dialog. values: what is known of it already."""
    made = _dialog(window)
    made.form.begin(values, draft=draft)
    made.form.reword()
    made.show_for()
    return made


def show(window: MainWindow, id: bytes, instance: dt.datetime | None = None) -> ActivityDialog | None:
    """Open the dialog for an activity that is there; None, and a sentence, where it is gone."""
    made = _dialog(window)
    try:
        made.form.show_activity(id, instance)
    except Known as problem:
        made.deleteLater()
        talk.tell_problem(problem)
        return None
    made.form.reword()
    made.show_for()
    return made


def go_on(window: MainWindow, draft: Draft) -> None:
    """Go on with what was typed and left."""
    if draft.id is None:
        begin(window, draft.values, draft=draft.key)
        return
    made = _dialog(window)
    try:
        made.form.show_activity(draft.id, typed=draft.values, draft=draft.key)
    except Known as problem:
        made.deleteLater()
        talk.tell_problem(problem)
        return
    made.form.reword()
    made.show_for()


def _dialog(window: MainWindow) -> ActivityDialog:
    from PySide6.QtCore import Qt

    from freecrm.ui.activity_form import ActivityDialog

    made = ActivityDialog(window, window.store, window.tasks)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.form.can_open = True
    made.form.finish_wanted.connect(partial(_finish, window, made))
    made.form.open_record.connect(partial(_open, window, made))
    made.form.parts.reword()
    return made


def _finish(window: MainWindow, dialog: ActivityDialog, id: bytes, instance: dt.datetime | None) -> None:
    dialog.accept()
    finish(window, id, instance)


def _open(window: MainWindow, dialog: ActivityDialog, entity: str, id: bytes) -> None:
    if dialog.form.ask_to_leave():
        window.show_id(entity, id)


def finish(window: MainWindow, id: bytes, instance: dt.datetime | None = None) -> FinishBox | None:
    """Ask what came of an activity, or of that time of it; the box, None where it is gone."""
    from freecrm.ui import finish_box

    return finish_box.open(window, window.store, window.tasks, id, instance)


def _activity_in_hand(window: MainWindow) -> bytes | None:
    place = window.navigator.place
    if place is None or place.kind not in ("list", "record") or ENTITY not in place.name:
        return None
    chosen = chosen_record(window)
    return chosen[1] if chosen is not None and chosen[0] == ENTITY else None


def _edit(window: MainWindow) -> None:
    id = _activity_in_hand(window)
    if id is not None:
        show(window, id)
