"""What quotes, orders and repeating bills have alike: lines with prices, and the sums that follow from them by the one
rule of `core/totals.py`."""

from __future__ import annotations

from freecrm.core.derive import Rolled, Worked
from freecrm.core.entity import Child
from freecrm.core.fields import Choice, Link, Money, Number, Percent, Text
from freecrm.core.words import N_
from freecrm.modules.products import UNITS

WORTH = N_("Worth")


class PricedLine(Child, abstract=True):
    """A line with a price. name, spec, unit: as they were when it was written. product: blank = typed freely."""

    product = Link(N_("Product"), "product")
    name = Text(N_("Name"), required=True)
    spec = Text(N_("Model"))
    unit = Choice(N_("Unit"), UNITS)
    quantity = Number(N_("Quantity"), places=3, default=1, least=0)
    price = Money(N_("Price"))
    discount = Percent(N_("Discount"), least=0, largest=100)
    tax = Percent(N_("Tax rate"), least=0, largest=100)
    note = Text(N_("Remark"))
    total = Money(N_("Line total"), derived=Worked("line_total", ("quantity", "price", "discount")))
    position = Number(N_("Position"), hidden=True)


def sum_of(lines: str, function: str, label: str) -> Money:
    """A sum over the lines (their entity) of a record that has `tax_in` and `discount`. function: of
    `core/workings.FUNCTIONS`."""
    takes, own = ("quantity", "price", "discount", "tax"), ("tax_in", "discount")
    return Money(label, section=WORTH, derived=Rolled(function, lines, "parent", takes, own))


def sums_of(lines: str, total: str) -> tuple[Money, Money, Money, Money, Money]:
    """All of them: full, off, net, tax and total. total: what the last is called."""
    return (
        sum_of(lines, "lines_full", N_("Subtotal")),
        sum_of(lines, "lines_off", N_("Taken off")),
        sum_of(lines, "lines_net", N_("Without tax")),
        sum_of(lines, "lines_tax", N_("Tax")),
        sum_of(lines, "lines_total", total),
    )
