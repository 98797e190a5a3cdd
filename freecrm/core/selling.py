"""What follows of a deal by itself: how likely it is, what a line of products comes to.

These functions are rules of derived fields (`derive.Worked`): they see values as tables hold them (amounts in minor
units, shares in hundredths of a per cent, quantities in thousandths) and answer in the same way. They never raise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

WHOLE = 10_000
"""100 % as the table holds it."""
ONE = 1_000
"""One piece as the table holds it."""


def odds(own: int | None, of_stage: int | None) -> int | None:
    """How likely a deal is won: its own chance, else that of its stage."""
    return of_stage if own is None else own


def line_total(quantity: int | None, price: int | None, discount: int | None) -> int | None:
    """Quantity times price less the discount, half up to the minor unit; None without a price. No quantity is one."""
    if price is None:
        return None
    full = (ONE if quantity is None else quantity) * price * (WHOLE - (discount or 0))
    return half_up(full, ONE * WHOLE)


def binding(confirmed: str | None, cancelled: str | None) -> str | None:
    """The day from which a line of an order counts as sold; None while its order is a draft, or once it is called off."""
    return None if cancelled is not None else confirmed


def half_up(value: int, by: int) -> int:
    """`value` divided by `by`, halves away from zero: exact, for both are integers."""
    sign = -1 if value < 0 else 1
    return sign * ((2 * abs(value) + by) // (2 * by))


def left(amount: int | None, paid: int | None) -> int:
    """What is still to be paid of an amount; below zero: to be paid back, or set off."""
    return (amount or 0) - (paid or 0)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "odds": odds,
    "line_total": line_total,
    "left_of": left,
    "binding": binding,
}
