"""Repeats in words: as people write them, and as they are shown."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core import repeat_words, repeats, words

TODAY = dt.date(2026, 3, 19)  # a Thursday


@pytest.mark.parametrize(
    ("text", "rule", "first", "in_chinese", "in_english"),
    [
        ("每周一", "FREQ=WEEKLY;BYDAY=MO", "03-23", "每周一", "Every week on Monday"),
        ("每周一、三、五", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "03-20", "每周一、周三、周五", "Every week on Monday, Wednesday, Friday"),
        ("每周一和周四", "FREQ=WEEKLY;BYDAY=MO,TH", "03-19", "每周一、周四", "Every week on Monday, Thursday"),
        ("每两周周三", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "", "每 2 周的周三", "Every 2 weeks on Wednesday"),
        ("隔周周二", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "", "每 2 周的周二", "Every 2 weeks on Tuesday"),
        ("每周一三五", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "03-20", "每周一、周三、周五", "Every week on Monday, Wednesday, Friday"),
        ("隔周周五", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "03-20", "每 2 周的周五", "Every 2 weeks on Friday"),
        ("隔周三", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "03-25", "每 2 周的周三", "Every 2 weeks on Wednesday"),
        ("second Friday of every month", "FREQ=MONTHLY;BYDAY=2FR", "04-10", "每月第二个周五", "Every month on the second Friday"),
        ("15th of every month", "FREQ=MONTHLY;BYMONTHDAY=15", "04-15", "每月15日", "Every month on day 15"),
        ("每月25号", "FREQ=MONTHLY;BYMONTHDAY=25", "03-25", "每月25日", "Every month on day 25"),
        ("每月第二个周五", "FREQ=MONTHLY;BYDAY=2FR", "04-10", "每月第二个周五", "Every month on the second Friday"),
        ("每月最后一个周五", "FREQ=MONTHLY;BYDAY=-1FR", "03-27", "每月最后一个周五", "Every month on the last Friday"),
        ("每月底", "FREQ=MONTHLY;BYMONTHDAY=-1", "03-31", "每月最后一天", "Every month on the last day"),
        ("每个工作日", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "03-19", "每个工作日（周一至周五）", "Every weekday (Mon–Fri)"),
        ("每年5月20日", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=20", "05-20", "每年5月20日", "Every year on 20 May"),
        ("每年2月29日", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "02-28", "每年2月最后一天", "Every year on the last day of February"),
        ("每年农历八月十五", "LUNAR=08-15", "09-25", "每年农历八月十五", "Every year on lunar 8-15"),
        ("每年闰四月十五", "LUNAR=04+-15", "05-31", "每年农历闰四月十五", "Every year on lunar 4+-15"),
        ("每天", "FREQ=DAILY", "03-19", "每天", "Every day"),
        ("每3天", "FREQ=DAILY;INTERVAL=3", "03-19", "每 3 天", "Every 3 days"),
        ("每季度", "FREQ=MONTHLY;INTERVAL=3", "03-19", "每 3 个月", "Every 3 months"),
        ("every Monday", "FREQ=WEEKLY;BYDAY=MO", "03-23", "每周一", "Every week on Monday"),
        ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2", "03-19", "每 2 周", "Every 2 weeks"),
        ("every other Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "03-20", "每 2 周的周五", "Every 2 weeks on Friday"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "03-19", "每个工作日（周一至周五）", "Every weekday (Mon–Fri)"),
        ("yearly on 20 May", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=20", "05-20", "每年5月20日", "Every year on 20 May"),
        ("monthly on the 2nd Tuesday", "FREQ=MONTHLY;BYDAY=2TU", "04-14", "每月第二个周二", "Every month on the second Tuesday"),
        ("every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "04-15", "每月15日", "Every month on day 15"),
        ("每周一 到2026-12-31", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231", "03-23", "每周一，到 2026-12-31", "Every week on Monday, until 2026-12-31"),
        ("每周一 共10次", "FREQ=WEEKLY;BYDAY=MO;COUNT=10", "03-23", "每周一，共 10 次", "Every week on Monday, 10 times"),
        ("every Monday 10 times", "FREQ=WEEKLY;BYDAY=MO;COUNT=10", "03-23", "每周一，共 10 次", "Every week on Monday, 10 times"),
    ],
)  # fmt: skip
def test_words_mean_a_rule_and_are_shown(
    text: str, rule: str, first: str, in_chinese: str, in_english: str
) -> None:
    found = repeat_words.read(text, TODAY)
    assert found is not None
    assert found[0] == rule
    assert repeats.check(rule) is None
    assert not first or found[1].isoformat()[5:] == first
    assert repeats.shown(rule) == in_english
    words.use("zh_CN")
    assert repeats.shown(rule) == in_chinese


@pytest.mark.parametrize(
    "text", ["每", "每周八", "every now and then", "每月32号", "每年2月30日", "周一", "weekday", ""]
)
def test_other_words_mean_none(text: str) -> None:
    assert repeat_words.read(text, TODAY) is None


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "Every month on the last weekday (Mon–Fri)"),
        ("FREQ=MONTHLY;BYDAY=FR;BYSETPOS=2", "Every month on the second Friday"),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", "Every year on the second Sunday of May"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "Every month on day 3 from the end"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "By the rule FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"),
        ("FREQ=DAILY;UNTIL=20261231T155959Z", "Every day, until 2026-12-31"),
        ("no rule", "no rule"),
    ],
)
def test_rules_from_elsewhere_are_shown(rule: str, shown: str) -> None:
    assert repeats.shown(rule) == shown


def test_a_rule_that_names_no_day_is_shown_with_that_of_its_beginning() -> None:
    assert repeats.shown("FREQ=WEEKLY", TODAY) == "Every week on Thursday"
    assert repeats.shown("FREQ=MONTHLY", TODAY) == "Every month on day 19"
    assert repeats.shown("FREQ=YEARLY", TODAY) == "Every year on 19 March"


@pytest.mark.parametrize(
    ("text", "days", "rest"),
    [
        ("每周一三五十点 晨会", "MO,WE,FR", "十点 晨会"),
        ("每周二四例会", "TU,TH", "例会"),
        ("每周一二十点 会", "MO", "二十点 会"),
        ("每周一三点 会", "MO", "三点 会"),
        ("每周一一对一", "MO", "一对一"),
        ("每周五一起吃饭", "FR", "一起吃饭"),
        ("每周一日报", "MO", "日报"),
    ],
)
def test_days_of_the_week_end_where_other_words_begin(text: str, days: str, rest: str) -> None:
    found = repeat_words.find(text, TODAY)
    assert found is not None
    assert (found.rule, text[found.to :]) == (f"FREQ=WEEKLY;BYDAY={days}", rest)


def test_a_form_makes_the_same_rules() -> None:
    make = repeats.make
    assert make("WEEKLY", weekdays=(2, 0), interval=2) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE"
    assert make("MONTHLY", weekdays=(4,), nth=-1, count=12) == "FREQ=MONTHLY;BYDAY=-1FR;COUNT=12"
    assert make("YEARLY", month=2, month_day=29) == "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"
    assert make("DAILY", until=dt.date(2026, 12, 31)) == "FREQ=DAILY;UNTIL=20261231"
    assert make("YEARLY", lunar="04+-15", interval=2) == "LUNAR=04+-15;INTERVAL=2"


@given(
    st.text(
        alphabet="每周一二三月年天日号农历初十五第最后个工作底半隔到共次 0123456789everydaymonthlnw-,、",
        max_size=14,
    )
)
@settings(deadline=None, max_examples=300)
def test_any_words_are_a_rule_or_none(text: str) -> None:
    found = repeat_words.find(text, TODAY)
    assert found is None or (repeats.check(found.rule) is None and 0 <= found.at < found.to <= len(text))
