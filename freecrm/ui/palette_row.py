"""What the palette speaks of: a question, its answer, and the rows and chips that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from freecrm.store.finder import Card

EVERYTHING = ""
"""The chip that leaves nothing out."""

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line. kind: "head", "record", "command", "setting", "sign", "action", "everything", "nothing",
    "kept" (a command that whoever works here may not do, and why).

    facts: the second line. marks, fact_marks: what of the texts was matched. right: a word at the end;
    keys: in its place, the keys of a command. icon; letter: the name whose first letter is the picture.
    aim: what it leads to (a Card, an id, a key, a sign, a Command). said: for screen readers.
    """

    kind: str
    title: str
    marks: Spans = ()
    facts: str = ""
    fact_marks: Spans = ()
    right: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    letter: str = ""
    aim: Any = None

    @property
    def can_be_chosen(self) -> bool:
        """Whether the cursor goes there."""
        return self.kind not in ("head", "nothing", "kept")

    @property
    def said(self) -> str:
        """All of it in one sentence."""
        keys = "+".join(self.keys)
        return ", ".join(part for part in (self.title, self.facts, self.right, keys) if part)


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed. meant: what it is limited to (`core.named`). scope: the chip chosen, "" = everything."""

    meant: str
    words: str
    scope: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the file says. cards: the best of everything; scoped: of one entity; more: there are others."""

    cards: Sequence[Card]
    scoped: Sequence[Card] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter: its scope, what it is called, how many hits it has ("20+": there are more)."""

    scope: str
    text: str
    count: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the palette now. count: hits in all. hint: how the best one was found."""

    rows: Sequence[Row]
    chips: Sequence[Chip] = ()
    count: int = 0
    hint: str = ""


def split(key: str) -> list[str]:
    """The keys of a combination one by one: `Ctrl+Shift++` -> Ctrl, Shift, +."""
    if not key:
        return []
    parts = key.removesuffix("+").split("+") if key.endswith("++") else key.split("+")
    return [*filter(None, parts), "+"] if key.endswith("++") else parts
