"""What a list of lines comes to: the one written rule by which quotes, orders and bills are rounded.

    made = total([Line(6_000, 1_280_000, 300, 1_300)], tax_in=True)
    made.full - made.off == made.total                  # prices with tax in (含税)

1. A line in full is quantity × price, half up to the minor unit. Its total is quantity × price × (1 - discount), half
   up once; what it takes off is the difference.
2. The discount on the whole is the sum of the lines' totals × discount, half up once. Each tax rate bears its part of
   it; the units that are left over by rounding down go to the largest remainders, so that the parts are the whole.
3. Tax is worked out per rate on the sum, never per line. Prices with tax in: net = round(gross ÷ (1 + rate)), tax =
   gross - net. Prices without: tax = round(net × rate), gross = net + tax.

All values are integers as tables hold them: amounts in minor units, shares and rates in hundredths of a per cent,
quantities in thousandths. Halves go away from zero. So lines, discount, net, tax and total always agree to the unit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from freecrm.core.selling import ONE, WHOLE, half_up


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is typed. Blank is one piece, no price, no discount, no tax."""

    quantity: int | None = None
    price: int | None = None
    discount: int | None = None
    tax: int | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What a line comes to, in minor units: in full, taken off, and what is left."""

    full: int
    off: int
    total: int


@dataclass(frozen=True, slots=True)
class Share:
    """What falls under one tax rate after all discounts, in minor units."""

    rate: int
    net: int
    tax: int

    @property
    def gross(self) -> int:
        """With its tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Totals:
    """full: the lines without any discount. on_lines, on_whole: what was taken off. taxes: by rate, lowest first."""

    lines: tuple[Worth, ...]
    full: int
    on_lines: int
    on_whole: int
    net: int
    tax: int
    total: int
    taxes: tuple[Share, ...]

    @property
    def off(self) -> int:
        """All that was taken off."""
        return self.on_lines + self.on_whole


def worth(line: Line) -> Worth:
    """What one line comes to."""
    quantity = ONE if line.quantity is None else line.quantity
    product = quantity * (line.price or 0)
    full = half_up(product, ONE)
    total = half_up(product * (WHOLE - (line.discount or 0)), ONE * WHOLE)
    return Worth(full, full - total, total)


def total(lines: Iterable[Line], *, tax_in: bool, discount: int = 0) -> Totals:
    """What all lines come to. discount: on the whole."""
    given = list(lines)
    worths = tuple(worth(line) for line in given)
    sums: dict[int, int] = {}
    for line, one in zip(given, worths, strict=True):
        rate = line.tax or 0
        sums[rate] = sums.get(rate, 0) + one.total
    left = sum(one.total for one in worths)
    whole = half_up(left * discount, WHOLE)
    rates = sorted(sums)
    parts = _parts([sums[rate] * discount for rate in rates], whole)
    taxes = tuple(
        _share(rate, sums[rate] - part, tax_in=tax_in) for rate, part in zip(rates, parts, strict=True)
    )
    net, tax = sum(one.net for one in taxes), sum(one.tax for one in taxes)
    full, off = sum(one.full for one in worths), sum(one.off for one in worths)
    return Totals(worths, full, off, whole, net, tax, net + tax, taxes)


def _share(rate: int, base: int, *, tax_in: bool) -> Share:
    if tax_in:
        net = half_up(base * WHOLE, WHOLE + rate)
        return Share(rate, net, base - net)
    return Share(rate, base, half_up(base * rate, WHOLE))


def _parts(exact: Sequence[int], whole: int) -> list[int]:
    """`whole` in parts as near to `exact` (in 1/WHOLE of a unit) as whole units allow."""
    parts = [one // WHOLE for one in exact]
    order = sorted(range(len(exact)), key=lambda at: -(exact[at] % WHOLE))
    for at in order[: whole - sum(parts)]:
        parts[at] += 1
    return parts


# ---- the same for the door, which has the lines as JSON


@lru_cache(maxsize=256)
def of_rows(rows: str | None, tax_in: int | None, discount: int | None) -> Totals:
    """Totals of rows [[quantity, price, discount, tax], …]."""
    lines = [Line(*row) for row in json.loads(rows or "[]")]
    return total(lines, tax_in=bool(tax_in), discount=discount or 0)


def _taker(name: str) -> Callable[..., Any]:
    def take(rows: str | None, tax_in: int | None, discount: int | None) -> int:
        made: int = getattr(of_rows(rows, tax_in, discount), name)
        return made

    return take


def answer_by(state: str | None, valid_until: str | None) -> str | None:
    """The last day of an offer that waits for its answer; None when it waits for none."""
    return valid_until if state == "sent" else None


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "answer_by": answer_by,
    **{f"lines_{name}": _taker(name) for name in ("full", "off", "net", "tax", "total")},
}
