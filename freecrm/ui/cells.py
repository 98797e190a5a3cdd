"""How single values look in lists and panels: text, tint, the character that stands for a name."""

from __future__ import annotations

import zlib
from typing import Any

from freecrm.core import phone_text
from freecrm.core.choices import Option
from freecrm.core.fields import Choice, Field, Link

TINTS = ("warning", "info", "danger", "success", "violet", "accent")
TAG_TINTS = ("accent", "success", "info", "violet", "warning")
EMPTY = "—"


class _Tables:
    """Whether the tables behind names and foreign phones are loaded; the first picture does not wait."""

    warm = False


def warm_up() -> None:
    """Load what names and foreign phones need; called in a job after the first picture."""
    from freecrm.core import names

    names.initial("无锡鹿溪堂有限公司")
    phone_text.show("+12015550123")
    _Tables.warm = True


def is_warm() -> bool:
    """Whether `initial` and foreign phones cost nothing any more."""
    return _Tables.warm


def initial(name: str) -> str:
    """The one character for the picture of a name; "" as long as the tables aren't loaded."""
    if not _Tables.warm:
        return ""
    from freecrm.core import names

    return names.initial(name)


def text(f: Field, value: Any) -> str:
    """The text of a value as lists show it. Derived main numbers are shown like numbers."""
    if value is None or value == "":
        return ""
    if f.name == "main_phone" and isinstance(value, str):
        return phone(value)
    return f.show(value)


def phone(number: str, ext: str = "") -> str:
    """A telephone number as people write it."""
    if not _Tables.warm and not number.startswith("+86"):
        return number
    return phone_text.show(number, ext)


def tint(name: str) -> str:
    """The token that colours the picture of a name, always the same for it."""
    return TINTS[zlib.crc32(name.encode("utf-8", "replace")) % len(TINTS)]


def tag_tint(word: str) -> str:
    """The token that colours a tag, always the same for it."""
    return TAG_TINTS[zlib.crc32(word.encode("utf-8", "replace")) % len(TAG_TINTS)]


def person_colour(name: str) -> int:
    """Which of the chart's six colours stands for a person."""
    return zlib.crc32(name.encode("utf-8", "replace")) % 6


def has_disc(f: Field) -> bool:
    """Whether the names of a field are those of people and firms, which have a picture."""
    return isinstance(f, Link) and f.to in ("user", "contact", "customer")


def option(f: Field, value: Any) -> Option | None:
    """The pick-list entry of a value when it has a colour of its own."""
    if not isinstance(f, Choice) or value is None:
        return None
    entry = f.options.get(value)
    return entry if entry is not None and entry.colour else None


def guarded(f: Field, text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@") and not f.numeric else text


def copied(f: Field, text: str) -> str:
    """A cell of tab-separated text: never a formula, and one cell whatever is in it."""
    text = guarded(f, text)
    if any(sign in text for sign in '\t\n\r"'):
        text = '"' + text.replace('"', '""') + '"'
    return text
