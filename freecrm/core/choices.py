"""Pick-lists: their entries, and the words that mean them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from freecrm.core.words import LANGUAGES, _, translated


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a pick-list. key: what the table holds. also: other words that mean it."""

    key: str
    label: str
    colour: str = ""
    also: tuple[str, ...] = ()
    own: tuple[tuple[str, str], ...] = ()  # the user's own wording by language ("" = any)
    off: bool = False

    @property
    def title(self) -> str:
        from freecrm.core import words

        own = dict(self.own)
        return own.get(words.language()) or own.get("") or _(self.label)

    def words(self) -> list[str]:
        """All that means this option, folded for comparing."""
        shown = [translated(self.label, language) for language in LANGUAGES]
        return [_folded(w) for w in (self.key, *shown, *(v for _k, v in self.own), *self.also)]


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


@dataclass(frozen=True)
class Options:
    """A pick-list. name: the list's name. open: people may add entries."""

    name: str
    entries: tuple[Option, ...]
    open: bool = True
    by_word: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def find(self, text: str) -> str | None:
        """The key of the entry that `text` means (key, label of any language, synonym), or None."""
        if not self.by_word:
            for entry in reversed(self.entries):
                self.by_word.update((word, entry.key) for word in entry.words() if word)
        return self.by_word.get(_folded(text))

    def get(self, key: str) -> Option | None:
        """The entry with this key."""
        return next((entry for entry in self.entries if entry.key == key), None)

    def with_entries(self, extra: Sequence[Option]) -> Options:
        """The list with entries added or, where the key is known, replaced.

        Who names every entry of the list has put them in order: theirs counts then."""
        known = {entry.key: entry for entry in self.entries}
        own = {entry.key: entry for entry in extra}
        in_order = own if known.keys() <= own.keys() else {**known, **own}
        return replace(self, entries=tuple(in_order.values()), by_word={})
