"""Whom a quick line means."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freecrm.core import words
from freecrm.store import activities, quick_line
from freecrm.store.database import Store
from tests.store.samples import assert_well

NOW = dt.datetime(2026, 3, 19, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRMS = ("拓岩精工机械", "云杉谷酒店", "鹿溪堂食品有限公司", "鹿溪堂茶业", "上海松湾牧场", "Acme Tools Ltd")


@pytest.fixture
def firms(store: Store) -> dict[str, bytes]:
    with store.step("New") as step:
        made = {name: step.insert("customer", {"name": name}) for name in FIRMS}
        for name, firm in (("王海", "云杉谷酒店"), ("林晓棠", "鹿溪堂茶业")):
            made[name] = step.insert("contact", {"name": name, "jobs": [{"customer": made[firm]}]})
    return made


@pytest.mark.parametrize(
    ("line", "customers", "contacts"),
    [
        ("周五下午3点 拜访拓岩 1小时", ["拓岩精工机械"], []),
        ("周五 拜访拓岩谈二期 1小时", ["拓岩精工机械"], []),
        ("下周 拜访拓岩", ["拓岩精工机械"], []),
        ("call acme tomorrow 10am", ["Acme Tools Ltd"], []),
        ("meeting with Acme about prices", ["Acme Tools Ltd"], []),
        ("拜访 鹿溪堂", ["鹿溪堂茶业", "鹿溪堂食品有限公司"], []),
        ("拜访 鹿溪堂 林晓棠", ["鹿溪堂茶业"], ["林晓棠"]),
        ("明早9点 电话 王总 半小时", [], ["王海"]),
        ("下周一到下周三 出差 上海", [], []),
        ("写报价单", [], []),
        ("", [], []),
    ],
)
def test_whom_it_means(
    store: Store, firms: dict[str, bytes], line: str, customers: list[str], contacts: list[str]
) -> None:
    read = quick_line.read(store, line, NOW)
    assert sorted(one.name for one in read.customers) == customers
    assert [one.name for one in read.contacts] == contacts
    assert read.is_open == (len(customers) > 1)


def test_a_line_becomes_an_activity(store: Store, firms: dict[str, bytes]) -> None:
    read = quick_line.read(store, "周五下午3点 拜访拓岩 1小时", NOW)
    words.use("zh_CN")
    assert quick_line.shown(store, read, NOW.date()) == "3月20日 周五 15:00–16:00 · 拜访 · 拓岩精工机械"
    words.use("en")
    assert quick_line.shown(store, read, NOW.date()) == "Fri 20 March 15:00–16:00 · Visit · 拓岩精工机械"
    id = activities.plan(store, quick_line.values(store, read))
    made = store.reader().record("activity", id)
    assert made is not None
    assert made["start"] == dt.datetime(2026, 3, 20, 7, tzinfo=dt.UTC)
    assert made["end"] - made["start"] == dt.timedelta(hours=1)
    assert (made["kind"], made["customer"], made["start_zone"]) == (
        "visit",
        firms["拓岩精工机械"],
        "Asia/Shanghai",
    )
    assert_well(store)


def test_a_reminder_that_is_said_is_the_reminder(store: Store) -> None:
    read = quick_line.read(store, "明天 提前1小时提醒 9点 开会", NOW)
    made = store.reader().record("activity", activities.plan(store, quick_line.values(store, read)))
    assert made is not None
    assert [row["before"] for row in made["reminders"]] == [60]
    assert (made["kind"], made["start"]) == ("meeting", dt.datetime(2026, 3, 20, 1, tzinfo=dt.UTC))
    assert_well(store)


def test_the_firm_s_own_working_days_count(store: Store) -> None:
    store.set_setting("calendar.workdays", "71234")
    draft = quick_line.read(store, "下个工作日 交报价", NOW).draft
    assert draft.start == dt.datetime(2026, 3, 21, 16, tzinfo=dt.UTC)


def test_a_person_brings_their_firm(store: Store, firms: dict[str, bytes]) -> None:
    read = quick_line.read(store, "明早9点 电话 王总 半小时", NOW)
    made = quick_line.values(store, read)
    assert made["customer"] == firms["云杉谷酒店"]
    assert made["people"] == [{"contact": firms["王海"]}]
    activities.plan(store, made)
    assert_well(store)


def test_a_line_without_a_day_is_a_task_without_one(store: Store) -> None:
    id = activities.plan(store, quick_line.values(store, quick_line.read(store, "写报价单", NOW)))
    made = store.reader().record("activity", id)
    assert made is not None
    assert (made["subject"], made["kind"], made["start"]) == ("写报价单", "task", None)


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_taken(store: Store, line: str) -> None:
    read = quick_line.read(store, line, NOW)
    quick_line.shown(store, read)
    quick_line.values(store, read)
