"""Address cards (.vcf) in and out: vCard 2.1, 3.0 and 4.0.

Read through vobject, one card at a time, so that a broken one costs no other. A card is a plain
dict of plain values, see `Card`.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.exchange.sheets import UNSEEN


class Card(TypedDict, total=False):
    """One card; a key is missing where the card says nothing.

    tels, mails: (value, type) with type "cell", "work", "home", "fax" … or "". adrs: dicts of
    box, extended, street, city, region, code, country, type. birthday: text as the card has it.
    handles: (service, name), service "qq", "wechat" … photo: the picture's bytes.
    """

    full: str
    family: str
    given: str
    org: str
    department: str
    title: str
    tels: list[tuple[str, str]]
    mails: list[tuple[str, str]]
    adrs: list[dict[str, str]]
    url: str
    note: str
    birthday: str
    handles: list[tuple[str, str]]
    photo: bytes
    uid: str
    categories: list[str]


@dataclass(frozen=True)
class Entry:
    """One card of a file: its line there, and either the card or the sentence why not."""

    line: int
    card: Card | None
    why: Said | None = None


ADR_PARTS = ("box", "extended", "street", "city", "region", "code", "country")
_PLAIN = (("title", "TITLE"), ("url", "URL"), ("note", "NOTE"), ("birthday", "BDAY"), ("uid", "UID"))
_PICTURE = re.compile(r"(?:[\w-]+\.)?PHOTO[;:]", re.I)
_TYPES = ("cell", "fax", "pager", "work", "home", "main", "other")
_ENCODED = re.compile(rb";(?:ENCODING=)?(?:QUOTED-PRINTABLE|Q)\b", re.I)
_CHARSET = re.compile(rb";CHARSET=\"?([\w.-]+)\"?", re.I)
_LONGEST_CARD = 32 << 20
_HANDLES = {
    "X-QQ": "qq",
    "X-WECHAT": "wechat",
    "X-WEIXIN": "wechat",
    "X-SKYPE": "skype",
    "X-AIM": "aim",
    "X-MSN": "msn",
}


def read(data: bytes) -> Iterator[Entry]:
    """Every card of `data` in its order. Raises `Known` where there is not one."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    found = False
    for line, lines in _cards(data.removeprefix(b"\xef\xbb\xbf")):
        found = True
        yield _entry(line, lines)
    if not found:
        raise Known(
            say(
                N_(
                    "This file holds no address card. "
                    "Export the contacts again as vCard (.vcf) and import that file."
                )
            )
        )


def _cards(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """(line number of BEGIN, the card's lines with soft breaks and folds undone)."""
    lines: list[bytes] = []
    start = depth = 0
    for number, line in enumerate(re.split(rb"\r\n|\n|\r", data), 1):
        word = line.strip().upper()
        if word == b"BEGIN:VCARD":
            depth += 1
            if depth == 1:
                start, lines = number, []
            elif start:  # the card before was never ended
                yield start, lines
                start, depth, lines = number, 1, []
        elif word == b"END:VCARD" and start:
            yield start, lines
            start = depth = 0
        elif start:
            lines.append(line)
    if start:
        yield start, lines


def _entry(line: int, lines: list[bytes]) -> Entry:
    import vobject

    plain = list(_plain_lines(lines))
    # vobject loses the data after the comma of a 4.0 picture, so pictures are read apart.
    pictures = [each for each in plain if _PICTURE.match(each)]
    plain = [each for each in plain if not _PICTURE.match(each)]
    text = "BEGIN:VCARD\r\n" + "".join(f"{each}\r\n" for each in plain) + "END:VCARD\r\n"
    name = next((p.split(":", 1)[1] for p in plain if re.match(r"(?:\w+\.)?FN\b[^:]*:.", p, re.I)), "")
    if len(text) <= _LONGEST_CARD:
        try:
            return Entry(line, _pictured(_of_component(vobject.readOne(text, allowQP=True)), pictures))
        except (vobject.base.VObjectError, ValueError, LookupError, TypeError, AttributeError, StopIteration):
            # vobject speaks in all of these when a line is not what it expects: read without it.
            card = _by_hand(plain)
            if card.get("full") or card.get("tels") or card.get("mails"):
                return Entry(line, _pictured(card, pictures))
    return Entry(
        line,
        None,
        say(
            N_("The card at line {line} ({name}) cannot be read and was left out; the others were taken."),
            line=line,
            name=name[:60] or "?",
        ),
    )


def _plain_lines(lines: list[bytes]) -> Iterator[str]:
    """Unfolded lines as text: quoted-printable and foreign charsets undone, `;` kept apart."""
    joined: list[bytes] = []
    soft = False
    for line in lines:
        if soft:
            joined[-1] = joined[-1][:-1] + line.lstrip(b" \t")
        elif line[:1] in (b" ", b"\t") and joined:
            joined[-1] += line[1:]
        elif line.strip():
            joined.append(line)
        head = joined[-1].partition(b":")[0] if joined else b""
        soft = bool(joined) and joined[-1].endswith(b"=") and _ENCODED.search(head) is not None
    for line in joined:
        head, colon, value = line.partition(b":")
        if not colon:
            continue
        charset = _CHARSET.search(head)
        if _ENCODED.search(head):
            head = _ENCODED.sub(b"", head)
            value = quopri.decodestring(value).replace(b"\r\n", b"\n").replace(b"\n", b"\\n")
        text = _text(value, charset[1].decode("ascii", "replace") if charset else "")
        yield UNSEEN.sub("", f"{_text(_CHARSET.sub(b'', head), '')}:{text}".replace("\n", " "))


def _text(data: bytes, charset: str) -> str:
    for name in ("utf-8", "gb18030" if charset.lower() in ("gb2312", "gbk", "") else charset):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("gb18030", "replace")


def _of_component(component: Any) -> Card:
    card: Card = {}
    lines = list(component.getChildren())
    groups = {line.group: str(line.value) for line in lines if line.name == "X-ABLABEL" and line.group}
    for line in lines:
        value = line.value
        types = [str(t).lower() for t in (*line.params.get("TYPE", []), *line.singletonparams)]
        _take(card, line.name, value, types, groups.get(line.group or "", ""))
    return _named(card)


def _take(card: Card, name: str, value: Any, types: list[str], label: str) -> None:
    if name == "N" and not isinstance(value, str):
        _put(card, "family", _flat(value.family))
        _put(card, "given", " ".join(filter(None, (_flat(value.given), _flat(value.additional)))))
    elif name == "ADR" and not isinstance(value, str):
        parts = {part: _flat(getattr(value, part)) for part in ADR_PARTS}
        if any(parts.values()):
            card.setdefault("adrs", []).append({**parts, "type": _type(types, label)})
    elif name == "ORG":
        parts_of = [str(v).strip() for v in value] if isinstance(value, list) else str(value).split(";")
        _put(card, "org", parts_of[0] if parts_of else "")
        _put(card, "department", " / ".join(filter(None, parts_of[1:])))
    elif name == "CATEGORIES":
        listed = value if isinstance(value, list) else str(value).split(",")
        card.setdefault("categories", []).extend(str(v).strip() for v in listed if str(v).strip())
    else:
        _take_text(card, name, _flat(value), types, label)


def _take_text(card: Card, name: str, text: str, types: list[str], label: str) -> None:
    if not text:
        return
    if name == "TEL":
        card.setdefault("tels", []).append((re.sub(r"^tel:", "", text, flags=re.I), _type(types, label)))
    elif name == "EMAIL":
        card.setdefault("mails", []).append((re.sub(r"^mailto:", "", text, flags=re.I), _type(types, label)))
    elif name == "IMPP":
        service, _, handle = text.partition(":")
        card.setdefault("handles", []).append((service.lower(), handle) if handle else ("", text))
    elif name in _HANDLES:
        card.setdefault("handles", []).append((_HANDLES[name], text))
    elif name == "NOTE":
        card["note"] = f"{card['note']}\n{text}" if "note" in card else text
    else:
        key = next((key for key, known in _PLAIN if known == name), "full" if name == "FN" else "")
        if key:
            _put(card, key, text)


def _put(card: Card, key: str, text: str) -> None:
    """The first value of a key stays."""
    if text and not card.get(key):
        card[key] = text  # type: ignore[literal-required]


def _flat(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return " ".join(filter(None, (_flat(v) for v in value)))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip()
    return str(value).strip() if value is not None else ""


def _type(types: list[str], label: str) -> str:
    flat = [part for each in types for part in each.split(",")]
    for kind in _TYPES:
        if kind in flat:
            return kind
    return label.strip("_$!<>").lower() if label else ""


def _pictured(card: Card, lines: list[str]) -> Card:
    photo = next(filter(None, (_photo(line.partition(":")[2]) for line in lines)), b"")
    return {**card, "photo": photo} if photo else card


def _photo(text: str) -> bytes:
    if text.lower().startswith("data:"):
        text = text.partition(",")[2]
    elif re.match(r"https?:|file:", text, re.I):
        return b""
    try:
        return base64.b64decode(re.sub(r"\s", "", text), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _named(card: Card) -> Card:
    if not card.get("full"):
        family, given = card.get("family", ""), card.get("given", "")
        space = " " if family.isascii() and given.isascii() else ""
        name = f"{given}{space}{family}" if space else f"{family}{given}"
        _put(card, "full", name.strip() or card.get("org", ""))
    return card


def _by_hand(lines: list[str]) -> Card:
    """What can be had from a card that vobject refuses: each line for itself."""
    card: Card = {}
    for line in lines:
        head, _, value = line.partition(":")
        name, *params = head.split(";")
        name = name.rpartition(".")[2].upper()
        types = [p.rpartition("=")[2].strip('"').lower() for p in params]
        if name == "N":
            parts = [_unescaped(p) for p in _split(value, ";")] + [""] * 3
            _put(card, "family", parts[0])
            _put(card, "given", " ".join(filter(None, parts[1:3])))
        elif name == "ADR":
            parts = [_unescaped(p) for p in _split(value, ";")] + [""] * 7
            if any(parts):
                card.setdefault("adrs", []).append(
                    {**dict(zip(ADR_PARTS, parts, strict=False)), "type": _type(types, "")}
                )
        elif name in ("ORG", "CATEGORIES"):
            mark = ";" if name == "ORG" else ","
            _take(card, name, [_unescaped(p) for p in _split(value, mark)], types, "")
        else:
            _take_text(card, name, _unescaped(value), types, "")
    return _named(card)


def _split(value: str, mark: str) -> list[str]:
    return re.split(rf"(?<!\\){mark}", value)


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value).strip()


def write(cards: Iterable[Card], version: str = "3.0") -> str:
    """The cards as one vCard text, version "3.0" or "4.0", lines folded at 75 bytes, CRLF."""
    return "".join(fold(line) for card in cards for line in _lines(card, version))


def _lines(card: Card, version: str) -> Iterator[str]:
    full = card.get("full") or f"{card.get('family', '')}{card.get('given', '')}" or card.get("org", "")
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"FN:{_escaped(full)}"
    family, given = card.get("family", ""), card.get("given", "")
    if family or given:
        yield f"N:{_escaped(family)};{_escaped(given)};;;"
    elif version == "3.0":  # which asks for one
        yield f"N:;{_escaped(full)};;;"
    if card.get("org") or card.get("department"):
        yield "ORG:" + ";".join(_escaped(v) for v in (card.get("org", ""), card.get("department", "")) if v)
    for key, name in _PLAIN:
        value = str(card.get(key) or "")
        if value:
            yield f"{name}:{_escaped(value)}"
    for number, kind in card.get("tels", []):
        yield f"TEL{_typed(kind)}:{_escaped(number)}"
    for mail, kind in card.get("mails", []):
        yield f"EMAIL{_typed(kind)}:{_escaped(mail)}"
    for adr in card.get("adrs", []):
        parts = ";".join(_escaped(adr.get(part, "")) for part in ADR_PARTS)
        yield f"ADR{_typed(adr.get('type', ''))}:{parts}"
    for service, handle in card.get("handles", []):
        own = next((name for name, known in _HANDLES.items() if known == service), None)
        yield (
            f"{own}:{_escaped(handle)}"
            if own
            else f"IMPP:{service + ':' if service else ''}{_escaped(handle)}"
        )
    if card.get("categories"):
        yield "CATEGORIES:" + ",".join(_escaped(c) for c in card["categories"])
    if card.get("photo"):
        kind = "png" if card["photo"].startswith(b"\x89PNG") else "jpeg"
        packed = base64.b64encode(card["photo"]).decode()
        if version == "4.0":
            yield f"PHOTO:data:image/{kind};base64,{packed}"
        else:
            yield f"PHOTO;ENCODING=b;TYPE={kind.upper()}:{packed}"
    yield "END:VCARD"


def _typed(kind: str) -> str:
    return f";TYPE={kind}" if re.fullmatch(r"[A-Za-z0-9-]+", kind) else ""


def _escaped(text: str) -> str:
    text = UNSEEN.sub("", text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def fold(line: str) -> str:
    """At most 75 bytes a line, never through the middle of a sign."""
    data = line.encode()
    if len(data) <= 75:
        return f"{line}\r\n"
    parts: list[bytes] = []
    limit = 75
    while data:
        end = min(limit, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(data[:end])
        data, limit = data[end:], 74
    return b"\r\n ".join(parts).decode() + "\r\n"
