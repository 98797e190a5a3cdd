"""Files of every kind: what they are, where their table begins, what their cells become."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import xlwt
from odf import opendocument, table, text

from freecrm.exchange import excel
from freecrm.exchange.reading import CARD_HEADS, Opened, open_source
from freecrm.exchange.sheets import column_of, letters

DATA = Path(__file__).parents[1] / "data"
PEOPLE = [["客户名称", "手机", "金额"], ["甲公司", "13800138000", 12.5], ["乙公司", "13900139000", 7]]


def moment(*parts: int) -> dt.datetime:
    """A moment as sheets hold it: on the wall clock, without a zone."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def save(path: Path, rows: list[list[Any]], **more: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, content in {"客户": rows, **more}.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    book.save(path)
    return path


def cells(opened: Opened) -> list[list[Any]]:
    return [row for _, row in opened.rows()]


def said(opened: Opened) -> str:
    return "\n".join(str(note) for note in opened.notes)


def test_the_sample_workbook() -> None:
    opened = open_source(DATA / "customers.xlsx")
    rows = list(opened.rows())
    assert (opened.source.kind, opened.sheet, opened.layout.header_row) == ("xlsx", "客户", 3)
    assert (
        opened.layout.heads
        == "序号 客户名称 联系人 手机 座机 区域 级别 业务员 最后联系 欠款 TDS 备注".split()
    )
    assert (len(rows), rows[0][0], rows[-1][0]) == (60, 4, 63)
    assert rows[0][1][:4] == [1, "无锡百岩贸易有限公司", "孙明", "138 0000 1408"]
    assert rows[0][1][8] == 45888
    assert "header is row 3" in said(opened)
    assert "“说明” holds no table" in said(opened)
    assert "Totals rows were left out: 1 (row 65)" in said(opened)
    assert "formulas" not in said(opened)  # its only one stands in the totals row


def test_the_same_rows_as_csv() -> None:
    opened = open_source(DATA / "customers.csv")
    rows = cells(opened)
    assert opened.source.encoding == "gb18030"
    assert len(rows) == 60
    assert rows[0][:4] == ["1", "无锡百岩贸易有限公司", "孙明", "138 0000 1408"]


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    row = [
        3.0, 1.5, True, moment(2025, 1, 2), moment(2025, 1, 2, 3, 4), dt.time(3, 4),
        "a\nc", "   ", 13800138000, None,
    ]  # fmt: skip
    heads = ["数量", "金额", "状态", "日期", "时间", "时刻", "备注", "空白", "手机", "x"]
    opened = open_source(save(tmp_path / "a.xlsx", [heads, row, row]))
    assert cells(opened)[0] == [
        3, 1.5, True, dt.date(2025, 1, 2), moment(2025, 1, 2, 3, 4), dt.time(3, 4),
        "a\nc", None, 13800138000, None,
    ]  # fmt: skip
    assert type(cells(opened)[0][0]) is int
    assert len(opened.notes) == len(set(opened.notes))


def test_xls_and_its_dates(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("客户")
    style = xlwt.XFStyle()
    style.num_format_str = "YYYY-MM-DD"
    for r, row in enumerate([[*PEOPLE[0], "日期"], [*PEOPLE[1], dt.date(2025, 3, 5)], [*PEOPLE[2], None]]):
        for c, value in enumerate(row):
            sheet.write(r, c, value, *([style] if isinstance(value, dt.date) else []))
    book.save(str(tmp_path / "a.xls"))
    opened = open_source(tmp_path / "a.xls")
    assert opened.source.kind == "xls"
    assert cells(opened) == [
        ["甲公司", "13800138000", 12.5, dt.date(2025, 3, 5)],
        ["乙公司", "13900139000", 7, None],
    ]


def test_dates_from_1904_are_told(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(save(tmp_path / "a.xlsx", PEOPLE))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(tmp_path / "a.xlsx")
    old = xlwt.Workbook()
    old.dates_1904 = True
    sheet = old.add_sheet("a")
    for r, row in enumerate(PEOPLE):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    old.save(str(tmp_path / "a.xls"))
    assert open_source(tmp_path / "a.xlsx").source.epoch1904
    assert open_source(tmp_path / "a.xls").source.epoch1904
    assert not open_source(DATA / "customers.xlsx").source.epoch1904


def test_ods(tmp_path: Path) -> None:
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="客户")
    for row in PEOPLE:
        line = table.TableRow()
        for value in row:
            number = {"valuetype": "float", "value": value} if isinstance(value, (int, float)) else {}
            cell = table.TableCell(**(number or {"valuetype": "string"}))
            cell.addElement(text.P(text=str(value)))
            line.addElement(cell)
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    document.save(str(tmp_path / "a.ods"))
    opened = open_source(tmp_path / "a.ods")
    assert opened.source.kind == "ods"
    assert cells(opened) == PEOPLE[1:]


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", PEOPLE)
    for name in ("a.csv", "a.xls", "a.vcf", "a"):
        (tmp_path / name).write_bytes(path.read_bytes())
        assert open_source(tmp_path / name).source.kind == "xlsx"
    (tmp_path / "b.xlsx").write_text("客户名称,手机\n甲,1\n乙,2\n", encoding="utf-8")
    assert open_source(tmp_path / "b.xlsx").source.kind == "csv"


def test_a_table_that_begins_somewhere_in_the_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for r, row in enumerate(PEOPLE):
        for c, value in enumerate(row):
            sheet.cell(5 + r, 3 + c, value)
    book.save(tmp_path / "a.xlsx")
    opened = open_source(tmp_path / "a.xlsx")
    assert (opened.layout.header_row, opened.layout.columns) == (5, [2, 3, 4])
    assert list(opened.rows()) == [(6, PEOPLE[1]), (7, PEOPLE[2])]


def test_two_header_rows_are_joined(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in [
        ["2026 年客户", None, None, None],
        ["客户名称", "手机", None, "备注"],
        [None, "常用", "备用", None],
        ["甲公司", "13800138000", "13800138001", "x"],
        ["乙公司", "13900138000", None, None],
    ]:
        sheet.append(row)
    for area in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    opened = open_source(tmp_path / "a.xlsx")
    assert opened.layout.heads == ["客户名称", "手机/常用", "手机/备用", "备注"]
    assert opened.layout.header_rows == (2, 3)
    assert len(cells(opened)) == 2
    assert "two rows" in said(opened)


def test_no_header(tmp_path: Path) -> None:
    opened = open_source(
        save(tmp_path / "a.xlsx", [["甲公司", 13800138000], ["乙公司", 13900138000], ["丙", 13700138000]])
    )
    assert (opened.layout.header_row, opened.layout.heads) == (0, ["A", "B"])
    assert len(cells(opened)) == 3
    assert "No header row" in said(opened)


def test_heads_may_be_told(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [["旧表", "x"], *PEOPLE])
    assert open_source(path, header_row=0).layout.first_data_row == 1
    assert open_source(path, header_row=2).layout.heads == PEOPLE[0]


def test_totals_blank_rows_and_repeated_heads_are_left_out(tmp_path: Path) -> None:
    rows = [
        *PEOPLE,
        [],
        PEOPLE[1],
        ["小 计:", None, 100],
        PEOPLE[0],
        PEOPLE[2],
        [],
        ["Total", None, 5],
        [None, None, 42],
    ]
    opened = open_source(save(tmp_path / "a.xlsx", rows))
    assert [row[0] for row in cells(opened)] == ["甲公司", "乙公司", "甲公司", "乙公司"]
    assert "Totals rows were left out: 3 (row 6, 10, 11)" in said(opened)
    assert "Empty rows between the data were left out: 1" in said(opened)
    assert "repeated further down" in said(opened)


def test_a_company_called_total_stays(tmp_path: Path) -> None:
    rows = [*PEOPLE, ["Total Energies", "13800138000", 1], ["合计咨询公司", None, 3]]
    assert len(cells(open_source(save(tmp_path / "a.xlsx", rows)))) == 4


def test_empty_and_unnamed_and_equal_columns(tmp_path: Path) -> None:
    rows = [
        ["客户名称", None, "电话", "电话", None],
        ["甲", None, 13800138000, 1, "x"],
        ["乙", None, 13800138000, 2, "y"],
    ]
    opened = open_source(save(tmp_path / "a.xlsx", rows))
    assert opened.layout.heads == ["客户名称", "电话", "电话 2", "E"]
    assert cells(opened)[0] == ["甲", 13800138000, 1, "x"]


def test_the_sheet_with_the_most_data_is_taken(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", PEOPLE, 全部=[PEOPLE[0], *([PEOPLE[1]] * 40)], 说明=[["请勿外传"]])
    opened = open_source(path)
    assert opened.sheet == "全部"
    assert "“客户” holds a table too" in said(opened)
    assert "“说明” holds no table" in said(opened)
    assert open_source(path, sheet="客户").sheet == "客户"


def test_formulas_without_result_and_error_cells(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(save(tmp_path / "a.xlsx", PEOPLE))
    sheet = book.worksheets[0]
    sheet["C2"] = "=1+1"
    sheet["C3"] = "#N/A"
    sheet["C3"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    opened = open_source(tmp_path / "a.xlsx")
    assert [row[2] for row in cells(opened)] == [None, "#N/A"]
    assert "Cells with formulas whose result was not saved: 1." in said(opened)


def test_a_long_cell_is_cut_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("客户名称,备注\n甲," + "长" * 3_000_000 + "\n乙,x\n", encoding="utf-8")
    opened = open_source(path)
    assert [len(row[1]) for row in cells(opened)] == [100_000, 1]
    assert "longer than 100000 characters: 1." in said(opened)


def test_signs_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("客户名称,城市\n甲,北京\n".encode("gb18030"))
    opened = open_source(path, encoding="utf-8")
    assert cells(opened)
    assert "Signs that could not be read" in said(opened)


def test_the_streamed_reader_reads_the_same(tmp_path: Path, monkeypatch: Any) -> None:
    rows = [
        ["客户名称", "日期", "时间", "状态", "数量"],
        ["甲 & <乙>", moment(2025, 1, 2), moment(2025, 1, 2, 3, 4, 5), True, 3],
        ["a\nb", moment(1999, 12, 31), None, False, -1.25],
        [None, None, dt.time(3, 4), None, 13800138000],
    ]
    for path in (save(tmp_path / "a.xlsx", rows), DATA / "customers.xlsx"):
        whole = open_source(path)
        want, notes = list(whole.rows()), said(whole)
        with monkeypatch.context() as patch:
            patch.setattr(excel, "RECTANGLE", 1)
            streamed = open_source(path)
            assert (list(streamed.rows()), streamed.layout.heads) == (want, whole.layout.heads)
            assert said(streamed) == notes


def test_a_million_rows_pass(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", [*PEOPLE, *([PEOPLE[1]] * 20)])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for column, value in enumerate(PEOPLE[2], 1):
        sheet.cell(1_048_576, column, value)
    sheet["XFD1048576"] = "far"
    book.save(path)
    opened = open_source(path)
    rows = list(opened.rows())
    assert len(rows) == 23
    assert rows[-1] == (1_048_576, [*PEOPLE[2], "far"])
    assert opened.layout.heads == [*PEOPLE[0], "XFD"]
    assert "Empty rows between the data were left out: 1048552" in said(opened)


def test_html_called_xls(tmp_path: Path) -> None:
    page = (
        "<html><head><meta charset='gb2312'></head><body><table><tr><th colspan=2>客户</th></tr></table>"
        "<table><tr><th>客户名称<th>手机</tr><tr><td>甲&amp;乙</td><td>13800138000</td></tr>"
        "<tr><td>丙<br>丁</td><td>0139</td></tr></table></body></html>"
    )
    (tmp_path / "a.xls").write_bytes(page.encode("gb18030"))
    opened = open_source(tmp_path / "a.xls")
    assert opened.source.kind == "html"
    assert cells(opened) == [["甲&乙", "13800138000"], ["丙\n丁", "0139"]]


def test_cards_are_rows_too(tmp_path: Path) -> None:
    card = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:张伟\nN:张;伟;;;\nTEL;TYPE=CELL:13800138000\nEMAIL:a@b.cn\nEND:VCARD\n"
    )
    (tmp_path / "a.vcf").write_text(card * 2, encoding="utf-8")
    opened = open_source(tmp_path / "a.vcf")
    assert opened.layout.heads == CARD_HEADS
    row = dict(zip(CARD_HEADS, cells(opened)[1], strict=True))
    assert (row["Full name"], row["Mobile"], row["E-mail"], row["QQ"]) == (
        "张伟",
        "13800138000",
        "a@b.cn",
        None,
    )


def test_letters_of_columns() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_of(letters(n)) == n for n in range(16384))
