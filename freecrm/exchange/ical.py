"""Calendar files (.ics) read: every event and task of a file as the values of an activity, every flaw with its line.

    for found in read(path):        # in a child process, as all foreign files
        ...                         # Event or Flaw

Times come out in UTC with the zone they were meant in; what the file leaves to the reader (floating times) is taken
on this computer's clock. What is made of them in the file of the firm: `ical_in.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from freecrm.core import zones
from freecrm.core.problems import Known
from freecrm.core.words import N_, language, say, use
from freecrm.exchange.ical_event import Event, event_of
from freecrm.exchange.ical_lines import Flaw, Part, parts
from freecrm.exchange.ical_rules import Unfit
from freecrm.exchange.ical_times import Setting
from freecrm.exchange.ical_zones import Zones, named
from freecrm.store import child

LARGEST = 50_000_000
"""Bytes of a file that is read."""
MOST = 1_000_000
"""Events and tasks of one file."""
BLOCK = 500
ENDINGS = (".ics", ".ical", ".ifb", ".vcs")


def read(path: Path, *, cancel: Callable[[], bool] | None = None) -> Iterator[Event | Flaw]:
    """Every event and task of a file, read in a child process. Known when it can't be opened, is larger than
    50 MB, holds more than a million of them, or is no calendar."""
    path = Path(path).absolute()
    for block in child.run(read_in, (path, language(), zones.here()), cancel=cancel):
        yield from block


def read_in(path: Path, tongue: str, here: str) -> Iterator[list[Event | Flaw]]:
    """The child's side: some hundred at a time."""
    use(tongue)
    block: list[Event | Flaw] = []
    for found in read_bytes(_content(path), here, path.name):
        block.append(found)
        if len(block) >= BLOCK:
            yield block
            block = []
    if block:
        yield block


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            what = N_(
                "{file} has {size} MB; FreeCRM reads calendar files of up to {most} MB. Nothing was changed. Export a"
                " shorter span of time and import the parts."
            )
            raise Known(say(what, file=path.name, size=f"{size / 1e6:.0f}", most=LARGEST // 1_000_000))
        return path.read_bytes()
    except OSError as error:
        what = N_(
            "{file} can't be read. Close it in other programs, or copy it to another folder and try again."
        )
        raise Known(say(what, file=path.name), str(error)) from error


def read_bytes(data: bytes, here: str, name: str = "") -> Iterator[Event | Flaw]:
    """Every event, task and flaw of a calendar's content. here: the zone that floating times are meant in."""
    if b"BEGIN:V" not in data.upper() and b"B\0E\0G\0I\0N\0" not in data:
        what = N_(
            "Line 1 of {file} is not the beginning of a calendar (BEGIN:VCALENDAR). Nothing was changed. Export the"
            " calendar again as iCalendar (.ics) and import that file."
        )
        raise Known(say(what, file=name))
    found = Zones()
    if b"VTIMEZONE" in data.upper():
        for part in parts(_definitions(data)):
            if isinstance(part, Part) and part.name == "VTIMEZONE":
                found.add(part)
    told = re.search(rb"^X-WR-TIMEZONE:([\x20-\x7e]+?)\s*$", data, re.M | re.I)
    here = (named(told[1].decode()) if told is not None else "") or here
    setting = Setting(found, here, cancelled=re.search(rb"^METHOD:CANCEL\s*$", data, re.M | re.I) is not None)
    count = 0
    for part in parts(data):
        if isinstance(part, Flaw):
            yield part
        elif part.name in ("VEVENT", "VTODO"):
            count += 1
            if count > MOST:
                what = N_(
                    "{file} holds more than {most} events. Nothing was changed. Export a shorter span of time and"
                    " import the parts."
                )
                raise Known(say(what, file=name, most=f"{MOST:,}"))
            yield from _events(part, setting)


def _definitions(data: bytes) -> bytes:
    """The zones of a file, which may stand behind the events that use them."""
    return b"\n".join(re.findall(rb"BEGIN:VTIMEZONE.*?END:VTIMEZONE", data, re.S | re.I))


def _events(part: Part, setting: Setting) -> Iterator[Event | Flaw]:
    """The event that a component is, or why it is none."""
    title = part.text("SUMMARY")
    if not part.ended:
        what = N_("This event isn't ended (END:{name} is missing); it was left out.")
        yield Flaw(part.line, title, say(what, name=part.name))
        return
    try:
        event = event_of(part, setting)
    except Unfit as unfit:
        yield Flaw(unfit.line or part.line, title, unfit.why)
        return
    yield event
    for note in event.notes:
        yield Flaw(event.line, title, note, lost=False)
