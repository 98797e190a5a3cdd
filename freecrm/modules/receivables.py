"""What customers owe and what they paid: receivables, receipts, and which receipt settles what."""

from __future__ import annotations

from typing import ClassVar

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Sum, Worked
from freecrm.core.entity import Child, Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Money, Number, Text
from freecrm.core.filters import Filters
from freecrm.core.module import List, Module, Screen, View
from freecrm.core.pieces import Account, Entry, Figure, Linked, Tab
from freecrm.core.query import ME, Where
from freecrm.core.rows import Files, Rows
from freecrm.core.words import N_

METHODS = Options(
    "receipt_method",
    (
        Option(
            "transfer", N_("Bank transfer"), "neutral", ("转账", "银行转账", "电汇", "bank transfer", "wire")
        ),
        Option("cash", N_("Cash"), "neutral", ("现金", "cash")),
        Option("wechat", N_("WeChat Pay"), "neutral", ("微信", "微信支付", "wechat pay")),
        Option("alipay", N_("Alipay"), "neutral", ("支付宝", "alipay")),
        Option("cheque", N_("Cheque"), "neutral", ("支票", "cheque", "check")),
        Option("draft", N_("Bank draft"), "neutral", ("承兑", "承兑汇票", "汇票", "bank draft")),
        Option("card", N_("Card"), "neutral", ("刷卡", "银行卡", "card")),
        Option("other", N_("Other"), "neutral", ("其他", "other")),
    ),
)
WHAT, MORE = N_("Receivable"), N_("More")
OWED = (Where("left", "between", (1, None)),)
OPEN = (*OWED, Where("left", "between", (None, -1)))
"""What is still to be paid to us; and with it what is to be paid back or set off."""


class Receivable(Entity):
    """A sum that a customer owes from a day on: an instalment of an order, or a sum by itself. A sum below zero is
    what was taken back from them (a return, a credit). due: the day by which it is to be paid."""

    label, plural, title, icon, owner = (
        N_("Receivable"),
        N_("Receivables"),
        "name",
        "hand-coins",
        "owner_user",
    )
    alike = False
    quick = ("customer", "name", "amount", "due", "sales_order", "note")
    indexes: ClassVar = {"aged": (("customer", "due", "left"), '"left" <> 0')}
    name = Text(N_("What for"), search="name", section=WHAT, heads=("应收项目", "款项", "what for"))
    customer = Link(N_("Customer"), "customer", required=True, section=WHAT, heads=("客户", "customer"))
    sales_order = Link(
        N_("Sales order"), "sales_order", goes=True, section=WHAT, heads=("订单", "订单号", "order")
    )
    owner_user = Link(N_("Owner"), "user", section=WHAT, heads=("负责人", "业务员", "owner"))
    day = Date(N_("Day"), index=True, section=WHAT, heads=("日期", "date"))
    due = Date(
        N_("Due"), due="left", index=True, section=WHAT, heads=("到期日", "应收日期", "due", "due date")
    )
    amount = Money(N_("Amount"), required=True, section=WHAT, heads=("金额", "应收金额", "amount"))
    paid = Money(N_("Paid"), section=WHAT, derived=Sum("allocation", by="receivable", take="amount"))
    left = Money(N_("Still open"), section=WHAT, derived=Worked("left_of", ("amount", "paid")))
    note = LongText(N_("Remark"), section=MORE, heads=("备注", "remark", "note"))
    files = Files(N_("Files"), "file", shows="name", section=MORE)


class Receipt(Entity):
    """Money that came from a customer; below zero: that was paid back. What of it no allocation names is their credit."""

    label, plural, title, icon, owner = N_("Receipt"), N_("Receipts"), "number", "banknote", "owner_user"
    alike = False
    quick = ("customer", "amount", "day", "method", "reference", "note")
    indexes: ClassVar = {"free": (("customer",), "amount IS NOT matched")}
    number = Text(
        N_("Receipt no."), search="code", unique=True, section=WHAT, heads=("收款单号", "receipt no")
    )
    customer = Link(
        N_("Customer"), "customer", required=True, section=WHAT, heads=("客户", "付款单位", "customer")
    )
    owner_user = Link(N_("Owner"), "user", section=WHAT, heads=("负责人", "业务员", "owner"))
    day = Date(N_("Day"), index=True, section=WHAT, heads=("收款日期", "到账日期", "日期", "date"))
    amount = Money(N_("Amount"), required=True, section=WHAT, heads=("金额", "收款金额", "amount"))
    method = Choice(N_("Paid by"), METHODS, section=WHAT, heads=("收款方式", "付款方式", "method"))
    reference = Text(N_("Reference"), section=WHAT, heads=("流水号", "凭证号", "reference"))
    matched = Money(N_("Matched"), section=WHAT, derived=Sum("allocation", by="parent", take="amount"))
    matches = Rows(N_("Settles"), "allocation", shows="amount", section=WHAT)
    note = LongText(N_("Remark"), section=MORE, heads=("备注", "remark", "note"))
    files = Files(N_("Files"), "file", shows="name", section=MORE)


class Allocation(Child):
    """How much of a receipt settles a receivable. receivable blank: the balance the customer was entered with. When
    the receivable goes it goes too, and the money lies free again."""

    label, plural, title, icon = N_("Allocation"), N_("Allocations"), "amount", "link"
    receivable = Link(N_("Receivable"), "receivable", goes=True)
    amount = Money(N_("Amount"), required=True)


class CreditRelease(Child):
    """Why somebody went on selling to a customer beyond what was agreed on. amount: what was sold. owed, allowed, over:
    as they were then, the amount included in `over`."""

    label, plural, title, icon = N_("Credit release"), N_("Credit releases"), "reason", "shield-check"
    day = Date(N_("Day"), required=True)
    reason = Text(N_("Reason"), required=True)
    sales_order = Link(N_("Sales order"), "sales_order")
    amount = Money(N_("Amount"))
    owed = Money(N_("Owed"))
    allowed = Money(N_("Credit limit"))
    over = Money(N_("Over the limit by"))
    user = Link(N_("By"), "user")


class Dunning(Child):
    """A letter that asked a customer for what is overdue. days: how late the oldest of it was. amount: all of it."""

    label, plural, title, icon = N_("Dunning letter"), N_("Dunning letters"), "level", "mail"
    day = Date(N_("Day"), required=True)
    level = Number(N_("Level"), required=True)
    days = Number(N_("Days overdue"))
    amount = Money(N_("Amount"))
    user = Link(N_("By"), "user")


MODULE = Module(
    "receivables",
    (Receivable, Receipt, Allocation, CreditRelease, Dunning),
    (
        List(
            "receivable",
            ("name", "customer", "sales_order", "amount", "left", "due", "owner_user"),
            "due",
            place=48,
        ),
        List(
            "receipt",
            ("number", "customer", "amount", "matched", "day", "method", "reference", "owner_user"),
            "-day",
            place=49,
            under="receivable",
        ),
    ),
    screens=(Screen("ageing", N_("Ageing"), "hourglass", place=49, under="receivable"),),
    pieces=(
        Entry(
            "receipts",
            N_("Receipts"),
            N_("Money received"),
            "receipt",
            "banknote",
            "success",
            by="customer",
            text="number",
            on="customer",
            place=25,
            chips=("amount", "method"),
        ),
        Tab("account", N_("Account"), Account(), on="customer", place=25),
        Tab(
            "plan",
            N_("Payment plan"),
            Linked("receivable", "sales_order", ("name", "amount", "paid", "left", "day", "due"), "due"),
            on="sales_order",
            place=40,
        ),
        Figure(
            "to_pay",
            N_("Still to be paid"),
            Sum("receivable", "sales_order", "left"),
            "plan",
            on="sales_order",
            place=35,
        ),
        Entry(
            "release",
            N_("Credit releases"),
            N_("Sold beyond the credit limit"),
            "credit_release",
            "shield-check",
            "warning",
            text="reason",
            on="customer",
            place=60,
            chips=("amount", "over"),
            who="user",
        ),
        Entry(
            "dunning",
            N_("Dunning letters"),
            N_("Dunning letter written"),
            "dunning",
            "mail",
            "danger",
            on="customer",
            place=61,
            chips=("level", "amount"),
            who="user",
        ),
    ),
    views=(
        View("receivable", "open", N_("Open bills"), Filters((OPEN,)), "due", "due"),
        View(
            "receivable",
            "overdue",
            N_("Overdue"),
            Filters((OWED, (Where("due", "within", "past"),))),
            "due",
        ),
        View(
            "receivable",
            "week",
            N_("Due this week"),
            Filters((OWED, (Where("due", "within", "this_week"),))),
            "due",
        ),
        View(
            "receivable",
            "mine",
            N_("Mine"),
            Filters(((Where("owner_user", "in", (ME,)),), (Where("left", "!=", 0),))),
            "due",
        ),
    ),
)
