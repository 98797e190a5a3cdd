"""Settings of the daily work: follow-ups, the calendar, the pool, points."""

from __future__ import annotations

import re

from freecrm.core.setting_kinds import Setting, of_computer, of_file
from freecrm.core.words import N_, Said, say


def _no_clock(text: str) -> Said | None:
    """What keeps a text from being a time of day."""
    if re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00", text):
        return None
    return say(N_("“{value}” isn't a time of day. Write it as 09:00."), value=text[:40])


WORK: tuple[Setting, ...] = (
    *(
        of_file(
            f"activity.quiet_{grade}",
            title,
            days,
            N_("Without contact for longer and with no next step, they stand on the page Today. 0: never."),
            most=3650,
            also=("未联系", "多久没联系", "silent", "neglected", "not contacted"),
        )
        for grade, title, days in (
            ("a", N_("Days without contact, grade A"), 30),
            ("b", N_("Days without contact, grade B"), 60),
            ("c", N_("Days without contact, grade C"), 90),
            ("other", N_("Days without contact, any other"), 90),
        )
    ),
    of_computer(
        "look.start",
        N_("Start with"),
        "customers",
        N_("The page that FreeCRM opens with."),
        choices=("customers", "today"),
        titles=(N_("Customers"), N_("Today")),
        also=("home", "startup", "启动", "首页", "今日"),
    ),
    of_file(
        "calendar.workdays",
        N_("Working week"),
        "12345",
        N_("Plans and reminders that mind working days leave out the others."),
        choices=("12345", "123456", "1234567", "71234"),
        titles=(
            N_("Monday to Friday"),
            N_("Monday to Saturday"),
            N_("Every day"),
            N_("Sunday to Thursday"),
        ),
        also=("工作日", "双休", "单休", "weekend", "week"),
    ),
    of_file(
        "calendar.from",
        N_("Work begins at"),
        "09:00",
        N_("Free slots are looked for in the working hours; the calendar shows them lighter."),
        why_not=_no_clock,
        also=("上班", "工作时间", "working hours", "office hours"),
    ),
    of_file(
        "calendar.to",
        N_("Work ends at"),
        "18:00",
        N_("Free slots are looked for in the working hours; the calendar shows them lighter."),
        why_not=_no_clock,
        also=("下班", "工作时间", "working hours", "office hours"),
    ),
    of_file(
        "calendar.holidays",
        N_("Chinese public holidays"),
        True,
        N_("Where the country code is 86: holidays are free, weekends that make up for them are worked."),
        also=("节假日", "法定假日", "调休", "放假", "holidays"),
    ),
    *(
        of_file(
            f"activity.next_{grade}",
            title,
            days,
            N_("A follow-up proposes its next step after so many days; you can always choose another day."),
            least=1,
            most=3650,
            also=("下次跟进", "回访周期", "跟进间隔", "follow-up", "cadence"),
        )
        for grade, title, days in (
            ("a", N_("Days to the next contact, grade A"), 7),
            ("b", N_("Days to the next contact, grade B"), 14),
            ("c", N_("Days to the next contact, grade C"), 30),
            ("other", N_("Days to the next contact, any other"), 14),
        )
    ),
    of_file(
        "pipeline.learned",
        N_("Learn the chance of winning"),
        False,
        N_(
            "An open deal shows a chance learned from your own closed deals, with what speaks for and against it."
        ),
        also=("赢率", "预测", "机器学习", "win probability", "learn"),
    ),
    of_file(
        "pool.on",
        N_("We have a shared pool"),
        False,
        N_("Customers without an owner stand in a list of their own, from which colleagues claim them."),
        also=("公海", "公海客户", "unassigned"),
    ),
    of_file(
        "pool.daily",
        N_("Claims a day"),
        10,
        N_("So many customers a colleague may claim a day. 0: as many as they like."),
        most=10_000,
        also=("公海", "领取上限", "每日领取", "limit"),
    ),
    of_file(
        "pool.holding",
        N_("Customers a colleague may hold"),
        0,
        N_("Those who buy from us don't count. 0: as many as they like."),
        most=1_000_000,
        also=("公海", "保有量", "持有上限", "limit"),
    ),
    of_file(
        "pool.hours",
        N_("Hours without taking back"),
        48,
        N_("So long whoever had a customer last can't claim it again. 0: they can at once."),
        most=8760,
        also=("公海", "冷却", "前负责人"),
    ),
    of_file(
        "pool.buyers_stay",
        N_("Those who buy from us stay"),
        True,
        N_("The rules never return a customer whose status is “Buys from us”."),
        also=("公海", "成交", "won"),
    ),
    of_file(
        "points.given",
        N_("We give points"),
        False,
        N_("Customers then have a ledger of points, a column for their balance and a statement."),
        also=("loyalty", "积分", "会员"),
    ),
    of_file(
        "points.earned",
        N_("Points earned"),
        1,
        N_("So many points for each full amount below; always rounded down to whole points."),
        least=1,
        most=10_000,
        also=("积分规则", "earn"),
    ),
    of_file(
        "points.per",
        N_("For each full"),
        10,
        N_("In whole units of money: 10 means that 99.90 earns nine times the points above."),
        least=1,
        most=1_000_000,
        also=("每消费", "spend"),
    ),
    of_file(
        "points.months",
        N_("Months that points count"),
        0,
        N_("From the day they are earned; what is left then runs out. 0: they never run out."),
        most=600,
        also=("有效期", "过期", "expire"),
    ),
    of_file(
        "points.least",
        N_("Smallest balance for spending"),
        0,
        N_("Who has fewer points than this can't spend any yet."),
        also=("兑换门槛",),
    ),
    of_file(
        "points.step",
        N_("Points are spent in steps of"),
        1,
        N_("100: 100, 200, 300 and so on. 1: any number."),
        least=1,
        also=("兑换单位",),
    ),
)
"""In the order in which they stand on the page."""
