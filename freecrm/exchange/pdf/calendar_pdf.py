"""A calendar on paper: days side by side with their hours, or the weeks of a month.

    made = calendar_pdf.write_days(path, Head(…), days, entries, hours=(8, 19))

What is short of room in the picture is cut there, and stands in full on the pages behind it: nothing is missing on
paper. Without colours it says the same: done, overdue, clashing and planned differ by their signs and edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from freecrm.core.words import _
from freecrm.exchange.pdf.sheet import BODY, FOOT, SMALL, Head, Made, Paper, Sheet
from freecrm.exchange.pdf.wrapping import cut, wrap

PLANNED, DONE, LATE = "planned", "done", "late"
GUTTER = 34.0  # points for the hours at the left
STRIP = 11.0  # height of what lasts whole days
STRIPS_MOST = 6
TEXT, LEAD = 7.0, 8.6
NAME_HEIGHT = 24.0
LEAST_HEIGHT = 10.0  # of a box, so that one line can be read
HOUR_STEPS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as the head of a column or the corner of a cell. rest: nobody works. dim: of another month."""

    title: str
    note: str = ""
    rest: bool = False
    dim: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a day. day, last: first and last day of it, counted from the first day shown. start, end: minutes
    of the day; None = whole days. text: its first line, with its sign; brief: the same where only one line has room;
    more: lines below. full: all of it, for the list. state: PLANNED, DONE or LATE. clash: it wants the same as another."""

    day: int
    last: int
    start: int | None
    end: int | None
    text: str
    brief: str = ""
    more: tuple[str, ...] = ()
    full: str = ""
    state: str = PLANNED
    clash: bool = False


def write_days(
    path: Path,
    head: Head,
    days: Sequence[Day],
    entries: Sequence[Entry],
    *,
    hours: tuple[int, int],
    paper: Paper | None = None,
) -> Made:
    """Days side by side. hours: those that are shown where nothing is earlier or later."""
    drawn = _Drawn(path, head, (paper or Paper()).turned("landscape"))
    drawn.days(days, entries, hours)
    return drawn.finish(len(entries))


def write_month(
    path: Path,
    head: Head,
    names: Sequence[str],
    days: Sequence[Day],
    entries: Sequence[Entry],
    *,
    paper: Paper | None = None,
) -> Made:
    """The weeks of a month. names: of the seven weekdays; days: whole weeks of them."""
    drawn = _Drawn(path, head, (paper or Paper()).turned("landscape"))
    drawn.month(names, days, entries)
    return drawn.finish(len(entries))


def lanes(entries: Sequence[Entry]) -> list[tuple[Entry, int, int]]:
    """Timed entries of one day, each with its place among those at the same time, and how many places there are."""
    made: list[tuple[Entry, int, int]] = []
    cluster: list[tuple[Entry, int]] = []
    ends: list[int] = []

    def close() -> None:
        made.extend((entry, lane, len(ends)) for entry, lane in cluster)
        cluster.clear()
        ends.clear()

    for entry in sorted(entries, key=lambda one: (one.start or 0, -(one.end or 0))):
        start, end = entry.start or 0, max(entry.end or 0, (entry.start or 0) + 15)
        if cluster and start >= max(ends):
            close()
        lane = next((at for at, until in enumerate(ends) if until <= start), len(ends))
        if lane == len(ends):
            ends.append(end)
        ends[lane] = end
        cluster.append((entry, lane))
    close()
    return made


class _Drawn:
    """A calendar being drawn; `short`: what had to be cut."""

    def __init__(self, path: Path, head: Head, paper: Paper) -> None:
        self.path, self.paper = path, paper
        self.sheet = Sheet(path, paper, head)
        self.short: list[Entry] = []

    def finish(self, count: int) -> Made:
        """The pages with what was cut, and the file."""
        if self.short:
            self._in_full()
        return Made(self.path, self.sheet.finish(), count, "".join(sorted(self.sheet.missing)))

    def _in_full(self) -> None:
        sheet = self.sheet
        sheet.begin()
        sheet.text(sheet.left, sheet.y - 10, sheet.fit(_("In full")), 10, bold=True)
        sheet.y -= 18
        for entry in dict.fromkeys(self.short):
            lines = wrap(sheet.fit(entry.full or entry.text), self.paper.room, sheet.fonts.regular, BODY)
            if sheet.room < len(lines) * 11.6 + 4:
                sheet.begin()
            for line in lines:
                sheet.text(sheet.left, sheet.y - BODY, line, BODY)
                sheet.y -= 11.6
            sheet.y -= 3

    # ---- days with hours

    def days(self, days: Sequence[Day], entries: Sequence[Entry], hours: tuple[int, int]) -> None:
        """Days side by side, their hours below one another."""
        sheet = self.sheet
        sheet.begin()
        left, wide = sheet.left + GUTTER, (self.paper.room - GUTTER) / len(days)
        top = sheet.y
        for at, day in enumerate(days):
            self._day_name(left + at * wide, top, wide, day)
        top -= NAME_HEIGHT
        top = self._strips([one for one in entries if one.start is None], left, wide, top, len(days))
        timed = [one for one in entries if one.start is not None]
        first = min([hours[0], *((one.start or 0) // 60 for one in timed)])
        last = max([hours[1], *(-(-(one.end or 0) // 60) for one in timed)])
        first, last = max(first, 0), min(max(last, first + 1), 24)
        low = FOOT + 6
        tall = (top - low) / (last - first)
        for at, day in enumerate(days):
            if day.rest:
                sheet.plate(left + at * wide, low, wide, top - low, "surface2")
        step = next((n for n in HOUR_STEPS if tall * n >= 14), HOUR_STEPS[-1])
        for hour in range(first, last + 1):
            y = top - (hour - first) * tall
            sheet.line(y, "border", 0.4, left, sheet.right)
            if hour < last and not (hour - first) % step:
                sheet.text_right(left - 5, y - 6, f"{hour:02d}:00", SMALL, colour="text2")
        for at in range(len(days) + 1):
            sheet.stroke((left + at * wide, top), (left + at * wide, low), "border", 0.5)
        for at in range(len(days)):
            for entry, lane, count in lanes([one for one in timed if one.day == at]):
                room = (wide - 3) / count
                start, end = entry.start or 0, entry.end or 0
                y = top - (start / 60 - first) * tall
                height = max((end - start) / 60 * tall - 1, LEAST_HEIGHT)
                self._box(entry, left + at * wide + 1.5 + lane * room, y, room - 1, min(height, y - low))

    def _day_name(self, x: float, y: float, wide: float, day: Day) -> None:
        sheet = self.sheet
        self._one_line(day.title, x + 3, y - 9, wide - 6, 9, bold=True)
        self._one_line(day.note, x + 3, y - 19, wide - 6, TEXT, colour="text2")
        sheet.line(y - NAME_HEIGHT + 1, "border_strong", 0.6, x, x + wide)

    def _strips(self, whole: Sequence[Entry], left: float, wide: float, top: float, count: int) -> float:
        """What lasts whole days, below the names of the days; where the hours begin."""
        rows: list[list[Entry]] = []
        for entry in sorted(whole, key=lambda one: (one.day, -one.last)):
            row = next((r for r in rows if all(o.last < entry.day or o.day > entry.last for o in r)), None)
            if row is None:
                row = []
                rows.append(row)
            row.append(entry)
        for at, row in enumerate(rows):
            if at >= STRIPS_MOST:
                self.short += row
                continue
            for entry in row:
                first, last = max(entry.day, 0), min(entry.last, count - 1)
                self._box(
                    entry,
                    left + first * wide + 1.5,
                    top - 1,
                    (last - first + 1) * wide - 3,
                    STRIP - 1,
                    flat=True,
                )
            top -= STRIP
        more = sum(len(row) for row in rows[STRIPS_MOST:])
        if more:
            self._one_line(
                _("{n} more on the next page").format(n=more), left + 3, top - 8, 200, TEXT, colour="text2"
            )
            top -= STRIP
        return top - 2 if rows else top

    def _box(self, entry: Entry, x: float, y: float, wide: float, high: float, *, flat: bool = False) -> None:
        """An entry, its upper left corner at x, y. Done is grey, overdue has a thick edge at its left, a clash a
        broken frame: as well in black and white."""
        sheet = self.sheet
        ground = "sunken" if entry.state == DONE else "surface"
        sheet.frame(x, y - high, wide, high, (ground, "border_strong"), 0.6)
        if entry.clash:
            for side in (x + 1.6, x + wide - 1.6):
                sheet.stroke((side, y), (side, y - high), "text", 0.8, dashed=True)
        if entry.state == LATE:
            sheet.plate(x, y - high, 2.2, high, "text")
        room, at = wide - 8, y - TEXT - 0.6
        if room < 12:
            self.short.append(entry)
            return
        lines = 1 if flat else max(1, int((high - 1) // LEAD))
        texts: list[tuple[str, bool]] = []
        first = entry.brief if lines == 1 and entry.brief else entry.text
        for number, text in enumerate((first, *entry.more)):
            face = sheet.fonts.face(text, number == 0)
            texts += [(line, number == 0) for line in wrap(sheet.fit(text), room, face, TEXT)]
        if flat:
            texts = [(" · ".join((entry.text, *entry.more)), True)]
        elif len(texts) > lines > 1:  # a wide box has room beside, not below
            below = wrap(sheet.fit(" · ".join(entry.more)), room, sheet.fonts.regular, TEXT)
            texts = [*(one for one in texts if one[1]), *((line, False) for line in below)]
        if len(texts) > lines:
            self.short.append(entry)
        for number, (text, bold) in enumerate(texts[:lines]):
            shown = text if number < lines - 1 or len(texts) <= lines else f"{text}…"
            if self._one_line(shown, x + 4.5, at - number * LEAD, room, TEXT, bold=bold) and flat:
                self.short.append(entry)

    def _one_line(
        self,
        text: str,
        x: float,
        y: float,
        room: float,
        size: float,
        *,
        bold: bool = False,
        colour: str = "text",
    ) -> bool:
        """A line in so much room; whether it was cut."""
        fitted = self.sheet.fit(text)
        shown = cut(fitted, room, self.sheet.fonts.face(fitted, bold), size)
        self.sheet.text(x, y, shown, size, bold=bold, colour=colour)
        return shown != fitted

    # ---- a month

    def month(self, names: Sequence[str], days: Sequence[Day], entries: Sequence[Entry]) -> None:
        """The weeks below one another."""
        sheet = self.sheet
        sheet.begin()
        wide, weeks = self.paper.room / 7, len(days) // 7
        top = sheet.y
        for at, name in enumerate(names):
            self._one_line(name, sheet.left + at * wide + 3, top - 9, wide - 6, 8.5, bold=True)
        top -= 14
        low = FOOT + 6
        high = (top - low) / weeks
        for at, day in enumerate(days):
            x, y = sheet.left + at % 7 * wide, top - at // 7 * high
            if day.rest:
                sheet.plate(x, y - high, wide, high, "surface2")
            self._one_line(
                day.title, x + 3, y - 9, 30, 8.5, bold=not day.dim, colour="text3" if day.dim else "text"
            )
            if day.note:
                shown = cut(sheet.fit(day.note), wide - 38, sheet.fonts.regular, TEXT)
                sheet.text_right(x + wide - 3, y - 9, shown, TEXT, colour="text2")
            here = [one for one in entries if one.day <= at <= one.last]
            self._cell(here, x, y - 12, wide, high - 13)
        for at in range(weeks + 1):
            sheet.line(top - at * high, "border_strong", 0.5)
        for at in range(8):
            sheet.stroke((sheet.left + at * wide, top), (sheet.left + at * wide, low), "border", 0.5)

    def _cell(self, here: Sequence[Entry], x: float, y: float, wide: float, high: float) -> None:
        lines = max(1, int(high // LEAD))
        ordered = sorted(here, key=lambda one: (one.start is not None, one.start or 0))
        shown = ordered if len(ordered) <= lines else ordered[: lines - 1]
        for at, entry in enumerate(shown):
            line = y - TEXT - at * LEAD
            if entry.state == LATE:
                self.sheet.plate(x + 1.5, line - 1.4, 1.8, LEAD - 1.2, "text")
            text = " ".join((entry.text, *entry.more[:1]))
            if self._one_line(
                text, x + 5, line, wide - 8, TEXT, colour="text2" if entry.state == DONE else "text"
            ):
                self.short.append(entry)
        if len(ordered) > len(shown):
            left_out = ordered[len(shown) :]
            text = _("{n} more on the next page").format(n=len(left_out))
            self._one_line(text, x + 5, y - TEXT - len(shown) * LEAD, wide - 8, TEXT, colour="text2")
            self.short += left_out
