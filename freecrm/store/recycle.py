"""The recycle bin beyond its list: what went along with a deleted record, and deleting it for good.

Erasing blanks every value that the log kept of a record and of its rows, makes the chain of seals anew
and writes the file over, so that the values are in none of its bytes any more. Copies that were made
before (backups, exports) are not touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from freecrm.core.entity import ends, is_child
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, inside, say
from freecrm.store import faults, files, going, seal
from freecrm.store.history import Binned
from freecrm.store.logged import values_of
from freecrm.store.search import SearchIndex
from freecrm.store.tables import quoted
from freecrm.store.writer import Step

if TYPE_CHECKING:
    from freecrm.store.database import Store

BLANK = "…"
_SHORTEST = 2  # a text of one letter is no trace of anybody
_TIES = ("n", "parent", "parent_entity")


@faults.reads
def went_along(store: Store, binned: Sequence[Binned]) -> dict[bytes, dict[str, int]]:
    """Id -> child entity -> how many rows were deleted with the record in the same step."""
    found: dict[bytes, dict[str, int]] = {b.id: {} for b in binned}
    c = store.read()
    for b in binned:
        rows = c.execute(
            "SELECT entity, count(*) FROM change WHERE op = 2 AND data ->> '$.parent' = ? AND step = ?"
            " GROUP BY entity",
            (b.id.hex().upper(), b.step),
        )
        found[b.id].update(rows.fetchall())
    by_step: dict[tuple[int, str], list[Binned]] = {}
    for b in binned:
        by_step.setdefault((b.step, b.entity), []).append(b)
    for (step, entity), held in by_step.items():
        for other, f in going.along(store.model, entity):
            keys = json.dumps([b.id.hex().upper() for b in held])
            rows = c.execute(
                f"SELECT x.data ->> '$.{f.name}' AS target, count(*) FROM step s CROSS JOIN change x"
                " ON x.n BETWEEN s.first AND s.last WHERE s.n = ? AND x.step = s.n AND x.op = 2 AND x.entity = ?"
                " AND target IN (SELECT value FROM json_each(?)) GROUP BY target",
                (step, other.entity, keys),
            )
            for target, count in rows:
                along = found[bytes.fromhex(target)]
                along[other.entity] = along.get(other.entity, 0) + count
    return found


def along_words(store: Store, counts: dict[str, int]) -> str:
    """«3 positions, 2 notes, 1 file»."""
    parts = []
    for entity, n in counts.items():
        declared = store.model.entities.get(entity)
        if declared is not None and n:
            things = inside(_(declared.label if n == 1 else declared.plural))
            parts.append(_("{n} {things}").format(n=f"{n:,}", things=things))
    return _(", ").join(parts)


# ---- for good


def erase(
    store: Store,
    records: Sequence[tuple[str, bytes]],
    *,
    progress: Progress | None = None,
) -> int:
    """Delete records, (entity, id) each, for good; how many there were. Nothing brings them back.

    Only records that are in the recycle bin are taken. Long for a large file, for it is written anew.
    Known when there is none, when the rights do not reach, or when the disk has no room for that; the
    file is then as it was, unless only the last of it, the writing over, could not be done.
    """
    progress = progress or Progress()
    # it is no work of the program's own, though nothing takes it back
    with store.step(
        N_("{n} records deleted for ever"), rights=store.rights, origin="program", n=len(records)
    ) as made:
        work = _Erasing(store, made, progress)
        taken = work.take(records)
        if not taken:
            raise Known(say(N_("These records are not in the recycle bin any more. Nothing was deleted.")))
        made.figures["n"] = taken
        if taken == 1:
            made.title = N_("One record deleted for ever")
        work.blank()
        work.seal()
        made.lasting = True
    _write_over(store)
    work.drop_files()
    return taken


def _write_over(store: Store) -> None:
    """Write the file anew, so that what was freed in it is in none of its bytes."""
    with store.lock, faults.told(store.path):
        c = store.write()
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        c.execute("VACUUM")
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Erasing:
    """One erasing, inside its step."""

    def __init__(self, store: Store, made: Step, progress: Progress) -> None:
        self.store, self.made, self.progress = store, made, progress
        self.c = made.connection
        self.texts: set[str] = set()
        self.hashes: set[str] = set()
        self.c.execute("DROP TABLE IF EXISTS temp.erased")
        self.c.execute("CREATE TEMP TABLE erased(id BLOB PRIMARY KEY) WITHOUT ROWID")

    def take(self, records: Iterable[tuple[str, bytes]]) -> int:
        """Put the records that are in the bin, and all their rows, into temp.erased; how many records."""
        taken = 0
        for entity, id in records:
            sql = (
                "SELECT data FROM change WHERE id = ? AND entity = ? AND op = 2 AND data ->> '$.erased' IS NULL"
                f" AND NOT EXISTS (SELECT 1 FROM {quoted(entity)} WHERE id = change.id) ORDER BY n DESC LIMIT 1"
            )
            row = self.c.execute(sql, (id, entity)).fetchone()
            if row is None:
                continue
            self.made.guard.record(entity, "delete", values_of(self.made.schema, entity, json.loads(row[0])))
            self.c.execute("INSERT OR IGNORE INTO temp.erased VALUES (?)", (id,))
            self._take_along(entity, [id])
            taken += 1
        return taken

    def _take_along(self, entity: str, ids: list[bytes]) -> None:
        """What belonged to records that go: their rows, and the records that go with them with theirs. What moved
        to another record lives on there."""
        keys = json.dumps([id.hex().upper() for id in ids])
        for other in self.made.schema.model.entities.values():
            links = [
                f.name for f in ends(other) if f.to == entity or (f.name == "parent" and is_child(other))
            ]
            found: list[bytes] = []
            for link in links:
                rows = self.c.execute(
                    f"SELECT DISTINCT id FROM change WHERE op = 2 AND data ->> '$.{link}' IN"
                    " (SELECT value FROM json_each(?)) AND entity = ?"
                    f" AND id NOT IN (SELECT id FROM {quoted(other.entity)} WHERE id = change.id)"
                    " AND id NOT IN (SELECT id FROM temp.erased)",
                    (keys, other.entity),
                )
                found += [row[0] for row in rows]
            self.c.executemany("INSERT OR IGNORE INTO temp.erased VALUES (?)", [(id,) for id in found])
            if found and not is_child(other):
                self._take_along(other.entity, found)

    def blank(self) -> None:
        """Blank what the log, the steps and the file's own memory kept of them."""
        rows = self.c.execute(
            "SELECT n, entity, op, data FROM change WHERE id IN (SELECT id FROM temp.erased) AND op > 0"
        ).fetchall()
        block = []
        for n, _entity, op, text in rows:
            data = json.loads(text)
            self._note(data)
            if op == 2:
                blank = {name: data[name] for name in _TIES if name in data} | {"erased": 1}
            else:
                blank = {name: [None, None] for name in data}
            block.append((json.dumps(blank), n))
        self.c.executemany("UPDATE change SET data = ? WHERE n = ?", block)
        self._blank_steps()
        self._blank_kept()
        for long in (False, True):
            index = SearchIndex(self.c, long)
            index.rebuild(lambda done, total: self.progress.tell(done, max(total, 1)))

    def _note(self, value: Any) -> None:
        """Remember every text among the values, and the content of files."""
        if isinstance(value, dict):
            if isinstance(value.get("hash"), str):
                self.hashes.add(value["hash"])
            for name, one in value.items():
                if name not in _TIES:
                    self._note(one)
        elif isinstance(value, list):
            for one in value:
                self._note(one)
        elif isinstance(value, str) and len(value) >= _SHORTEST:
            self.texts.add(value)

    def _blank_steps(self) -> None:
        """Blank the names in the sentences of the steps that touched them, and of what took those back."""
        ids = {row[0].hex() for row in self.c.execute("SELECT id FROM temp.erased")}
        sql = (
            "WITH touched(n) AS (SELECT DISTINCT step FROM change WHERE id IN (SELECT id FROM temp.erased)"
            " UNION SELECT s.n FROM step s JOIN touched t ON s.undoes = t.n)"
            " SELECT n, figures, kept, n IN (SELECT n FROM touched) FROM step"
            " WHERE n IN (SELECT n FROM touched) OR kept IS NOT NULL"
        )
        for n, figures, kept, touched in self.c.execute(sql).fetchall():
            new = figures
            if touched:
                new = json.dumps(self._without(json.loads(figures or "{}")), ensure_ascii=False)
            stay = [
                [entity, id, BLANK if id in ids else title, *rest]
                for entity, id, title, *rest in json.loads(kept or "[]")
            ]
            told = json.dumps(stay, ensure_ascii=False) if kept else None
            self.c.execute("UPDATE step SET figures = ?, kept = ? WHERE n = ?", (new, told, n))

    def _without(self, value: Any) -> Any:
        """Figures of a sentence without the texts that are to go; sentences inside keep their words."""
        if isinstance(value, dict):
            return {name: one if name == "say" else self._without(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._without(one) for one in value]
        return BLANK if isinstance(value, str) and value in self.texts else value

    def _blank_kept(self) -> None:
        """Forget drafts and lists of what was opened that name them."""
        for id in [row[0].hex() for row in self.c.execute("SELECT id FROM temp.erased")]:
            self.c.execute(
                "DELETE FROM kept WHERE instr(key, ?) OR (key LIKE 'draft.%' AND instr(value, ?))", (id, id)
            )
        recent = self.c.execute("SELECT value FROM kept WHERE key = 'recent'").fetchone()
        if recent is not None:
            gone = {row[0].hex() for row in self.c.execute("SELECT id FROM temp.erased")}
            left = [opened for opened in json.loads(recent[0]) if opened[1] not in gone]
            self.c.execute("UPDATE kept SET value = ? WHERE key = 'recent'", (json.dumps(left),))

    def seal(self) -> None:
        """Make the seals anew from the first step that was changed on."""
        sql = "SELECT min(step) FROM change WHERE id IN (SELECT id FROM temp.erased)"
        seal.seal_anew(self.c, self.c.execute(sql).fetchone()[0] or 0)  # no step before it names them

    def drop_files(self) -> None:
        """Delete attached contents that no record and no log entry asks for any more."""
        for digest in self.hashes:
            held = self.c.execute(
                "SELECT 1 FROM file WHERE hash = ? UNION ALL"
                " SELECT 1 FROM change WHERE entity = 'file' AND op > 0 AND instr(data, ?) LIMIT 1",
                (digest, digest),
            ).fetchone()
            if held is None:
                files.place(self.store, digest).unlink(missing_ok=True)
