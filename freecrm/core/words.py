"""Every text a person reads, in the language they chose.

Code writes English and marks it: `_("Saved")` where it is shown at once, `N_("Name")` where it is
declared and shown later (labels, step titles). `say(N_("{n} rows"), n=3)` keeps the sentence and
its figures apart until it is read, so that one problem can be logged in English, shown in
Chinese and stored in a file for either.

gettext from the standard library; the catalogues are `resources/translations/<language>.po`
(with the compiled `.mo` beside it). No Qt: command line, Excel heads and PDF speak alike.
"""

from __future__ import annotations

import gettext
import json
import locale
import os
import threading
from functools import lru_cache
from typing import Any

from freecrm.core.home import RESOURCES

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}

_WIDE_ENDS = "。！？；："
_state = threading.local()
_default = "en"


def N_(text: str) -> str:
    """Mark `text` for translation without translating it yet."""
    return text


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    path = RESOURCES / "translations" / f"{language}.mo"
    try:
        with path.open("rb") as file:
            return gettext.GNUTranslations(file)
    except FileNotFoundError:
        return gettext.NullTranslations()


def use(language: str) -> None:
    """Speak `language` ("en" or "zh_CN") from here on, in every thread."""
    global _default
    _default = language if language in LANGUAGES else "en"


def language() -> str:
    """The language spoken now."""
    return getattr(_state, "language", None) or _default


class speaking:
    """`with speaking("zh_CN"):` speaks another language in this thread for a while (an export)."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __enter__(self) -> None:
        self.before = getattr(_state, "language", None)
        _state.language = self.language

    def __exit__(self, *_: object) -> None:
        _state.language = self.before


def of_system() -> str:
    """The language the computer is set to: "zh_CN" for any Chinese, else "en"."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh_CN" if value.lower().startswith("zh") else "en"
    try:
        found = locale.getlocale()[0] or ""
    except ValueError:  # an unknown locale name in the system's settings
        found = ""
    return "zh_CN" if found.lower().startswith(("zh", "chinese")) else "en"


def _(text: str) -> str:
    """`text` in the language spoken now."""
    return _catalogue(language()).gettext(text) if text else ""


def translated(text: str, language: str) -> str:
    """`text` in `language`."""
    return _catalogue(language).gettext(text) if text else ""


def plural(one: str, many: str, n: int, /, **figures: object) -> str:
    """`one` or `many` by `n`, translated, with `{n}` and `figures` filled in."""
    return _catalogue(language()).ngettext(one, many, n).format(n=n, **figures)


def sentences(*said: object) -> str:
    """Sentences, already translated, behind each other: a Chinese full stop has its own room and takes no blank."""
    whole = ""
    for one in map(str, said):
        close = not whole or whole[-1] in _WIDE_ENDS or (whole[-1] == "…" and language() == "zh_CN")
        whole += one if close or not one else f" {one}"
    return whole


def inside(text: str) -> str:
    """A label, already translated, as it stands inside a sentence: "customer", but "WeChat/QQ"."""
    return text if any(c.isupper() for c in text[1:]) else text.lower()


class Said:
    """A sentence with its figures, translated when it is read (`str(said)`)."""

    __slots__ = ("figures", "text")

    def __init__(self, text: str, /, **figures: object) -> None:
        self.text, self.figures = text, figures

    def __str__(self) -> str:
        text = _(self.text)
        return text.format(**{k: _shown(v) for k, v in self.figures.items()}) if self.figures else text

    def __repr__(self) -> str:
        return f"Said({self.text!r}, {self.figures!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Said) and (self.text, self.figures) == (other.text, other.figures)

    def __hash__(self) -> int:
        return hash((self.text, json.dumps(self.figures, sort_keys=True, default=str)))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.text, self.figures)


def to_plain(value: object) -> object:
    """For `json.dumps(default=...)`: a sentence is kept with its figures and can be read in any language later."""
    if isinstance(value, Said):
        return {"say": value.text, "with": value.figures}
    return str(value)


def from_plain(value: Any) -> Any:
    """Figures as JSON gave them back, sentences made anew."""
    if isinstance(value, dict) and value.keys() == {"say", "with"}:
        return Said(value["say"], **{k: from_plain(v) for k, v in value["with"].items()})
    return [from_plain(v) for v in value] if isinstance(value, list) else value


def _rebuilt(text: str, figures: dict[str, object]) -> Said:
    return Said(text, **figures)


class _Word(str):
    """A label inside a sentence: `{things:lower}` writes it small, as labels begin with a capital."""

    __slots__ = ()

    def __format__(self, how: str) -> str:
        return inside(self) if how == "lower" else format(str(self), how)


def _shown(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return _(", ").join(str(v) for v in value)
    return _Word(value) if isinstance(value, Said) else value


def say(text: str, /, **figures: object) -> Said:
    """A sentence to be read later; `text` is marked with `N_()` where it is written."""
    return Said(text, **figures)
