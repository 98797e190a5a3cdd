"""What a customer is billed for again and again: a contract of service, a rent, a fee."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Worked
from freecrm.core.entity import Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Money, Number, Percent, Text, YesNo
from freecrm.core.rows import Files, Lines
from freecrm.core.words import N_
from freecrm.modules.priced import WORTH, PricedLine, sum_of

EVERY = Options(
    "bill_every",
    (
        Option("week", N_("Every week"), "neutral", ("每周", "weekly")),
        Option("weeks", N_("Every two weeks"), "neutral", ("每两周", "every two weeks")),
        Option("month", N_("Every month"), "neutral", ("每月", "monthly")),
        Option("months", N_("Every two months"), "neutral", ("每两个月", "every two months")),
        Option("quarter", N_("Every quarter"), "neutral", ("每季度", "每季", "quarterly")),
        Option("half", N_("Every half-year"), "neutral", ("每半年", "half-yearly")),
        Option("year", N_("Every year"), "neutral", ("每年", "yearly", "annually")),
    ),
    open=False,
)
WHAT, WHEN, MORE = N_("Repeating bill"), N_("When"), N_("More")


class RepeatBill(Entity):
    """A bill that comes again. begins: the day of the first; a day that a month lacks is its last. ends: the last day
    of the contract. made: the day of the last draft of an order that came of it. warn: so many days before `ends`
    a task to renew is planned; warned: for which end that was done. stopped: no more come."""

    label, plural, icon, owner = N_("Repeating bill"), N_("Repeating bills"), "repeat", "owner_user"
    alike = False
    quick = ("name", "customer", "every", "begins", "ends", "lines", "amount")
    name = Text(
        N_("What for"), required=True, search="name", section=WHAT, heads=("项目", "合同名称", "what for")
    )
    customer = Link(N_("Customer"), "customer", required=True, section=WHAT, heads=("客户", "customer"))
    contact = Link(N_("Contact"), "contact", section=WHAT, heads=("联系人", "contact"))
    owner_user = Link(N_("Owner"), "user", section=WHAT, heads=("负责人", "业务员", "owner"))
    every = Choice(
        N_("How often"), EVERY, default="month", required=True, section=WHEN, heads=("周期", "every")
    )
    begins = Date(
        N_("First bill on"), required=True, section=WHEN, heads=("首次账单日", "开始日期", "begins", "start")
    )
    ends = Date(
        N_("Contract ends on"), index=True, section=WHEN, heads=("合同到期", "结束日期", "ends", "end")
    )
    warn = Number(N_("Days before the end to renew"), default=30, least=0, largest=730, section=WHEN)
    next = Date(
        N_("Next bill on"),
        index=True,
        due=True,
        section=WHEN,
        derived=Worked("next_bill", ("every", "begins", "ends", "made", "stopped")),
    )
    stopped = Date(N_("Stopped on"), section=WHEN)
    made = Date(N_("Last bill made"), hidden=True)
    warned = Date(N_("Renewal planned"), hidden=True)
    tax_in = YesNo(N_("Prices with tax"), default=True, section=WORTH, heads=("含税", "tax included"))
    discount = Percent(N_("Discount on the whole"), least=0, largest=100, section=WORTH)
    lines = Lines(N_("Lines"), "repeat_line", shows="name", section=WORTH)
    amount = Money(N_("Amount without lines"), section=WORTH, heads=("金额", "amount"))
    total = sum_of("repeat_line", "lines_total", N_("Total of a bill"))
    note = LongText(N_("Remark"), search="long", section=MORE, heads=("备注", "remark", "note"))
    files = Files(N_("Files"), "file", shows="name", section=MORE)


class RepeatLine(PricedLine):
    """A line of each of these bills."""

    label, plural, title, icon = (
        N_("Line of a repeating bill"),
        N_("Lines of a repeating bill"),
        "name",
        "package",
    )
