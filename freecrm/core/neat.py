"""What a value looks like when it is tidy: widths, blanks, capitals, phones, mails, addresses, tags.

Each rule takes one value and answers a `Change`, or None where all is well. Nothing here writes or decides:
a change is a suggestion that people accept or leave. Readers of phones, mails and places are those of the import.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from freecrm.core import mails, phones, places
from freecrm.core.fields import Field, LongText
from freecrm.core.values import half
from freecrm.core.words import N_, Said, say

KINDS = {
    "phone": N_("Phones in one form"),
    "address": N_("Addresses to split"),
    "email": N_("E-mails with a slip"),
    "width": N_("Full width"),
    "spaces": N_("Stray blanks, hidden signs"),
    "capitals": N_("Names in capitals"),
    "tags": N_("Tags in several ways"),
    "phone_told": N_("Phones to look at"),
    "email_told": N_("E-mails to look at"),
}
"""Kind of suggestion -> what the kinds are called, in the order of the work list."""
TOLD = frozenset({"phone_told", "email_told"})
"""Kinds that are only told: what is right nobody but people can know."""


@dataclass(frozen=True, slots=True)
class Change:
    """kind: of KINDS. before, after: as people tell them apart ("" = nothing, or only told). why: in words.
    values: what to write into the row. more: further rows of its kind. drop: the row goes."""

    kind: str
    before: str
    after: str
    why: Said
    values: Mapping[str, Any] | None = None
    more: tuple[Mapping[str, Any], ...] = ()
    drop: bool = False


# ---- texts

_ALNUM = {**{c: chr(c - 0xFEE0) for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}}
_ALNUM.update({c: chr(c - 0xFEE0) for c in range(0xFF41, 0xFF5B)})
# Signs that belong to letters and digits; commas, brackets and the like are right in a Chinese text.
_ALNUM.update({ord(c): chr(ord(c) - 0xFEE0) for c in "＠＆＋－．／＃＿＝％＊"})
_BLANKS = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
_UNSEEN: dict[int, str | None] = dict.fromkeys(
    (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)
_HAN = "\u3400-\u9fff"
_IS_HAN = re.compile(f"[{_HAN}]")
# Joiners hold emoji and Indic letters together, direction marks belong to Arabic and Hebrew.
_NEEDS_MARKS = re.compile("[\u0590-\u08ff\u0900-\u0dff\ufe0f\U0001f000-\U0001faff]")
_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}]) +(?=[{_HAN}])")

_WIDE = N_("Letters and digits are full width; searching and Excel take them for others.")
_STRAY = N_("There are blanks at the ends, or more than one in a row.")
_HIDDEN = N_("It holds signs that nobody sees; they keep it from being found.")
_APART = N_("Blanks stand between the Chinese characters.")


def text(f: Field, value: Any) -> Change | None:
    """What a text should be. Long texts keep their blanks, a name loses those between Chinese characters."""
    if not isinstance(value, str) or not value:
        return None
    long = isinstance(f, LongText)
    if value.isascii() and (long or (value == value.strip() and "  " not in value)):
        return capitals(f, value)
    unseen = value if _NEEDS_MARKS.search(value) else value.translate(_UNSEEN)
    narrow = unseen.translate(_ALNUM)
    if not _IS_HAN.search(narrow) and narrow != unseen:
        narrow = half(narrow)  # no Chinese in it: its signs are half width, too
    made = narrow
    if not long:
        made = re.sub(" {2,}", " ", narrow.translate(_BLANKS)).strip()
        if f.search == "name":
            made = _BETWEEN_HAN.sub("", made)
    if made == value:
        return capitals(f, value)
    if not made:
        return None  # nothing but blanks: to clear a value is no tidying
    if narrow != unseen:
        return Change("width", value, made, say(_WIDE), {f.name: made})
    why = _HIDDEN if unseen != value else _STRAY
    if why is _STRAY and re.sub(" {2,}", " ", value.translate(_BLANKS)).strip() == value:
        why = _APART
    return Change("spaces", value, made, say(why), {f.name: made})


_SMALL = frozenset("and of the for de la und".split())
_LEGAL = {
    "LTD": "Ltd",
    "LIMITED": "Limited",
    "INC": "Inc",
    "CORP": "Corp",
    "CO": "Co",
    "COMPANY": "Company",
    "GMBH": "GmbH",
    "GROUP": "Group",
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SHORTEST = 4  # letters: shorter words may be abbreviations


def capitals(f: Field, value: str) -> Change | None:
    """A name of several words in capitals, written as names are; abbreviations stay."""
    if f.search != "name" or not value.isupper():
        return None
    words = _WORD.findall(value)
    if len(words) < 2 or not any(len(word) >= _SHORTEST for word in words) or _IS_HAN.search(value):
        return None

    def one(found: re.Match[str]) -> str:
        word = found[0]
        if word in _LEGAL:
            return _LEGAL[word]
        if found.start() and word.lower() in _SMALL:
            return word.lower()
        return word[0] + word[1:].lower() if len(word) >= _SHORTEST else word

    made = _WORD.sub(one, value)
    why = N_("The whole name is in capitals.")
    return Change("capitals", value, made, say(why), {f.name: made}) if made != value else None


# ---- phones and mails

_PLAIN = re.compile(r"\+86(?:1[3-9]\d{9}|(?:10|2\d)\d{8}|[3-9]\d\d\d{7,8}|[48]00\d{7})", re.A)
_SEVERAL = N_("{n} numbers stand in one field; each gets its own.")
_ONE_FORM = N_("Written with its country code it can be dialled, searched and compared.")


def phone(row: Mapping[str, Any], home: str) -> Change | None:
    """A number not in the house's form that can be read now, or one that can't."""
    number = row.get("number")
    if not isinstance(number, str) or not number or _PLAIN.fullmatch(number):
        return None
    found, whys = phones.read(number, home)
    if whys or not found:
        return Change("phone_told", number, "", whys[0] if whys else say(phones.NONE_HERE, value=number))
    rows = [_phone_row(one, row) for one in found]
    if len(rows) == 1 and rows[0]["number"] == number and rows[0]["ext"] == (row.get("ext") or None):
        return None
    rows[0] = {**rows[0], "ext": rows[0]["ext"] or row.get("ext")}
    shown = " · ".join(_shown(one) for one in rows)
    why = say(_SEVERAL, n=len(rows)) if len(rows) > 1 else say(_ONE_FORM)
    return Change("phone", _shown(row), shown, why, rows[0], tuple(rows[1:]))


def _phone_row(one: phones.Phone, before: Mapping[str, Any]) -> dict[str, Any]:
    note = " ".join(dict.fromkeys(part for part in (before.get("note"), one.note) if part))
    kind = before.get("kind")
    return {
        "number": one.number,
        "ext": one.ext or None,
        "kind": kind if kind and kind != "other" else one.kind,
        "note": note or None,
    }


def _shown(row: Mapping[str, Any]) -> str:
    return f"{row['number']} -{row['ext']}" if row.get("ext") else str(row["number"])


# A comma where the dot before the end of a domain belongs: 陈@example,com
_COMMA = re.compile(
    r"(?<=[A-Za-z0-9])\s*[,，、]\s*(?=(?:com|cn|net|org|edu|gov|co|io|de|uk|hk|tw|jp)\b)", re.I
)
_SLIP = N_("It has a sign in it that addresses do not have (，。＠ or a blank).")
_MAILS = N_("{n} addresses stand in one field; each gets its own.")


def email(row: Mapping[str, Any]) -> Change | None:
    """An address with the sign of a Chinese keyboard or a blank in it, several in one, or one that is none."""
    address = row.get("address")
    if not isinstance(address, str) or not address:
        return None
    found, whys = mails.read(address)
    if whys or not found:
        mended, still = mails.read(_COMMA.sub(".", half(address)))
        if still or not mended:
            why = whys[0] if whys else say(mails.NO_MAIL, value=address[:40])
            return Change("email_told", address, "", why)
        found = mended
    if found == [address] or [one.lower() for one in found] == [address.lower()]:
        return None
    why = say(_MAILS, n=len(found)) if len(found) > 1 else say(_SLIP)
    more = tuple({"address": one} for one in found[1:])
    return Change("email", address, " · ".join(found), why, {"address": found[0]}, more)


# ---- addresses and tags

PARTS = ("province", "city", "district")
_SPLIT = N_("The street begins with the place; in fields of their own lists can be sorted and grouped by it.")


def address(row: Mapping[str, Any], fields: Mapping[str, Field]) -> Change | None:
    """A street that begins with province, city or district, where these fields are blank or say the same."""
    street = row.get("street")
    if isinstance(street, str) and street and not street.isascii():
        place = places.split(street)
        found = {name: getattr(place, name) for name in PARTS if getattr(place, name)}
        fits = all(not row.get(n) or _same_place(str(row[n]), v) for n, v in found.items())
        if found and fits and place.rest != street:
            values = {n: row.get(n) or v for n, v in found.items()} | {"street": place.rest or None}
            after = " · ".join(part for part in (*(found.get(n) for n in PARTS), place.rest) if part)
            return Change("address", street, after, say(_SPLIT), values)
    return texts(row, fields, ("country", *PARTS, "street", "postcode"))


def _same_place(held: str, found: str) -> bool:
    return held == found or held.rstrip("省市区县") == found.rstrip("省市区县")


def texts(row: Mapping[str, Any], fields: Mapping[str, Field], names: tuple[str, ...]) -> Change | None:
    """The texts of one row, tidied together."""
    made = [change for name in names if name in fields and (change := text(fields[name], row.get(name)))]
    if not made:
        return None
    values = {n: v for change in made for n, v in (change.values or {}).items()}
    kind = next((c.kind for c in made if c.kind == "width"), made[0].kind)
    before, after = (" · ".join(getattr(c, side) for c in made) for side in ("before", "after"))
    return Change(kind, before, after, next(c.why for c in made if c.kind == kind), values)


def tag_key(word: str) -> str:
    """What two spellings of one tag have in common."""
    return " ".join(half(word).split()).casefold()


_TWICE = N_("The record has this tag already.")
_USUAL = N_("Other records write this tag as “{word}”.")


def tag(word: str, usual: str, held: Collection[str]) -> Change | None:
    """A tag that others write otherwise. held: the tags of its record; of several spellings one stays."""
    if word == usual:
        return None
    same = [one for one in held if tag_key(one) == tag_key(word)]
    if usual in same or word != min(same, default=word):
        return Change("tags", word, "", say(_TWICE), drop=True)
    return Change("tags", word, usual, say(_USUAL, word=usual), {"word": usual})


def usual_tags(counts: Mapping[str, int]) -> dict[str, str]:
    """What `tag_key` gives -> the spelling to use, for tags written in several ways: one in half width, among
    these the most used."""
    spellings: dict[str, list[str]] = {}
    for word in counts:
        spellings.setdefault(tag_key(word), []).append(word)
    return {
        key: min(words, key=lambda w: (w != half(w), -counts[w], w))
        for key, words in spellings.items()
        if len(words) > 1
    }


_HELD = N_("The record has it already, so this one goes.")


def without_held(change: Change, name: str, held: Collection[str]) -> Change:
    """A change of a row, without what other rows of the record say already. name: the field that tells."""
    if change.values is None or change.kind not in ("phone", "email"):
        return change
    rows = [row for row in (change.values, *change.more) if row[name] not in held]
    if not rows:
        return Change(change.kind, change.before, "", say(_HELD), drop=True)
    if len(rows) == 1 + len(change.more):
        return change
    after = " · ".join(_shown(row) if name == "number" else str(row[name]) for row in rows)
    return replace(change, after=after, values=rows[0], more=tuple(rows[1:]))
