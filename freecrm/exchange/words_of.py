"""The words of pick-list columns and the names of people: which entry or person each one means.

An unknown word of an open list becomes a new entry, an unknown name a new person of the firm;
«思远» is 陈思远 where the list holds both. All of it is shown as a decision before it is written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from freecrm.core.choices import Option
from freecrm.core.custom import Schema, fixed_id
from freecrm.core.fields import Choice, Field, Link
from freecrm.core.module import Together
from freecrm.core.words import N_, Said, say
from freecrm.exchange.changeset import Answer, Decision, Options
from freecrm.exchange.mapping import Column, Mapping, word_columns
from freecrm.exchange.questions import as_it_is, word_of
from freecrm.store import lookup
from freecrm.store.database import Store
from freecrm.store.deals import Stage
from freecrm.store.ids import new_id

ALIKE = 84  # per cent from which a misspelt word is taken for a known one
MOST_NEW = 60  # a column of more unknown words than this is no pick-list
MOST_OFFERED = 200  # people or entries in the list of answers
CREATE, LEAVE, ADD, BLANK, SAME = "create", "leave", "add", "blank", "same:"
IS = "="
"""In front of what stands already: «=key» of an entry, «=hex id» of a person, for an answer's value."""

Operation = tuple[str, bytes, dict[str, Any]]
_Question = tuple[str, str, Said]
"""Kind, key and why."""


@dataclass
class Resolved:
    """operations: records to make first (entity, id, values). schema: with the new entries in it.
    fresh: column -> word -> why it is worth a look, for words that become new entries or people. stages: those
    that a list of deals may name."""

    schema: Schema
    operations: list[Operation] = field(default_factory=list)
    questions: list[Decision] = field(default_factory=list)
    fresh: dict[int, dict[str, Said]] = field(default_factory=dict)
    stages: dict[bytes, Stage] = field(default_factory=dict)

    def ask(
        self, column: Column, texts: Counter[str], question: _Question, answers: list[Answer], chosen: str
    ) -> None:
        """Put a question about these words of a column."""
        kind, key, why = question
        shown = ", ".join(text for text, _n in texts.most_common(4))
        given = tuple(answers)
        answer = word_of(given, chosen)
        made = Decision(column.head, shown, why, texts.total(), (), answer, key, kind, given, chosen)
        self.questions.append(made)


def resolve_words(
    store: Store,
    schema: Schema,
    found: Mapping,
    options: Options,
    texts: dict[int, Counter[str]],
    plan: Together,
) -> Resolved:
    """Fill `words` of the columns; what has to be made for it, and what the user should see."""
    from freecrm.exchange import link_words, stage_words

    made = Resolved(schema)
    for column, f in word_columns(schema, found):
        told = options.words.get(column.head, {})
        there = _there(store, f) if column.words else set()
        column.words = {**{k: v for k, v in column.words.items() if v in there}, **told}
        counts = texts.get(column.index, Counter())
        if isinstance(f, Choice):
            _choice(made, column, f, counts, options)
        elif isinstance(f, Link) and f.to != (found.main or "") and f.to:
            if f.to == plan.people:
                _people(store, made, column, f, counts, options)
            elif f.to == "stage":
                stage_words.resolve(store, made, column, counts, options)
            else:
                link_words.resolve(store, made, column, f, counts, options, makes=f.to in plan.makes)
    return made


def _there(store: Store, f: Field) -> set[str | None]:
    """What a remembered word may still mean: an entry that stands, a person who was not removed."""
    if isinstance(f, Choice):
        return {entry.key for entry in f.options.entries}
    if isinstance(f, Link) and f.to:
        return {id.hex() for id in lookup.ids(store.read(), f.to)}
    return set()


def _choice(made: Resolved, column: Column, f: Choice, counts: Counter[str], options: Options) -> None:
    unknown = Counter[str]()
    alike: dict[str, str] = {}
    for text, count in counts.items():
        if not text or text in column.words:
            continue
        key = f.options.find(text)
        if key is not None:
            column.words[text] = key
            continue
        unknown[text] = count
        near = _alike(f, text)
        if near is not None:
            alike[text] = near
    group = f"word:{column.head}"
    many = len(unknown) - len(alike) > MOST_NEW
    general = options.answers.get(group) or (ADD if f.options.open and not many else BLANK)
    if many:
        why = say(N_("These words are not in the list “{field}”."), field=f.title)
        answers = [Answer(ADD, say(_ADDED)), Answer(BLANK, say(_LEFT_BLANK))]
        rest = Counter({text: n for text, n in unknown.items() if text not in alike})
        made.ask(column, rest, ("word", group, why), answers[0 if f.options.open else 1 :], general)
    fresh = []
    for text in sorted(unknown):
        asked = text in alike or not many
        chosen = options.answers.get(f"{group}:{text}") or (IS + alike[text] if text in alike else general)
        if asked:
            _ask_word(made, column, f, Counter({text: unknown[text]}), chosen, alike.get(text))
        if chosen == ADD:
            fresh.append(text)
        elif chosen.startswith(IS):
            column.words[text] = chosen[1:]
    _add_entries(made, column, f, fresh)


_ADDED = N_("added to the list")
_LEFT_BLANK = N_("left blank, the words go to the remark")


def _alike(f: Choice, text: str) -> str | None:
    """The key of the entry that a misspelt word means, where one is much like it."""
    from rapidfuzz import fuzz, process

    if len(text) <= 3:
        return None
    words = {word: entry.key for entry in f.options.entries for word in entry.words() if word}
    found = process.extractOne(text.casefold(), list(words), scorer=fuzz.ratio, score_cutoff=ALIKE)
    return words[found[0]] if found else None


def _ask_word(
    made: Resolved, column: Column, f: Choice, word: Counter[str], chosen: str, near: str | None
) -> None:
    text = next(iter(word))
    entries = [e for e in f.options.entries if not e.off][:MOST_OFFERED]
    entries.sort(key=lambda e: e.key != near)
    answers = [Answer(IS + e.key, say(N_("taken for “{value}”"), value=e.title)) for e in entries]
    own = [Answer(ADD, say(_ADDED))] if f.options.open else []
    answers = [*answers[:1], *own, *answers[1:]] if near else [*own, *answers]
    answers.append(Answer(BLANK, say(_LEFT_BLANK)))
    text_why = N_("This word is not in the list “{field}”.")
    if near:
        text_why = N_("This word is not in the list “{field}”, but one much like it is.")
    question = ("word", f"word:{column.head}:{text}", say(text_why, field=f.title))
    made.ask(column, word, question, answers, chosen)


def _add_entries(made: Resolved, column: Column, f: Choice, texts: list[str]) -> None:
    extra = []
    for place, text in enumerate(texts):
        values = {"name": text[:100], "list": f.options.name, "key": text[:100], "position": 1000 + place}
        made.operations.append(("pick_option", fixed_id("pick_option", f.options.name, text), values))
        column.words[text] = text[:100]
        extra.append(Option(text[:100], text[:100]))
        why = say(N_("New entry of the list “{field}”."), field=f.title)
        made.fresh.setdefault(column.index, {})[text] = why
    if extra:
        made.schema.put(f.like(options=f.options.with_entries(extra)))


def _people(
    store: Store, made: Resolved, column: Column, f: Link, counts: Counter[str], options: Options
) -> None:
    """Names of people: stored ones by name and short name, then those of the list itself."""
    known: dict[str, bytes] = {}
    stored = lookup.titles(store.read(), f.to)
    for name, short, id in stored:
        known.setdefault(name, id)
        if short:
            known.setdefault(short, id)
    texts = sorted((t for t in counts if t and t not in column.words), key=lambda t: (-len(t), t))
    everybody = [
        Answer(IS + id.hex(), as_it_is(name))
        for name, _short, id in sorted(stored, key=lambda one: one[0])[:MOST_OFFERED]
    ]
    fresh: dict[str, tuple[bytes, dict[str, Any]]] = {}
    for text in texts:
        held = known.get(text) or _short_for(text, known)
        if held is not None:
            column.words[text] = held.hex()
            continue
        full = [name for name in fresh if _is_short(text, name)]
        same = full[0] if len(full) == 1 else None
        chosen = _chosen_person(column, text, same, options, fresh)
        _ask_person(made, column, Counter({text: counts[text]}), (same, chosen), everybody)
        if chosen.startswith(SAME):
            of, values = fresh[chosen[len(SAME) :]]
            values.setdefault("short", text)
            column.words[text] = of.hex()
        elif chosen.startswith(IS):
            column.words[text] = chosen[1:]
        elif chosen == CREATE:
            fresh[text] = (new_id(), {"name": text[:100]})
            column.words[text] = fresh[text][0].hex()
            if stored:  # where nobody is known, everybody is new and no cell stands out
                made.fresh.setdefault(column.index, {})[text] = say(_NOBODY)
    made.operations += [(f.to, id, values) for id, values in fresh.values()]


_NOBODY = N_("Nobody of the firm has this name yet.")


def _chosen_person(
    column: Column, text: str, same: str | None, options: Options, fresh: Collection[str]
) -> str:
    """The answer in force for an unknown name."""
    told = options.answers.get(f"person:{column.head}:{text}")
    if told and (not told.startswith(SAME) or told[len(SAME) :] in fresh):
        return told
    if same is not None:
        return SAME + same
    return options.answers.get(f"person:{column.head}") or (CREATE if options.people == CREATE else LEAVE)


def _ask_person(
    made: Resolved,
    column: Column,
    name: Counter[str],
    meant: tuple[str | None, str],
    everybody: list[Answer],
) -> None:
    same, chosen = meant
    text = next(iter(name))
    first = [Answer(SAME + same, say(N_("taken for “{value}”"), value=same))] if same else []
    answers = [
        *first,
        Answer(CREATE, say(N_("added to the people of the firm"))),
        Answer(LEAVE, say(N_("left blank, the name goes to the remark"))),
        *everybody,
    ]
    why = say(N_("This looks like the short name of somebody in the same list.")) if same else say(_NOBODY)
    made.ask(column, name, ("person", f"person:{column.head}:{text}", why), answers, chosen)


def _is_short(text: str, name: str) -> bool:
    return len(text) >= 2 and text != name and (name.endswith(text) or name.startswith(text + " "))


def _short_for(text: str, known: dict[str, bytes]) -> bytes | None:
    """The one person whose name ends with these words: 思远 of 陈思远."""
    ids = {id for name, id in known.items() if _is_short(text, name)}
    return ids.pop() if len(ids) == 1 else None


def option_list(texts: list[str]) -> str:
    """Words as a custom pick-list field keeps them."""
    return json.dumps(texts, ensure_ascii=False)
