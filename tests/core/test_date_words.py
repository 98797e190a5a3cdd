"""Dates as people type them into a form."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core import date_words, dates, day_words, words

TODAY = dt.date(2026, 3, 19)  # a Thursday


def day(text: str) -> str:
    found, _why = date_words.read(text, TODAY)
    return found.isoformat()[2:] if found else ""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("今天", "26-03-19"),
        ("明天", "26-03-20"),
        ("后天", "26-03-21"),
        ("大后天", "26-03-22"),
        ("昨天", "26-03-18"),
        ("周五", "26-03-20"),
        ("周四", "26-03-19"),
        ("周三", "26-03-25"),
        ("本周五", "26-03-20"),
        ("本周一", "26-03-16"),
        ("下周三", "26-03-25"),
        ("下下周一", "26-03-30"),
        ("上周五", "26-03-13"),
        ("星期日", "26-03-22"),
        ("3天后", "26-03-22"),
        ("３天后", "26-03-22"),
        ("三天之后", "26-03-22"),
        ("两周后", "26-04-02"),
        ("半个月后", "26-04-03"),
        ("一个半月后", "26-05-04"),
        ("两个月后", "26-05-19"),
        ("二十一天后", "26-04-09"),
        ("半年后", "26-09-19"),
        ("月底", "26-03-31"),
        ("下月底", "26-04-30"),
        ("下月1号", "26-04-01"),
        ("下个月 3 号", "26-04-03"),
        ("25号", "26-03-25"),
        ("18号", "26-04-18"),
        ("31号", "26-03-31"),
        ("3/25", "26-03-25"),
        ("12/30", "25-12-30"),
        ("3月25日", "26-03-25"),
        ("三月二十五日", "26-03-25"),
        ("四月一号", "26-04-01"),
        ("明年十二月三十一日", "27-12-31"),
        ("2026-03-25", "26-03-25"),
        ("2026年3月25日", "26-03-25"),
        ("0325", "26-03-25"),
        ("明年3月5日", "27-03-05"),
        ("today", "26-03-19"),
        ("Tomorrow", "26-03-20"),
        ("day after tomorrow", "26-03-21"),
        ("next Wed", "26-03-25"),
        ("fri", "26-03-20"),
        ("Wednesday", "26-03-25"),
        ("last friday", "26-03-13"),
        ("in 3 days", "26-03-22"),
        ("in a week", "26-03-26"),
        ("2 weeks ago", "26-03-05"),
        ("end of month", "26-03-31"),
        ("end of next month", "26-04-30"),
        ("Mar 25", "26-03-25"),
        ("25th of March 2026", "26-03-25"),
        ("每周一", "26-03-23"),
        ("每月25号", "26-03-25"),
        ("每年5月20日", "26-05-20"),
        ("every Monday", "26-03-23"),
        ("农历正月初一", "27-02-06"),
        ("农历八月十五", "26-09-25"),
        ("腊月廿三", "27-01-30"),
        ("下周", "26-03-23"),
        ("周末", "26-03-21"),
        ("下周末", "26-03-28"),
        ("next week", "26-03-23"),
        ("下个月", "26-04-01"),
        ("tmrw", "26-03-20"),
        ("中秋", "26-09-25"),
        ("端午节", "26-06-19"),
        ("元宵", "27-02-20"),
        ("重阳节", "26-10-18"),
        ("春节", "27-02-06"),
        ("国庆节", "26-10-01"),
        ("元旦", "27-01-01"),
        ("五一", "26-05-01"),
        ("劳动节", "26-05-01"),
        ("Christmas", "26-12-25"),
        ("25/3", "26-03-25"),
        ("31/2", ""),
        ("2/30", ""),
        ("下月31号", ""),
        ("next time", ""),
        ("8000年后", ""),
    ],
)
def test_words_mean_days(text: str, meant: str) -> None:
    assert day(text) == meant


def test_nothing_typed_is_no_date_and_no_problem() -> None:
    assert date_words.read("  ", TODAY) == (None, None)


def test_what_is_no_date_is_told() -> None:
    found, why = date_words.read("soon", TODAY)
    assert found is None
    assert "soon" in str(why)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("2月31日", "February has no day 31", "2 月没有 31 日"),
        ("Feb 31", "February has no day 31", "2 月没有 31 日"),
        ("31/2", "February has no day 31", "2 月没有 31 日"),
        ("9999-12-31", "outside the years 1900 to 2199", "1900"),
        ("明天 25:00", "isn't a time of day", "没有「25:00」这个时刻"),
    ],
)
def test_a_day_that_is_none_has_its_reason(text: str, english: str, chinese: str) -> None:
    found, why = date_words.read_moment(text, dt.datetime(2026, 3, 19, 10).astimezone())
    assert found is None
    words.use("en")
    assert english in str(why)
    words.use("zh_CN")
    assert chinese in str(why)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("明天 14:30", (20, 14, 30)),
        ("下周三10点", (25, 10, 0)),
        ("下周三下午3点半", (25, 15, 30)),
        ("Fri 3pm", (20, 15, 0)),
        ("15:30", (19, 15, 30)),
        ("2026-03-25 08:05", (25, 8, 5)),
        ("明天", (20, 0, 0)),
        ("上午9点", (19, 9, 0)),
        ("明早9点", (20, 9, 0)),
        ("下午3点半", (19, 15, 30)),
        ("晚上8点", (19, 20, 0)),
        ("下周三 10点", (25, 10, 0)),
        ("今晚8点", (19, 20, 0)),
        ("明天早上8点", (20, 8, 0)),
        ("明晚七点半", (20, 19, 30)),
        ("今晚12点", (20, 0, 0)),
        ("周四9点", (26, 9, 0)),
        ("周四10点", (26, 10, 0)),
        ("周四11点", (19, 11, 0)),
        ("本周四9点", (19, 9, 0)),
        ("Thu 9am", (26, 9, 0)),
        ("tomorrow noon", (20, 12, 0)),
        ("明天中午", (20, 12, 0)),
        ("tomorrow at 10am", (20, 10, 0)),
        ("9点 周五", (20, 9, 0)),
        ("后天下午三点一刻", (21, 15, 15)),
        ("0325 9:05", (25, 9, 5)),
        ("25号 14:30", (25, 14, 30)),
        ("3天后上午10点", (22, 10, 0)),
        ("月底 17:00", (31, 17, 0)),
        ("每周一9点", (23, 9, 0)),
        ("in 3 days", (22, 0, 0)),
        ("end of month 5pm", (31, 17, 0)),
    ],
)
def test_words_mean_moments(text: str, meant: tuple[int, int, int]) -> None:
    now = dt.datetime(2026, 3, 19, 10).astimezone()
    found, why = date_words.read_moment(text, now)
    assert why is None
    assert found is not None
    local = found.astimezone()
    assert (local.day, local.hour, local.minute) == meant


@given(st.text(max_size=80), st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_any_text_is_a_day_or_told(text: str, today: dt.date) -> None:
    found, why = date_words.read(text, today)
    assert found is None or dates.FIRST_YEAR <= found.year <= dates.LAST_YEAR
    assert found is None or why is None
    date_words.read_moment(text)


_PIECES = st.sampled_from(
    "今 明 后 天 大 下 上 本 周 一 二 三 日 个 月 年 半 底 号 前 之 3 25 99 0 / - : next last in ago day week month fri 农历 正 闰 初 廿 腊 中秋 五一 末 年".split()
)


@given(st.lists(_PIECES, max_size=7), st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_any_words_are_a_day_or_told(pieces: list[str], today: dt.date) -> None:
    for gap in ("", " "):
        found, why = date_words.read(gap.join(pieces), today)
        assert (found is None) or (why is None and dates.FIRST_YEAR <= found.year <= dates.LAST_YEAR)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)), st.integers(-5000, 5000))
def test_months_are_added_within_the_years_that_are_kept(today: dt.date, months: int) -> None:
    moved = dates.add_months(today, months)
    assert dates.FIRST_YEAR <= moved.year <= dates.LAST_YEAR
    assert moved.day <= today.day


def test_a_day_is_shown_with_its_weekday() -> None:
    assert day_words.show(TODAY) == "2026-03-19 Thu"
    words.use("zh_CN")
    assert day_words.show(TODAY) == "2026-03-19 周四"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3/5", "2026-03-05"),
        ("12/20", "2025-12-20"),
        ("5 Mar", "2026-03-05"),
        ("0305", "2026-03-05"),
        ("周五", "2026-11-27"),
        ("Sat", "2026-11-28"),
        ("30号", "2026-10-30"),
        ("31号", "2026-10-31"),
        ("明年3月5日", "2027-03-05"),
        ("下周三", "2026-12-02"),
        ("明天", "2026-11-29"),
        ("2027-03-05", "2027-03-05"),
        ("去年3月5日", "2025-03-05"),
    ],
)
def test_of_what_was_the_latest_day_is_meant(text: str, day: str) -> None:
    today = dt.date(2026, 11, 28)  # a Saturday
    assert date_words.read(text, today, past=True) == (dt.date.fromisoformat(day), None)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_next_wednesday_at_ten(zone: str) -> None:
    now = dt.datetime(2026, 3, 19, 10, tzinfo=ZoneInfo(zone))
    found, why = date_words.read_moment("下周三 10点", now)
    assert why is None
    assert found == dt.datetime(2026, 3, 25, 10, tzinfo=ZoneInfo(zone))
    assert found is not None
    local = found.astimezone(now.tzinfo)
    words.use("zh_CN")
    assert f"{day_words.in_words(local.date())} {local:%H:%M}" == "3月25日 周三 10:00"
    words.use("en")
    assert f"{day_words.in_words(local.date())} {local:%H:%M}" == "Wed 25 March 10:00"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("拜访拓岩 下周三", "26-03-25"),
        ("25号楼验收", ""),
        ("call Acme next Wed", "26-03-25"),
        ("3个月", ""),
        ("a 3/25 fair", "26-03-25"),
        ("写周日报告", ""),
        ("写下周报告", ""),
        ("农历正月初一 拜年", "27-02-06"),
        ("准备中秋方案 明天", "26-03-20"),
        ("周五一起吃饭", "26-03-20"),
        ("两周后回访", "26-04-02"),
    ],
)
def test_days_are_found_within_a_text(text: str, meant: str) -> None:
    found = date_words.find(text, dt.datetime(2026, 3, 19, 10).astimezone())
    assert (found.day.isoformat()[2:] if found else "") == meant
