"""The change log line by line in people's words: record, field, what stood there, what stands there then.

A step of a million changes is one vector that says how many lines each change takes; the lines are
made when they are painted.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm.core import phone_text
from freecrm.core.change import DELETE, INSERT, TAKEN_OFF, UPDATE, Change, Step
from freecrm.core.entity import Entity, columns, is_child
from freecrm.core.fields import Field, Link
from freecrm.core.rights import unseen
from freecrm.core.rows import Rows
from freecrm.core.words import _
from freecrm.store import away, faults, history
from freecrm.store.asof import AsOf
from freecrm.store.logbook import unlogged

if TYPE_CHECKING:
    from freecrm.store.database import Store

_MOST = 6  # values that a new or deleted record is told by
_TIED = ("parent", "parent_entity", "position")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changed. entity, id, title: the record it belongs to (never a child row). field: its
    name in words. op: what was done to the record (or, `row`, to one of its rows)."""

    entity: str
    id: bytes
    title: str
    field: str
    old: str
    new: str
    op: int
    row: bool = False


@dataclass(frozen=True)
class Extent:
    """How long the list of a step's lines is. first, count: its changes. several: the changes that take more
    than one line, in order; more: how many lines these and those before them take beyond one each."""

    step: int
    first: int
    count: int
    several: array[int] = field(default_factory=lambda: array("q"))
    more: array[int] = field(default_factory=lambda: array("q"))

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return self.count + (self.more[-1] if self.more else 0)

    def start(self, change: int) -> int:
        """The place of the first line of a change."""
        before = bisect_right(self.several, change - 1)
        return change - self.first + (self.more[before - 1] if before else 0)

    def change_at(self, line: int) -> int:
        """The change that a line belongs to."""
        low, high = self.first, self.first + self.count - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.start(middle) <= line:
                low = middle
            else:
                high = middle - 1
        return low


@faults.reads
def extent(store: Store, n: int) -> Extent:
    """How many lines step `n` has; for a job, a step may hold a million changes."""
    c = store.read()
    row = c.execute("SELECT first, last FROM step WHERE n = ?", (n,)).fetchone()
    if row is None:
        return Extent(n, 1, 0)
    first, last = row
    count = c.execute(
        "SELECT count(*) FROM change WHERE n BETWEEN ? AND ? AND step = ?", (first, last, n)
    ).fetchone()[0]
    roots = ", ".join(f"'{e.entity}'" for e in store.model.roots())
    sql = (
        "SELECT group_concat(n), group_concat(k) FROM (SELECT n, k, sum(k) OVER (ORDER BY n) FROM"
        " (SELECT n, (SELECT count(*) FROM json_each(data)) - 1 AS k FROM change"
        f" WHERE n BETWEEN ? AND ? AND step = ? AND op = 1 AND entity IN ({roots})) WHERE k > 0 ORDER BY n)"
    )
    numbers, more = c.execute(sql, (first, last, n)).fetchone()
    several = array("q", map(int, numbers.split(",")) if numbers else ())
    summed, total = array("q"), 0
    for k in more.split(",") if more else ():
        total += int(k)
        summed.append(total)
    return Extent(n, first, count, several, summed)


@faults.reads
def lines(store: Store, of: Extent, start: int, stop: int) -> list[Line]:
    """The lines `start` to `stop` of a step, in the order they were written."""
    stop = min(stop, of.lines)
    if start >= stop:
        return []
    low, high = of.change_at(start), of.change_at(stop - 1)
    rows = store.read().execute(
        "SELECT n, step, entity, id, op, at, data FROM change WHERE n BETWEEN ? AND ? AND step = ? ORDER BY n",
        (low, high, of.step),
    )
    changes = [history.change_of(row[1:]) for row in rows.fetchall()]
    told = _Teller(store, of.first + of.count - 1)
    made = [line for change in told.with_new_values(changes) for line in told.of_change(change)]
    skip = start - of.start(low)
    return made[skip : skip + stop - start]


@dataclass(frozen=True)
class Chapter:
    """One step in the life of a record. step: None for what another program wrote."""

    step: Step | None
    lines: tuple[Line, ...]


@faults.reads
def life(store: Store, entity: str, id: bytes, limit: int = 1000) -> tuple[list[Chapter], bool]:
    """What was done to a record and its rows, newest first, folded by step; whether older changes were left
    out."""
    changes = history.of_record(store, entity, id, limit + 1)
    whole = len(changes) <= limit
    told = _Teller(store, None)
    folded: list[tuple[int | None, list[Change]]] = []
    for change in changes[:limit]:
        if not folded or folded[-1][0] != change.step:
            folded.append((change.step, []))
        folded[-1][1].insert(0, change)
    left = _left(store, entity, id)
    last = min((n for n, _held in folded if n is not None), default=0) if not whole else 0
    for n in sorted(left.keys() - {n for n, _held in folded}):
        at = next((at for at, (other, _held) in enumerate(folded) if other and other < n), len(folded))
        if n >= last:
            folded.insert(at, (n, []))
    steps = history.steps_at(store, [n for n, _c in folded if n is not None][:30_000])
    chapters = [
        Chapter(steps.get(n) if n is not None else None, (*told.of_one_record(held), *left.get(n or 0, ())))
        for n, held in folded
    ]
    return chapters, not whole


def _left(store: Store, entity: str, id: bytes) -> dict[int, list[Line]]:
    """Where somebody was asked which of two values is right and left the one that stood: by step."""
    from freecrm.store import differences

    ended = (
        store.read()
        .execute(
            "SELECT c.id, c.step FROM conflict k JOIN change c ON c.id = k.id"
            " WHERE k.parent = ? AND c.op = 1 AND c.data ->> '$.ended[1]' = 'kept' AND c.step IS NOT NULL",
            (id,),
        )
        .fetchall()
    )
    if not ended:
        return {}
    found: dict[int, list[Line]] = {}
    about = {one.id: one for _e, _id, one, _how in differences.told(store, "parent = ?", id)}
    for difference, step in ended:
        one = about.get(difference)
        if one is not None:
            head = _("{field}: left as it is").format(field=one.short)
            found.setdefault(step, []).append(
                Line(entity, id, "", head, one.other.text, one.kept.text, UPDATE)
            )
    return found


@faults.reads
def of_changes(store: Store, changes: Iterable[Change]) -> list[Line]:
    """Changes of one record in words, wherever they were kept."""
    return _Teller(store, None).of_one_record(changes)


def text_now(store: Store, f: Field, value: Any, values: dict[str, Any]) -> str:
    """A value as the log keeps it, for people; a record that it names by how that is called now. values: of its record."""
    return _Teller(store, None).text(f, value, values)


class _Teller:
    """Puts changes into words. position: the log as it was after this change names the records; None: now."""

    def __init__(self, store: Store, position: int | None) -> None:
        self.store, self.schema, self.position = store, store.schema, position
        self._titles: dict[tuple[str, bytes], str] = {}
        self._held: dict[tuple[str, bytes], dict[str, Any]] = {}

    # ---- values

    def with_new_values(self, changes: Sequence[Change]) -> list[Change]:
        """The same changes; what they leave of each record is looked up for them."""
        assert self.position is not None
        ids: dict[str, list[bytes]] = {}
        for change in changes:
            if change.entity in self.schema.model.entities:
                ids.setdefault(change.entity, []).append(change.id)
        for entity, wanted in ids.items():
            names = [f.name for f in self.schema.fields(entity).values() if not isinstance(f, Rows)]
            wanted = list(dict.fromkeys(wanted))
            past = AsOf(self.store, entity, self.position)
            now = self.store.reader().by_ids(entity, wanted, names)
            for id, record in past.records(wanted, now, names).items():
                self._held[entity, id] = record.values
        return [change for change in changes if change.entity in self.schema.model.entities]

    def title(self, entity: str, id: bytes | None) -> str:
        """What a record is or was called."""
        if not id or entity not in self.schema.model.entities:
            return ""
        if (entity, id) not in self._titles:
            if self.position is not None:
                found = AsOf(self.store, entity, self.position).titles(entity, [id])
            else:
                found = self.store.reader().titles(entity, {id})
            title = found.get(id)
            if title is None:
                with self.store.whole():
                    off = away.why(self.store.read(), id) is not None
                gone = history.deletion(self.store, entity, id)
                if gone is None and self.store.reader().keeps_back(entity):
                    return unseen()
                title = str(gone[1] or "") if gone else ""
                if off:
                    title = _("{name} (not on this computer)").format(name=title) if title else unseen()
                else:
                    title = _("{name} (deleted)").format(name=title) if title else _("(deleted)")
            self._titles[entity, id] = title or ""
        return self._titles[entity, id]

    def text(self, f: Field | None, value: Any, values: dict[str, Any]) -> str:
        """A value as the log keeps it, or as a field gives it, for people."""
        if value is None or value == "":
            return ""
        if f is None:
            return str(value)
        if isinstance(f, Link):
            id = value if isinstance(value, bytes) else unlogged(f, value)
            return self.title(f.to or str(values.get(f"{f.name}_entity") or ""), id)
        return text_of(f, unpacked(f, value))

    # ---- changes

    def of_change(self, change: Change) -> list[Line]:
        """The lines of one change of a step: one for each field of a record, one for a row of it."""
        if is_child(self.schema.entity(change.entity)):
            return [self._of_row(change)]
        if change.op == UPDATE:
            return self._of_fields(change) or [self._line(change, "", "", "")]
        summary = self._summary(change)
        if change.op == DELETE:
            return [self._line(change, self._went(change), summary, "")]
        return [self._line(change, _("New"), "", summary)]

    def _went(self, change: Change) -> str:
        step = history.step(self.store, change.step) if change.step is not None else None
        return _("Taken off here") if step is not None and step.title in TAKEN_OFF else _("Deleted")

    def of_one_record(self, changes: Iterable[Change]) -> list[Line]:
        """The lines of a record's own history: its first values one by one, too."""
        made: list[Line] = []
        for change in changes:
            if change.entity not in self.schema.model.entities:
                continue
            if is_child(self.schema.entity(change.entity)):
                made.append(self._of_row(change))
            elif change.op == DELETE:
                made.append(self._line(change, self._went(change), self._summary(change), ""))
            else:
                made += self._of_fields(change, skip_hidden=True)
        return made

    def _of_fields(self, change: Change, *, skip_hidden: bool = False) -> list[Line]:
        fields = self.schema.fields(change.entity)
        made = []
        for name, (old, new) in change.values.items():
            f = fields.get(name)
            if skip_hidden and f is not None and f.hidden:
                continue
            values = {k: pair[1] for k, pair in change.values.items()}
            head = f.title if f is not None else name
            made.append(self._line(change, head, self.text(f, old, values), self.text(f, new, values)))
        return made

    def _line(self, change: Change, head: str, old: str, new: str) -> Line:
        declared = self.schema.entity(change.entity)
        held = self._held.get((change.entity, change.id), {})
        old_title, new_title = change.values.get(declared.title, (None, None))
        title = held.get(declared.title) or new_title or old_title
        if not title:
            title = self.title(change.entity, change.id)
        return Line(change.entity, change.id, str(title), head, old, new, change.op)

    def _whole(self, change: Change) -> dict[str, Any]:
        """What a new or deleted record held."""
        at = 0 if change.op == DELETE else 1
        found = {name: pair[at] for name, pair in change.values.items()}
        if change.op == INSERT and not found:
            return self._held.get((change.entity, change.id), {})
        return found

    def _summary(self, change: Change) -> str:
        declared, values = self.schema.entity(change.entity), self._whole(change)
        parts: list[str] = []
        for f in self.schema.fields(change.entity).values():
            if isinstance(f, Rows) or f.hidden or f.derived is not None or f.name == declared.title:
                continue
            text = self.text(f, values.get(f.name), values)
            if text and len(parts) < _MOST:
                parts.append(_("{field}: {text}").format(field=f.title, text=" ".join(text.split())[:80]))
        return " · ".join(parts)

    # ---- rows of a record

    def _of_row(self, change: Change) -> Line:
        declared = self.schema.entity(change.entity)
        whole = self._row_then(change)
        parent = whole.get("parent")
        parent = bytes.fromhex(parent) if isinstance(parent, str) else parent
        entity = str(whole.get("parent_entity") or "")
        head = self._head(entity, declared)
        old, new = "", ""
        if change.op == INSERT:
            new = self._row_text(entity, declared, whole)
        elif change.op == DELETE:
            old = self._row_text(entity, declared, whole)
        else:
            before = {**whole, **{name: pair[0] for name, pair in change.values.items()}}
            after = {**whole, **{name: pair[1] for name, pair in change.values.items()}}
            old, new = (self._row_text(entity, declared, row) for row in (before, after))
            if old == new:
                head, old, new = self._inner(change, head, old, new)
        title = self.title(entity, parent)
        return Line(entity or change.entity, parent or change.id, title, head, old, new, change.op, True)

    def _inner(self, change: Change, head: str, old: str, new: str) -> tuple[str, str, str]:
        """What differs inside a row that is told by the same words before and after."""
        fields = self.schema.fields(change.entity)
        for name, pair in change.values.items():
            f = fields.get(name)
            if f is not None and name not in _TIED:
                texts = [self.text(f, value, {}) for value in pair]
                return _("{rows}, {field}").format(rows=head, field=f.title), texts[0], texts[1]
        return head, old, new

    def _row_then(self, change: Change) -> dict[str, Any]:
        held = self._held.get((change.entity, change.id))
        if held is None and change.op == UPDATE and self.position is None:
            record = self.store.reader().record(change.entity, change.id)
            held = record.values if record is not None else self._lost(change)
        given = {name: pair[0 if change.op == DELETE else 1] for name, pair in change.values.items()}
        return {**(held or {}), **given}

    def _lost(self, change: Change) -> dict[str, Any]:
        """What the log kept of a row that is gone by now."""
        row = (
            self.store.read()
            .execute("SELECT data FROM change WHERE id = ? AND op = 2 ORDER BY n DESC LIMIT 1", (change.id,))
            .fetchone()
        )
        return dict(json.loads(row[0])) if row and row[0] else {}

    def _head(self, entity: str, child: type[Entity]) -> str:
        for f in self.schema.fields(entity).values() if entity in self.schema.model.entities else ():
            if isinstance(f, Rows) and f.of == child.entity:
                return f.title
        return _(child.label)

    def _row_text(self, entity: str, child: type[Entity], row: dict[str, Any]) -> str:
        fields = {f.name: f for f in columns(child.fields) if f.name not in _TIED and not f.hidden}
        values = {n: unpacked(f, row.get(n)) for n, f in fields.items() if not isinstance(f, Link)}
        links = [
            self.text(f, row.get(f.name), row)
            for f in fields.values()
            if isinstance(f, Link) and row.get(f.name)
        ]
        found = next(
            (
                f
                for f in (self.schema.fields(entity).values() if entity in self.schema.model.entities else ())
                if isinstance(f, Rows) and f.of == child.entity
            ),
            None,
        )
        if links:
            rest = [text_of(fields[n], v) for n, v in values.items() if n in ("department", "job") and v]
            return " ".join([*links, *rest])
        if found is not None:
            return found.show_one(values)
        return " ".join(text_of(fields[n], v) for n, v in values.items() if v)


def unpacked(f: Field, value: Any) -> Any:
    """A value of the log as the field gives it; one that is a field's value already stays as it is."""
    if value is None or isinstance(f, Rows):
        return value
    if f.kind in ("date", "moment", "number", "percent", "yesno") and not isinstance(value, (str, int)):
        return value
    try:
        return f.unpack(unlogged(f, value))
    except (ValueError, TypeError):  # a field of the user whose kind was another one then
        return value


def text_of(f: Field, value: Any) -> str:
    """A field's value for people; numbers of telephones as they are written."""
    if value is None or value == "":
        return ""
    if f.search == "digits" and isinstance(value, str):
        return phone_text.show(value)
    if isinstance(value, str) and f.kind not in ("choice", "text", "longtext"):
        return value
    return f.show(value)
