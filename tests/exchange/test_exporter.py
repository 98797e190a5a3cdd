"""Exports: types, words, child rows, rights, csv and cards; templates; rows left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from freecrm.core import phones, words
from freecrm.core.jobs import Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.core.query import Query, Sort, Where
from freecrm.core.record import ColumnsOf
from freecrm.core.rights import Rights
from freecrm.core.words import N_, say
from freecrm.exchange import csvout
from freecrm.exchange.columns import columns_of, read_rows
from freecrm.exchange.exporter import export, left_out, template
from freecrm.exchange.reading import open_source
from freecrm.store.database import Store
from tests.exchange import nasty
from tests.files import new_store

ALL = Query("customer", sort=(Sort("name"),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "f.freecrm")
    yield made
    made.close()


@pytest.fixture
def ids(store: Store) -> dict[str, bytes]:
    return nasty.fill(store)


def table(path: Path) -> dict[str, dict[str, Any]]:
    """Name of the customer -> head -> cell."""
    opened = open_source(path)
    heads = opened.layout.heads
    rows = [dict(zip(heads, cells, strict=True)) for _n, cells in opened.rows()]
    return {row.get("Customer name") or row.get("Full name") or row.get("客户名称"): row for row in rows}


def test_a_workbook_has_real_types_and_the_words_of_the_language(
    store: Store, ids: dict[str, bytes], tmp_path: Path
) -> None:
    done = export(store, ALL, tmp_path / "a.xlsx")
    assert done.rows == 3
    assert "1 texts are longer" in str(done.notes[0])
    rows = table(done.path)
    full = rows[nasty.FULL["name"]]
    assert full["Code"] == "00012"
    assert full["Opening balance"] == -12000.5
    assert full["Last contact"] == dt.date(2026, 2, 28)
    assert (full["Status"], full["Owner"], full["Employees"]) == ("In progress", "陈思远", 35)
    assert full["Phone"] == "138-0000-4471 / 0571-86543210 ext. 801 (前台) / +49 30 12345678 / 6543210"
    assert (full["Province"], full["City"], full["Street"]) == ("浙江", "湖州", "文三路 1 号")
    assert full["Tags"] == "重点, a b, -x"
    assert full["Remark"] == nasty.FULL["remark"]
    assert (full["TDS"], full["装机数"], full["Rebate"]) == (120.5, "12345678901234567", 12.5)
    assert (full["Installed on"], full["Invoice"], full["Phone 2"]) == ("1899-12-31", "No", "+1")
    assert (full["Contact name"], full["Mobile"]) == ("林小满", "139-1111-0000")
    assert full["_id"].startswith(ids["full"].hex() + ":")
    assert rows["鹿溪堂二店"]["Part of group"] == nasty.FULL["name"]


def test_chinese_heads_and_words(store: Store, ids: dict[str, bytes], tmp_path: Path) -> None:
    export(store, ALL, tmp_path / "a.xlsx", language="zh_CN")
    row = table(tmp_path / "a.xlsx")[nasty.FULL["name"]]
    with words.speaking("zh_CN"):
        fields = store.schema.fields("customer")
        assert row[fields["status"].title] == fields["status"].show("active")
        assert row["Invoice"] == fields["x_invoice"].show(False)


def test_named_fields_in_their_order(store: Store, ids: dict[str, bytes], tmp_path: Path) -> None:
    export(store, ALL, tmp_path / "a.xlsx", fields=["grade", "name", "main_phone"])
    assert open_source(tmp_path / "a.xlsx").layout.heads == ["_id", "Grade", "Customer name", "Main phone"]


def test_people_have_their_position(store: Store, ids: dict[str, bytes], tmp_path: Path) -> None:
    export(store, Query("contact"), tmp_path / "a.xlsx")
    opened = open_source(tmp_path / "a.xlsx")
    ((_n, cells),) = opened.rows()
    row = dict(zip(opened.layout.heads, cells, strict=True))
    assert (row["Contact name"], row["Customer name"]) == ("林小满", nasty.FULL["name"])
    assert (row["Job title"], row["Department"]) == ("采购经理", "采购部")


def test_two_addresses_anywhere_put_all_into_one_column(
    store: Store, ids: dict[str, bytes], tmp_path: Path
) -> None:
    with store.step(N_("x")) as step:
        step.update(
            "customer", ids["bare"], {"addresses": [{"city": "苏州"}, {"city": "杭州", "street": "a / b"}]}
        )
    export(store, ALL, tmp_path / "a.xlsx")
    assert table(tmp_path / "a.xlsx")["@百川"]["Address"] == "苏州 / 杭州a/b"


def test_drop_downs_hold_the_live_entries(store: Store, ids: dict[str, bytes], tmp_path: Path) -> None:
    export(store, ALL, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    found = [v.formula1 for v in sheet.data_validations.dataValidation]
    assert '"A,B,C"' in found
    assert '"PP 棉,RO 膜"' in found
    assert any(f in found for f in ('"林晓棠,陈思远"', '"陈思远,林晓棠"'))


def test_csv_is_harmless_and_our_reader_takes_the_guard_off(
    store: Store, ids: dict[str, bytes], tmp_path: Path
) -> None:
    done = export(store, ALL, tmp_path / "a.csv")
    text = done.path.read_bytes().decode("utf-8-sig")
    assert done.rows == 3
    assert done.path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "\"'=SUM(A1:A9)\n" in text
    assert "'@百川" in text
    assert ",-12000.50," in text  # an amount is no text: it stays a number
    rows = table(done.path)
    assert rows[nasty.FULL["name"]]["Remark"] == nasty.FULL["remark"]
    assert rows[nasty.FULL["name"]]["Story"] == nasty.FULL["x_story"]
    assert "@百川" in rows
    assert "_id" not in rows["@百川"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\tx", "'quoted", "a=1", 'say "x", y\r\nz'])
def test_every_csv_text_comes_back(tmp_path: Path, text: str) -> None:
    csvout.write(tmp_path / "a.csv", ["name", "phone"], [["鹿溪", text], ["b", "1"]])
    assert not (tmp_path / "a.csv").read_text("utf-8-sig").split(",", 2)[2].startswith(("=", "+", "-", "@"))
    rows = list(open_source(tmp_path / "a.csv").rows())
    assert rows[0][1][1] == text.replace("\r\n", "\n")


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_cards_come_back_through_the_reader(
    store: Store, ids: dict[str, bytes], tmp_path: Path, version: str
) -> None:
    export(store, Query("contact"), tmp_path / "p.vcf", version=version)
    person = table(tmp_path / "p.vcf")["林小满"]
    assert (person["Company"], person["Department"], person["Job title"]) == (
        nasty.FULL["name"], "采购部", "采购经理",
    )  # fmt: skip
    assert (person["Mobile"], person["Birthday"]) == ("+8613911110000", "1990-01-02")
    export(store, Query("customer", Where("grade", "=", "A")), tmp_path / "c.vcf", version=version)
    firm = table(tmp_path / "c.vcf")[nasty.FULL["name"]]
    read = phones.read(firm["Phone"])[0]
    assert [(p.number, p.ext) for p in read[:2]] == [("+8657186543210", "801"), ("+493012345678", "")]
    assert firm["Phone"].endswith(" / 6543210")
    assert firm["Mobile"] == "+8613800004471"
    assert (firm["Province"], firm["City"], firm["Street"]) == ("浙江", "湖州", "吴兴区 文三路 1 号")
    assert (firm["WeChat"], firm["QQ"], firm["E-mail 2"]) == ("luxi_tea", "123456", "b@luxi.example")
    assert firm["Note"] == nasty.FULL["remark"]


def test_rights_narrow_an_export(store: Store, ids: dict[str, bytes], tmp_path: Path) -> None:
    own = Rights(ids["owner"], {("customer", "export"): "own"}, hidden=frozenset({("customer", "code")}))
    with store.step("Somebody else's") as step:
        step.update("customer", ids["bare"], {"owner_user": step.insert("user", {"name": "Else"})})
    owners = [r["owner_user"] for r in store.reader().each(ALL)]
    may = [one for one in owners if one in (None, ids["owner"])]  # what is nobody's is everybody's
    assert 0 < len(may) < len(owners)
    store.hold_to(own)
    assert export(store, ALL, tmp_path / "a.xlsx").rows == len(may)
    assert "Code" not in open_source(tmp_path / "a.xlsx").layout.heads
    none = Rights(ids["owner"], {("customer", "export"): "none"})
    store.hold_to(none)
    with pytest.raises(Known, match="do not let you export"):
        export(store, ALL, tmp_path / "b.xlsx")


def test_a_cancelled_export_leaves_no_file(store: Store, ids: dict[str, bytes], tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    for name in ("a.xlsx", "a.csv", "a.vcf"):
        with pytest.raises(Cancelled):
            export(store, ALL, tmp_path / name, progress=progress)
    assert not list(tmp_path.glob("*a.*"))


def test_another_ending_is_a_sentence(store: Store, tmp_path: Path) -> None:
    with pytest.raises(Known, match=r"\.xlsx, \.csv and \.vcf"):
        export(store, ALL, tmp_path / "a.pdf")


def test_a_template_is_made_of_the_live_fields(store: Store, ids: dict[str, bytes], tmp_path: Path) -> None:
    template(store, "customer", tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    heads = {cell.value: cell for cell in sheet[1]}
    assert [*heads][:2] == ["Customer name", "Code"]
    assert {"TDS", "Filter", "Contact name", "Mobile", "Province"} <= heads.keys()
    assert "_id" not in heads
    assert heads["Customer name"].comment is not None
    assert "Needed" in heads["Customer name"].comment.text
    assert sheet.max_row == 1
    assert sheet.column_dimensions["B"].number_format == "@"


def test_rows_left_out_can_be_imported_again(tmp_path: Path) -> None:
    rows = [
        (["鹿溪", 13800001203, dt.date(2026, 1, 2), None], say(N_("There is nothing to undo."))),
        (["=b"], "why"),
    ]
    done = left_out(tmp_path / "l.xlsx", ["客户名称", "手机", "日期", "备注"], rows)
    assert done.rows == 2
    opened = open_source(done.path)
    assert opened.layout.heads == ["客户名称", "手机", "日期", "备注", "Why it was left out"]
    assert [cells for _n, cells in opened.rows()] == [
        ["鹿溪", 13800001203, dt.date(2026, 1, 2), None, "There is nothing to undo."],
        ["=b", None, None, None, "why"],
    ]


def test_child_rows_in_a_cell_come_apart_again(store: Store, ids: dict[str, bytes]) -> None:
    record = store.reader().record("customer", ids["full"])
    assert record is not None
    columns = {c.key: c for c in columns_of(store, "customer", ["phones", "emails", "handles", "tags"])}
    for column in columns.values():
        (text,) = column.give(ColumnsOf([record]))
        rows, why = read_rows(column.field, text, record[column.key])  # type: ignore[arg-type]
        assert why is None
        assert [row["id"] for row in rows] == [row["id"] for row in record[column.key]]
    rows, _why = read_rows(columns["phones"].field, "138 0000 4471 / 0571-88889999", record["phones"])  # type: ignore[arg-type]
    assert [row.get("id") for row in rows] == [record["phones"][0]["id"], None]
    assert rows[1]["number"] == "+8657188889999"
