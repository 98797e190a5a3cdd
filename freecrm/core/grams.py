"""What the search index holds of a record: its text, and the tokens that lead to it.

A text has four parts, one a line: names, codes, phone digits, other words (mails, addresses, WeChat,
tags); entries of a part are divided by tabs. Names keep their characters (they are also found by
pinyin), everything is folded, and punctuation is gone: `li.ming@qq.com` and `食品(杭州)` are found
with or without it.

Tokens only have to reach every text that `matching.match` accepts; it then checks each one. They are:
- Chinese characters of names, pairs of neighbours in which one is Chinese, three-letter runs of the rest;
- `¹lx`: the initials of two neighbours in a name; `²lu`, `²zhan`: how a character's sound begins;
  `³lux`: a whole sound and the initial after it;
- `º鹿溪`, `ºlx`: a name begins with them; `º138`, `ª408`, `ª1408`: a phone begins, ends with them;
- four-digit runs of phones; `¬k12`: a whole code.
A name's first letter, a word's first letter or character stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from operator import add

from freecrm.core.pinyin import fold, readings

PAIR = "¹"
SOUND = "²"
JOINT = "³"
START = "º"
TAIL = "ª"
WHOLE = "¬"
_LATIN = re.compile("[a-z0-9]{3}")
_GAP = re.compile(r"[\W_]+")
_NOT_DIGIT = re.compile("[^0-9]+")
_LETTER = r"[^\W_\u2e80-\U0003ffff]"  # of any script written with spaces
_LATIN_GAP = re.compile(rf"(?<={_LETTER})[\W_]+(?={_LETTER})")


def squeeze(text: str) -> str:
    """Folded `text` without spaces and punctuation."""
    folded = fold(text)
    return folded if folded.isalnum() else _GAP.sub("", folded)


def squeeze_name(name: str) -> str:
    """Like `squeeze`, but Latin words keep one space between them (`acme trading 无锡`)."""
    folded = fold(name)
    if folded.isalnum():
        return folded
    spaced = _LATIN_GAP.sub("\0", folded)
    return "\0".join(_GAP.sub("", part) for part in spaced.split("\0")).replace("\0", " ").strip()


def phone_digits(phone: str) -> str:
    """The digits of a phone as dialled in China: `+86 139…` -> `139…`, `+86 571 …` -> `0571…`."""
    digits = phone.removeprefix("+")  # as the file keeps them
    if not (digits.isdigit() and digits.isascii()):
        digits = _NOT_DIGIT.sub("", fold(phone))
    if digits.startswith("0086"):
        digits = digits[4:]
    elif digits.startswith("86") and len(digits) > 11:
        digits = digits[2:]
    else:
        return digits
    return digits if digits[:1] in ("1", "0", "4", "8", "") else "0" + digits


def document(
    names: Iterable[str],
    codes: Iterable[str] = (),
    phones: Iterable[str] = (),
    words: Iterable[str] = (),
) -> str:
    """The text to store for a record; `grams`, `matching.match` and the index all take it."""
    parts = (
        "\t".join(filter(None, map(squeeze_name, names))),
        "\t".join(filter(None, map(squeeze, codes))),
        "\t".join(filter(None, map(phone_digits, phones))),
        "\t".join(filter(None, map(squeeze, words))),
    )
    return "\n".join(parts).rstrip("\n")


def without(text: str, lost: str) -> str | None:
    """A text made by `document` without all that stands in another one; None when that cannot be told: an
    entry is not there, or stands there more often than it is to go."""
    held, going = text.split("\n"), lost.split("\n")
    if len(going) > len(held):
        return None
    for place, part in enumerate(going):
        if not part:
            continue
        entries, gone = held[place].split("\t"), part.split("\t")
        if any(entries.count(entry) != gone.count(entry) for entry in gone):
            return None
        held[place] = "\t".join([entry for entry in entries if entry not in gone])
    return "\n".join(held).rstrip("\n")


@lru_cache(maxsize=30_000)
def sounds(char: str) -> tuple[str, ...]:
    """How one element of a name may be typed as sound: its readings, or itself if it has none."""
    return readings(char) or (char,)


@lru_cache(maxsize=30_000)
def first_letters(char: str) -> tuple[str, ...]:
    """The letters that an element of a name may begin with when typed."""
    return tuple(dict.fromkeys(sound[0] for sound in sounds(char)))


@lru_cache(maxsize=30_000)
def _char_grams(char: str) -> tuple[str, ...]:
    if char.isascii():
        return ()
    out = [char]
    for sound in readings(char):
        out += [SOUND + sound[:size] for size in range(2, len(sound) + 1)]
    return tuple(out)


@lru_cache(maxsize=60_000)
def _pair_grams(one: str, two: str) -> tuple[str, ...]:
    out = [PAIR + a + b for a in first_letters(one) for b in first_letters(two)]
    if not (one.isascii() and two.isascii()):
        out.append(one + two)
        out += [JOINT + a + b for a in readings(one) if len(a) > 1 for b in first_letters(two)]
    return tuple(dict.fromkeys(out))


@lru_cache(maxsize=60_000)
def _step(pair: str) -> str:
    """The tokens of a character of a name and of its way to the next one, joined.

    Names share their pairs of characters, so this is joined once a pair instead of once a name.
    """
    return " ".join(dict.fromkeys((*_char_grams(pair[0]), *_pair_grams(pair[0], pair[1]))))


@lru_cache(maxsize=30_000)
def _beginning(start: str) -> str:
    """The tokens of the first two characters of a name, joined."""
    out = [*first_letters(start[0]), START + start]
    if len(start) > 1:
        out += [START + a + b for a in first_letters(start[0]) for b in first_letters(start[1])]
    return " ".join(dict.fromkeys(out))


def _name_grams(name: str) -> list[str]:
    out: list[str] = []
    starts = name.split(" ")
    if len(starts) > 1:
        out += [word[0] for word in starts]
        name = "".join(starts)
    out.append(_beginning(name[:2]))
    if name.isascii():
        out += [name[i : i + 3] for i in range(len(name) - 2)]
        out += [PAIR + name[i : i + 2] for i in range(len(name) - 1)]
        return out
    out += map(_step, map(add, name, name[1:]))
    out += _char_grams(name[-1])
    if _LATIN.search(name):
        out += spread(name)
    return out


def _word_grams(word: str) -> list[str]:
    if word.isascii():
        return [word[0], word[:2], *[word[i : i + 3] for i in range(len(word) - 2)]]
    return [word[0], word[:2], *spread(word)]


def spread(text: str) -> list[str]:
    """Pairs with a Chinese character in them, and three-letter runs of the rest."""
    pairs = [text[i : i + 2] for i in range(len(text) - 1)]
    out = [pair for pair in pairs if not pair.isascii()]
    if len(out) < len(pairs):
        runs = [text[i : i + 3] for i in range(len(text) - 2)]
        out += [run for run in runs if run.isascii()]
    return out


def grams(text: str) -> str:
    """The tokens of a text made by `document`, joined by spaces, for an FTS5 table with `tokenize='ascii'`.

    A token may stand there twice; the index keeps one.
    """
    names, _, rest = text.partition("\n")
    out: list[str] = []
    for name in names.split("\t") if names else ():
        out += _name_grams(name)
    if rest:
        codes, _, rest = rest.partition("\n")
        phones, _, words = rest.partition("\n")
        for code in codes.split("\t") if codes else ():
            out += _word_grams(code)
            out.append(WHOLE + code)
        for digits in phones.split("\t") if phones else ():
            out += [digits[i : i + 4] for i in range(len(digits) - 3)]
            out += (START + digits[:3], TAIL + digits[-3:], TAIL + digits[-4:])
        for word in words.split("\t") if words else ():
            out += _word_grams(word)
    return " ".join(dict.fromkeys(out))


def long_text(text: str) -> str:
    """A note as the second index stores it: folded, every run of white space one space."""
    return " ".join(fold(text).split())


def long_grams(text: str) -> str:
    """The tokens of a `long_text`: characters, pairs, three-letter runs."""
    out: set[str] = set()
    for run in re.findall(r"[^\W_]+", text):
        if run.isascii():
            out.update([run[i : i + 3] for i in range(len(run) - 2)])
        else:
            out.update([char for char in run if not char.isascii()])
            out.update(spread(run))
    return " ".join(out)
