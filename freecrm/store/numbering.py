"""Gives out numbers by rule, and says who has a number already.

A field is numbered when it is declared `unique` and the firm's settings have a rule for it
(`customer.code_rule` for the code of a customer, `quote.number_rule`, …). The counter of a series
lies in the file and is moved on in the transaction that gives the number: two programs on one file never
give the same one, a step that is given up has given none, and undo does not turn it back. What is taken all the same, by
hand or by an import, is passed over, records in the recycle bin and those merged away included. Neither case nor
width nor outer blanks make two numbers of one (`core.numbering.same_code`).

In a team each computer gives numbers of its own ranges, which the server handed out (`sync/ranges.py`); one that has used
them up far from the server goes on with a mark of its own behind the number, so that none is given twice.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from freecrm.core.custom import Schema
from freecrm.core.day_words import this_day
from freecrm.core.entity import Entity
from freecrm.core.fields import Field
from freecrm.core.jobs import Progress
from freecrm.core.numbering import Facts, Rule, facts_of, read, same_code, written
from freecrm.core.problems import Known
from freecrm.core.settings import SETTINGS
from freecrm.core.values import half
from freecrm.core.words import N_, Said, say
from freecrm.store import faults, history
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store

BLOCK = 500
SAMPLES = 5
_DAY_MS = 86_400_000
_LAST = "\U0010ffff"


def unique(entity: type[Entity]) -> tuple[Field, ...]:
    """The fields of an entity that no two records may share a value of."""
    return tuple(f for f in entity.fields.values() if f.unique)


def ruled(entity: type[Entity]) -> tuple[Field, ...]:
    """The fields of an entity that the firm may have a rule for."""
    return tuple(f for f in unique(entity) if key_of(f) in SETTINGS)


def key_of(f: Field) -> str:
    """The setting that holds the rule of a field."""
    return f"{f.entity}.{f.name}_rule"


def rule_of(c: sqlite3.Connection, f: Field) -> Rule | None:
    """The rule that the firm has for a field, else that of the setting's default; None when there is none."""
    row = c.execute("SELECT value FROM setting WHERE key = ?", (key_of(f),)).fetchone()
    declared = SETTINGS.get(key_of(f))
    if row is None and (declared is None or not declared.default):
        return None
    try:
        return read(str(json.loads(row[0]) if row is not None else declared.default if declared else ""))
    except (Known, ValueError):  # written by hand or by another program: then nobody gets a code
        return None


# ---- giving out


class Numbers:
    """Gives the next numbers of one field; `spent` is to be written down (`write`) in the same transaction.

    many: for whoever wants very many of them; what is taken is read once instead of asked each time.
    also: with it, numbers that are spoken for without being in the file (those of a list being imported).
    """

    def __init__(
        self,
        c: sqlite3.Connection,
        f: Field,
        rule: Rule,
        day: dt.date | None = None,
        *,
        many: bool = False,
        also: Collection[str] = (),
    ) -> None:
        self.c, self.f, self.rule, self.day = c, f, rule, day or this_day()
        self.name = f"code {f.entity}.{f.name} {rule.series(self.day)}"
        self._taken: set[str] | None = None
        self.ranges, self.mark = ranges_of(c, self.name)
        row = c.execute("SELECT value FROM counter WHERE name = ?", (self.name,)).fetchone()
        self.number = int(row[0]) if row is not None else None
        self._marked = 0
        self.given = False
        if self.number is None or many:
            self._look(row is None, many, also)

    def _look(self, begins: bool, many: bool, also: Collection[str]) -> None:
        """A series that begins goes on behind the greatest number that somebody has in it already."""
        pattern = re.compile(self.rule.pattern(self.day).pattern, re.ASCII | re.IGNORECASE)
        greatest = self.rule.start - 1
        taken: set[str] = set()
        for code in (*self._held(), *also):
            found = pattern.fullmatch(code) or pattern.fullmatch(half(code).strip())
            if found is not None:
                greatest = max(greatest, int(found[1]))
                taken.add(same_code(code))
        if begins:
            self.number = greatest
        if many:
            self._taken = taken

    def _held(self) -> Iterator[str]:
        prefix = self.rule.prefix(self.day)
        for begun in written(prefix) if prefix else {""}:
            yield from self._held_from(begun)

    def _held_from(self, prefix: str) -> Iterator[str]:
        name, table = quoted(self.f.name), quoted(self.f.entity)
        within = f"{name} >= ? AND {name} < ?" if prefix else f"{name} IS NOT NULL"
        asked = (prefix, prefix + _LAST) if prefix else ()
        for (code,) in self.c.execute(f"SELECT {name} FROM {table} WHERE {within}", asked):
            yield code
        gone = f"data ->> '$.{self.f.name}'"
        within = f"{gone} >= ? AND {gone} < ?" if prefix else f"{gone} > ''"
        sql = f"SELECT {gone} FROM change WHERE op = 2 AND {within} AND entity = ?"
        for (code,) in self.c.execute(sql, (*asked, self.f.entity)):
            yield str(code)

    def next(self, facts: Facts | None = None) -> str:
        """The next free number, for a record of which these facts are known."""
        assert self.number is not None
        while True:
            code = self._following(facts)
            if not self._is_taken(code):
                self.given = True
                return code

    def _following(self, facts: Facts | None) -> str:
        assert self.number is not None
        if not self.mark:
            self.number += 1
            return self.rule.code(self.number, self.day, facts)
        for first, last in self.ranges:
            if self.number < last:
                self.number = max(self.number + 1, first)
                return self.rule.code(self.number, self.day, facts)
        self._marked += 1
        number = (self.ranges[-1][1] if self.ranges else self.rule.start - 1) + self._marked
        return f"{self.rule.code(number, self.day, facts)}-{self.mark}"

    def _is_taken(self, code: str) -> bool:
        return (
            same_code(code) in self._taken if self._taken is not None else bool(taken(self.c, self.f, [code]))
        )

    def write(self, c: sqlite3.Connection) -> None:
        """Move the counter in the file on to where this has come."""
        if self.given and self.number is not None:
            spend(c, {self.name: self.number})


def ranges_of(c: sqlite3.Connection, name: str) -> tuple[list[tuple[int, int]], str]:
    """The ranges of a series that are this computer's alone, first to last, in order; and its mark in the team, ""
    outside of one."""
    mark = c.execute("SELECT value FROM sync_meta WHERE key = 'mark'").fetchone()
    if mark is None:
        return [], ""
    row = c.execute("SELECT value FROM sync_meta WHERE key = ?", (f"range {name}",)).fetchone()
    return ([(first, last) for first, last in json.loads(row[0])] if row else []), str(mark[0])


def spend(c: sqlite3.Connection, spent: Mapping[str, int]) -> None:
    """Move counters on, never back."""
    c.executemany(
        "INSERT INTO counter(name, value) VALUES (?, ?)"
        " ON CONFLICT(name) DO UPDATE SET value = max(value, excluded.value)",
        list(spent.items()),
    )


def taken(c: sqlite3.Connection, f: Field, codes: Collection[str]) -> set[str]:
    """Those of these numbers that a record has, or one had that was deleted."""
    found: set[str] = set()
    gone = f"data ->> '$.{f.name}'"
    for asked, block, marks in _blocks(codes):
        sql = f"SELECT {quoted(f.name)} FROM {quoted(f.entity)} WHERE {quoted(f.name)} IN ({marks})"
        for (code,) in c.execute(sql, block):
            found.update(asked.get(same_code(code), ()))
        sql = f"SELECT {gone} FROM change WHERE op = 2 AND {gone} IN ({marks}) AND entity = ?"
        for (code,) in c.execute(sql, (*block, f.entity)):
            found.update(asked.get(same_code(code), ()))
    return found


def _blocks(codes: Collection[str]) -> Iterator[tuple[dict[str, list[str]], list[str], str]]:
    """Numbers block by block: as they are compared -> as they were asked for; all the ways they may be written,
    and the marks for these."""
    wanted = list(codes)
    for start in range(0, len(wanted), BLOCK):
        asked: dict[str, list[str]] = {}
        forms: set[str] = set()
        for code in wanted[start : start + BLOCK]:
            asked.setdefault(same_code(code), []).append(code)
            forms |= written(code)
        yield asked, sorted(forms), ", ".join("?" * len(forms))


def preview(
    store: Store, entity: str, name: str, text: str | None = None, facts: Facts | None = None, n: int = 3
) -> list[str]:
    """The next numbers, none of them spent; [] without a rule. text: a rule in place of the firm's; Known when it
    is none."""
    f = store.model.entities[entity].fields[name]
    with faults.told(store.path):
        rule = read(text) if text is not None else rule_of(store.read(), f)
        if rule is None:
            return []
        numbers = Numbers(store.read(), f, rule)
        return [numbers.next(facts) for _ in range(n)]


# ---- who has it


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a number. gone: "" for a record that is there, "bin" for one in the recycle bin, "merged" for one
    that was merged into the record called `into`. unseen: whoever asks may not see it, nor be told of it."""

    id: bytes
    title: str
    gone: str = ""
    into: bytes = b""
    into_title: str = ""
    unseen: bool = False


def holders(
    c: sqlite3.Connection, entity: type[Entity], f: Field, codes: Collection[str]
) -> dict[str, list[Holder]]:
    """Number, as it was asked for -> the records that have it, those that are there first."""
    found: dict[str, list[Holder]] = {}
    for asked, block, marks in _blocks(codes):
        sql = (
            f"SELECT {quoted(f.name)}, id, {quoted(entity.title)} FROM {quoted(f.entity)}"
            f" WHERE {quoted(f.name)} IN ({marks}) ORDER BY n"
        )
        held = [(code, Holder(id, str(title or ""))) for code, id, title in c.execute(sql, block)]
        for code, one in (*held, *_gone(c, entity, f, block)):
            for wanted in asked.get(same_code(code), ()):
                found.setdefault(wanted, []).append(one)
    return found


def _gone(
    c: sqlite3.Connection, entity: type[Entity], f: Field, block: Sequence[str]
) -> Iterator[tuple[str, Holder]]:
    """Records with these numbers that can be brought back: from the recycle bin, by splitting a merge."""
    since = int(dt.datetime.now(dt.UTC).timestamp() * 1000) - history.BIN_DAYS * _DAY_MS
    gone, marks = f"x.data ->> '$.{f.name}'", ", ".join("?" * len(block))
    rows = c.execute(
        f"SELECT {gone}, x.id, x.data ->> '$.{entity.title}', s.title, s.figures ->> '$.into' FROM change x"
        f" JOIN step s ON s.n = x.step WHERE x.op = 2 AND {gone} IN ({marks}) AND x.entity = ?"
        " AND s.at > ? AND s.origin NOT IN ('undo', 'redo') AND x.data ->> '$.erased' IS NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {quoted(f.entity)} t WHERE t.id = x.id)"
        " AND NOT EXISTS (SELECT 1 FROM change y WHERE y.id = x.id AND y.n > x.n) ORDER BY x.n DESC",
        (*block, f.entity, since),
    ).fetchall()
    for code, id, title, step, into in rows:
        if step != history.MERGE or not into:
            yield code, Holder(id, str(title or ""), "bin")
            continue
        other = bytes.fromhex(into)
        sql = f"SELECT {quoted(entity.title)} FROM {quoted(f.entity)} WHERE id = ?"
        row = c.execute(sql, (other,)).fetchone()
        yield code, Holder(id, str(title or ""), "merged", other, str(row[0] or "") if row else "")


def holder(
    c: sqlite3.Connection, entity: type[Entity], f: Field, code: str, but: bytes | None = None
) -> Holder | None:
    """Who else has a number; None when it is free. but: the record it is for, which may also take up what one had
    that was merged into it."""
    found = holders(c, entity, f, [code]).get(code, ())
    return next((one for one in found if but is None or but not in (one.id, one.into)), None)


def taken_words(f: Field, code: str, holder: Holder) -> Said:
    """Why a number can't be had: whose it is, and the way on."""
    if holder.unseen:
        what = N_("{field} “{code}” belongs to a record that you may not see. Choose another.")
        return say(what, field=f.title, code=code)
    figures: dict[str, Any] = {"field": f.title, "code": code, "name": holder.title}
    if holder.gone == "bin":
        what = N_(
            "{field} “{code}” belongs to “{name}” in the recycle bin. Choose another, or bring that one back."
        )
        return say(what, **figures)
    if holder.gone == "merged":
        what = N_("{field} “{code}” was that of “{name}”, merged into “{into}” since. Choose another.")
        return say(what, into=holder.into_title, **figures)
    return say(N_("{field} “{code}” belongs to “{name}” already. Choose another."), **figures)


def refuse_taken(
    c: sqlite3.Connection,
    entity: type[Entity],
    values: Mapping[str, Any],
    id: bytes | None = None,
    sees: Callable[[str, bytes], bool] = lambda _entity, _id: True,
) -> None:
    """Known when one of these values is another record's and must not be shared. sees: whether whoever writes may
    see the record of this id."""
    for f in unique(entity):
        code = values.get(f.name)
        if code:
            found = holder(c, entity, f, code, id)
            if found is not None:
                unseen = not sees(entity.entity, found.id)
                raise Known(taken_words(f, code, replace(found, unseen=unseen)))


def doubles(c: sqlite3.Connection, schema: Schema) -> list[tuple[Field, int, list[str]]]:
    """Per field: how many of its values more than one record has, and the first of them."""
    found: list[tuple[Field, int, list[str]]] = []
    c.create_function("same_code", 1, same_code, deterministic=True)
    for entity in schema.model.roots():
        for f in unique(entity):
            name = quoted(f.name)
            rows = c.execute(
                f"SELECT min({name}) FROM {quoted(f.entity)} WHERE {name} IS NOT NULL"
                f" GROUP BY same_code({name}) HAVING count(*) > 1"
            ).fetchall()
            if rows:
                found.append((f, len(rows), [code for (code,) in rows[:SAMPLES]]))
    return found


# ---- for those that have none


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many records have no number, and what the first of them would get: (title, number)."""

    n: int
    samples: tuple[tuple[str, str], ...] = ()


def look(store: Store, entity: str, name: str) -> Outlook:
    """What `give` would do; nothing is written."""
    declared = store.model.entities[entity]
    f = declared.fields[name]
    c = store.read()
    with faults.told(store.path):
        n = c.execute(f"SELECT count(*) FROM {quoted(entity)} WHERE {quoted(name)} IS NULL").fetchone()[0]
        rule = rule_of(c, f)
        if rule is None or not n:
            return Outlook(n)
        numbers = Numbers(c, f, rule)
        first = list(_without(c, f, SAMPLES))
        facts = facts_of_ids(store, entity, [id for id, _ in first]) if rule.asks_record else {}
        titles = store.reader().titles(entity, {id for id, _ in first})
        return Outlook(n, tuple((titles.get(id, ""), numbers.next(facts.get(id))) for id, _ in first))


def _without(c: sqlite3.Connection, f: Field, limit: int, after: int = -1) -> Iterable[tuple[bytes, int]]:
    sql = f"SELECT id, n FROM {quoted(f.entity)} WHERE {quoted(f.name)} IS NULL AND n > ? ORDER BY n LIMIT ?"
    return c.execute(sql, (after, limit)).fetchall()


def facts_of_ids(store: Store, entity: str, ids: Sequence[bytes], step: Any = None) -> dict[bytes, Facts]:
    """What a rule may take from these records."""
    from freecrm.store.reader import Reader

    fields = store.schema.fields(entity)
    names = {n for n in ("name", "addresses", "phones") if n in fields}
    found = Reader(store, step=step).by_ids(entity, ids, names)
    return {id: facts_of(record.values) for id, record in found.items()}


def give(store: Store, entity: str, name: str, progress: Progress | None = None) -> int:
    """Give numbers to all records that have none, oldest first, as one step; how many got one.

    Known when there is no rule. Cancelled leaves the file as it was.
    """
    declared = store.model.entities[entity]
    f = declared.fields[name]
    progress = progress or Progress()
    done = 0
    with store.step(N_("Codes given to {n} {things:lower}")) as step:
        c = step.connection
        rule = rule_of(c, f)
        if rule is None:
            raise Known(say(N_("There is no rule for “{field}” yet. Choose one first."), field=f.title))
        numbers = Numbers(c, f, rule, many=True)
        total = c.execute(f"SELECT count(*) FROM {quoted(entity)} WHERE {quoted(name)} IS NULL").fetchone()[0]
        after = -1
        while block := list(_without(c, f, BLOCK, after)):
            ids = [id for id, _ in block]
            facts = facts_of_ids(store, entity, ids, step) if rule.asks_record else {}
            step.fill(entity, name, [(numbers.next(facts.get(id)), id) for id in ids])
            after = block[-1][1]
            done += len(block)
            progress.tell(done, total)
        numbers.write(c)
        things = say(declared.label if done == 1 else declared.plural)
        step.figures.update(n=f"{done:,}", things=things)
        progress.check()
        progress.fixed = True
    return done
