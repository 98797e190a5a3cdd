"""Questions and their answers: the same as plain Python over the same rows."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freecrm.core import pinyin
from freecrm.core.fields import Choice, Field, Link
from freecrm.core.problems import Bug
from freecrm.core.query import All, Any_, Condition, Not, Query, Sort, Where
from freecrm.core.record import Record
from freecrm.core.rows import Rows
from freecrm.core.words import N_
from freecrm.store import undo
from freecrm.store.database import Store
from freecrm.store.reader import MANY
from tests.store.samples import NAMES, a_firm, assert_well, found, open_in

CUSTOM = ("text", "longtext", "number", "percent", "money", "date", "moment", "yesno", "choice")
OWNERS = ["陈思远", "安若涵", "Bo"]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """60 customers, every field of them filled at random, with blanks and equal values."""
    store = open_in(Path(tmp_path_factory.mktemp("filled")))
    chance = random.Random(5)
    with store.step("Fields") as step:
        for kind in CUSTOM:
            values: dict[str, Any] = {"name": kind, "on": "customer", "key": f"x_{kind}", "kind": kind}
            values |= {"choices": json.dumps(["大", "中", "小"]), "places": 2}
            step.insert("custom_field", values)
    with store.step("Rows") as step:
        owners = [step.insert("user", {"name": name}) for name in OWNERS]
        made: list[bytes] = []
        for _ in range(60):
            values = {
                name: pick(chance, f, owners, made)
                for name, f in store.schema.fields("customer").items()
                if f.derived is None and not isinstance(f, Rows) and chance.random() < 0.7
            }
            tags = [{"word": word} for word in chance.sample(["重点", "展会", "vip"], chance.randrange(3))]
            made.append(step.insert("customer", {**values, "name": chance.choice(NAMES), "tags": tags}))
    yield store
    store.close()


def pick(chance: random.Random, f: Field, owners: list[bytes], made: list[bytes]) -> Any:
    if isinstance(f, Link):
        return chance.choice(owners if f.to == "user" else made or [None])
    if isinstance(f, Choice):
        return chance.choice([entry.key for entry in f.options.entries])
    if f.unique:
        return f"K{len(made)}"
    return chance.choice([value for value in some_of(f) if f.check(value) is None])


def some_of(f: Field) -> list[Any]:
    days = [dt.date(2024, 2, 29), dt.date(1999, 12, 31), dt.date(2026, 1, 1)]
    if f.kind in ("number", "money"):
        return (
            [0, 1, -5, 2**40] if not getattr(f, "places", 0) else [Decimal("0.10"), Decimal("-3"), Decimal(7)]
        )
    return {
        "percent": [Decimal("12.5"), Decimal(0), Decimal(-100)],
        "date": days,
        "moment": [dt.datetime(d.year, d.month, d.day, 8, 30, tzinfo=dt.UTC) for d in days],
        "yesno": [True, False],
    }.get(f.kind, ["鹿溪", "100%_", "it's", "Zoë", "鹿", "重点客户", "b/c\\d"])


def numbers(store: Store, *parts: Any) -> list[int]:
    return list(store.reader().numbers(Query("customer", *parts)))


def holds(store: Store, record: Record, of: Condition) -> bool:
    if isinstance(of, All):
        return all(holds(store, record, part) for part in of.of)
    if isinstance(of, Any_):
        return any(holds(store, record, part) for part in of.of)
    if isinstance(of, Not):
        return not holds(store, record, of.of)
    f = store.schema.fields(record.entity)[of.field]
    if isinstance(f, Rows):
        shown = [row[f.shows] for row in record[f]]
        if of.op in ("empty", "filled"):
            return bool(shown) == (of.op == "filled")
        if of.op == "!=":
            return of.value not in shown
        return any(compare(value, of.op, of.value) for value in shown)
    value = record[f]
    if of.op in ("contains", "starts") and isinstance(f, Link):
        value = record[f"{f.name}_title"]
    elif of.op in ("contains", "starts"):
        value = None if value is None else str(f.pack(value))
    return compare(value, of.op, of.value)


def compare(value: Any, op: str, wanted: Any) -> bool:
    if op in ("empty", "filled"):
        return (value is None) == (op == "empty")
    if op == "in":
        return value in wanted
    if op in ("=", "!="):
        return (value == wanted) == (op == "=")
    if value is None or wanted is None:
        return False
    if op == "contains":
        return _lower(wanted) in _lower(value)
    if op == "starts":
        return _lower(value).startswith(_lower(wanted))
    return {"<": value < wanted, "<=": value <= wanted, ">": value > wanted, ">=": value >= wanted}[op]


def _lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


@cache
def conditions(store: Store) -> st.SearchStrategy[Condition]:
    fields = [f for f in store.schema.fields("customer").values() if f.kind not in ("files",)]
    held = {
        f.name: sorted({r[f] for r in records(store) if r[f] is not None}, key=str)
        for f in fields
        if not isinstance(f, Rows)
    }

    @st.composite
    def where(draw: st.DrawFn) -> Where:
        f = draw(st.sampled_from(fields))
        if isinstance(f, Rows):
            op = draw(st.sampled_from(["empty", "filled", "=", "!=", "contains", "starts"]))
            if f.kind != "tags":
                op = draw(st.sampled_from(["empty", "filled"]))
            return Where(f.name, op, draw(st.sampled_from(["重点", "展", "vip", "VIP", "x"])))
        ops = ["empty", "filled", "=", "!=", "in"]
        if not isinstance(f, Link):
            ops += ["<", "<=", ">", ">="]
        op = draw(st.sampled_from([*ops, "contains", "starts"]))
        if op in ("contains", "starts"):
            return Where(
                f.name, op, draw(st.sampled_from(["鹿", "%", "_", "0", "思", "a", "Z", "'", "\\", "1"]))
            )
        values = st.sampled_from([*held[f.name], None])
        return Where(f.name, op, tuple(draw(st.lists(values, max_size=3))) if op == "in" else draw(values))

    def more(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        two = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return two.map(All) | two.map(Any_) | inner.map(Not)

    return st.recursive(where(), more, max_leaves=4)


@cache
def kept_records(store: Store) -> list[Record]:
    return records(store)


def records(store: Store) -> list[Record]:
    return list(store.reader().each(Query("customer")))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_condition_selects_what_python_selects(filled: Store, data: st.DataObject) -> None:
    condition = data.draw(conditions(filled))
    wanted = [r.n for r in kept_records(filled) if holds(filled, r, condition)]
    assert numbers(filled, condition) == wanted
    query = Query("customer", condition)
    assert filled.reader().count(query) == len(wanted)
    assert filled.reader().first(query, 7) == wanted[:7]


def sort_key(store: Store, record: Record, f: Field) -> Any:
    value = record[f]
    if isinstance(f, Rows):
        value = record[f][0][f.shows] if record[f] else None
    elif isinstance(f, Link) and value is not None:
        value = pinyin.key(record[f"{f.name}_title"])
    elif isinstance(f, Choice) and value is not None:
        value = [entry.key for entry in f.options.entries].index(value)
    elif f.search == "name" and value is not None:
        value = pinyin.key(value)
    return value.encode() if isinstance(value, str) else value


def test_every_field_sorts_up_and_down_with_blanks_last(filled: Store) -> None:
    everything = records(filled)
    for f in filled.schema.fields("customer").values():
        keys = {r.n: sort_key(filled, r, f) for r in everything}
        full = [r.n for r in everything if keys[r.n] is not None]
        blank = [r.n for r in everything if keys[r.n] is None]
        up = sorted(full, key=lambda n: (keys[n], n))
        down = sorted(full, key=lambda n: (keys[n], n), reverse=True)  # ties go the same way
        for sort, wanted in ((Sort(f.name), up + blank), (Sort(f.name, True), down + blank[::-1])):
            assert numbers(filled, None, (sort,)) == wanted, sort
            some = Where("grade", "filled")
            graded = {r.n for r in everything if r["grade"]}
            assert numbers(filled, some, (sort,)) == [n for n in wanted if n in graded], sort
            for limit in (3, len(full), 100):
                assert filled.reader().first(Query("customer", None, (sort,)), limit) == wanted[:limit], sort
                few = filled.reader().first(Query("customer", some, (sort,)), limit)
                assert few == [n for n in wanted if n in graded][:limit], sort


def test_people_of_one_name_do_not_disturb_the_first_page(filled: Store) -> None:
    with filled.step("New user") as step:
        both = [step.insert("user", {"name": "王伟"}) for _ in range(2)]
        for at in range(6):
            step.insert("customer", {"name": f"客户{at}", "owner_user": both[at % 2]})
    for down in (False, True):
        query = Query("customer", None, (Sort("owner_user", down),))
        assert not filled.reader().is_quick(query)
        assert filled.reader().first(query, 4) == list(filled.reader().numbers(query))[:4]


def test_several_sorts(filled: Store) -> None:
    everything = {r.n: r for r in records(filled)}
    order = numbers(filled, None, (Sort("grade"), Sort("opening_balance", True)))
    balances = {n: r["opening_balance"] for n, r in everything.items()}
    keys = [(everything[n]["grade"] or "Z", balances[n] is None, -(balances[n] or 0)) for n in order]
    assert keys == sorted(keys)


def test_rows_are_what_people_know(store: Store) -> None:
    owner, customer, contact = a_firm(store)
    with store.step("Delete") as step:
        step.delete("user", owner)
    reader = store.reader()
    (n,) = reader.numbers(Query("customer"))
    rows = reader.rows("customer", [n, 999], ["owner_user", "main_contact", "phones", "group"])
    assert rows.keys() == {n}
    assert (rows[n][0], rows[n][1], rows[n][2][0]["number"], rows[n][3]) == (
        None,  # a link to what was deleted is emptied with it
        "林晓棠",
        "+8657186543210",
        None,
    )
    record = reader.record("contact", contact)
    assert record is not None
    assert record["jobs"][0]["customer_title"] == "鹿溪堂茶业"
    assert reader.by_number("customer", n) == reader.record("customer", customer)
    assert reader.record("customer", b"?" * 16) is None
    assert reader.named("customer", "鹿溪堂茶业") == customer
    assert reader.named("customer", "鹿") is None


def test_columns_are_the_records_turned_over(filled: Store) -> None:
    reader = filled.reader()
    numbers = reader.numbers(Query("customer", sort=(Sort("name"), Sort("code"))))[::-1]
    single = [reader.by_number("customer", n) for n in numbers]
    gone = max(numbers) + 1
    for size in (7, 500):
        asked = [gone, *numbers, gone]
        records = [r for block in reader.blocks("customer", asked, None, size) for r in block]
        assert [r.id for r in records] == [r.id for r in single if r]
        for record, alone in zip(records, single, strict=True):
            assert alone is not None
            assert {k: v for k, v in record.values.items() if v != ""} == {
                k: v for k, v in alone.values.items() if v != ""
            }
        parts = list(reader.in_columns("customer", asked, None, size))
        assert [id for part in parts for id in part.ids] == [r.id for r in records]
        for name in records[0]:
            turned = [value for part in parts for value in part[name]]
            assert [value or None for value in turned] == [r[name] or None for r in records]
    assert [list(part["name"]) for part in reader.in_columns("customer", [gone], ["name"])] == [[]]
    some = next(reader.in_columns("customer", numbers, ["code"]))
    assert (len(some), list(some["name"])) == (len(numbers), [None] * len(numbers))


def test_a_field_that_is_none_is_our_mistake(store: Store) -> None:
    with pytest.raises(Bug):
        store.reader().numbers(Query("customer", Where("colour", "=", "red")))


def test_words_narrow_a_list(filled: Store) -> None:
    reader = filled.reader()
    query = Query("customer", Where("grade", "filled"), (Sort("name"),), words="lx")
    wanted = {r.n for r in records(filled) if r["grade"] and "lx" in pinyin.key(r["name"]).replace(" ", "")}
    assert wanted <= set(reader.numbers(query))
    assert all(reader.by_number("customer", n)["grade"] for n in reader.numbers(query))  # type: ignore[index]


def test_the_index_follows_the_door(store: Store) -> None:
    _, customer, contact = a_firm(store)
    assert found(store, "4471") == ["林晓棠"]
    with store.step("New number") as step:
        step.update("contact", contact, {"phones": [{"number": "+8613900008888"}]})
    assert (found(store, "4471"), found(store, "8888")) == ([], ["林晓棠"])
    undo.undo(store)
    assert (found(store, "4471"), found(store, "8888")) == (["林晓棠"], [])
    with store.step("Delete") as step:
        step.delete("customer", customer)
    assert found(store, "鹿溪") == found(store, "湖州") == []
    undo.undo(store)
    assert found(store, "鹿溪") == found(store, "湖州") == ["鹿溪堂茶业"]
    assert_well(store)


def test_notes_and_remarks_are_found_last(store: Store) -> None:
    _, customer, contact = a_firm(store)
    with store.step("Notes") as step:
        step.update("contact", contact, {"notes": [{"text": "周一去蓝星糖果谈样册"}], "remark": "喜欢蓝星"})
        other = step.insert("customer", {"name": "蓝星糖果"})
        step.update("customer", customer, {"remark": "蓝星的邻居"})
    assert found(store, "蓝星")[0] == "蓝星糖果"
    assert sorted(found(store, "蓝星")[1:]) == ["林晓棠", "鹿溪堂茶业"]
    assert [hit.record["name"] for hit in store.reader().find("蓝星", entities=["contact"])] == ["林晓棠"]
    assert found(store, "样册") == ["林晓棠"]
    assert len(store.reader().find("蓝星", limit=2)) == 2
    with store.step("Away") as step:
        step.update("contact", contact, {"notes": [], "remark": None})
        step.delete("customer", other)
    assert found(store, "蓝星") == ["鹿溪堂茶业"]
    undo.undo(store)
    assert found(store, "样册") == ["林晓棠"]


def test_a_moved_row_is_found_at_its_new_record_only(store: Store) -> None:
    _, _, contact = a_firm(store)
    with store.step("Merge") as step:
        other = step.insert("contact", {"name": "王伟"})
        step.connection.execute("UPDATE phone SET parent = ? WHERE parent = ?", (other, contact))
    assert found(store, "4471") == ["王伟"]


@pytest.mark.parametrize("name", ["——", "-", "…", "🙂", " x ", "%"])
def test_names_of_signs(store: Store, name: str) -> None:
    with store.step("New") as step:
        step.insert("customer", {"name": name})
    assert_well(store)


def test_very_many_are_named_as_few_are(store: Store) -> None:
    count = MANY + 500
    with store.step(N_("Import {file}"), file="x") as step:
        step.insert_many("customer", ["name"], [[f"C{n}"] for n in range(count)])
    reader = store.reader()
    every = dict(store.read().execute("SELECT id, name FROM customer"))
    most = dict(list(every.items())[: MANY + 1])
    for wanted in (every, most, dict(list(every.items())[:3])):
        assert reader.titles("customer", {*wanted, b"nobody"}) == wanted
