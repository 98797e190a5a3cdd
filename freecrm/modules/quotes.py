"""What a firm offers at what price: quotes with their versions and lines."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Worked
from freecrm.core.entity import Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Money, Number, Percent, Text, YesNo
from freecrm.core.filters import Filters
from freecrm.core.module import List, Module, View
from freecrm.core.pieces import Entry, Lines, Linked, Tab
from freecrm.core.query import ME, Where
from freecrm.core.rows import Files, Rows
from freecrm.core.words import N_
from freecrm.modules.priced import WORTH, PricedLine, sums_of

STATES = Options(
    "quote_state",
    (
        Option("draft", N_("Draft"), "neutral", ("草稿", "draft")),
        Option("sent", N_("Sent"), "info", ("已发送", "已发出", "sent")),
        Option("accepted", N_("Accepted"), "success", ("已接受", "客户同意", "accepted")),
        Option("declined", N_("Declined"), "danger", ("已拒绝", "未接受", "declined", "rejected")),
        Option("replaced", N_("Replaced"), "neutral", ("已被替换", "旧版本", "replaced", "superseded")),
    ),
    open=False,
)
WHAT, WHOM, MORE = N_("Quote"), N_("For whom"), N_("More")


class Quote(Entity):
    """An offer. version: 1 for the first; replaces: the version before it. tax_in: prices of the lines are with their
    tax. discount: on the whole. The sums follow from the lines by the one rule of `core/totals.py`. What was sent is
    never changed again, only followed by a new version (`store/sent_quotes.py`)."""

    label, plural, title, icon, owner = N_("Quote"), N_("Quotes"), "number", "file-text", "owner_user"
    alike = False
    quick = (
        "customer",
        "contact",
        "name",
        "day",
        "valid_until",
        "tax_in",
        "discount",
        "terms",
        "owner_user",
    )
    number = Text(
        N_("Quote no."),
        search="code",
        unique=True,
        section=WHAT,
        heads=("报价单号", "报价编号", "quote no", "quote number", "quotation no"),
    )
    version = Number(N_("Version"), adds=False, default=1, least=1, section=WHAT, heads=("版本", "version"))
    replaces = Link(N_("Follows"), "quote", section=WHAT)
    name = Text(
        N_("Subject"), search="name", section=WHAT, heads=("项目", "报价主题", "主题", "subject", "project")
    )
    customer = Link(N_("Customer"), "customer", required=True, section=WHOM, heads=("客户", "customer"))
    contact = Link(N_("Contact"), "contact", section=WHOM, heads=("联系人", "contact"))
    deal = Link(N_("Deal"), "deal", section=WHOM, heads=("商机", "deal", "opportunity"))
    day = Date(N_("Day"), index=True, section=WHAT, heads=("日期", "报价日期", "date", "quote date"))
    valid_until = Date(
        N_("Valid until"), section=WHAT, heads=("有效期", "有效期至", "valid until", "expires")
    )
    owner_user = Link(N_("Owner"), "user", section=WHOM, heads=("负责人", "业务员", "owner"))
    answer_by = Date(
        N_("Answer by"),
        due=True,
        index=True,
        section=WHAT,
        derived=Worked("answer_by", ("state", "valid_until")),
    )
    state = Choice(N_("Status"), STATES, default="draft", index=True, section=WHAT, heads=("状态", "status"))
    sent = Date(N_("Sent on"), section=WHAT)
    answered = Date(N_("Answered on"), section=WHAT)
    tax_in = YesNo(N_("Prices with tax"), default=True, section=WORTH, heads=("含税", "tax included"))
    discount = Percent(N_("Discount on the whole"), least=0, largest=100, section=WORTH, heads=("整单优惠",))
    lines = Rows(N_("Lines"), "quote_line", shows="name", section=WORTH)
    full, off, net, tax, total = sums_of("quote_line", N_("Total"))
    terms = LongText(N_("Terms"), section=MORE, heads=("条款", "terms"))
    note = LongText(N_("Remark"), search="long", section=MORE, heads=("备注", "remark", "note"))
    files = Files(N_("Files"), "file", shows="name", section=MORE)


class QuoteLine(PricedLine):
    """A line of a quote."""

    label, plural, title, icon = N_("Line of a quote"), N_("Lines of a quote"), "name", "package"
    total = Money(N_("Amount"), derived=PricedLine.total.derived)


MODULE = Module(
    "quotes",
    (Quote, QuoteLine),
    (
        List(
            "quote",
            ("number", "version", "customer", "name", "state", "total", "day", "answer_by", "owner_user"),
            "-day",
            place=44,
        ),
    ),
    pieces=(
        Entry(
            "quotes",
            N_("Quotes"),
            N_("Quote made"),
            "quote",
            "file-text",
            "info",
            by="customer",
            text="number",
            on="customer",
            place=21,
            chips=("state", "total"),
        ),
        Tab("lines", N_("Lines"), Lines("quote_line"), on="quote", place=10, opens=True),
        Tab(
            "quotes",
            N_("Quotes"),
            Linked("quote", "customer", ("number", "name", "state", "total", "day", "answer_by"), "-day"),
            on="customer",
            place=22,
        ),
        Tab(
            "quotes",
            N_("Quotes"),
            Linked(
                "quote",
                "deal",
                ("number", "version", "state", "total", "day", "answer_by", "valid_until"),
                "-day",
            ),
            on="deal",
            place=22,
        ),
    ),
    views=(
        View("quote", "draft", N_("Drafts"), Filters(((Where("state", "in", ("draft",)),),)), "-day"),
        View(
            "quote",
            "sent",
            N_("Waiting for an answer"),
            Filters(((Where("state", "in", ("sent",)),),)),
            "answer_by",
        ),
        View(
            "quote",
            "expired",
            N_("Expired"),
            Filters(((Where("answer_by", "within", "past"),),)),
            "answer_by",
        ),
        View("quote", "mine", N_("My quotes"), Filters(((Where("owner_user", "in", (ME,)),),)), "-day"),
    ),
)
