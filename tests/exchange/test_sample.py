"""The sample firm comes in one step and goes in one, and leaves what the user made."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.core.query import Query
from freecrm.exchange import sample
from freecrm.store import ageing, alarms, deals, history, occasions, quotes_waiting, undo
from freecrm.store.database import Store
from tests.files import new_store
from tests.store.samples import assert_well, dump, ids

TODAY = dt.date(2026, 3, 19)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "firm.freecrm")
    yield made
    made.close()


def named(store: Store, entity: str, name: str) -> bytes:
    row = store.read().execute(f"SELECT id FROM {entity} WHERE name = ?", (name,)).fetchone()  # noqa: S608
    assert row is not None, name
    return bytes(row[0])


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_firm_with_three_months_of_life(store: Store, language: str) -> None:
    touched = sample.install(store, language, TODAY)
    counts = {e: touched.counts[e][0] for e in ("customer", "user", "plan", "resource", "phrase")}
    assert counts == {"customer": 86, "user": 5, "plan": 1, "resource": 2, "phrase": 5}
    assert touched.counts["contact"][0] > 120
    assert_well(store)
    reader = store.reader()
    hotel = reader.record(
        "customer", named(store, "customer", {"zh_CN": "云杉谷酒店", "en": "Spruce Vale Hotel"}[language])
    )
    assert hotel is not None
    assert hotel["last_contact"] == dt.date(2026, 3, 16)
    assert hotel["main_phone"] == "+8613800001203"
    assert hotel["opening_balance"] == 3_240_000
    sql = "SELECT start FROM activity WHERE state = 'done' ORDER BY start"
    times = [row[0] / 1000 for row in store.read().execute(sql)]
    first, last = (dt.datetime.fromtimestamp(at).astimezone().date() for at in (times[0], times[-1]))
    assert dt.timedelta(75) < TODAY - first <= dt.timedelta(95)
    assert last < TODAY
    assert all(dt.datetime.fromtimestamp(at).astimezone().weekday() < 5 for at in times)


def started(store: Store, where: str) -> list[tuple[Any, ...]]:
    """(day, owner, subject, ms) of activities in the order of their beginning."""
    sql = f"SELECT start, owner_user, subject FROM activity WHERE {where} ORDER BY start"  # noqa: S608
    rows = store.read().execute(sql).fetchall()
    return [
        (dt.datetime.fromtimestamp(at / 1000).astimezone().date(), who, what, at) for at, who, what in rows
    ]


@pytest.mark.parametrize("today", [TODAY, dt.date(2026, 2, 27), dt.date(2026, 11, 28), dt.date(2027, 1, 4)])
def test_the_calendar_is_full_of_life(store: Store, today: dt.date) -> None:
    sample.install(store, "zh_CN", today)
    c = store.read()
    kinds = dict(c.execute("SELECT kind, count(*) FROM activity WHERE state = 'done' GROUP BY kind"))
    assert min(kinds[kind] for kind in ("call", "visit", "wechat", "email", "meeting")) > 5
    assert c.execute("SELECT count(*) FROM activity WHERE state = 'done' AND result IS NULL").fetchone() == (
        0,
    )
    planned = started(store, "state = 'planned' AND repeats IS NULL")
    days = [day for day, *_rest in planned]
    assert sum(day < today for day in days) >= 5
    assert sum(day == today for day in days) >= 5
    assert sum(today < day <= today + dt.timedelta(14) for day in days) >= 20
    assert len({who for _day, who, *_rest in planned}) == 5
    clashes = [
        (one, other)
        for one in planned
        for other in planned
        if one[1] == other[1] and 0 < other[3] - one[3] < 900_000
    ]
    assert len(clashes) == 1
    ((weekly, subject),) = c.execute(
        "SELECT open_at, subject FROM activity WHERE repeats IS NOT NULL"
    ).fetchall()
    assert subject == "周一例会"
    meets = dt.datetime.fromtimestamp(weekly / 1000).astimezone()
    assert (meets.weekday(), meets.hour) == (0, 9)
    assert today <= meets.date() <= today + dt.timedelta(7)
    (coming, *_more) = occasions.coming(store, today + dt.timedelta(2), 1)
    assert coming.turns == (today + dt.timedelta(2)).year - 1980
    assert_well(store)


@pytest.mark.parametrize("clock", ["00:01", "08:50", "10:50", "12:50", "13:20", "23:50"])
def test_it_does_not_ring_at_once(store: Store, clock: str) -> None:
    """It did in the quarter of an hour before one of its appointments."""
    hour, minute = map(int, clock.split(":"))
    now = dt.datetime.now(dt.UTC).replace(hour=hour, minute=minute)
    with time_machine.travel(now, tick=False):
        sample.install(store, "en")
        not_yet(store)


def not_yet(store: Store) -> None:
    assert alarms.due(store, dt.datetime.now(dt.UTC)) == []
    assert alarms.next_at(store, dt.datetime.now(dt.UTC)) is not None


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_all_of_it_is_invented_and_in_one_language(language: str) -> None:
    firm = sample.content(language)
    texts = list(leaves(firm))
    assert all("@example.com" in text for text in texts if "@" in text)
    phones = [text for text in texts if text.startswith("+86")]
    assert all(re.fullmatch(r"\+861380000\d{4}|\+86\d{2,3}8000\d{4}", text) for text in phones)
    assert len(set(phones)) == len(phones)
    chinese = [text for text in texts if re.search("[一-鿿]", text)]
    assert (len(chinese) > 800) if language == "zh_CN" else not chinese
    again = sample.content(language)
    assert firm == again


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, str):
        yield value


def test_the_files_are_what_the_maker_makes() -> None:
    from resources.make import sample_firm

    for which, language in enumerate(("zh_CN", "en")):
        made = sample.content(language)
        del made["sales"]  # written by hand
        assert made == sample_firm.firm(which)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_it_sells(store: Store, language: str) -> None:
    """AC-PIPE-1: the board of the picture, column by column."""
    sample.install(store, language, TODAY)
    (pipe,) = deals.pipelines(store)
    columns = deals.board(store, pipe)
    assert [column.total // 100 for column in columns] == [52_700, 261_100, 309_300, 166_600, 169_000]
    assert sum(column.total for column in columns) == 95_870_000
    assert deals.weighted([card for column in columns for card in column.cards]) == 51_530_000
    assert {card.since.astimezone().date() for column in columns for card in column.cards if card.since} >= {
        TODAY - dt.timedelta(days=days) for days in (1, 2, 3, 19, 27)
    }
    c = store.read()
    ended = dict(c.execute("SELECT state, count(*) FROM deal WHERE state <> 'open' GROUP BY state"))
    assert ended["won"] > 25
    assert ended["lost"] > 15
    assert c.execute("SELECT count(*) FROM deal WHERE closed > ?", (TODAY.isoformat(),)).fetchone() == (0,)
    orders = [row["state"] for row in store.reader().each(Query("sales_order"), {"state"})]
    assert sorted(orders) == ["confirmed", "delivered", "delivered", "partly"]
    hotel = {"zh_CN": "云杉谷酒店", "en": "Spruce Vale Hotel"}[language]
    assert [late.name for late in ageing.overdue(store, TODAY, None).first] == [hotel]
    waiting, count = quotes_waiting.waiting(store, TODAY, None, 5)
    assert len(waiting) == count == 1
    assert_well(store)
    sample.remove(store)
    for entity in (
        "quote",
        "sales_order",
        "delivery",
        "receivable",
        "receipt",
        "deal",
        "deal_move",
        "stage",
        "product",
        "lead",
        "target",
        "competitor",
    ):
        assert c.execute(f"SELECT count(*) FROM {entity}").fetchone() == (0,), entity  # noqa: S608


def test_twice_is_refused_and_stopped_leaves_nothing(store: Store) -> None:
    progress = Progress(lambda news: news.cancel() if news.done > 20 else None)
    with pytest.raises(Cancelled):
        sample.install(store, "en", TODAY, progress)
    assert not sample.is_there(store)
    assert ids(store, "customer") == []
    sample.install(store, "en", TODAY)
    with pytest.raises(Known, match="already"):
        sample.install(store, "en", TODAY)


def test_taken_out_whole_edited_or_not(store: Store) -> None:
    with store.step("Mine") as step:
        step.insert("customer", {"name": "Mine", "tags": [{"word": "VIP"}]})
    before = dump(store)
    sample.install(store, "en", TODAY)
    assert sample.is_there(store)
    with store.step("Edit") as step:
        step.update("customer", named(store, "customer", "Luxitang Tea"), {"grade": "A", "remark": "changed"})
        gone = named(store, "customer", "Beilu Dairy")
        with_them = store.read().execute("SELECT id FROM activity WHERE customer = ?", (gone,)).fetchall()
        step.delete_many("activity", [id for (id,) in with_them])
        step.delete("customer", gone)
    held = dump(store)
    touched, taken = sample.remove(store)
    assert touched.step is not None
    assert {kind: taken.removed[kind] for kind in ("user", "customer", "contact")} == {
        "user": 5,
        "customer": 85,
        "contact": 142,
    }
    assert (taken.linked, taken.along) == ({}, 0)
    assert dump(store) == before
    assert not sample.is_there(store)
    assert_well(store)
    with pytest.raises(Known, match="no sample data"):
        sample.remove(store)
    undo.undo(store)
    assert dump(store) == held
    assert sample.is_there(store)
    assert_well(store)


def test_what_the_user_made_stays_and_loses_only_the_link(store: Store) -> None:  # AC-ST-2
    sample.install(store, "zh_CN", TODAY)
    hotel, chen = named(store, "customer", "云杉谷酒店"), named(store, "user", "陈思远")
    contact = named(store, "contact", "沈嘉言")
    with store.step("Mine") as step:
        mine = step.insert("customer", {"name": "我的客户", "owner_user": chen, "group": hotel})
        free = step.insert("customer", {"name": "另一家"})
        own = {"customer": free, "job": "老板", "primary": True}
        person = step.insert("contact", {"name": "我的人", "jobs": [{"customer": hotel, "job": "采购"}, own]})
        step.insert("note", {"parent": hotel, "parent_entity": "customer", "text": "我写的"})
        step.insert("job", {"parent": contact, "parent_entity": "contact", "customer": free, "job": "顾问"})
    held = dump(store)
    _, taken = sample.remove(store)
    assert taken.linked == {"customer": 2, "contact": 1}
    assert taken.along == 2
    told = str(sample.told(store, taken))
    assert "stay without that link: 3" in told
    assert "went with them: 2" in told
    reader = store.reader()
    left = reader.record("customer", mine)
    assert left is not None
    assert (left["name"], left["owner_user"], left["group"]) == ("我的客户", None, None)
    assert [job["customer"] for job in reader.record("contact", person)["jobs"]] == [free]  # type: ignore[index]
    assert len(ids(store, "customer")) == 2
    assert_well(store)
    undo.undo(store)
    assert dump(store) == held
    assert_well(store)


def test_undo_of_the_installing_is_a_removal_too(store: Store) -> None:
    sample.install(store, "en", TODAY)
    assert str(history.next_undo(store)) == "Add the sample data"
    undo.undo(store)
    assert not sample.is_there(store)
    sample.install(store, "zh_CN", TODAY)  # and it may come again, in another language
    undo.undo(store)
    undo.redo(store)
    assert sample.is_there(store)
    sample.remove(store)
    assert ids(store, "customer") == []
