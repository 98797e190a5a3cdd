"""Text tables: encodings told apart, delimiters, quotes, and everything kept as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from freecrm.core.problems import Known
from freecrm.exchange.csvfile import MIXED, open_csv
from freecrm.exchange.sheets import Cell

TABLE = "客户名称,手机,备注\n无锡百岩贸易有限公司,0510-8100,老客户\n张伟,013800,\n"
WANT = [
    ["客户名称", "手机", "备注"],
    ["无锡百岩贸易有限公司", "0510-8100", "老客户"],
    ["张伟", "013800", None],
]


def read(tmp_path: Path, data: bytes | str, encoding: str | None = None) -> tuple[str, str, list[list[Cell]]]:
    path = tmp_path / "a.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    source, sheet = open_csv(path, encoding)
    return source.encoding, source.delimiter, [cells for _, cells in sheet.rows()]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings_are_told_apart(tmp_path: Path, written: str, found: str) -> None:
    assert read(tmp_path, TABLE.encode(written)) == (found, ",", WANT)


def test_rare_signs_of_gb18030(tmp_path: Path) -> None:
    assert read(tmp_path, "姓名,城市\n㛃䶮,北京\n".encode("gb18030"))[2][1] == ["㛃䶮", "北京"]


def test_a_western_file_is_not_taken_for_chinese(tmp_path: Path) -> None:
    text = "Name,Stadt\nMüller,München\nJörg Schäfer,Köln\nGroß,Düsseldorf\nBäcker,Nürnberg\n"
    assert read(tmp_path, text.encode("cp1252"))[2] == [line.split(",") for line in text.splitlines()]


def test_lines_of_two_encodings_are_each_read_right(tmp_path: Path) -> None:
    lines = TABLE.splitlines(keepends=True)
    data = lines[0].encode() + lines[1].encode("gb18030") + lines[2].encode()
    encoding, _, rows = read(tmp_path, data)
    assert (encoding, rows) == (MIXED, WANT)


def test_two_characters_that_look_like_utf8_stay_chinese(tmp_path: Path) -> None:
    assert read(tmp_path, "名称\n联通\n联通\n".encode("gb18030"))[2] == [["名称"], ["联通"], ["联通"]]


def test_the_encoding_may_be_told(tmp_path: Path) -> None:
    assert read(tmp_path, "名稱,城市\n臺北,高雄\n".encode("big5"), "big5")[2][1] == ["臺北", "高雄"]
    with pytest.raises(Known, match="does not know the encoding “klingon”"):
        read(tmp_path, TABLE, "klingon")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = (
        TABLE.replace("老客户", '"a,b;c|d"')
        .replace(",", "\0")
        .replace("a\0b", "a,b")
        .replace("\0", delimiter)
    )
    _, found, rows = read(tmp_path, text)
    assert found == delimiter
    assert rows[1] == ["无锡百岩贸易有限公司", "0510-8100", "a,b;c|d"]


def test_the_sep_line_of_excel(tmp_path: Path) -> None:
    assert read(tmp_path, "sep=;\r\n名称;价格\r\n甲;1,5\r\n") == (
        "utf-8",
        ";",
        [["名称", "价格"], ["甲", "1,5"]],
    )


def test_quotes_newlines_ragged_rows_and_zeros(tmp_path: Path) -> None:
    text = '名称,备注,x\r\n"一""二","第一行\n第二行",1\r\n甲\r\n\r\n乙,\x00b,c,d\r\n'
    assert read(tmp_path, text)[2] == [
        ["名称", "备注", "x"],
        ['一"二', "第一行\n第二行", "1"],
        ["甲"],
        [],
        ["乙", "b", "c", "d"],
    ]


def test_our_guard_before_formulas_is_taken_off(tmp_path: Path) -> None:
    assert read(tmp_path, "名称,备注\n甲,'=SUM(A1)\n'+86,'abc\n")[2][1:] == [
        ["甲", "=SUM(A1)"],
        ["+86", "'abc"],
    ]


def test_long_numbers_and_zeros_survive(tmp_path: Path) -> None:
    assert read(tmp_path, "税号,编号\n913202001234567890,007\n")[2][1] == ["913202001234567890", "007"]


def test_old_mac_line_ends(tmp_path: Path) -> None:
    assert read(tmp_path, "名称,城市\r甲,北京\r乙,上海")[2][1:] == [["甲", "北京"], ["乙", "上海"]]


def test_a_quotation_mark_never_closed_swallows_nothing(tmp_path: Path) -> None:
    rows = [f"公司{n},城市" for n in range(3000)]
    rows[10] = '"公司10,城市'
    got = read(tmp_path, "名称,城市\n" + "\n".join(rows))[2]
    assert len(got) == 3001
    assert got[2000] == ["公司1999", "城市"]
