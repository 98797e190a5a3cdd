"""How Chinese names are read: for sorting them, and for finding them by the letters one types.

`key` gives the one best reading to sort by (曾知强 -> `zeng zhi qiang`); `syllables` gives every
living reading of each character, so that 曾 is found by z and by c. Both fold first: wide letters,
accents and traditional characters are the same text as their plain forms.

The table comes from `resources/make/pinyin.py` and is loaded at the first use (about 10 ms).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from freecrm.core.home import RESOURCES
from freecrm.core.surnames import SURNAMES

_LONGEST_PHRASE = 8
_SHORT = 60  # characters of a text whose folded form is kept for a while
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
_ACCENTED = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_MARKS = range(0x300, 0x370)
_TITLES = ("先生", "女士", "小姐", "老师", "经理", "医生", "师傅", "主任", "总")
_FAMILY = ("氏", "记", "家")


class _Table:
    """Everything read from the resource file."""

    def __init__(self) -> None:
        text = (RESOURCES / "tables" / "pinyin.txt").read_text("utf-8")
        chars, phrases, folds = text.split("\n\n")
        self.readings: dict[str, tuple[str, ...]] = {}
        for line in chars.split("\n"):
            if line.startswith("#"):
                continue
            listed, members = line.split("\t")
            self.readings.update(dict.fromkeys(members, _typed(listed)))
        self.phrases = {p: r for r, p in (line.split("\t") for line in phrases.split("\n"))}
        self.heads = {phrase[:2] for phrase in self.phrases}
        old, new = folds.rstrip("\n").split("\n")
        self.folding: dict[int, str] = dict(zip(map(ord, old), new, strict=True))
        self.folding.update({ord(letter): plain for letter, plain in _LETTERS.items()})
        for code in _ACCENTED:
            base = unicodedata.normalize("NFD", chr(code))[0]
            if base.isascii():
                self.folding[code] = base
        self.folding.update(dict.fromkeys(_MARKS, ""))


def _typed(listed: str) -> tuple[str, ...]:
    """`lv` is also typed `lu`, `lve` also `lue`."""
    readings = listed.split(" ")
    if "v" in listed:
        readings += [r.replace("v", "u") for r in readings if "v" in r]
    return tuple(dict.fromkeys(readings))


@lru_cache(maxsize=1)
def _table() -> _Table:
    return _Table()


def fold(text: str) -> str:
    """`text` as it is compared: NFKC, lower case, no accents, simplified characters.

    The length may change (`㎡` -> `m2`). Folding twice is folding once.
    """
    if text.isascii():
        return text.lower()
    # A name is folded four times within one block of an import or one page of the team's: to match, to sort, to find,
    # to compare it.
    return _folded_short(text) if len(text) < _SHORT else _folded(text)


def _folded(text: str) -> str:
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    folded = text.lower().translate(_table().folding)
    if not unicodedata.is_normalized("NFKC", folded):
        folded = unicodedata.normalize("NFKC", folded)
    return folded


_folded_short = lru_cache(maxsize=16_384)(_folded)


def readings(char: str) -> tuple[str, ...]:
    """Every reading of one folded Chinese character, the commonest first; empty for any other."""
    return _table().readings.get(char, ())


def all_readings() -> dict[str, tuple[str, ...]]:
    """The whole table, character -> readings; shared, not to be changed."""
    return _table().readings


@lru_cache(maxsize=1)
def all_syllables() -> frozenset[str]:
    """Every syllable that some character has, without tone (`lv` and `lu` for 吕)."""
    return frozenset(r for listed in _table().readings.values() for r in listed)


def syllables(text: str) -> list[tuple[str, ...]]:
    """Every reading of each Chinese character of `text`, best first, in order.

    A run of Latin letters or digits is one element with itself as its only reading; spaces and
    punctuation only separate. A surname's own reading comes first where a name begins with it.
    """
    folded = fold(text)
    table = _table().readings
    out: list[tuple[str, ...]] = []
    run = ""
    for char in folded:
        listed = table.get(char)
        if listed is None and char.isalnum():
            run += char
            continue
        if run:
            out.append((run,))
            run = ""
        if listed is not None:
            out.append(listed)
    if run:
        out.append((run,))
    surname = _surname(folded)
    for at, best in enumerate(surname):
        if at < len(out) and best in out[at]:
            out[at] = (best, *(r for r in out[at] if r != best))
    return out


def initials(text: str) -> str:
    """The first letters of the best reading: 鹿溪堂 -> `lxt`, `3M中国` -> `3zg`."""
    return "".join(word[0] for word in key(text).split(" ") if word and word[0].isalnum())


def key(name: str) -> str:
    """What to sort `name` by: its syllables with spaces between, Latin and digits folded.

    Order by it (ties by the name itself) and the names stand in pinyin order. Empty for an empty
    name; characters without a reading stay as they are.
    """
    folded = fold(name).strip()
    if folded.isascii():
        return " ".join(folded.split())
    table = _table()
    known = table.readings
    out = list(_surname(folded))
    at = len(out)
    run = ""
    while at < len(folded):
        char = folded[at]
        listed = known.get(char)
        if listed is None:
            run += char
            at += 1
            continue
        if run:
            out += run.split()
            run = ""
        phrase = _phrase(folded, at) if folded[at : at + 2] in table.heads else ""
        if phrase:
            out.append(table.phrases[phrase])
            at += len(phrase)
        else:
            out.append(listed[0])
            at += 1
    out += run.split()
    return " ".join(out)


def _phrase(text: str, at: int) -> str:
    phrases = _table().phrases
    for end in range(min(len(text), at + _LONGEST_PHRASE), at + 1, -1):
        if text[at:end] in phrases:
            return text[at:end]
    return ""


def _surname(folded: str) -> list[str]:
    """The syllables of the surname that `folded` begins with, if it reads like a person's name.

    曾知强, 欧阳小月, 单女士, 仇记面馆 do; 解放路 and 单位食堂 begin with a word of their own.
    """
    for size in (4, 2):
        if folded[:size] in SURNAMES and len(folded) >= size:
            return SURNAMES[folded[:size]].split(" ") if _surname_stands(folded, size) else []
    if folded[:1] in SURNAMES and _surname_stands(folded, 1):
        return [SURNAMES[folded[0]]]
    return []


def _surname_stands(folded: str, size: int) -> bool:
    if size > 1:
        return True
    if folded[:2] in _table().phrases:
        return False
    if folded[1:2] in _FAMILY:
        return True
    for title in _TITLES:
        if folded.endswith(title):
            return len(folded) - len(title) <= 3
    return 2 <= len(folded) <= 3
