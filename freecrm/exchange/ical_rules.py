"""Rules of repeating events, as calendar files write them and as FreeCRM keeps them: on the clock of the zone."""

from __future__ import annotations

import datetime as dt
import re

from freecrm.core import repeats
from freecrm.core.agenda import zone_of
from freecrm.core.words import N_, Said, say

MOST_TIMES = 100_000
"""A rule of more times than these is taken without an end."""
_BREAKS = {"SECONDLY": 86_400, "MINUTELY": 1_440, "HOURLY": 24}
_UNTIL = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})(Z)?)?")


class Unfit(Exception):
    """A part of a calendar file that can't be taken: why, and its line (0: that of the whole)."""

    def __init__(self, why: Said, line: int = 0) -> None:
        self.why, self.line = why, line
        super().__init__(str(why))


def rule_of(text: str, zone: str, *, whole: bool = False) -> tuple[str, Said | None]:
    """The rule as FreeCRM keeps it, its end on the clock of the zone; "" where it can't, and what is to be said.

    whole: of whole days."""
    pieces = [piece.partition("=") for piece in text.strip().upper().rstrip(";").split(";")]
    pairs = {name.strip(): value.strip() for name, _equals, value in pieces}
    if pairs.get("FREQ") in _BREAKS:
        interval = max(1, int(pairs["INTERVAL"][:6])) if pairs.get("INTERVAL", "").isdecimal() else 1
        times = -(-_BREAKS[pairs["FREQ"]] // interval)
        what = N_("It repeats {n} times a day, and FreeCRM by the day. It was taken once, at its beginning.")
        return "", say(what, n=f"{times:,}")
    note = None
    if pairs.get("COUNT", "").isdecimal() and int(pairs["COUNT"][:9]) > MOST_TIMES:
        what = N_("It repeats {n} times, more than are counted; it was taken without an end.")
        note = say(what, n=pairs.pop("COUNT"))
    if "UNTIL" in pairs:
        pairs["UNTIL"] = _until(pairs["UNTIL"], zone, whole=whole)
        pairs.pop("COUNT", None)
    made = ";".join(f"{name}={value}" for name, value in pairs.items())
    why = repeats.check(made)
    if why is None:
        return made, note
    what = N_("Its repetition “{rule}” was not taken; it stands once, at its beginning. {why}")
    return "", say(what, rule=text.strip()[:80], why=why)


def _until(text: str, zone: str, *, whole: bool) -> str:
    """The end of a rule on the clock of its zone; what is none stays."""
    found = _UNTIL.fullmatch(text)
    if found is None:
        return text
    year, month, day, hour, minute, second, utc = found.groups()
    try:
        clock = dt.time(int(hour or 0), int(minute or 0), int(second or 0))
        wall = dt.datetime.combine(dt.date(int(year), int(month), int(day)), clock)
        if hour is None:
            return wall.strftime("%Y%m%d") if whole else wall.strftime("%Y%m%dT235959")
        if utc:
            wall = wall.replace(tzinfo=dt.UTC).astimezone(zone_of(zone)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return text
    return wall.strftime("%Y%m%d" if whole else "%Y%m%dT%H%M%S")


def until_utc(rule: str, zone: str | None, *, whole: bool) -> str:
    """A rule of ours as RFC 5545 wants it: UNTIL in UTC where the event has a zone."""

    def told(found: re.Match[str]) -> str:
        made = dt.datetime.fromisoformat(found[1])
        if whole:
            return f"UNTIL={made:%Y%m%d}"
        if "T" not in found[1]:
            made = made.replace(hour=23, minute=59, second=59)
        return f"UNTIL={made.replace(tzinfo=zone_of(zone)).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"

    return re.sub(r"UNTIL=(\d{8}(?:T\d{6})?)(?![\dTZ])", told, rule)
