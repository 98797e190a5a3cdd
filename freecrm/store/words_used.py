"""Tags that are on records already, for completing what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core import grams, matching
from freecrm.store.faults import reads

if TYPE_CHECKING:
    from freecrm.store.database import Store

DIFFERENT = 2000
"""So many different words are looked at; whoever has more types a little further."""

# From word to word over the index, so that a million tagged rows cost no more than their different words.
_STEPS = (
    "WITH RECURSIVE each_word(word) AS ("
    " SELECT min(word) FROM tag UNION ALL"
    " SELECT (SELECT min(word) FROM tag WHERE word > each_word.word) FROM each_word"
    " WHERE each_word.word IS NOT NULL)"
    " SELECT word FROM each_word WHERE word IS NOT NULL LIMIT ?"
)


@reads
def tags(store: Store, typed: str, limit: int = 8) -> list[str]:
    """The different tags that `typed` finds (pinyin too), those that begin with it first."""
    words = [word for (word,) in store.read().execute(_STEPS, (DIFFERENT,))]
    if typed:
        asked = matching.parse(typed)
        fit = {word: matching.match(asked, grams.document([word], [], [], [])) for word in words}
        words = sorted((w for w in words if fit[w] is not None), key=lambda w: (fit[w], len(w), w))
    return words[:limit]
