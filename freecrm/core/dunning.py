"""Letters that ask for what is overdue: their levels, their wording, and the tags in it.

fill("{customer} still owes {amount}.", {"customer": "A", "amount": "¥5.00"})
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from freecrm.core.words import N_, Said, say

LEVELS = (1, 2, 3)
TAGS = ("customer", "amount", "days", "count", "oldest", "day", "until", "firm")
"""customer, firm: names. amount: all that is overdue. days: how late the oldest of it is. count: of bills. oldest: the day
it was due. day: of the letter. until: the day by which it is to be paid."""

USUAL = (
    N_(
        "Dear customer, our records show {count} bills of {amount} that are past their day, the oldest by {days} days."
        " It may have escaped your notice: please pay by {until}. If you have paid meanwhile, please take this letter"
        " as settled."
    ),
    N_(
        "Dear customer, in spite of our first letter {amount} is still open, the oldest of it for {days} days. Please"
        " pay by {until}, or tell us what stands against it."
    ),
    N_(
        "Dear customer, {amount} has been overdue since {oldest}. This is our last reminder: please pay by {until}."
        " Otherwise we deliver only for cash and take further steps."
    ),
)
"""What a letter of each level says while the firm has no wording of its own."""
TITLES = (N_("Payment reminder"), N_("Second payment reminder"), N_("Last payment reminder"))

_TAG = re.compile(r"\{([^{}]*)\}")
UNKNOWN = N_("“{tag}” isn't a tag that letters know. They know: {known}.")
LONE = N_("A bracket stands alone here: “{text}”. Tags are written as in {{amount}}.")


def why_not(text: str) -> Said | None:
    """What is wrong with a wording: a tag that isn't one, a lone bracket; None when nothing is."""
    for found in _TAG.finditer(text):
        if found[1] not in TAGS:
            known = " ".join(f"{{{name}}}" for name in TAGS)
            return say(UNKNOWN, tag=found[0], known=known)
    rest = _TAG.sub("", text)
    at = min((at for sign in "{}" if (at := rest.find(sign)) >= 0), default=-1)
    return None if at < 0 else say(LONE, text=rest[max(at - 8, 0) : at + 9])


def fill(text: str, values: Mapping[str, str]) -> str:
    """A wording with its tags filled in; only they are touched, whatever the values hold."""
    return _TAG.sub(lambda found: values.get(found[1], found[0]), text)


def level_of(days: int, limits: tuple[int, ...]) -> int:
    """The level that so many days overdue call for by the first days of each level (0: that level is off); 0: none."""
    return max(
        (level for level, first in zip(LEVELS, limits, strict=True) if first and days >= first), default=0
    )
