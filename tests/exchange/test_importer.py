"""The main job: a small firm's real-life list goes in, is shown first, and comes out again by undo."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.core.query import Query, Where
from freecrm.core.record import Record
from freecrm.core.rights import Rights
from freecrm.core.words import N_
from freecrm.exchange import applier, importer
from freecrm.exchange.changeset import ChangeSet, Options
from freecrm.modules import model
from freecrm.store import check, history, undo
from freecrm.store.database import Store
from tests.files import new_store

DATA = Path(__file__).parents[1] / "data"
PLAN = model().imported("customer")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "firm.freecrm")
    yield made
    made.close()


def prepared(store: Store, path: Path, **options: Any) -> ChangeSet:
    return importer.prepare(store, path, PLAN, Options(**options))


def taken(store: Store, path: Path, **options: Any) -> ChangeSet:
    made = prepared(store, path, **options)
    applier.apply(store, made)
    return made


def book(tmp_path: Path, *rows: list[Any], name: str = "list.xlsx") -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    path = tmp_path / name
    made.save(path)
    return path


def customers(store: Store) -> list[Record]:
    return list(store.reader().each(Query("customer")))


def one(store: Store, name: str) -> Record:
    found = list(store.reader().each(Query("customer", Where("name", "=", name))))
    assert len(found) == 1, name
    return found[0]


def dump(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is not log, counter or index."""
    own = {"step", "change", "counter", "door", "kept", "setting"}
    c = store.read()
    names = [r[0] for r in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        n: sorted(c.execute(f'SELECT * FROM "{n}"').fetchall(), key=repr)  # noqa: S608 - names of our own tables
        for n in names
        if n not in own and not n.startswith(("search", "sqlite"))
    }


# ---- the sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, ChangeSet]]:
    made = new_store(tmp_path_factory.mktemp("sample") / "firm.freecrm")
    yield made, taken(made, DATA / "customers_2026.xlsx")
    made.close()


def test_the_sample_is_laid_out_right(sample: tuple[Store, ChangeSet]) -> None:
    _store, made = sample
    assert (made.sheet, made.header_row, made.rows) == ("客户", 3, 1286)
    notes = " ".join(str(note) for note in made.notes)
    assert "说明" in notes
    assert "Totals rows were left out: 1 (row 1291)" in notes


def test_every_column_of_the_sample_has_its_place(sample: tuple[Store, ChangeSet]) -> None:
    _store, made = sample
    assert {c.head: c.target for c in made.columns} == {
        "序号": "",
        "客户名称": "customer.name",
        "联系人": "contact.name",
        "手机": "contact.phones",
        "座机": "customer.phones",
        "区域": "customer.addresses",
        "级别": "customer.grade",
        "业务员": "customer.owner_user",
        "最后联系": "customer.last_contact",
        "欠款": "customer.opening_balance",
        "TDS": "+customer",
        "备注": "customer.remark",
    }
    new = next(c.new for c in made.columns if c.head == "TDS")
    assert new is not None
    assert (new["kind"], new["places"]) == ("number", 0)


def test_the_counts_of_the_sample_add_up(sample: tuple[Store, ChangeSet]) -> None:
    store, made = sample
    assert sum(made.counts.values()) == made.rows
    assert made.count("rejected") == 0
    assert made.count("new") + made.count("doubtful") == 1286
    assert made.count("doubtful") >= 51  # about 4 % second entries
    filled = made.actions["fill"]
    assert len(customers(store)) == 1286 - filled
    assert check.check(store) == []


def test_what_cannot_be_read_is_listed_and_nothing_else(sample: tuple[Store, ChangeSet]) -> None:
    _store, made = sample
    dates = {t.text for t in made.troubles if t.head == "最后联系"}
    assert dates == {"去年底", "上个月", "2025-02-30", "待定"}
    phones = [t for t in made.troubles if t.head == "手机"]
    assert len(phones) == 40
    assert all(len(t.text) == 10 for t in phones)
    assert {t.head for t in made.troubles} == {"最后联系", "手机"}
    assert made.trouble_count == len(made.troubles) == 68


def test_values_of_the_sample(sample: tuple[Store, ChangeSet]) -> None:
    store, _made = sample
    first = one(store, "无锡百岩贸易有限公司")
    assert first["grade"] == "A"  # 重点
    assert first["owner_user_title"] == "陈思远"
    assert first["last_contact"] == dt.date(2025, 8, 19)  # serial 45888
    assert first["x_tds"] == 153
    assert [(a["province"], a["city"]) for a in first["addresses"]] == [("江苏", "苏州")]
    assert first["main_phone"] == "+8613800001408"
    two = one(store, "深圳知川酒店有限公司")
    person = store.reader().record("contact", _people(store, two)[0])
    assert person is not None
    assert [p["number"] for p in person["phones"]] == ["+8613800009193", "+8613700009193"]
    extension = one(store, "杭州松林餐饮股份有限公司")
    assert [(p["number"], p["ext"]) for p in extension["phones"]] == [("+8651285988827", "91")]
    assert extension["opening_balance"] == 687141
    assert extension["remark"] == "=SUM(A1:A9)"


def _people(store: Store, record: Record) -> list[bytes]:
    sql = "SELECT parent FROM job WHERE customer = ? ORDER BY n"
    return [row[0] for row in store.read().execute(sql, (record.id,))]


def test_amounts_in_ten_thousands(sample: tuple[Store, ChangeSet]) -> None:
    """0.50万 is 5,000.00: every amount of the sample, added up by other means."""
    store, made = sample
    assert made.rows
    total = sum(r["opening_balance"] or 0 for r in customers(store))
    assert total > 0
    assert store.reader().count(Query("customer", Where("opening_balance", "filled"))) >= 180


def test_people_of_the_firm(sample: tuple[Store, ChangeSet]) -> None:
    store, made = sample
    users = {r["name"]: r["short"] for r in store.reader().each(Query("user"))}
    assert users == {"陈思远": "思远", "嘉木": None, "小川": None, "晓棠": None, "老周": None}
    assert {d.text for d in made.decisions if d.head == "业务员"} == {
        "陈思远",
        "思远",
        "嘉木",
        "小川",
        "晓棠",
        "老周",
    }


def test_unreadable_words_go_to_the_remark(sample: tuple[Store, ChangeSet]) -> None:
    store, made = sample
    rows = {t.row for t in made.troubles if t.text == "去年底"}
    kept = store.reader().count(Query("customer", Where("remark", "contains", "最后联系: 去年底")))
    assert 0 < kept <= len(rows)
    tagged = store.reader().count(Query("customer", Where("tags", "=", "To check")))
    assert tagged >= 38


@pytest.mark.parametrize("words", ["lxt", "luxi", "海桥", "杉", "4471"])
def test_the_sample_is_found(sample: tuple[Store, ChangeSet], words: str) -> None:
    store, _made = sample
    assert store.reader().find(words)


def test_the_same_list_again_changes_nothing(store: Store) -> None:
    taken(store, DATA / "customers_2026.xlsx")
    before = dump(store)
    for name in ("customers_2026.xlsx", "customers_2026.csv"):  # the second in GB18030, without a title
        again = taken(store, DATA / name)
        assert again.counts == {"same": 1286}
        assert all(c.how in ("remembered", "head") for c in again.columns)
    assert dump(store) == before


def test_undo_takes_the_sample_back(store: Store) -> None:
    empty = dump(store)
    taken(store, DATA / "customers_2026.xlsx")
    full = dump(store)
    undo.undo(store)
    assert dump(store) == empty
    assert store.reader().find("海桥") == []
    assert check.check(store) == []
    undo.redo(store)
    assert dump(store) == full
    assert check.check(store) == []


def test_accounts_of_the_sales_data(store: Store) -> None:
    made = taken(store, DATA / "sales" / "accounts.csv")
    assert made.counts == {"new": 85}
    targets = {c.head: c.target for c in made.columns}
    assert targets["account"] == "customer.name"
    assert targets["sector"] == "customer.industry"
    assert targets["subsidiary_of"] == "customer.group"
    assert targets["revenue"] == targets["year_established"] == "+customer"
    child = one(store, "Bluth Company")
    assert child["group_title"] == "Acme Corporation"
    assert child["x_revenue"] is not None
    assert store.reader().count(Query("customer", Where("group", "filled"))) == 15
    assert check.check(store) == []


# ---- the change set


def test_nothing_is_written_before_it_is_confirmed(store: Store) -> None:
    before = store.path.read_bytes()
    made = prepared(store, DATA / "customers.xlsx")
    assert made.count("new") > 50
    made.discard()
    assert store.path.read_bytes() == before
    assert customers(store) == []
    with pytest.raises(Known, match="already written or given up"):
        applier.apply(store, made)


def test_new_changed_same_and_these_cells(store: Store, tmp_path: Path) -> None:
    head = ["客户名称", "联系人", "手机", "级别", "欠款"]
    taken(
        store,
        book(
            tmp_path,
            head,
            ["鹿溪堂茶业", "林晓棠", "13800004471", "A", "¥12,000.00"],
            ["百川印务", "邵青", "13800009034", "普通", None],
        ),
    )
    made = prepared(
        store,
        book(
            tmp_path,
            head,
            ["鹿溪堂茶业", "林晓棠", "13800004471", "普通", "1.5万"],
            ["百川印务", "邵青", "13800009034", "普通", None],
            ["云杉谷酒店", "沈嘉言", "13800001203", "A", None],
        ),
    )
    assert made.counts == {"changed": 1, "same": 1, "new": 1}
    assert made.changes[0].cells == (("Grade", "A", "B"), ("Opening balance", "12,000.00", "15,000.00"))
    applier.apply(store, made)
    assert one(store, "鹿溪堂茶业")["opening_balance"] == 1_500_000


def test_a_blank_never_wipes_unless_told(store: Store, tmp_path: Path) -> None:
    head = ["客户名称", "手机", "级别", "备注"]
    taken(store, book(tmp_path, head, ["鹿溪堂茶业", "13800004471", "A", "老客户"]))
    again = book(tmp_path, head, ["鹿溪堂茶业", "13800004471", None, None])
    assert taken(store, again).counts == {"same": 1}
    assert one(store, "鹿溪堂茶业")["grade"] == "A"
    assert taken(store, again, blank_wipes=True).counts == {"changed": 1}
    record = one(store, "鹿溪堂茶业")
    assert (record["grade"], record["remark"]) == (None, None)


@pytest.mark.parametrize(
    ("action", "grade", "count"), [("update", "B", 1), ("fill", "A", 1), ("skip", "A", 1), ("new", "A", 2)]
)
def test_what_happens_to_known_customers(
    store: Store, tmp_path: Path, action: str, grade: str, count: int
) -> None:
    head = ["客户名称", "手机", "级别", "来源"]
    taken(store, book(tmp_path, head, ["鹿溪堂茶业", "13800004471", "A", None]))
    taken(store, book(tmp_path, head, ["鹿溪堂茶业", "13800004471", "B", "展会"]), existing=action)
    found = customers(store)
    assert len(found) == count
    assert found[0]["grade"] == grade
    assert found[0]["source"] == ("fair" if action in ("update", "fill") else None)


def test_one_row_is_decided_by_itself(store: Store, tmp_path: Path) -> None:
    head = ["客户名称", "联系人", "手机"]
    rows = [["鹿溪堂茶业有限公司", "林晓棠", "13800004471"], ["鹿溪堂茶业", "林晓棠", "13800004471"]]
    path = book(tmp_path, head, *rows)
    doubtful = prepared(store, path)
    assert [(d.row, d.of_row, d.action) for d in doubtful.doubts] == [(3, 2, "fill")]
    assert any("13" in str(reason) or "phone" in str(reason) for reason in doubtful.doubts[0].reasons)
    doubtful.discard()
    made = taken(store, path, decisions={3: "new"})
    assert len(customers(store)) == 2
    assert made.counts == {"new": 1, "doubtful": 1}


def test_a_left_out_double_comes_back_with_its_reason(store: Store, tmp_path: Path) -> None:
    head = ["客户名称", "联系人", "手机"]
    path = book(
        tmp_path,
        head,
        ["鹿溪堂茶业有限公司", "林晓棠", "13800004471"],
        ["鹿溪堂茶业", "林晓棠", "13800004471"],
    )
    made = taken(store, path, doubtful="skip")
    assert len(customers(store)) == 1
    assert [(r.row, r.cells[0]) for r in made.left_out] == [(3, "鹿溪堂茶业")]
    assert "鹿溪堂茶业有限公司" in str(made.left_out[0].why)


def test_rows_without_a_name_are_rejected(store: Store, tmp_path: Path) -> None:
    path = book(tmp_path, ["客户名称", "手机"], ["鹿溪堂茶业", "13800004471"], [None, "13800009034"])
    made = taken(store, path)
    assert made.counts == {"new": 1, "rejected": 1}
    assert [(r.row, r.cells) for r in made.left_out] == [(3, (None, "13800009034"))]
    assert "Customer name is needed" in str(made.left_out[0].why)


def test_unread_rows_can_be_rejected(store: Store, tmp_path: Path) -> None:
    path = book(
        tmp_path,
        ["客户名称", "最后联系"],
        ["鹿溪堂茶业", "去年底"],
        ["百川印务", "2026.3.5"],
        ["晴川电子", "2026-03-06"],
    )
    made = taken(store, path, unread="reject")
    assert made.counts == {"new": 2, "rejected": 1}
    assert [r["name"] for r in customers(store)] == ["百川印务", "晴川电子"]


def test_customers_with_several_people_in_one_sheet(store: Store, tmp_path: Path) -> None:
    head = ["公司名称", "姓名", "职务", "手机", "地址"]
    path = book(
        tmp_path,
        head,
        ["晴川电子有限公司", "吴亦舟", "采购经理", "13800002216", "江苏省苏州市工业园区星湖街1号"],
        ["晴川电子有限公司", "何北", "财务", "13800002217", None],
        ["听松书院", "宋一禾", "院长", "13800008852", None],
    )
    made = taken(store, path)
    assert made.counts == {"new": 3}
    assert len(customers(store)) == 2
    firm = one(store, "晴川电子有限公司")
    people = [store.reader().record("contact", id) for id in _people(store, firm)]
    assert [(p["name"], p["jobs"][0]["job"]) for p in people if p] == [
        ("吴亦舟", "采购经理"),
        ("何北", "财务"),
    ]
    address = firm["addresses"][0]
    assert (address["province"], address["city"], address["street"]) == ("江苏", "苏州", "工业园区星湖街1号")


def test_the_mapping_is_remembered(store: Store, tmp_path: Path) -> None:
    head = ["客户名称", "暗号"]
    taken(
        store,
        book(tmp_path, head, ["鹿溪堂茶业", "甲"]),
        told={"暗号": "customer.source"},
        words={"暗号": {"甲": "fair"}},
    )
    again = taken(store, book(tmp_path, head, ["百川印务", "甲"]))
    assert [(c.target, c.how) for c in again.columns] == [
        ("customer.name", "remembered"),
        ("customer.source", "remembered"),
    ]
    assert one(store, "百川印务")["source"] == "fair"


def test_a_named_mapping_serves_other_heads(store: Store, tmp_path: Path) -> None:
    taken(
        store,
        book(tmp_path, ["客户名称", "暗号"], ["鹿溪堂茶业", "展会"]),
        told={"暗号": "customer.source"},
        name="monthly",
    )
    again = prepared(
        store, book(tmp_path, ["客户名称", "暗号", "级别"], ["百川印务", "展会", "A"]), name="monthly"
    )
    assert {c.head: c.target for c in again.columns}["暗号"] == "customer.source"
    again.discard()


def test_a_new_pick_list_entry_is_added_and_undone(store: Store, tmp_path: Path) -> None:
    taken(store, book(tmp_path, ["客户名称", "行业"], ["鹿溪堂茶业", "茶业"], ["百川印务", "印刷"]))
    assert store.schema.fields("customer")["industry"].show(one(store, "鹿溪堂茶业")["industry"]) == "茶业"
    undo.undo(store)
    industry = store.schema.fields("customer")["industry"]
    assert getattr(industry, "options").find("茶业") is None  # noqa: B009 - a pick-list field


def test_a_custom_field_of_each_guess(store: Store, tmp_path: Path) -> None:
    head = ["客户名称", "安装日期", "水压", "会员", "备用码", "安装要点"]
    rows = [
        [f"客户{i}", f"2025-01-{i + 1:02}", f"{i}.25", ["金", "银"][i % 2], f"00{i}", f"第一行\n{i}"]
        for i in range(12)
    ]
    made = taken(store, book(tmp_path, head, *rows))
    kinds = {c.head: (c.new["kind"], c.new.get("places")) for c in made.columns if c.new}
    assert kinds == {
        "安装日期": ("date", None),
        "水压": ("number", 2),
        "会员": ("choice", None),
        "备用码": ("text", None),
        "安装要点": ("longtext", None),
    }
    record = one(store, "客户3")
    own = {f.title: record[f.name] for f in store.schema.fields("customer").values() if f.custom}
    assert own["备用码"] == "003"  # a leading zero survives
    assert str(own["水压"]) == "3.25"
    assert own["安装日期"] == dt.date(2025, 1, 4)


def test_a_loop_of_groups_is_left_blank_and_said(store: Store, tmp_path: Path) -> None:
    path = book(
        tmp_path, ["客户名称", "上级公司"], ["甲", "乙"], ["乙", "甲"], ["丙", "丙"], ["丁", "没有的公司"]
    )
    made = taken(store, path)
    assert made.counts == {"new": 4}
    assert len([t for t in made.troubles if t.code == "link"]) == 3
    assert one(store, "甲")["group_title"] == "乙"
    assert check.check(store) == []


def test_day_and_month_are_asked_once(store: Store, tmp_path: Path) -> None:
    path = book(tmp_path, ["客户名称", "最后联系"], ["鹿溪堂茶业", "03/05/2026"], ["百川印务", "04/05/2026"])
    made = prepared(store, path)
    assert made.ambiguous_dates == 2
    assert any("day/month" in str(note) for note in made.advice)
    made.discard()
    assert taken(store, path, order="dmy").ambiguous_dates == 0
    assert one(store, "鹿溪堂茶业")["last_contact"] == dt.date(2026, 5, 3)


def test_a_later_last_contact_is_added_and_goes_with_the_import(store: Store, tmp_path: Path) -> None:
    def listed(day: str, name: str) -> Path:
        return book(tmp_path, ["客户名称", "电话", "最后联系"], ["鹿溪堂茶业", "13800001203", day], name=name)

    taken(store, listed("2026-03-05", "a.xlsx"))
    with_it = dump(store)
    assert one(store, "鹿溪堂茶业")["last_contact"] == dt.date(2026, 3, 5)
    assert taken(store, listed("2026-03-19", "b.xlsx"), existing="fill").counts == {"same": 1}
    assert taken(store, listed("2026-02-01", "c.xlsx")).counts == {"same": 1}  # that was before
    assert dump(store) == with_it
    assert taken(store, listed("2026-03-12", "d.xlsx")).counts == {"changed": 1}
    assert one(store, "鹿溪堂茶业")["last_contact"] == dt.date(2026, 3, 12)
    undo.undo(store)
    assert dump(store) == with_it
    undo.undo(store, 1)
    assert store.read().execute("SELECT count(*) FROM activity").fetchone() == (0,)
    assert check.check(store) == []


# ---- other programs' heads


def test_outlook_heads(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "outlook.csv"
    path.write_text(
        '"First Name","Last Name","Company","Job Title","Business Phone","Mobile Phone","E-mail Address",'
        '"Business Street","Business City","Business Country/Region","Birthday","Notes"\n'
        '"Nina","Hart","Harbor Lane Foods","Buyer","+44 20 7946 0018","+44 7700 900123","nina@example.com",'
        '"1 Dock Rd","London","United Kingdom","1980-05-20","likes mornings"\n',
        encoding="utf-8",
    )
    made = taken(store, path)
    assert made.counts == {"new": 1}
    firm = one(store, "Harbor Lane Foods")
    person = store.reader().record("contact", _people(store, firm)[0])
    assert person is not None
    assert (person["name"], person["birthday"]) == ("Nina Hart", "1980-05-20")
    assert person["jobs"][0]["job"] == "Buyer"
    assert person["emails"][0]["address"] == "nina@example.com"
    assert firm["addresses"][0]["city"] == "London"
    assert firm["addresses"][0]["country"] == "United Kingdom"


def test_google_heads(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "google.csv"
    path.write_text(
        "First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - Value,"
        "Phone 1 - Label,Phone 1 - Value,Labels,Notes\n"
        "小明,王,鹿溪堂茶业,经理,* Work,wxm@example.com,Mobile,13800004471,* myContacts,\n",
        encoding="utf-8",
    )
    taken(store, path)
    firm = one(store, "鹿溪堂茶业")
    person = store.reader().record("contact", _people(store, firm)[0])
    assert person is not None
    assert (person["name"], person["main_phone"]) == ("王小明", "+8613800004471")


def test_espocrm_heads(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(
        '"Name","Website","Email","Phone","Type","Industry","Billing Address Street","Billing Address City",'
        '"Assigned User","Description"\n'
        '"Acme Ltd","https://acme.example","info@acme.example","+49 30 901820","Customer","Finance",'
        '"Hauptstr. 1","Berlin","Will Manager","old friend"\n',
        encoding="utf-8",
    )
    taken(store, path)
    record = one(store, "Acme Ltd")
    assert (record["industry"], record["owner_user_title"]) == ("finance", "Will Manager")
    assert record["emails"][0]["address"] == "info@acme.example"
    assert (record["addresses"][0]["city"], record["addresses"][0]["street"]) == ("Berlin", "Hauptstr. 1")


def test_act_heads(store: Store, tmp_path: Path) -> None:
    store.set_setting("firm.country", "1")
    path = tmp_path / "act.csv"
    path.write_text(
        '"Contact","Company","Title","Department","Phone","Mobile Phone","Alt Phone","Fax Phone","E-mail",'
        '"Personal E-mail","Address 1","Address 2","City","State","ZIP Code","Country","ID/Status","Web Site",'
        '"Birth Date","Last Reach","Record Manager","Record Creator","Create Date","Edit Date","Edited By",'
        '"Home Address 1","Home City"\n'
        '"John Smith","Acme Ltd","Buyer","Purchasing","617-253-1000","617-253-2000","617-253-3000","617-253-4000",'
        '"john@acme.example","js@home.example","1 Main St","Suite 2","Boston","MA","02110","United States",'
        '"Prospect","www.acme.example","3/15/1970","1/22/2026","Chris Huffman","Chris Huffman","1/1/2020",'
        '"1/1/2021","Chris Huffman","9 Elm St","Quincy"\n',
        encoding="utf-8",
    )
    made = taken(store, path)
    assert [column.head for column in made.columns if column.new] == []
    firm = one(store, "Acme Ltd")
    assert (firm["owner_user_title"], firm["last_contact"]) == ("Chris Huffman", dt.date(2026, 1, 22))
    assert [(row["number"], row["kind"]) for row in firm["phones"]] == [
        ("+16172531000", "other"), ("+16172533000", "landline"), ("+16172534000", "fax"),
    ]  # fmt: skip
    assert firm["addresses"][0]["postcode"] == "02110"
    assert firm["website"] == "www.acme.example"
    john = store.reader().record("contact", _people(store, firm)[0])
    assert john is not None
    assert (john["birthday"], john["main_phone"]) == ("1970-03-15", "+16172532000")
    assert [row["address"] for row in john["emails"]] == ["john@acme.example", "js@home.example"]
    assert [(row["kind"], row["city"]) for row in john["addresses"]] == [("home", "Quincy")]


def test_business_cards(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "phone.vcf"
    path.write_bytes(
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B;=E5=B0=8F=E6=98=8E;;;\r\n"
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B=E5=B0=8F=E6=98=8E\r\n"
        "TEL;CELL:13800004471\r\nEND:VCARD\r\n"
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:林晓棠\r\nORG:鹿溪堂茶业;采购部\r\nTITLE:经理\r\n"
        "TEL;TYPE=CELL:138-0000-4472\r\nEMAIL:lin@example.com\r\nEND:VCARD\r\n".encode()
    )
    made = taken(store, path)
    assert made.rows == 2
    people = {r["name"]: r for r in store.reader().each(Query("contact"))}
    assert people["林晓棠"]["firm"] == "鹿溪堂茶业"
    assert people["林晓棠"]["jobs"][0]["department"] == "采购部"
    found = store.reader().find("wxm")
    assert found
    assert found[0].record["name"] == "王小明"


# ---- undo of an import, weeks later


def test_undo_keeps_what_was_edited_since(store: Store, tmp_path: Path) -> None:
    head = ["客户名称", "联系人", "手机", "级别"]
    taken(store, book(tmp_path, head, ["鹿溪堂茶业", "林晓棠", "13800004471", "A"]))
    made = taken(
        store,
        book(
            tmp_path,
            head,
            ["鹿溪堂茶业", "林晓棠", "13800004471", "B"],
            ["百川印务", "邵青", "13800009034", "A"],
            ["云杉谷酒店", "沈嘉言", "13800001203", "A"],
        ),
    )
    assert made.counts == {"changed": 1, "new": 2}
    step = history.steps(store)[0].n
    with store.step(N_("Edit")) as later:
        later.update("customer", one(store, "百川印务").id, {"remark": "打过电话"})
    touched = undo.undo(store, step)
    assert [(k.title, k.entity) for k in touched.kept if k.entity == "customer"] == [("百川印务", "customer")]
    assert {r["name"] for r in customers(store)} == {"鹿溪堂茶业", "百川印务"}
    assert one(store, "鹿溪堂茶业")["grade"] == "A"
    assert one(store, "百川印务")["main_phone"] == "+8613800009034"  # it stays whole, with its person
    assert check.check(store) == []
    undo.undo(store)  # the edit is the latest step that still stands
    assert one(store, "百川印务")["remark"] is None


# ---- bad days


def test_somebody_changed_the_file_meanwhile(store: Store) -> None:
    made = prepared(store, DATA / "customers.xlsx")
    with store.step(N_("New customer")) as step:
        step.insert("customer", {"name": "晴川电子"})
    with pytest.raises(Known, match="Read the file once more"):
        applier.apply(store, made)
    assert len(customers(store)) == 1
    made.discard()


@pytest.mark.parametrize("at", [0, 1, 3])
def test_cancel_leaves_everything_as_it_was(store: Store, at: int) -> None:
    before = dump(store)

    class Stopping(Progress):
        told = 0

        def tell(self, *args: Any, **more: Any) -> None:
            self.told += 1
            if self.told > at:
                self.cancel()
            super().tell(*args, **more)

    with pytest.raises(Cancelled):
        importer.prepare(store, DATA / "customers_2026.xlsx", PLAN, Options(), progress=Stopping())
    made = prepared(store, DATA / "customers_2026.xlsx")
    with pytest.raises(Cancelled):
        applier.apply(store, made, progress=Stopping())
    assert dump(store) == before
    assert history.steps(store) == []
    assert check.check(store) == []
    made.discard()


def test_a_file_that_is_no_list(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\xff\xd8\xff\xe0 JFIF")
    with pytest.raises(Known):
        prepared(store, path)
    with pytest.raises(Known):
        prepared(store, tmp_path / "missing.xlsx")
    assert history.steps(store) == []


def test_texts_that_look_like_formulas_stay_texts(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "客户名称,备注\n鹿溪堂茶业,=cmd|' /C calc'!A0\n百川印务,@SUM(1)\n'+客户,-2+3\n", encoding="utf-8"
    )
    taken(store, path)
    assert [r["name"] for r in customers(store)] == ["鹿溪堂茶业", "百川印务", "+客户"]
    assert one(store, "百川印务")["remark"] == "@SUM(1)"


def test_bring_in_is_prepare_and_apply(tmp_path: Path) -> None:
    dumps = []
    for way in ("both", "one"):
        store = new_store(tmp_path / f"{way}.freecrm")
        if way == "both":
            taken(store, DATA / "customers_2026.xlsx")
        else:
            made, touched = applier.bring_in(store, DATA / "customers_2026.xlsx", PLAN, Options())
            assert touched.step == 1
            assert made.rows == 1286
        found = {r["name"]: (r["grade"], r["main_phone"], r["city"], r["x_tds"]) for r in customers(store)}
        dumps.append((len(customers(store)), found))
        assert check.check(store) == []
        store.close()
    assert dumps[0] == dumps[1]


def test_the_child_needs_neither_qt_nor_sqlalchemy() -> None:
    code = (
        "import sys, freecrm.exchange.importer, freecrm.modules;"
        "print(sorted(m for m in ('PySide6', 'sqlalchemy', 'openpyxl', 'alembic') if m in sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_list_of_people_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    head = ["姓名", "手机", "生日"]
    first = book(tmp_path, head, ["王小明", "13800004471", None], ["林晓棠", "13800004472", None])
    assert taken(store, first).counts == {"new": 2}
    assert taken(store, first).counts == {"same": 2}
    again = book(tmp_path, head, ["王小明", "13800004471", "1980-05-20"], ["林晓棠", "13800004472", None])
    assert taken(store, again).counts == {"changed": 1, "same": 1}
    people = list(store.reader().each(Query("contact")))
    assert [(p["name"], p["birthday"]) for p in people] == [
        ("王小明", "1980-05-20"),
        ("林晓棠", None),
    ]
    assert customers(store) == []


def test_the_same_cards_again_change_nothing(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "cards.vcf"
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{0}\r\n{1}TEL;TYPE=CELL:{2}\r\nEND:VCARD\r\n"
    cards = [("林晓棠", "ORG:鹿溪堂茶业\r\n", "13800004472"), ("王小明", "", "13800004471")]
    path.write_text("".join(card.format(*one) for one in cards), encoding="utf-8")
    assert taken(store, path).counts == {"new": 2}
    before = dump(store)
    assert taken(store, path).counts == {"same": 2}
    assert dump(store) == before


def test_an_import_tells_nothing_that_may_not_be_seen(store: Store, tmp_path: Path) -> None:
    me, other = b"m" * 16, b"o" * 16
    with store.step("Two") as step:
        for name, owner, phone in (("我的茶业", me, "13800001111"), ("别人的酒店", other, "13800002222")):
            phones = [{"number": f"+86{phone}"}]
            limit = {"credit_limit": 987654300}
            step.insert("customer", {"name": name, "owner_user": owner, "phones": phones, **limit})
    store.hold_to(
        Rights(
            me,
            {("*", "see"): "own", ("*", "change"): "own"},
            hidden=frozenset({("customer", "credit_limit")}),
            readonly=frozenset({("customer", "grade")}),
            masked=frozenset({("customer", "phones")}),
        )
    )
    path = book(
        tmp_path,
        ["客户名称", "电话", "信用额度", "等级"],
        ["别人的酒店", "13800002222", 5000, "A"],
        ["我的茶叶", "13800001111", 7000, "B"],
        ["我的茶业", "13800003333", 7000, "B"],
    )
    made = prepared(store, path)
    told = str(made.doubts) + str(made.changes) + str(made.decisions)
    assert "9,876,543" not in told
    assert {doubt.of for doubt in made.doubts} == {"我的茶业"}
    olds = [text for doubt in made.doubts for _path, text in doubt.theirs]
    assert any("**" in text for text in olds)
    assert not any("0000-1111" in text for text in olds)
    assert {c.target for c in made.mapping.columns} == {"customer.name", "customer.phones", ""}
    applier.apply(store, made)
    store.hold_to(None)
    assert [one["credit_limit"] for one in customers(store) if one["name"] == "别人的酒店"] == [
        987654300,
        None,
    ]
