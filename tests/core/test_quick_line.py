"""The quick line of the calendar: what a line says of when, how long, how often, where and of what kind."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freecrm.core import quick_line, words
from freecrm.core.choices import Option, Options
from freecrm.modules.activities import KINDS

# Walls are naive.
# ruff: noqa: DTZ001

NOW = dt.datetime(2026, 3, 19, 10, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Thursday


@pytest.mark.parametrize(
    ("line", "when", "kind", "subject", "about"),
    [
        ("周五下午3点 拜访拓岩 1小时", "3月20日 周五 15:00–16:00", "visit", "拜访拓岩", "拓岩"),
        ("明早9点 电话 王总 半小时", "3月20日 周五 09:00–09:30", "call", "电话 王总", "王总"),
        ("tomorrow 10am call Acme 30 min", "3月20日 周五 10:00–10:30", "call", "call Acme", "Acme"),
        ("3/25 全天 展会", "3月25日 周三 全天", None, "展会", "展会"),
        ("下周一到下周三 出差 上海", "3月23日 周一 – 3月25日 周三 全天", None, "出差 上海", "出差 上海"),
        ("每周一9点 周会", "每周一，首次 3月23日 周一 09:00", "meeting", "周会", ""),
        ("15:00-16:30 meeting with Acme", "3月19日 周四 15:00–16:30", "meeting", "meeting with Acme", "Acme"),
        ("写报价单", "未定时间", None, "写报价单", "写报价单"),
        ("周五9-11点 拓岩", "3月20日 周五 09:00–11:00", None, "拓岩", "拓岩"),
        ("Fri 3-5pm visit Acme", "3月20日 周五 15:00–17:00", "visit", "visit Acme", "Acme"),
        ("拜访 拓岩 后天 2h", "3月21日 周六 09:00–11:00", "visit", "拜访 拓岩", "拓岩"),
        ("周四9点 周会", "3月26日 周四 09:00", "meeting", "周会", ""),
        ("周四11点 周会", "3月19日 周四 11:00", "meeting", "周会", ""),
        ("3点 拜访 拓岩", "3月19日 周四 15:00", "visit", "拜访 拓岩", "拓岩"),
        ("凌晨3点 上线", "3月20日 周五 03:00", None, "上线", "上线"),
        ("9点 上线", "3月20日 周五 09:00", None, "上线", "上线"),
        ("3/25 15:00-3/26 10:00 展会", "3月25日 周三 15:00 – 3月26日 周四 10:00", None, "展会", "展会"),
        ("周五下午3点到周六中午 团建", "3月20日 周五 15:00 – 3月21日 周六 12:00", None, "团建", "团建"),
        ("3月25日 9点至27日 18点 出差", "3月25日 周三 09:00 – 3月27日 周五 18:00", None, "出差", "出差"),
        ("Fri 3pm to Sun 10am trip", "3月20日 周五 15:00 – 3月22日 周日 10:00", None, "trip", "trip"),
        ("四月三日下午3点 拜访拓岩", "4月3日 周五 15:00", "visit", "拜访拓岩", "拓岩"),
        ("今晚10点到1点 上线", "3月19日 周四 22:00 – 3月20日 周五 01:00", None, "上线", "上线"),
        ("晚上8点到10点 上线", "3月19日 周四 20:00–22:00", None, "上线", "上线"),
        ("明天上午 给鹿溪堂打电话", "3月20日 周五 09:00", "call", "给鹿溪堂打电话", "鹿溪堂"),
        ("明天 交报价", "3月20日 周五 全天", None, "交报价", "交报价"),
        ("后天出差3天 北京", "3月21日 周六 – 3月23日 周一 全天", None, "出差 北京", "出差 北京"),
        ("25-27号 展会", "3月25日 周三 – 3月27日 周五 全天", None, "展会", "展会"),
        ("半小时后 打电话给王总", "3月19日 周四 10:30", "call", "打电话给王总", "王总"),
        ("in 30 min call Acme", "3月19日 周四 10:30", "call", "call Acme", "Acme"),
        ("到11点 写报告", "3月19日 周四 10:00–11:00", None, "写报告", "写报告"),
        ("25号楼验收 明天14:00", "3月20日 周五 14:00", None, "25号楼验收", "25号楼验收"),
        ("准备会议资料", "未定时间", None, "准备会议资料", "准备会议资料"),
        ("每年农历八月十五 送月饼", "每年农历八月十五，首次 9月25日 周五 全天", None, "送月饼", "送月饼"),
        (
            "每周一 9:00-10:00 周会 到2026-12-31",
            "每周一，到 2026-12-31，首次 3月23日 周一 09:00–10:00", "meeting", "周会", "",
        ),
        ("2027-01-05 10:00 年会", "2027-01-05 周二 10:00", None, "年会", "年会"),
        ("每周一三五9点 晨会", "每周一、周三、周五，首次 3月20日 周五 09:00", "meeting", "晨会", ""),
        ("农历正月初一 拜年", "2027-02-06 周六 全天", None, "拜年", "拜年"),
        ("腊月廿三 送礼", "2027-01-30 周六 全天", None, "送礼", "送礼"),
        (
            "second Friday of every month 10am accounts",
            "每月第二个周五，首次 4月10日 周五 10:00", None, "accounts", "accounts",
        ),
        ("next Monday 9 to 11 visit Tuoyan", "3月23日 周一 09:00–11:00", "visit", "visit Tuoyan", "Tuoyan"),
        ("Mon from 9 to 11 visit Tuoyan", "3月23日 周一 09:00–11:00", "visit", "visit Tuoyan", "Tuoyan"),
        ("next Monday 9-11am visit Tuoyan", "3月23日 周一 09:00–11:00", "visit", "visit Tuoyan", "Tuoyan"),
        ("call Acme tomorrow 3 to 5", "3月20日 周五 15:00–17:00", "call", "call Acme", "Acme"),
        ("tomorrow 3-5 people", "3月20日 周五 全天", None, "3-5 people", "3-5 people"),
        ("隔周周五 例会", "每 2 周的周五，首次 3月20日 周五 全天", "meeting", "例会", ""),
        ("下个工作日 交报价", "3月20日 周五 全天", None, "交报价", "交报价"),
        ("周五工作日 交报价", "3月20日 周五 全天", None, "工作日 交报价", "工作日 交报价"),
        ("明天24点 上线", "3月21日 周六 00:00", None, "上线", "上线"),
        ("周五晚上12点 上线", "3月21日 周六 00:00", None, "上线", "上线"),
        ("5月 20日 开会", "5月20日 周三 全天", "meeting", "开会", ""),
        ("每周五 例会 下周", "每周五，首次 3月27日 周五 全天", "meeting", "例会", ""),
        ("tonight call Bob", "3月19日 周四 20:00", "call", "call Bob", "Bob"),
        ("tmrw 9am call Bob", "3月20日 周五 09:00", "call", "call Bob", "Bob"),
        ("今晚 打电话", "3月19日 周四 20:00", "call", "打电话", ""),
        ("明晚和王总吃饭", "3月20日 周五 20:00", None, "和王总吃饭", "王总吃饭"),
        ("下周 拜访拓岩", "3月23日 周一 全天", "visit", "拜访拓岩", "拓岩"),
        ("这周末 打球", "3月21日 周六 全天", None, "打球", "打球"),
        ("next week call Acme", "3月23日 周一 全天", "call", "call Acme", "Acme"),
        ("next month visit Acme", "4月1日 周三 全天", "visit", "visit Acme", "Acme"),
        ("中秋 拜访拓岩", "9月25日 周五 全天", "visit", "拜访拓岩", "拓岩"),
        ("国庆节 出差3天", "10月1日 周四 – 10月3日 周六 全天", None, "出差", "出差"),
        ("Christmas call Acme", "12月25日 周五 全天", "call", "call Acme", "Acme"),
        ("春节礼品 采购", "未定时间", None, "春节礼品 采购", "春节礼品 采购"),
        ("Mon to Wed trade fair", "3月23日 周一 – 3月25日 周三 全天", None, "trade fair", "trade fair"),
    ],
)  # fmt: skip
def test_a_line_says(line: str, when: str, kind: str | None, subject: str, about: str) -> None:
    draft = quick_line.read(line, NOW, KINDS)
    assert (draft.kind, draft.subject, draft.about, draft.why) == (kind, subject, about, None)
    words.use("zh_CN")
    assert quick_line.when_shown(draft, NOW.date()) == when


@pytest.mark.parametrize(
    ("line", "place", "subject"),
    [
        ("明天10点 在公司开会", "公司", "开会"),
        ("明天10点 拜访 拓岩 @杭州", "杭州", "拜访 拓岩"),
        ("visit Acme at the head office tomorrow 3pm", "the head office", "visit Acme"),
        ("tomorrow at 10am call Acme", "", "call Acme"),
        ("现在的合同 明天", "", "现在的合同"),
        ("mail a@b.com tomorrow", "", "mail a@b.com"),
    ],
)
def test_where_it_is(line: str, place: str, subject: str) -> None:
    draft = quick_line.read(line, NOW, KINDS)
    assert (draft.place, draft.subject) == (place, subject)


def test_the_user_s_own_kinds_and_wording_count() -> None:
    own = KINDS.with_entries(
        [
            Option("visit", "Visit", own=(("zh_CN", "走店"),)),
            Option("u1", "Inspection", own=(("", "巡检"),)),
            Option("fax", "Fax", also=("传真",), off=True),
        ]
    )
    assert quick_line.read("明天 走店 拓岩", NOW, own).kind == "visit"
    assert quick_line.read("巡检 3号线 明天9点", NOW, own).kind == "u1"
    assert quick_line.read("传真 合同", NOW, own).kind is None
    assert quick_line.read("电话", NOW, Options("none", ())).kind is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2月30日 展会", "“2月30日” isn't a day"),
        ("下周三到下周一 出差", "is before"),
        ("明天 25点 开会", "“25点” isn't a time of day"),
        ("25:00 call", "“25:00” isn't a time of day"),
        ("9999-12-31 10点 开会", "outside the years 1900 to 2199"),
        ("Feb 31 9am call", "“Feb 31” isn't a day: February has no day 31."),
        ("31/2 10am call", "“31/2” isn't a day: February has no day 31."),
        ("2月31日 10点 开会", "February has no day 31"),
        ("13月5日 10点 开会", "there is no month 13"),
        ("下月31号 10点 开会", "April has no day 31"),
        ("2026-02-31 10点 开会", "February 2026 has 28 days"),
        ("2月 31日 10点 开会", "February has no day 31"),
        ("农历十三月初一 拜年", "isn't a day of the year"),
        ("农历八月三十二 拜年", "month 8 has no day 32"),
        ("3pm to 2pm call", "14:00 is before 15:00"),
        ("下午3点到2点 开会", "It ends before it begins: 02:00 is before 15:00"),
    ],
)
def test_what_was_not_understood_is_told_and_never_another_day(line: str, sentence: str) -> None:
    draft = quick_line.read(line, NOW, KINDS)
    assert sentence in str(draft.why)
    assert (draft.start, draft.end, draft.repeats) == (None, None, "")


@pytest.mark.parametrize(
    ("line", "before", "when", "subject"),
    [
        ("明天 提前1小时提醒 9点 开会", 60, "3月20日 周五 09:00", "开会"),
        ("明天9点 开会 提前半小时提醒我", 30, "3月20日 周五 09:00", "开会"),
        ("tomorrow 9am meeting remind me 1 hour before", 60, "3月20日 周五 09:00", "meeting"),
        ("明天9点 开会 提醒", 0, "3月20日 周五 09:00", "开会"),
        ("remind me to call Bob tomorrow 9am", 0, "3月20日 周五 09:00", "call Bob"),
        ("提前一天提醒 下周五 交标书", 15 * 60, "3月27日 周五 全天", "交标书"),
        ("明天 提醒客户付款", None, "3月20日 周五 全天", "提醒客户付款"),
    ],
)
def test_when_to_be_reminded(line: str, before: int | None, when: str, subject: str) -> None:
    draft = quick_line.read(line, NOW, KINDS)
    assert (draft.before, draft.subject, draft.minutes, draft.why) == (before, subject, None, None)
    words.use("zh_CN")
    assert quick_line.when_shown(draft, NOW.date()) == when


def test_a_subject_that_is_only_the_kind_is_said_once() -> None:
    draft = quick_line.read("明天9点 电话", NOW, KINDS)
    words.use("zh_CN")
    assert quick_line.shown(draft, "电话", today=NOW.date()) == "3月20日 周五 09:00 · 电话"


def test_a_time_is_meant_in_the_zone_of_the_clock() -> None:
    for zone in ("America/New_York", "Australia/Lord_Howe"):
        draft = quick_line.read("明天9点", NOW.astimezone(ZoneInfo(zone)), KINDS)
        assert draft.start is not None
        assert draft.start.astimezone(ZoneInfo(zone)).hour == 9
        assert draft.zone == zone


@given(st.text(max_size=80), st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2198, 12, 31)))
@settings(deadline=None)
def test_any_text_is_taken(line: str, now: dt.datetime) -> None:
    draft = quick_line.read(line, now.replace(tzinfo=ZoneInfo("Europe/Berlin")), KINDS)
    assert draft.start is None or draft.end is None or draft.end >= draft.start
    quick_line.shown(draft)


_PIECES = st.sampled_from(
    "今天 明早 周五 下周三 到 - 至 9点 下午3点半 15:00 25:99 24:00 9-11点 1小时 半小时 30min 2h 3天 全天 每周一 每月31号 "
    "在 @ at 拜访 call 3/25 2/30 99号 25-3号 to in 每年2月29日 每年闰四月三十 0325 一刻 共3次 到2020-01-01 end of month 半 农历正月初一 腊月三十 闰二月三十 中秋 今晚 tonight 下周 周末 工作日 提前1小时提醒 提醒 9 to 11 from 隔周周五 每周一三五 25点 31/2 9999-12-31".split()
)


@given(st.lists(_PIECES, max_size=8), st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2198, 12, 31)))
@settings(deadline=None, max_examples=300)
def test_any_words_are_taken(pieces: list[str], now: dt.datetime) -> None:
    for gap in ("", " "):
        draft = quick_line.read(gap.join(pieces), now.replace(tzinfo=ZoneInfo("Europe/Berlin")), KINDS)
        assert draft.start is None or draft.end is None or draft.end >= draft.start
        quick_line.shown(draft)


def test_a_long_text_loses_nothing() -> None:
    draft = quick_line.read("明天 " + "说" * 3000, NOW, KINDS)
    assert draft.subject.count("说") == 3000
