"""Bad input: whatever the file, a sentence that says what to do, and never anything else."""

from __future__ import annotations

import io
import os
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from freecrm.core.problems import Known
from freecrm.exchange.reading import kind_of, locked, open_source
from freecrm.store import child
from tests.exchange import work_in_child as work

DATA = Path(__file__).parents[1] / "data"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(path: Path) -> str:
    with pytest.raises(Known) as caught:
        list(open_source(path).rows())
    sentence = str(caught.value)
    assert not any(word in sentence.lower() for word in ("failed", "invalid", "illegal", "error"))
    return sentence


def put(tmp_path: Path, data: bytes, name: str = "a.xlsx") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


@cache
def workbook() -> bytes:
    return (DATA / "customers.xlsx").read_bytes()


@cache
def old_workbook() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("客户")
    for r in range(20):
        for c, value in enumerate(
            ["甲公司", 13800138000 + r, "2025-01-02"] if r else ["客户名称", "手机", "日期"]
        ):
            sheet.write(r, c, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(part: str, old: bytes, new: bytes) -> bytes:
    """The sample workbook with one of its parts rewritten."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old, new) if name == part else data)
    return out.getvalue()


def test_no_such_file(tmp_path: Path) -> None:
    assert "There is no file" in refused(tmp_path / "a.xlsx")


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)


@pytest.mark.parametrize("data", [b"", b"\x00" * 5000, b"\n\n  \n"])
def test_an_empty_file(tmp_path: Path, data: bytes) -> None:
    assert "is empty" in refused(put(tmp_path, data))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(tmp_path: Path) -> None:
    path = put(tmp_path, workbook())
    path.chmod(0)
    assert "may not read" in refused(path)


def test_open_in_excel(tmp_path: Path) -> None:
    path = put(tmp_path, workbook())
    assert "may not read" in str(locked(path))
    put(tmp_path, b"owner", "~$a.xlsx")
    assert "Excel has the file a.xlsx open" in str(locked(path))
    assert len(list(open_source(path).rows())) == 60  # the owner file alone is no reason to refuse


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_cut_short(tmp_path: Path, share: float) -> None:
    data = workbook()
    assert "cut short" in refused(put(tmp_path, data[: int(len(data) * share)]))


def test_an_old_workbook_cut_short(tmp_path: Path) -> None:
    data = old_workbook()
    assert "cut short" in refused(put(tmp_path, data[:1500], "a.xls"))


def test_protected_by_a_password(tmp_path: Path) -> None:
    names = "EncryptionInfo".encode("utf-16-le") + b"\x00" * 40 + "EncryptedPackage".encode("utf-16-le")
    assert "password" in refused(put(tmp_path, OLE + b"\x00" * 600 + names))


def test_a_zip_bomb(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        target.writestr("xl/workbook.xml", b"<workbook/>")
        with target.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(120):
                part.write(b" " * (1 << 20))
    data = bytearray(out.getvalue())
    assert "Copy the list into a new workbook" in refused(put(tmp_path, bytes(data)))


def test_a_zip_of_thousands_of_parts(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("xl/workbook.xml", b"<workbook/>")
        for n in range(10_001):
            target.writestr(str(n), b"")
    assert "10002 parts" in refused(put(tmp_path, out.getvalue()))


@pytest.mark.parametrize("stated", [True, False])
def test_cells_only_in_the_two_far_corners(tmp_path: Path, stated: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["XFD1048576"] = 1, 2
    book.save(tmp_path / "a.xlsx")
    if not stated:
        out = io.BytesIO()
        with zipfile.ZipFile(tmp_path / "a.xlsx") as source, zipfile.ZipFile(out, "w") as target:
            for name in source.namelist():
                target.writestr(name, source.read(name).replace(b'ref="A1:XFD1048576"', b'ref="A1"'))
        put(tmp_path, out.getvalue())
    assert "No table was found" in refused(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "PNG"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, "JPEG"),
        (b"SQLite format 3\x00" + b"\x01" * 50, "SQLite"),
        (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "2003"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "MHTML"),
        (OLE + b"\x00" * 600 + "WordDocument".encode("utf-16-le"), "Word"),
        (bytes(range(1, 32)) * 20, "?"),
    ],
)
def test_other_kinds_of_file(tmp_path: Path, data: bytes, what: str) -> None:
    assert f"{what})" in refused(put(tmp_path, data, "a.xls"))


@pytest.mark.parametrize(
    ("part", "what"),
    [("Index/Document.iwa", "Apple Numbers"), ("word/document.xml", "Word"), ("readme", "ZIP")],
)
def test_other_kinds_of_zip(tmp_path: Path, part: str, what: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as target:
        target.writestr(part, b"x")
    assert what in refused(tmp_path / "a.xlsx")


def test_a_page_without_a_table(tmp_path: Path) -> None:
    assert "a web page without a table" in refused(
        put(tmp_path, b"<html><body>Please sign in</body></html>", "a.xls")
    )


def test_sheets_without_a_table(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    assert "No table" in refused(tmp_path / "a.xlsx")
    book.worksheets[0]["A1"] = "本表每周五更新"
    book.save(tmp_path / "a.xlsx")
    assert "No table" in refused(tmp_path / "a.xlsx")


def test_a_sheet_that_is_not_there() -> None:
    with pytest.raises(Known, match="no sheet “x”"):
        open_source(DATA / "customers.xlsx", sheet="x")


def test_a_workbook_of_openpyxl_without_its_sheet(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
    refused(put(tmp_path, out.getvalue()))


def test_control_characters_are_taken_out(tmp_path: Path) -> None:
    data = changed("xl/worksheets/sheet1.xml", "孙明".encode(), "孙_x0007_\x7f明".encode())
    rows = list(open_source(put(tmp_path, data)).rows())
    assert rows[0][1][2] == "孙明"


def test_a_card_file_cut_short(tmp_path: Path) -> None:
    path = put(tmp_path, b"BEGIN:VCARD\nVERSION:3.0\nFN:a\nTEL:1", "a.vcf")
    assert [row[0] for _, row in open_source(path).rows()] == ["a"]


def only_known(folder: Path, ending: str, files: list[bytes]) -> None:
    """Reads the files in a child, as the program does: a reader that aborts on one ends in a sentence there."""
    paths = []
    for at, data in enumerate(files):
        paths.append(str(folder / f"any {at}{ending}"))
        Path(paths[-1]).write_bytes(data)
    done = 0
    while done < len(paths):
        why = ""
        try:
            for read in child.run(work.read_each, (paths, done)):
                done = read
        except Known as broke_off:
            why, done = str(broke_off), done + 1
        assert not why or "Nothing was changed" in why


FAST = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
HEADS = st.sampled_from(
    [b"", b"PK\x03\x04", OLE, b"BEGIN:VCARD\n", b"<html><table>", b"\xff\xfe", "名称,".encode("gbk"), b'a,"']
)


def some(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """A batch: a child of its own for each file would take longer than the reading."""
    return st.lists(one, min_size=1, max_size=30)


@FAST
@given(some(st.tuples(HEADS, st.binary(max_size=400))))
def test_any_bytes(tmp_path: Path, files: list[tuple[bytes, bytes]]) -> None:
    only_known(tmp_path, "", [head + data for head, data in files])


@FAST
@given(some(st.text(max_size=300)), st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-le"]))
def test_any_text(tmp_path: Path, texts: list[str], encoding: str) -> None:
    only_known(tmp_path, ".csv", [text.encode(encoding, "ignore") for text in texts])


Changes = list[tuple[int, int]]


@FAST
@given(
    st.sampled_from(["xlsx", "xls"]),
    some(st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=8)),
)
def test_a_workbook_with_some_bytes_changed(tmp_path: Path, kind: str, files: list[Changes]) -> None:
    made = []
    for changes in files:
        data = bytearray(workbook() if kind == "xlsx" else old_workbook())
        for at, value in changes:
            data[at % len(data)] = value
        made.append(bytes(data))
    only_known(tmp_path, f".{kind}", made)


def test_a_workbook_that_makes_the_reader_abort_is_a_sentence(tmp_path: Path) -> None:
    """One of its records claims to be 70 GB long: calamine asks for the memory and ends its process."""
    data = bytearray(old_workbook())
    for at, value in ((1276, 134), (3021, 136), (1346, 197), (584, 59), (534, 154), (4925, 252), (2991, 248)):
        data[at] = value
    path = put(tmp_path, bytes(data), "a.xls")
    with pytest.raises(Known, match="more memory than FreeCRM allows"):
        list(child.run(work.rows_of, (str(path),)))


PARTS = [
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
]
PIECES = [
    b"",
    b"<",
    b">",
    b'"',
    b"</row>",
    b"<row>",
    b"<c>",
    b't="s"',
    b't="e"',
    b"<v>9</v>",
    b"&#0;",
    b"999999999",
    b"\xff",
]


@FAST
@given(some(st.tuples(st.sampled_from(PARTS), st.integers(0), st.integers(0, 40), st.sampled_from(PIECES))))
def test_a_workbook_with_its_xml_changed(tmp_path: Path, files: list[tuple[str, int, int, bytes]]) -> None:
    made = []
    for part, at, length, piece in files:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w") as target:
            for name in source.namelist():
                data = source.read(name)
                if name == part:
                    place = at % len(data)
                    data = data[:place] + piece + data[place + length :]
                target.writestr(name, data)
        made.append(out.getvalue())
    only_known(tmp_path, ".xlsx", made)


def test_kinds_are_told_by_their_first_bytes(tmp_path: Path) -> None:
    assert kind_of(put(tmp_path, workbook(), "x")) == "xlsx"
    assert kind_of(put(tmp_path, old_workbook(), "x")) == "xls"
    assert kind_of(put(tmp_path, "名称".encode("utf-16"), "x")) == "csv"
