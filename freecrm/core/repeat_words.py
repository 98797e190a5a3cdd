"""Rules of repeats in words, both ways: 每周一、周三,到 2026-12-31 · every 2 weeks on Wed · 每年农历八月十五."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import NamedTuple

from freecrm.core import dates, day_words, repeats, yearly
from freecrm.core.repeat_rule import DAILY, MONTHLY, WEEKLY, YEARLY, Rule, parse
from freecrm.core.words import N_, _

WORKING = (0, 1, 2, 3, 4)
_FULL = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
_NTH = {
    1: N_("first"), 2: N_("second"), 3: N_("third"), 4: N_("fourth"), 5: N_("fifth"), -1: N_("last"),
    -2: N_("last but one"),
}  # fmt: skip
_EVERY = {
    DAILY: (N_("Every day"), N_("Every {n} days"), N_("Every day on {days}"), N_("Every {n} days on {days}")),
    WEEKLY: (N_("Every week"), N_("Every {n} weeks"), N_("Every week on {days}"), N_("Every {n} weeks on {days}")),
    MONTHLY: (
        N_("Every month"), N_("Every {n} months"), N_("Every month on {days}"), N_("Every {n} months on {days}"),
    ),
    YEARLY: (N_("Every year"), N_("Every {n} years"), N_("Every year on {days}"), N_("Every {n} years on {days}")),
}  # fmt: skip
"""Alone, so many at once, and both with the days."""


# ---- a rule in words


def shown(text: str, start: dt.date | None = None) -> str:
    """A rule in the language spoken now; what is no rule, and what no words fit, as the text it is."""
    rule = parse(text)[0]
    if rule is None:
        return text
    said = _body(rule, start) if _is_common(rule) else _("By the rule {rule}").format(rule=text)
    if rule.count is not None:
        return _("{rule}, {n} times").format(rule=said, n=rule.count)
    if rule.until is not None:
        return _("{rule}, until {day}").format(rule=said, day=_until(rule.until))
    return said


def _is_common(rule: Rule) -> bool:
    if rule.by_week or rule.by_year_day or rule.by_hour or rule.by_minute or rule.by_second:
        return False
    if rule.by_place:
        days = {day for nth, day in rule.by_day if nth == 0}
        return rule.freq == MONTHLY and len(rule.by_place) == 1 and rule.by_place[0] in _NTH and (
            len(days) == 1 or days == set(WORKING)
        ) and not (rule.by_month_day or rule.by_month)  # fmt: skip
    if any(nth and nth not in _NTH for nth, _day in rule.by_day):
        return False
    if rule.freq in (DAILY, WEEKLY) and rule.by_month:
        return False
    if rule.freq == DAILY and rule.by_month_day:
        return False
    return not (rule.by_day and rule.by_month_day)


def _until(until: dt.date) -> str:
    if isinstance(until, dt.datetime):
        until = (until if until.tzinfo is None else until.astimezone()).date()
    return until.isoformat()


def _body(rule: Rule, start: dt.date | None) -> str:
    if rule.lunar is not None:
        month, day, leap = rule.lunar
        kept = yearly.keep(yearly.Yearly(month, day, None, True, leap))
        return _every(YEARLY, rule.interval, yearly.show(kept))
    if _is_workdays(rule):
        return _("Every weekday (Mon–Fri)")
    days = _days(rule, start)
    if rule.freq == DAILY and rule.interval == 1 and days:
        return _every(WEEKLY, 1, days)
    return _every(rule.freq, rule.interval, days)


def _is_workdays(rule: Rule) -> bool:
    days = {day for nth, day in rule.by_day if nth == 0}
    return rule.freq in (DAILY, WEEKLY) and rule.interval == 1 and days == set(WORKING)


def _every(freq: str, n: int, days: str) -> str:
    return _(_EVERY[freq][2 * bool(days) + (n > 1)]).format(n=n, days=days)


def _days(rule: Rule, start: dt.date | None) -> str:
    if rule.freq == DAILY:
        return _join([_weekday(day) for _nth, day in rule.by_day])
    if rule.freq == WEEKLY:
        named = [day for _nth, day in rule.by_day] or ([start.weekday()] if start else [])
        return _join([_weekday(day) for day in sorted(named)])
    if rule.by_place:
        return _by_place(rule)
    inside = _join([*map(_month_day, rule.by_month_day)])
    if rule.by_day:
        inside = _join([_nth_day(nth, day) for nth, day in rule.by_day])
    if rule.freq == MONTHLY and not inside and start:
        inside = _month_day(start.day)
    if not rule.by_month:
        return (
            inside if inside or rule.freq == MONTHLY or not start else _month_and_day(start.month, start.day)
        )
    if len(rule.by_month_day) == 1 and rule.by_month_day[0] > 0:
        return _join([_month_and_day(month, rule.by_month_day[0]) for month in rule.by_month])
    months = _join([_(day_words.MONTHS[month - 1]).replace(" ", "") for month in rule.by_month])
    if not inside and start:
        inside = _month_day(start.day)
    return _("{days} of {months}").format(days=inside, months=months) if inside else months


def _by_place(rule: Rule) -> str:
    place = rule.by_place[0]
    days = {day for _nth, day in rule.by_day}
    if len(days) == 1:
        return _nth_day(place, days.pop())
    return _("the {nth} weekday (Mon–Fri)").format(nth=_(_NTH[place]))


def _join(texts: list[str]) -> str:
    return _(", ").join(texts)


def _weekday(day: int) -> str:
    return _(_FULL[day])


def _nth_day(nth: int, day: int) -> str:
    return _("the {nth} {weekday}").format(nth=_(_NTH[nth]), weekday=_weekday(day)) if nth else _weekday(day)


def _month_day(day: int) -> str:
    if day == -1:
        return _("the last day")
    if day < 0:
        return _("day {n} from the end").format(n=-day)
    return _("day {n}").format(n=day)


def _month_and_day(month: int, day: int) -> str:
    return day_words.month_day(month, day)


# ---- words that mean a rule


class Found(NamedTuple):
    """Words of repeats in a text. first: its first day, None = today. at, to: where they stand."""

    rule: str
    first: dt.date
    at: int
    to: int


_NUMBER = r"([0-9]{1,3}|[一二两三四五六七八九十]|半)"
_RUN_ZH = (
    r"(?=.[一二三四五六日天])一?二?三?四?五?六?(?:日(?![报志程常语本期历])|天(?![气然]))?"
    r"(?<!二)(?![点时刻月号周年个分小期级线部方金季楼层次位人种条项类厂家款天一二三四五六日])"
    r"|(?=.[一二三四五六日天])一?二(?![点时刻月号周年个分小期级线部方金季楼层次位人种条项类厂家款天十一二三四五六日])"
)
"""一三五: days of the week in their order, nothing between them."""
_LIST_ZH = r"((?:周|星期|礼拜)[一二三四五六日天](?:(?:[、,和及与 ]{0,2}(?:周|星期|礼拜)|[、,和及与] ?)[一二三四五六日天](?![一二三四五六七八九十0-9点月号日天周年]))*)"
_RULES_ZH: list[tuple[str, re.Pattern[str]]] = [
    (
        "lunar",
        re.compile(
            r"每年(?:的)?((?:(?:农历|阴历|旧历)闰?|闰)[^ ,,。]*?(?:初[一二三四五六七八九十]|[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[0-9]{1,2}[日号]?))(?![一二三四五六七八九十0-9])"
        ),
    ),
    ("workdays", re.compile(r"(?:每个?|逢)工作日|每周一(?:到|至|-|~)周?五")),
    ("weekend", re.compile(r"每个?周末")),
    (
        "nth",
        re.compile(
            r"每(?:个)?月的?(?:第([一二三四五1-5])个?|(最后一?个?))(?:周|星期|礼拜)([一二三四五六日天])"
        ),
    ),
    ("month_end", re.compile(r"每(?:个)?月(?:底|末|的?最后一天)")),
    ("year_day", re.compile(r"每年(?:的)?([0-9]{1,2})月([0-9]{1,2})[日号]?")),
    ("month_day", re.compile(r"每(?:个)?月(?:的)?([0-9]{1,2})[日号]?(?![点时:月])")),
    ("days_of_week", re.compile(rf"[每逢]个?((?:周|星期|礼拜)(?:{_RUN_ZH}))")),
    ("weeks", re.compile(rf"每{_NUMBER}?个?(?:周|星期|礼拜)(?:的)?{_LIST_ZH}")),
    ("weeks", re.compile(rf"(隔)周(?:的)?{_LIST_ZH}")),
    ("weeks", re.compile(r"(隔)(周[一二三四五六日天])")),
    (
        "days_of_week",
        re.compile(rf"每(?:个)?{_LIST_ZH}"),
    ),
    ("plain", re.compile(rf"每(?:隔)?{_NUMBER}?个?(天|日|周|星期|礼拜|月|季度?|年)")),
    ("plain", re.compile(r"(隔)(天|周|月|年)")),
]
_DAY_EN = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_MONTH_EN = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_ON = r"(?: on)?(?: the)? "
_NTH_EN = r"(1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last)"
_RULES_EN: list[tuple[str, re.Pattern[str]]] = [
    ("lunar", re.compile(r"(?:every year|yearly|annually)(?: on)? (lunar [0-9]{1,2}\+?-[0-9]{1,2})\b", re.I)),
    ("workdays", re.compile(r"\b(?:every|each) (?:weekday|workday|working day|business day)s?\b", re.I)),
    ("weekend", re.compile(r"\b(?:every|each) weekend\b", re.I)),
    ("nth_en", re.compile(rf"\b(?:every|each) {_NTH_EN} ({_DAY_EN})(?: (?:of|in) (?:the|each|every) month)?\b", re.I)),
    ("nth_en", re.compile(rf"\b(?:on )?(?:the )?{_NTH_EN} ({_DAY_EN}) (?:of|in) (?:each|every) month\b", re.I)),
    ("nth_en", re.compile(rf"\b(?:every month|monthly){_ON}{_NTH_EN} ({_DAY_EN})\b", re.I)),
    ("month_end", re.compile(r"\b(?:(?:every|each) month|monthly)(?: on| at)? the (?:last day|end)\b|\bevery month[- ]end\b", re.I)),
    ("month_end", re.compile(r"\b(?:on |at )?(?:the )?(?:last day|end) of (?:each|every) month\b", re.I)),
    ("month_day", re.compile(r"\b(?:on )?(?:the )?([0-9]{1,2})(?:st|nd|rd|th) of (?:each|every) month\b", re.I)),
    ("year_day_en", re.compile(rf"\b(?:every year|yearly|annually|every)(?: on)?(?: the)? ([0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH_EN}(?![a-z])", re.I)),
    ("year_day_ne", re.compile(rf"\b(?:every year|yearly|annually|every)(?: on)? {_MONTH_EN} ([0-9]{{1,2}})(?:st|nd|rd|th)?\b", re.I)),
    ("month_day", re.compile(rf"\b(?:every month|monthly){_ON}(?:day )?([0-9]{{1,2}})(?:st|nd|rd|th)?\b(?!:| ?[ap]m)", re.I)),
    ("month_day", re.compile(r"\bevery ([0-9]{1,2})(?:st|nd|rd|th)(?: of (?:the|each|every) month)?\b", re.I)),
    ("weeks_en", re.compile(rf"\b(?:(?:every|each)(?: (other|[0-9]{{1,2}}))? weeks?|weekly|(biweekly|fortnightly))(?: on)? ({_DAY_EN}(?:(?:,? and |, ?| ){_DAY_EN})*)\b", re.I)),
    ("weeks_en", re.compile(rf"\b(?:every|each)(?: (other|second))?( )({_DAY_EN}(?:(?:,? and |, ?| ){_DAY_EN})*)\b", re.I)),
    ("plain_en", re.compile(r"\b(?:every|each)(?: (other|[0-9]{1,3}))? (day|week|month|quarter|year)s?\b", re.I)),
    ("plain_ly", re.compile(r"\b(daily|weekly|biweekly|fortnightly|monthly|quarterly|yearly|annually)\b", re.I)),
]  # fmt: skip
ENDS = re.compile(
    r"[,, ]*(?:(?:直到|到|至|截止到?|until|till) ?([0-9]{4}[-/年.][0-9]{1,2}[-/月.][0-9]{1,2}日?)(?:为止)?|"
    r"(?:共|一共)? ?([0-9]{1,3}) ?(?:次|times)\b)",
    re.I,
)
_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}
_UNITS = {
    "天": DAILY, "日": DAILY, "周": WEEKLY, "星": WEEKLY, "礼": WEEKLY, "月": MONTHLY, "季": MONTHLY, "年": YEARLY,
    "d": DAILY, "w": WEEKLY, "m": MONTHLY, "q": MONTHLY, "y": YEARLY,
}  # fmt: skip
_NTH_WORDS = {
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "5": 5,
    "fir": 1,
    "sec": 2,
    "thi": 3,
    "fou": 4,
    "fif": 5,
    "las": -1,
}
_MONTHS = {name[:3].lower(): number for number, name in enumerate(day_words.MONTHS, 1)}


def find(text: str, today: dt.date) -> Found | None:
    """The first words of a text that mean a repeat; `text` in half-width signs. Never raises."""
    for kind, pattern in (*_RULES_ZH, *_RULES_EN):
        found = pattern.search(text)
        if found is None:
            continue
        try:
            rule = _rule(kind, found)
        except (ValueError, KeyError, IndexError):  # a day that no month has, a count that is none
            continue
        if not rule:
            continue
        end = found.end()
        if over := ENDS.match(text, end):
            rule, end = with_end(rule, over), over.end()
        first = first_day(rule, today)
        if first is not None:
            return Found(rule, first, found.start(), end)
    return None


def read(text: str, today: dt.date) -> tuple[str, dt.date] | None:
    """The rule that words mean and its first day from `today` on; None when they mean none. Never raises."""
    from freecrm.core.values import half

    plain = " ".join(half(text[:200]).split()).strip(" ,.。")
    found = find(plain, today)
    return (found.rule, found.first) if found and (found.at, found.to) == (0, len(plain)) else None


def first_day(rule: str, today: dt.date) -> dt.date | None:
    """The first day from `today` on that a rule itself hits; None when it hits none. One that only says how often
    begins today."""
    from freecrm.core import repeat_days

    made = parse(rule)[0]
    if made is None:
        return None
    if made.is_plain:
        return today
    begin = dt.datetime.combine(today, dt.time())
    if made.freq != DAILY:  # 隔周周五 begins with the coming Friday
        made = replace(made, interval=1)
    try:
        return next(repeat_days.hits(made, begin, begin), begin).date()
    except (ValueError, OverflowError):  # at the end of all calendars
        return None


def with_end(rule: str, found: re.Match[str]) -> str:
    """A rule that is over as words of `ENDS` say: 到2026-12-31, 共10次."""
    if found[2]:
        return repeats.put_together(rule, count=max(int(found[2]), 1))
    day, _why = dates.read(found[1])
    return rule if day is None else repeats.put_together(rule, until=day)


def _rule(kind: str, found: re.Match[str]) -> str:
    return _MAKERS[kind](found)


def _lunar(found: re.Match[str]) -> str:
    kept, _why = yearly.read(found[1])
    what = yearly.parse(kept) if kept else None
    return f"LUNAR={what.month:02d}{'+' * what.leap}-{what.day:02d}" if what and what.is_lunar else ""


def _count(text: str | None) -> int:
    if not text or text == " ":
        return 1
    if text.isdecimal():
        return max(int(text), 1)
    return 2 if text in ("隔", "other", "second", "Other") else _DIGITS[text]


def _week_days(text: str) -> list[int]:
    signs = [sign for sign in re.sub("星期|礼拜|周", "", text) if sign in "一二三四五六日天"]
    return ["一二三四五六日".index("日" if sign == "天" else sign) for sign in signs]


def _week_days_en(text: str) -> list[int]:
    names = [name[:3].lower() for name in _FULL]
    return [names.index(word[:3].lower()) for word in re.findall(_DAY_EN, text, re.I)]


def _plain(count: str | None, unit: str) -> str:
    if count == "半":
        n, unit = (6, "月") if unit == "年" else (1, unit)
    else:
        n = _count(count)
    return repeats.make(_UNITS[unit[0].lower()], interval=n * (3 if unit[0] in "季qQ" else 1))


def _nth_rule(nth: int, day: int) -> str:
    return repeats.make(MONTHLY, weekdays=(day,), nth=nth)


def _year_day(month: int, day: int) -> str:
    dt.date(2000, month, day)
    return repeats.make(YEARLY, month=month, month_day=day)


def _month_day_rule(found: re.Match[str]) -> str:
    day = int(found[1])
    return repeats.make(MONTHLY, month_day=day) if 1 <= day <= 31 else ""


def _often(found: re.Match[str]) -> str:
    word = found[1].lower()
    if word in ("biweekly", "fortnightly"):
        return repeats.make(WEEKLY, interval=2)
    return _plain(None, {"daily": "d", "annually": "y"}.get(word, word[0]))


def _weeks_en(found: re.Match[str]) -> str:
    often = 2 if found[2] and found[2].strip() else _count((found[1] or "").lower())
    return repeats.make(WEEKLY, interval=often, weekdays=_week_days_en(found[3]))


_MAKERS = {
    "lunar": _lunar,
    "workdays": lambda _found: repeats.make(WEEKLY, weekdays=WORKING),
    "weekend": lambda _found: repeats.make(WEEKLY, weekdays=(5, 6)),
    "nth": lambda f: _nth_rule(-1 if f[2] else _DIGITS.get(f[1]) or int(f[1]), _week_days(f[3])[0]),
    "nth_en": lambda f: _nth_rule(
        _NTH_WORDS[f[1].lower()[:1] if f[1][0].isdecimal() else f[1].lower()[:3]], _week_days_en(f[2])[0]
    ),
    "month_end": lambda _found: repeats.make(MONTHLY, month_day=-1),
    "year_day": lambda f: _year_day(int(f[1]), int(f[2])),
    "year_day_en": lambda f: _year_day(_MONTHS[f[2].lower()], int(f[1])),
    "year_day_ne": lambda f: _year_day(_MONTHS[f[1].lower()], int(f[2])),
    "month_day": _month_day_rule,
    "weeks": lambda f: repeats.make(WEEKLY, interval=_count(f[1]), weekdays=_week_days(f[2])),
    "days_of_week": lambda f: repeats.make(WEEKLY, weekdays=_week_days(f[1])),
    "weeks_en": _weeks_en,
    "plain": lambda f: _plain(f[1], f[2]),
    "plain_en": lambda f: _plain(f[1], f[2]),
    "plain_ly": _often,
}
