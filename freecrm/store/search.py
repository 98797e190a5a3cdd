"""The search index: one for names, codes, phones and words of every entity, one for long texts.

Each is a pair of tables: `search_doc` holds the text of every record, `search_gram` (FTS5, contentless,
`detail=none`) the tokens that lead to it. A query asks for tokens, newest first, and every candidate
is checked against its text, so a hit is always a true one. At most `CAP` candidates are looked at.

A document's number is its record's number `n` when the record is new. A changed record gets a new
one from the file's counter; its old tokens stay behind, lead nowhere, and are dropped by `rebuild`.
Documents must come in rising numbers, as FTS5 wants them.

Nothing here commits: `put` and `drop` belong to the writer's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from freecrm.core.grams import grams, long_grams
from freecrm.core.matching import (
    EXACT,
    FULL,
    INITIALS,
    LONG_TEXT,
    MIXED,
    Query,
    Ways,
    long_ways,
    match,
    match_long,
    parse,
)

CAP = 300
_BEST_CAP = 200
_BATCH_FIRST, _BATCH = 40, 200
_SAMPLE = 200  # documents of any entity that are looked at until it is known
_SHARE = 20  # whether one in so many is of a wanted one
_VALUES = 100
_BLOCK = 500

Row = tuple[int, int, str]
"""Entity number, record number `n`, text."""

Document = tuple[int, int, int, str]
"""The document's own number and its row."""


def _ddl(prefix: str) -> list[str]:
    return [
        f"CREATE TABLE {prefix}_doc (docid INTEGER PRIMARY KEY, entity INTEGER NOT NULL,"
        " n INTEGER NOT NULL, text TEXT NOT NULL)",
        f"CREATE INDEX {prefix}_moved ON {prefix}_doc (n) WHERE docid <> n",
        f"CREATE VIRTUAL TABLE {prefix}_gram USING fts5"
        "(tokens, content='', detail=none, columnsize=0, tokenize='ascii')",
        f"INSERT INTO search_state (name) VALUES ('{prefix}')",
    ]


DDL: list[str] = [
    "CREATE TABLE search_state (name TEXT PRIMARY KEY, top INTEGER NOT NULL DEFAULT 0,"
    " written INTEGER NOT NULL DEFAULT 0, live INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
    *_ddl("search"),
    *_ddl("search_long"),
]
"""The statements that make both indexes, in order."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found; a smaller `rank` (see `core.matching`) is better."""

    entity: int
    n: int
    rank: int
    text: str


@dataclass(frozen=True, slots=True)
class _Stage:
    """What FTS5 is asked for at one time, at most `cap` candidates.

    best: no hit of this stage that the earlier ones have not found ranks better. in_order: so that it can
    end with the `limit`th hit of that rank, for older ones would not be shown.
    """

    expression: str
    cap: int
    best: int
    in_order: bool = False


def _entity_token(entity: int) -> str:
    return f"°{entity}"


class SearchIndex:
    """The index of one open file; a light object over a connection, made wherever it is needed."""

    def __init__(self, connection: sqlite3.Connection, long: bool = False) -> None:
        """`long=True`: the second index, of texts made by `grams.long_text`."""
        self._db = connection
        self._long = long
        self._name = "search_long" if long else "search"

    # writing

    def put(
        self,
        rows: Iterable[Row],
        next_number: Callable[[], int],
        tokens: Iterable[str] | None = None,
    ) -> None:
        """Index records anew, whether or not they were there; one whose text is as before stays where it is.

        `next_number` hands out numbers of the file's counter, each above every `n` there is. `tokens`
        are the results of `grams(text)` (`long_grams`) in the order of `rows` where a child process
        has made them already. An empty text takes the record out.
        """
        make = long_grams if self._long else grams
        top, rows = self._top(), list(rows)
        known = [n for _entity, n, _text in rows if n <= top]
        held: dict[int, tuple[int, str]] = {}
        for start in range(0, len(known), _BLOCK):
            held.update(self.texts(known[start : start + _BLOCK]))
        fresh: list[tuple[int, int, int, str, str]] = []
        moved: list[tuple[int, int, str, str]] = []
        gone: list[int] = []
        paired = ((row, None) for row in rows) if tokens is None else zip(rows, tokens, strict=True)
        for (entity, n, text), ready in paired:
            if n in held:
                if held[n][1] == text:
                    continue
                gone.append(n)
            if not text:
                continue
            made = f"{make(text) if ready is None else ready} {_entity_token(entity)}"
            if n > top:
                fresh.append((n, entity, n, text, made))
            else:
                moved.append((entity, n, text, made))
        fresh.sort()
        self.drop(gone)
        documents = fresh + [(next_number(), *rest) for rest in moved]
        self._insert(documents)

    def _insert(self, documents: list[tuple[int, int, int, str, str]]) -> None:
        if not documents:
            return
        for start in range(0, len(documents), _VALUES):
            part = documents[start : start + _VALUES]
            self._db.execute(
                f"INSERT INTO {self._name}_doc (docid, entity, n, text) VALUES "
                + ", ".join(["(?, ?, ?, ?)"] * len(part)),
                [value for row in part for value in row[:4]],
            )
        self._db.executemany(
            f"INSERT INTO {self._name}_gram (rowid, tokens) VALUES (?, ?)",
            [(row[0], row[4]) for row in documents],
        )
        self._db.execute(
            "UPDATE search_state SET top = max(top, ?), written = written + ?, live = live + ?"
            " WHERE name = ?",
            (documents[-1][0], len(documents), len(documents), self._name),
        )

    def drop(self, ns: Collection[int]) -> None:
        """Take records out of the index; numbers that are not in it are passed over."""
        if not ns:
            return
        before = self._db.total_changes
        one = [(n,) for n in ns]
        self._db.executemany(f"DELETE FROM {self._name}_doc WHERE docid = ? AND docid = n", one)
        self._db.executemany(f"DELETE FROM {self._name}_doc WHERE n = ? AND docid <> n", one)
        removed = self._db.total_changes - before
        self._db.execute("UPDATE search_state SET live = live - ? WHERE name = ?", (removed, self._name))

    def texts(self, ns: Sequence[int]) -> dict[int, tuple[int, str]]:
        """n -> document number and text of some hundred records; those that are not in the index are missing."""
        marks = ", ".join("?" * len(ns))
        rows = self._db.execute(
            f"SELECT n, docid, text FROM {self._name}_doc WHERE docid IN ({marks}) AND docid = n UNION ALL"
            f" SELECT n, docid, text FROM {self._name}_doc WHERE n IN ({marks}) AND docid <> n",
            [*ns, *ns],
        )
        return {n: (docid, text) for n, docid, text in rows}

    def shrink(self, documents: Sequence[tuple[int, str]]) -> None:
        """Give documents, (number, text), a text that all of its tokens already lead to: a part of the old one.

        What led to the rest stays until `rebuild` and is checked in vain.
        """
        self._db.executemany(
            f"UPDATE {self._name}_doc SET text = ? WHERE docid = ?",
            [(text, docid) for docid, text in documents],
        )
        self._db.execute(
            "UPDATE search_state SET written = written + ? WHERE name = ?", (len(documents), self._name)
        )
        self._db.execute("INSERT OR IGNORE INTO search_state (name) VALUES (?)", (f"{self._name}_shrunk",))

    def _is_shrunk(self) -> bool:
        sql = "SELECT 1 FROM search_state WHERE name = ?"
        return self._db.execute(sql, (f"{self._name}_shrunk",)).fetchone() is not None

    def _top(self) -> int:
        found = self._db.execute("SELECT top FROM search_state WHERE name = ?", (self._name,)).fetchone()
        return int(found[0])

    def stale_share(self) -> float:
        """The part of the documents, 0 to 1, whose tokens lead nowhere any more; costs nothing."""
        written, live = self._db.execute(
            "SELECT written, live FROM search_state WHERE name = ?", (self._name,)
        ).fetchone()
        return 1 - live / written if written else 0.0

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Make all tokens anew from the stored texts, in the caller's transaction.

        `progress(done, all)` is called every few thousand documents and may raise to give up.
        """
        make = long_grams if self._long else grams
        (count,) = self._db.execute(f"SELECT count(*) FROM {self._name}_doc").fetchone()
        self._db.execute(f"INSERT INTO {self._name}_gram ({self._name}_gram) VALUES ('delete-all')")
        last, done = -1, 0
        while True:
            part = self._db.execute(
                f"SELECT docid, entity, text FROM {self._name}_doc WHERE docid > ? ORDER BY docid LIMIT 2000",
                (last,),
            ).fetchall()
            if not part:
                break
            self._db.executemany(
                f"INSERT INTO {self._name}_gram (rowid, tokens) VALUES (?, ?)",
                [(docid, f"{make(text)} {_entity_token(entity)}") for docid, entity, text in part],
            )
            last, done = part[-1][0], done + len(part)
            if progress:
                progress(done, count)
        self._db.execute(
            "UPDATE search_state SET written = ?, live = ? WHERE name = ?", (count, count, self._name)
        )
        self._db.execute("DELETE FROM search_state WHERE name = ?", (f"{self._name}_shrunk",))

    # asking

    def find(
        self,
        query: str,
        entities: Collection[int] | None = None,
        limit: int = 20,
        skip: Callable[[int, int], bool] | None = None,
    ) -> list[Hit]:
        """The best `limit` records for what was typed, best rank first, then newest.

        `entities` limits to their numbers; `skip(entity, n)` leaves a record out (no right to see it).
        Beyond `CAP` candidates older ones are not looked at; whole codes, ends of phones and
        beginnings of names are asked for first, so that they are found among however many.
        """
        parsed = parse(query)
        hits: dict[int, Hit] = {}
        for stage in self._stages(query, parsed):
            better = sum(hit.rank < stage.best for hit in hits.values())
            if better >= limit:
                break
            for docid, entity, n, text in self._candidates(stage.expression, entities, stage.cap):
                if docid in hits:
                    continue
                rank = self._rank(query, parsed, text)
                if rank is not None and not (skip and skip(entity, n)):
                    hits[docid] = Hit(entity, n, rank, text)
                    better += rank <= stage.best
                    if stage.in_order and better >= limit:
                        break
        ordered = sorted(hits, key=lambda docid: (hits[docid].rank, -docid))
        return [hits[docid] for docid in ordered[:limit]]

    def find_numbers(
        self,
        query: str,
        entity: int,
        limit: int = 5000,
        line: int | None = None,
        looked_at: int | None = None,
    ) -> list[int]:
        """The numbers `n` of all records of one entity that match, newest first, at most `limit`.

        For filtering a list: may look at more than `CAP` candidates, so call it in a job.
        line: only what this line of the text holds counts (0 names, 1 codes, 2 phones, 3 words).
        looked_at: so many candidates at most.
        """
        parsed = parse(query)
        stages = self._stages(query, parsed)
        if not stages:
            return []
        candidates = islice(self._candidates(stages[-1].expression, (entity,), -1), looked_at)
        if line is not None:
            alone = ((n, _line_of(text, line)) for _, _, n, text in candidates)
            return list(islice((n for n, text in alone if match(parsed, text) is not None), limit))
        if parsed.certain and not self._long and not self._is_shrunk():
            return [n for _, _, n, _ in islice(candidates, limit)]
        true = (n for _, _, n, text in candidates if self._rank(query, parsed, text) is not None)
        return list(islice(true, limit))

    def _rank(self, query: str, parsed: Query, text: str) -> int | None:
        if self._long:
            return LONG_TEXT if match_long(query, text) else None
        return match(parsed, text)

    def _candidates(self, expression: str, entities: Collection[int] | None, cap: int) -> Iterator[Document]:
        """Those that an expression leads to, newest first, at most `cap` of these entities (-1: all)."""
        if entities is None:
            yield from self._documents(expression, cap)
        elif entities:
            yield from islice(self._of(expression, entities, cap), None if cap < 0 else cap)

    def _of(self, expression: str, entities: Collection[int], cap: int) -> Iterator[Document]:
        """Those of some entities. As long as many of all that are found are of them, each is looked at: to find
        the place in the tokens that stand for entities, in every third document, takes longer."""
        found = last = 0
        looked_at = self._documents(expression, -1 if cap < 0 else cap * 2)
        for seen, (last, entity, n, text) in enumerate(looked_at, 1):
            if entity in entities:
                found += 1
                yield last, entity, n, text
            if seen % _SAMPLE == 0 and found * _SHARE < seen:
                break
        else:
            return
        only = _any([_quoted(_entity_token(entity)) for entity in sorted(entities)])
        yield from self._documents(_all([expression, only]), -1, last)

    def _documents(self, expression: str, most: int, before: int = 1 << 62) -> Iterator[Document]:
        cursor = self._db.execute(
            f"SELECT d.docid, d.entity, d.n, d.text FROM"
            f" (SELECT rowid AS r FROM {self._name}_gram WHERE {self._name}_gram MATCH ? AND rowid < ?"
            f"  ORDER BY rowid DESC LIMIT ?) CROSS JOIN {self._name}_doc d ON d.docid = r",
            (expression, before, most),
        )
        size = _BATCH_FIRST
        while part := cursor.fetchmany(size):
            yield from part
            size = _BATCH

    def _stages(self, query: str, parsed: Query) -> list[_Stage]:
        """What to ask FTS5 for, one after the other: the best matches first, everything last."""
        if self._long:
            words = long_ways(query)
            return [_Stage(_all([*map(_expression, words)]), CAP, LONG_TEXT)] if words else []
        if not parsed.meanings:
            return []
        best = [
            _all([_expression(words[0].best_ways), *(_expression(word.ways) for word in words[1:])])
            for words in parsed.meanings
        ]
        every = [_all([_expression(word.ways) for word in words]) for words in parsed.meanings]
        stages = [_Stage(_any(best), _BEST_CAP, EXACT)]
        if len(every) == 1 and len(parsed.meanings[0]) == 1 and parsed.meanings[0][0].initial_ways:
            word = parsed.meanings[0][0]
            stages.append(_Stage(_expression(word.literal_ways), CAP, INITIALS))
            for ways, rank in ((word.initial_ways, INITIALS), (word.spelt_ways, FULL)):
                if ways:
                    stages.append(_Stage(_expression(ways), CAP, rank, in_order=True))
            return [*stages, _Stage(every[0], CAP, MIXED, in_order=True)]
        return [*stages, _Stage(_any(every), CAP, INITIALS)]


def _line_of(text: str, line: int) -> str:
    """A document with nothing but one of its lines."""
    lines = text.split("\n", line + 1)
    return "\n" * line + (lines[line] if line < len(lines) else "")


def _quoted(token: str) -> str:
    return f'"{token}"'


def _expression(ways: Ways) -> str:
    return _any([_all([_quoted(token) for token in way]) for way in ways])


def _all(parts: list[str]) -> str:
    return "(" + " AND ".join(parts) + ")"


def _any(parts: list[str]) -> str:
    return "(" + " OR ".join(parts) + ")"
