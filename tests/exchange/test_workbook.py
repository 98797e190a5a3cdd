"""Workbooks written: real types, nothing that runs, and the same as openpyxl would write."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freecrm.core.problems import Known
from freecrm.exchange import workbook
from freecrm.exchange.sheets import UNSEEN
from freecrm.exchange.sheetxml import LONGEST_CELL
from freecrm.exchange.workbook import Column, in_blocks, write

RISKY = ["=1+1", "+86 1", "-2", "@SUM(A1)", "\tx", '=HYPERLINK("http://x","y")', "＝1+1"]


def read(path: Path, sheet: int = 0) -> list[list[Any]]:
    rows: list[list[Any]] = python_calamine.load_workbook(str(path)).get_sheet_by_index(sheet).to_python()
    return rows


def made(path: Path, columns: list[Column], rows: list[list[Any]], **more: Any) -> list[Any]:
    return write(path, columns, in_blocks(rows), len(rows), **more)


def test_every_type_comes_back_as_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    columns = [
        Column("text"), Column("number", "number"), Column("money", "money", 2), Column("day", "date"),
        Column("moment", "moment"), Column("any", "any"),
    ]  # fmt: skip
    day, moment = dt.date(2026, 3, 5), dt.datetime.fromisoformat("2026-03-05 14:30:07")
    made(
        path,
        columns,
        [["0571", 12, Decimal("1200.50"), day, moment, True], [None, None, None, None, None, 1.5]],
    )
    assert read(path)[1:] == [["0571", 12.0, 1200.5, day, moment, True], ["", "", "", "", "", 1.5]]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    formats = [cell.number_format for cell in sheet[2]]
    assert formats == ["@", "0", "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "General"]
    assert str(sheet["D2"].value) == "2026-03-05 00:00:00"
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.dimensions) == ("A2", "A1:F3", "A1:F3")


def test_what_a_sheet_would_bend_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    odd = [13800001203123456, Decimal("1.2345678901234567"), dt.date(1899, 1, 1), dt.date(1900, 2, 3)]
    made(path, [Column("a", "any")], [[value] for value in odd])
    assert [row[0] for row in read(path)[1:]] == [str(v) for v in odd]


@pytest.mark.parametrize("text", RISKY)
def test_what_looks_like_a_formula_is_text_with_a_quote_prefix(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    made(path, [Column("a")], [[text], ["plain"]])
    assert read(path)[1][0] == text
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].quotePrefix) == (text, "s", True)
    assert not sheet["A3"].quotePrefix
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_head_that_looks_like_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made(path, [Column("=A1"), Column("b")], [["x", "y"]])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert (sheet["A1"].value, sheet["A1"].data_type) == ("=A1", "s")


def test_signs_that_xml_and_excel_take_for_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    texts = [
        "<b>&amp;",
        "a\x00b\x1fc",
        "_x0041_",
        "line\nline",
        "  both  ",
        "龘㛃𬭎",
        "]]>",
        "\ufeff\ud800x",
        "\x01",
    ]
    made(path, [Column("a")], [[t] for t in texts])
    wanted = ["<b>&amp;", "abc", "_x0041_", "line\nline", "  both  ", "龘㛃𬭎", "]]>", "x"]
    assert [row[0] for row in read(path)[1:9]] == wanted


def test_a_text_longer_than_a_cell_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    notes = made(path, [Column("a")], [["x" * 40_000], ["y" * LONGEST_CELL], ["𬭎" * 20_000]])
    assert [len(row[0]) for row in read(path)[1:]] == [LONGEST_CELL, LONGEST_CELL, LONGEST_CELL // 2]
    assert [str(note)[:7] for note in notes] == ["2 texts"]


def test_a_value_that_comes_again_keeps_its_kind_and_is_counted_again(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    day, moment = dt.date(2026, 3, 5), dt.datetime.fromisoformat("2026-03-05 00:00:00")
    values = [1, True, 1.0, "1", "1", day, moment, day, "=1", "=1", False, 0]
    notes = made(path, [Column("a", "any"), Column("b")], [[v, "x" * 40_000] for v in values])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    cells = [sheet.cell(row, 1) for row in range(2, len(values) + 2)]
    assert [cell.data_type for cell in cells] == list("nbnssdddssbn")
    assert [cell.number_format for cell in cells[5:8]] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm", "yyyy-mm-dd"]
    assert [str(note)[:8] for note in notes] == ["12 texts"]


def test_more_rows_than_a_sheet_holds_go_on_on_the_next(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    notes = made(path, [Column("n", "number")], [[i] for i in range(2500)], name="List", most=1001)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["List", "List 2", "List 3"]
    found = [[row[0] for row in read(path, i)[1:]] for i in range(3)]
    assert [len(part) for part in found] == [1000, 1000, 500]
    assert [n for part in found for n in part] == list(range(2500))
    assert len(notes) == 1


def test_short_drop_downs_stand_in_the_sheet_long_ones_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    long = tuple(f"员工, {i}" for i in range(300))
    columns = [Column("grade", options=("A", "B"), strict=True), Column("owner", options=long)]
    made(path, columns, [], about=lambda: [("entity", "customer")])
    book = openpyxl.load_workbook(path)
    sheet, hidden = book.worksheets
    choices = {str(v.sqref): (v.formula1, v.showErrorMessage) for v in sheet.data_validations.dataValidation}
    assert choices["A2:A1048576"] == ('"A,B"', True)
    assert choices["B2:B1048576"] == (f"{workbook.HIDDEN}!$E$1:$E$300", False)
    assert hidden.sheet_state == "hidden"
    assert [cell.value for cell in hidden["E"]] == list(long)
    assert (hidden["A1"].value, hidden["B1"].value) == ("entity", "customer")


def test_hidden_columns_comments_and_widths(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    made(path, [Column("_id", hidden=True), Column("name", width=30, note="Needed.", tint=True)], [])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert sheet.column_dimensions["A"].hidden
    assert sheet.column_dimensions["B"].width == 30
    comment = sheet["B1"].comment
    assert comment is not None
    assert comment.text == "Needed."


def test_thirty_thousand_rows_are_what_openpyxl_writes(tmp_path: Path) -> None:
    start = dt.date(2020, 1, 1)
    rows: list[list[Any]] = [
        [f"客户{i}", f"0571-{i:08d}", i, Decimal(i * 7).scaleb(-2), start + dt.timedelta(days=i % 3000), None]
        for i in range(30_000)
    ]
    kinds = ["text", "text", "number", "money", "date", "text"]
    made(tmp_path / "ours.xlsx", [Column(f"c{i}", kind, 2) for i, kind in enumerate(kinds)], rows)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([f"c{i}" for i in range(6)])
    for row in rows:
        sheet.append([*row[:5], None])
    book.save(tmp_path / "theirs.xlsx")
    ours, theirs = read(tmp_path / "ours.xlsx"), read(tmp_path / "theirs.xlsx")
    assert [row[:5] for row in ours] == [row[:5] for row in theirs]


def test_a_broken_source_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def rows() -> Any:
        yield ["a"]
        raise Known("stopped")

    with pytest.raises(Known):
        write(path, [Column("a")], in_blocks(rows(), 1), 2)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Known, match="Choose a folder"):
        made(tmp_path / "no" / "a.xlsx", [Column("a")], [])


cells = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.integers(-(10**20), 10**20),
    st.decimals(-(10**9), 10**9, places=2),
    st.dates(dt.date(1850, 1, 1), dt.date(2300, 1, 1)),
    st.booleans(),
    st.sampled_from(RISKY),
)


def as_read(value: Any) -> Any:
    if isinstance(value, str):
        return UNSEEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n")) or ""
    if isinstance(value, bool) or value is None:
        return "" if value is None else value
    if isinstance(value, dt.date):
        return value.isoformat() if value < dt.date(1900, 3, 1) else value
    exact = len(Decimal(value).normalize().as_tuple().digits) <= 15
    return float(value) if exact and (not isinstance(value, int) or abs(value) < 10**15) else str(value)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20))
def test_whatever_is_written_is_read(tmp_path: Path, rows: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "a.xlsx"
    made(path, [Column(c, "any") for c in "abc"], [[*row, "end"][:3] for row in rows])
    found = read(path)[1:]
    found += [["", "", ""]] * (len(rows) - len(found))
    for row, back in zip(rows, found, strict=True):
        back += [""] * (3 - len(back))
        assert [re.sub("^$", "", v) if isinstance(v, str) else v for v in back] == [as_read(v) for v in row]
