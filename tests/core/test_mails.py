from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core import mails
from tests.core.cells import CELLS


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("lin@example.com", ["lin@example.com"]),
        ("Lin.Xiao@Example.COM", ["Lin.Xiao@example.com"]),
        (" lin@example.com ", ["lin@example.com"]),
        ("mailto:lin@example.com?subject=Hi", ["lin@example.com"]),
        ("林晓棠 <lin@example.com>", ["lin@example.com"]),
        ('"Lin, X" <lin@example.com>, Wang <w@example.com>', ["lin@example.com", "w@example.com"]),
        ("ｌｉｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", ["lin@example.com"]),
        ("lin＠example。com", ["lin@example.com"]),
        ("lin @ example.com", ["lin@example.com"]),
        ("lin@example.com;wang@example.com", ["lin@example.com", "wang@example.com"]),
        ("lin@example.com wang@example.com", ["lin@example.com", "wang@example.com"]),
        ("lin@example.com，wang@example.com", ["lin@example.com", "wang@example.com"]),
        ("lin@example.com、LIN@example.com\nw@example.cn", ["lin@example.com", "w@example.cn"]),
        ("邮箱：lin@example.com", ["lin@example.com"]),
        ("lin@example.com(财务)", ["lin@example.com"]),
        ("QQ:12345@example.com", ["12345@example.com"]),
        ("'lin@example.com'.", ["lin@example.com"]),
        ("张@公司.中国", ["张@公司.中国"]),
        ("o'neil@example.com", ["o'neil@example.com"]),
    ],
)
def test_read(cell: str, expected: list[str]) -> None:
    assert mails.read(cell) == (expected, [])


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("lin@example", "name@example.com"),
        ("lin.example.com", "name@example.com"),
        ("@example.com", "name@example.com"),
        ("a..b@example.com", "name@example.com"),
        ("lin@@example.com", "more than one @"),
        ("lin@example.com@example.com", "more than one @"),
        (5, "name@example.com"),
        ("a" * 6000, "too long"),
    ],
)
def test_not_understood(cell: object, sentence: str) -> None:
    found, said = mails.read(cell)
    assert not found
    assert sentence in str(said[0])


def test_one_bad_address_does_not_hide_the_good_one() -> None:
    found, said = mails.read("lin@example.com; wang@example")
    assert found == ["lin@example.com"]
    assert len(said) == 1


@pytest.mark.parametrize("cell", [None, "", " ", "-", "无", "N/A"])
def test_blank(cell: object) -> None:
    assert mails.read(cell) == ([], [])


@given(CELLS | st.text(alphabet="ab@.。＠-_<>()\"' ;,:张?xn--", max_size=60))
def test_never_raises(cell: object) -> None:
    found, said = mails.read(cell)
    assert all("@" in one for one in found)
    for sentence in said:
        assert str(sentence)


@given(st.emails())
def test_what_is_read_reads_again_the_same(address: str) -> None:
    found, _ = mails.read(address)
    for one in found:
        assert mails.read(one) == ([one], [])
