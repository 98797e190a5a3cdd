"""What may become an order: leads, deals with their pipelines and stages, what they are expected to bring."""

from __future__ import annotations

from typing import ClassVar

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Earliest, First, Latest, Sum, Worked
from freecrm.core.entity import Child, Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Moment, Money, Number, Percent, Text, YesNo
from freecrm.core.filters import Filters
from freecrm.core.module import List, Module, Screen, Together, View
from freecrm.core.pieces import Entry, Figure, Held, Linked, Stages, Tab
from freecrm.core.query import ME, Where
from freecrm.core.rows import Emails, Files, Handles, Lines, Phones, Rows
from freecrm.core.words import N_
from freecrm.modules.customers import INDUSTRIES, ROLES, SOURCES

OUTCOMES = Options(
    "deal_state",
    (
        Option("open", N_("Ongoing"), "accent", ("进行中", "open", "engaging", "prospecting")),
        Option("won", N_("Won"), "success", ("赢单", "成交", "won", "closed won")),
        Option("lost", N_("Lost"), "danger", ("丢单", "输单", "失败", "lost", "closed lost")),
    ),
    open=False,
)
FORECASTS = Options(
    "forecast",
    (
        Option("committed", N_("Committed"), "success", ("承诺", "确定", "commit", "committed")),
        Option("best", N_("Best case"), "accent", ("乐观", "争取", "best", "best case", "upside")),
        Option("open", N_("In the pipeline"), "info", ("跟进", "pipeline")),
        Option("out", N_("Not counted"), "neutral", ("不计入", "omitted")),
    ),
    open=False,
)
LEAD_STATES = Options(
    "lead_state",
    (
        Option("new", N_("Not contacted yet"), "info", ("新", "未跟进", "new")),
        Option("working", N_("In progress"), "accent", ("跟进中", "working", "contacted")),
        Option("converted", N_("Converted"), "success", ("已转化", "已转换", "converted", "qualified")),
        Option("dropped", N_("No use"), "neutral", ("无效", "放弃", "junk", "disqualified", "dropped")),
    ),
    open=False,
)
RATINGS = Options(
    "rating",
    (
        Option("hot", N_("Hot"), "danger", ("热", "高", "hot")),
        Option("warm", N_("Warm"), "warning", ("温", "中", "warm")),
        Option("cold", N_("Cold"), "neutral", ("冷", "低", "cold")),
    ),
)
SHARING = Options(
    "lead_sharing",
    (
        Option("turns", N_("In turns"), ""),
        Option("least", N_("To whoever has fewest open leads"), ""),
    ),
    open=False,
)

WHAT, WORTH, WHO, ENDED = N_("Basics"), N_("Amount and forecast"), N_("Who is involved"), N_("How it ended")


class Pipeline(Entity):
    """A way that deals go, stage by stage. free: any stage may follow any other; else only the moves named."""

    label, plural, icon = N_("Pipeline"), N_("Pipelines"), "square-kanban"
    alike = False
    name = Text(N_("Name"), required=True, search="name")
    position = Number(N_("Position"))
    off = YesNo(N_("No longer used"))


class Stage(Entity):
    """A stage of a pipeline. chance: that a deal in it is won. outcome: what a deal is that stands there. days: after
    so many a deal is stuck; blank = half as long again as deals that were won took here. needs: names of the deal's
    fields without which it does not come in, with blanks between. tip: what to know and do here."""

    label, plural, icon = N_("Stage"), N_("Stages"), "circle-dot"
    alike = False
    pipeline = Link(N_("Pipeline"), "pipeline", goes=True, required=True)
    name = Text(N_("Name"), required=True)
    position = Number(N_("Position"))
    chance = Percent(N_("Chance"), least=0, largest=100)
    outcome = Choice(N_("Status of its deals"), OUTCOMES, default="open", required=True)
    days = Number(N_("Stuck after"), unit=N_("days"), least=1, largest=3650)
    needs = Text(N_("Needed to come in"))
    colour = Text(N_("Colour"))
    tip = LongText(N_("What to know and do"))


class StageCheck(Entity):
    """Something to be done before a deal leaves a stage."""

    label, plural, title, icon = N_("Check"), N_("Checks"), "text", "square-check"
    alike = False
    stage = Link(N_("Stage"), "stage", goes=True, required=True)
    text = Text(N_("Text"), required=True)
    position = Number(N_("Position"))


class StageMove(Entity):
    """A move that a pipeline allows. A pipeline without any allows all."""

    label, plural, title, icon = N_("Allowed move"), N_("Allowed moves"), "before", "arrow-right"
    alike = False
    pipeline = Link(N_("Pipeline"), "pipeline", goes=True, required=True)
    before = Link(N_("From stage"), "stage", goes=True, required=True)
    after = Link(N_("To stage"), "stage", goes=True, required=True)


class LossReason(Entity):
    """Why deals of a pipeline are lost."""

    label, plural, icon = N_("Reason of loss"), N_("Reasons of loss"), "circle-x"
    alike = False
    pipeline = Link(N_("Pipeline"), "pipeline", goes=True, required=True)
    name = Text(N_("Name"), required=True)
    position = Number(N_("Position"))
    off = YesNo(N_("No longer used"))


class Competitor(Entity):
    """A firm that sells the same."""

    label, plural, icon = N_("Competitor"), N_("Competitors"), "flag"
    name = Text(N_("Name"), required=True, search="name", heads=("竞争对手", "competitor"))
    strong = LongText(N_("Strong at"))
    weak = LongText(N_("Weak at"))
    text = LongText(N_("Remark"), search="long")


class Deal(Entity):
    """A sale in the making. amount: what it would bring; where it has lines their sum. chance: its own, blank = that
    of its stage. close: when it is expected to be decided; closed: when it was. spot: where its card stands in its
    column, a fractional index (`store/deal_moves.py`). later: it comes back on that day."""

    label, plural, icon, owner = N_("Deal"), N_("Deals"), "briefcase", "owner_user"
    alike = False
    quick = ("name", "customer", "amount", "close", "stage", "owner_user")
    indexes: ClassVar = {
        "board": (("stage", "spot"), "state = 'open'"),
        "month": (("state", "close", "owner_user"), "state IS NOT NULL"),
    }
    name = Text(
        N_("Deal name"),
        required=True,
        search="name",
        section=WHAT,
        heads=("商机", "商机名称", "deal", "opportunity", "opportunity name"),
    )
    code = Text(
        N_("Deal no."),
        search="code",
        unique=True,
        section=WHAT,
        heads=("商机编号", "opportunity_id", "deal no", "deal id"),
    )
    pipeline = Link(N_("Pipeline"), "pipeline", section=WHAT, heads=("销售管道", "pipeline"))
    stage = Link(
        N_("Stage"), "stage", section=WHAT, heads=("阶段", "商机阶段", "deal_stage", "stage", "sales stage")
    )
    state = Choice(
        N_("Status"),
        OUTCOMES,
        section=WHAT,
        index=True,
        derived=Worked("same", (), "stage", "stage", ("outcome",)),
    )
    amount = Money(
        N_("Amount"), section=WORTH, index=True, heads=("金额", "预计金额", "close_value", "amount", "value")
    )
    chance = Percent(N_("Own chance"), section=WORTH, least=0, largest=100, heads=("赢率", "probability"))
    odds = Percent(
        N_("Chance"), section=WORTH, derived=Worked("odds", ("chance",), "stage", "stage", ("chance",))
    )
    forecast = Choice(
        N_("Forecast category"), FORECASTS, section=WORTH, heads=("预测类别", "forecast category")
    )
    close = Date(
        N_("Expected close"),
        due=("state", ("open",)),
        section=WORTH,
        heads=("预计成交日期", "预计签单日期", "expected close"),
    )
    begun = Date(N_("Begun"), section=WHAT, heads=("开始日期", "engage_date", "created"))
    closed = Date(N_("Closed"), section=ENDED, index=True, heads=("成交日期", "close_date", "closed"))
    source = Choice(N_("Source"), SOURCES, section=WHAT, heads=("来源", "source"))
    customer = Link(
        N_("Customer"), "customer", section=WHO, heads=("客户", "客户名称", "account", "customer")
    )
    contact = Link(N_("Contact"), "contact", section=WHO, heads=("联系人", "contact"))
    owner_user = Link(
        N_("Owner"), "user", section=WHO, heads=("负责人", "业务员", "sales_agent", "sales agent", "owner")
    )
    lines = Lines(N_("Products"), "deal_line", shows="product", section=WORTH, heads=("产品", "product"))
    people = Rows(N_("Who has a say"), "deal_person", shows="contact", section=WHO)
    rivals = Rows(N_("Competitors"), "deal_rival", shows="competitor", section=WHO)
    reason = Link(N_("Reason of loss"), "loss_reason", section=ENDED, heads=("丢单原因", "loss reason"))
    why = LongText(N_("In their words"), section=ENDED)
    text = LongText(N_("About"), search="long", section=WHAT, heads=("说明", "备注", "description", "notes"))
    files = Files(N_("Files"), "file", shows="name", section=WHAT)
    notes = Rows(N_("Notes"), "note", shows="text", section=WHAT)
    later = Date(N_("Comes back"), section=WORTH, index=True)
    spot = Text(N_("Place on the board"), hidden=True)
    next_at = Moment(
        N_("Next step"), due=True, index=True, section=WHO, derived=Earliest("activity", "deal", "open_at")
    )
    next_step = Text(
        N_("What is next"),
        section=WHO,
        derived=First("activity", "deal", "subject", ("open_at",), filled="open_at"),
    )
    last_contact = Date(N_("Last contact"), section=WHO, derived=Latest("activity", "deal", "contact_day"))
    since = Moment(N_("In its stage since"), section=WHAT, derived=Latest("deal_move", "parent", "at"))
    listed = Money(N_("Sum of its products"), section=WORTH, derived=Sum("deal_line", "parent", "total"))


class DealLine(Child):
    """A product of a deal. total: quantity times price less the discount, half up to the minor unit."""

    label, plural, title, icon = N_("Product of a deal"), N_("Products of a deal"), "product", "package"
    product = Link(N_("Product"), "product", required=True, heads=("产品", "product"))
    quantity = Number(N_("Quantity"), places=3, default=1)
    price = Money(N_("Price"))
    discount = Percent(N_("Discount"), least=0, largest=100)
    total = Money(N_("Line total"), derived=Worked("line_total", ("quantity", "price", "discount")))
    position = Number(N_("Position"), hidden=True)


class DealPerson(Child):
    """Somebody who has a say in a deal."""

    label, plural, title, icon = N_("Person of a deal"), N_("People of a deal"), "contact", "users"
    contact = Link(N_("Contact"), "contact", required=True)
    role = Choice(N_("Role"), ROLES)
    note = Text(N_("Remark"))


class DealRival(Child):
    """A competitor in a deal. won: the deal went to them."""

    label, plural, title, icon = N_("Competitor of a deal"), N_("Competitors of a deal"), "competitor", "flag"
    competitor = Link(N_("Competitor"), "competitor", required=True)
    won = YesNo(N_("Won it"))
    note = Text(N_("Remark"))


class DealCheck(Child):
    """A check of a stage that was done for a deal, or passed over with a reason."""

    label, plural, title, icon = N_("Check done"), N_("Checks done"), "check", "square-check"
    check = Link(N_("Check"), "stage_check", goes=True, required=True)
    at = Moment(N_("When"))
    by = Link(N_("By"), "user")
    reason = Text(N_("Reason"))


class DealMove(Child):
    """A deal's way from one stage to another: only added, never changed. before: blank where it began. amount, odds:
    as they were then. reason: why a check or a rule was passed over."""

    label, plural, title, icon = N_("Move of a deal"), N_("Moves of a deal"), "after", "arrow-right"
    before = Link(N_("From stage"), "stage")
    after = Link(N_("To stage"), "stage")
    at = Moment(N_("When"), required=True, index=True)
    by = Link(N_("By"), "user")
    amount = Money(N_("Amount"))
    odds = Percent(N_("Chance"))
    reason = Text(N_("Reason"))


class Target(Entity):
    """What is to be sold in a month ("2026-03"): by whom, or of what, or where. With none of them it is the firm's."""

    label, plural, title, icon = N_("Sales target"), N_("Sales targets"), "month", "target"
    alike, meant = False, "user"
    month = Text(N_("Month"), required=True, index=True)
    user = Link(N_("Owner"), "user", goes=True)
    product = Link(N_("Product"), "product", goes=True)
    category = Link(N_("Category"), "category", goes=True)
    team = Text(N_("Department"))
    region = Text(N_("Region"))
    amount = Money(N_("Amount"), required=True)


class Frozen(Entity):
    """The forecast of a month as it stood at the beginning of a week: never changed afterwards."""

    label, plural, title, icon = N_("Frozen forecast"), N_("Frozen forecasts"), "month", "history"
    alike = False
    week = Date(N_("Week of"), required=True, index=True)
    month = Text(N_("Month"), required=True, index=True)
    pipeline = Link(N_("Pipeline"), "pipeline", goes=True)
    user = Link(N_("Owner"), "user")
    won = Money(N_("Won"))
    committed = Money(N_("Committed"))
    best = Money(N_("Best case"))
    weighted = Money(N_("Weighted"))
    deals = Number(N_("Deals"))


class Lead(Entity):
    """Somebody who may become a customer. customer, contact, deal: what became of it, turned: when. rule: by which
    it got its owner."""

    label, plural, icon, owner = N_("Lead"), N_("Leads"), "user-plus", "owner_user"
    alike = False
    quick = ("name", "person", "phones", "source", "rating", "owner_user", "text")
    name = Text(
        N_("Company or name"),
        required=True,
        search="name",
        section=WHAT,
        heads=("线索", "公司", "公司名称", "lead", "company"),
    )
    state = Choice(
        N_("Status"), LEAD_STATES, default="new", section=WHAT, index=True, heads=("状态", "status")
    )
    person = Text(N_("Contact"), search="name", section=WHO, heads=("联系人", "姓名", "contact", "name"))
    phones = Phones(N_("Phone"), "phone", shows="number", section=WHO, heads=("电话", "手机", "phone"))
    emails = Emails(N_("E-mail"), "email", shows="address", section=WHO, heads=("邮箱", "email"))
    handles = Handles(N_("WeChat/QQ"), "handle", shows="handle", section=WHO, heads=("微信", "wechat"))
    rating = Choice(N_("Rating"), RATINGS, section=WHAT, heads=("热度", "评级", "rating"))
    source = Choice(N_("Source"), SOURCES, section=WHAT, heads=("来源", "source"))
    industry = Choice(N_("Industry"), INDUSTRIES, section=WHAT, heads=("行业", "industry", "sector"))
    province = Text(N_("Province"), section=WHO, heads=("省", "省份", "province", "state"))
    city = Text(N_("City"), section=WHO, heads=("市", "城市", "city"))
    budget = Money(N_("Budget"), section=WORTH, heads=("预算", "budget"))
    owner_user = Link(N_("Owner"), "user", section=WHO, heads=("负责人", "owner"))
    got = Date(N_("Came in on"), section=WHAT, index=True, heads=("日期", "创建时间", "date", "created"))
    text = LongText(N_("About"), search="long", section=WHAT, heads=("需求", "说明", "备注", "notes"))
    why = Text(N_("Why it was dropped"), section=ENDED)
    customer = Link(N_("Customer"), "customer", section=ENDED)
    contact = Link(N_("Became the contact"), "contact", section=ENDED)
    deal = Link(N_("Became the deal"), "deal", section=ENDED)
    turned = Moment(N_("Converted on"), section=ENDED)
    rule = Link(N_("Shared out by rule"), "share_rule", section=WHO)
    files = Files(N_("Files"), "file", shows="name", section=WHAT)
    notes = Rows(N_("Notes"), "note", shows="text", section=WHAT)


class ShareRule(Entity):
    """To whom new leads go. source, province, industry: which ones, blank = any. last: who got the last one."""

    label, plural, icon = N_("Rule of sharing out"), N_("Rules of sharing out"), "shuffle"
    alike = False
    name = Text(N_("Name"), required=True)
    position = Number(N_("Position"))
    off = YesNo(N_("Not used"))
    source = Choice(N_("Source"), SOURCES)
    industry = Choice(N_("Industry"), INDUSTRIES)
    province = Text(N_("Province"))
    way = Choice(N_("How"), SHARING, default="turns")
    seats = Rows(N_("To"), "share_seat", shows="user")
    last = Link(N_("Last one to"), "user")


class ShareSeat(Child):
    """A colleague among whom leads are shared out."""

    label, plural, title, icon = N_("Gets leads"), N_("Get leads"), "user", "user"
    user = Link(N_("Colleague"), "user", required=True)
    position = Number(N_("Position"), hidden=True)


MODULE = Module(
    "deals",
    (
        Pipeline,
        Stage,
        StageCheck,
        StageMove,
        LossReason,
        Competitor,
        Deal,
        DealLine,
        DealPerson,
        DealRival,
        DealCheck,
        DealMove,
        Target,
        Frozen,
        Lead,
        ShareRule,
        ShareSeat,
    ),
    (
        List(
            "deal",
            ("name", "customer", "stage", "amount", "odds", "close", "next_at", "owner_user"),
            "close",
            place=41,
            under="pipeline",
        ),
        List(
            "lead",
            ("name", "person", "phones", "state", "rating", "source", "owner_user", "got"),
            "-got",
            place=38,
        ),
    ),
    (Together("deal", by="code", makes=("customer", "product", "competitor")), Together("lead")),
    screens=(Screen("pipeline", N_("Pipeline"), "square-kanban", place=40),),
    pieces=(
        Tab(
            "deals",
            N_("Deals"),
            Linked("deal", "customer", ("name", "stage", "amount", "odds", "close", "owner_user"), "close"),
            on="customer",
            place=20,
        ),
        Figure(
            "open_deals",
            N_("Open deals"),
            Sum("deal", "customer", "amount"),
            "deals",
            on="customer",
            place=15,
            only=("state", "open"),
        ),
        Figure("amount", N_("Amount"), "amount", "lines", "listed", on="deal", place=10),
        Figure("odds", N_("Chance"), "odds", "path", on="deal", place=20),
        Figure("close", N_("Expected close"), "close", on="deal", place=30),
        Figure("next", N_("Last contact"), "last_contact", "activities", "next_at", on="deal", place=40),
        Tab("lines", N_("Products"), Held("lines", ("listed", "amount")), on="deal", place=10),
        Tab("people", N_("Who has a say"), Held("people"), on="deal", place=20),
        Tab("rivals", N_("Competitors"), Held("rivals"), on="deal", place=30),
        Tab("path", N_("Time in stages"), Stages(), on="deal", place=50),
        Entry(
            "moves",
            N_("Deals"),
            N_("Stage changed"),
            "deal_move",
            "arrow-right",
            "info",
            text="reason",
            on="deal",
            at="at",
            place=10,
            who="by",
            chips=("before", "after"),
        ),
        Entry(
            "deal_moves",
            N_("Deals"),
            N_("Stage of “{what}” changed"),
            "deal_move",
            "arrow-right",
            "info",
            on="customer",
            at="at",
            place=20,
            who="by",
            chips=("before", "after"),
            under=("deal", "customer"),
        ),
        Entry(
            "leads",
            N_("Leads"),
            N_("Came from the lead “{what}”"),
            "lead",
            "user-plus",
            "success",
            by="customer",
            text="name",
            on="customer",
            at="turned",
            place=55,
            chips=("source",),
        ),
    ),
    views=(
        View("deal", "open", N_("Open deals"), Filters(((Where("state", "in", ("open",)),),)), "close"),
        View(
            "deal",
            "mine",
            N_("My open deals"),
            Filters(((Where("state", "in", ("open",)),), (Where("owner_user", "in", (ME,)),))),
            "close",
        ),
        View(
            "deal",
            "no_next",
            N_("No next step"),
            Filters(((Where("state", "in", ("open",)),), (Where("next_at", "empty"),))),
            "close",
        ),
        View("lead", "new", N_("New leads"), Filters(((Where("state", "in", ("new",)),),)), "-got"),
    ),
)
