"""Spans over days, the last day of a repeat, and Chinese numerals for months and days."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from freecrm.core import date_words, day_spans, quick_line, words
from freecrm.modules.activities import KINDS

NOW = dt.datetime(2026, 3, 19, 10, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Thursday


@pytest.fixture(autouse=True)
def chinese() -> None:
    words.use("zh_CN")


@pytest.mark.parametrize(
    ("line", "when", "subject"),
    [
        ("3/25 15:00-3/26 10:00 出差", "3月25日 周三 15:00 – 3月26日 周四 10:00", "出差"),
        ("周五下午3点到周六上午10点 培训", "3月20日 周五 15:00 – 3月21日 周六 10:00", "培训"),
        ("培训 周六9点-周一17点", "3月21日 周六 09:00 – 3月23日 周一 17:00", "培训"),
        ("Fri 3pm - Sat 10am fair", "3月20日 周五 15:00 – 3月21日 周六 10:00", "fair"),
        ("明天 22:00 到 后天 2:00 割接", "3月20日 周五 22:00 – 3月21日 周六 14:00", "割接"),
        ("十月一日 国庆值班", "10月1日 周四 全天", "国庆值班"),
        ("十二月二十五号下午3点 送货", "12月25日 周五 15:00", "送货"),
        ("三月二十五日-三月二十七日 展会", "3月25日 周三 – 3月27日 周五 全天", "展会"),
        ("每周一 9点 例会 到年底", "每周一，到 2026-12-31，首次 3月23日 周一 09:00", "例会"),
        ("每天9点 晨会 到12月31日为止", "每天，到 2026-12-31，首次 3月20日 周五 09:00", "晨会"),
        ("每周一9点到11点 例会", "每周一，首次 3月23日 周一 09:00–11:00", "例会"),
    ],
)
def test_a_line(line: str, when: str, subject: str) -> None:
    draft = quick_line.read(line, NOW, KINDS)
    assert draft.why is None
    assert quick_line.when_shown(draft, NOW.date()) == when
    assert draft.subject == subject


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("10月1日 值班", dt.date(2026, 10, 1)),
        ("12/25 送礼", dt.date(2026, 12, 25)),
        ("1001 值班", dt.date(2026, 10, 1)),
        ("Oct 1 duty", dt.date(2026, 10, 1)),
        ("3月10日 拜访", dt.date(2026, 3, 10)),  # lately: somebody writes down what was
        ("2025-10-01 值班", dt.date(2025, 10, 1)),
        ("去年10月1日 值班", dt.date(2025, 10, 1)),
    ],
)
def test_a_day_without_a_year_lies_ahead_in_a_line_that_plans(line: str, day: dt.date) -> None:
    start = quick_line.read(line, NOW, KINDS).start
    assert start is not None
    assert start.astimezone(NOW.tzinfo).date() == day


def test_a_span_that_ends_before_it_begins_is_not_planned() -> None:
    draft = quick_line.read("3/26 15:00-3/25 10:00 出差", NOW, KINDS)
    assert draft.start is None
    assert "2026-03-25 周三 10:00" in str(draft.why)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("四月一日", dt.date(2026, 4, 1)),
        ("七月三十一号", dt.date(2026, 7, 31)),
        ("三月二十五日", dt.date(2026, 3, 25)),
    ],
)
def test_a_day_in_chinese_numerals(text: str, day: dt.date) -> None:
    assert date_words.read(text, NOW.date()) == (day, None)


@pytest.mark.parametrize("text", ["农历八月十五日", "正月十五", "闰四月一日", "二十月一日", "十月一"])
def test_days_of_the_moon_and_what_is_no_day_stay_as_they_are(text: str) -> None:
    assert day_spans.digits(text) == text
