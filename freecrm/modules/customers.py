"""Customers and the people in them."""

from __future__ import annotations

from typing import ClassVar

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Count, Earliest, Either, First, Latest, Net, Stated, Sum
from freecrm.core.entity import Child, Entity
from freecrm.core.fields import (
    Choice,
    Date,
    Link,
    LongText,
    Moment,
    Money,
    Number,
    Percent,
    Text,
    Yearly,
    YesNo,
)
from freecrm.core.filters import Filters
from freecrm.core.module import List, Module, Together, View
from freecrm.core.pieces import Card, Credit, Entry, Figure, Linked, People, Tab
from freecrm.core.query import ME, Where
from freecrm.core.rows import Addresses, Emails, Files, Handles, Occasions, Phones, Rows, Tags, Ties
from freecrm.core.webs import WebAddress
from freecrm.core.words import N_

KINDS = Options(
    "customer_kind",
    (
        Option("company", N_("Company"), also=("公司", "企业", "单位", "business", "organization")),
        Option("person", N_("Private person"), also=("个人", "person", "individual")),
    ),
    open=False,
)
GRADES = Options(
    "grade",
    (
        Option("A", "A", "accent", ("重点", "重要", "vip", "a级", "a类", "key", "大客户")),
        Option("B", "B", "success", ("普通", "一般", "b级", "b类", "normal", "regular")),
        Option("C", "C", "neutral", ("其他", "其它", "c级", "c类", "other", "小客户")),
    ),
)
STATES = Options(
    "customer_status",
    (
        Option("lead", N_("Prospect"), "info", ("潜在", "潜在客户", "意向", "意向客户", "lead", "new")),
        Option("active", N_("In progress"), "accent", ("跟进", "跟进中", "open", "working")),
        Option(
            "customer",
            N_("Buys from us"),
            "success",
            ("成交", "已成交", "成交客户", "老客户", "won", "customer"),
        ),
        Option("dormant", N_("Dormant"), "warning", ("沉睡", "休眠", "dormant", "inactive")),
        Option("lost", N_("Gone"), "danger", ("流失", "已流失", "lost", "dead")),
    ),
)
SOURCES = Options(
    "source",
    (
        Option("referral", N_("Referral"), "", ("介绍", "转介绍", "老客户介绍", "朋友介绍", "referral")),
        Option("web", N_("Website"), "", ("官网", "网站", "web", "internet", "网络")),
        Option("fair", N_("Trade fair"), "", ("展会", "fair", "exhibition", "trade show")),
        Option("advert", N_("Advertising"), "", ("广告", "推广", "ads", "campaign")),
        Option("call", N_("Cold call"), "", ("陌拜", "电话", "陌生拜访", "cold call", "call")),
        Option("walkin", N_("Came by"), "", ("上门", "自来", "walk-in")),
    ),
)
INDUSTRIES = Options(
    "industry",
    (
        Option("manufacturing", N_("Manufacturing"), "", ("制造", "制造业", "工业", "生产")),
        Option("trade", N_("Trade"), "", ("贸易", "批发", "商贸", "wholesale")),
        Option("retail", N_("Retail"), "", ("零售", "商超")),
        Option("catering", N_("Catering and hotels"), "", ("餐饮", "酒店", "hospitality", "restaurant")),
        Option("education", N_("Education"), "", ("教育", "培训", "学校")),
        Option("medical", N_("Health care"), "", ("医疗", "医药", "medical", "healthcare", "health")),
        Option("it", N_("IT and software"), "", ("软件", "互联网", "it", "software", "technology")),
        Option("finance", N_("Finance"), "", ("金融", "银行", "保险", "finance", "banking")),
        Option("logistics", N_("Logistics"), "", ("物流", "运输", "transport")),
        Option("building", N_("Building"), "", ("建筑", "建材", "房地产", "construction")),
        Option("farming", N_("Farming"), "", ("农业", "养殖", "agriculture")),
        Option("services", N_("Services"), "", ("服务", "服务业", "services")),
        Option("public", N_("Public bodies"), "", ("政府", "事业单位", "机关", "government")),
    ),
)
CREDIT = Options(
    "credit_grade",
    (
        Option("good", N_("Good"), "success", ("良好", "优", "good", "aaa")),
        Option("fair", N_("Fair"), "info", ("一般", "fair")),
        Option("watch", N_("Watch"), "warning", ("关注", "watch")),
        Option("stop", N_("Cash only"), "danger", ("现款现货", "停止赊销", "cash only", "blocked")),
    ),
)
ROLES = Options(
    "decision_role",
    (
        Option("decider", N_("Decides"), "accent", ("决策者", "decider", "decision maker", "拍板")),
        Option("payer", N_("Pays"), "warning", ("付款", "payer", "财务")),
        Option("user", N_("Uses it"), "info", ("使用者", "user")),
        Option("adviser", N_("Advises"), "violet", ("影响者", "adviser", "influencer")),
        Option("blocker", N_("Blocks"), "danger", ("把关人", "blocker", "gatekeeper")),
    ),
)

POOL = "pool.on"
BASICS, REACH, SALES, MONEY, OTHER = (
    N_("Basics"),
    N_("How to reach them"),
    N_("Sales"),
    N_("Money"),
    N_("More"),
)


class Customer(Entity):
    """A company or a private person we do business with."""

    label, plural, icon, owner = N_("Customer"), N_("Customers"), "building-2", "owner_user"
    quick = ("name", "kind", "phones", "grade", "owner_user", "source", "remark")
    indexes: ClassVar = {
        "idle": (("owner_user", "grade", "last_contact", "status"), "next_at IS NULL"),
        "held": (("grade", "last_contact", "id"), "owner_user IS NOT NULL"),
    }
    name = Text(
        N_("Customer name"),
        required=True,
        search="name",
        section=BASICS,
        heads=(
            "客户",
            "客户名称",
            "公司",
            "公司名称",
            "单位",
            "单位名称",
            "名称",
            "企业名称",
            "company",
            "company name",
            "account",
            "account name",
            "organization",
            "organization name",
            "name",
            "business",
            "customer",
        ),
    )
    code = Text(
        N_("Code"),
        search="code",
        index=True,
        unique=True,
        section=BASICS,
        heads=("客户编号", "编号", "客户代码", "customer id", "customer code", "account number", "code"),
    )
    kind = Choice(N_("Kind"), KINDS, default="company", section=BASICS, heads=("客户类型", "性质", "type"))
    grade = Choice(
        N_("Grade"),
        GRADES,
        section=SALES,
        index=True,
        heads=("级别", "等级", "客户级别", "客户等级", "重要程度", "level", "rating", "class"),
    )
    status = Choice(N_("Status"), STATES, section=SALES, heads=("状态", "客户状态", "阶段", "stage", "state"))
    source = Choice(
        N_("Source"), SOURCES, section=SALES, heads=("来源", "客户来源", "lead source", "渠道", "how found")
    )
    industry = Choice(
        N_("Industry"),
        INDUSTRIES,
        section=BASICS,
        heads=("行业", "所属行业", "sector", "industry", "vertical"),
    )
    owner_user = Link(
        N_("Owner"),
        "user",
        section=SALES,
        heads=(
            "业务员",
            "负责人",
            "销售",
            "销售员",
            "跟进人",
            "客户经理",
            "归属人",
            "owner",
            "sales rep",
            "salesperson",
            "assigned user",
            "sales agent",
            "account manager",
        ),
    )
    group = Link(
        N_("Part of group"),
        "customer",
        tree=True,
        section=BASICS,
        heads=(
            "集团",
            "上级公司",
            "总公司",
            "母公司",
            "所属集团",
            "parent",
            "parent account",
            "subsidiary of",
            "subsidiary_of",
        ),
    )
    phones = Phones(
        N_("Phone"),
        "phone",
        shows="number",
        section=REACH,
        heads=(
            "座机",
            "电话",
            "固话",
            "公司电话",
            "联系电话",
            "客户电话",
            "phone",
            "telephone",
            "main phone",
            "business phone",
            "company main phone",
            "office phone",
            "phone number",
        ),
    )
    emails = Emails(
        N_("E-mail"),
        "email",
        shows="address",
        section=REACH,
        heads=("公司邮箱", "客户邮箱", "company e-mail"),
    )
    addresses = Addresses(
        N_("Address"),
        "address",
        shows="street",
        section=REACH,
        heads=(
            "地址",
            "公司地址",
            "区域",
            "地区",
            "省市",
            "所在地",
            "所在地区",
            "联系地址",
            "城市",
            "省份",
            "location",
            "region",
            "office location",
            "office_location",
            "city",
            "business address",
            "billing address",
        ),
    )
    handles = Handles(N_("WeChat/QQ"), "handle", section=REACH, heads=("公司微信", "公众号"))
    website = WebAddress(
        N_("Website"), search="word", section=REACH, heads=("网址", "官网", "web", "url", "web page")
    )
    tags = Tags(
        N_("Tags"),
        "tag",
        shows="word",
        section=SALES,
        heads=("标签", "分组", "categories", "labels", "groups"),
    )
    last_contact = Date(
        N_("Last contact"),
        past=True,
        section=SALES,
        index=True,
        derived=Latest("activity", "customer", "contact_day"),
        stated=Stated(
            "activity",
            "customer",
            ("start", "done_at"),
            "recorded",
            {"kind": "other", "state": "done", "all_day": True},
        ),
        heads=(
            "最后联系",
            "最近联系",
            "最后跟进",
            "最近跟进",
            "上次联系",
            "最后联系时间",
            "last touch",
            "last contacted",
            "last activity",
        ),
    )
    next_at = Moment(
        N_("Next step"),
        due=True,
        section=SALES,
        index=True,
        derived=Earliest("activity", "customer", "open_at"),
        moves=True,
    )
    next_step = Text(
        N_("What is next"),
        section=SALES,
        derived=First("activity", "customer", "subject", ("open_at",), filled="open_at"),
    )
    protected = YesNo(N_("Stays with its owner"), section=SALES, when=POOL)
    pool_since = Moment(
        N_("Went to the pool"),
        section=SALES,
        when=POOL,
        derived=First("pool_move", "customer", "at", ("-at",), filled="reason"),
    )
    pool_from = Link(
        N_("Owner before the pool"),
        "user",
        section=SALES,
        when=POOL,
        derived=First("pool_move", "customer", "user", ("-at",), filled="reason"),
    )
    pool_why = Text(
        N_("Why it went there"),
        section=SALES,
        when=POOL,
        derived=First("pool_move", "customer", "reason", ("-at",), filled="reason"),
    )
    opening_balance = Money(
        N_("Opening balance"),
        section=MONEY,
        unites=True,
        index=True,
        heads=(
            "欠款",
            "应收",
            "应收款",
            "期初余额",
            "余额",
            "应收余额",
            "balance",
            "outstanding",
            "receivable",
            "amount due",
        ),
    )
    opening_day = Date(
        N_("Balance as of"),
        past=True,
        section=MONEY,
        heads=("期初日期", "余额日期", "截止日期", "balance as of", "balance date", "as of"),
    )
    balance = Money(
        N_("Owes us"),
        section=MONEY,
        index=True,
        derived=Net(
            "opening_balance", Sum("receivable", "customer", "amount"), Sum("receipt", "customer", "amount")
        ),
    )
    credit_grade = Choice(
        N_("Credit grade"), CREDIT, section=MONEY, heads=("信用等级", "信用级别", "信誉", "credit rating")
    )
    credit_limit = Money(
        N_("Credit limit"),
        least=0,
        section=MONEY,
        heads=("信用额度", "授信额度", "赊销额度", "credit limit"),
    )
    terms_days = Number(
        N_("Payment terms"),
        unit=N_("days"),
        least=0,
        largest=3650,
        section=MONEY,
        heads=("账期", "账期天数", "付款期限", "信用期", "payment terms", "terms", "net days"),
    )
    discount = Percent(
        N_("Discount"), least=0, largest=100, section=MONEY, heads=("折扣", "客户折扣", "discount")
    )
    points = Number(
        N_("Points"),
        section=SALES,
        index=True,
        when="points.given",
        derived=Sum("points_entry", by="parent", take="points"),
    )
    employees = Number(
        N_("Employees"),
        section=BASICS,
        heads=("员工人数", "人数", "员工数", "规模", "employees", "number of employees", "headcount"),
    )
    remark = LongText(
        N_("Remark"),
        search="long",
        section=OTHER,
        heads=("备注", "说明", "描述", "notes", "note", "comment", "comments", "description", "remarks"),
    )
    main_contact = Text(
        N_("Main contact"),
        section=REACH,
        derived=First("job", by="customer", take="parent.name", over="contact", order=("-primary",)),
    )
    main_phone = Text(
        N_("Main phone"),
        section=REACH,
        derived=Either(
            (
                First("job", by="customer", take="parent.main_phone", over="contact", order=("-primary",)),
                First("phone", by="parent", take="number", order=("-primary",)),
            )
        ),
    )
    city = Text(
        N_("City"),
        section=REACH,
        index=True,
        derived=First("address", by="parent", take="city", order=("-primary",)),
    )
    files = Files(N_("Files"), "file", shows="name", section=OTHER)
    notes = Rows(N_("Notes"), "note", shows="text", section=OTHER)
    occasions = Occasions(N_("Yearly dates"), "occasion", shows="day", section=OTHER)
    ties = Ties(N_("Relations"), "tie", shows="kind", section=OTHER)


class Contact(Entity):
    """A person, in any number of firms, with a role in each."""

    label, plural, icon = N_("Contact"), N_("Contacts"), "contact"
    quick = ("name", "jobs", "phones", "handles", "remark")
    name = Text(
        N_("Contact name"),
        required=True,
        search="name",
        section=BASICS,
        heads=(
            "联系人",
            "联系人姓名",
            "姓名",
            "主要联系人",
            "客户联系人",
            "contact",
            "contact person",
            "full name",
            "display name",
            "name",
            "attn",
        ),
    )
    jobs = Rows(N_("Works at"), "job", shows="customer", section=BASICS)
    phones = Phones(
        N_("Mobile"),
        "phone",
        shows="number",
        section=REACH,
        heads=(
            "手机",
            "手机号",
            "手机号码",
            "移动电话",
            "联系手机",
            "联系方式",
            "mobile",
            "cell",
            "mobile phone",
            "cell phone",
            "phone 1 - value",
        ),
    )
    emails = Emails(
        N_("E-mail"),
        "email",
        shows="address",
        section=REACH,
        heads=(
            "邮箱",
            "电子邮箱",
            "邮件",
            "email",
            "e-mail",
            "mail",
            "email address",
            "e-mail address",
            "e-mail 1 - value",
        ),
    )
    addresses = Addresses(
        N_("Address"), "address", shows="street", section=REACH, heads=("家庭住址", "home address")
    )
    handles = Handles(
        N_("WeChat/QQ"), "handle", section=REACH, heads=("微信", "微信号", "QQ", "QQ号", "wechat", "im")
    )
    birthday = Yearly(N_("Birthday"), section=OTHER, heads=("生日", "出生日期", "birthday", "date of birth"))
    tags = Tags(N_("Tags"), "tag", shows="word", section=OTHER)
    remark = LongText(N_("Remark"), search="long", section=OTHER, heads=("联系人备注",))
    main_phone = Text(
        N_("Main phone"),
        section=REACH,
        derived=First("phone", by="parent", take="number", order=("-primary",)),
    )
    firm = Text(
        N_("Customer"),
        section=BASICS,
        derived=First("job", by="parent", take="customer.name", over="customer", order=("-primary",)),
    )
    last_contact = Date(
        N_("Last contact"), section=OTHER, index=True, derived=Latest("attendee", "contact", "contact_day")
    )
    main_job = Text(
        N_("Job title"),
        section=BASICS,
        derived=First("job", by="parent", take="job", order=("-primary",)),
    )
    main_role = Choice(
        N_("Role"),
        ROLES,
        section=BASICS,
        derived=First("job", by="parent", take="role", order=("-primary",)),
    )
    files = Files(N_("Files"), "file", shows="name", section=OTHER)
    notes = Rows(N_("Notes"), "note", shows="text", section=OTHER)
    occasions = Occasions(N_("Yearly dates"), "occasion", shows="day", section=OTHER)
    ties = Ties(N_("Relations"), "tie", shows="kind", section=OTHER)


class Job(Child):
    """What a contact is in one firm: job, department, role in the decision."""

    label, plural, title, icon = N_("Position"), N_("Positions"), "job", "building-2"
    customer = Link(N_("Customer"), "customer", required=True)
    job = Text(
        N_("Job title"), search="word", heads=("职务", "职位", "岗位", "title", "job title", "position")
    )
    department = Text(N_("Department"), search="word", heads=("部门", "department"))
    role = Choice(N_("Role in the decision"), ROLES, heads=("角色", "决策角色", "role"))
    reports_to = Link(
        N_("Reports to"),
        "contact",
        above="customer",
        heads=("上级", "直属上级", "汇报对象", "manager", "reports to"),
    )
    primary = YesNo(N_("Primary"))


MODULE = Module(
    "customers",
    (Customer, Contact, Job),
    (
        List(
            "customer",
            (
                "name",
                "grade",
                "main_contact",
                "main_phone",
                "owner_user",
                "last_contact",
                "next_at",
                "balance",
            ),
            "name",
            place=10,
        ),
        List(
            "contact",
            (
                "name",
                "firm",
                "main_job",
                "main_role",
                "main_phone",
                "handles",
                "emails",
                "birthday",
                "last_contact",
            ),
            "name",
            place=20,
        ),
    ),
    (Together("customer", person="contact", position="job", link="customer"),),
    (
        Figure("balance", N_("Owes us"), "balance", "account", on="customer", place=10),
        Figure("last", N_("Last contact"), "last_contact", "activities", "next_at", on="customer", place=20),
        Figure(
            "people",
            N_("Contacts"),
            Count("job", "customer"),
            "people",
            "main_contact",
            on="customer",
            place=30,
        ),
        Figure(
            "below",
            N_("Subsidiaries"),
            Count("customer", "group"),
            "below",
            Sum("customer", "group", "balance"),
            on="customer",
            place=40,
        ),
        Tab("people", N_("Contacts"), People("job", "customer"), on="customer", place=10),
        Tab(
            "below",
            N_("Subsidiaries"),
            Linked("customer", "group", ("name", "grade", "city", "main_contact", "balance"), "name"),
            on="customer",
            place=20,
        ),
        Card(
            "people",
            N_("Key contacts"),
            People("job", "customer", "decider"),
            "people",
            on="customer",
            place=10,
        ),
        Card("credit", N_("Credit"), Credit(), on="customer", place=30),
        Entry(
            "person",
            N_("Contacts"),
            N_("Contact added"),
            "job",
            "user-plus",
            "success",
            by="customer",
            on="customer",
            place=30,
        ),
    ),
    (
        View("customer", "mine", N_("Mine"), Filters(((Where("owner_user", "in", (ME,)),),))),
        View("customer", "key", N_("Key customers"), Filters(((Where("grade", "in", ("A",)),),))),
        View(
            "customer",
            "quiet",
            N_("Not contacted for 30 days"),
            Filters(((Where("last_contact", "outside", "last_30_days"),),)),
            "last_contact",
        ),
        View(
            "customer",
            "owing",
            N_("Owe us money"),
            Filters(((Where("balance", "between", (1, None)),),)),
            "-balance",
        ),
    ),
)
