"""Finding things that have a name and stand in no file: commands, settings. The same matching as for records.

found("sz", [Named("tools.settings", ("Settings…", "设置…"), ("preferences",))])
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from freecrm.core.grams import document
from freecrm.core.matching import SUBSTRING, match, parse

# What an input method for Chinese writes for the key, too.
PREFIXES = {
    ">": "commands",
    "＞": "commands",
    "》": "commands",
    "@": "people",
    "＠": "people",
    "#": "numbers",
    "＃": "numbers",
    "?": "help",
    "？": "help",
}


@dataclass(frozen=True, slots=True)
class Named:
    """key: what it is. names: what it is called in every language. also: other words that find it."""

    key: str
    names: tuple[str, ...]
    also: tuple[str, ...] = ()


def asked(text: str) -> tuple[str, str]:
    """(what is looked for, the words) of a text typed: "everything" or what its first sign limits it to."""
    text = text.strip()
    meant = PREFIXES.get(text[:1])
    return (meant, text[1:].strip()) if meant else ("everything", text)


def found(words: str, things: Iterable[Named]) -> list[tuple[Named, int]]:
    """The things that the words find and how well (see `core.matching`), the best first, else in their order.

    A name that begins so counts before one that holds it, and that before a word in `also`.
    """
    parsed = parse(words)
    hits: list[tuple[int, int, Named]] = []
    begun = words.casefold()
    several = len(words.split()) > 1
    for thing in things:
        names, also = _texts(thing)
        rank = match(parsed, names)
        if rank is not None:
            begins = any(name.casefold().startswith(begun) for name in thing.names)
            hits.append((rank, 0 if begins else 1, thing))
            continue
        rank = match(parsed, also) if also else None
        if rank is None and also and several:
            rank = match(parsed, f"{names}\t{also}")  # one word in the name, another beside it
        if rank is not None:
            hits.append((max(rank, SUBSTRING), 2, thing))
    return [(thing, rank) for rank, _, thing in sorted(hits, key=lambda hit: hit[:2])]


@lru_cache(maxsize=1024)
def _texts(thing: Named) -> tuple[str, str]:
    return document(thing.names), document(thing.also)
