"""The lines of a calendar file (RFC 5545, and what older programs write): unfolded, decoded, in their components.

Nothing here raises on foreign text: a line that is none is told as a `Flaw` with its number.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from freecrm.core.words import N_, Said, say
from freecrm.exchange.sheets import UNSEEN

DEEPEST = 12
"""Components in one another; no program writes more than four."""
LONGEST = 2_000_000
"""Bytes of one line; a longer one is an attachment and left aside."""
SHOWN = 60  # signs of a line that are shown

_HEAD = re.compile(r'([A-Za-z0-9-]+)((?:;(?:[^":;]|"[^"]*")*)*):(.*)', re.S)
_PARAM = re.compile(r';([A-Za-z0-9-]+)(?:=((?:"[^"]*"|[^";])*))?')
_MARKED = re.compile(rb"QUOTED-PRINTABLE|CHARSET=", re.I)
_ENCODED = re.compile(rb"^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE\b", re.I)
_CHARSET = re.compile(rb"^[^:]*;CHARSET=\"?([\w.-]+)", re.I)


@dataclass(slots=True)
class Prop:
    """One property: its line, NAME, parameters by their names in capitals, value as it stands."""

    line: int
    name: str
    params: dict[str, str]
    value: str


@dataclass(slots=True)
class Part:
    """A component with its properties and the components in it. line: of its BEGIN. ended: its END was there."""

    line: int
    name: str
    props: list[Prop] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    ended: bool = True
    _first: dict[str, Prop] = field(default_factory=dict)

    def add(self, prop: Prop) -> None:
        """One more property."""
        self.props.append(prop)
        self._first.setdefault(prop.name, prop)

    def first(self, name: str) -> Prop | None:
        """The first property of that name."""
        return self._first.get(name)

    def text(self, name: str) -> str:
        """The value of the first property of that name as plain text."""
        prop = self.first(name)
        return "" if prop is None else unescaped(prop.value)

    @property
    def is_task(self) -> bool:
        """Whether it is a task, not an event."""
        return self.name == "VTODO"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What could not be read: its line, the name of what it is, why. lost: it was left out because of that."""

    line: int
    name: str
    why: Said
    lost: bool = True


def unescaped(value: str) -> str:
    """A TEXT value as people read it."""
    text = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value, flags=re.S)
    return UNSEEN.sub("", text).strip()


def split(value: str) -> list[str]:
    """The parts of a list of texts: at its commas, but not at escaped ones."""
    return [unescaped(one) for one in re.split(r"(?<!\\),", value) if one.strip()]


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(number of its first line, the line with its folds and soft breaks undone), as bytes: a fold may stand
    in the middle of a sign."""
    held: list[bytes] = []
    start, size, soft = 0, 0, False
    for number, line in enumerate(data.splitlines(), 1):
        if soft:
            held[-1] = held[-1][:-1]
        if held and (soft or line[:1] in (b" ", b"\t")):
            more = line.lstrip(b" \t") if soft else line[1:]
            size += len(more)
            if size <= LONGEST:
                held.append(more)
            soft = soft and more.endswith(b"=")
            continue
        if held and size <= LONGEST:
            yield start, b"".join(held)
        held, start, size = ([line], number, len(line)) if line.strip() else ([], 0, 0)
        soft = line[-1:] == b"=" and _ENCODED.match(line) is not None
    if held and size <= LONGEST:
        yield start, b"".join(held)


def _decoded(line: bytes) -> str:
    if not _MARKED.search(line):
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            return line.decode("gb18030", "replace")
    if _ENCODED.match(line):
        head, _colon, value = line.partition(b":")
        value = quopri.decodestring(value).replace(b"\r\n", b"\n").replace(b"\n", b"\\n")
        line = head + b":" + value
    named = _CHARSET.match(line)
    charset = named[1].decode("ascii", "replace").lower() if named else ""
    for name in ("utf-8", "gb18030" if charset in ("", "gb2312", "gbk") else charset):
        try:
            return line.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return line.decode("gb18030", "replace")


def _prop(number: int, text: str) -> Prop | None:
    found = _HEAD.fullmatch(text)
    if found is None:
        return None
    params = {m[1].upper(): (m[2] or "").strip('"') for m in _PARAM.finditer(found[2])} if found[2] else {}
    return Prop(number, found[1].upper(), params, found[3])


def parts(data: bytes) -> Iterator[Part | Flaw]:
    """Every component that stands in a calendar (events, tasks, zones) in its order, and every flaw on the way.

    An event that is not ended before the next begins is given with `ended` False."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    stack: list[Part] = []
    depth, number = 0, 0
    for number, line in _lines(data.removeprefix(b"\xef\xbb\xbf")):
        prop = _prop(number, _decoded(line))
        if prop is None:
            if stack and stack[-1].name != "VCALENDAR":
                what = N_("“{text}” is no line of a calendar; it was passed over.")
                shown = line[:SHOWN].decode("utf-8", "replace")
                yield Flaw(number, stack[0].text("SUMMARY"), say(what, text=shown), lost=False)
        elif prop.name == "BEGIN":
            depth += prop.value.strip().upper() == "VCALENDAR"
            yield from _begun(stack, Part(number, prop.value.strip().upper()))
        elif prop.name == "END":
            depth -= prop.value.strip().upper() == "VCALENDAR"
            yield from _ended(stack, prop.value.strip().upper())
        elif stack:
            stack[-1].add(prop)
    while stack:
        yield from _closed(stack, ended=False)
    if depth > 0:
        what = N_(
            "The file breaks off: its end (END:VCALENDAR) is missing. Export it again to be sure that all is there."
        )
        yield Flaw(number, "", say(what), lost=False)


def _begun(stack: list[Part], part: Part) -> Iterator[Part | Flaw]:
    if part.name == "VCALENDAR":
        while stack:  # the one before was never ended
            yield from _closed(stack, ended=False)
        return
    if part.name in ("VEVENT", "VTODO", "VTIMEZONE", "VJOURNAL", "VFREEBUSY"):
        while stack:
            yield from _closed(stack, ended=False)
    if len(stack) < DEEPEST:
        stack.append(part)


def _ended(stack: list[Part], name: str) -> Iterator[Part | Flaw]:
    if not any(part.name == name for part in stack):
        return  # an end of nothing
    while stack:
        here = stack[-1].name == name
        yield from _closed(stack, ended=here)
        if here:
            return


def _closed(stack: list[Part], *, ended: bool) -> Iterator[Part | Flaw]:
    part = stack.pop()
    part.ended = ended
    if stack:
        stack[-1].parts.append(part)
    else:
        yield part
