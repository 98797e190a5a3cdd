"""The rule of rounding: the worked example, and that all parts agree whatever is typed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from freecrm.core.selling import line_total
from freecrm.core.totals import Line, total, worth

PICTURE = (  # design/09b: quantity, price, discount
    Line(6_000, 12_800_00, 3_00, 13_00),
    Line(1_000, 9_600_00, None, 13_00),
    Line(2_000, 680_00, None, 13_00),
    Line(1_000, 4_200_00, None, 13_00),
    Line(1_000, 3_600_00, 100_00, 13_00),
)

LINES = st.lists(
    st.builds(
        Line,
        st.none() | st.integers(-(10**9), 10**9),
        st.none() | st.integers(-(10**12), 10**12),
        st.none() | st.integers(0, 10_000),
        st.none() | st.sampled_from((0, 100, 300, 600, 900, 1_300, 1_999, 10_000)),
    ),
    max_size=30,
)
SHARES = st.integers(0, 10_000)


def test_the_worked_example() -> None:
    made = total(PICTURE, tax_in=True)
    assert [line.total for line in made.lines] == [74_496_00, 9_600_00, 1_360_00, 4_200_00, 0]
    assert (made.full, made.off, made.total) == (95_560_00, 5_904_00, 89_656_00)
    assert (made.net, made.tax) == (79_341_59, 10_314_41)


def test_prices_without_tax() -> None:
    made = total([Line(3_000, 33_33, None, 13_00), Line(1_000, 5, 50_00, 6_00)], tax_in=False)
    assert [line.total for line in made.lines] == [99_99, 3]
    assert (made.net, made.tax, made.total) == (100_02, 13_00, 113_02)


def test_the_discount_on_the_whole_is_shared_by_the_rates_to_the_unit() -> None:
    made = total([Line(1_000, 1_00, None, rate) for rate in (0, 6_00, 13_00)], tax_in=False, discount=50)
    assert made.on_whole == 2  # 0.5 % of 3.00, half up
    assert made.net == 2_98
    assert sorted(share.net for share in made.taxes) == [99, 99, 1_00]


def test_nothing_comes_to_nothing() -> None:
    made = total([], tax_in=True, discount=500)
    assert (made.full, made.off, made.net, made.tax, made.total, made.taxes) == (0, 0, 0, 0, 0, ())


@given(LINES, st.booleans(), SHARES)
def test_all_parts_agree(lines: list[Line], tax_in: bool, discount: int) -> None:
    made = total(lines, tax_in=tax_in, discount=discount)
    assert made.full == sum(line.full for line in made.lines)
    assert made.on_lines == sum(line.off for line in made.lines)
    left = made.full - made.off
    assert left == (made.total if tax_in else made.net)
    assert made.net + made.tax == made.total == sum(share.gross for share in made.taxes)
    assert made.net == sum(share.net for share in made.taxes)
    assert [share.rate for share in made.taxes] == sorted({line.tax or 0 for line in lines})


@given(LINES, SHARES)
def test_what_is_taken_out_of_tax_comes_in_again(lines: list[Line], discount: int) -> None:
    for share in total(lines, tax_in=False, discount=discount).taxes:
        (again,) = total([Line(1_000, share.gross, None, share.rate)], tax_in=True).taxes
        assert (again.net, again.tax) == (share.net, share.tax)


@given(LINES.filter(bool), st.booleans())
def test_as_decimals_would_say(lines: list[Line], tax_in: bool) -> None:
    unit = Decimal(1)
    for line in lines:
        quantity = Decimal(1_000 if line.quantity is None else line.quantity) / 1_000
        price = Decimal(line.price or 0)
        rest = 1 - Decimal(line.discount or 0) / 10_000
        assert worth(line).total == int((quantity * price * rest).quantize(unit, ROUND_HALF_UP))
        if line.price is not None:
            assert worth(line).total == line_total(line.quantity, line.price, line.discount)
    for share in total(lines, tax_in=tax_in).taxes:
        factor = Decimal(share.rate) / 10_000
        if tax_in:
            assert abs(Decimal(share.gross) / (1 + factor) - share.net) <= Decimal("0.5")
        else:
            assert share.tax == int((Decimal(share.net) * factor).quantize(unit, ROUND_HALF_UP))
