"""Whether a record's text answers what was typed, how well, and where.

A query is words; every word must be found. A word is found in a name by its characters, by pinyin,
by initials or a mixture (`鹿xt`, `wangxm`): each character of the name takes its first letter (or
zh, ch, sh), a whole syllable, or, at the word's end, the beginning of one. It is found in codes,
phones and other words as a part of them. One letter, and two outside names, only begin something;
three digits begin or end a phone.

`parse` also says which tokens (see `grams`) a text must have at least: an index that asks for them
misses nothing that `match` accepts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from freecrm.core.grams import (
    JOINT,
    PAIR,
    SOUND,
    START,
    TAIL,
    WHOLE,
    first_letters,
    phone_digits,
    sounds,
    spread,
    squeeze,
)
from freecrm.core.pinyin import all_syllables, fold

EXACT, PREFIX, INITIALS, FULL, MIXED, PHONE_TAIL, SUBSTRING, LONG_TEXT = range(8)
_NONE = 8

Ways = tuple[tuple[str, ...], ...]

_PHONE = re.compile(r"[0-9\s+()./\-]+")
_LONGEST_WORD = 48
_MOST_WAYS = 32
_MOST_TOKENS = 6
_DOUBLE = ("zh", "ch", "sh")
_LITERAL, _INITIAL, _SYLLABLE, _ENDING, _PLAIN = 1, 2, 4, 8, 16


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: `flat` as it is compared, `phone` as a phone's digits or empty."""

    flat: str
    phone: str
    sounded: bool
    """Whether letters of it may stand for sounds."""
    ways: Ways
    """Token sets; a text that matches has all tokens of at least one."""
    best_ways: Ways
    """Token sets that lead to the best matches: whole codes, phone ends, beginnings of names."""
    literal_ways: Ways
    """Those of `ways` that lead to every text in which the word stands as it is typed."""
    initial_ways: Ways
    """Those that lead to every text of rank INITIALS that `literal_ways` does not lead to."""
    spelt_ways: Ways
    """The same for rank FULL."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, read in one or two ways: `138 0000 1408` is three words and one phone."""

    meanings: tuple[tuple[Word, ...], ...]

    @property
    def certain(self) -> bool:
        """Whether the tokens alone prove a match (one word of one or two Chinese characters)."""
        if len(self.meanings) != 1 or len(self.meanings[0]) != 1:
            return False
        flat = self.meanings[0][0].flat
        return len(flat) <= 2 and not any(c.isascii() for c in flat)


@lru_cache(maxsize=256)
def parse(query: str) -> Query:
    """Read a query; without a letter or digit in it, it has no meanings and matches nothing."""
    folded = fold(query)
    words = tuple(_word(part) for part in folded.split() if squeeze(part))
    if not words:
        return Query(())
    meanings = [words]
    if len(words) > 1 and any(len(word.flat) == 1 and word.flat.isascii() for word in words):
        meanings.append((_word(squeeze(folded)),))  # 「イ 0」: a lone letter only finds beginnings
    if _PHONE.fullmatch(folded):
        digits = phone_digits(folded)
        if len(digits) >= 5 and (len(words) > 1 or digits != words[0].flat):
            meanings.append((_word(digits),))
    return Query(tuple(meanings))


def _word(part: str) -> Word:
    flat = squeeze(part)[:_LONGEST_WORD]
    phone = phone_digits(part) if _PHONE.fullmatch(part) else ""
    literal = _literal_ways(flat)
    best: list[tuple[str, ...]] = [(WHOLE + flat,)]
    if len(flat) == 2:
        best.append((START + flat,))
    elif len(flat) > 2:
        best += [(START + flat[:2], *tokens) for tokens in literal]
    for digits in {flat, phone} if len(phone) > 2 else ():
        literal += _phone_ways(digits)
        if len(digits) > 3:
            best.append((TAIL + digits[-4:], *_phone_ways(digits)[0][:3]))
    cuts = _sound_cuts(flat) if len(flat) > 1 and not flat.isdigit() and _has_letter(flat) else []
    sounded = [_sound_tokens(cut) for cut in cuts]
    initials = [tokens for cut, tokens in zip(cuts, sounded, strict=True) if _is_initials(cut)]
    spelt = [tokens for cut, tokens in zip(cuts, sounded, strict=True) if _is_spelt(cut)]
    ways = (literal + sounded, best, literal, initials, spelt)
    return Word(flat, phone, _has_letter(flat), *map(_needed, ways))


def _is_initials(cut: tuple[str, ...]) -> bool:
    return all(len(part) == 1 or part in _DOUBLE for part in cut)


def _is_spelt(cut: tuple[str, ...]) -> bool:
    """Whether every character but the last takes a whole syllable."""
    return all(part in all_syllables() for part in cut[:-1])


def _needed(ways: list[tuple[str, ...]]) -> Ways:
    """Leave out a way whose tokens include those of another: it leads to nothing more."""
    kept: list[tuple[frozenset[str], tuple[str, ...]]] = []
    for way in sorted(ways, key=len):
        tokens = frozenset(way)
        if not any(other <= tokens for other, _ in kept):
            kept.append((tokens, way))
    return tuple(way for _, way in kept)


def _has_letter(flat: str) -> bool:
    return any("a" <= c <= "z" for c in flat)


def _some(tokens: list[str]) -> tuple[str, ...]:
    """A few of many tokens, spread over the word: more would only cost time."""
    tokens = list(dict.fromkeys(tokens))
    if len(tokens) <= _MOST_TOKENS:
        return tuple(tokens)
    step = (len(tokens) - 1) / (_MOST_TOKENS - 1)
    return tuple(tokens[round(i * step)] for i in range(_MOST_TOKENS))


def _literal_ways(flat: str) -> list[tuple[str, ...]]:
    if len(flat) == 1:
        return [(flat,)]
    if len(flat) == 2 and flat.isascii():
        return [(PAIR + flat,), (flat,)]
    return [_some(spread(flat))]


def _phone_ways(digits: str) -> list[tuple[str, ...]]:
    if len(digits) < 4:
        return [(START + digits,), (TAIL + digits,)] if len(digits) == 3 else []
    return [_some([digits[i : i + 4] for i in range(len(digits) - 3)])]


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    return frozenset(s[:size] for s in all_syllables() for size in range(1, len(s) + 1))


def _segments(flat: str, at: int, depth: int) -> Iterator[tuple[str, ...]]:
    """The ways to cut `flat[at:]` into what single characters of a name take, `depth` cuts deep."""
    if at == len(flat) or depth == 0:
        yield ()
        return
    sizes = {1}
    if flat[at].isascii():
        sizes.update(size for size in range(2, 7) if flat[at : at + size] in all_syllables())
        if flat[at : at + 2] in _DOUBLE:
            sizes.add(2)
        if flat[at:] in _beginnings():
            sizes.add(len(flat) - at)
    for size in sizes:
        if at + size <= len(flat):
            for rest in _segments(flat, at + size, depth - 1):
                yield (flat[at : at + size], *rest)


def _sound_cuts(flat: str) -> list[tuple[str, ...]]:
    """The ways to cut the word into sounds; of a long one only the beginnings of them."""
    found: list[tuple[str, ...]] = []
    for depth in (5, 4, 3, 2):
        found = list(dict.fromkeys(_segments(flat, 0, depth)))
        if len({_sound_tokens(cut) for cut in found}) <= _MOST_WAYS:
            break
    return found


def _starting(cut: tuple[str, ...]) -> str:
    if len(cut) < 2:
        return ""
    one, two = first_letters(cut[0][0]), first_letters(cut[1][0])
    return one[0] + two[0] if len(one) == len(two) == 1 else ""


def _sound_tokens(cut: tuple[str, ...]) -> tuple[str, ...]:
    tokens = [SOUND + cut[-1]] if len(cut[-1]) > 1 else []
    for one, two in pairwise(cut):
        after = first_letters(two[0])
        if len(one) > 1:
            whole = one in all_syllables() and len(after) == 1
            tokens.append(JOINT + one + after[0] if whole else SOUND + one)
        if len(one) == 1 or one in _DOUBLE:
            start = _starting((one, two))
            tokens += [PAIR + start] if start else []
        if not one.isascii() and not two.isascii():
            tokens.append(one + two)
    if len(tokens) < 2:
        tokens += [part for part in cut if not part.isascii()]
    tight = [token for token in tokens if token[0] != SOUND]
    if len(tight) > 2 or (len(tight) > 1 and any(token[0] == JOINT for token in tight)):
        tokens = tight  # a sound alone stands in every tenth text: to walk along it costs more than it spares
    return tuple(dict.fromkeys(tokens))[: _MOST_TOKENS + 2]


def match(query: str | Query, text: str) -> int | None:
    """How well a text made by `grams.document` answers the query; None if it does not.

    EXACT code, phone or name; PREFIX; INITIALS (`lxt`); FULL pinyin (`luxi`); MIXED (`鹿xt`);
    PHONE_TAIL (four digits or more); SUBSTRING. Of several words the worst counts.
    """
    if isinstance(query, str):
        query = parse(query)
    best: int | None = None
    parts = text.split("\n")
    for words in query.meanings:
        worst = EXACT
        for word in words:
            rank = _word_rank(word, parts)
            if rank is None:
                break
            worst = max(worst, rank)
        else:
            best = worst if best is None else min(best, worst)
    return best


def _word_rank(word: Word, parts: list[str]) -> int | None:
    flat, digits = word.flat, word.phone
    best = _NONE
    for name in parts[0].split("\t") if parts[0] else ():
        best = min(best, _name_rank(word, name))
    if len(parts) == 1:
        return best if best < _NONE else None
    if flat in parts[1]:  # only then can it be in one of them; most texts are left so
        for code in parts[1].split("\t"):
            best = min(best, EXACT if code == flat else _part_rank(flat, code))
    if len(digits) > 2 and len(parts) > 2:
        for asked in {digits, flat}:
            if asked in parts[2]:
                best = min(best, *[_phone_rank(asked, phone) for phone in parts[2].split("\t")])
    if len(parts) > 3 and flat in parts[3]:
        best = min(best, *[_part_rank(flat, other) for other in parts[3].split("\t")])
    return best if best < _NONE else None


def _part_rank(flat: str, other: str) -> int:
    if other.startswith(flat):
        return PREFIX
    enough = len(flat) > 2 or (len(flat) == 2 and not flat.isascii())
    return SUBSTRING if enough and flat in other else _NONE


def _phone_rank(digits: str, phone: str) -> int:
    if digits not in phone:
        return _NONE
    if phone == digits:
        return EXACT
    if phone.startswith(digits):
        return PREFIX
    if len(digits) < 4 and not phone.endswith(digits):
        return _NONE
    return PHONE_TAIL if len(digits) > 3 and phone.endswith(digits) else SUBSTRING


def _name_rank(word: Word, name: str) -> int:
    flat = word.flat
    spaced = " " in name
    if spaced and " " + flat in name:
        return PREFIX
    if spaced:
        name = name.replace(" ", "")
    if name.startswith(flat):
        return EXACT if name == flat else PREFIX
    if len(flat) == 1:
        if flat.isascii():
            return INITIALS if flat in first_letters(name[0]) else _NONE
        return SUBSTRING if flat in name else _NONE
    if word.sounded:
        found = _best_align(flat, name)
        if found is not None:
            return found[0]
    return SUBSTRING if flat in name else _NONE


def _best_align(flat: str, name: str) -> tuple[int, int, int] | None:
    """(rank, start, end) of the best reading of `flat` somewhere in `name`."""
    best: tuple[int, int, int] | None = None
    first = flat[0]
    for start, char in enumerate(name):
        if char == first or (not char.isascii() and first in first_letters(char)):
            found = _walk(flat, 0, name, start, 0)
            if found is not None and (best is None or found[0] < best[0]):
                best = (found[0], start, found[1])
    return best


def _walk(flat: str, at: int, name: str, on: int, kinds: int) -> tuple[int, int] | None:
    if at == len(flat):
        return _kind_rank(kinds), on
    if on == len(name):
        return None
    char = name[on]
    best: tuple[int, int] | None = None
    for size, kind in _steps(flat, at, char):
        found = _walk(flat, at + size, name, on + 1, kinds | kind)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best


@lru_cache(maxsize=8192)
def _steps(flat: str, at: int, char: str) -> Sequence[tuple[int, int]]:
    """How much of the word one character of the name may take, and as what. Names share their characters."""
    letter = flat[at]
    if char.isascii():
        return ((1, _PLAIN),) if letter == char else ()
    if letter == char:
        return ((1, _LITERAL),)
    steps: list[tuple[int, int]] = []
    rest = len(flat) - at
    for sound in sounds(char):
        if sound[0] != letter:
            continue
        if flat.startswith(sound, at):
            steps.append((len(sound), _SYLLABLE))
        elif rest > 1 and sound.startswith(flat[at:]):
            steps.append((rest, _SYLLABLE))
        if len(sound) > 1:
            steps.append((1, _INITIAL if rest > 1 else _ENDING))
            if sound[:2] in _DOUBLE and flat.startswith(sound[:2], at):
                steps.append((2, _INITIAL))
    return steps


def _kind_rank(kinds: int) -> int:
    """A last letter alone may be an initial or a syllable just begun: it is what the others are."""
    if kinds & ~(_ENDING | _PLAIN) in (_INITIAL, 0) and kinds & (_INITIAL | _ENDING):
        return INITIALS
    if kinds & ~_ENDING == _SYLLABLE:
        return FULL
    return MIXED if kinds & (_INITIAL | _SYLLABLE | _ENDING) else SUBSTRING


def match_long(query: str, text: str) -> bool:
    """Whether a note (`grams.long_text`) holds every word of the query."""
    words = fold(query).split()
    return bool(words) and all(word in text for word in words)


def long_ways(query: str) -> list[Ways]:
    """For each word the token sets of a note that can hold it; a word too short for a token is left out."""
    out: list[Ways] = []
    for word in fold(query).split():
        tokens: list[str] = []
        for run in re.findall(r"[^\W_]+", word):
            tokens += [run] if len(run) == 1 and not run.isascii() else spread(run)
        if tokens:
            out.append((_some(tokens),))
    return out


def marks(query: str, name: str) -> list[tuple[int, int]]:
    """The spans [start, end) of `name`, as shown, that the query matched, in order, none touching."""
    flat = ""
    origin: list[int] = []
    for at, char in enumerate(name):
        plain = squeeze(char)
        flat += plain
        origin += [at] * len(plain)
    spans: list[tuple[int, int]] = []
    for words in parse(query).meanings:
        for word in words:
            span = _span(word, flat)
            if span is not None:
                spans.append((origin[span[0]], origin[span[1] - 1] + 1))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _span(word: Word, flat: str) -> tuple[int, int] | None:
    at = flat.find(word.flat)
    if at >= 0:
        return at, at + len(word.flat)
    if flat and len(word.flat) == 1 and word.flat in first_letters(flat[0]):
        return 0, 1
    found = _best_align(word.flat, flat) if word.sounded and len(word.flat) > 1 else None
    return (found[1], found[2]) if found else None
