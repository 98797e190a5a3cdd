"""Numbers by rule: what a pattern such as `{area}{YY}{0000}` means, and the sentences about one that means nothing.

    rule = read("C{YY}{MM}-{0000}")
    rule.code(7, day)            C2611-0007

A rule is text with parts in braces. The parts have English and Chinese names; what a customer does not have
(a city, a name in letters) gives way to what stands behind a bar in the part: `{area|000}`.

| part | also | gives |
|---|---|---|
| `{0000}` | `{1000}` | the counter, at least as wide; it begins at the number written, at 1 for noughts |
| `{YYYY}` `{YY}` `{MM}` `{DD}` | `{年}` `{短年}` `{月}` `{日}` | the day on which the code is given |
| `{area}` | `{区号}` | the area code of the city, else of the landline |
| `{initials}` | `{拼音}` | the first letters of the name, 4 of them; `{initials2}` two |

The counter begins anew where a dated part changes (`Rule.series`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from freecrm.core.fields import clean
from freecrm.core.problems import Known
from freecrm.core.values import half
from freecrm.core.words import N_, Said, say

MOST = 60
"""Characters of a rule."""
WIDEST = 9
"""Digits of a counter as it is written; it grows beyond them by itself."""
MOST_FALLBACK = 10
LETTERS = 4
NO_AREA, NO_LETTERS = "000", "X"

_NAMES = {
    "yyyy": "%Y",
    "年": "%Y",
    "yy": "%y",
    "短年": "%y",
    "mm": "%m",
    "月": "%m",
    "dd": "%d",
    "日": "%d",
    "area": "area",
    "区号": "area",
    "initials": "initials",
    "拼音": "initials",
}
_BRACES = str.maketrans("｛｝｜", "{}|")
_PIECE = re.compile(r"\{([^{}]*)\}|([{}])|([^{}]+)")
_COUNTED = re.compile(r"(\D+?)(\d?)")
_NOT_LETTERS = re.compile(r"[^a-z0-9]")


_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_FEW_LETTERS = 3


def same_code(code: str) -> str:
    """A number as it is compared: half width, without outer blanks, whatever its case."""
    return half(code).strip().casefold()


def written(code: str) -> set[str]:
    """The ways that others may have written a number, for a lookup by index: as it is, and in small and great
    letters, half and full width. Every mixture of cases only where it has few letters."""
    plain = half(code).strip()
    small, great = plain.lower(), plain.upper()
    found = {code, plain, small, great, small.capitalize(), small.translate(_WIDE), great.translate(_WIDE)}
    if small.isascii() and sum(map(str.isalpha, small)) <= _FEW_LETTERS:
        found.update(map("".join, product(*({a, b} for a, b in zip(small, great, strict=True)))))
    return found


class Facts(NamedTuple):
    """What a rule may take from a record: its name, its main city and its numbers in E.164."""

    name: str = ""
    city: str = ""
    numbers: Sequence[str] = ()

    @property
    def area(self) -> str:
        """The area code of the city, else of the first landline at home; "" when there is neither."""
        from freecrm.core import places

        found = places.area_code(self.city) if self.city else ""
        return found or next((code for n in self.numbers if (code := _area_of(n))), "")

    def letters(self, most: int) -> str:
        """The first letters of the name, at most so many: 鹿溪堂 → LXT."""
        from freecrm.core import pinyin

        return _NOT_LETTERS.sub("", pinyin.initials(self.name).lower())[:most].upper()


def _area_of(number: str) -> str:
    """The area code of a Chinese landline in E.164: +8657100006688 → 0571."""
    if not number.startswith("+86") or re.fullmatch(r"\+86(1\d{10}|[48]00\d{7}|\d{0,8})", number):
        return ""
    rest = number[3:]
    return "0" + (rest[:2] if rest[0] in "12" else rest[:3])


def facts_of(values: dict[str, Any]) -> Facts:
    """What stands in the values of a record, as forms, imports and readers have them."""
    places = values.get("addresses") or ()
    city = next((row["city"] for row in places if row.get("city")), "")
    rows = values.get("phones") or ()
    return Facts(str(values.get("name") or ""), city, [str(row.get("number") or "") for row in rows])


@dataclass(frozen=True, slots=True)
class _Part:
    """kind: "text", "%Y" …, "area", "initials" or "counter". text: of a text, or in place of what is blank.
    size: letters, or digits of the counter."""

    kind: str
    text: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read. start: the first number of a series."""

    parts: tuple[_Part, ...]
    start: int = 1

    @property
    def asks_record(self) -> bool:
        """Whether a code depends on what is known of its record."""
        return any(part.kind in ("area", "initials") for part in self.parts)

    @property
    def digits(self) -> int:
        """How wide the counter is written."""
        return next(part.size for part in self.parts if part.kind == "counter")

    def code(self, number: int, day: dt.date, facts: Facts | None = None) -> str:
        """The code of this number. facts: of the record; None counts as one of whom nothing is known."""
        held = facts or Facts()
        return "".join(self._shown(part, number, day, held) for part in self.parts)

    def _shown(self, part: _Part, number: int, day: dt.date, facts: Facts) -> str:
        if part.kind == "text":
            return part.text
        if part.kind == "counter":
            return f"{number:0{part.size}d}"
        if part.kind == "area":
            return facts.area or part.text
        if part.kind == "initials":
            return facts.letters(part.size) or part.text
        return _dated(part.kind, day)

    def series(self, day: dt.date) -> str:
        """What the counter runs in: the rule with its dates filled in and marks for what differs by record."""
        marks = {"counter": "#", "area": "@", "initials": "&"}
        return "".join(
            part.text if part.kind == "text" else marks.get(part.kind) or _dated(part.kind, day)
            for part in self.parts
        )

    def prefix(self, day: dt.date) -> str:
        """What all codes of a series begin with."""
        found = ""
        for part in self.parts:
            if part.kind in ("counter", "area", "initials"):
                break
            found += part.text if part.kind == "text" else _dated(part.kind, day)
        return found

    def pattern(self, day: dt.date) -> re.Pattern[str]:
        """What the codes of a series look like; group 1 is the number. A number of more than one digit beyond
        the counter's width is none of ours: it would send the series to where nobody expects it."""
        made = ""
        for part in self.parts:
            if part.kind == "counter":
                made += rf"(\d{{{part.size},{part.size + 1}}})"
            elif part.kind == "area":
                made += rf"(?:0\d{{2,3}}|{re.escape(part.text)})"
            elif part.kind == "initials":
                made += rf"(?:[A-Z][A-Z0-9]{{0,{part.size - 1}}}|{re.escape(part.text)})"
            else:
                made += re.escape(part.text if part.kind == "text" else _dated(part.kind, day))
        return re.compile(made, re.ASCII)


def _dated(kind: str, day: dt.date) -> str:
    """A part of a day; a year has four digits on every computer."""
    return f"{day.year:04d}" if kind == "%Y" else f"{day.year % 100:02d}" if kind == "%y" else f"{day:{kind}}"


def read(text: str) -> Rule | None:
    """The rule that was written, None for a blank one; Known says what is wrong with it."""
    text = clean(text).translate(_BRACES)
    if not text:
        return None
    if len(text) > MOST:
        raise Known(
            say(
                N_("A rule takes {most} characters at most, this has {n}. Shorten it."),
                most=MOST,
                n=len(text),
            )
        )
    if "\n" in text or "\t" in text:
        raise Known(say(N_("A rule stands on one line. Take the line breaks out.")))
    parts: list[_Part] = []
    start = 1
    for found in _PIECE.finditer(text):
        inside, brace, plain = found.groups()
        if brace:
            what = N_("The brace “{brace}” at place {n} has no other. Parts stand between two, as in {part}.")
            raise Known(say(what, brace=brace, n=found.start() + 1, part="{0000}"))
        if plain:
            parts.append(_Part("text", plain))
            continue
        part = _part(inside)
        if part.kind == "counter":
            start = int(part.text) or 1
        parts.append(part)
    _check_counters(parts)
    return Rule(tuple(parts), start)


def _check_counters(parts: list[_Part]) -> None:
    counters = [part for part in parts if part.kind == "counter"]
    if not counters:
        what = N_("This rule has no counter, so all codes would be the same. Add one, such as {part}.")
        raise Known(say(what, part="{0000}"))
    if len(counters) > 1:
        raise Known(
            say(N_("This rule has {n} counters, and one is enough. Take the others out."), n=len(counters))
        )


def _part(inside: str) -> _Part:
    name, bar, other = inside.partition("|")
    name, other = name.strip(), other.strip()
    if name.isascii() and name.isdecimal():
        if len(name) > WIDEST:
            what = N_("A counter has {most} digits at most, this has {n}. It grows beyond them by itself.")
            raise Known(say(what, most=WIDEST, n=len(name)))
        if not bar:
            return _Part("counter", name, len(name))
    found = _COUNTED.fullmatch(name.lower())
    kind = _NAMES.get(found[1], "") if found else ""
    takes_more = kind in ("area", "initials")
    if (
        not found
        or not kind
        or (found[2] and (kind != "initials" or found[2] == "0"))
        or (bar and not takes_more)
    ):
        what = N_("“{part}” is no part of a rule. There are: {parts}.")
        raise Known(say(what, part="{" + inside + "}", parts=" ".join(shown_parts())))
    if len(other) > MOST_FALLBACK:
        what = N_("“{text}” in place of what is missing is too long: {most} characters at most.")
        raise Known(say(what, text=other, most=MOST_FALLBACK))
    if kind == "area":
        return _Part(kind, other if bar else NO_AREA)
    if kind == "initials":
        return _Part(kind, other if bar else NO_LETTERS, int(found[2] or LETTERS))
    return _Part(kind)


def shown_parts() -> list[str]:
    """The parts there are, as they are written in the language spoken now."""
    from freecrm.core import words

    if words.language().startswith("zh"):
        return ["{0000}", "{年}", "{短年}", "{月}", "{日}", "{区号}", "{拼音}"]
    return ["{0000}", "{YYYY}", "{YY}", "{MM}", "{DD}", "{area}", "{initials}"]


def why_not(text: str) -> Said | None:
    """Why a text is no rule; None when it is one, or blank."""
    try:
        read(text)
    except Known as problem:
        return problem.what if isinstance(problem.what, Said) else say(str(problem))
    return None
