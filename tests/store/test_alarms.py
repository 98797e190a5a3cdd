"""A reminder is shown once for each time it should be, and never lost, whatever happens to its activity or the clock."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core import agenda
from freecrm.core.pieces import Entry
from freecrm.store import activities, alarms, history, journal, timeline, undo
from freecrm.store.database import Store
from tests.store.samples import assert_well, open_in, raw

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NINE = dt.datetime(2026, 3, 19, 1, tzinfo=dt.UTC)  # nine o'clock in Shanghai, a Thursday
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def shanghai() -> Iterator[None]:
    """This computer stands in Shanghai."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "CST-8"  # so that it needs no files of zones
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.fixture
def hotel(store: Store) -> bytes:
    with store.step("New") as step:
        return step.insert("customer", {"name": "云杉谷酒店", "grade": "A"})


def call(store: Store, start: dt.datetime = NINE, **more: Any) -> bytes:
    values = {"kind": "call", "start": start, "start_zone": "Asia/Shanghai", "subject": "回访", **more}
    return activities.plan(store, values)


def change(store: Store, id: bytes, **values: Any) -> None:
    with store.step("Changed") as step:
        step.update("activity", id, values)


def rings(store: Store, now: dt.datetime, me: bytes | None = None) -> list[dt.datetime]:
    """The beginnings for which something rings now; somebody acknowledges it."""
    found = alarms.due(store, now, me)
    alarms.seen(store, found)
    return [one.begins for one in found]


# ---- once


def test_it_rings_in_time_and_once(store: Store, hotel: bytes) -> None:
    with store.step("New") as step:
        jobs = [{"customer": hotel, "job": "采购经理"}]
        phones = [{"number": "+8613800002216", "kind": "mobile"}]
        wu = step.insert("contact", {"name": "吴亦舟", "jobs": jobs, "phones": phones})
    people = [{"contact": wu}]
    id = call(store, customer=hotel, place="星湖街 0 号", people=people, reminders=[{"before": 30}])
    assert alarms.due(store, NINE - 31 * MINUTE) == []
    assert alarms.next_at(store, NINE - 31 * MINUTE) == NINE - 30 * MINUTE
    (one,) = alarms.due(store, NINE - 30 * MINUTE)
    assert (one.what, one.id, one.begins, one.ends) == ("call", id, NINE, NINE + 15 * MINUTE)
    assert (one.firm, one.place, one.grade) == ("云杉谷酒店", "星湖街 0 号", "A")
    assert (one.person, one.job, one.phone) == ("吴亦舟", "采购经理", "+8613800002216")
    assert alarms.due(store, NINE) == [one]  # nobody has acknowledged it: it stays
    alarms.seen(store, [one])
    assert alarms.due(store, NINE + DAY) == []
    assert alarms.next_at(store, NINE) is None
    assert_well(store)


def test_a_customer_without_people_named_is_reached_at_its_first_contact(store: Store, hotel: bytes) -> None:
    with store.step("New") as step:
        phones = [{"number": "+8613800001203", "kind": "mobile"}]
        step.insert("contact", {"name": "沈嘉言", "jobs": [{"customer": hotel}], "phones": phones})
    call(store, customer=hotel)
    (one,) = alarms.due(store, NINE)
    assert (one.person, one.phone) == ("沈嘉言", "+8613800001203")


def test_put_off_it_comes_again(store: Store) -> None:
    call(store)
    now = NINE - 10 * MINUTE
    alarms.later(store, alarms.due(store, now), now + 5 * MINUTE)
    assert alarms.due(store, now + 4 * MINUTE) == []
    assert alarms.next_at(store, now) == now + 5 * MINUTE
    assert rings(store, now + 5 * MINUTE) == [NINE]
    assert rings(store, now + DAY) == []


def test_tomorrow_is_nine_on_the_clock(shanghai: None) -> None:
    assert alarms.tomorrow(NINE) == NINE + DAY
    assert alarms.tomorrow(NINE - 9 * HOUR - MINUTE) == NINE  # it is the evening before


def test_two_reminders_of_one_call_ring_as_one(store: Store) -> None:
    call(store, reminders=[{"before": 1440}, {"before": 10}])
    assert rings(store, NINE - DAY) == [NINE]
    assert rings(store, NINE - HOUR) == []
    assert rings(store, NINE) == [NINE]
    call(store, NINE + HOUR, reminders=[{"before": 1440}, {"before": 10}])
    (one,) = alarms.due(store, NINE + HOUR)
    assert len(one.reminders) == 2
    alarms.seen(store, [one])
    assert alarms.due(store, NINE + DAY) == []


# ---- what others got wrong


def test_moved_closer_than_its_reminder_it_rings_now(store: Store) -> None:  # complaint 14
    id = call(store, NINE + 5 * HOUR, reminders=[{"before": 60}])
    assert alarms.due(store, NINE) == []
    change(store, id, start=NINE + 20 * MINUTE, end=NINE + 35 * MINUTE)
    assert rings(store, NINE) == [NINE + 20 * MINUTE]
    assert rings(store, NINE + 20 * MINUTE) == []


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Mars/Olympus", None])
def test_the_zone_moves_no_reminder(store: Store, zone: str | None) -> None:  # complaint 12
    for day in (dt.date(2026, 3, 28), dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2026, 10, 26)):
        start = dt.datetime.combine(day, dt.time(9), BERLIN)
        call(store, start.astimezone(dt.UTC), start_zone=zone)
        assert rings(store, start - 11 * MINUTE) == []
        assert rings(store, start - 10 * MINUTE) == [start]


@pytest.mark.parametrize("day", [dt.date(2026, 3, 29), dt.date(2026, 10, 25), dt.date(2026, 3, 28)])
def test_a_whole_day_rings_at_nine_on_that_day(store: Store, day: dt.date) -> None:  # complaint 13
    start = activities.midnight(day, "Europe/Berlin")
    activities.plan(store, {"kind": "task", "start": start, "start_zone": "Europe/Berlin", "all_day": True})
    nine = dt.datetime.combine(day, dt.time(9), BERLIN).astimezone(dt.UTC)
    assert alarms.next_at(store, start) == nine
    assert rings(store, nine - MINUTE) == []
    assert rings(store, nine) == [start]


def test_each_time_of_a_repeating_one_rings(store: Store) -> None:  # complaint 15
    weekdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    call(store, repeats=weekdays)  # nobody ever ticks it off
    found = []
    for tick in range(14 * 24):
        found += rings(store, NINE - HOUR + tick * HOUR)
    assert found == [NINE + day * DAY for day in range(14) if (NINE + day * DAY).weekday() < 5]


def test_nine_o_clock_stays_nine_over_summer_time(store: Store) -> None:
    start = dt.datetime(2026, 3, 27, 9, tzinfo=BERLIN)
    call(store, start.astimezone(dt.UTC), start_zone="Europe/Berlin", repeats="FREQ=DAILY")
    found = []
    for tick in range(5 * 24 * 4):
        found += rings(store, start.astimezone(dt.UTC) - HOUR + tick * 15 * MINUTE)
    assert [one.astimezone(BERLIN).strftime("%d %H:%M") for one in found] == [
        f"{day} 09:00" for day in (27, 28, 29, 30, 31)
    ]


def test_ten_missed_mornings_are_told_as_one(store: Store) -> None:
    call(store, repeats="FREQ=DAILY")
    (one,) = alarms.due(store, NINE + 10 * DAY)
    assert (one.begins, one.times) == (NINE + 10 * DAY, 11)
    alarms.seen(store, [one])
    assert alarms.due(store, NINE + 10 * DAY) == []
    assert alarms.next_at(store, NINE + 10 * DAY) == NINE + 11 * DAY - 10 * MINUTE


def test_a_time_put_off_does_not_stop_the_next(store: Store) -> None:
    call(store, repeats="FREQ=DAILY")
    alarms.later(store, alarms.due(store, NINE), NINE + 25 * HOUR)
    assert rings(store, NINE + DAY) == [NINE + DAY]
    assert rings(store, NINE + 26 * HOUR) == []


def test_times_that_are_left_out_or_done_do_not_ring(store: Store) -> None:
    id = call(store, repeats="FREQ=DAILY")
    left_out = round((NINE + DAY).timestamp() * 1000)
    change(store, id, skipped=str(left_out))
    assert rings(store, NINE) == [NINE]
    assert rings(store, NINE + DAY) == []
    activities.finish(store, id, instance=NINE + 2 * DAY)
    assert rings(store, NINE + 2 * DAY) == []
    assert rings(store, NINE + 3 * DAY) == [NINE + 3 * DAY]


@pytest.mark.parametrize("shift", [-HOUR, HOUR, -30 * MINUTE, 3 * HOUR])
def test_a_repeating_one_that_is_moved_rings_anew(store: Store, shift: dt.timedelta) -> None:
    id = call(store, repeats="FREQ=WEEKLY", reminders=[{"before": 1440}])
    assert rings(store, NINE - DAY) == [NINE]
    week = 7 * DAY
    assert rings(store, NINE + week - DAY) == [NINE + week]
    change(store, id, start=NINE + shift)
    assert rings(store, NINE + week - DAY + max(shift, 0 * HOUR)) == [NINE + week + shift]
    assert rings(store, NINE + 2 * week - 26 * HOUR) == []
    assert rings(store, NINE + 2 * week) == [NINE + 2 * week + shift]


def test_what_is_over_does_not_ring(store: Store) -> None:
    done, dropped, deleted = (call(store, NINE + n * HOUR) for n in range(3))
    activities.finish(store, done)
    activities.drop(store, dropped)
    with store.step("Deleted") as step:
        step.delete("activity", deleted)
    assert alarms.due(store, NINE + DAY) == []
    undo.undo(store)
    assert rings(store, NINE + DAY) == [NINE + 2 * HOUR]
    assert_well(store)


def test_an_alarm_that_is_gone_meanwhile_is_acknowledged_in_vain(store: Store) -> None:
    id = call(store)
    found = alarms.due(store, NINE)
    with store.step("Deleted") as step:
        step.delete("activity", id)
    alarms.seen(store, found)
    alarms.later(store, found, NINE + HOUR)
    undo.undo(store)
    assert rings(store, NINE) == [NINE]


@pytest.mark.parametrize("year", [1, 1999, 9999])
@pytest.mark.parametrize("repeats", [None, "FREQ=DAILY", "FREQ=NOTHING", "LUNAR=08-15"])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "No/Where"])
def test_the_ends_of_time_stop_nothing(store: Store, year: int, repeats: str | None, zone: str) -> None:
    start = dt.datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 12, tzinfo=dt.UTC)
    values = {"kind": "task", "start": start, "start_zone": zone, "all_day": year != 1999, "subject": "x"}
    with store.step("New") as step:
        reminders = [{"before": minutes} for minutes in (-(10**9), 0, 10**9)]
        id = step.insert("activity", {**values, "repeats": repeats, "reminders": reminders})
    found = alarms.due(store, NINE)
    alarms.next_at(store, NINE)
    alarms.seen(store, found)
    assert store.reader().record("activity", id) is not None
    if repeats is None:
        assert alarms.due(store, NINE) == []
    assert_well(store)


# ---- whose


def test_mine_is_what_i_own_or_take_part_in_and_what_nobody_owns(store: Store) -> None:
    with store.step("New") as step:
        chen, lin = (step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠"))
    own = call(store, owner_user=chen)
    both = call(store, NINE + MINUTE, owner_user=lin, people=[{"user": chen}])
    nobody = call(store, NINE + 2 * MINUTE)
    lins = call(store, NINE + 3 * MINUTE, owner_user=lin)

    def of(me: bytes | None) -> list[bytes]:
        return [one.id for one in alarms.due(store, NINE + HOUR, me)]

    assert of(chen) == [own, both, nobody]
    assert of(lin) == [both, nobody, lins]
    assert of(None) == [own, both, nobody, lins]


# ---- bookkeeping


def test_neither_undo_nor_history_takes_note_of_it(store: Store, hotel: bytes) -> None:
    before = history.next_undo(store)
    id = call(store, customer=hotel)
    planned, found = history.next_undo(store), journal.find(store)
    alarms.later(store, alarms.due(store, NINE), NINE + HOUR)
    alarms.seen(store, alarms.due(store, NINE + HOUR))
    assert history.next_undo(store) == planned
    assert journal.find(store) == found
    assert {step.title for step in history.steps(store)} == {"New", "New activity: {name}"}
    assert [change.op for change in history.of_record(store, "activity", id)] == [0, 0]
    for entity, of in (("activity", id), ("customer", hotel)):
        page = timeline.page(store.reader(), entity, of, store.model.pieces(entity, Entry))
        assert all("{name}" not in str(one.said) and "oted" not in str(one.said) for one in page.entries)
        assert [dict(one.values)["step"] for one in page.entries if one.kind == timeline.CHANGES] == [
            planned.n if entity == "activity" else 1  # type: ignore[union-attr]
        ]
    undo.undo(store)
    assert (history.next_undo(store), raw(store, "SELECT count(*) FROM reminder")) == (before, [(0,)])
    alarms.seen(store, alarms.due(store, NINE))
    undo.redo(store)  # and what was acknowledged stays so
    assert alarms.due(store, NINE + HOUR) == []
    assert history.broken_links(store) is None
    assert_well(store)


def test_redo_is_still_there_after_a_reminder(store: Store) -> None:
    call(store, NINE + HOUR)
    call(store, NINE)
    undo.undo(store)
    alarms.seen(store, alarms.due(store, NINE + HOUR))
    undo.redo(store)
    assert raw(store, "SELECT count(*) FROM activity") == [(2,)]


def test_taking_a_move_back_rings_for_the_old_time(store: Store) -> None:
    id = call(store)
    change(store, id, start=NINE + 5 * HOUR, end=NINE + 6 * HOUR)
    undo.undo(store)
    assert rings(store, NINE) == [NINE]
    assert rings(store, NINE + DAY) == []


# ---- what was missed


def test_the_worst_comes_first(store: Store, hotel: bytes, shanghai: None) -> None:
    with store.step("New") as step:
        small = step.insert("customer", {"name": "小店", "grade": "C"})
        jobs = [{"customer": hotel}]
        step.insert("contact", {"name": "沈嘉言", "birthday": "1980-03-18", "jobs": jobs})
    call(store, NINE - DAY, subject="C 电话", customer=small)
    activities.plan(store, {"kind": "task", "start": NINE - DAY, "subject": "A 任务", "customer": hotel})
    activities.plan(store, {"kind": "visit", "start": NINE, "subject": "A 拜访", "customer": hotel})
    call(store, NINE - 2 * DAY, subject="没有客户")
    found = alarms.missed(store, NINE, since=dt.date(2026, 3, 17))
    assert [one.name for one in found] == ["A 拜访", "Birthday", "A 任务", "C 电话", "没有客户"]
    assert (found[1].person, found[1].firm, found[1].grade) == ("沈嘉言", "云杉谷酒店", "A")


def test_a_yearly_date_is_told_once_on_its_day_or_afterwards(store: Store, shanghai: None) -> None:
    with store.step("New") as step:
        step.insert("contact", {"name": "Today", "birthday": "1980-03-19"})
        step.insert("contact", {"name": "Two days on", "birthday": "1980-03-21"})
        step.insert("contact", {"name": "Last year's", "birthday": "1980-03-18"})
        step.insert("contact", {"name": "By the moon", "birthday": "lunar 1975-02-05"})  # 23 March 2026
    with time_machine.travel(NINE, tick=False):
        (one,) = alarms.missed(store, NINE)  # what was before the first start nobody waits for
        assert one.person == "Today"
        assert alarms.missed(store, NINE) == [one]
        alarms.seen(store, [one])
        assert alarms.missed(store, NINE) == []
    with time_machine.travel(NINE + 4 * DAY, tick=False):  # the computer was off meanwhile
        found = alarms.missed(store, NINE + 4 * DAY)
        assert [one.person for one in found] == ["Two days on", "By the moon"]
        alarms.later(store, found[:1], NINE + 5 * DAY)
        assert [one.person for one in alarms.missed(store, NINE + 4 * DAY)] == ["By the moon"]
        alarms.seen(store, found[1:])
    with time_machine.travel(NINE + 5 * DAY, tick=False):
        (one,) = alarms.missed(store, NINE + 5 * DAY)
        assert one.person == "Two days on"
        alarms.seen(store, [one])
        assert alarms.missed(store, NINE + 5 * DAY) == []


def test_a_yearly_date_is_told_to_the_owner(store: Store, shanghai: None) -> None:
    with store.step("New") as step:
        chen, lin = (step.insert("user", {"name": name}) for name in ("陈思远", "林晓棠"))
        firm = step.insert("customer", {"name": "F", "owner_user": chen})
        step.insert("contact", {"name": "C", "birthday": "1980-03-19", "jobs": [{"customer": firm}]})
        step.insert("contact", {"name": "Free", "birthday": "1980-03-19"})
    with time_machine.travel(NINE, tick=False):
        assert [one.person for one in alarms.missed(store, NINE, chen)] == ["C", "Free"]
        assert [one.person for one in alarms.missed(store, NINE, lin)] == ["Free"]
        store.user = lin
        alarms.seen(store, alarms.missed(store, NINE, lin))
        assert alarms.missed(store, NINE, lin) == []
        assert len(alarms.missed(store, NINE, chen)) == 2


# ---- whatever happens


class World:
    """A file, somebody who acknowledges all that rings, and a record of what should have rung."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, NINE
        self.starts: dict[bytes, dt.datetime] = {}
        self.befores: dict[bytes, int] = {}
        self.told: list[tuple[bytes, dt.datetime]] = []
        self.stages: dict[bytes, list[dt.datetime]] = {}  # each beginning that it was given, in order

    def plan(self, ahead: int, before: int) -> None:
        start = self.now + ahead * MINUTE
        id = call(self.store, start, reminders=[{"before": before}])
        self.starts[id], self.befores[id] = start, before
        self.stages[id] = [start]

    def move(self, which: int, ahead: int) -> None:
        id = self._one(which)
        if id is not None:
            start = self.now + ahead * MINUTE
            if start != self.starts[id]:
                change(self.store, id, start=start, end=start + HOUR)
                self.starts[id] = start
                self.stages[id].append(start)

    def end(self, which: int, how: str) -> None:
        id = self._one(which)
        if id is not None:
            if how == "delete":
                with self.store.step("Deleted") as step:
                    step.delete("activity", id)
            else:
                (activities.finish if how == "finish" else activities.drop)(self.store, id)
            del self.starts[id]

    def _one(self, which: int) -> bytes | None:
        ids = list(self.starts)
        return ids[which % len(ids)] if ids else None

    def look(self) -> None:
        found = alarms.due(self.store, self.now)
        alarms.seen(self.store, found)
        self.told += [(one.id, one.begins) for one in found]

    def check(self) -> None:
        """All that waits and whose time has come was told, and nothing twice without having been moved."""
        for id, start in self.starts.items():
            if start - self.befores[id] * MINUTE <= self.now:
                assert [begins for told, begins in self.told if told == id][-1:] == [start]
        for id in self.stages:
            told = [begins for one, begins in self.told if one == id]
            assert all(a != b for a, b in pairwise(told))
            assert set(told) <= set(self.stages[id])


ACTS = st.one_of(
    st.tuples(st.just("plan"), st.integers(-120, 600), st.sampled_from([0, 5, 15, 60, 1440, -30])),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(-120, 600)),
    st.tuples(st.just("wait"), st.integers(0, 400)),
    st.tuples(st.just("clock back"), st.integers(0, 300)),
    st.tuples(st.just("off"), st.integers(0, 5000)),
    st.tuples(st.just("end"), st.integers(0, 9), st.sampled_from(["finish", "drop", "delete"])),
    st.tuples(st.just("undo")),
)


@settings(max_examples=25)
@given(acts=st.lists(ACTS, max_size=14))
def test_shown_once_for_each_time_and_never_lost(
    tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[Any, ...]]
) -> None:
    store = open_in(Path(tmp_path_factory.mktemp("alarms")))
    world = World(store)
    try:
        with time_machine.travel(NINE, tick=False) as clock:
            for act, *given_ in acts:
                if act == "plan":
                    world.plan(*given_)
                elif act == "move":
                    world.move(*given_)
                elif act == "end":
                    world.end(*given_)
                elif act in ("wait", "off"):
                    world.now += given_[0] * MINUTE
                elif act == "clock back":
                    world.now -= given_[0] * MINUTE
                elif act == "undo" and history.next_undo(store) is not None:
                    undo.undo(store)
                    held = raw(store, "SELECT id, start FROM activity WHERE state = 'planned'")
                    world.starts = {id: _moment(start) for id, start in held}
                    for id, start in world.starts.items():
                        world.stages[id].append(start)
                clock.move_to(world.now)
                if act != "off":
                    world.look()
                    world.check()
            assert_well(store)
    finally:
        store.close()


@settings(max_examples=25)
@given(
    rule=st.sampled_from(
        [
            "FREQ=DAILY",
            "FREQ=WEEKLY;BYDAY=MO,TH",
            "FREQ=HOURLY;INTERVAL=7",
            "FREQ=DAILY;COUNT=3",
            "FREQ=MONTHLY",
        ]
    ),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Nowhere"]),
    begin=st.datetimes(NINE.replace(tzinfo=None), (NINE + 300 * DAY).replace(tzinfo=None)),
    before=st.sampled_from([0, 10, 90, 1440]),
    steps=st.lists(st.integers(1, 4000), max_size=25),
)
def test_every_time_of_a_repeating_one_is_shown_or_told_with_a_later_one(
    rule: str, zone: str, begin: dt.datetime, before: int, steps: list[int]
) -> None:
    from freecrm.core import repeats

    start = round(begin.replace(tzinfo=dt.UTC, microsecond=0).timestamp() * 1000)
    row: list[Any] = [start, start, zone, rule, None, 0]
    now, seen, told = start - 2 * agenda.DAY, None, 0
    for step in steps:
        now += step * agenda.MINUTE
        found = agenda.rung(now, before, seen, None, *row)
        upcoming = agenda.alarm_at(before, seen, None, *row)
        assert (found is not None) == (upcoming is not None and upcoming <= now)
        if found is not None:
            assert found[0] > (seen or 0)
            seen, told = found[0], told + found[1]
    should = []
    for begins in repeats.times(start, zone, rule):
        if begins - before * agenda.MINUTE > now:
            break
        should.append(begins)
    assert told == len(should)
    assert seen == (should[-1] if should else None)


def _moment(ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(ms / 1000, dt.UTC)


def test_one_without_a_subject_rings_by_its_kind(store: Store) -> None:
    with store.step("New") as step:
        step.insert("activity", {"kind": "visit", "start": NINE, "reminders": [{"before": 10}]})
    (alarm,) = alarms.due(store, NINE)
    assert alarm.name == "Visit"
