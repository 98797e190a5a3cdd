"""Every example of a rule in RFC 5545, section 3.8.5.3, with the times that the standard lists for it.

All begin at nine in New York. What the standard shows as going on is compared as far as it is listed.
"""

from __future__ import annotations

import datetime as dt
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from freecrm.core import repeats

ZONE = "America/New_York"
NEW_YORK = ZoneInfo(ZONE)
FIRST = "1997-09-02"


def days(text: str) -> list[str]:
    """ "1997 9: 2 3, 10: 1-4; 1998 1: 5" as ISO days."""
    found: list[str] = []
    for of_year in text.split(";"):
        year, _space, months = of_year.strip().partition(" ")
        for of_month in months.split(","):
            month, _colon, listed = of_month.partition(":")
            for one in listed.split():
                first, _dash, last = one.partition("-")
                for day in range(int(first), int(last or first) + 1):
                    found.append(dt.date(int(year), int(month), day).isoformat())
    return found


# (rule, what the standard lists, whether it goes on, the beginning)
EXAMPLES = [
    ("FREQ=DAILY;COUNT=10", "1997 9: 2-11", False, FIRST),
    ("FREQ=DAILY;UNTIL=19971224T000000Z", "1997 9: 2-30, 10: 1-31, 11: 1-30, 12: 1-23", False, FIRST),
    ("FREQ=DAILY;INTERVAL=2", "1997 9: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30, 10: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30, 11: 1 3 5", True, FIRST),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 9: 2 12 22, 10: 2 12", False, FIRST),
    ("FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998 1: 1-31; 1999 1: 1-31; 2000 1: 1-31", False, "1998-01-01"),
    ("FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998 1: 1-31; 1999 1: 1-31; 2000 1: 1-31", False, "1998-01-01"),
    ("FREQ=WEEKLY;COUNT=10", "1997 9: 2 9 16 23 30, 10: 7 14 21 28, 11: 4", False, FIRST),
    ("FREQ=WEEKLY;UNTIL=19971224T000000Z", "1997 9: 2 9 16 23 30, 10: 7 14 21 28, 11: 4 11 18 25, 12: 2 9 16 23", False, FIRST),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997 9: 2 16 30, 10: 14 28, 11: 11 25, 12: 9 23; 1998 1: 6 20, 2: 3 17", True, FIRST),
    ("FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "1997 9: 2 4 9 11 16 18 23 25 30, 10: 2", False, FIRST),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997 9: 2 4 9 11 16 18 23 25 30, 10: 2", False, FIRST),
    ("FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "1997 9: 1 3 5 15 17 19 29, 10: 1 3 13 15 17 27 29 31, 11: 10 12 14 24 26 28, 12: 8 10 12 22", False, "1997-09-01"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997 9: 2 4 16 18 30, 10: 2 14 16", False, FIRST),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997 9: 5, 10: 3, 11: 7, 12: 5; 1998 1: 2, 2: 6, 3: 6, 4: 3, 5: 1, 6: 5", False, "1997-09-05"),
    ("FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997 9: 5, 10: 3, 11: 7, 12: 5", False, "1997-09-05"),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997 9: 7 28, 11: 2 30; 1998 1: 4 25, 3: 1 29, 5: 3 31", False, "1997-09-07"),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997 9: 22, 10: 20, 11: 17, 12: 22; 1998 1: 19, 2: 16", False, "1997-09-22"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997 9: 28, 10: 29, 11: 28, 12: 29; 1998 1: 29, 2: 26", True, "1997-09-28"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997 9: 2 15, 10: 2 15, 11: 2 15, 12: 2 15; 1998 1: 2 15", False, FIRST),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997 9: 30, 10: 1 31, 11: 1 30, 12: 1 31; 1998 1: 1 31, 2: 1", False, "1997-09-30"),
    ("FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997 9: 10-15; 1999 3: 10-13", False, "1997-09-10"),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997 9: 2 9 16 23 30, 11: 4 11 18 25; 1998 1: 6 13 20 27, 3: 3 10 17 24 31", True, FIRST),
    ("FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997 6: 10, 7: 10; 1998 6: 10, 7: 10; 1999 6: 10, 7: 10; 2000 6: 10, 7: 10; 2001 6: 10, 7: 10", False, "1997-06-10"),
    ("FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997 3: 10; 1999 1: 10, 2: 10, 3: 10; 2001 1: 10, 2: 10, 3: 10; 2003 1: 10, 2: 10, 3: 10", False, "1997-03-10"),
    ("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997 1: 1, 4: 10, 7: 19; 2000 1: 1, 4: 9, 7: 18; 2003 1: 1, 4: 10, 7: 19; 2006 1: 1", False, "1997-01-01"),
    ("FREQ=YEARLY;BYDAY=20MO", "1997 5: 19; 1998 5: 18; 1999 5: 17", True, "1997-05-19"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997 5: 12; 1998 5: 11; 1999 5: 17", True, "1997-05-12"),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997 3: 13 20 27; 1998 3: 5 12 19 26; 1999 3: 4 11 18 25", True, "1997-03-13"),
    ("FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "1997 6: 5 12 19 26, 7: 3 10 17 24 31, 8: 7 14 21 28; 1998 6: 4 11 18 25, 7: 2 9 16 23 30, 8: 6 13 20 27; 1999 6: 3 10 17 24, 7: 1 8 15 22 29, 8: 5 12 19 26", True, "1997-06-05"),
    ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997 9: 13, 10: 11, 11: 8, 12: 13; 1998 1: 10, 2: 7, 3: 7, 4: 11, 5: 9, 6: 13", True, "1997-09-13"),
    ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996 11: 5; 2000 11: 7; 2004 11: 2", True, "1996-11-05"),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 9: 4, 10: 7, 11: 6", False, "1997-09-04"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997 9: 29, 10: 30, 11: 27, 12: 30; 1998 1: 29, 2: 26, 3: 30", True, "1997-09-29"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 8: 5 10 19 24", False, "1997-08-05"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 8: 5 17 19 31", False, "1997-08-05"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007 1: 15 30, 2: 15, 3: 15 30", False, "2007-01-15"),
]  # fmt: skip

OFTENER = [
    "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z",
    "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
    "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
    "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
]
"""The examples that repeat within the day: FreeCRM repeats by the day, and says so."""


def start_of(day: str) -> int:
    at = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(9), tzinfo=NEW_YORK)
    return round(at.timestamp() * 1000)


@pytest.mark.parametrize(("rule", "listed", "goes_on", "first"), EXAMPLES, ids=[one[0] for one in EXAMPLES])
def test_the_times_that_the_standard_lists(rule: str, listed: str, goes_on: bool, first: str) -> None:
    wanted = days(listed)
    given = repeats.times(start_of(first), ZONE, rule)
    found = [dt.datetime.fromtimestamp(ms / 1000, NEW_YORK) for ms in islice(given, len(wanted) + 1)]
    assert [f"{moment:%Y-%m-%d}" for moment in found[: len(wanted)]] == wanted
    assert {f"{moment:%H:%M}" for moment in found} == {"09:00"}
    assert (len(found) > len(wanted)) == goes_on


def test_new_years_day_for_thirty_years_told_in_two_ways() -> None:
    one = repeats.times(start_of("1998-01-01"), ZONE, EXAMPLES[4][0])
    other = repeats.times(start_of("1998-01-01"), ZONE, EXAMPLES[5][0])
    assert list(one) == list(other)


def test_a_friday_the_13th_leaves_its_beginning_out() -> None:
    """«Every Friday the 13th, forever»: the beginning, a Tuesday, is left out by EXDATE as in the standard."""
    start = start_of(FIRST)
    given = (ms for ms in repeats.times(start, ZONE, "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13") if ms != start)
    found = [f"{dt.datetime.fromtimestamp(ms / 1000, NEW_YORK):%Y-%m-%d}" for ms in islice(given, 5)]
    assert found == ["1998-02-13", "1998-03-13", "1998-11-13", "1999-08-13", "2000-10-13"]


@pytest.mark.parametrize("rule", OFTENER)
def test_what_repeats_within_the_day_is_refused_in_words(rule: str) -> None:
    assert repeats.check(rule) is not None
