"""Merge records that are one, and split them again.

    merging.merge(store, "customer", ids, master, picks)    one step, one undo
    merging.merges(store, "customer", id)                   what was merged into a record
    merging.split(store, step)                              for 90 days, edits made since kept

Everything that points at a record merged away is moved, found from the declarations: every link to
its entity, every child row. Values are read anew inside the step, so that an edit made while the
choice was being made is never lost. A merge is an ordinary step of the log; splitting is taking it
back, whatever came after it.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import spans
from freecrm.core.change import Kept, Touched
from freecrm.core.entity import Child, columns, ends, is_child
from freecrm.core.fields import Field, Link
from freecrm.core.problems import Known
from freecrm.core.record import Record
from freecrm.core.rows import Rows
from freecrm.core.words import N_, Said, from_plain, say
from freecrm.store import compare, drafts, history, undo
from freecrm.store.compare import BOOKKEEPING, BOTH, Picks
from freecrm.store.faults import reads
from freecrm.store.logged import title_of
from freecrm.store.reader import Reader
from freecrm.store.tables import quoted

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

DAYS = undo.DAYS
"""So long a merge can be split again."""
SPLIT = N_("“{names}” split from “{into}” again")
TITLE = history.MERGE


class Changed(Known):
    """A value was changed after it was shown; nothing was merged."""


def merge(
    store: Store,
    entity: str,
    ids: Sequence[bytes],
    master: bytes,
    picks: Picks | None = None,
    *,
    seen: int | None = None,
) -> Touched:
    """Make one record of several, as one step. `master` stays, the others are merged away.

    picks: field -> the record whose value is taken, or BOTH; the safe choice for fields not named.
    seen: number of the latest change when the values were shown (`Comparison.seen`).
    Known when a record is gone, given twice or of another kind, when the rights do not reach, when a
    group tree would close; Changed when a value is another than the one shown. Then nothing is written.
    """
    compare.asked(store.schema, entity, ids, {})
    if master not in ids:
        raise Known(say(N_("The record that stays isn't among those chosen. Select the rows again.")))
    others = [id for id in ids if id != master]
    name = store.schema.entity(entity)
    figures: dict[str, Any] = {
        "n": len(ids),
        "things": say(name.plural),
        "into": master.hex(),
        "entity": entity,
    }
    title = store.reader().titles(entity, {master}).get(master, "")
    with store.step(TITLE, name=title, gone=[id.hex() for id in others], **figures) as step:
        step.moves = True
        work = _Merge(step, entity, master, others)
        work.refuse(seen)
        values = work.values(picks or {})
        work.unite_children()
        work.relink()
        step.delete_many(entity, others)
        step.update(entity, master, values)
    drafts.relink(store, entity, others, master, title)
    assert step.touched is not None
    return step.touched


class _Merge:
    """One merge under way."""

    def __init__(self, step: Step, entity: str, master: bytes, others: list[bytes]) -> None:
        self.step, self.entity, self.master, self.others = step, entity, master, others
        self.schema, self.c = step.schema, step.connection
        self.reader = Reader(step.store, step=step)
        self.all = [master, *others]
        self.marks = ", ".join("?" * len(others))

    def refuse(self, seen: int | None) -> None:
        """Raise what speaks against it: a record that is gone or of another kind, a right, a late edit."""
        for id in self.all:
            held = self.step.guard.held(self.entity, id)
            if held is None:
                kind = self.c.execute("SELECT entity FROM change WHERE id = ? LIMIT 1", (id,)).fetchone()
                compare.asked(self.schema, self.entity, self.all, {id: kind[0] if kind else None})
                raise compare.gone(self.schema, self.entity)
            self.step.guard.record(self.entity, "change" if id == self.master else "delete", held, id)
        if seen is not None:
            self._refuse_late_edits(seen)

    def _refuse_late_edits(self, seen: int) -> None:
        marks = ", ".join("?" * len(self.all))
        rows = self.c.execute(
            f"SELECT id, data FROM change WHERE n > ? AND id IN ({marks}) AND entity = ? AND op = 1 ORDER BY n",
            (seen, *self.all, self.entity),
        ).fetchall()
        fields = self.schema.fields(self.entity)
        names = {name: id for id, data in rows for name in json.loads(data) if name in fields}
        if names:
            what = N_(
                "“{name}” was changed meanwhile ({fields}). Nothing was merged and nothing is lost:"
                " look at the new values and merge again."
            )
            title = title_of(self.c, self.schema, self.entity, next(reversed(names.values())))
            raise Changed(say(what, name=title, fields=[say(fields[n].label) for n in names]))

    # ---- values

    def values(self, picks: Picks) -> dict[str, Any]:
        """What the master gets, from the values as they are now."""
        plain = [
            f
            for f in self.schema.fields(self.entity).values()
            if not isinstance(f, Rows) and not f.hidden and f.derived is None
        ]
        held = self.reader.by_ids(self.entity, self.all, {f.name for f in plain})
        records = [held[id] for id in self.all]
        found: dict[str, Any] = {}
        newest = compare.newest(self.c, self.entity, self.all)
        for f in plain:
            line = compare.line_of(f, records, self.master, newest)
            pick = picks.get(f.name, line.pick)
            value = self._picked(f, line, pick, records)
            if value != held[self.master].values.get(f.name):
                found[f.name] = value
        return found

    def _picked(self, f: Field, line: compare.Line, pick: bytes, records: Sequence[Record]) -> Any:
        if line.adds_up:
            return line.total
        if pick == BOTH:
            texts = [line.texts[one.id] for one in records]
            return compare.both(texts)
        if pick not in line.values:
            raise Known(say(N_("The record that stays isn't among those chosen. Select the rows again.")))
        return line.values[pick]

    # ---- child rows

    def unite_children(self) -> None:
        """Child rows that say the same become one, which keeps all that either said."""
        for f in self.schema.fields(self.entity).values():
            if isinstance(f, Rows) and compare.unites(self.schema, f):
                held = self.reader.children(f, self.all)
                self._unite(f.of, f.shows, [row for id in self.all for row in held.get(id, ())])
        for child, link in self._links_of_children():
            self._unite_links(child, link)

    def _links_of_children(self) -> list[tuple[str, Link]]:
        return [
            (name, f)
            for name, f in compare.links_to(self.schema, self.entity)
            if is_child(self.schema.entity(name)) and f.name != "parent"
        ]

    def _unite_links(self, child: str, link: Link) -> None:
        """A person with a position in two of the records keeps one, unless the two say different things."""
        marks = ", ".join("?" * len(self.all))
        fields = columns(self.schema.entity(child).fields)
        names = ", ".join(quoted(f.name) for f in fields)
        rows = self.c.execute(
            f"SELECT id, {names} FROM {quoted(child)} WHERE {quoted(link.name)} IN ({marks}) AND parent IN"
            f" (SELECT parent FROM {quoted(child)} WHERE {quoted(link.name)} IN ({marks})"
            f" GROUP BY parent HAVING count(*) > 1) ORDER BY {quoted(link.name)} <> ?, n",
            (*self.all, *self.all, self.master),
        ).fetchall()
        found: dict[bytes, list[dict[str, Any]]] = {}
        for id, *values in rows:
            row = {f.name: f.unpack(v) for f, v in zip(fields, values, strict=True)}
            found.setdefault(row["parent"], []).append({"id": id, **row, link.name: None})
        for mine in found.values():
            self._unite(child, "", mine)

    def _unite(self, child: str, shows: str, rows: list[dict[str, Any]]) -> None:
        """rows: the master's first. What a later one says more is filled into the one that stays."""
        fields = self.schema.fields(child)
        names = [n for n, f in fields.items() if n not in BOOKKEEPING and f.derived is None]
        declared = self.schema.entity(child)
        one_of = declared.one_of if issubclass(declared, Child) else ()
        kept: dict[compare.Key, list[dict[str, Any]]] = {}
        going: list[bytes] = []
        for row in rows:
            key = compare.key_of({n: fields[n] for n in names}, shows, row) if shows else ()
            alike = [k for k in kept.get(key, ()) if all(k.get(n) == row.get(n) for n in one_of)]
            same = next((k for k in alike if compare.agree(names, k, row)), None)
            if same is None:
                kept.setdefault(key, []).append(row)
                continue
            more = {n: row[n] for n in names if row.get(n) not in (None, "") and same.get(n) in (None, "")}
            if more:
                self.step.update(child, same["id"], more)
                same.update(more)
            going.append(row["id"])
        if going:
            self.step.delete_many(child, going)

    # ---- what points at them

    def relink(self) -> None:
        """Whatever points at the records merged away points at the one that stays."""
        for name, link in compare.links_to(self.schema, self.entity):
            if link.name != "parent":
                self._drop_self(name, link)
            condition, more = compare.where(link, self.entity, len(self.others))
            before = self._primary_of(name, link)
            not_gone = f" AND id NOT IN ({self.marks})" if name == self.entity else ""
            self.c.execute(
                f"UPDATE {quoted(name)} SET {quoted(link.name)} = ? WHERE {condition}{not_gone}",
                (self.master, *self.others, *more, *(self.others if not_gone else ())),
            )
            self._one_primary_of(name, link, before)

    def _primary_of(self, child: str, link: Link) -> list[bytes]:
        """The child rows pointing at the master that say they come first."""
        if "primary" not in self.schema.entity(child).fields:
            return []
        condition, more = compare.where(link, self.entity, 1)
        rows = self.c.execute(
            f'SELECT id FROM {quoted(child)} WHERE {condition} AND "primary" = 1 ORDER BY n',
            (self.master, *more),
        )
        return [row[0] for row in rows]

    def _one_primary_of(self, child: str, link: Link, before: list[bytes]) -> None:
        """Of several rows of the master that come first one does: its own. A row that also comes first for a
        person, before an older position elsewhere, stays as it is."""
        now = self._primary_of(child, link)
        keep = next(iter(before), now[0] if now else b"")
        table = quoted(child)
        for id in now:
            if id != keep:
                self.c.execute(
                    f'UPDATE {table} SET "primary" = NULL WHERE id = ? AND NOT EXISTS (SELECT 1 FROM {table} o'
                    f" WHERE o.parent = {table}.parent AND o.n < {table}.n AND ?)",
                    (id, link.name != "parent"),
                )

    def _drop_self(self, name: str, link: Link) -> None:
        """What would tie the one record to itself goes: a link of the master, a row between two of them."""
        marks = ", ".join("?" * len(self.all))
        condition, more = compare.where(link, self.entity, len(self.all))
        if name == self.entity:
            self.c.execute(
                f"UPDATE {quoted(name)} SET {quoted(link.name)} = NULL WHERE id = ? AND {condition}",
                (self.master, *self.all, *more),
            )
        elif not is_child(self.schema.entity(name)):
            return
        elif link not in ends(self.schema.entity(name)):  # the row says more than this (a position)
            self.c.execute(
                f"UPDATE {quoted(name)} SET {quoted(link.name)} = NULL WHERE parent IN ({marks}) AND {condition}",
                (*self.all, *self.all, *more),
            )
        else:
            rows = self.c.execute(
                f"SELECT id FROM {quoted(name)} WHERE parent IN ({marks}) AND {condition}",
                (*self.all, *self.all, *more),
            ).fetchall()
            if rows:
                self.step.delete_many(name, [row[0] for row in rows])


# ---- splitting again


@dataclass(frozen=True, slots=True)
class Merged:
    """One merge that can be split. step: its number. title: what the record that stays is called now; was:
    what it was called when it was merged. gone: (id, what it was called) of those merged away."""

    step: int
    at: dt.datetime
    entity: str
    into: bytes
    title: str
    was: str
    gone: list[tuple[bytes, str]]
    said: Said

    @property
    def days_left(self) -> int:
        """Days in which it can still be split, the one that runs counted: 90 right after the merge."""
        return min(DAYS, max(0, math.ceil(DAYS - (time.time() - self.at.timestamp()) / 86400)))


@dataclass(frozen=True, slots=True)
class SplitView:
    """What splitting a merge would do. stays: edits made since that stay on the survivor, each with why."""

    merged: Merged
    stays: list[Kept]


@reads
def merges(store: Store, entity: str, id: bytes | None = None, limit: int = 500) -> list[Merged]:
    """The merges of the last 90 days that stand, newest first; only those into record `id`, if given."""
    since = int((time.time() - DAYS * 86400) * 1000)
    sql = (
        "SELECT n, at, figures FROM step WHERE title = ? AND undone_by IS NULL AND at > ?"
        " AND figures ->> '$.entity' = ? AND coalesce(?, figures ->> '$.into') = figures ->> '$.into'"
        " ORDER BY n DESC LIMIT ?"
    )
    wanted = (TITLE, since, entity, id.hex() if id else None, limit)
    return [_merged(store, *row) for row in store.read().execute(sql, wanted).fetchall()]


def _merged(store: Store, n: int, at: int, figures: str) -> Merged:
    held = json.loads(figures)
    entity, into = held["entity"], bytes.fromhex(held["into"])
    title = store.schema.entity(entity).title
    rows = store.read().execute(
        f"SELECT id, data ->> '$.{title}' FROM change WHERE step = ? AND op = 2 AND entity = ?"
        f" AND id IN ({', '.join('?' * len(held['gone']))}) ORDER BY n",
        (n, entity, *(bytes.fromhex(id) for id in held["gone"])),
    )  # fmt: skip
    gone = [(id, name or "") for id, name in rows]
    now = title_of(store.read(), store.schema, entity, into) or held["name"]
    when = spans.moment(at)
    figures_ = {name: from_plain(value) for name, value in held.items()}
    return Merged(n, when, entity, into, now, held["name"], gone, say(TITLE, **figures_))


@reads
def merge_of(store: Store, step: int) -> Merged:
    """The merge of that step; Known when it can't be split: none, undone, too old, merged on."""
    found = history.step(store, step)
    if found is None or found.title != TITLE:
        raise Known(say(N_("Step {n} isn't a merge, so there is nothing to split."), n=step))
    if found.undone:
        raise Known(say(N_("These records have been split again already.")))
    row = store.read().execute("SELECT n, at, figures FROM step WHERE n = ?", (step,)).fetchone()
    made = _merged(store, *row)
    age = (time.time() - made.at.timestamp()) / 86400
    if age > DAYS:
        what = N_("This merge is {days} days old; records can be split again for {most} days.")
        raise Known(say(what, days=int(age), most=DAYS))
    _refuse_merged_on(store, made)
    return made


def _refuse_merged_on(store: Store, made: Merged) -> None:
    if store.reader().numbers_of(made.entity, [made.into]):
        return
    for later in merges(store, made.entity):
        if made.into in {id for id, _ in later.gone}:
            what = N_("“{name}” was itself merged into “{into}” since. Split that one again first.")
            raise Known(say(what, name=made.title, into=later.title))
    what = N_("“{name}” was deleted since. Bring it back from the recycle bin first, then split it.")
    raise Known(say(what, name=made.title))


def split_view(store: Store, step: int) -> SplitView:
    """What splitting would leave as it is, found by trying it and taking it back; Known as for `split`."""
    made = merge_of(store, step)
    stays = _since(store, made)
    try:
        with store.step(SPLIT, origin="undo", undoes=step) as trial:
            kept = undo.take_back(trial, step).kept
            raise _OnlyLooked
    except _OnlyLooked:
        pass
    named = {(one.entity, one.id) for one in kept}
    return SplitView(made, [*kept, *(one for one in stays if (one.entity, one.id) not in named)])


class _OnlyLooked(Exception):
    """Rolls a trial back."""


def _since(store: Store, made: Merged) -> list[Kept]:
    """What was added to the survivor since the merge, and what was changed in it."""
    found = []
    c = store.read()
    for child in store.schema.children(made.entity).values():
        rows = c.execute(
            f"SELECT k.id FROM {quoted(child.entity)} k WHERE k.parent = ? AND EXISTS (SELECT 1 FROM change x"
            " WHERE x.id = k.id AND x.op = 0 AND x.step > ?) ORDER BY k.n LIMIT 200",
            (made.into, made.step),
        ).fetchall()
        why = say(N_("Added since the merge."))
        for (id,) in rows:
            name = title_of(c, store.schema, child.entity, id)
            found.append(Kept(child.entity, id, name, why))
    names: dict[str, None] = {}
    sql = "SELECT data FROM change WHERE id = ? AND entity = ? AND op = 1 AND step > ? ORDER BY n"
    for (data,) in c.execute(sql, (made.into, made.entity, made.step)):
        names.update(dict.fromkeys(json.loads(data)))
    fields = store.schema.fields(made.entity)
    titles = [say(fields[name].label) for name in names if name in fields]
    if titles:
        why = say(N_("Changed since: {fields}."), fields=titles)
        found.append(Kept(made.entity, made.into, made.title, why))
    return found


def split(store: Store, step: int) -> Touched:
    """Bring the records back that were merged away in `step`, with their child rows as they were.

    What was changed since stays on the survivor and is listed in `kept`. Known when the step is no
    merge, was split already, is older than 90 days, or its survivor was merged on or deleted since.
    """
    made = merge_of(store, step)
    names = [name for _id, name in made.gone]
    return undo.undo(store, step, called=say(SPLIT, names=names, into=made.title))
