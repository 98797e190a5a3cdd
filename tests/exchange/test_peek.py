"""A look into a file before it is imported: what it shows is what the import takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from freecrm.core.problems import Cancelled, Known
from freecrm.exchange import importer, paste, quicklook
from freecrm.exchange.changeset import Options
from freecrm.exchange.peek import peek
from freecrm.exchange.preview import data_rows, preview
from freecrm.exchange.reading import open_source
from freecrm.modules import model
from freecrm.store.database import Store
from tests.files import new_store

DATA = Path(__file__).parents[1] / "data"
PLAN = model().imported("customer")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = new_store(tmp_path / "firm.freecrm")
    yield made
    made.close()


def book(path: Path, *sheets: tuple[str, list[list[object]]]) -> Path:
    made = Workbook()
    assert made.active is not None
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_the_sample_is_seen_as_it_is_imported(store: Store) -> None:
    seen = peek(DATA / "customers_2026.xlsx")
    assert (seen.sheet, seen.layout.header_row, seen.source.kind) == ("客户", 3, "xlsx")
    assert [(s.name, s.rows, s.columns) for s in seen.sheets] == [("客户", 1291, 12), ("说明", 1, 1)]
    assert seen.sure
    assert [number for number, _cells in seen.first[:4]] == [1, 2, 3, 4]
    assert seen.layout.heads[:3] == ["序号", "客户名称", "联系人"]
    made = importer.prepare(store, seen.path, PLAN, Options(sheet=seen.sheet, header_row=3))
    assert made.heads == seen.layout.heads
    made.discard()


@pytest.mark.parametrize("header_row", [None, 0, 1])
def test_a_header_that_was_said(tmp_path: Path, header_row: int | None) -> None:
    path = book(
        tmp_path / "a.xlsx", ("A", [["客户名称", "电话"], ["甲", "13800001203"], ["乙", "13800001204"]])
    )
    seen = peek(path, header_row=header_row)
    assert seen.layout.header_row == (1 if header_row is None else header_row)
    assert len(data_rows(seen)) == (3 if header_row == 0 else 2)
    assert seen.sure is (header_row != 0)


def test_encodings_and_codes_survive(tmp_path: Path) -> None:
    text = "客户名称,税号,备用码\n鹿溪堂茶业,330106198001011234,00710\n云杉谷酒店,330106198001011235,00711\n"
    for encoding in ("gb18030", "utf-8"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        seen = peek(path)
        assert seen.source.encoding == encoding
        assert seen.first[1][1] == ["鹿溪堂茶业", "330106198001011234", "00710"]
    wrong = peek(tmp_path / "gb18030.csv", encoding="big5")
    assert wrong.first[1][1][0] != "鹿溪堂茶业"


def test_several_sheets_are_not_sure(tmp_path: Path) -> None:
    rows: list[list[object]] = [["客户名称", "电话"], *([f"客户{i}", f"138000012{i:02}"] for i in range(30))]
    seen = peek(book(tmp_path / "two.xlsx", ("一", rows), ("二", rows[:20])))
    assert (seen.sheet, seen.sure) == ("一", False)
    assert peek(seen.path, sheet="二").sheet == "二"
    with pytest.raises(Known, match="has no sheet"):
        peek(seen.path, sheet="三")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "photo.xlsx").write_bytes(b"\xff\xd8\xff\xe0 JFIF")
    with pytest.raises(Known, match="does not read this kind"):
        peek(tmp_path / "photo.xlsx")
    with pytest.raises(Known, match="There is no file"):
        peek(tmp_path / "missing.xlsx")
    whole = (DATA / "customers_2026.xlsx").read_bytes()
    (tmp_path / "half.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Known, match="damaged or was cut short"):
        peek(tmp_path / "half.xlsx")
    with pytest.raises(Cancelled):
        peek(DATA / "customers_2026.xlsx", cancel=lambda: True)


def test_a_file_saved_meanwhile_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("客户名称,电话\n甲,13800001203\n", encoding="utf-8")
    seen = peek(path)
    assert seen.is_current()
    path.write_text("客户名称,电话\n甲,13800001203\n乙,13800001204\n", encoding="utf-8")
    assert not seen.is_current()
    path.unlink()
    assert not seen.is_current()


# ---- the beginning of a big workbook


@pytest.fixture
def big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook with a title, merged heads, two sheets and a hidden one, taken for a big one."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "客户"
    sheet.append(["客户资料 2026"])
    sheet.append([])
    sheet.append(["客户", None, "联系人", None])
    sheet.append(["名称", "城市", "姓名", "手机"])
    for i in range(400):
        sheet.append([f"鹿溪堂 {i}", "杭州", f"林{i}", f"1380000{i:04}"])
    sheet.merge_cells("A3:B3")
    sheet.merge_cells("C3:D3")
    made.create_sheet("说明").append(["请勿改动"])
    hidden = made.create_sheet("旧表")
    for i in range(300):
        hidden.append([f"旧{i}", i, i, i])
    hidden.sheet_state = "hidden"
    path = tmp_path / "big.xlsx"
    made.save(path)
    monkeypatch.setattr(quicklook, "BIG", 0)
    return path


def test_the_beginning_is_read_as_the_whole_is(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = open_source(big, quick=True)
    monkeypatch.setattr(quicklook, "BIG", 1 << 40)
    whole = open_source(big, quick=True)
    assert quick.layout == whole.layout
    assert quick.layout.heads == ["客户/名称", "客户/城市", "联系人/姓名", "联系人/手机"]
    assert quick.sheet == whole.sheet == "客户"
    assert [n for n, _cells in quick.first] == [n for n, _cells in whole.first]
    assert [list(filter(None, cells)) for _n, cells in quick.first] == [
        list(filter(None, cells)) for _n, cells in whole.first
    ]
    assert [t.name for t in quick.tables if t.hidden] == ["旧表"]
    assert quick.notes == whole.notes


def test_the_big_sample_is_read_as_the_whole_is(monkeypatch: pytest.MonkeyPatch) -> None:
    path = DATA / "customers_2026.xlsx"
    whole = open_source(path)
    monkeypatch.setattr(quicklook, "BIG", 0)
    quick = open_source(path, quick=True)
    assert quick.layout == whole.layout
    for (number, cells), (other, theirs) in zip(quick.first, whole.first, strict=True):
        assert number == other
        assert cells == theirs[: len(cells)]
        assert not any(theirs[len(cells) :])


# ---- the first rows as they will be


def test_the_first_rows_are_what_the_import_makes(store: Store) -> None:
    seen = peek(DATA / "customers_2026.xlsx")
    shown = preview(store, PLAN, seen, Options())
    made = importer.prepare(store, seen.path, PLAN, Options(sheet=seen.sheet, header_row=3))
    assert shown.targets == made.targets
    assert shown.rows[:20] == made.preview[:20]
    assert {c.head: c.target for c in shown.mapping.columns} == {c.head: c.target for c in made.columns}
    assert made.filled[0] == made.rows == 1286
    texts = {c.head: str(made.tidied.get(c.index, "")) for c in made.columns}
    assert texts["手机"] == "→ 138-0000-1408"
    assert "重点→A" in texts["级别"]
    assert texts["最后联系"] == "→ 2025-08-19"
    assert texts["TDS"] == "Numbers"
    made.discard()


def test_a_target_is_tried_at_once(store: Store) -> None:
    seen = peek(DATA / "customers_2026.xlsx")
    shown = preview(store, PLAN, seen, Options(told={"备注": "", "座机": "contact.phones"}))
    assert "customer.remark" not in shown.targets
    assert "customer.phones" not in shown.targets


# ---- pasted cells


def test_cells_from_excel() -> None:
    path = paste.kept('客户名称\t电话\t备注\r\n鹿溪堂\t013800\t"两行\n字"\r\n云杉谷\t13800001203\t\r\n')
    seen = peek(path)
    assert [cells for _n, cells in seen.first] == [
        ["客户名称", "电话", "备注"],
        ["鹿溪堂", "013800", "两行\n字"],
        ["云杉谷", "13800001203", None],
    ]
    assert paste.name_of(path) == "Clipboard"
    path.unlink()


def test_a_table_of_a_web_page() -> None:
    html = "<html><table><tr><td>客户名称<td>电话<tr><td>鹿溪堂<td>13800001203<tr><td>云杉谷<td>13800001204</table>"
    path = paste.kept("客户名称 电话 鹿溪堂 13800001203", html)
    assert peek(path).layout.heads == ["客户名称", "电话"]
    path.unlink()


def test_an_empty_clipboard_is_said() -> None:
    with pytest.raises(Known, match="holds no cells"):
        paste.kept("  \n")
    assert paste.rows_in("a\tb\r\nc\td\r\n") == 2
