"""In which parts an order is paid: shares of its total, each so many days after it was confirmed.

parse("30% 0, 70% 30")          30 % at once, 70 % 30 days later
sums(100_001, parts)            [30_000, 70_001]: together always the total
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from freecrm.core.problems import Known
from freecrm.core.selling import half_up
from freecrm.core.words import N_, Said, say

ALL = Decimal(100)
_PART = re.compile(r"(\d+(?:\.\d{1,2})?)\s*[%％]\s*(?:[+@/:：]?\s*(\d{1,4})\s*(?:d|days?|天|日)?)?")


@dataclass(frozen=True, slots=True)
class Part:
    """share: per cent of the total, two places. days: so many after the day of the order it is due."""

    share: Decimal
    days: int = 0


def parse(text: str) -> list[Part]:
    """The parts that a text such as "30% 0, 70% 30" means. Known when it means none, or they aren't 100 %."""
    found = []
    for piece in re.split(r"[,;，；、]", text.strip()):
        match = _PART.fullmatch(piece.strip())
        if match is None:
            what = N_("“{text}” isn't a payment plan. Write shares and days, as in 30% 0, 70% 30.")
            raise Known(say(what, text=text[:60]))
        found.append(Part(Decimal(match[1]), int(match[2] or 0)))
    _check(found)
    return found


def why_not(text: str) -> Said | None:
    """What is wrong with the text of a plan; None: nothing is, or it is blank."""
    try:
        if text.strip():
            parse(text)
    except Known as known:
        return known.what
    return None


def _check(parts: Sequence[Part]) -> None:
    total = sum(part.share for part in parts)
    if total != ALL or any(part.share <= 0 or part.days < 0 for part in parts):
        what = N_("The parts of a payment plan come to {sum} %. Change them until they are 100 %.")
        raise Known(say(what, sum=f"{Decimal(total).normalize():f}"))


def sums(total: int, parts: Sequence[Part]) -> list[int]:
    """What each part comes to, half up to the minor unit; the last one takes the rest. Known unless they are 100 %."""
    _check(parts)
    made = [half_up(total * int(part.share * 100), 10_000) for part in parts[:-1]]
    return [*made, total - sum(made)]
