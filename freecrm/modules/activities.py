"""What was done with a customer and what is to be done: calls, visits, meetings, tasks; their reminders, plans and rooms."""

from __future__ import annotations

from typing import ClassVar

from freecrm.core.choices import Option, Options
from freecrm.core.derive import Worked
from freecrm.core.entity import Child, Entity
from freecrm.core.fields import Choice, Date, Link, LongText, Moment, Number, Text, YesNo
from freecrm.core.filters import Filters
from freecrm.core.module import List, Module, Screen, View
from freecrm.core.pieces import Card, Doings, Entry, Plans, Pool, Tab
from freecrm.core.query import Where
from freecrm.core.rows import Files, Members, Rows
from freecrm.core.words import N_

KINDS = Options(
    "activity_kind",
    (
        Option(
            "call",
            N_("Call"),
            "accent",
            ("电话", "打电话", "致电", "来电", "回电", "call", "phone call", "phone"),
        ),
        Option("visit", N_("Visit"), "success", ("拜访", "上门", "走访", "visit")),
        Option(
            "meeting",
            N_("Meeting"),
            "info",
            ("会议", "会面", "面谈", "见面", "开会", "周会", "例会", "晨会", "meeting"),
        ),
        Option("letter", N_("Letter"), "neutral", ("信函", "寄信", "信件", "letter")),
        Option("email", N_("Email"), "info", ("邮件", "电子邮件", "email", "mail")),
        Option("fax", N_("Fax"), "neutral", ("传真", "fax")),
        Option("wechat", N_("WeChat"), "success", ("微信", "企业微信", "wechat")),
        Option("task", N_("Task"), "warning", ("任务", "待办", "task", "to do", "todo")),
        Option("other", N_("Other contact"), "neutral", ("其他", "其它", "跟进", "other", "follow-up")),
    ),
)
STATES = Options(
    "activity_state",
    (
        Option("planned", N_("Planned"), "accent", ("计划", "待办", "未完成", "planned", "open")),
        Option("done", N_("Done"), "success", ("完成", "已完成", "done", "completed", "held")),
        Option("dropped", N_("Dropped"), "neutral", ("取消", "已取消", "作废", "cancelled", "dropped")),
    ),
    open=False,
)
OUTCOMES = Options(
    "activity_outcome",
    (
        Option("reached", N_("Talked to them"), "success", ("已沟通", "接通", "reached")),
        Option("missed", N_("Not reached"), "warning", ("未接通", "没人接", "not reached", "no answer")),
        Option("interested", N_("Interested"), "accent", ("有意向", "感兴趣", "interested")),
        Option("later", N_("Later"), "info", ("以后再说", "later")),
        Option("refused", N_("Not interested"), "danger", ("无意向", "拒绝", "not interested")),
    ),
)
DIRECTIONS = Options(
    "direction",
    (
        Option("out", N_("From us"), "", ("去电", "呼出", "outgoing", "outbound")),
        Option("in", N_("To us"), "", ("来电", "呼入", "incoming", "inbound")),
    ),
    open=False,
)
MOVES = Options(
    "pool_move",
    (
        Option("claim", N_("Claimed"), "success", ("领取",)),
        Option("assign", N_("Assigned"), "accent", ("分配",)),
        Option("return", N_("Returned"), "warning", ("退回",)),
        Option("expire", N_("Returned by rule"), "danger", ("收回",)),
    ),
    open=False,
)
ENDINGS = Options(
    "plan_end",
    (
        Option("running", N_("Running"), "accent"),
        Option("finished", N_("Finished"), "success"),
        Option("stopped", N_("Stopped"), "neutral"),
    ),
    open=False,
)

WHAT, WHEN, WHO, RESULT = N_("What"), N_("When"), N_("With whom"), N_("What came of it")


class Activity(Entity):
    """Something done with a customer, or to be done. start, end: end is when it is over, of a whole day the
    midnight after; without a start nobody said when. done_at: when it was done.

    repeats: its rule (`core/repeats.py`); series, instance: this one stands in place of that time of a repeating
    one, whose `skipped` names it; done_through: all times of it up to then are dealt with. free: it blocks nobody's
    time. settled: the activities that it may clash with, somebody said so. recorded: stated by a day alone (an
    imported «last contact»). carried: how often it was put off. uid: what calendars outside call it.
    """

    label, plural, title, icon, owner = N_("Activity"), N_("Activities"), "subject", "calendar", "owner_user"
    stead = "kind"
    alike = False
    quick = ("subject", "kind", "start", "end", "customer", "owner_user", "text")
    indexes: ClassVar = {
        "due": (("owner_user", "open_at"), "open_at IS NOT NULL"),
        "busy": (("start", "end", "owner_user"), "state = 'planned' AND repeats IS NULL"),
    }
    subject = Text(N_("Subject"), search="name", section=WHAT, heads=("主题", "标题", "subject", "title"))
    kind = Choice(N_("Kind"), KINDS, default="task", section=WHAT, heads=("类型", "跟进方式", "kind", "type"))
    state = Choice(N_("Status"), STATES, default="planned", section=WHAT, heads=("状态", "status", "state"))
    start = Moment(
        N_("Begins"), section=WHEN, index=True, heads=("开始", "开始时间", "日期", "时间", "start", "date")
    )
    end = Moment(N_("Ends"), section=WHEN, heads=("结束", "结束时间", "end"))
    all_day = YesNo(N_("All day"), section=WHEN, heads=("全天", "all day"))
    customer = Link(
        N_("Customer"),
        "customer",
        goes=True,
        section=WHO,
        heads=("客户", "客户名称", "customer", "account"),
    )
    deal = Link(N_("Deal"), "deal", section=WHO, heads=("商机", "deal", "opportunity"))
    owner_user = Link(N_("Owner"), "user", section=WHO, heads=("负责人", "业务员", "owner", "assigned to"))
    people = Members(N_("With"), "attendee", shows="contact", links=("contact", "user"), section=WHO)
    place = Text(N_("Place"), search="word", section=WHEN, heads=("地点", "place", "location"))
    room = Link(N_("Room or car"), "resource", section=WHEN, heads=("会议室", "车辆", "room"))
    free = YesNo(N_("Blocks no time"), section=WHEN)
    text = LongText(N_("About"), search="long", section=WHAT, heads=("内容", "说明", "description", "notes"))
    direction = Choice(N_("Direction"), DIRECTIONS, section=RESULT)
    outcome = Choice(N_("Outcome"), OUTCOMES, section=RESULT, heads=("结果", "outcome"))
    result = LongText(N_("What came of it"), section=RESULT, heads=("跟进结果", "沟通结果", "result"))
    done_at = Moment(N_("Done at"), section=RESULT, heads=("完成时间", "done at", "completed"))
    carried = Number(N_("Times put off"), section=WHEN)
    reminders = Rows(N_("Reminders"), "reminder", shows="before", section=WHEN)
    files = Files(N_("Files"), "file", shows="name", section=RESULT)
    repeats = Text(N_("Repeats"), hidden=True, index=True, most=2000)
    skipped = LongText(N_("Times left out"), hidden=True)
    done_through = Moment(N_("Done up to"), hidden=True)
    series = Link(N_("One time of"), "activity", goes=True, hidden=True)
    instance = Moment(N_("In place of"), hidden=True)
    settled = LongText(N_("Clashes accepted"), hidden=True)
    plan_run = Link(N_("Part of plan"), "plan_run", hidden=True)
    recorded = YesNo(N_("Stated by day"), hidden=True)
    uid = Text(N_("Identifier"), hidden=True, index=True)
    open_at = Moment(
        N_("Next time"),
        hidden=True,
        index=True,
        derived=Worked("open_at", ("state", "start", "start_zone", "repeats", "skipped", "done_through")),
    )
    contact_day = Date(
        N_("Day of contact"),
        hidden=True,
        derived=Worked("contact_day", ("state", "kind", "done_at", "start", "start_zone")),
    )
    long = YesNo(
        N_("Longer than a day"), hidden=True, index=True, derived=Worked("is_long", ("start", "end"))
    )


class Attendee(Child):
    """Somebody who takes part: a person of the customer, or a colleague."""

    label, plural, title, icon = N_("Participant"), N_("Participants"), "contact", "users"
    one_of = ("contact", "user")
    contact = Link(N_("Contact"), "contact")
    user = Link(N_("Colleague"), "user")
    contact_day = Date(
        N_("Day of contact"),
        hidden=True,
        derived=Worked("same", link="parent", over="activity", takes=("contact_day",)),
    )


class Reminder(Child):
    """A reminder of an activity: rows, not timers, so that none gets lost. before: minutes before it begins, below
    zero after. seen: the beginning for which it was shown; again: when it is to come back (`store/alarms.py`)."""

    label, plural, title, icon = N_("Reminder"), N_("Reminders"), "before", "bell"
    before = Number(N_("Minutes before"), required=True)
    seen = Moment(N_("Shown for"), hidden=True)
    again = Moment(N_("Put off to"), hidden=True)
    at = Moment(
        N_("Rings at"),
        hidden=True,
        index=True,
        derived=Worked(
            "alarm_at",
            ("before", "seen", "again"),
            "parent",
            "activity",
            ("open_at", "start", "start_zone", "repeats", "skipped", "all_day"),
        ),
    )


class Resource(Entity):
    """A room, a car, a machine. single: only one activity can have it at a time."""

    label, plural, icon = N_("Room or car"), N_("Rooms and cars"), "building-2"
    name = Text(N_("Name"), required=True, search="name")
    single = YesNo(N_("For one at a time"), default=True)
    note = Text(N_("Remark"))


class KindHabit(Entity):
    """What is usual for a kind of activity, where it is not as FreeCRM has it. of: key of the kind. icon: a Lucide
    name. minutes: how long. before: minutes that the reminder comes before it, empty = none."""

    label, plural, title, icon = N_("Habit of a kind"), N_("Habits of kinds"), "of", "calendar"
    alike = False
    of = Text(N_("Kind"), required=True)
    sign = Text(N_("Icon"))
    minutes = Number(N_("Usual length"), unit=N_("minutes"), least=0, largest=1440)
    reminds = YesNo(N_("Reminds"))
    before = Number(N_("Reminder"), unit=N_("minutes before"))


class Phrase(Entity):
    """Words that somebody uses again and again in follow-ups."""

    label, plural, title, icon, owner = (
        N_("Usual phrase"),
        N_("Usual phrases"),
        "text",
        "message-circle",
        "owner_user",
    )
    alike = False
    text = LongText(N_("Text"), required=True, most=1000)
    position = Number(N_("Position"))
    owner_user = Link(N_("Owner"), "user")


class Plan(Entity):
    """A follow-up plan: steps that are due so many days after it begins. workdays: steps move on to working days.
    stops: keys of the customer's statuses at which what is left of it is taken away, with blanks between."""

    label, plural, icon = N_("Follow-up plan"), N_("Follow-up plans"), "list-checks"
    alike = False
    name = Text(N_("Name"), required=True, search="name")
    workdays = YesNo(N_("Only on working days"), default=True)
    stops = Text(N_("Stops at status"))
    note = LongText(N_("Remark"))
    steps = Rows(N_("Steps"), "plan_step", shows="subject")


class PlanStep(Child):
    """One step of a plan. days: after its beginning. time: "09:30", empty = the whole day."""

    label, plural, title, icon = N_("Step"), N_("Steps"), "subject", "circle-check"
    days = Number(N_("Days after"), required=True, least=0, largest=3650)
    kind = Choice(N_("Kind"), KINDS, default="call", required=True)
    subject = Text(N_("Subject"))
    time = Text(N_("Time of day"))
    text = LongText(N_("About"))


class PlanRun(Entity):
    """A plan that was begun for a customer; its activities name it."""

    label, plural, title, icon, owner = (
        N_("Plan begun"),
        N_("Plans begun"),
        "name",
        "list-checks",
        "owner_user",
    )
    alike = False
    name = Text(N_("Plan"), required=True)
    plan = Link(N_("Follow-up plan"), "plan")
    customer = Link(N_("Customer"), "customer", goes=True)
    owner_user = Link(N_("Owner"), "user")
    begun = Date(N_("Begun"))
    state = Choice(N_("Status"), ENDINGS, default="running")
    ended = Date(N_("Ended"))
    why = Text(N_("Why it ended"))


class PoolRule(Entity):
    """After how many days without contact a customer of a grade goes back to the shared pool. of: key of the grade,
    empty = customers without one. warn: days before that on which the owner is warned."""

    label, plural, title, icon = N_("Pool rule"), N_("Pool rules"), "of", "users"
    alike = False
    of = Text(N_("Grade"))
    days = Number(N_("Days without contact"), least=1, largest=3650)
    warn = Number(N_("Warns days before"), least=0, largest=365)
    position = Number(N_("Position"))


class PoolMove(Entity):
    """A customer's way into the shared pool or out of it. user: who had it or took it; by: who did that. reason: why
    it went there, never blank then and always blank for a way out: `customer.pool_since` goes by it."""

    label, plural, title, icon = N_("Move of the pool"), N_("Moves of the pool"), "move", "users"
    alike = False
    customer = Link(N_("Customer"), "customer", goes=True, required=True)
    move = Choice(N_("Move"), MOVES, required=True)
    at = Moment(N_("When"), index=True)
    user = Link(N_("Owner"), "user")
    by = Link(N_("By"), "user")
    reason = Text(N_("Reason"))


class Notice(Entity):
    """Something that a colleague is to know: they were given an activity, or named in a follow-up."""

    label, plural, title, icon = N_("Notice"), N_("Notices"), "text", "bell"
    alike = False
    text = Text(N_("Text"), required=True)
    to_user = Link(N_("To"), "user", goes=True, required=True)
    by = Link(N_("From"), "user")
    about = Link(N_("Activity"), "activity", goes=True)
    customer = Link(N_("Customer"), "customer", goes=True)
    at = Moment(N_("When"), index=True)
    seen = Moment(N_("Read"))


ATTENDED = ("attendee", "contact")


def _entry(on: str, over: tuple[str, str] = ("", "")) -> Entry:
    """What was done with a customer, with a contact, or for a deal, in the timeline of their page."""
    return Entry(
        "activity",
        N_("Follow-ups"),
        N_("Follow-up"),
        "activity",
        "message-square-text",
        "accent",
        by="deal" if on == "deal" else "customer",
        at="done_at",
        else_at="start",
        text="result",
        on=on,
        place=5,
        chips=("outcome", "place"),
        over=over,
        only=("state", "done"),
        finds=("result", "subject", "text"),
        who="owner_user",
        rows=("people", "files"),
    )


MODULE = Module(
    "activities",
    (
        Activity,
        Attendee,
        Reminder,
        Resource,
        KindHabit,
        Phrase,
        Plan,
        PlanStep,
        PlanRun,
        PoolRule,
        PoolMove,
        Notice,
    ),
    (
        List(
            "activity",
            ("subject", "kind", "state", "start", "customer", "owner_user", "outcome", "result"),
            "-start",
            place=35,
            under="calendar",
        ),
    ),
    screens=(
        Screen("calendar", N_("Calendar"), "calendar-days", place=30),
        Screen("pool", N_("Shared pool"), "users", place=11, under="customer", when="pool.on"),
    ),
    pieces=(
        Card("plans", N_("Follow-up plans"), Plans(), on="customer", place=5),
        Tab("activities", N_("Activities"), Doings(), on="customer", place=15),
        Tab("activities", N_("Activities"), Doings(over=ATTENDED), on="contact", place=15),
        _entry("customer"),
        _entry("contact", ATTENDED),
        Tab("activities", N_("Activities"), Doings(by="deal"), on="deal", place=40),
        _entry("deal"),
        Entry(
            "pool",
            N_("Shared pool"),
            N_("Shared pool"),
            "pool_move",
            "users",
            "warning",
            by="customer",
            at="at",
            text="reason",
            on="customer",
            place=60,
            when="pool.on",
            chips=("move",),
        ),
        Card("pool", N_("Shared pool"), Pool(), on="customer", place=20, when="pool.on"),
    ),
    views=(
        View("customer", "by_next", N_("By next step"), Filters(), "next_at", "next_at"),
        View(
            "customer",
            "overdue",
            N_("Overdue"),
            Filters(((Where("next_at", "within", "past"),),)),
            "next_at",
        ),
        View(
            "customer",
            "no_next",
            N_("No next step"),
            Filters(((Where("next_at", "empty"),),)),
            "last_contact",
        ),
    ),
)
