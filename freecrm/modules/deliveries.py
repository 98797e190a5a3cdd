"""What of an order went to the customer, and what came back."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Worked
from freecrm.core.entity import Child, Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Number, Text, YesNo
from freecrm.core.rows import Files, Lines
from freecrm.core.words import N_
from freecrm.modules.products import UNITS

KINDS = Options(
    "delivery_kind",
    (
        Option("out", N_("Goods out"), "success", ("发货", "出库", "delivery", "out")),
        Option("back", N_("Return"), "warning", ("退货", "退回", "return", "back")),
    ),
    open=False,
)
WHAT, WAY, MORE = N_("Delivery note"), N_("How it goes"), N_("More")


class Delivery(Entity):
    """Goods of an order that went out, or came back. over, why: more than was ordered, with the reason; it stays with
    the delivery. What may be delivered the door says (`store/order_door.py`)."""

    label, plural, title, icon, owner = N_("Delivery note"), N_("Deliveries"), "number", "truck", "owner_user"
    alike = False
    quick = ("sales_order", "kind", "day", "lines", "carrier", "tracking")
    number = Text(
        N_("Delivery no."),
        search="code",
        unique=True,
        section=WHAT,
        heads=("发货单号", "送货单号", "delivery no", "delivery number"),
    )
    kind = Choice(
        N_("Kind"), KINDS, default="out", required=True, section=WHAT, index=True, heads=("类型", "kind")
    )
    sales_order = Link(
        N_("Sales order"), "sales_order", required=True, section=WHAT, heads=("订单", "订单号", "order")
    )
    customer = Link(N_("Customer"), "customer", section=WHAT, heads=("客户", "customer"))
    owner_user = Link(N_("Owner"), "user", section=WHAT, heads=("负责人", "业务员", "owner"))
    day = Date(
        N_("Day"), index=True, section=WHAT, heads=("发货日期", "送货日期", "日期", "date", "delivery date")
    )
    lines = Lines(N_("Lines"), "delivery_line", shows="name", section=WHAT)
    carrier = Text(N_("Carrier"), section=WAY, heads=("物流公司", "快递公司", "承运人", "carrier"))
    tracking = Text(
        N_("Tracking no."), search="code", section=WAY, heads=("运单号", "快递单号", "物流单号", "tracking")
    )
    address = Text(N_("Address"), section=WAY, heads=("收货地址", "送货地址", "address"))
    over = YesNo(N_("More than ordered"), section=MORE)
    why = Text(N_("Reason"), section=MORE, heads=("原因", "reason"))
    note = LongText(N_("Remark"), search="long", section=MORE, heads=("备注", "remark", "note"))
    files = Files(N_("Files"), "file", shows="name", section=MORE)


class DeliveryLine(Child):
    """How much of a line of the order. name, spec, unit: as they stood in the order then. moved: the quantity, less
    than zero for what came back."""

    label, plural, title, icon = N_("Line of a delivery"), N_("Lines of a delivery"), "name", "package"
    order_line = Link(N_("Line of an order"), "sales_order_line", hidden=True)
    name = Text(N_("Name"), required=True)
    spec = Text(N_("Model"))
    unit = Choice(N_("Unit"), UNITS)
    quantity = Number(N_("Quantity"), places=3, default=1, least=0)
    note = Text(N_("Remark"))
    moved = Number(
        N_("Quantity that went out"),
        places=3,
        derived=Worked("moved_out", ("quantity",), "parent", "delivery", ("kind",)),
    )
    position = Number(N_("Position"), hidden=True)
