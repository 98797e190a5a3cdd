from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freecrm.core import money
from freecrm.core.problems import Known
from tests.core.cells import CELLS


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("12000", "12000.00"),
        ("12,000.00", "12000.00"),
        ("10,090.31元", "10090.31"),
        ("¥10,090.31", "10090.31"),
        ("￥10090.31", "10090.31"),
        ("1.23万", "12300.00"),
        ("1.23万元", "12300.00"),
        ("3.2 万", "32000.00"),
        ("1亿2000万", "120000000.00"),
        ("3千", "3000.00"),
        ("12k", "12000.00"),
        ("1.5M", "1500000.00"),
        ("3w", "30000.00"),
        ("0.1万亿", "100000000000.00"),
        ("RMB 500", "500.00"),
        ("CNY500.00", "500.00"),
        ("500 USD", "500.00"),
        ("$1,234.5", "1234.50"),
        ("€1.234,56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1.234.567", "1234567.00"),
        ("1 234,56", "1234.56"),
        ("1'234.50", "1234.50"),
        ("500元整", "500.00"),
        ("(1,234.56)", "-1234.56"),
        ("（500）", "-500.00"),
        ("500-", "-500.00"),
        ("-500", "-500.00"),
        ("¥-5", "-5.00"),
        ("-¥5", "-5.00"),
        ("－500", "-500.00"),
        ("−500", "-500.00"),
        ("+5", "5.00"),
        ("１２，０００．５０", "12000.50"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("1.005", "1.01"),
        ("-1.005", "-1.01"),
        (12000.0, "12000.00"),
        (10090.310000000001, "10090.31"),
        (2.675, "2.68"),
        (5, "5.00"),
        (-0.0, "0.00"),
        (Decimal("1.005"), "1.01"),
        ("999999999999999.99", "999999999999999.99"),
    ],
)
def test_read(cell: object, amount: str) -> None:
    value, said = money.read(cell)
    assert said is None
    assert str(value) == amount


@pytest.mark.parametrize("cell", [None, "", " ", "-", "—", "——", "无", "/"])
def test_blank(cell: object) -> None:
    assert money.read(cell) == (None, None)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("免费", "isn't an amount"),
        ("约3万", "isn't an amount"),
        ("3-5万", "isn't an amount"),
        ("3万5", "isn't an amount"),
        ("100元50", "isn't an amount"),
        ("100元200.00", "isn't an amount"),
        ("100 200", "isn't an amount"),
        ("1,2345", "isn't an amount"),
        ("1,23,456", "isn't an amount"),
        ("=SUM(A1:A9)", "isn't an amount"),
        ("100%", "isn't an amount"),
        ("¥", "isn't an amount"),
        ("1.2E+05", "shortened"),
        ("1e999999", "shortened"),
        ("9" * 5000, "larger"),
        ("9" * 16, "larger"),
        (1e300, "larger"),
        (10**4000, "larger"),
        (Decimal("1e999999"), "larger"),
        (float("nan"), "isn't"),
        (float("inf"), "isn't"),
        (True, "isn't"),
        (Decimal("NaN"), "isn't"),
        (Decimal("sNaN"), "isn't"),
    ],
)
def test_not_understood(cell: object, sentence: str) -> None:
    value, said = money.read(cell)
    assert value is None
    assert sentence in str(said)


def test_places() -> None:
    assert money.read("1.5", 0) == (Decimal(2), None)
    assert money.read("1,234.56789", 4) == (Decimal("1234.5679"), None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("¥5", "CNY"),
        ("5元", "CNY"),
        ("5万美元", "USD"),
        ("HK$5", "HKD"),
        ("日元 5", "JPY"),
        ("5", ""),
        (5, ""),
    ],
)
def test_currency(cell: object, code: str) -> None:
    assert money.currency(cell) == code


def test_minor_units() -> None:
    assert money.to_minor(Decimal("10090.315")) == 1009032
    assert money.to_minor(Decimal("-0.005")) == -1
    assert money.to_minor(Decimal("5.5"), "JPY") == 6
    assert money.to_minor(Decimal("1.2345"), "KWD") == 1235
    assert money.from_minor(5) == Decimal("0.05")
    assert str(money.from_minor(-1234500, "KWD")) == "-1234.500"
    for absurd in ("1e999999", "9" * 5000, "NaN", "Infinity"):
        with pytest.raises(Known):
            money.to_minor(Decimal(absurd))


def test_show() -> None:
    assert money.show(1234560, "CNY") == "12,345.60"
    assert money.show(1234560, "CNY", symbol=True) == "¥12,345.60"
    assert money.show(-5, "CNY", symbol=True) == "-¥0.05"
    assert money.show(1234, "JPY", symbol=True) == "¥1,234"
    assert money.show(1234, "KWD") == "1.234"
    assert money.show(1234, "CHF", symbol=True) == "CHF 12.34"


@given(CELLS, st.sampled_from([0, 2, 4]))
def test_never_raises(cell: object, places: int) -> None:
    value, said = money.read(cell, places)
    assert value is None or said is None
    if value is not None:
        assert value.is_finite()
        assert value == money.round_half_up(value, places)
        assert abs(money.to_minor(value)) < 2**63
    money.currency(cell)


@given(st.integers(-(2**62), 2**62).filter(lambda n: abs(n) < 10**17), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_shown_reads_back(minor: int, currency: str) -> None:
    amount = money.from_minor(minor, currency)
    if abs(amount) < 10**15:
        assert money.to_minor(amount, currency) == minor
        assert (
            money.read(money.show(minor, currency, symbol=currency == "CNY"), money.minor_digits(currency))[0]
            == amount
        )


@given(st.decimals(), st.integers(0, 6))
def test_rounding_never_raises(value: Decimal, places: int) -> None:
    rounded = money.round_half_up(value, places)
    if value.is_finite() and value.adjusted() < 10_000:
        assert rounded.as_tuple().exponent == -places


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("3.2万", "32000"),
        ("12k", "12000"),
        ("1200*6", "7200"),
        ("1200×6", "7200"),
        ("12 x 6", "72"),
        ("=1200*6", "7200"),
        ("1,200.50", "1200.5"),
        ("¥1,200", "1200"),
        ("1200元", "1200"),
        ("１２００＊６", "7200"),
        ("（3.2万+500）/4", "8125"),
        ("3万-2千", "28000"),
        ("-(3+4)", "-7"),
        ("2*-3", "-6"),
        ("100/3", "33.33"),
        ("(((1)))+1", "2"),
        ("1亿2000万", "120000000"),
    ],
)
def test_sums_are_worked_out(text: str, worth: str) -> None:
    assert money.work_out(text) == (Decimal(worth), None)


@pytest.mark.parametrize(
    "text", ["5*", "((1", "1)+2", "1/0", "2**3", "abc", "1+a", "9" * 101, "999999999999*99999"]
)
def test_what_is_no_sum_is_told(text: str) -> None:
    value, why = money.work_out(text)
    assert value is None
    assert str(why)


@given(st.text(alphabet="0123456789.,+-*/() 万千k元¥×x%=", max_size=60))
def test_any_sum_is_worked_out_or_told(text: str) -> None:
    value, why = money.work_out(text)
    assert value is None or why is None
    assert value is None or value.is_finite()


@given(st.text(max_size=120))
def test_any_text_is_worked_out_or_told(text: str) -> None:
    value, why = money.work_out(text)
    assert value is None or why is None


def test_lists_read_no_sums() -> None:
    assert money.read("1200*6")[0] is None
    assert money.read("3-5")[0] is None
