"""The register of tax invoices (开票): asked for, issued, sent."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Worked
from freecrm.core.entity import Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Money, Text
from freecrm.core.rows import Files
from freecrm.core.words import N_

KINDS = Options(
    "invoice_kind",
    (
        Option("special", N_("Special VAT invoice"), "accent", ("专票", "增值税专用发票", "special")),
        Option("plain", N_("Plain VAT invoice"), "neutral", ("普票", "增值税普通发票", "plain", "ordinary")),
        Option("other", N_("Other"), "neutral", ("其他", "other")),
    ),
    open=False,
)
STATES = Options(
    "invoice_state",
    (
        Option("asked", N_("Asked for"), "warning", ("待开", "已申请", "asked")),
        Option("issued", N_("Issued"), "info", ("已开", "已开票", "issued")),
        Option("sent", N_("Sent"), "success", ("已寄出", "已交付", "sent")),
        Option("void", N_("Void"), "neutral", ("作废", "红冲", "void")),
    ),
    open=False,
)
WHAT, HEAD, MORE = N_("Tax invoice"), N_("Made out to"), N_("More")


class Invoice(Entity):
    """A tax invoice. asked, issued, sent, void: the days of its way, from which its state follows. amount: with its
    tax. head and what follows: to whom it is made out, as the customer gave it."""

    label, plural, title, icon, owner = (
        N_("Tax invoice"),
        N_("Invoices"),
        "head",
        "receipt-text",
        "owner_user",
    )
    alike = False
    quick = ("customer", "sales_order", "kind", "amount", "head", "tax_no", "asked")
    number = Text(
        N_("Invoice no."),
        search="code",
        unique=True,
        section=WHAT,
        heads=("发票号码", "发票号", "invoice no", "invoice number"),
    )
    state = Choice(
        N_("Status"),
        STATES,
        section=WHAT,
        index=True,
        derived=Worked("invoice_state", ("asked", "issued", "sent", "void")),
    )
    kind = Choice(N_("Kind"), KINDS, default="special", section=WHAT, heads=("发票类型", "类型", "kind"))
    customer = Link(
        N_("Customer"), "customer", required=True, section=WHAT, heads=("客户", "购买方", "customer")
    )
    sales_order = Link(N_("Sales order"), "sales_order", section=WHAT, heads=("订单", "订单号", "order"))
    owner_user = Link(N_("Owner"), "user", section=WHAT, heads=("负责人", "业务员", "owner"))
    amount = Money(
        N_("Amount with tax"), required=True, section=WHAT, heads=("价税合计", "开票金额", "金额", "amount")
    )
    tax = Money(N_("Tax"), section=WHAT, heads=("税额", "tax"))
    counts = Money(N_("Counts"), hidden=True, derived=Worked("invoice_counts", ("amount", "void")))
    asked = Date(N_("Asked for on"), index=True, section=WHAT, heads=("申请日期", "asked"))
    issued = Date(N_("Issued on"), section=WHAT, heads=("开票日期", "issued", "invoice date"))
    sent = Date(N_("Sent on"), section=WHAT, heads=("寄出日期", "sent"))
    void = Date(N_("Void since"), section=WHAT, heads=("作废日期", "void"))
    head = Text(N_("Name on the invoice"), search="name", section=HEAD, heads=("发票抬头", "抬头", "title"))
    tax_no = Text(
        N_("Tax no."), search="code", section=HEAD, heads=("税号", "纳税人识别号", "tax no", "tax id")
    )
    address = Text(N_("Address and phone"), section=HEAD, heads=("地址电话", "注册地址", "address"))
    bank = Text(N_("Bank and account"), section=HEAD, heads=("开户行及账号", "开户行", "bank"))
    note = LongText(N_("Remark"), search="long", section=MORE, heads=("备注", "remark", "note"))
    files = Files(N_("Files"), "file", shows="name", section=MORE)
