"""Repeating activities: this time, this and later ones, all of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from freecrm.core import repeats
from freecrm.core.problems import Known
from freecrm.store import activities, series, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, dump, open_in

ZONE = "Europe/Berlin"  # its clock is put forward on 29 March 2026
FIRST = dt.datetime(2026, 3, 19, 9, tzinfo=ZoneInfo(ZONE))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def weekly(store: Store, rule: str = "FREQ=WEEKLY;BYDAY=TH;COUNT=6", **more: Any) -> bytes:
    values = {"subject": "周会", "kind": "meeting", "start": FIRST, "end": FIRST + HOUR, "start_zone": ZONE}
    return activities.plan(store, {**values, "repeats": rule, **more})


def at(days: int, hour: int = 9, minute: int = 0) -> dt.datetime:
    """A moment so many days after the first, on the clock of the wall."""
    wall = FIRST.replace(tzinfo=None) + dt.timedelta(days=days)
    return wall.replace(hour=hour, minute=minute, tzinfo=ZoneInfo(ZONE)).astimezone(dt.UTC)


def expanded(store: Store) -> list[tuple[str, str]]:
    """What a calendar shows: every time of every series and every activity that stands by itself."""
    found = []
    for (id,) in store.read().execute("SELECT id FROM activity ORDER BY n").fetchall():
        record = store.reader().record("activity", id)
        assert record is not None
        start = round(record["start"].timestamp() * 1000)
        moments = [start]
        if record["repeats"]:
            out = repeats.left_out(record["skipped"])
            moments = [ms for ms in repeats.times(start, ZONE, record["repeats"]) if ms not in out]
        for ms in moments:
            local = dt.datetime.fromtimestamp(ms / 1000, ZoneInfo(ZONE))
            found.append((f"{local:%m-%d %H:%M}", str(record["subject"])))
    return sorted(found)


def days(store: Store) -> list[str]:
    return [when[:5] for when, _subject in expanded(store)]


@pytest.mark.parametrize("scope", series.SCOPES)
def test_colleagues_who_come_to_a_time_are_told(store: Store, scope: str) -> None:
    with store.step("Team") as step:
        he, she = (step.insert("user", {"name": name}) for name in ("何嘉木", "林晓棠"))
    id = weekly(store, people=[{"user": he}])
    done = series.change(store, id, at(7), {"people": [{"user": he}, {"user": she}]}, scope)
    found = store.read().execute("SELECT to_user, about FROM notice").fetchall()
    assert found == [(she, done.id)]


def test_this_time_only(store: Store) -> None:
    id = weekly(store, reminders=[{"before": 30}])
    before = dump(store)
    done = series.change(store, id, at(7), {"start": at(8, 14)})
    assert [when for when, _ in expanded(store)] == [
        "03-19 09:00", "03-27 14:00", "04-02 09:00", "04-09 09:00", "04-16 09:00", "04-23 09:00",
    ]  # fmt: skip
    assert done.id is not None
    own = store.reader().record("activity", done.id)
    assert own is not None
    assert own["end"] - own["start"] == HOUR
    assert [row["before"] for row in own["reminders"]] == [30]
    series.change(store, id, at(7), {"subject": "周会（改）"})
    assert ("03-27 14:00", "周会（改）") in expanded(store)
    assert_well(store)
    undo.undo(store)
    undo.undo(store)
    assert dump(store) == before


def test_this_and_later(store: Store) -> None:
    id = weekly(store)
    before = dump(store)
    done = series.change(store, id, at(14), {"start": at(15, 10), "subject": "新周会"}, series.LATER)
    assert expanded(store) == [
        ("03-19 09:00", "周会"), ("03-26 09:00", "周会"), ("04-03 10:00", "新周会"),
        ("04-10 10:00", "新周会"), ("04-17 10:00", "新周会"), ("04-24 10:00", "新周会"),
    ]  # fmt: skip
    assert done.id not in (None, id)
    assert_well(store)
    undo.undo(store)
    assert dump(store) == before


def test_all_of_them_move_with_what_stands_by_itself(store: Store) -> None:
    id = weekly(store)
    series.delete(store, id, at(7))
    series.change(store, id, at(14), {"start": at(14, 11)})
    series.change(store, id, at(21), {"start": at(20, 8)}, series.ALL)
    assert [when for when, _ in expanded(store)] == [
        "03-18 08:00", "04-01 10:00", "04-08 08:00", "04-15 08:00", "04-22 08:00",
    ]  # fmt: skip
    assert_well(store)


def test_another_rule_leaves_single_what_has_no_place_in_it(store: Store) -> None:
    id = weekly(store)
    moved = series.change(store, id, at(7), {"start": at(7, 11)})
    done = series.change(store, id, at(0), {"repeats": "FREQ=WEEKLY;INTERVAL=2;COUNT=3"}, series.ALL)
    assert done.loose == (moved.id,)
    assert [when for when, _ in expanded(store)] == [
        "03-19 09:00", "03-26 11:00", "04-02 09:00", "04-16 09:00",
    ]  # fmt: skip
    assert_well(store)


def test_a_month_goes_along_with_its_weekday(store: Store) -> None:
    id = weekly(store, "FREQ=MONTHLY;BYDAY=3TH;COUNT=3")
    assert days(store) == ["03-19", "04-16", "05-21"]
    to = {"start": at(26)}  # from the third Thursday to the second Tuesday
    series.change(store, id, at(28), to, series.ALL)
    assert days(store) == ["03-10", "04-14", "05-12"]
    assert_well(store)


def test_deleting(store: Store) -> None:
    id = weekly(store)
    before = dump(store)
    series.delete(store, id, at(7))
    assert days(store) == ["03-19", "04-02", "04-09", "04-16", "04-23"]
    series.delete(store, id, at(21), series.LATER)
    assert days(store) == ["03-19", "04-02"]
    series.delete(store, id, at(14), series.ALL)
    assert days(store) == []
    assert_well(store)
    for _step in range(3):
        undo.undo(store)
    assert dump(store) == before


def test_what_is_done_stays_when_the_rest_goes(store: Store) -> None:
    id = weekly(store)
    done = activities.finish(store, id)
    assert days(store) == ["03-19", "03-26", "04-02", "04-09", "04-16", "04-23"]
    gone = series.delete(store, id, at(7), series.ALL)
    assert gone.loose == (done,)
    assert days(store) == ["03-19"]
    assert_well(store)


def test_what_is_done_stays_on_its_day_when_the_others_move(store: Store) -> None:
    id = weekly(store)
    activities.finish(store, id)
    series.change(store, id, at(7), {"start": at(8)}, series.ALL)
    assert days(store) == ["03-19", "03-27", "04-03", "04-10", "04-17", "04-24"]
    assert_well(store)


def test_a_time_that_is_gone_is_refused(store: Store) -> None:
    id = weekly(store)
    series.delete(store, id, at(7))
    for moment in (at(7), at(8), at(70)):
        with pytest.raises(Known, match="doesn't take place then"):
            series.change(store, id, moment, {"subject": "x"})
    with pytest.raises(Known, match="isn't there any more"):
        series.delete(store, b"0" * 16, at(0))
    with pytest.raises(Known, match="before it begins"):
        series.change(store, id, at(14), {"start": at(14), "end": at(13)}, series.ALL)


def test_a_whole_day_stays_whole_over_a_change_of_the_clock(store: Store) -> None:
    midnight = activities.midnight(dt.date(2026, 3, 22), ZONE)
    values = {"start": midnight, "end": midnight + DAY, "all_day": True, "start_zone": ZONE}
    id = activities.plan(store, {**values, "kind": "task", "repeats": "FREQ=WEEKLY"})
    sunday = activities.midnight(dt.date(2026, 3, 29), ZONE)  # has 23 hours
    done = series.change(store, id, sunday, {"subject": "x"})
    assert done.id is not None
    own = store.reader().record("activity", done.id)
    assert own is not None
    assert own["end"] == activities.midnight(dt.date(2026, 3, 30), ZONE)


# ---- any edits, against a list kept by hand


@dataclass
class Time:
    """A time as the list has it. place: where its series has it. group: the series that it belongs to."""

    wall: dt.datetime
    place: dt.datetime
    subject: str = "周会"
    group: int = 0
    is_there: bool = True


Edit = tuple[str, str, int, int, int]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("change", "rename", "delete")),
            st.sampled_from(series.SCOPES),
            st.integers(0, 9),
            st.integers(-2, 2),
            st.integers(-1, 1),
        ),
        max_size=6,
    ),
    st.sampled_from(("FREQ=WEEKLY;BYDAY=TH;COUNT=7", "FREQ=WEEKLY;COUNT=7", "FREQ=DAILY;INTERVAL=7;COUNT=7")),
)
@example(
    edits=[("change", "this", 0, 0, 0), ("change", "later", 1, 0, 0), ("change", "later", 0, 0, -1)],
    rule="FREQ=WEEKLY;BYDAY=TH;COUNT=7",
)
@settings(max_examples=25, deadline=None)
def test_any_edits_end_as_a_list_kept_by_hand(
    tmp_path_factory: pytest.TempPathFactory, edits: list[Edit], rule: str
) -> None:
    store = open_in(tmp_path_factory.mktemp("series"))
    clean = dump(store)
    first = FIRST.replace(tzinfo=None)
    groups, subjects = {0: weekly(store, rule)}, {0: "周会"}
    held = [Time(first + dt.timedelta(days=7 * n), first + dt.timedelta(days=7 * n)) for n in range(7)]
    steps = 1
    for number, (verb, scope, which, days_on, hours_on) in enumerate(edits):
        there = [one for one in held if one.is_there]
        if not there:
            break
        meant = there[which % len(there)]
        group, on = meant.group, dt.timedelta(days=days_on, hours=hours_on)
        late = held[held.index(meant) :] if scope == series.LATER else held
        reach = [meant] if scope == series.THIS else [one for one in late if one.group == group]
        instance = meant.place.replace(tzinfo=ZoneInfo(ZONE)).astimezone(dt.UTC)
        steps += 1
        if verb == "delete":
            series.delete(store, groups[group], instance, scope)
            for one in reach:
                one.is_there = False
            continue
        subject = f"s{number}"
        start = (meant.wall + on).replace(tzinfo=ZoneInfo(ZONE)).astimezone(dt.UTC)
        values = {"subject": subject} if verb == "rename" else {"start": start}
        done = series.change(store, groups[group], instance, values, scope)
        assert done.id is not None
        to = group
        if scope != series.THIS and done.id != groups[group]:
            to = max(groups) + 1
            groups[to], subjects[to] = done.id, subjects[group]
        for one in reach:
            one.group = to
            if verb == "rename" and (scope == series.THIS or one.subject == subjects[group]):
                one.subject = subject
            if verb == "change":
                one.wall += on
                one.place += on if scope != series.THIS else dt.timedelta()
        if verb == "rename" and scope != series.THIS:
            subjects[to] = subject
    wanted = sorted((f"{one.wall:%m-%d %H:%M}", one.subject) for one in held if one.is_there)
    assert expanded(store) == wanted
    assert_well(store)
    for _step in range(steps):  # fewer where an edit changed nothing
        if dump(store) != clean:
            undo.undo(store)
    assert dump(store) == clean
    store.close()
