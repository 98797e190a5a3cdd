from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core import phone_text, phones
from freecrm.core.phones import Phone
from freecrm.core.words import speaking
from tests.core.cells import CELLS

MOBILE = "+8613800001203"
LANDLINE = "+8657100006688"


def numbers(cell: object, home: str = "86") -> list[str]:
    found, said = phones.read(cell, home)
    assert not said
    assert all(phone.good for phone in found)
    return [f"{phone.number}x{phone.ext}" if phone.ext else phone.number for phone in found]


@pytest.mark.parametrize(
    "cell",
    [
        "13800001203",
        " 138 0000 1203",
        "138-0000-1203",
        "138-00001203",
        "138.0000.1203",
        "+86 13800001203",
        "008613800001203",
        "86-138-0000-1203",
        "(+86)138 0000 1203",
        "１３８００００１２０３",
        "＋８６ 138　0000　1203",
        "013800001203",
        13800001203,
        13800001203.0,
        "手机：13800001203",
        "Tel: 138 0000 1203",
        "1.3800001203E+10",
        "\u202d138 0000 1203\u202c",
    ],
)
def test_ways_to_write_a_mobile(cell: object) -> None:
    assert numbers(cell) == [MOBILE]
    assert phones.read(cell)[0][0].kind == "mobile"


@pytest.mark.parametrize(
    "cell",
    [
        "0571-00006688",
        "057100006688",
        "(0571)00006688",
        "（0571）0000 6688",
        "0571－00006688",
        "+86 571 00006688",
        "+86(0)571-00006688",
        "0571--00006688",
        "86 571 00006688",
        57100006688,
    ],
)
def test_ways_to_write_a_landline(cell: object) -> None:
    assert numbers(cell) == [LANDLINE]
    assert phones.read(cell)[0][0].kind == "landline"


@pytest.mark.parametrize(
    "cell",
    [
        "0571-00006688转807",
        "0571-00006688-807",
        "0571-00006688 转 807",
        "0571-00006688(转807)",
        "057100006688#807",
        "0571-00006688 ext. 807",
        "0571-00006688 x807",
        "0571-00006688 分机：807",
        "0571 0000 6688 Ext 807",
    ],
)
def test_ways_to_write_an_extension(cell: str) -> None:
    assert numbers(cell) == [LANDLINE + "x807"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("13800001203/13900002222", [MOBILE, "+8613900002222"]),
        ("13800001203 / 13900002222", [MOBILE, "+8613900002222"]),
        ("13800001203、0571-00006688转2；13900002222", [MOBILE, LANDLINE + "x2", "+8613900002222"]),
        ("13800001203\n13900002222", [MOBILE, "+8613900002222"]),
        ("13800001203 13900002222", [MOBILE, "+8613900002222"]),
        ("138 0000 1203 139 0000 2222", [MOBILE, "+8613900002222"]),
        ("0571-00006688 13800001203", [LANDLINE, MOBILE]),
        ("0571-00006688/00006689", [LANDLINE, "+8657100006689"]),
        ("+49 30 1234567/+49 30 1234568", ["+49301234567", "+49301234568"]),
        ("13800001203,13800001203", [MOBILE]),
    ],
)
def test_several_in_one_cell(cell: str, expected: list[str]) -> None:
    assert numbers(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("010-91679449-888", "+861091679449x888"),
        (2184378806, "+862184378806"),
        ("400-123-4567", "+864001234567"),
        (8008101234, "+868008101234"),
        ("95588", "95588"),
        ("10086", "10086"),
        ("+49 30 1234567", "+49301234567"),
        ("0049 30 1234567", "+49301234567"),
        ("+1 (212) 555-0123", "+12125550123"),
        ("(212) 555-0123", "+12125550123"),
        ("1-800-555-0123", "+18005550123"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_other_numbers(cell: object, expected: str) -> None:
    assert numbers(cell) == [expected]


def test_numbers_at_home_elsewhere() -> None:
    assert numbers("030 1234567", "49") == ["+49301234567"]
    assert numbers("212 555 0123", "1") == ["+12125550123"]
    assert numbers("+86 138 0000 1203", "49") == [MOBILE]


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        ("13800001111(老板)", ["老板"]),
        ("13800001111（微信同号）", ["微信同号"]),
        ("13800001111(老板)、13900002222(财务)", ["老板", "财务"]),
        ("张三13800001111，李四13900002222", ["张三", "李四"]),
        ("老板:13800001111 / 财务 13900002222", ["老板", "财务"]),
        ("13800001111 老板 13900002222 财务", ["老板", "财务"]),
    ],
)
def test_remarks_stay_with_their_number(cell: str, notes: list[str]) -> None:
    found, said = phones.read(cell)
    assert [phone.note for phone in found] == notes
    assert not said


@pytest.mark.parametrize(
    ("cell", "phone", "sentence"),
    [
        (
            "1380000120",
            Phone("1380000120", "", "mobile", False),
            "A mobile number has 11 digits, this one has 10.",
        ),
        (
            "138000120",
            Phone("138000120", "", "mobile", False),
            "A mobile number has 11 digits, this one has 9.",
        ),
        ("+86 1380000120", Phone("1380000120", "", "mobile", False), "has 10."),
        ("138 0000 12034", Phone("138000012034", "", "mobile", False), "has 12."),
        ("88886666", Phone("88886666", "", "landline", False), "0571-88886666"),
        ("139****1234", Phone("1391234", "", "other", False), "139****1234"),
        ("+49 12", Phone("4912", "", "other", False), "+49 12"),
        ("+999 1234567", Phone("9991234567", "", "other", False), "country"),
    ],
)
def test_not_understood_is_kept_and_told(cell: str, phone: Phone, sentence: str) -> None:
    found, said = phones.read(cell)
    assert found == [phone]
    assert sentence in str(said[0])


def test_an_area_code_is_only_lent_to_a_number_of_the_same_length() -> None:
    found, said = phones.read("021-84378806/5718888")
    assert [phone.number for phone in found] == ["+862184378806", "5718888"]
    assert len(said) == 1


def test_one_bad_number_does_not_hide_the_good_one() -> None:
    found, said = phones.read("13800001203 / 1380000120")
    assert [phone.good for phone in found] == [True, False]
    assert len(said) == 1


@pytest.mark.parametrize("cell", ["张三", "1.38E+10", True, "1" * 3000, "转807"])
def test_no_number(cell: object) -> None:
    found, said = phones.read(cell)
    assert not found
    assert said


@pytest.mark.parametrize("cell", [None, "", " ", "-", "—", "/", "无", "暂无", "N/A", float("nan")])
def test_blank(cell: object) -> None:
    assert phones.read(cell) == ([], [])


@pytest.mark.parametrize(
    ("number", "shown", "digits", "tail"),
    [
        (MOBILE, "138-0000-1203", "13800001203", "00001203"),
        (LANDLINE, "0571-00006688", "057100006688", "00006688"),
        ("+862184378806", "021-84378806", "02184378806", "84378806"),
        ("+864001234567", "400-123-4567", "4001234567", "01234567"),
        ("+49301234567", "+49 30 1234567", "49301234567", "01234567"),
        ("95588", "95588", "95588", "95588"),
        ("1380000120", "1380000120", "1380000120", "80000120"),
    ],
)
def test_show_digits_tail(number: str, shown: str, digits: str, tail: str) -> None:
    assert phone_text.show(number) == shown
    assert phones.digits(number) == digits
    assert phones.tail(number) == tail


def test_show_extension() -> None:
    with speaking("en"):
        assert phone_text.show(LANDLINE, "807") == "0571-00006688 ext. 807"


@given(CELLS, st.sampled_from(["86", "1", "49", "", "xx", "9999"]))
def test_never_raises(cell: object, home: str) -> None:
    found, said = phones.read(cell, home)
    for phone in found:
        assert phone.number.lstrip("+").isdecimal()
        assert phone.kind in ("mobile", "landline", "other")
        phone_text.show(phone.number, phone.ext)
        phones.digits(phone.number)
        assert len(phones.tail(phone.number)) <= 8
    for one in said:
        assert str(one)


@given(st.text(alphabet="0123456789+-() /转x#.、,;\n老ext张*", max_size=60))
def test_never_raises_on_look_alikes(cell: str) -> None:
    found, said = phones.read(cell)
    assert all(phone.good for phone in found) or said


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from(["", "+86", "0086"]),
)
def test_any_mobile(number: str, between: str, before: str) -> None:
    written = before + between.join((number[:3], number[3:7], number[7:]))
    assert numbers(written) == ["+86" + number]
    assert numbers(phone_text.show("+86" + number)) == ["+86" + number]
