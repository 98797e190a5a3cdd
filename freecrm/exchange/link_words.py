"""Names of other records in a column (customers, products, categories): which one each means, or that it is made.

A name means the record of that name; written with other blanks or capitals it means it too, which is told. What is
not there is asked once a name.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from freecrm.core.fields import Link
from freecrm.core.pinyin import fold
from freecrm.core.words import N_, say
from freecrm.exchange.changeset import Answer, Options
from freecrm.exchange.mapping import Column
from freecrm.exchange.questions import as_it_is
from freecrm.exchange.words_of import CREATE, IS, LEAVE, MOST_NEW, MOST_OFFERED, Resolved
from freecrm.store import lookup
from freecrm.store.database import Store
from freecrm.store.ids import new_id

CREATED = N_("made as a new record")
LEFT = N_("left blank, its name goes to the remark")
NONE = N_("There is no “{field}” of this name yet.")
ALIKE = N_("It is written in another way than “{value}”.")


def bare(name: str) -> str:
    """A name for comparing: folded, without blanks. GTXPro is GTX Pro."""
    return "".join(fold(name).split())


def resolve(
    store: Store,
    made: Resolved,
    column: Column,
    f: Link,
    counts: Counter[str],
    options: Options,
    *,
    makes: bool,
) -> None:
    """Fill `words` of a column; makes: whether what is missing may be made."""
    texts = [text for text in counts if text and text not in column.words]
    exact = lookup.by_names(store.read(), f.to, texts)
    for text in [text for text in texts if text in exact]:
        column.words[text] = exact[text][0].hex()
    unknown = sorted(set(texts) - exact.keys())
    if not unknown:
        return
    stored = lookup.named(store.read(), f.to)
    alike: dict[str, tuple[str, bytes]] = {}
    for name, id in stored:
        alike.setdefault(bare(name), (name, id))
    offered = [Answer(IS + id.hex(), as_it_is(name)) for name, id in sorted(stored)[:MOST_OFFERED]]
    asking = _Asking(made, column, f, options, offered, makes)
    news = [text for text in unknown if bare(text) not in alike]
    if len(news) > MOST_NEW:
        asking.about_all(Counter({text: counts[text] for text in news}))
    for text in unknown:
        near = alike.get(bare(text))
        asking.about(text, counts[text], near, alone=near is not None or len(news) <= MOST_NEW)
        if near is None and text in asking.fresh:
            alike[bare(text)] = (text, asking.fresh[text])
    made.operations += asking.operations


class _Asking:
    """The questions about the names of one column."""

    def __init__(
        self,
        made: Resolved,
        column: Column,
        f: Link,
        options: Options,
        offered: list[Answer],
        makes: bool,
    ) -> None:
        self.made, self.column, self.f, self.options = made, column, f, options
        self.offered, self.makes = offered, makes
        self.fresh: dict[str, bytes] = {}
        self.operations: list[tuple[str, bytes, dict[str, Any]]] = []
        own = [Answer(CREATE, say(CREATED))] if makes else []
        self.usual = [*own, Answer(LEAVE, say(LEFT))]
        self.group = f"link:{column.head}"
        self.general = options.answers.get(self.group) or self.usual[0].value
        self.nobody = say(NONE, field=f.title)

    def about_all(self, texts: Counter[str]) -> None:
        """One question for more names than anybody wants to be asked about."""
        question = ("names", self.group, self.nobody)
        self.made.ask(self.column, texts, question, self.usual, self.general)

    def about(self, text: str, count: int, near: tuple[str, bytes] | None, *, alone: bool) -> None:
        """What one name means. near: the record that is written almost so. alone: whether it is asked by itself."""
        usual, why, answers = self.general, self.nobody, [*self.usual, *self.offered]
        if near is not None:
            name, id = near
            usual, why = IS + id.hex(), say(ALIKE, value=name)
            same = Answer(usual, say(N_("taken for “{value}”"), value=name))
            answers = [same, *self.usual, *(one for one in self.offered if one.value != usual)]
        key = f"{self.group}:{text}"
        chosen = self.options.answers.get(key) or usual
        if alone:
            self.made.ask(self.column, Counter({text: count}), ("link", key, why), answers, chosen)
        if chosen.startswith(IS):
            self.column.words[text] = chosen[len(IS) :]
        elif chosen == CREATE and self.makes:
            self._make(text)

    def _make(self, text: str) -> None:
        id = self.fresh[text] = new_id()
        fields = self.made.schema.fields(self.f.to)
        values: dict[str, Any] = {"name": text[:100]}
        if "kind" in fields and self.f.to == "customer":
            values["kind"] = "company"
        self.operations.append((self.f.to, id, values))
        self.column.words[text] = id.hex()
        if self.offered:  # where nothing is known everything is new, and no cell stands out
            self.made.fresh.setdefault(self.column.index, {})[text] = self.nobody
