"""The words of pick-list columns and the names of people: which entry or person each one means.

An unknown word of an open list becomes a new entry, an unknown name a new person of the firm;
«思远» is 陈思远 where the list holds both. All of it is shown as a decision before it is written.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from freecrm.core.choices import Option
from freecrm.core.custom import Schema, fixed_id
from freecrm.core.fields import Choice, Link
from freecrm.core.words import N_, say
from freecrm.exchange.changeset import Decision, Options
from freecrm.exchange.mapping import Column, Mapping, word_columns
from freecrm.store import lookup
from freecrm.store.database import Store
from freecrm.store.ids import new_id

ALIKE = 84  # per cent from which a misspelt word is taken for a known one
MOST_NEW = 60  # a column of more unknown words than this is no pick-list

Operation = tuple[str, bytes, dict[str, Any]]


@dataclass
class Resolved:
    """operations: records to make first (entity, id, values). schema: with the new entries in it."""

    schema: Schema
    operations: list[Operation] = field(default_factory=list)
    questions: list[Decision] = field(default_factory=list)


def resolve_words(
    store: Store, schema: Schema, found: Mapping, options: Options, texts: dict[int, Counter[str]]
) -> Resolved:
    """Fill `words` of the columns; what has to be made for it, and what the user should see."""
    made = Resolved(schema)
    for column, f in word_columns(schema, found):
        told = options.words.get(column.head, {})
        column.words = {**{k: v for k, v in column.words.items() if _still(f, v, schema)}, **told}
        counts = texts.get(column.index, Counter())
        if isinstance(f, Choice):
            _choice(made, column, f, counts, set(told))
        elif isinstance(f, Link) and f.to != (found.main or "") and f.to:
            _people(store, made, column, f, counts, options)
    return made


def _still(f: object, held: str | None, schema: Schema) -> bool:
    """Whether a remembered meaning still exists."""
    return not isinstance(f, Choice) or held is None or f.options.get(held) is not None


def _choice(made: Resolved, column: Column, f: Choice, counts: Counter[str], told: set[str]) -> None:
    from rapidfuzz import fuzz, process

    words = {word: entry.key for entry in f.options.entries for word in entry.words() if word}
    unknown = []
    for text, count in counts.items():
        if not text or text in column.words:
            continue
        key = f.options.find(text)
        if key is None:
            alike = process.extractOne(text.casefold(), list(words), scorer=fuzz.ratio, score_cutoff=ALIKE)
            key = words[alike[0]] if alike and len(text) > 3 else None
            if key is not None:
                answer = say(N_("taken for “{value}”"), value=f.show(key))
                why = say(
                    N_("This word is not in the list “{field}”, but one much like it is."), field=f.title
                )
                made.questions.append(Decision(column.head, text, why, count, (), answer))
        if key is None:
            unknown.append(text)
        else:
            column.words[text] = key
    if not unknown or not f.options.open or len(unknown) > MOST_NEW:
        return
    extra = []
    for place, text in enumerate(sorted(unknown)):
        values = {"name": text[:100], "list": f.options.name, "key": text[:100], "position": 1000 + place}
        made.operations.append(("pick_option", fixed_id("pick_option", f.options.name, text), values))
        column.words[text] = text[:100]
        extra.append(Option(text[:100], text[:100]))
        why = say(N_("This word is not in the list “{field}”."), field=f.title)
        made.questions.append(
            Decision(column.head, text, why, counts[text], (), say(N_("added to the list")))
        )
    made.schema.by_entity[f.entity][f.name] = f.like(options=f.options.with_entries(extra))


def _people(
    store: Store, made: Resolved, column: Column, f: Link, counts: Counter[str], options: Options
) -> None:
    """Names of people: stored ones by name and short name, then those of the list itself."""
    known: dict[str, bytes] = {}
    for name, short, stored in lookup.titles(store.read(), f.to):
        known.setdefault(name, stored)
        if short:
            known.setdefault(short, stored)
    texts = sorted((t for t in counts if t and t not in column.words), key=lambda t: (-len(t), t))
    fresh: dict[str, tuple[bytes, dict[str, Any]]] = {}
    for text in texts:
        id: bytes | None = known.get(text) or _short_for(text, known)
        if id is None:
            full = [name for name in fresh if _is_short(text, name)]
            if len(full) == 1:
                id, values = fresh[full[0]]
                values.setdefault("short", text)
                answer = say(N_("taken for “{value}”"), value=full[0])
                why = say(N_("This looks like the short name of somebody in the same list."))
                made.questions.append(Decision(column.head, text, why, counts[text], (), answer))
        if id is None and options.people == "create":
            id = new_id()
            fresh[text] = (id, {"name": text[:100]})
            why = say(N_("Nobody of the firm has this name yet."))
            answer = say(N_("added to the people of the firm"))
            made.questions.append(Decision(column.head, text, why, counts[text], (), answer))
        if id is not None:
            column.words[text] = id.hex()
    made.operations += [(f.to, id, values) for id, values in fresh.values()]


def _is_short(text: str, name: str) -> bool:
    return len(text) >= 2 and text != name and (name.endswith(text) or name.startswith(text + " "))


def _short_for(text: str, known: dict[str, bytes]) -> bytes | None:
    """The one person whose name ends with these words: 思远 of 陈思远."""
    ids = {id for name, id in known.items() if _is_short(text, name)}
    return ids.pop() if len(ids) == 1 else None


def option_list(texts: list[str]) -> str:
    """Words as a custom pick-list field keeps them."""
    return json.dumps(texts, ensure_ascii=False)
