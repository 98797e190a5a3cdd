"""The list of steps as a history shows it: which ones, on which days, by whom, and what they did in words.

Numbers first, in one vector, then the steps that are painted: a file with 100,000 steps opens at once.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core.change import NOTED, TAKEN_OFF, Kept, Step
from freecrm.core.entity import is_child
from freecrm.core.query import Query
from freecrm.core.words import N_, Said, _, from_plain, inside
from freecrm.store import documents, faults, history
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

KINDS = {
    "all": N_("All steps"),
    "hand": N_("Entered by hand"),
    "import": N_("Imports"),
    "deleted": N_("Deletions"),
    "undo": N_("Undo and redo"),
}
"""The kinds of steps that can be asked for."""

ORIGINS = {
    "user": N_("Entered by hand"),
    "import": N_("Import"),
    "undo": N_("Undo"),
    "redo": N_("Redo"),
    "program": N_("FreeCRM itself"),
    "sync": N_("From a colleague"),
}
HITS_MOST = 2_000  # records of one kind whose steps are looked for by the record's name
_DAY = "date(at / 1000, 'unixepoch', 'localtime')"
_FIGURE = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Found:
    """numbers: of the steps, newest first. days: (place in `numbers`, ISO day) where a new day begins.

    total: how many steps there are in all."""

    numbers: array[int]
    days: tuple[tuple[int, str], ...]
    total: int


@faults.reads
def find(store: Store, words: str = "", kind: str = "all") -> Found:
    """The steps of a kind whose sentence, person, records or values have all the words in them."""
    where, values = _where(store, words, kind)
    c = store.read()
    numbers: array[int] = array("q")
    days: list[tuple[int, str]] = []
    for n, day in c.execute(f"SELECT n, {_DAY} FROM step WHERE {where} ORDER BY n DESC", values):
        if not days or days[-1][1] != day:
            days.append((len(numbers), day))
        numbers.append(n)
    total = c.execute("SELECT count(*) FROM step WHERE title <> ?", (NOTED,)).fetchone()[0]
    return Found(numbers, tuple(days), int(total))


def _where(store: Store, words: str, kind: str) -> tuple[str, list[Any]]:
    parts: list[str] = ["title <> ?"]
    values: list[Any] = [NOTED]
    if kind == "hand":
        parts.append("origin = 'user'")
    elif kind == "import":
        parts.append("origin = 'import'")
    elif kind == "undo":
        parts.append("origin IN ('undo', 'redo')")
    elif kind == "deleted":
        roots = [f"'{e.entity}'" for e in store.model.roots()]
        parts.append(
            "origin NOT IN ('undo', 'redo') AND EXISTS (SELECT 1 FROM json_each(step.counts) k"
            f" WHERE k.key IN ({', '.join(roots)}) AND k.value ->> '$[2]' > 0) AND title NOT IN (?, ?)"
        )
        values += TAKEN_OFF
    for word in words.split():
        sql, more = _has_word(store, word)
        parts.append(f"({sql})")
        values += more
    return " AND ".join(parts), values


def _has_word(store: Store, word: str) -> tuple[str, list[Any]]:
    """Steps that have this word in their sentence, its figures, the person's name, a record or a value."""
    like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    said = _sentences_with(store, word)
    parts = ["figures LIKE ? ESCAPE '\\'", "n IN (SELECT step FROM change WHERE data LIKE ? ESCAPE '\\')"]
    values: list[Any] = [like, like]
    for text in said:  # the figures of an undo name the sentence of what it took back, and labels
        parts += ["title = ?", "instr(figures, ?)"]
        values += [text, json.dumps(text, ensure_ascii=False)]
    for entity in store.model.roots():
        numbers = _named(store, entity.entity, word)
        if numbers == "[]":
            continue
        ids = f"SELECT id FROM {quoted(entity.entity)} WHERE n IN (SELECT value FROM json_each(?))"
        whole = [ids]
        for child in dict.fromkeys(k.entity for k in store.schema.children(entity.entity).values()):
            whole.append(f"SELECT id FROM {quoted(child)} WHERE parent IN ({ids})")
        parts.append(f"n IN (SELECT step FROM change WHERE id IN ({' UNION ALL '.join(whole)}))")
        values += [numbers] * len(whole)
        if entity.entity == "user":
            parts.append(f"who IN ({ids})")
            values.append(numbers)
    return " OR ".join(parts), values


def _sentences_with(store: Store, word: str) -> list[str]:
    """The texts, as they are kept, that have the word in them in the language spoken now."""
    texts = [row[0] for row in store.read().execute("SELECT DISTINCT title FROM step")]
    texts += [label for e in store.model.entities.values() for label in (e.label, e.plural)]
    texts += [f.label for e in store.model.roots() for f in e.fields.values()]
    return [t for t in dict.fromkeys(texts) if word.lower() in _FIGURE.sub(" ", _(t)).lower()]


def _named(store: Store, entity: str, word: str) -> str:
    """The numbers of the records that a search of their list would find by this word, as JSON."""
    if not documents.is_searchable(store.schema, entity):
        return "[]"
    return json.dumps(list(store.reader().numbers(Query(entity, words=word))[:HITS_MOST]))


@faults.reads
def steps(store: Store, numbers: Sequence[int]) -> dict[int, Step]:
    """Number -> step, for those that are painted."""
    return history.steps_at(store, numbers)


@faults.reads
def kept(store: Store, n: int) -> list[Kept]:
    """What an undo left as it was, as it said so when it was done."""
    row = store.read().execute("SELECT kept FROM step WHERE n = ?", (n,)).fetchone()
    found = json.loads(row[0]) if row and row[0] else []
    return [
        Kept(entity, bytes.fromhex(id), title, Said(text, **{k: from_plain(v) for k, v in figures.items()}))
        for entity, id, title, text, figures in found
    ]


@faults.reads
def undone_by(store: Store, n: int) -> int | None:
    """The number of the step that took step `n` back; None when it stands."""
    row = store.read().execute("SELECT undone_by FROM step WHERE n = ?", (n,)).fetchone()
    return row[0] if row else None


@faults.reads
def later_steps(store: Store, n: int, ids: Sequence[bytes]) -> dict[bytes, Step]:
    """Id -> the latest step after step `n` that changed this record or one of its rows."""
    c = store.read()
    found: dict[bytes, int] = {}
    for id in ids:
        row = c.execute(
            "SELECT max(step) FROM change WHERE step > ? AND (id = ? OR id IN"
            " (SELECT id FROM change WHERE op = 2 AND data ->> '$.parent' = ?))"
            " AND step NOT IN (SELECT n FROM step WHERE n > ? AND title = ?)",
            (n, id, id.hex().upper(), n, NOTED),
        ).fetchone()
        if row[0] is not None:
            found[id] = int(row[0])
    steps = history.steps_at(store, list(found.values()))
    return {id: steps[number] for id, number in found.items() if number in steps}


def counts_words(store: Store, step: Step) -> str:
    """What a step did in figures: «Customers: 3 new, 12 changed»."""
    known = {e: c for e, c in step.counts.items() if e in store.model.entities and any(c)}
    roots = {e: c for e, c in known.items() if not is_child(store.schema.entity(e))}
    parts = []
    gone = _("{n} taken off") if step.title in TAKEN_OFF else _("{n} deleted")
    for entity, (new, changed, deleted) in (roots or known).items():
        said = [
            text.format(n=f"{n:,}")
            for n, text in ((new, _("{n} new")), (changed, _("{n} changed")), (deleted, gone))
            if n
        ]
        declared = store.schema.entity(entity)
        things = _(declared.label if new + changed + deleted == 1 else declared.plural)
        parts.append(_("{things}: {figures}").format(things=things, figures=_(", ").join(said)))
    return " · ".join(parts)


def origin_words(step: Step) -> str:
    """Where a step came from."""
    if step.title in TAKEN_OFF:
        return _(ORIGINS["program"])
    return _(ORIGINS.get(step.origin, N_("FreeCRM itself")))


def people(store: Store, steps: Sequence[Step]) -> dict[bytes, str]:
    """Id -> name of those who did these steps."""
    return store.reader().titles("user", {s.who for s in steps if s.who is not None})


def things(store: Store, entity: str, n: int) -> str:
    """A kind of record as it stands inside a sentence: «customer», «customers»."""
    declared = store.schema.entity(entity)
    return inside(_(declared.label if n == 1 else declared.plural))
