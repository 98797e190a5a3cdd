"""What customers ordered: orders with their lines, from an accepted quote or by hand."""

from __future__ import annotations

from typing import ClassVar

from freecrm.core.derive import Rolled, Worked
from freecrm.core.entity import Child, Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Money, Number, Percent, Text, YesNo
from freecrm.core.filters import Filters
from freecrm.core.module import List, Module, View
from freecrm.core.pieces import Linked, Tab
from freecrm.core.query import ME, Where
from freecrm.core.rows import Files, Rows
from freecrm.core.words import N_
from freecrm.modules.products import UNITS

WHAT, WHOM, WORTH, MORE = N_("Order"), N_("For whom"), N_("Worth"), N_("More")
OF_LINES, OWN = ("quantity", "price", "discount", "tax"), ("tax_in", "discount")


class SalesOrder(Entity):
    """What a customer ordered. confirmed: the day from which it binds, blank = still a draft. cancelled: the day on
    which it was called off. The sums follow from the lines as those of a quote do (`core/totals.py`)."""

    label, plural, title, icon, owner = N_("Order"), N_("Orders"), "number", "clipboard-list", "owner_user"
    alike = False
    quick = ("customer", "contact", "name", "wanted", "tax_in", "lines", "discount", "terms")
    number = Text(
        N_("Order no."),
        search="code",
        unique=True,
        section=WHAT,
        heads=("订单号", "订单编号", "合同号", "order no", "order number"),
    )
    name = Text(N_("Subject"), search="name", section=WHAT, heads=("订单主题", "主题", "subject"))
    customer = Link(N_("Customer"), "customer", required=True, section=WHOM, heads=("客户", "customer"))
    contact = Link(N_("Contact"), "contact", section=WHOM, heads=("联系人", "contact"))
    deal = Link(N_("Deal"), "deal", section=WHOM, heads=("商机", "deal", "opportunity"))
    quote = Link(N_("Quote"), "quote", section=WHOM, heads=("报价单", "quote"))
    owner_user = Link(N_("Owner"), "user", section=WHOM, heads=("负责人", "业务员", "owner"))
    day = Date(
        N_("Day"), index=True, section=WHAT, heads=("下单日期", "订单日期", "日期", "order date", "date")
    )
    wanted = Date(N_("Deliver by"), section=WHAT, heads=("交货日期", "交期", "deliver by", "delivery date"))
    confirmed = Date(N_("Confirmed on"), section=WHAT)
    cancelled = Date(N_("Cancelled on"), section=WHAT)
    tax_in = YesNo(N_("Prices with tax"), default=True, section=WORTH, heads=("含税", "tax included"))
    discount = Percent(N_("Discount on the whole"), least=0, largest=100, section=WORTH, heads=("整单优惠",))
    lines = Rows(N_("Lines"), "sales_order_line", shows="name", section=WORTH)
    full = Money(
        N_("Subtotal"),
        section=WORTH,
        derived=Rolled("lines_full", "sales_order_line", "parent", OF_LINES, OWN),
    )
    off = Money(
        N_("Taken off"),
        section=WORTH,
        derived=Rolled("lines_off", "sales_order_line", "parent", OF_LINES, OWN),
    )
    net = Money(
        N_("Without tax"),
        section=WORTH,
        derived=Rolled("lines_net", "sales_order_line", "parent", OF_LINES, OWN),
    )
    tax = Money(
        N_("Tax"), section=WORTH, derived=Rolled("lines_tax", "sales_order_line", "parent", OF_LINES, OWN)
    )
    total = Money(
        N_("Total"), section=WORTH, derived=Rolled("lines_total", "sales_order_line", "parent", OF_LINES, OWN)
    )
    terms = LongText(N_("Terms"), section=MORE, heads=("条款", "terms"))
    note = LongText(N_("Remark"), search="long", section=MORE, heads=("备注", "remark", "note"))
    files = Files(N_("Files"), "file", shows="name", section=MORE)


class SalesOrderLine(Child):
    """A line of an order. name, spec, unit: as they were when it was ordered. product: blank = typed freely. bound: the
    day on which its order was confirmed, blank while that doesn't count."""

    label, plural, title, icon = N_("Line of an order"), N_("Lines of an order"), "name", "package"
    indexes: ClassVar = {"sold": (("product", "bound", "total"), "bound IS NOT NULL")}
    product = Link(N_("Product"), "product")
    name = Text(N_("Name"), required=True)
    spec = Text(N_("Model"))
    unit = Choice(N_("Unit"), UNITS)
    quantity = Number(N_("Quantity"), places=3, default=1, least=0)
    price = Money(N_("Price"))
    discount = Percent(N_("Discount"), least=0, largest=100)
    tax = Percent(N_("Tax rate"), least=0, largest=100)
    note = Text(N_("Remark"))
    total = Money(N_("Total"), derived=Worked("line_total", ("quantity", "price", "discount")))
    position = Number(N_("Position"), hidden=True)
    bound = Date(
        N_("Binding since"),
        hidden=True,
        derived=Worked("binding", (), "parent", "sales_order", ("confirmed", "cancelled")),
    )


MODULE = Module(
    "orders",
    (SalesOrder, SalesOrderLine),
    (
        List(
            "sales_order",
            ("number", "customer", "name", "total", "day", "wanted", "owner_user"),
            "-day",
            place=46,
        ),
    ),
    pieces=(
        Tab(
            "orders",
            N_("Orders"),
            Linked("sales_order", "customer", ("number", "name", "total", "day", "wanted"), "-day"),
            on="customer",
            place=24,
        ),
    ),
    views=(
        View("sales_order", "mine", N_("My orders"), Filters(((Where("owner_user", "in", (ME,)),),)), "-day"),
    ),
)
