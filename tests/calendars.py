"""A week of five colleagues, that of design picture 03: the same activities every time, put in through the door."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from freecrm.store.database import Store

ZONE = "Asia/Shanghai"
MONDAY = dt.date(2026, 3, 16)
NOW = dt.datetime(2026, 3, 19, 10, 31, tzinfo=ZoneInfo(ZONE))
PEOPLE = ("陈思远", "林晓棠", "马小川", "何嘉木", "沈若溪")
DONE, PLANNED = "done", "planned"

# day of the week, from, to, whose, kind, subject, customer, place, state, colleagues who take part
_TIMED = (
    (0, "9:00", "10:00", 4, "meeting", "周会", "", "", DONE, ()),
    (0, "10:15", "11:00", 0, "call", "来电 沈嘉言", "", "", DONE, ()),
    (0, "14:00", "15:30", 1, "visit", "鹿溪堂茶业 演示", "鹿溪堂茶业", "带 RO-400 样机", DONE, ()),
    (1, "9:30", "11:00", 1, "visit", "海棠湾幼儿园 水质检测", "海棠湾幼儿园", "取样 4 点", DONE, ()),
    (1, "13:30", "16:00", 3, "visit", "柏舟物流 安装", "柏舟物流", "FW-2603-011", DONE, ()),
    (2, "9:00", "11:00", 3, "visit", "云杉谷酒店 换芯", "云杉谷酒店", "24 支 · 客房层", DONE, ()),
    (2, "15:00", "16:00", 0, "call", "回访 云杉谷酒店", "云杉谷酒店", "", PLANNED, ()),
    (2, "16:30", "17:30", 1, "call", "电话 小满烘焙", "小满烘焙", "", DONE, ()),
    (3, "9:00", "9:45", 4, "meeting", "财务对账", "", "", DONE, ()),
    (3, "10:30", "12:00", 1, "visit", "小满烘焙 新店勘察", "小满烘焙", "城南店", PLANNED, ()),
    (
        3,
        "14:00",
        "16:00",
        0,
        "visit",
        "晴川电子 上门：确认点位",
        "晴川电子",
        "确认二期 6 个点位",
        PLANNED,
        (3,),
    ),
    (3, "14:30", "16:30", 3, "visit", "知行培训学校 维修", "知行培训学校", "3 楼漏水，加急", PLANNED, ()),
    (3, "17:00", "18:00", 4, "meeting", "面谈：安装外包报价", "", "", PLANNED, ()),
    (4, "9:00", "10:30", 2, "meeting", "北麓牧场 签约", "北麓牧场", "合同盖章", PLANNED, ()),
    (4, "10:00", "11:30", 0, "visit", "拓岩精工 方案", "拓岩精工机械", "竞品 2 家", PLANNED, ()),
    (4, "15:00", "16:00", 1, "call", "听松书院 回访", "听松书院", "", PLANNED, ()),
    (5, "10:00", "11:30", 2, "meeting", "Harbor Lane 视频会", "Harbor Lane Foods", "", PLANNED, ()),
)
# first day, last day, whose, kind, subject
_WHOLE = (
    (1, 3, 2, "visit", "马小川 出差：北麓牧场、Harbor Lane Foods", DONE),
    (4, 4, 3, "task", "到期换芯 3 户", PLANNED),
    (3, 3, 0, "task", "星桥口腔：寄合同", PLANNED),
)
_WAITING = (
    (2, "百川印务：挽回回访"),
    (0, "晴川电子：补盖章合同"),
    (3, "水质检测报告 ×2"),
    (1, "鹿溪堂：寄样品"),
)


def at(day: int, clock: str) -> dt.datetime:
    """A moment of the week, day 0 being its Monday."""
    hour, minute = map(int, clock.split(":"))
    local = dt.datetime.combine(MONDAY, dt.time(hour, minute), tzinfo=ZoneInfo(ZONE))
    return (local + dt.timedelta(days=day)).astimezone(dt.UTC)


def week(store: Store) -> dict[str, bytes]:
    """Fill a file with the week; what everything is called -> its id. The user who works here is 沈若溪."""
    made: dict[str, bytes] = {}
    with store.step("Add a week") as step:
        for name in PEOPLE:
            made[name] = step.insert("user", {"name": name})
        for customer in sorted({row[6] for row in _TIMED if row[6]}):
            made[customer] = step.insert("customer", {"name": customer})
        for day, since, until, whose, kind, subject, customer, place, state, others in _TIMED:
            values: dict[str, Any] = {
                "subject": subject, "kind": kind, "state": state, "place": place or None, "start_zone": ZONE,
                "start": at(day, since), "end": at(day, until), "owner_user": made[PEOPLE[whose]],
                "customer": made.get(customer), "people": [{"user": made[PEOPLE[one]]} for one in others],
            }  # fmt: skip
            made[subject] = step.insert("activity", _done(values))
        for first, last, whose, kind, subject, state in _WHOLE:
            values = {
                "subject": subject, "kind": kind, "state": state, "all_day": True, "start_zone": ZONE,
                "start": at(first, "0:00"), "end": at(last + 1, "0:00"), "owner_user": made[PEOPLE[whose]],
            }  # fmt: skip
            made[subject] = step.insert("activity", _done(values))
        for whose, subject in _WAITING:
            values = {"subject": subject, "kind": "task", "owner_user": made[PEOPLE[whose]]}
            made[subject] = step.insert("activity", values)
    store.user = made[PEOPLE[4]]
    return made


def _done(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "done_at": values["end"]} if values["state"] == DONE else values
