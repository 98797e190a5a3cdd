"""Repeats: what the standard says, what it leaves open, clocks that are put forward and back, and speed's reasons."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from freecrm.core import lunar, repeats, words
from freecrm.core.repeat_rule import parse, write

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai")
# Walls are naive.
# ruff: noqa: DTZ001


def ms(year: int, month: int, day: int, hour: int = 9, minute: int = 0, zone: str = "Asia/Shanghai") -> int:
    at = dt.datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone))
    return round(at.timestamp() * 1000)


def walls(
    rule: str, start: int, zone: str = "Asia/Shanghai", most: int = 10, since: int | None = None
) -> list[str]:
    found = []
    for moment in repeats.times(start, zone, rule, since):
        found.append(f"{dt.datetime.fromtimestamp(moment / 1000, ZoneInfo(zone)):%Y-%m-%d %H:%M}")
        if len(found) == most:
            break
    return found


NEW_YORK = ms(1997, 9, 2, zone="America/New_York")


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY;COUNT=3", "1997-09-02 1997-09-03 1997-09-04"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=3", "1997-09-02 1997-09-12 1997-09-22"),
        ("FREQ=WEEKLY;UNTIL=19970917T000000Z", "1997-09-02 1997-09-09 1997-09-16"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02 1997-09-16 1997-09-30"),
        ("FREQ=WEEKLY;COUNT=4;WKST=SU;BYDAY=TU,TH", "1997-09-02 1997-09-04 1997-09-09 1997-09-11"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1TU", "1997-09-02 1997-10-07 1997-11-04"),
        ("FREQ=MONTHLY;BYMONTHDAY=2,15", "1997-09-02 1997-09-15 1997-10-02"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", "1997-09-02 1997-09-30 1997-10-31"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997-09-02 1997-09-09 1997-09-16"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=1,2,3;COUNT=4", "1997-09-02 1999-01-02 1999-02-02 1999-03-02"),
        ("FREQ=YEARLY;BYYEARDAY=1,100,200;COUNT=3", "1997-09-02 1998-01-01 1998-04-10"),
        ("FREQ=YEARLY;BYDAY=20MO;COUNT=3", "1997-09-02 1998-05-18 1999-05-17"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3", "1997-09-02 1998-05-11 1999-05-17"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3", "1997-09-02 1998-02-13 1998-03-13"),
        ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=3", "1997-09-02 1997-09-13 1997-10-11"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1997-09-02 1997-11-04"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-02 1997-09-04 1997-10-07"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-02 1997-09-29 1997-10-30"),
    ],
)
def test_examples_of_the_standard(rule: str, days: str) -> None:
    assert repeats.check(rule) is None
    found = [one[:10] for one in walls(rule, NEW_YORK, "America/New_York", len(days.split()) + 1)]
    assert found[: len(days.split())] == days.split()
    if "COUNT" in rule or "UNTIL" in rule:
        assert len(found) == len(days.split())


def test_the_beginning_is_the_first_time_though_the_rule_misses_it() -> None:
    thursday = ms(2026, 3, 19)
    assert walls("FREQ=WEEKLY;BYDAY=MO;COUNT=3", thursday) == [
        "2026-03-19 09:00", "2026-03-23 09:00", "2026-03-30 09:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rule", ["FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"]
)
def test_29_february_is_kept_on_the_28th_in_other_years(rule: str) -> None:
    found = walls(rule, ms(2024, 2, 29), most=5)
    assert [one[:10] for one in found] == [
        "2024-02-29",
        "2025-02-28",
        "2026-02-28",
        "2027-02-28",
        "2028-02-29",
    ]


def test_the_31st_is_only_in_months_that_have_one() -> None:
    assert [one[5:10] for one in walls("FREQ=MONTHLY", ms(2026, 1, 31), most=4)] == [
        "01-31", "03-31", "05-31", "07-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "start", "days"),
    [
        ("LUNAR=08-15", (2025, 10, 6), ["2025-10-06", "2026-09-25", "2027-09-15"]),
        ("LUNAR=06+-15", (2025, 8, 8), ["2025-08-08", "2026-07-28", "2027-07-18"]),  # 2025 had a leap month 6
        ("LUNAR=12-30", (2025, 1, 28), ["2025-01-28", "2026-02-16", "2027-02-05"]),  # the new year's eve
        ("LUNAR=01-01;COUNT=2", (2026, 2, 17), ["2026-02-17", "2027-02-06"]),
        ("LUNAR=08-15;INTERVAL=2", (2025, 10, 6), ["2025-10-06", "2027-09-15"]),
        ("LUNAR=08-15;UNTIL=20261231", (2025, 10, 6), ["2025-10-06", "2026-09-25"]),
    ],
)
def test_days_of_the_chinese_year(rule: str, start: tuple[int, int, int], days: list[str]) -> None:
    found = [one[:10] for one in walls(rule, ms(*start), most=len(days) + 1)]
    assert found[: len(days)] == days
    assert len(found) == len(days) or "COUNT" not in rule


@given(st.integers(1, 12), st.integers(1, 30), st.booleans(), st.integers(1950, 2150), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_a_lunar_day_comes_once_a_lunar_year(month: int, day: int, leap: bool, year: int, later: int) -> None:
    first = lunar.day_of(year, month, day, leap=leap)
    rule = f"LUNAR={month:02d}{'+' * leap}-{day:02d}"
    since = ms(year + later, 1, 1, 0)
    found = walls(rule, ms(first.year, first.month, first.day), most=3, since=since)
    wanted = [lunar.day_of(y, month, day, leap=leap) for y in range(year, year + later + 5)]
    after = [one.isoformat() for one in wanted if one.year >= year + later]
    assert [one[:10] for one in found] == after[:3]


# ---- clocks that are put forward and back


@pytest.mark.parametrize("zone", ZONES)
@given(st.integers(0, 23 * 60 + 59), st.integers(0, 700), st.sampled_from(("DAILY", "WEEKLY", "MONTHLY")))
@settings(max_examples=60, deadline=None)
def test_the_time_on_the_wall_stays(zone: str, minute: int, day: int, freq: str) -> None:
    at = ZoneInfo(zone)
    wall = dt.datetime(2024, 1, 1) + dt.timedelta(days=day, minutes=minute)
    first = wall.replace(tzinfo=at)
    assume(first.astimezone(dt.UTC).astimezone(at).replace(tzinfo=None) == wall)  # not in a gap itself
    start = round(first.timestamp() * 1000)
    found = list(repeats.times(start, zone, f"FREQ={freq};COUNT=60"))
    assert len(found) == 60
    assert found == sorted(set(found))
    for moment in found:
        shown = dt.datetime.fromtimestamp(moment / 1000, at)
        if (shown.hour, shown.minute) != (wall.hour, wall.minute):
            # The clock skipped this time: shown as much later as it was put forward.
            before = (shown - dt.timedelta(hours=3)).utcoffset()
            after = shown.utcoffset()
            assert before is not None
            assert after is not None
            missed = shown.replace(tzinfo=None) - (after - before)
            assert (missed.hour, missed.minute) == (wall.hour, wall.minute)
        else:
            assert shown.fold == 0 or moment == start  # of two equal times the first one


def test_a_time_that_the_clock_skips_comes_later_that_day() -> None:
    found = walls("FREQ=DAILY", ms(2026, 3, 28, 2, 30, "Europe/Berlin"), "Europe/Berlin", 3)
    assert found == ["2026-03-28 02:30", "2026-03-29 03:30", "2026-03-30 02:30"]
    found = walls("FREQ=DAILY", ms(2026, 10, 3, 2, 15, "Australia/Lord_Howe"), "Australia/Lord_Howe", 3)
    assert found == ["2026-10-03 02:15", "2026-10-04 02:45", "2026-10-05 02:15"]


def test_one_that_begins_in_the_second_of_two_equal_hours_begins_there() -> None:
    second = dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
    start = round(second.timestamp() * 1000)
    found = list(repeats.times(start, "Europe/Berlin", "FREQ=DAILY;COUNT=3"))
    assert found[0] == start
    assert found[1] - found[0] == 86_400_000
    assert len(found) == 3


# ---- a window is the same as the whole, cut


_DAY = st.sampled_from(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))
_DAYS = st.lists(_DAY, min_size=1, max_size=4, unique=True).map(",".join)
_NTH = st.tuples(st.sampled_from(("1", "2", "3", "4", "5", "-1", "-2")), _DAY).map("".join)
_NUMBERS = st.lists(
    st.integers(-31, 31).filter(bool), min_size=1, max_size=3, unique=True
).map(lambda all: ",".join(map(str, all)))  # fmt: skip
_MONTHS = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True).map(
    lambda all: ",".join(map(str, all))
)


@st.composite
def rules(draw: st.DrawFn) -> str:
    freq = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={freq}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 9))}")
    if draw(st.booleans()):
        parts.append(f"BYMONTH={draw(_MONTHS)}")
    if freq != "WEEKLY" and draw(st.booleans()):
        parts.append(f"BYMONTHDAY={draw(_NUMBERS)}")
    if draw(st.booleans()):
        nth = freq in ("MONTHLY", "YEARLY") and draw(st.booleans())
        parts.append(f"BYDAY={draw(_NTH if nth else _DAYS)}")
    if freq != "DAILY" and len(parts) > 2 and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from((1, 2, -1)))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(_DAY)}")
    return ";".join(parts)


@given(rules(), st.dates(dt.date(1996, 1, 1), dt.date(2030, 1, 1)))
@settings(max_examples=300, deadline=None)
def test_the_days_are_those_of_another_program(rule: str, day: dt.date) -> None:
    assert repeats.check(rule) is None
    first = dt.datetime.combine(day, dt.time(9))
    assume((first.month, first.day) != (2, 29))
    assume("BYMONTH=2;BYMONTHDAY=29" not in rule)
    assume(
        "BYSETPOS" not in rule or "WEEKLY" not in rule
    )  # they count a first week from its beginning day only
    until = first + dt.timedelta(days=2000)
    theirs = rrulestr(rule, dtstart=first).between(first, until)
    start = round(first.replace(tzinfo=dt.UTC).timestamp() * 1000)
    end = round(until.replace(tzinfo=dt.UTC).timestamp() * 1000)
    ours = list(repeats.times(start, "UTC", rule, until=end))
    assert ours == [start, *(round(one.replace(tzinfo=dt.UTC).timestamp() * 1000) for one in theirs)]


@given(rules(), st.sampled_from(ZONES), st.integers(0, 400_000), st.integers(0, 60), st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_a_window_is_the_whole_cut(rule: str, zone: str, minutes: int, weeks: int, end: int) -> None:
    start = ms(2019, 1, 1, 0, zone=zone) + minutes * 60_000
    if end == 1:
        rule += ";COUNT=30"
    if end == 2:
        rule += ";UNTIL=20220101"
    since = start + weeks * 7 * 86_400_000
    until = since + 42 * 86_400_000
    whole = [moment for moment in repeats.times(start, zone, rule, until=until) if moment >= since]
    assert list(repeats.times(start, zone, rule, since, until)) == whole


@given(rules())
def test_a_rule_is_written_as_it_is_read(rule: str) -> None:
    made = parse(rule)[0]
    assert made is not None
    assert parse(write(made))[0] == made


# ---- bad input


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("", "is no rule"),
        ("soon", "is no rule"),
        ("FREQ=SOMETIMES", "is no rule"),
        ("FREQ=HOURLY", "more often than daily"),
        ("FREQ=MINUTELY;INTERVAL=5", "more often than daily"),
        ("FREQ=SECONDLY", "more often than daily"),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5", "60 times a day"),
        ("FREQ=DAILY;INTERVAL=0", "can't stand for INTERVAL"),
        ("FREQ=DAILY;INTERVAL=" + "9" * 400, "can't stand for INTERVAL"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260101", "not both"),
        ("FREQ=DAILY;UNTIL=20261301", "can't stand for UNTIL"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "can't stand in a rule that repeats weekly"),
        ("FREQ=WEEKLY;BYDAY=2MO", "can't stand in a rule"),
        ("FREQ=MONTHLY;BYDAY=0MO", "can't stand for BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "can't stand for BYMONTHDAY"),
        ("LUNAR=13-01", "can't stand for LUNAR"),
        ("LUNAR=08-31", "can't stand for LUNAR"),
        ("LUNAR=08-15;BYDAY=MO", "can't stand in a rule"),
        ("FREQ=DAILY;FREQ=WEEKLY", "is no rule"),
        ("FREQ=DAILY;" + "X-A=1;" * 500, "longer than"),
    ],
)
def test_what_is_no_rule_is_told_and_held_once(rule: str, sentence: str) -> None:
    assert sentence in str(repeats.check(rule))
    assert walls(rule, ms(2026, 3, 19)) == ["2026-03-19 09:00"]
    assert repeats.next_time(ms(2026, 3, 19), None, rule, None, None) == ms(2026, 3, 19)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTHDAY=31;BYMONTH=4",
        "FREQ=DAILY;INTERVAL=7;BYDAY=WE",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,31",
        "FREQ=YEARLY;INTERVAL=99999",
        "FREQ=WEEKLY;INTERVAL=99999",
        "FREQ=DAILY;INTERVAL=99999",
    ],
)
def test_an_endless_rule_without_a_hit_comes_to_its_end(rule: str) -> None:
    start = ms(2026, 3, 19)
    assert len(list(repeats.times(start, "Asia/Shanghai", rule))) == 1
    assert repeats.next_time(start, "Asia/Shanghai", rule, str(start), None) is None


def test_a_daily_one_is_over_in_2200() -> None:
    assert len(list(repeats.times(ms(2199, 12, 25), "Asia/Shanghai", "FREQ=DAILY"))) == 7


YEAR_1, YEAR_9999 = -62_135_596_800_000, 253_402_300_799_000


@pytest.mark.parametrize("start", [YEAR_1, YEAR_9999, 10**18, -(10**18)])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Nowhere/Atall", "../etc/passwd", ""])
@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=YEARLY", "LUNAR=08-15", "FREQ=WEEKLY;COUNT=5", "soon"])
def test_the_ends_of_all_calendars_raise_nothing(start: int, zone: str, rule: str) -> None:
    assert repeats.next_time(start, zone, rule, None, None) == start
    since = ms(2026, 3, 1)
    repeats.next_time(start, zone, rule, "x 5 --5 9" + "9" * 5000, since)
    list(repeats.times(start, zone, rule, since, since + 42 * 86_400_000))
    assert next(repeats.times(start, zone, rule), None) == start


@given(st.text(max_size=60), st.text(max_size=20), st.integers(), st.text(max_size=30), st.integers())
@settings(deadline=None)
def test_any_text_is_a_rule_or_told(rule: str, zone: str, start: int, skipped: str, done: int) -> None:
    words_of = repeats.shown(rule)
    assert (repeats.check(rule) is None) or words_of == rule
    repeats.next_time(start, zone, rule, skipped, done)


_PIECES = st.sampled_from(
    "FREQ=DAILY FREQ=YEARLY LUNAR=08-15 ; COUNT=3 UNTIL=20260101 UNTIL=00010101T000000Z BYDAY=MO BYDAY=-1SU "
    "BYMONTHDAY=-31 BYWEEKNO=53 BYYEARDAY=-366 INTERVAL=2 BYHOUR=3 BYSETPOS=-1 WKST=SU , =".split()
)


@given(st.lists(_PIECES, max_size=6), st.integers(YEAR_1, YEAR_9999), st.sampled_from(ZONES))
@settings(deadline=None)
def test_any_pieces_are_a_rule_or_told(pieces: list[str], start: int, zone: str) -> None:
    rule = ";".join(pieces)
    assert repeats.next_time(start, zone, rule, None, None) == start
    repeats.next_time(start, zone, rule, None, start + 40 * 86_400_000)
    for language in ("en", "zh_CN"):
        with words.speaking(language):
            assert repeats.shown(rule) or not rule


# ---- steps of a repeat


def test_what_is_left_out_and_done_is_passed_over() -> None:
    start = ms(2026, 3, 19)
    day = 86_400_000
    skipped = f"{start + day} {start + 2 * day}"
    assert repeats.next_time(start, "Asia/Shanghai", "FREQ=DAILY", skipped, None) == start
    assert repeats.next_time(start, "Asia/Shanghai", "FREQ=DAILY", skipped, start) == start + 3 * day
    assert repeats.next_time(start, "Asia/Shanghai", "FREQ=DAILY;COUNT=3", skipped, start) is None


def test_a_rule_is_ended_before_a_time() -> None:
    start = ms(2026, 3, 19)
    rule = repeats.ended("FREQ=DAILY;COUNT=30", ms(2026, 3, 22))
    assert rule == "FREQ=DAILY;UNTIL=20260322T005959Z"
    assert [one[8:10] for one in walls(rule, start)] == ["19", "20", "21"]


QUICK = st.sampled_from(
    [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,SU;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU",
        "FREQ=WEEKLY;BYDAY=TU,FR;COUNT=40",
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=11",
        "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
        "FREQ=DAILY;COUNT=90",
        "FREQ=DAILY;UNTIL=20250601",
        "FREQ=DAILY;UNTIL=20250601T013000Z",
        "FREQ=WEEKLY;UNTIL=20250601T090000",
        "FREQ=DAILY;BYHOUR=8,20",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "LUNAR=08-15",
        "no rule",
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    QUICK,
    st.sampled_from([*ZONES, "Africa/Casablanca", "Asia/Kathmandu", "No/Where", None]),
    st.integers(ms(2024, 1, 1), ms(2025, 12, 31)),
    st.integers(-40 * 24 * 60, 800 * 24 * 60),
    st.integers(0, 70 * 24 * 60),
)
def test_the_times_of_a_few_weeks_are_those_of_the_whole_rule(
    rule: str, zone: str | None, start: int, after: int, minutes: int
) -> None:
    since = start + after * 60_000
    until = since + minutes * 60_000
    assert repeats.between(start, zone, rule, since, until) == list(
        repeats.times(start, zone, rule, since, until)
    )


@pytest.mark.parametrize("zone", ZONES)
def test_the_times_around_a_change_of_the_clock_are_those_of_the_whole_rule(zone: str) -> None:
    start = ms(2025, 1, 1, 2, 30, zone)
    for day in range(400):
        since = start + day * 86_400_000
        wanted = list(repeats.times(start, zone, "FREQ=DAILY", since, since + 7 * 86_400_000))
        assert repeats.between(start, zone, "FREQ=DAILY", since, since + 7 * 86_400_000) == wanted
