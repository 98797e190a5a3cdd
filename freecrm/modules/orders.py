"""What customers ordered: orders with their lines, from an accepted quote or by hand; what went out, what was invoiced,
what comes again."""

from __future__ import annotations

from typing import ClassVar

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Rolled, Sum, Worked
from freecrm.core.entity import Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Money, Number, Percent, Text, YesNo
from freecrm.core.filters import Filters
from freecrm.core.module import List, Module, View
from freecrm.core.pieces import Entry, Figure, Lines, Linked, Tab
from freecrm.core.query import ME, Where
from freecrm.core.rows import Files
from freecrm.core.rows import Lines as LineRows
from freecrm.core.words import N_
from freecrm.modules.deliveries import Delivery, DeliveryLine
from freecrm.modules.invoices import Invoice
from freecrm.modules.priced import WORTH, PricedLine, sums_of
from freecrm.modules.repeat_bills import RepeatBill, RepeatLine

STATES = Options(
    "order_state",
    (
        Option("draft", N_("Draft"), "neutral", ("草稿", "draft")),
        Option("confirmed", N_("Confirmed"), "info", ("已确认", "confirmed")),
        Option("partly", N_("Partly delivered"), "warning", ("部分发货", "partly delivered")),
        Option("delivered", N_("Delivered"), "success", ("已发货", "全部发货", "delivered")),
        Option("cancelled", N_("Cancelled"), "danger", ("已取消", "cancelled", "canceled")),
    ),
    open=False,
)
WHAT, WHOM, MORE = N_("Sales order"), N_("For whom"), N_("More")


class SalesOrder(Entity):
    """What a customer ordered. confirmed: the day from which it binds, blank = still a draft. cancelled: the day on
    which it was called off. The sums follow from the lines as those of a quote do (`core/totals.py`), the state from
    these days and what was delivered. repeat: the repeating bill that made the draft. invoiced: all invoices that are
    not void, those asked for among them."""

    label, plural, title, icon, owner = (
        N_("Sales order"),
        N_("Orders"),
        "number",
        "clipboard-list",
        "owner_user",
    )
    alike = False
    quick = ("customer", "contact", "name", "wanted", "tax_in", "discount", "terms")
    number = Text(
        N_("Order no."),
        search="code",
        unique=True,
        section=WHAT,
        heads=("订单号", "订单编号", "合同号", "order no", "order number"),
    )
    state = Choice(
        N_("Status"),
        STATES,
        section=WHAT,
        index=True,
        derived=Rolled(
            "order_state", "sales_order_line", "parent", ("quantity", "delivered"), ("confirmed", "cancelled")
        ),
    )
    name = Text(N_("Subject"), search="name", section=WHAT, heads=("订单主题", "主题", "subject"))
    customer = Link(N_("Customer"), "customer", required=True, section=WHOM, heads=("客户", "customer"))
    contact = Link(N_("Contact"), "contact", section=WHOM, heads=("联系人", "contact"))
    deal = Link(N_("Deal"), "deal", section=WHOM, heads=("商机", "deal", "opportunity"))
    quote = Link(N_("Quote"), "quote", section=WHOM, heads=("报价单", "quote"))
    repeat = Link(N_("Repeating bill"), "repeat_bill", section=WHOM)
    owner_user = Link(N_("Owner"), "user", section=WHOM, heads=("负责人", "业务员", "owner"))
    day = Date(
        N_("Day"), index=True, section=WHAT, heads=("下单日期", "订单日期", "日期", "order date", "date")
    )
    wanted = Date(N_("Deliver by"), section=WHAT, heads=("交货日期", "交期", "deliver by", "delivery date"))
    confirmed = Date(N_("Confirmed on"), section=WHAT)
    cancelled = Date(N_("Cancelled on"), section=WHAT)
    tax_in = YesNo(N_("Prices with tax"), default=True, section=WORTH, heads=("含税", "tax included"))
    discount = Percent(N_("Discount on the whole"), least=0, largest=100, section=WORTH, heads=("整单优惠",))
    lines = LineRows(N_("Lines"), "sales_order_line", shows="name", section=WORTH)
    full, off, net, tax, total = sums_of("sales_order_line", N_("Order total"))
    invoiced = Money(N_("Invoiced"), section=WORTH, derived=Sum("invoice", by="sales_order", take="counts"))
    to_invoice = Money(
        N_("Not invoiced yet"),
        section=WORTH,
        index=True,
        derived=Worked("to_invoice", ("total", "invoiced", "confirmed", "cancelled")),
    )
    terms = LongText(N_("Terms"), section=MORE, heads=("条款", "terms"))
    note = LongText(N_("Remark"), search="long", section=MORE, heads=("备注", "remark", "note"))
    files = Files(N_("Files"), "file", shows="name", section=MORE)


class SalesOrderLine(PricedLine):
    """A line of an order. delivered: what went out less what came back. bound: the day on which its order was confirmed, blank while that
    doesn't count."""

    label, plural, title, icon = N_("Line of an order"), N_("Lines of an order"), "name", "package"
    indexes: ClassVar = {"sold": (("product", "bound", "total"), "bound IS NOT NULL")}
    delivered = Number(N_("Delivered"), places=3, derived=Sum("delivery_line", by="order_line", take="moved"))
    bound = Date(
        N_("Binding since"),
        hidden=True,
        derived=Worked("binding", (), "parent", "sales_order", ("confirmed", "cancelled")),
    )


MODULE = Module(
    "orders",
    (SalesOrder, SalesOrderLine, Delivery, DeliveryLine, Invoice, RepeatBill, RepeatLine),
    (
        List(
            "sales_order",
            ("number", "customer", "name", "state", "total", "to_invoice", "day", "wanted", "owner_user"),
            "-day",
            place=46,
        ),
        List(
            "delivery",
            ("number", "kind", "sales_order", "customer", "lines", "day", "carrier", "tracking"),
            "-day",
            place=47,
            under="sales_order",
        ),
        List(
            "invoice",
            (
                "head",
                "state",
                "customer",
                "sales_order",
                "amount",
                "kind",
                "number",
                "asked",
                "issued",
                "sent",
            ),
            "-asked",
            place=47,
            under="sales_order",
        ),
        List(
            "repeat_bill",
            ("name", "customer", "every", "next", "total", "ends", "owner_user"),
            "next",
            place=47,
            under="sales_order",
        ),
    ),
    pieces=(
        Entry(
            "orders",
            N_("Orders"),
            N_("Order made"),
            "sales_order",
            "clipboard-list",
            "success",
            by="customer",
            text="number",
            on="customer",
            place=22,
            chips=("state", "total"),
        ),
        Entry(
            "deliveries",
            N_("Deliveries"),
            N_("Goods delivered or taken back"),
            "delivery",
            "truck",
            "success",
            by="customer",
            text="number",
            on="customer",
            place=23,
            chips=("kind",),
        ),
        Entry(
            "invoices",
            N_("Invoices"),
            N_("Invoice asked for"),
            "invoice",
            "receipt-text",
            "info",
            by="customer",
            text="number",
            on="customer",
            place=24,
            chips=("state",),
        ),
        Tab("lines", N_("Lines"), Lines("sales_order_line"), on="sales_order", place=10),
        Tab("lines", N_("Lines"), Lines("repeat_line"), on="repeat_bill", place=10),
        Tab(
            "deliveries",
            N_("Deliveries"),
            Linked(
                "delivery", "sales_order", ("number", "kind", "day", "lines", "carrier", "tracking"), "-day"
            ),
            on="sales_order",
            place=20,
        ),
        Tab(
            "invoices",
            N_("Invoices"),
            Linked(
                "invoice",
                "sales_order",
                ("head", "state", "amount", "kind", "number", "asked", "issued"),
                "-asked",
            ),
            on="sales_order",
            place=30,
        ),
        Tab(
            "orders",
            N_("Orders"),
            Linked("sales_order", "customer", ("number", "name", "state", "total", "day", "wanted"), "-day"),
            on="customer",
            place=24,
        ),
        Tab(
            "invoices",
            N_("Invoices"),
            Linked(
                "invoice",
                "customer",
                ("head", "state", "amount", "number", "sales_order", "asked", "issued"),
                "-asked",
            ),
            on="customer",
            place=26,
        ),
        Tab(
            "repeat_bills",
            N_("Repeating bills"),
            Linked("repeat_bill", "customer", ("name", "every", "next", "total", "ends"), "next"),
            on="customer",
            place=28,
        ),
        Tab(
            "orders",
            N_("Orders"),
            Linked("sales_order", "quote", ("number", "name", "state", "total", "day", "wanted"), "-day"),
            on="quote",
            place=20,
        ),
        Tab(
            "orders",
            N_("Orders"),
            Linked("sales_order", "deal", ("number", "name", "state", "total", "day", "wanted"), "-day"),
            on="deal",
            place=24,
        ),
        Tab(
            "orders",
            N_("Orders"),
            Linked("sales_order", "repeat", ("number", "name", "state", "total", "day"), "-day"),
            on="repeat_bill",
            place=20,
        ),
        Figure("total", N_("Order total"), "total", "lines", on="sales_order", place=30),
        Figure("to_invoice", N_("Not invoiced yet"), "to_invoice", "invoices", on="sales_order", place=40),
    ),
    views=(
        View(
            "sales_order",
            "to_deliver",
            N_("To be delivered"),
            Filters(((Where("state", "in", ("confirmed", "partly")),),)),
            "wanted",
        ),
        View(
            "sales_order",
            "to_invoice",
            N_("To be invoiced"),
            Filters(((Where("to_invoice", ">", 0),),)),
            "-day",
        ),
        View(
            "sales_order",
            "late",
            N_("Late deliveries"),
            Filters(((Where("state", "in", ("confirmed", "partly")),), (Where("wanted", "within", "past"),))),
            "wanted",
        ),
        View("sales_order", "draft", N_("Drafts"), Filters(((Where("state", "in", ("draft",)),),)), "-day"),
        View("sales_order", "mine", N_("My orders"), Filters(((Where("owner_user", "in", (ME,)),),)), "-day"),
        View(
            "invoice", "asked", N_("To be issued"), Filters(((Where("state", "in", ("asked",)),),)), "asked"
        ),
        View(
            "invoice", "issued", N_("To be sent"), Filters(((Where("state", "in", ("issued",)),),)), "issued"
        ),
        View("delivery", "back", N_("Returns"), Filters(((Where("kind", "in", ("back",)),),)), "-day"),
    ),
)
