"""Finding: as one types, in all entities and among customers alone, what is found, and nonsense."""

from __future__ import annotations

import random
import sqlite3
import time

from freecrm.core.query import Query
from freecrm.modules import model
from freecrm.store import documents
from freecrm.store.database import Store, open_store
from freecrm.store.search import SearchIndex
from tests.bench import data
from tests.bench.measure import Goal, Line, Run, each, part

ALL = 10**9
NONSENSE = ("张qq伟", "qxzqx", "溪zq鹿", "0000 9999 zz", "王 李 张 刘 陈 杨 黄", "a1b2c3d4")
LIKE = """
SELECT 'customer', n FROM customer WHERE name LIKE :words OR code LIKE :words
UNION SELECT 'contact', n FROM contact WHERE name LIKE :words
UNION SELECT parent_entity, parent FROM phone WHERE number LIKE :words
UNION SELECT parent_entity, parent FROM address
  WHERE province LIKE :words OR city LIKE :words OR street LIKE :words
"""

Hits = set[tuple[str, int]]


def asked(store: Store, count: int) -> tuple[list[str], list[str], list[str]]:
    """What people type, drawn from what is in the file: (texts, whole pinyin, initials)."""
    chance = random.Random(13)
    read = store.read().execute
    tops = {t: read(f"SELECT max(n), min(n) FROM {t}").fetchone() for t in ("customer", "contact", "phone")}  # noqa: S608

    def one(table: str, columns: str) -> tuple[str, ...]:
        top, low = tops[table]
        sql = f"SELECT {columns} FROM {table} WHERE n >= ? ORDER BY n LIMIT 1"  # noqa: S608 - our own names
        return tuple(read(sql, (chance.randrange(low, top + 1),)).fetchone())

    texts, sounds, initials = [], [], []
    for turn in range(count):
        name, key = one("customer", "name, name_key")
        at = chance.randrange(len(name) - 2)
        person, person_key = one("contact", "name, name_key")
        (number,) = one("phone", "number")
        texts += [name[at : at + 2], name[:4], person[:2], number[-4:], number[3:10]]
        if turn % 4 == 0:
            texts += [name[at], chance.choice(data.CITIES), f"KH-{chance.randrange(10**4):04}"]
        sounds += ["".join(key.split()[:2]), "".join(person_key.split())]
        initials += ["".join(word[0] for word in key.split())[:3], "".join(w[0] for w in person_key.split())]
    return (
        [*dict.fromkeys(texts)],
        [s for s in dict.fromkeys(sounds) if s.isascii()],
        [s for s in dict.fromkeys(initials) if s.isascii()],
    )


def typing(words: list[str]) -> list[str]:
    """Every state of the search box on the way to these words."""
    return list(dict.fromkeys(word[:end] for word in words for end in range(1, len(word) + 1)))


def finding(run: Run) -> list[Line]:
    """Typed words and their hits, beside LIKE over the same columns."""
    store = open_store(data.filled(run), model())
    reader = store.reader()
    texts, sounds, initials = asked(store, 8 if run.size >= 10_000 else 3)
    states = typing([*texts, *sounds, *initials])
    each(lambda words: reader.find(words), states[:20])
    whole = each(lambda words: reader.find(words), states)
    alone = each(lambda words: reader.find(words, 20, ["customer"]), states)
    nonsense = each(lambda words: reader.find(words), NONSENSE)
    narrowed = each(lambda words: reader.numbers(Query("customer", words=words)), states)
    truth, taken = _like(store, texts if run.size <= 100_000 else texts[:16])
    truth.update(_by_sound(store, sounds, initials))
    recall, shown, worst = _recall(store, truth)
    store.close()
    like = part(taken, 0.95)
    run.found[f"find {run.size}"] = part(whole, 0.95)
    what = f"{len(states)} states of the search box"
    like_is = "LIKE '%words%' over the same columns of customers, contacts, phones, addresses; all hits"
    return [
        Line(
            "find", "search as you type, p95", "ms", part(whole, 0.95), like, Goal("times", 0.01), like_is,
            size=run.size, note=what,
        ),
        Line("find", "search as you type, p95 in itself", "ms", part(whole, 0.95), None, Goal("most", 30), size=run.size),
        Line("find", "search as you type, p50", "ms", part(whole, 0.5), part(taken, 0.5), None, like_is, size=run.size),
        Line("find", "search as you type, the slowest", "ms", max(whole), size=run.size, note=f"“{states[whole.index(max(whole))]}”"),
        Line("find", "search among customers alone, p95", "ms", part(alone, 0.95), None, Goal("most", 16), size=run.size),
        Line("find", "nonsense, the slowest", "ms", max(nonsense), None, Goal("most", 30), size=run.size),
        Line(
            "find", "list narrowed by words, p95", "ms", part(narrowed, 0.95), like, None, like_is, size=run.size,
            note="Query(words=…): all numbers, at most 5,000",
        ),
        Line(
            "find", f"recall: hits of a scan that are found ({len(truth)} questions)", "%", recall * 100, None,
            Goal("least", 100), size=run.size, note=worst,
        ),
        Line(
            "find", "questions with hits where the box shows 20 of them (or all)", "%", shown * 100, None,
            Goal("least", 100), size=run.size,
        ),
    ]  # fmt: skip


def _like(store: Store, texts: list[str]) -> tuple[dict[str, Hits], list[float]]:
    """words -> what a scan finds, and how long each scan took."""
    read = store.read()
    numbers: dict[str, dict[bytes, int]] = {}
    found: dict[str, Hits] = {}
    taken = []
    for words in texts:
        begun = time.perf_counter()
        rows = read.execute(LIKE, {"words": f"%{words}%"}).fetchall()
        taken.append((time.perf_counter() - begun) * 1000)
        found[words] = {
            (entity, key if isinstance(key, int) else _number(read, numbers, entity, key))
            for entity, key in rows
        }
    return found, taken


def _number(read: sqlite3.Connection, known: dict[str, dict[bytes, int]], entity: str, id: bytes) -> int:
    if entity not in known:
        known[entity] = {}
    held = known[entity].get(id)
    if held is None:
        sql = f"SELECT n FROM {entity} WHERE id = ?"  # noqa: S608 - one of two names
        held = known[entity][id] = int(read.execute(sql, (id,)).fetchone()[0])
    return held


def _by_sound(store: Store, sounds: list[str], initials: list[str]) -> dict[str, Hits]:
    """words -> records whose best reading holds them, from one walk over all names."""
    found: dict[str, Hits] = {words: set() for words in (*sounds, *initials)}
    for entity in ("customer", "contact"):
        for n, key in store.read().execute(f"SELECT n, name_key FROM {entity}"):  # noqa: S608 - two names
            parts = key.split(" ")
            # a sound begins where a character's does: `ang` is not looked for inside `zhang`
            spelt, first = "|" + "|".join(parts), "".join([p[0] for p in parts if p])
            for words in initials:
                if words in first:
                    found[words].add((entity, n))
            plain = spelt.replace("|", "")
            for words in sounds:
                if words in plain and any("".join(parts[at:]).startswith(words) for at in range(len(parts))):
                    found[words].add((entity, n))
    return found


def _recall(store: Store, truth: dict[str, Hits]) -> tuple[float, float, str]:
    """(share of true hits the index finds, share of questions that show as many as they can, the worst)."""
    index, reader = SearchIndex(store.read()), store.reader()
    true = hit = 0
    shown, with_hits = 0, 0
    misses: dict[str, int] = {}
    for words, wanted in truth.items():
        found: Hits = set()
        for entity in ("customer", "contact"):
            numbers = index.find_numbers(words, documents.entity_number(entity), ALL)
            found.update((entity, n) for n in numbers)
        true += len(wanted)
        hit += len(wanted & found)
        if wanted - found:
            misses[words] = len(wanted - found)
        if wanted:
            with_hits += 1
            box = reader.find(words, 20, ["customer", "contact"])
            shown += len(box) >= min(20, len(wanted))
    worst = ", ".join(f"“{w}” misses {n:,}" for w, n in sorted(misses.items(), key=lambda m: -m[1])[:3])
    return (hit / true if true else 1.0), (shown / with_hits if with_hits else 1.0), worst
