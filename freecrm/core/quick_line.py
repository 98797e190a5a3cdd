"""One line that says an appointment: 周五下午3点 拜访拓岩 1小时 · tomorrow 10am call Acme 30 min · 3/25 全天 展会.

`read` takes out of it when, how long, how often, where and of what kind; what is left is the subject. Patterns only, no
guessing but three: 3点 without a half of the day is the afternoon, 明天下午 begins at two, and a length without a time
of day at nine. What
came out is shown (`shown`) before anything is made of it. Any text is taken; `Draft.why` says what wasn't understood.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from freecrm.core import (
    agenda,
    clock_words,
    date_words,
    dates,
    day_phrases,
    day_spans,
    day_words,
    repeat_words,
    repeats,
    zones,
)
from freecrm.core.choices import Options
from freecrm.core.quick_parts import DAY, Line, connectives, kind_in, place_in, reminder_in
from freecrm.core.values import half, short
from freecrm.core.words import N_, Said, _, say
from freecrm.core.workdays import Workdays

MOST = 500
"""Letters that are read; what is behind them stays in the subject as it is."""
MORNING = dt.time(9)
QUARTER = 15


@dataclass(frozen=True, slots=True)
class Draft:
    """What a line says. start, end: moments in UTC, of a whole day its midnights; no start: nobody said when.

    zone: the name of the zone that the words were meant in. minutes: the length where one is said. kind: a key of the
    pick-list, None where no word means one. about: the subject without the words of the kind: whom or what to look for.
    before: minutes that a reminder comes before it, None where none is said. why: which day or time there isn't: such a
    line has no time at all and is not to be planned before it is mended, so that nothing lands on a day nobody said."""

    subject: str = ""
    kind: str | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    all_day: bool = False
    zone: str = ""
    minutes: int | None = None
    repeats: str = ""
    place: str = ""
    about: str = ""
    before: int | None = None
    why: Said | None = None


_ALL_DAY = re.compile(r"全天|整天|一整天|\ball[- ]day\b", re.IGNORECASE)
_SOON = re.compile(
    r"(?:([0-9]{1,3}|[一二两三四五六七八九十半]{1,3})个?(半)?(小时|钟头|分钟|刻钟)(半)?(?:之|以)?后)"
    r"|\bin (?:([0-9]{1,3}) ?(hours?|hrs?|h|minutes?|mins?|min|m)|(half an hour|an hour))\b",
    re.IGNORECASE,
)
_DAY_RANGE = re.compile(r"(?<![0-9/])(?:([0-9]{1,2})月)?([0-9]{1,2})[号日]?(?:-|~|到|至)([0-9]{1,2})[号日]")
_DAYS = re.compile(
    r"(?<![第前后])([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:天|日)(?![后前内之以])|\b(?:for )?([0-9]{1,2}) days\b",
    re.IGNORECASE,
)
_BEGINS = {
    "早上": MORNING, "早": MORNING, "上午": MORNING, "下午": dt.time(14), "傍晚": dt.time(18), "晚上": dt.time(20),
    "晚": dt.time(20), "morning": MORNING, "afternoon": dt.time(14), "evening": dt.time(19), "night": dt.time(20),
    "tonight": dt.time(20),
}  # fmt: skip
_PARTS = re.compile(
    r"([今明后])?天?(?<![前后])(早上|上午|下午|傍晚|晚上|(?<=[今明后])[早晚](?![饭餐宴饭会班报]))|\b(?:in the )?(morning|afternoon|evening|night)\b",
    re.IGNORECASE,
)
_THAT_NIGHT = re.compile(
    r"([今明后])天?(晚上|早上|[早晚](?![饭餐宴会班报]))|\b(?:later )?(tonight)\b", re.IGNORECASE
)
_WORKDAY = re.compile(
    r"下一?个?工作日(?![程志历])|(?<![^ ])工作日(?![程志历报制])|\b(?:the )?next (?:working|business|work) ?day\b",
    re.IGNORECASE,
)
_BACKWARDS = N_("It ends before it begins: {end} is before {start}. Turn them round.")


def read(
    text: str, now: dt.datetime | None = None, kinds: Options | None = None, workdays: Workdays | None = None
) -> Draft:
    """What a line says, seen from `now` (aware; in whose zone the words are meant). kinds: the pick-list of the kinds
    of activities as it is in the file. workdays: those of the firm. Never raises."""
    now = now or dt.datetime.now(agenda.zone_of(zones.here()))
    whole = " ".join(text.split())
    line = Line(day_spans.digits(" ".join(half(whole[:MOST]).split())))
    reading = _Reading(line, now, workdays or Workdays())
    reading.when()
    place = place_in(line, kinds)
    subject = line.rest()
    kind, about = kind_in(subject, kinds)
    draft = replace(
        reading.draft, subject=subject + whole[MOST:], kind=kind, about=connectives(about), place=place
    )
    return draft


class _Reading:
    """A line on the way to a draft: what it says of time is taken out of it bit by bit."""

    def __init__(self, line: Line, now: dt.datetime, workdays: Workdays) -> None:
        self.line, self.now, self.workdays = line, now, workdays
        self.zone = now.tzinfo.key if isinstance(now.tzinfo, ZoneInfo) else zones.here()
        self.draft = Draft(zone=self.zone)
        self.day: dt.date | None = None
        self.last: dt.date | None = None
        self.words = ""
        self.why: Said | None = None
        self.beside: int | None = None  # where the day stood in the line

    def when(self) -> None:
        """Take all out that says when, into `draft`."""
        before = reminder_in(self.line)
        if self._soon():
            self.draft = replace(self.draft, before=before)
            return
        rule = self._repeat()
        if not rule and self._span():
            self.draft = replace(self.draft, before=before, why=self.why)
            return
        self._find_days()
        bare = self._bare_hours()
        all_day = self.line.take(_ALL_DAY) is not None
        hours = bare or self._hours()
        minutes = self._length()
        days = self._count_of_days() if hours is None and minutes is None else None
        if rule and self.day is None:
            self.day = self._first_of(rule, hours)
        elif rule and self.day is not None and self.last is None:
            self.day = repeat_words.first_day(rule, self.day) or self.day
        start = hours.start if hours is not None else None
        if hours is not None and (start is not None or hours.end is not None) and not all_day:
            self._timed(hours, minutes)
        elif self.day is not None and minutes is not None and not all_day:
            self._put(dt.datetime.combine(self.day, MORNING), minutes=minutes)
        elif self.day is not None or all_day or days:
            self._whole_days(days)
        else:
            self.draft = replace(self.draft, minutes=minutes)
        if before is not None and before >= DAY and self.draft.all_day:
            before -= MORNING.hour * 60  # the day before, in the morning
        why = self.why or self._no_such()
        if why is not None:
            self.draft, rule = Draft(zone=self.zone), ""
        self.draft = replace(self.draft, repeats=rule, before=before, why=why)

    def _no_such(self) -> Said | None:
        """Why a day or a time of day that is left in the line is none."""
        from freecrm.core import no_such_words

        why = no_such_words.day(self.line.text, self.now.date(), loose=self.day is None)
        timed = self.draft.start is not None and not self.draft.all_day
        return why or (None if timed else no_such_words.clock(self.line.text))

    # ---- words

    def _soon(self) -> bool:
        """半小时后, in 30 min: from now on, in whole minutes."""
        found = self.line.take(_SOON)
        if found is None:
            return False
        count, half_in, unit, half_behind, count_en, unit_en, english = found.groups()
        if english:
            minutes = 30.0 if english.lower().startswith("half") else 60.0
        else:
            n = clock_words.number(count or count_en) or 0
            n += 0.5 * bool(half_in or half_behind)
            minutes = n * (15 if unit == "刻钟" else 60 if (unit or unit_en)[0] in "小钟hH" else 1)
        at = self.now.astimezone(dt.UTC).replace(second=0, microsecond=0) + dt.timedelta(
            minutes=round(minutes)
        )
        length = self._length()
        end = None if length is None else at + dt.timedelta(minutes=length)
        self.draft = replace(self.draft, start=at, end=end, minutes=length)
        return True

    def _repeat(self) -> str:
        found = repeat_words.find(self.line.text, self.now.date())
        if found is None:
            return ""
        self.line.cut(found.at, found.to)
        if repeats.parse(found.rule)[0] is None:
            return found.rule
        if ends := self.line.take(repeat_words.ENDS):
            return repeat_words.with_end(found.rule, ends)
        for lead in day_spans.TO.finditer(self.line.text):
            over = day_spans.over(self.line.text, lead.start(), self.now)
            if over is not None:
                self.line.cut(over.at, over.to)
                return repeats.put_together(found.rule, until=over.day)
        return found.rule

    def _span(self) -> bool:
        """3/25 15:00-3/26 10:00: from a time of one day to a time of another."""
        found = day_spans.find(self.line.text, self.now)
        if found is None:
            return False
        self.line.cut(found.at, found.to)
        if found.backwards:
            start, end = (f"{day_words.show(at.date())} {at:%H:%M}" for at in (found.start, found.end))
            self.why = say(_BACKWARDS, start=start, end=end)
        else:
            self._put(found.start, found.end)
        return True

    def _first_of(self, rule: str, hours: clock_words.Hours | None) -> dt.date:
        """The first day of a repeat, not today when its time has passed."""
        today = self.now.date()
        clock = hours.start.time if hours is not None and hours.start is not None else None
        made = repeats.parse(rule)[0]
        passed = clock is not None and clock <= self.now.time()
        if passed and not (made is not None and made.is_plain and made.freq != repeats.DAILY):
            today += dt.timedelta(days=1)
        return repeat_words.first_day(rule, today) or today

    def _find_days(self) -> None:
        if self._find_numbered():
            return
        found = date_words.find(self.line.text, self.now)
        if found is None:
            if self.line.take(_WORKDAY):
                self.day = self.workdays.after(self.now.date(), 1)
            return
        self.words = self.line.text[found.at : found.to]
        self.day = day_spans.ahead(found.day, self.words, self.now.date())
        between = day_spans.TO.match(self.line.text, found.to)
        other = date_words.find(self.line.text, self.now, between.end()) if between else None
        if between is None or other is None or other.at != between.end():
            self._cut_day(found.at, found.to)
            return
        last = day_spans.ahead(other.day, self.line.text[other.at : other.to], self.now.date())
        if last < self.day and day_phrases.is_bare_weekday(self.line.text[other.at : other.to].strip()):
            last += dt.timedelta(days=7)
        self._until(last)
        self._cut_day(found.at, other.to)

    def _cut_day(self, at: int, to: int) -> None:
        self.beside = len(self.line.text[:at].rstrip())
        self.line.cut(at, to)

    def _bare_hours(self) -> clock_words.Hours | None:
        """Monday 9 to 11, from 9 to 11, where no time of day is said in full."""
        if clock_words.find(self.line.text) is not None:
            return None
        found = clock_words.find_bare(self.line.text, self.beside)
        if found is None:
            return None
        self.line.cut(found.at, found.to)
        return clock_words.afternoon(found)

    def _find_numbered(self) -> bool:
        """25-27号, 3月25-27日."""
        found = _DAY_RANGE.search(self.line.text)
        if found is None:
            return False
        month = f"{found[1]}月" if found[1] else ""
        today = self.now.date()
        first, _why = date_words.read(f"{month}{found[2]}日", today)
        if first is None:
            return False
        try:
            last = first.replace(day=int(found[3]))
        except ValueError:
            return False
        self.day = first
        self._until(dates.add_months(last, 1) if last < first and not month else last)
        self.line.cut(found.start(), found.end())
        return True

    def _until(self, last: dt.date) -> None:
        assert self.day is not None
        if last >= self.day:
            self.last = last
        else:
            show = day_words.show
            self.why = say(_BACKWARDS, start=show(self.day), end=show(last))

    def _hours(self) -> clock_words.Hours | None:
        found = clock_words.find(self.line.text)
        if found is None:
            return self._part_of_day()
        self.line.cut(found.at, found.to)
        return clock_words.afternoon(found)

    def _part_of_day(self) -> clock_words.Hours | None:
        """明天上午, tomorrow morning: where a part of the day usually begins."""
        found = self.line.take(_THAT_NIGHT)
        if found is None and (self.day is not None or _PARTS.match(self.line.text)):
            found = self.line.take(_PARTS)
        if found is None:
            return None
        away = {"今": 0, "明": 1, "后": 2}.get(found[1] or "")
        begins = _BEGINS[(found[2] or found[3]).lower()]
        return clock_words.Hours(clock_words.Clock(begins, away, True, 0, 0), None, False, 0, 0)

    def _length(self) -> int | None:
        found = clock_words.find_length(self.line.text)
        if found is None:
            return None
        self.line.cut(found[1], found[2])
        return found[0]

    def _count_of_days(self) -> int | None:
        if self.day is None:
            return None
        found = self.line.take(_DAYS)
        n = clock_words.number(found[1] or found[2]) if found else None
        return None if n is None or n < 1 else int(n)

    # ---- times

    def _timed(self, hours: clock_words.Hours, minutes: int | None) -> None:
        today = self.now.date()
        if hours.start is None:
            self._up_to(hours, minutes)
            return
        clock = hours.start
        day = self.day
        if day is None:
            ahead = clock.away is not None or clock.time > self.now.time()
            day = today + dt.timedelta(days=(clock.away or 0) + (not ahead))
        elif (
            day == today and clock.time <= self.now.time() and day_phrases.is_bare_weekday(self.words.strip())
        ):
            day += dt.timedelta(days=7)
        if (
            self.day is not None and clock.away and clock.time == dt.time()
        ):  # 周五24点 is the midnight behind it
            day += dt.timedelta(days=1)
        start = dt.datetime.combine(day, clock.time)
        end = None
        if hours.backwards and hours.end is not None and self.last in (None, day):
            self.why = say(_BACKWARDS, start=f"{clock.time:%H:%M}", end=f"{hours.end:%H:%M}")
        elif hours.end is not None:
            until = (self.last or day) + dt.timedelta(days=int(hours.late))
            end = dt.datetime.combine(until, hours.end)
        self._put(start, end, minutes)

    def _up_to(self, hours: clock_words.Hours, minutes: int | None) -> None:
        """到16点: from the next quarter of an hour on, or as long as it says."""
        assert hours.end is not None
        local = self.now.replace(tzinfo=None, second=0, microsecond=0)
        end = dt.datetime.combine(self.day or local.date(), hours.end)
        quarter = local + dt.timedelta(minutes=-local.minute % QUARTER)
        start = end - dt.timedelta(minutes=minutes) if minutes else quarter
        if self.day is not None and self.day != local.date() and not minutes:
            start = dt.datetime.combine(self.day, min(MORNING, hours.end))
        if start >= end:
            start = end - dt.timedelta(minutes=QUARTER)
        self._put(start, end)

    def _put(self, start: dt.datetime, end: dt.datetime | None = None, minutes: int | None = None) -> None:
        begin = self._moment(start)
        finish = None if end is None else self._moment(end)
        if finish is None and minutes is not None:
            finish = begin + dt.timedelta(minutes=minutes)
        length = minutes if finish is None else round((finish - begin).total_seconds() / 60)
        self.draft = replace(self.draft, start=begin, end=finish, minutes=length)

    def _whole_days(self, days: int | None) -> None:
        first = self.day or self.now.date()
        last = self.last or first + dt.timedelta(days=(days or 1) - 1)
        midnight = dt.time()
        self.draft = replace(
            self.draft,
            start=self._moment(dt.datetime.combine(first, midnight)),
            end=self._moment(dt.datetime.combine(last + dt.timedelta(days=1), midnight)),
            all_day=True,
        )

    def _moment(self, wall: dt.datetime) -> dt.datetime:
        zone = agenda.zone_of(self.zone) if self.zone else self.now.tzinfo
        return wall.replace(tzinfo=zone).astimezone(dt.UTC)


# ---- in words


def shown(draft: Draft, kind: str = "", who: str = "", today: dt.date | None = None) -> str:
    """A draft as it is shown before it is taken: 3月20日 周五 15:00–16:00 · 拜访 · 拓岩精工机械. kind, who: the words for
    its kind and the customer that it means; without a customer the subject stands there."""
    subject = who or short(draft.subject, 60)
    parts = [
        when_shown(draft, today),
        kind,
        "" if subject.casefold() == kind.casefold() else subject,
        draft.place and f"@{draft.place}",
    ]
    return " · ".join(part for part in parts if part)


def when_shown(draft: Draft, today: dt.date | None = None) -> str:
    """When it is, with the weekday, and how often."""
    if draft.start is None:
        return _("No date yet")
    zone = agenda.zone_of(draft.zone or None)
    start = draft.start.astimezone(zone)
    end = draft.end.astimezone(zone) if draft.end is not None else None
    near = today or dt.datetime.now(zone).date()
    if draft.all_day:
        last = (end - dt.timedelta(minutes=1)).date() if end is not None else start.date()
        days = _day(start.date(), near)
        text = days if last <= start.date() else f"{days} – {_day(last, near)}"
        text = _("{days} all day").format(days=text)
    else:
        text = f"{_day(start.date(), near)} {start:%H:%M}"
        if end is not None:
            same = end.date() == start.date()
            text += f"–{end:%H:%M}" if same else f" – {_day(end.date(), near)} {end:%H:%M}"
    if draft.repeats:
        rule = repeats.shown(draft.repeats, start.date())
        return _("{rule}, first {day}").format(rule=rule, day=text)
    return text


def _day(day: dt.date, today: dt.date) -> str:
    return day_words.in_words(day) if day.year == today.year else day_words.show(day)
