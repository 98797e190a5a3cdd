"""Days of the year, of both calendars: read, said, and when they come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core import lunar, words, yearly


@contextmanager
def speaking(language: str) -> Iterator[None]:
    before = words.language()
    words.use(language)
    yield
    words.use(before)


TODAY = dt.date(2026, 3, 19)
DAYS = st.dates(dt.date(1901, 1, 1), dt.date(2150, 12, 31))


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("1985-05-20", "1985-05-20"),
        ("1985年5月20日", "1985-05-20"),
        (dt.date(1985, 5, 20), "1985-05-20"),
        (31000, "1984-11-14"),
        ("5月20日", "--05-20"),
        ("0520", "--05-20"),
        ("生日：5月20日", "--05-20"),
        (5.25, "--05-25"),
        ("三月初三（农历）", "lunar --03-03"),
        ("8月15(阴历)", "lunar --08-15"),
        ("八月十五 农历", "lunar --08-15"),
        ("1985年农历八月十五", "lunar 1985-08-15"),
        ("1985 阴历 8-15", "lunar 1985-08-15"),
        ("1985年八月十五", "lunar 1985-08-15"),
        ("5 月 20 日", "--05-20"),
        ("5-20", "--05-20"),
        ("20/5", "--05-20"),
        ("--0520", "--05-20"),
        ("每年5月20日", "--05-20"),
        ("五月二十日", "--05-20"),
        ("20 May", "--05-20"),
        ("May 20th", "--05-20"),
        ("2月29日", "--02-29"),
        ("农历八月十五", "lunar --08-15"),
        ("阴历8月15", "lunar --08-15"),
        ("八月十五", "lunar --08-15"),
        ("正月初一", "lunar --01-01"),
        ("腊月廿三", "lunar --12-23"),
        ("冬月三十", "lunar --11-30"),
        ("闰四月初一", "lunar --04+-01"),
        ("农历1985年八月十五", "lunar 1985-08-15"),
        ("農曆一九八五年八月十五", "lunar 1985-08-15"),
        ("lunar 8-15", "lunar --08-15"),
        ("lunar leap 4-1", "lunar --04+-01"),
        ("lunar 1985-8-15", "lunar 1985-08-15"),
    ],
)  # fmt: skip
def test_what_people_write_is_read_and_read_again_as_it_is_said(cell: object, kept: str) -> None:
    assert yearly.read(cell) == (kept, None)
    for language in words.LANGUAGES:
        with speaking(language):
            assert yearly.read(yearly.show(kept)) == (kept, None)


@pytest.mark.parametrize("cell", ["", "  ", None, "-"])
def test_a_blank_is_none(cell: object) -> None:
    assert yearly.read(cell) == (None, None)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("spring", "isn't a day of the year"),
        ("农历", "isn't a day of the year"),
        ("二月三十日", "month 2 has no day 30"),
        ("13-32", "month 13 has no day 32"),
        ("农历八月三十一", "month 8 has no day 31"),
        ("1985", "only a year"),
        ("农历1985年闰四月初一", "the year 1985 had no leap month 4"),
        ("lunar 0985-8-15", "outside the years"),
        ("1985-02-30", "can't be"),
    ],
)
def test_what_is_no_day_of_the_year_says_why(cell: str, said: str) -> None:
    kept, why = yearly.read(cell)
    assert kept is None
    assert said in str(why)


def test_a_column_of_days_first_is_read_so() -> None:
    assert yearly.read("3/5", order="dmy") == ("--05-03", None)
    assert yearly.read("3/5/1990", order="dmy") == ("1990-05-03", None)
    assert yearly.read("3/5", order="mdy") == ("--03-05", None)


def test_it_is_said_in_both_languages() -> None:
    said = {}
    for language in words.LANGUAGES:
        with speaking(language):
            said[language] = [
                yearly.show(kept)
                for kept in ("--05-20", "lunar --08-15", "lunar --04+-01", "lunar 1985-12-23")
            ]
    assert said["en"] == ["20 May", "lunar 8-15", "lunar 4+-1", "lunar 1985-12-23"]
    assert said["zh_CN"] == ["5 月 20 日", "农历八月十五", "农历闰四月初一", "农历 1985 年腊月廿三"]


@pytest.mark.parametrize(
    ("kept", "since", "day"),
    [
        ("--03-19", TODAY, TODAY),
        ("--03-18", TODAY, dt.date(2027, 3, 18)),
        ("1988-02-29", TODAY, dt.date(2027, 2, 28)),  # 29 February is kept on the 28th
        ("1988-02-29", dt.date(2028, 1, 1), dt.date(2028, 2, 29)),
        ("lunar --01-01", TODAY, dt.date(2027, 2, 6)),  # New Year's days as published
        ("lunar --01-01", dt.date(2026, 1, 1), dt.date(2026, 2, 17)),
        ("lunar --08-15", TODAY, dt.date(2026, 9, 25)),  # Mid-Autumn 2026
        ("lunar --05-05", TODAY, dt.date(2026, 6, 19)),  # Dragon Boat 2026
        ("lunar --12-30", TODAY, dt.date(2027, 2, 5)),  # that month has 29 days: its last
        ("lunar --06+-01", dt.date(2025, 1, 1), dt.date(2025, 7, 25)),  # 2025 has a leap sixth month
        ("lunar --06-01", dt.date(2025, 1, 1), dt.date(2025, 6, 25)),
        ("lunar --06+-01", dt.date(2026, 1, 1), dt.date(2026, 7, 14)),  # 2026 has none: the plain sixth
    ],
)
def test_the_next_day_by_the_written_rules(kept: str, since: dt.date, day: dt.date) -> None:
    assert yearly.next_day(kept, since) == day
    assert next(found for found, tails in yearly.window(since, 420) if _falls(kept, tails)) == day


def _falls(kept: str, tails: list[str]) -> bool:
    what = yearly.parse(kept)
    assert what is not None
    tail = f"{'lunar ' if what.is_lunar else ''}{what.month:02d}{'+' if what.leap else ''}-{what.day:02d}"
    return tail in tails


@pytest.mark.parametrize(
    ("kept", "day", "why", "in_chinese"),
    [
        ("1988-02-29", dt.date(2027, 2, 28), "no 29 February that year", "那年没有 2 月 29 日"),
        ("1988-02-29", dt.date(2028, 2, 29), "", ""),
        ("lunar --06+-01", dt.date(2026, 7, 14), "no leap month 6 that year", "那年没有闰 6 月"),
        ("lunar --06+-01", dt.date(2025, 7, 25), "", ""),
        ("lunar --12-30", dt.date(2027, 2, 5), "that month has 29 days", "那个月只有 29 天"),
        ("lunar --08-15", dt.date(2026, 9, 25), "", ""),
        ("some day", dt.date(2026, 9, 25), "", ""),
    ],
)
def test_a_day_kept_on_another_says_why(kept: str, day: dt.date, why: str, in_chinese: str) -> None:
    assert yearly.shifted(kept, day) == why
    with speaking("zh_CN"):
        assert yearly.shifted(kept, day) == in_chinese


def test_years_are_counted_from_the_first() -> None:
    assert yearly.turns("1985-05-20", dt.date(2026, 5, 20)) == 41
    assert yearly.turns("lunar 1985-12-23", dt.date(2027, 1, 30)) == 41  # still the lunar year 2026
    assert yearly.turns("--05-20", dt.date(2026, 5, 20)) is None
    assert yearly.turns("2026-05-20", dt.date(2026, 5, 20)) is None


@given(DAYS)
def test_a_day_goes_into_the_chinese_calendar_and_back(day: dt.date) -> None:
    month, number = lunar.of(day)
    assert 1 <= number <= month.days
    assert lunar.day_of(month.year, month.number, number, leap=month.leap) == day


@given(DAYS, st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_every_lunar_day_comes_within_a_long_year(since: dt.date, month: int, day: int, leap: bool) -> None:
    kept = yearly.keep(yearly.Yearly(month, day, None, True, leap))
    coming = yearly.next_day(kept, since)
    assert coming is not None
    assert 0 <= (coming - since).days <= 385  # a lunar year with a leap month has 384 days at most
    assert _falls(kept, yearly.ends(coming))


@pytest.mark.parametrize("cell", [5.2, 12, 366, "5月", "农历十五", "不详那天"])
def test_what_may_be_several_days_is_asked_about(cell: object) -> None:
    kept, why = yearly.read(cell)
    assert kept is None
    assert "isn't a day of the year" in str(why)


def test_a_lunar_day_with_its_year_reads_well_and_is_read_again() -> None:
    with speaking("zh_CN"):
        assert yearly.show("lunar 1985-08-15") == "农历 1985 年八月十五"
    assert yearly.read("农历 1985 年八月十五") == ("lunar 1985-08-15", None)
