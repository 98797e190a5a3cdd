"""Days that come back every year: birthdays, anniversaries, the day a contract ends; solar or lunar."""

from __future__ import annotations

from freecrm.core.choices import Option, Options
from freecrm.core.entity import Child
from freecrm.core.fields import Choice, Text, Yearly
from freecrm.core.module import Module
from freecrm.core.words import N_

OCCASIONS = Options(
    "occasion",
    (
        Option("birthday", N_("Birthday"), "accent", ("生日", "birthday")),
        Option("wedding", N_("Wedding day"), "violet", ("结婚纪念日", "anniversary", "wedding")),
        Option("founded", N_("Foundation day"), "info", ("公司成立", "周年庆", "开业", "founded")),
        Option("renewal", N_("Renewal"), "warning", ("续约", "续费", "renewal")),
        Option("other", N_("Other"), "", ("其他", "纪念日")),
    ),
)


class Occasion(Child):
    """A day of the year that matters to a person or a customer."""

    label, plural, title, icon = N_("Yearly date"), N_("Yearly dates"), "kind", "calendar"
    kind = Choice(N_("Occasion"), OCCASIONS, required=True)
    day = Yearly(N_("Day"), required=True)
    note = Text(N_("Remark"), search="word")


MODULE = Module("occasions", (Occasion,))
