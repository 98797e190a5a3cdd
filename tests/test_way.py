"""One row walks all the stations: cells, check, door, reader, list, find, history, undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from freecrm.core.query import Query, Sort, Where
from freecrm.core.record import check_values, read_values
from freecrm.modules import model
from freecrm.store import history, undo
from freecrm.store.database import Store, open_store
from tests.store.samples import assert_well, dump

ROW: dict[str, object] = {
    "name": "  鹿溪堂茶业(湖州)有限公司 ",
    "grade": "重点",
    "phones": "0572-2345678转801 / １３８ ０００４ ４４７１",
    "addresses": "浙江/湖州",
    "tags": "展会，老客户",
    "last_contact": "2024年2月29日",
    "opening_balance": "¥1.2万",
    "owner_user": "陈思远",
    "remark": "=1+1",
    "employees": "去年底",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "firm.freecrm", model())
    yield opened
    opened.close()


def test_one_row_all_the_way(store: Store) -> None:
    with store.step("New user") as step:
        owner = step.insert("user", {"name": "陈思远"})
    before = dump(store)
    reader = store.reader()

    # 3 check: foreign cells become values, and what cannot be read a problem with its reason
    fields = store.schema.fields("customer")
    values, problems = read_values(fields, ROW, reader.named)
    assert [(p.field, p.text) for p in problems] == [("employees", "去年底")]
    assert values["grade"] == "A"
    assert values["opening_balance"] == 1_200_000
    assert values["last_contact"] == date(2024, 2, 29)
    assert values["owner_user"] == owner
    assert check_values(fields, values, new=True) == []

    # 4 write: one named step
    with store.step("New customer {name}", name=values["name"]) as step:
        id = step.insert("customer", values)
    assert step.touched is not None
    assert step.touched.ids["customer"] == {id}

    # 5 show: the record, its row in a list, and the ways to find it
    record = reader.record("customer", id)
    assert record is not None
    assert record["name"] == "鹿溪堂茶业(湖州)有限公司"
    assert [(p["number"], p["ext"]) for p in record["phones"]] == [
        ("+865722345678", "801"),
        ("+8613800044471", None),
    ]
    assert (record["city"], record["main_phone"]) == ("湖州", "+865722345678")
    assert [t["word"] for t in record["tags"]] == ["展会", "老客户"]
    query = Query("customer", Where("opening_balance", ">=", 1_000_000), (Sort("last_contact", True),))
    (n,) = reader.numbers(query)
    assert reader.rows("customer", [n], ["name", "grade", "owner_user"]) == {
        n: [record["name"], "A", "陈思远"]
    }
    assert fields["opening_balance"].show(record["opening_balance"]).endswith("12,000.00")
    for words in ("lxt", "luxi", "鹿", "4471", "湖州", "展会"):
        assert id in {hit.record.id for hit in reader.find(words)}, words

    # the log: who did what, and the way back
    assert str(history.steps(store, limit=1)[0]) == f"New customer {record['name']}"
    assert history.of_record(store, "customer", id)[-1].values["remark"] == (None, "=1+1")
    assert_well(store)
    after = dump(store)
    undo.undo(store)
    assert dump(store) == before
    assert reader.find("lxt") == []
    undo.redo(store)
    assert dump(store) == after
    assert_well(store)


def test_a_sheet_all_the_way_and_back(store: Store, tmp_path: Path, qapp: object) -> None:
    """From a cell of a workbook to a painted cell, out to a workbook, changed there, and back."""
    from openpyxl import Workbook, load_workbook

    from freecrm.core.jobs import InLine
    from freecrm.exchange import applier, exporter
    from freecrm.exchange.changeset import Options
    from freecrm.ui.list_model import ListModel
    from freecrm.ui.tasks import Tasks

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["客户名称", "联系人", "手机", "级别", "水质 TDS"])
    sheet.append(["鹿溪堂茶业", "林晓棠", "138-0000-4471", "重点", 153])
    book.save(tmp_path / "list.xlsx")

    plan = model().imported("customer")
    made, touched = applier.bring_in(store, tmp_path / "list.xlsx", plan, Options())  # 1 to 4
    assert made.counts == {"new": 1}
    page = model().pages()[0]
    shown = ListModel(store, Tasks(InLine()), page)  # 5
    shown.begin(None)
    texts = [shown.index(0, column).data() for column in range(shown.columnCount())]
    assert texts[:4] == ["鹿溪堂茶业", "A", "林晓棠", "138-0000-4471"]

    out = tmp_path / "out.xlsx"
    exporter.export(store, Query("customer"), out)
    edited = load_workbook(out)
    cells = edited.worksheets[0]
    heads = {cell.value: cell.column for cell in cells[1]}
    assert cells.cell(2, heads["水质 TDS"]).value == 153
    cells.cell(2, heads["水质 TDS"]).value = 160
    edited.save(out)
    difference = exporter.returned(store, out)
    exporter.take(store, difference)
    (key,) = [f.name for f in store.schema.fields("customer").values() if f.custom]
    assert next(iter(store.reader().each(Query("customer"))))[key] == 160
    assert_well(store)
    undo.undo(store)
    undo.undo(store, touched.step)
    assert store.reader().count(Query("customer")) == 0
    assert_well(store)
