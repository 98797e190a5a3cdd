"""A workbook brought back: nothing where nobody touched it, and each way a cell can have gone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from freecrm.core.problems import Known
from freecrm.core.query import Query, Sort
from freecrm.core.words import N_
from freecrm.exchange.difference import ASK, HERE, SHEET, TAKE, Difference
from freecrm.exchange.exporter import export
from freecrm.exchange.returning import returned
from freecrm.exchange.taking import take
from freecrm.store import activities, history, undo
from freecrm.store.asof import AsOf
from freecrm.store.database import Store
from tests.exchange import nasty
from tests.files import new_store
from tests.store.samples import dump

ALL = Query("customer", sort=(Sort("name"),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "f.freecrm")
    yield made
    made.close()


@pytest.fixture
def ids(store: Store) -> dict[str, bytes]:
    return nasty.fill(store)


@pytest.fixture
def sheet(store: Store, ids: dict[str, bytes], tmp_path: Path) -> Path:
    return export(store, ALL, tmp_path / "a.xlsx").path


def edited(path: Path, edit: Callable[[Worksheet], None]) -> Path:
    """The workbook as a person would save it after `edit`."""
    book = openpyxl.load_workbook(path)
    edit(book.worksheets[0])
    book.save(path)
    return path


def cell(page: Worksheet, id: bytes, head: str) -> Any:
    column = next(c.column for c in page[1] if c.value == head)
    row = next(c.row for c in page["A"] if str(c.value).startswith(id.hex()))
    return page.cell(row, column)


def put(id: bytes, **values: Any) -> Callable[[Worksheet], None]:
    def edit(page: Worksheet) -> None:
        for head, value in values.items():
            cell(page, id, head.replace("_", " ")).value = value

    return edit


def change(store: Store, id: bytes, **values: Any) -> None:
    with store.step(N_("Change")) as step:
        step.update("customer", id, values)


def states(found: Difference) -> dict[str, tuple[str, str, str, str]]:
    return {e.key: (e.state, e.was, e.here, e.sheet) for e in found.edits}


def now(store: Store, id: bytes) -> Any:
    record = store.reader().record("customer", id)
    assert record is not None
    return record


@pytest.mark.parametrize(
    ("entity", "language"), [("customer", "en"), ("customer", "zh_CN"), ("contact", "zh_CN"), ("user", "en")]
)
def test_an_untouched_sheet_differs_in_nothing(
    store: Store, ids: dict[str, bytes], tmp_path: Path, entity: str, language: str
) -> None:
    export(store, Query(entity), tmp_path / "a.xlsx", language=language)
    found = returned(store, tmp_path / "a.xlsx")
    assert found.is_empty, (found.edits, found.troubles)
    assert (found.rows, found.same, found.kept) == (store.reader().count(Query(entity)),) * 2 + (0,)
    assert found.notes == []


def test_saved_again_by_another_program(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    assert returned(store, edited(sheet, lambda page: None)).is_empty


def test_every_field_even_the_derived_and_several_addresses(
    store: Store, ids: dict[str, bytes], tmp_path: Path
) -> None:
    change(store, ids["bare"], addresses=[{"city": "苏州"}, {"city": "杭州", "street": "a / b"}])
    names = [f.name for f in store.schema.shown("customer")]
    export(store, ALL, tmp_path / "a.xlsx", fields=names)
    assert returned(store, tmp_path / "a.xlsx").is_empty


def test_three_ways(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    full = ids["full"]
    change(store, full, grade="B", status="lost", employees=40, source="web")
    edited(sheet, put(full, Code="K-1", Status="Dormant", Employees=40, Website=None))
    found = returned(store, sheet)
    assert states(found) == {
        "code": (TAKE, "00012", "00012", "K-1"),
        "status": (ASK, "In progress", "Gone", "Dormant"),
        "website": (TAKE, nasty.FULL["website"], nasty.FULL["website"], ""),
    }
    assert found.kept == 2  # grade and source were changed here only
    assert (found.same, found.rows) == (2, 3)
    row = next(e.row for e in found.edits)
    take(store, found, {(row, "status"): SHEET, (row, "website"): HERE})
    record = now(store, full)
    assert (record["code"], record["grade"], record["status"]) == ("K-1", "B", "dormant")
    assert (record["website"], record["employees"]) == (nasty.FULL["website"], 40)
    assert {"changed": 2, "both": 1, "rows": 3}.items() <= found.report().items()
    assert f"Row {row}, {nasty.FULL['name']}, Code: “00012” becomes “K-1”." in found.lines()
    title = history.steps(store, 1)[0]
    assert str(title) == "Bring back a.xlsx"
    undo.undo(store)
    assert now(store, full)["code"] == "00012"


def test_what_is_not_decided_stays(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    change(store, ids["full"], code="here")
    edited(sheet, put(ids["full"], Code="sheet"))
    found = returned(store, sheet)
    take(store, found)
    assert now(store, ids["full"])["code"] == "here"
    take(store, found, theirs=True)
    assert now(store, ids["full"])["code"] == "sheet"


def test_every_kind_can_be_changed(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    full = ids["full"]
    before = now(store, full)
    called = dt.datetime.fromisoformat("2026-01-02 03:04")
    edited(
        sheet,
        put(
            full, Customer_name="新名", Grade="C", Owner="林晓棠", Opening_balance="¥1.2万",
            Last_contact=dt.date(2026, 3, 1), Employees=12, TDS=7.5, Rebate=3, Deposit=9.99,
            Called_at=called, Invoice="yes", Filter="pp 棉", Tags="重点，新", Remark="一\n二",
            Phone="138-0000-4471 / 021-12345678 转 5", City="杭州",
        ),
    )  # fmt: skip
    found = returned(store, sheet)
    assert not found.troubles
    take(store, found)
    record = now(store, full)
    assert [record[name] for name in ("name", "grade", "opening_balance", "employees")] == [
        "新名",
        "C",
        1_200_000,
        12,
    ]
    assert record["owner_user"] == ids["other"]
    assert record["last_contact"] == dt.date(2026, 3, 1)
    assert (record["x_tds"], record["x_rebate"], record["x_deposit"]) == (Decimal("7.5"), 3, 999)
    assert (record["x_invoice"], record["x_filter"], record["remark"]) == (True, "PP 棉", "一\n二")
    assert record["x_called"].astimezone().replace(tzinfo=None) == called
    assert [t["word"] for t in record["tags"]] == ["重点", "新"]
    assert record["tags"][0]["id"] == before["tags"][0]["id"]
    assert [(p["number"], p["ext"], p["primary"]) for p in record["phones"]] == [
        ("+8613800004471", None, True), ("+862112345678", "5", None),
    ]  # fmt: skip
    (address,) = record["addresses"]
    assert (address["city"], address["province"], address["kind"]) == ("杭州", "浙江", "office")
    assert address["id"] == before["addresses"][0]["id"]


def test_emptied_child_rows_go_and_a_first_address_comes(
    store: Store, ids: dict[str, bytes], sheet: Path
) -> None:
    edited(sheet, put(ids["full"], Phone=None, Province=None, City=None, District=None, Street=None))
    edited(sheet, put(ids["bare"], City="苏州", Province="江苏"))
    found = returned(store, sheet)
    take(store, found)
    assert (now(store, ids["full"])["phones"], now(store, ids["full"])["addresses"]) == ([], [])
    (address,) = now(store, ids["bare"])["addresses"]
    assert (address["province"], address["city"]) == ("江苏", "苏州")


def test_a_value_written_otherwise_is_no_change(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    edited(
        sheet,
        put(
            ids["full"], Opening_balance="-12,000.5", Last_contact="2026/2/28", Status="跟进中", Code="  00012 ",
            Phone="(0571)86543210转801(前台) / +8613800004471 / +49 30 12345678 / 6543210", Tags="重点、a b、-x",
        ),
    )  # fmt: skip
    assert returned(store, sheet).is_empty


def test_cells_nobody_can_read_stay_as_they_are(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    edited(
        sheet,
        put(ids["full"], Grade="Z", Last_contact="去年底", Owner="nobody", Customer_name=None, Code="ok"),
    )
    found = returned(store, sheet)
    assert {t.head: t.text for t in found.troubles} == {
        "Grade": "Z", "Last contact": "去年底", "Owner": "nobody", "Customer name": "",
    }  # fmt: skip
    assert all(str(t.why) for t in found.troubles)
    take(store, found)
    assert (now(store, ids["full"])["code"], now(store, ids["full"])["grade"]) == ("ok", "A")


def test_a_text_that_was_cut_is_never_taken(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    edited(sheet, put(ids["full"], Story="short"))
    found = returned(store, sheet)
    assert [t.head for t in found.troubles] == ["Story"]
    assert not found.edits


def test_rows_on_one_side_only(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    def edit(page: Worksheet) -> None:
        page.delete_rows(cell(page, ids["child"], "Customer name").row)
        row = page.max_row + 1
        page.cell(row, 2).value = "新客户"
        page.cell(row, 5).value = "B"
        page.cell(row + 1, 5).value = "A"  # no name
        copied = [c.value for c in page[2]]
        page.append(copied)

    edited(sheet, edit)
    with store.step(N_("Delete")) as step:
        step.delete("customer", ids["bare"])
    found = returned(store, sheet)
    assert [(m.id, m.title) for m in found.missing] == [(ids["child"], "鹿溪堂二店")]
    assert [(g.id, g.title) for g in found.gone] == [(ids["bare"], "@百川")]
    assert [(n.title, n.values["grade"]) for n in found.new] == [("新客户", "B")]
    assert ["needed" in str(t.why) or "copied" in str(t.why) for t in found.troubles] == [True, True]
    take(store, found)
    reader = store.reader()
    assert reader.named("customer", "新客户")
    assert reader.named("customer", "鹿溪堂二店")
    assert not reader.named("customer", "@百川")


def test_what_changes_after_the_comparison_is_kept(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    edited(sheet, put(ids["full"], Code="sheet", Website="w"))
    found = returned(store, sheet)
    change(store, ids["full"], code="later")
    done = take(store, found)
    assert [str(kept.why) for kept in done.kept] == ["Changed since: Code."]
    assert (now(store, ids["full"])["code"], now(store, ids["full"])["website"]) == ("later", "w")


def test_an_owner_renamed_here_is_no_change_in_the_sheet(
    store: Store, ids: dict[str, bytes], sheet: Path
) -> None:
    with store.step(N_("Rename")) as step:
        step.update("user", ids["owner"], {"name": "陈四原"})
        step.update("customer", ids["full"], {"name": "renamed"})
    found = returned(store, sheet)
    assert found.is_empty
    assert found.kept == 3  # owner's and group's new names, the own new name


def test_moved_left_out_and_foreign_columns(store: Store, ids: dict[str, bytes], sheet: Path) -> None:
    def edit(page: Worksheet) -> None:
        cell(page, ids["full"], "Code").value = "moved"
        page.move_range(f"C1:C{page.max_row}", cols=60)
        page.cell(1, 70).value = "mine"
        page.cell(2, 70).value = "x"
        cell(page, ids["full"], "Mobile").value = "other"

    found = returned(store, edited(sheet, edit))
    assert states(found).keys() == {"code"}
    said = " ".join(map(str, found.notes))
    assert "mine" in said
    assert "Mobile" in said


def test_without_the_hidden_sheet(store: Store, ids: dict[str, bytes], tmp_path: Path) -> None:
    path = export(store, ALL, tmp_path / "a.xlsx", language="zh_CN").path
    book = openpyxl.load_workbook(path)
    del book["_freecrm"]
    book.save(path)
    found = returned(store, path)
    assert (found.entity, found.rows, found.edits, found.troubles) == ("customer", 3, [], [])


def test_files_that_are_none_of_ours(
    store: Store, ids: dict[str, bytes], sheet: Path, tmp_path: Path
) -> None:
    (tmp_path / "b.csv").write_text("客户名称,手机\n鹿溪,13800001203\n", "utf-8")
    with pytest.raises(Known, match="Import it as a list"):
        returned(store, tmp_path / "b.csv")
    other = new_store(tmp_path / "other.freecrm")
    found = returned(other, sheet)
    assert (len(found.gone), found.edits, found.missing) == (3, [], [])
    other.close()


def test_positions_before_and_after_everything(store: Store, ids: dict[str, bytes]) -> None:
    reader = store.reader()
    with reader.snapshot() as position:
        before = reader.by_ids("customer", list(ids.values()))
    with store.step(N_("Much")) as step:
        step.update(
            "customer", ids["full"], {"grade": "C", "x_tds": None, "phones": [], "tags": [{"word": "n"}]}
        )
        step.delete("customer", ids["bare"])
        new = step.insert("customer", {"name": "new"})
    with store.step(N_("More")) as step:
        step.update("customer", ids["full"], {"grade": "B", "phones": [{"number": "+8613911112222"}]})
        step.delete("customer", ids["child"])
    every = [*ids.values(), new]
    then = AsOf(store, "customer", position).records(every, reader.by_ids("customer", every))
    assert then.keys() == before.keys()
    derived = {"main_phone", "main_contact", "city"}
    for id, record in before.items():
        for name in record.values.keys() - derived:
            assert _plain(then[id].values.get(name)) == _plain(record.values[name]), name
    assert AsOf(store, "customer", 0).records(every, reader.by_ids("customer", every)) == {}


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str, sort_keys=True)) or None


def test_last_contact_comes_back_unless_activities_say_otherwise(
    store: Store, ids: dict[str, bytes], tmp_path: Path
) -> None:
    full, other = ids["full"], ids["bare"]
    change(store, other, last_contact=dt.date(2026, 2, 1))
    done = activities.plan(store, {"kind": "call", "subject": "回访", "customer": full})
    activities.finish(store, done, at=dt.datetime(2026, 3, 5, 4, tzinfo=dt.UTC))
    sheet = export(store, ALL, tmp_path / "b.xlsx").path
    before = dump(store)
    assert returned(store, sheet).edits == []
    edited(sheet, put(full, Last_contact=dt.date(2026, 1, 1)))
    edited(sheet, put(other, Last_contact=dt.date(2026, 1, 31)))
    found = returned(store, sheet)
    assert sorted((edit.was, edit.sheet, edit.state) for edit in found.edits) == [
        ("2026-02-01", "2026-01-31", TAKE),
        ("2026-03-05", "2026-01-01", TAKE),
    ]
    touched = take(store, found)
    assert now(store, other)["last_contact"] == dt.date(2026, 1, 31)
    assert now(store, full)["last_contact"] == dt.date(2026, 3, 5)
    assert [(kept.id, "follows from “回访” of 2026-03-05" in str(kept.why)) for kept in touched.kept] == [
        (full, True)
    ]
    undo.undo(store)
    assert dump(store) == before
