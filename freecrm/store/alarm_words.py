"""How an alarm is told: in a popup, on the command line."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from freecrm.core import agenda, day_words, phone_text
from freecrm.core.words import N_, _
from freecrm.store.alarms import YEARLY, Alarm

if TYPE_CHECKING:
    from freecrm.store.database import Store

COUNTS = {
    "call": (N_("1 call"), N_("{n} calls")),
    "visit": (N_("1 visit"), N_("{n} visits")),
    "meeting": (N_("1 meeting"), N_("{n} meetings")),
    "letter": (N_("1 letter"), N_("{n} letters")),
    "email": (N_("1 e-mail"), N_("{n} e-mails")),
    "fax": (N_("1 fax"), N_("{n} faxes")),
    "wechat": (N_("1 WeChat message"), N_("{n} WeChat messages")),
    "task": (N_("1 task"), N_("{n} tasks")),
    "other": (N_("1 other contact"), N_("{n} other contacts")),
}
BIRTHDAYS = (N_("1 birthday"), N_("{n} birthdays"))


def counted(store: Store, alarms: Iterable[Alarm]) -> str:
    """How many of which kind: «2 calls, 1 birthday», in the order in which they come."""
    kinds = Counter((one.what, one.name if one.is_yearly else "") for one in alarms)
    options = store.schema.fields("activity")["kind"]
    parts = []
    for (what, name), n in kinds.items():
        words = BIRTHDAYS if what == YEARLY and name == _("Birthday") else COUNTS.get(what)
        if words is not None:
            parts.append(_(words[n > 1]).format(n=n))
        else:
            parts.append(_("{n} × {what}").format(n=n, what=name or options.show(what)))
    return _(", ").join(parts)


def headline(alarm: Alarm, now: dt.datetime) -> str:
    """When, with whom, what: «In 30 minutes: Sunny River, visit»."""
    return _("{when}: {what}").format(when=when(alarm, now), what=what(alarm))


def what(alarm: Alarm) -> str:
    """What it is about, with the customer before it where the words don't name them."""
    whose = alarm.person if alarm.is_yearly else alarm.firm
    if not whose or whose in alarm.name:
        return alarm.name
    return _("{firm} · {subject}").format(firm=whose, subject=alarm.name)


def when(alarm: Alarm, now: dt.datetime) -> str:
    """When it begins, as seen from now: «In 30 minutes», «Yesterday 14:00»."""
    begins, here = _local(alarm), now.astimezone()
    minutes = round((alarm.begins - now).total_seconds() / 60)
    if not alarm.all_day and abs(minutes) < 60:
        if minutes == 0:
            return _("Now")
        near = (
            (N_("In 1 minute"), N_("In {n} minutes"))
            if minutes > 0
            else (N_("1 minute ago"), N_("{n} minutes ago"))
        )
        return _(near[abs(minutes) > 1]).format(n=abs(minutes))
    day = day_words.called(begins.date(), here.date()) or begins.date().isoformat()
    return day if alarm.all_day else f"{day} {begins:%H:%M}"


def where(alarm: Alarm) -> str:
    """From when to when, and where: «14:00–16:00 · 1 Lake Street»."""
    begins = _local(alarm)
    parts = []
    if not alarm.all_day:
        ends = None if alarm.ends is None else alarm.ends.astimezone(begins.tzinfo)
        until = ""
        if ends is not None and ends > begins:
            until = f"–{ends:%H:%M}" if ends.date() == begins.date() else f" – {ends:%Y-%m-%d %H:%M}"
        parts.append(f"{begins:%H:%M}{until}")
    if alarm.times > 1:
        parts.append(_("{n} times since").format(n=alarm.times))
    return " · ".join([*parts, *([alarm.place] if alarm.place else [])])


def who(alarm: Alarm) -> str:
    """With whom, and how they are reached: «Wu Yizhou, buyer · 138-0000-2216»."""
    if alarm.is_yearly:
        return alarm.firm
    person = alarm.person or alarm.job
    if alarm.person and alarm.job:
        person = _("{person}, {job}").format(person=alarm.person, job=alarm.job)
    return " · ".join(part for part in (person, phone_text.show(alarm.phone) if alarm.phone else "") if part)


def _local(alarm: Alarm) -> dt.datetime:
    """The beginning on this computer's clock; of a whole day in the zone that it is a day of."""
    zone = agenda.zone_of(alarm.zone) if alarm.all_day and alarm.zone else None
    try:
        return alarm.begins.astimezone(zone)
    except (OverflowError, ValueError, OSError):  # at the ends of what a calendar knows
        return alarm.begins
