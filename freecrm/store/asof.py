"""Records as they were at an earlier position of the change log.

A value now, with every change after that position rolled back: of each field, the old value of
the first change behind the position is the value that stood at it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from freecrm.core.change import DELETE, INSERT
from freecrm.core.entity import columns
from freecrm.core.fields import Field, Link
from freecrm.core.record import Record
from freecrm.core.rows import Rows
from freecrm.store.logbook import unlogged

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.reader import Reader

BLOCK = 500


@dataclass
class _Past:
    """What the log says of one row. born: it did not exist yet. whole: it was deleted since."""

    born: bool = False
    whole: bool = False
    values: dict[str, Any] = field(default_factory=dict)


class AsOf:
    """Records of one entity as they were after change number `position` of the log.

    Derived fields are not logged: they are as they are now. Fields whose definition is gone by
    now are left out.
    """

    def __init__(self, store: Store, entity: str, position: int, reader: Reader | None = None) -> None:
        """reader: by which what is now is read, so that both answer alike."""
        self.store, self.entity, self.position = store, entity, position
        self.reader = reader or store.reader()
        last = store.read().execute("SELECT coalesce(max(n), 0) FROM change").fetchone()[0]
        self.quiet = position >= last
        self._moved: dict[str, dict[bytes, list[bytes]]] = {}

    def records(
        self, ids: Sequence[bytes], now: dict[bytes, Record], names: Collection[str] | None = None
    ) -> dict[bytes, Record]:
        """Id -> record then; those that did not exist then are missing.

        now: the same records as `Reader.by_ids` gives them, read in the same snapshot. names: the
        fields wanted (None = all).
        """
        if self.quiet:
            return dict(now)
        fields = [
            f for f in self.store.schema.fields(self.entity).values() if names is None or f.name in names
        ]
        pasts = self._pasts(self.entity, ids)
        found: dict[bytes, Record] = {}
        for id in ids:
            past, held = pasts.get(id), now.get(id)
            if past is None:
                if held is not None:
                    found[id] = Record(held.entity, held.id, held.n, dict(held.values), held.seq)
            elif not past.born and (held is not None or past.whole):
                values = {} if past.whole or held is None else dict(held.values)
                values |= _unpacked(fields, past.values, whole=past.whole)
                found[id] = Record(self.entity, id, past.values.get("n") or (held.n if held else 0), values)
        for f in fields:
            if isinstance(f, Rows):
                self._children_into(f, found)
            elif isinstance(f, Link) and f.to:
                self._titles_into(f, found.values())
        return found

    def titles(self, entity: str, ids: Iterable[bytes]) -> dict[bytes, str]:
        """Id -> what a record was called then."""
        wanted = list(ids)
        return self._then(entity, wanted, self.reader.titles(entity, set(wanted)))

    def _linked(self, entity: str, ids: set[bytes]) -> dict[bytes, str]:
        """Id -> what stands where a link pointed at a record."""
        return self._then(entity, list(ids), self.reader.linked(entity, ids))

    def _then(self, entity: str, wanted: list[bytes], found: dict[bytes, str]) -> dict[bytes, str]:
        if not self.quiet:
            title = self.store.schema.entity(entity).title
            for id, past in self._pasts(entity, wanted).items():
                if title in past.values:
                    found[id] = past.values[title] or ""
        return found

    def _pasts(self, entity: str, ids: Sequence[bytes]) -> dict[bytes, _Past]:
        found: dict[bytes, _Past] = {}
        closed: set[bytes] = set()
        for id, op, data in self._changes(entity, ids):
            if id in closed:
                continue
            past = found.setdefault(id, _Past())
            if op == INSERT:
                past.born = True
                closed.add(id)
            elif op == DELETE:
                whole = json.loads(data)
                whole.update(whole.pop("custom", None) or {})
                past.values = whole | past.values
                past.whole = True
                closed.add(id)
            else:
                for name, (old, _new) in json.loads(data).items():
                    past.values.setdefault(name, old)
        return found

    def _changes(self, entity: str, ids: Sequence[bytes]) -> Iterator[tuple[bytes, int, str]]:
        read = self.store.read()
        for start in range(0, len(ids), BLOCK):
            block = ids[start : start + BLOCK]
            marks = ", ".join("?" * len(block))
            yield from read.execute(
                f"SELECT id, op, data FROM change WHERE id IN ({marks}) AND entity = ? AND n > ? ORDER BY n",
                (*block, entity, self.position),
            ).fetchall()

    def _titles_into(self, f: Link, records: Collection[Record]) -> None:
        titles = self._linked(f.to, {r.values[f.name] for r in records if r.values.get(f.name)})
        for record in records:
            record.values[f"{f.name}_title"] = titles.get(record.values.get(f.name) or b"", "")

    def _children_into(self, f: Rows, records: dict[bytes, Record]) -> None:
        own = columns(self.store.schema.entity(f.of).fields)
        now = self.reader.children(f, list(records))
        parents = {row["id"]: parent for parent, rows in now.items() for row in rows}
        moved = self._moved_children(f.of)
        gone = [id for parent in records for id in moved.get(parent, ()) if id not in parents]
        pasts = self._pasts(f.of, [*parents, *gone])
        if not pasts:
            for id, record in records.items():
                record.values[f.name] = now.get(id, [])
            return
        numbers = self.reader.numbers_of(f.of, parents)
        then: dict[bytes, list[tuple[Any, dict[str, Any]]]] = {}
        held = {row["id"]: row for rows in now.values() for row in rows}
        for id in [*parents, *gone]:
            past = pasts.get(id, _Past())
            if past.born or (id not in held and not past.whole):
                continue
            old = _unpacked(own, past.values, whole=past.whole)
            parent = old.pop("parent", None) or parents.get(id, b"")
            if parent in records:
                row = {"id": id, **({} if past.whole else held[id]), **old}
                number = past.values.get("n") or numbers.get(id, 0)
                then.setdefault(parent, []).append(((not row.get("primary"), number), row))
        for id, record in records.items():
            record.values[f.name] = [row for _key, row in sorted(then.get(id, ()), key=lambda r: r[0])]
        rows = [row for record in records.values() for row in record.values[f.name]]
        for link in (c for c in own if isinstance(c, Link) and c.to):
            titles = self._linked(link.to, {row[link.name] for row in rows if row.get(link.name)})
            for row in rows:
                row[f"{link.name}_title"] = titles.get(row.get(link.name) or b"", "")

    def _moved_children(self, child: str) -> dict[bytes, list[bytes]]:
        """Parent -> child rows that have left it since the position: deleted, or put elsewhere."""
        if child not in self._moved:
            found: dict[bytes, list[bytes]] = {}
            parent_then = "CASE op WHEN 2 THEN data ->> '$.parent' ELSE data ->> '$.parent[0]' END"
            for id, parent in self.store.read().execute(
                f"SELECT id, {parent_then} FROM change WHERE n > ? AND entity = ? AND op > 0",
                (self.position, child),
            ):
                if parent:
                    held = found.setdefault(bytes.fromhex(parent), [])
                    if id not in held:
                        held.append(id)
            self._moved[child] = found
        return self._moved[child]


def _unpacked(fields: Iterable[Field], logged: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """Values of the log as the fields give them; `whole`: also what the log does not name."""
    return {
        f.name: f.unpack(unlogged(f, logged.get(f.name)))
        for f in fields
        if not isinstance(f, Rows) and (f.name in logged or (whole and f.derived is None))
    }
