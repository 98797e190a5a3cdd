"""Amounts in Chinese capitals, against a table and by reading them back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core.capitals import DIGITS, LARGEST, capitals


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.00", "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.15", "壹角伍分"),
        ("1.00", "壹元整"),
        ("1.05", "壹元零伍分"),
        ("1.50", "壹元伍角整"),
        ("10.00", "壹拾元整"),
        ("10.05", "壹拾元零伍分"),
        ("10.50", "壹拾元伍角整"),
        ("14.00", "壹拾肆元整"),
        ("100.00", "壹佰元整"),
        ("101.00", "壹佰零壹元整"),
        ("110.00", "壹佰壹拾元整"),
        ("1001.00", "壹仟零壹元整"),
        ("1010.00", "壹仟零壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("10000.00", "壹万元整"),
        ("10001.00", "壹万零壹元整"),
        ("10100.00", "壹万零壹佰元整"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"),
        ("100100.00", "壹拾万零壹佰元整"),
        ("89656.00", "捌万玖仟陆佰伍拾陆元整"),
        ("1000000.00", "壹佰万元整"),
        ("10000001.00", "壹仟万零壹元整"),
        ("100000000.00", "壹亿元整"),
        ("100000001.00", "壹亿零壹元整"),
        ("100010000.00", "壹亿零壹万元整"),
        ("110000000.00", "壹亿壹仟万元整"),
        ("1000000000000.00", "壹万亿元整"),
        ("1000000000005.00", "壹万亿零伍元整"),
        ("1000100000000.00", "壹万零壹亿元整"),
        ("1000000010000.00", "壹万亿零壹万元整"),
        ("1000000000000000.00", "壹仟万亿元整"),
        ("999999999999999.99", "玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-12.30", "负壹拾贰元叁角整"),
        ("-0.05", "负伍分"),
    ],
)
def test_table(amount: str, words: str) -> None:
    assert capitals(int(amount.replace(".", ""))) == words


def test_another_unit_and_what_is_too_large() -> None:
    assert capitals(12_00, unit="圆") == "壹拾贰圆整"
    with pytest.raises(ValueError, match="no capitals"):
        capitals(LARGEST + 1)


@given(st.integers(-LARGEST, LARGEST))
def test_read_back(amount: int) -> None:
    words = capitals(amount)
    assert "零零" not in words
    assert words.endswith("整") == (amount % 10 == 0)
    assert _read(words) == amount


def _read(words: str) -> int:
    sign = -1 if words.startswith("负") else 1
    total = section = digit = 0
    for char in words.lstrip("负").rstrip("整"):
        if char in DIGITS:
            digit = DIGITS.index(char)
        elif char in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1_000}[char]
            digit = 0
        elif char in "万亿":
            whole = section + digit
            section = digit = 0
            total = (total + whole) * 10**8 if char == "亿" else total + whole * 10**4
        elif char == "元":
            total, section, digit = (total + section + digit) * 100, 0, 0
        else:
            total += digit * {"角": 10, "分": 1}[char]
            digit = 0
    return sign * total
