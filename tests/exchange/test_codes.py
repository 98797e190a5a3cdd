"""Codes in lists that are imported: doubles are told row by row, nothing is dropped, rows without one get one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.words import N_
from freecrm.exchange import applier, importer
from freecrm.exchange.changeset import ChangeSet, Options
from freecrm.modules import model
from freecrm.store import check, merging, undo
from freecrm.store.database import Store
from tests.files import new_store

PLAN = model().imported("customer")
RULE = "customer.code_rule"
HEAD = "客户名称,客户编号,电话,城市,备注"
MESSY = (
    "鹿溪堂茶业,K1,0571-80000001,杭州,老客户",
    "云杉谷酒店,,021-60000002,上海,",
    "松湾牧场,K1,0471-5000003,呼和浩特,爱喝茶",  # another customer under the same code
    "百岩建材,C0002,0571-80000004,杭州,",  # what the rule would give next
    "麓桐软件,K9,0571-80000005,杭州,",  # somebody's in the file
    "禾华食品,K8,0571-80000006,杭州,",  # somebody's in the bin
    "鹿溪堂茶业,K1,0571-80000001,杭州,",  # the first row once more
    "墨瑞印刷,,,,",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "firm.freecrm")
    with made.step(N_("Before")) as step:
        step.insert("customer", {"name": "石桥物流", "code": "K9"})
        gone = step.insert("customer", {"name": "远山茶庄", "code": "K8"})
    with made.step(N_("Delete")) as step:
        step.delete("customer", gone)
    yield made
    made.close()


def listed(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    path = tmp_path / "list.csv"
    path.write_text("\n".join((head, *lines)), encoding="utf-8")
    return path


def prepared(store: Store, path: Path, **options: Any) -> ChangeSet:
    return importer.prepare(store, path, PLAN, Options(**options))


def held(store: Store) -> dict[str, tuple[str | None, str | None]]:
    names = {"name", "code", "remark"}
    return {r["name"]: (r["code"], r["remark"]) for r in store.reader().each(Query("customer"), names)}


def answers(made: ChangeSet, value: str) -> dict[str, str]:
    return {d.key: value for d in made.decisions if d.kind == "taken"}


def test_double_codes_are_told_and_left_blank_without_a_rule(store: Store, tmp_path: Path) -> None:
    made = prepared(store, listed(tmp_path, *MESSY))
    assert [(t.row, t.text, str(t.why)) for t in made.troubles] == [
        (4, "K1", "Code K1 stands in row 2 as well."),
        (6, "K9", "Code K9 belongs to “石桥物流” already."),
        (7, "K8", "Code K8 belongs to “远山茶庄” in the recycle bin."),
    ]
    asked = [d for d in made.decisions if d.kind == "taken"]
    assert [[a.value for a in d.answers] for d in asked] == [["blank", "reject"]] * 3
    applier.apply(store, made)
    assert held(store) == {
        "石桥物流": ("K9", None),
        "鹿溪堂茶业": ("K1", "老客户"),
        "云杉谷酒店": (None, None),
        "松湾牧场": (None, "爱喝茶\n客户编号: K1"),
        "百岩建材": ("C0002", None),
        "麓桐软件": (None, "客户编号: K9"),
        "禾华食品": (None, "客户编号: K8"),
        "墨瑞印刷": (None, None),
    }
    assert check.check(store) == []


def test_other_spellings_are_doubles_as_well(store: Store, tmp_path: Path) -> None:
    made = prepared(
        store,
        listed(
            tmp_path,
            "鹿溪堂茶业,KH-1,0571-80000001,杭州,",
            "松湾牧场,kh-1,0471-5000003,呼和浩特,",
            "麓桐软件,k9,0571-80000005,杭州,",
            "禾华食品,ｋ8,0571-80000006,杭州,",
        ),
    )
    assert [(t.row, t.text, str(t.why)) for t in made.troubles] == [
        (3, "kh-1", "Code kh-1 stands in row 2 as well."),
        (4, "k9", "Code k9 belongs to “石桥物流” already."),
        (5, "ｋ8", "Code ｋ8 belongs to “远山茶庄” in the recycle bin."),
    ]


@pytest.mark.parametrize("way", ["looked at first", "at once"])
def test_with_a_rule_they_get_free_ones(store: Store, tmp_path: Path, way: str) -> None:
    store.set_setting(RULE, "C{0000}")
    path = listed(tmp_path, *MESSY)
    if way == "at once":
        made, _touched = applier.bring_in(store, path, PLAN, Options())
    else:
        made = prepared(store, path)
        assert made.count("rejected") == 0
        applier.apply(store, made)
    found = held(store)
    assert {name: code for name, (code, _remark) in found.items()} == {
        "石桥物流": "K9",
        "鹿溪堂茶业": "K1",
        "云杉谷酒店": "C0003",
        "松湾牧场": "C0004",
        "百岩建材": "C0002",
        "麓桐软件": "C0005",
        "禾华食品": "C0006",
        "墨瑞印刷": "C0007",
    }
    assert found["松湾牧场"][1] == "爱喝茶\n客户编号: K1"
    assert "5 new records without a code get one by the rule, from C0003 to C0007." in map(str, made.notes)
    assert [hit.record["name"] for hit in store.reader().find("C0006")] == ["禾华食品"]
    with store.step(N_("New customer")) as step:
        id = step.insert("customer", {"name": "新来的"})
    record = store.reader().record("customer", id)
    assert record is not None
    assert record["code"] == "C0008"
    assert check.check(store) == []
    undo.undo(store)
    undo.undo(store)
    assert held(store) == {"石桥物流": ("K9", None)}
    again, _touched = applier.bring_in(store, path, PLAN, Options())
    assert held(store)["云杉谷酒店"][0] == "C0009"
    assert again.count("rejected") == 0


def test_the_answer_is_the_users(store: Store, tmp_path: Path) -> None:
    store.set_setting(RULE, "C{0000}")
    path = listed(tmp_path, *MESSY)
    first = prepared(store, path)
    out = prepared(store, path, answers=answers(first, "reject"))
    assert [(left.row, str(left.why)[:8]) for left in out.left_out] == [
        (4, "Code K1 "), (6, "Code K9 "), (7, "Code K8 ")
    ]  # fmt: skip
    assert sum(out.counts.values()) == out.rows
    blank = prepared(store, path, answers=answers(first, "blank"))
    applier.apply(store, blank)
    found = held(store)
    assert (found["松湾牧场"][0], found["麓桐软件"][0], found["云杉谷酒店"][0]) == (None, None, "C0003")


def test_a_row_that_goes_into_a_customer_takes_no_other_code(store: Store, tmp_path: Path) -> None:
    with store.step(N_("New")) as step:
        phone = [{"number": "+8657180000001", "kind": "landline"}]
        step.insert("customer", {"name": "鹿溪堂茶业", "phones": phone})
    lines = ("新客户,K5,0571-80000009,杭州,", "鹿溪堂茶业,K5,0571-80000001,杭州,")
    made = prepared(store, listed(tmp_path, *lines))
    applier.apply(store, made)
    found = held(store)
    assert found["新客户"][0] == "K5"
    assert found["鹿溪堂茶业"] == (None, "客户编号: K5")
    assert [str(t.why) for t in made.troubles] == ["Code K5 stands in row 2 as well."]
    backwards = (*reversed(lines),)
    undo.undo(store)
    made = prepared(store, listed(tmp_path, *backwards))
    applier.apply(store, made)
    assert (held(store)["鹿溪堂茶业"][0], held(store)["新客户"][0]) == ("K5", None)
    assert check.check(store) == []


def test_the_code_of_one_that_was_merged_away_is_told(store: Store, tmp_path: Path) -> None:
    with store.step(N_("New")) as step:
        ids = [step.insert("customer", {"name": name, "code": code}) for name, code in
               (("鹿溪堂", "K1"), ("溪堂", "K2"))]  # fmt: skip
    merging.merge(store, "customer", ids, ids[0], {"name": ids[0]})
    made = prepared(store, listed(tmp_path, "全新的店,K2,,,"))
    assert [str(t.why) for t in made.troubles] == ["Code K2 was that of “溪堂”, merged into “鹿溪堂” since."]


def test_a_rule_that_changes_meanwhile_stops_the_import(store: Store, tmp_path: Path) -> None:
    store.set_setting(RULE, "C{0000}")
    made = prepared(store, listed(tmp_path, "墨瑞印刷,,,,"))
    store.set_setting(RULE, "K{0000}")
    with pytest.raises(Known, match="rule for codes was changed"):
        applier.apply(store, made)
    assert list(held(store)) == ["石桥物流"]


def test_codes_by_place_and_a_list_without_codes(store: Store, tmp_path: Path) -> None:
    store.set_setting(RULE, "{区号}-{0000}")
    lines = [f"客户{i},{'杭州' if i % 2 else '上海'}" for i in range(250)]
    made = prepared(store, listed(tmp_path, *lines, head="客户名称,城市"), doubtful="new")
    applier.apply(store, made)
    found = held(store)
    assert (found["客户0"][0], found["客户249"][0]) == ("021-0001", "0571-0250")
    assert len({code for code, _remark in found.values()}) == 251
