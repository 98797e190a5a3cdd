"""Clashes: whoever would have to be in two places is told of before saving; free time is truly free."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freecrm.store import activities, clashes, undo
from freecrm.store.clashes import Draft
from freecrm.store.database import Store
from tests.store.samples import assert_well, open_in, raw

NINE = dt.datetime(2027, 3, 18, 1, tzinfo=dt.UTC)  # a Thursday
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
ZONE = "Asia/Shanghai"


def at(hour: float) -> dt.datetime:
    """That hour of a Thursday on this computer's clock."""
    return activities.midnight(dt.date(2027, 3, 18)) + hour * HOUR


@pytest.fixture
def team(store: Store) -> tuple[bytes, bytes]:
    with store.step("New") as step:
        return step.insert("user", {"name": "陈思远"}), step.insert("user", {"name": "何嘉木"})


def planned(store: Store, begin: dt.datetime, end: dt.datetime, owner: bytes | None, **more: object) -> bytes:
    values = {"kind": "visit", "start": begin, "end": end, "owner_user": owner, "reminders": [], **more}
    return activities.plan(store, {"subject": "知行培训学校 维修", **values})


def test_the_clash_is_told_before_saving(store: Store, team: tuple[bytes, bytes]) -> None:
    me, he = team
    repair = planned(store, at(14.5), at(16.5), he)
    draft = Draft(at(14), at(16), me, (he,))
    (clash,) = clashes.find(store, draft)
    assert (clash.id, clash.subject, clash.people, clash.minutes) == (repair, "知行培训学校 维修", (he,), 90)
    assert (clash.start, clash.end, clash.at) == (at(14.5), at(16.5), at(14))
    assert clashes.find(store, Draft(at(14), at(16), me)) == []
    assert clashes.find(store, Draft(at(16.5), at(18.5), me, (he,))) == []


def test_what_only_touches_does_not_clash(store: Store, team: tuple[bytes, bytes]) -> None:
    me, _he = team
    planned(store, at(15), at(16), me)
    assert clashes.find(store, Draft(at(14), at(15), me)) == []
    assert clashes.find(store, Draft(at(16), at(17), me)) == []
    assert [one.minutes for one in clashes.find(store, Draft(at(14), at(15) + MINUTE, me))] == [1]


def test_what_does_not_count(store: Store, team: tuple[bytes, bytes]) -> None:
    me, he = team
    day = activities.midnight(dt.date(2027, 3, 18))
    planned(store, at(10), at(12), me, free=True)
    planned(store, day, day + 24 * HOUR, me, all_day=True)
    activities.finish(store, planned(store, at(10), at(12), me))
    activities.drop(store, planned(store, at(10), at(12), me))
    planned(store, at(10), at(12), he)
    own = planned(store, at(10), at(12), me)
    assert clashes.find(store, Draft(at(10), at(12), me, id=own)) == []
    assert clashes.find(store, Draft(at(10), at(12), me))[0].id == own


def test_one_who_only_takes_part_is_busy_too(store: Store, team: tuple[bytes, bytes]) -> None:
    me, he = team
    both = planned(store, at(10), at(11), me, people=[{"user": he}])
    assert [one.id for one in clashes.find(store, Draft(at(10), at(11), he))] == [both]
    assert clashes.find(store, Draft(at(10), at(11), me, (he,)))[0].people == (me, he)


def test_a_room_for_one_at_a_time(store: Store, team: tuple[bytes, bytes]) -> None:
    me, he = team
    with store.step("Rooms") as step:
        car, hall = (
            step.insert("resource", {"name": "沪A"}),
            step.insert("resource", {"name": "大厅", "single": False}),
        )
    taken = planned(store, at(10), at(11), he, room=car)
    planned(store, at(10), at(11), he, room=hall)
    assert clashes.find(store, Draft(at(10), at(11), me, room=hall)) == []
    (clash,) = clashes.find(store, Draft(at(10), at(11), me, room=car))
    assert (clash.id, clash.people, clash.room) == (taken, (), car)


def test_who_works_alone_and_named_nobody_is_warned_too(store: Store) -> None:
    first = planned(store, at(10), at(11), None)
    assert [one.id for one in clashes.find(store, Draft(at(10.5), at(12)))] == [first]


def test_what_lasts_over_days_is_in_the_way(store: Store, team: tuple[bytes, bytes]) -> None:
    me, _he = team
    fair = planned(store, at(8) - 72 * HOUR, at(18) + 48 * HOUR, me)
    assert [one.id for one in clashes.find(store, Draft(at(10), at(11), me))] == [fair]
    assert [one.minutes for one in clashes.find(store, Draft(at(10), at(11), me))] == [60]


def test_a_repeating_one_is_in_the_way_at_each_of_its_times(store: Store, team: tuple[bytes, bytes]) -> None:
    me, _he = team
    weekly = planned(store, at(10), at(11), me, repeats="FREQ=WEEKLY", start_zone=ZONE)
    week = 7 * 24 * HOUR
    (clash,) = clashes.find(store, Draft(at(10.5) + 3 * week, at(12) + 3 * week, me))
    assert (clash.id, clash.start) == (weekly, at(10) + 3 * week)
    with store.step("Left out") as step:
        step.update("activity", weekly, {"skipped": str(round((at(10) + 3 * week).timestamp() * 1000))})
    assert clashes.find(store, Draft(at(10.5) + 3 * week, at(12) + 3 * week, me)) == []


@time_machine.travel(dt.datetime(2027, 3, 1, tzinfo=dt.UTC), tick=False)
def test_a_repeating_draft_is_looked_at_for_half_a_year(store: Store, team: tuple[bytes, bytes]) -> None:
    me, _he = team
    week = 7 * 24 * HOUR
    later = planned(store, at(10) + 20 * week, at(11) + 20 * week, me)
    planned(store, at(10) + 30 * week, at(11) + 30 * week, me)
    found = clashes.find(store, Draft(at(10), at(11), me, repeats="FREQ=WEEKLY", zone=ZONE))
    assert [(one.id, one.at) for one in found] == [(later, at(10) + 20 * week)]


def test_an_accepted_clash_is_told_no_more_until_one_of_them_is_moved(
    store: Store, team: tuple[bytes, bytes]
) -> None:
    me, _he = team
    first = planned(store, at(10), at(11), me)
    values = {"kind": "call", "start": at(10), "end": at(10.5), "owner_user": me, "subject": "回访"}
    second = activities.save(store, None, values, accepted=[first])

    def left(id: bytes) -> list[bytes]:
        record = store.reader().record("activity", id)
        assert record is not None
        draft = clashes.draft_of(record.values, id)
        assert draft is not None
        return [one.id for one in clashes.find(store, draft)]

    assert (left(first), left(second)) == ([], [])
    assert clashes.between(store, at(0), at(24)) == []
    with store.step("Moved") as step:
        step.update("activity", first, {"start": at(10.25), "end": at(11.25)})
    assert (left(first), left(second)) == ([second], [first])
    (pair,) = clashes.between(store, at(0), at(24))
    assert ({pair.one, pair.other}, pair.minutes) == ({first, second}, 15)
    undo.undo(store)
    assert clashes.between(store, at(0), at(24)) == []
    undo.undo(store)
    assert raw(store, "SELECT settled FROM activity") == [(None,)]
    assert_well(store)


def test_free_slots_are_those_that_all_have(store: Store, team: tuple[bytes, bytes]) -> None:
    me, he = team
    planned(store, at(9), at(12), me)
    planned(store, at(11), at(15.1), he)
    found = clashes.free_slots(store, [me, he], None, 60, at(8), 3)
    assert [slot.start for slot in found][:1] == [at(15.25)]
    assert found[1].start == at(9) + 24 * HOUR  # Friday
    assert found[2].start == at(9) + 4 * 24 * HOUR  # the weekend is left out
    assert all(slot.end - slot.start == HOUR for slot in found)


def test_bars_show_when_each_of_them_is_busy(store: Store, team: tuple[bytes, bytes]) -> None:
    me, he = team
    own = planned(store, at(9), at(10), me)
    both = planned(store, at(11), at(12), he, people=[{"user": me}])
    found = clashes.busy(store, [me, he], dt.date(2027, 3, 18))
    assert [[span.id for span in found[who]] for who in (me, he)] == [[own, both], [both]]
    assert clashes.busy(store, [me], dt.date(2027, 3, 18), but=own)[me][0].id == both


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from("ab-")), min_size=1, max_size=9
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(SPANS, st.integers(15, 240))
def test_a_clash_is_mutual_and_a_slot_is_free(
    tmp_path_factory: pytest.TempPathFactory, spans: list[tuple[int, int, str]], minutes: int
) -> None:
    store = open_in(tmp_path_factory.mktemp("clash"))
    try:
        with store.step("New") as step:
            users = {name: step.insert("user", {"name": name}) for name in "ab"} | {"-": None}
        made = {}
        for begin, length, who in spans:
            start, end = at(8) + begin * 15 * MINUTE, at(8) + (begin + length) * 15 * MINUTE
            made[planned(store, start, end, users[who])] = Draft(start, end, users[who])
        met = {
            (one, clash.id)
            for one, draft in made.items()
            for clash in clashes.find(store, Draft(draft.start, draft.end, draft.owner, id=one))
        }
        assert {(other, one) for one, other in met} == met
        pairs = clashes.between(store, at(0), at(48))
        assert {frozenset((pair.one, pair.other)) for pair in pairs} == {frozenset(one) for one in met}
        for slot in clashes.free_slots(store, [users["a"], users["b"]], None, minutes, at(8), 3):
            assert clashes.find(store, Draft(slot.start, slot.end, users["a"], (users["b"] or b"",))) == []
            assert slot.end - slot.start == minutes * MINUTE
    finally:
        store.close()
