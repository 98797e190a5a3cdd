"""An exported workbook brought back: a three-way difference, and taking it over as one step.

The hidden column says which record a row is and at which position of the change log it was
exported. A cell of the sheet is compared with what the export wrote there, so a sheet that nobody
touched differs in nothing; only cells that say something else are read as values.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from freecrm.core import words
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.record import ColumnsOf, Record, check_values
from freecrm.core.rows import Addresses, Rows
from freecrm.core.words import LANGUAGES, N_, Said, say
from freecrm.exchange.columns import ADDRESS_PARTS, Out, canon, columns_of, read_cell, said
from freecrm.exchange.difference import ASK, TAKE, Difference, Edit, Lost, NewRow, Trouble
from freecrm.exchange.heads import head_text
from freecrm.exchange.sheetback import Told, read_back
from freecrm.exchange.sheets import Cell, Row
from freecrm.exchange.sheetxml import fit
from freecrm.store import child

if TYPE_CHECKING:
    from freecrm.store.asof import AsOf
    from freecrm.store.database import Store

_ID = re.compile(r"\s*([0-9a-fA-F]{32}):(\d{1,18})\s*")


def returned(store: Store, path: str | Path, *, progress: Progress | None = None) -> Difference:
    """Compare an exported workbook with the records as they are and as they were exported.

    Writes nothing. Raises `Known` for a file that is none of ours, `Cancelled` when stopped.
    """
    path = Path(path)
    source = child.run(read_back, (str(path),), cancel=(lambda: progress.cancelled) if progress else None)
    told: Told | None = None
    comparing: _Comparing | None = None
    reader = store.reader(for_files=True)
    with reader.snapshot():
        for part in source:
            if isinstance(part, Told):
                told = part
            elif part and isinstance(part[0], Said):
                if comparing is not None:
                    comparing.found.notes.extend(part)
            elif part and told is not None:
                if comparing is None:
                    comparing = _Comparing(store, path, told, part)
                with words.speaking(comparing.found.language):
                    comparing.rows(part)
                if progress is not None:
                    progress.tell(comparing.found.rows, len(told.ids))
        if comparing is None:
            raise Known(say(N_("The file {file} holds no rows. Nothing was changed."), file=path.name))
        return comparing.result()


class _Comparing:
    """The comparison under way, block by block."""

    def __init__(self, store: Store, path: Path, told: Told, first: Sequence[Row]) -> None:
        self.store, self.path, self.told = store, path, told
        self.reader = store.reader(for_files=True)
        entity = told.entity if told.entity in store.model.entities else self._entity(first)
        language = told.language if told.language in LANGUAGES else self._language(entity)
        self.found = Difference(entity, path, language)
        with words.speaking(language):
            self.places = self._columns(entity)
        self.columns = [column for _place, column in self.places]
        self.needs = {name for column in self.columns for name in column.needs}
        self.needs.add(store.schema.entity(entity).title)
        self.seen: dict[bytes, int] = {}
        self.past: dict[int, AsOf] = {}
        self.read_only: Counter[str] = Counter()

    # ---- what the sheet is about

    def _entity(self, rows: Sequence[Row]) -> str:
        """Without the hidden sheet the log knows what the ids are."""
        from freecrm.store.history import entity_of

        for _number, cells in rows:
            named = _ID.fullmatch(str(cells[self.told.place] or ""))
            entity = entity_of(self.store, bytes.fromhex(named[1])) if named else None
            if entity is not None:
                return entity
        raise Known(
            say(
                N_(
                    "None of the rows in {file} belongs to this FreeCRM file. Open the file it was exported"
                    " from, or import it as a list."
                ),
                file=self.path.name,
            )
        )

    def _language(self, entity: str) -> str:
        heads = set(self.told.heads)

        def fitting(language: str) -> int:
            with words.speaking(language):
                return sum(f.title in heads for f in self.store.schema.shown(entity))

        return max(LANGUAGES, key=fitting)

    def _columns(self, entity: str) -> list[tuple[int, Out]]:
        """(index in the sheet's rows, column) of every column that is one of ours."""
        fields = self.store.schema.fields(entity)
        spread = any(
            key.partition(".")[0] == f.name and key.endswith(ADDRESS_PARTS)
            for key in self.told.keys.values()
            for f in fields.values()
            if isinstance(f, Addresses)
        )
        known = columns_of(self.store, entity, spread=spread or not self.told.keys)
        rest = [f.name for f in fields.values() if not f.hidden and f.name not in {c.key for c in known}]
        known += columns_of(self.store, entity, rest, spread=spread)
        by_key = {column.key: column for column in known}
        by_head = {head_text(column.head): column for column in reversed(known)}
        found: list[tuple[int, Out]] = []
        left: list[str] = []
        for place, head in enumerate(self.told.heads):
            if place == self.told.place:
                continue
            column = by_key.get(self.told.keys[head]) if head in self.told.keys else by_head.get(head)
            if column is None:
                left.append(head)
            else:
                found.append((place, column))
        if left:
            self.found.notes.append(
                say(N_("Columns that were not exported are left out: {columns}."), columns=left[:12])
            )
        return found

    # ---- the rows

    def rows(self, rows: Sequence[Row]) -> None:
        """Compare a block of rows."""
        self.found.rows += len(rows)
        by_position: dict[int, dict[bytes, Row]] = {}
        for number, cells in rows:
            text = cells[self.told.place]
            if text is None:
                self._new(number, cells)
                continue
            named = _ID.fullmatch(str(text))
            if named is None:
                self._trouble(
                    number, "", str(text), say(N_("The hidden id of this row was changed; export anew."))
                )
                continue
            id = bytes.fromhex(named[1])
            if id in self.seen:
                why = say(
                    N_(
                        "This row has the hidden id of row {row}: it was copied."
                        " Empty its first column to make it a new record."
                    ),
                    row=self.seen[id],
                )
                self._trouble(number, "", named[1], why)
                continue
            self.seen[id] = number
            by_position.setdefault(int(named[2]), {})[id] = (number, cells)
        for position, block in by_position.items():
            self._known(position, block)

    def _known(self, position: int, block: dict[bytes, Row]) -> None:
        from freecrm.store.asof import AsOf

        entity = self.found.entity
        past = self.past.setdefault(position, AsOf(self.store, entity, position, self.reader))
        ids = list(block)
        now = self.reader.by_ids(entity, ids, self.needs)
        then = past.records(ids, now, self.needs)
        here = [now[id] for id in ids if id in now]
        before = [then.get(record.id, record) for record in here]
        given = {id: ([], []) for id in now}  # type: dict[bytes, tuple[list[Any], list[Any]]]
        of_now, of_then = ColumnsOf(here), ColumnsOf(before)
        for column in self.columns:
            mine = column.give(of_now)
            base = mine if past.quiet else column.give(of_then)
            for record, value, old in zip(here, mine, base, strict=True):
                given[record.id][0].append(value)
                given[record.id][1].append(old)
        for id, (number, cells) in block.items():
            if id not in now:
                title = then[id][self._title] if id in then else ""
                self.found.gone.append(Lost(number, id, str(title or "")))
            else:
                self._compare(number, cells, now[id], *given[id])

    @property
    def _title(self) -> str:
        return self.store.schema.entity(self.found.entity).title

    def _compare(
        self, number: int, cells: Sequence[Cell], now: Record, mine: list[Any], base: list[Any]
    ) -> None:
        before = len(self.found.edits), len(self.found.troubles)
        for (place, column), own, old in zip(self.places, mine, base, strict=True):
            was, here, sheet = said(old), said(own), canon(cells[place])
            if sheet == was:
                self.found.kept += here != was
                continue
            if sheet == here:
                continue
            if not column.own:
                self.read_only[column.head] += 1
                continue
            if isinstance(old, str) and len(fit(old)) < len(fit(old, None)):
                why = say(N_("This text is longer than a cell of Excel holds. Change it in FreeCRM."))
                self._trouble(number, column.head, sheet or "", why)
                continue
            value, why_not = read_cell(column, cells[place], now, self._find)
            if why_not is not None:
                self._trouble(number, column.head, sheet or "", why_not)
            elif not _means_the_same(column, value, own, now):
                self._edit(number, column, now, (was, here, sheet), value)
        if before == (len(self.found.edits), len(self.found.troubles)):
            self.found.same += 1

    def _edit(self, number: int, column: Out, now: Record, texts: tuple[str | None, ...], value: Any) -> None:
        was, here, sheet = (text or "" for text in texts)
        state = TAKE if was == here else ASK
        title = str(now[self._title] or "")
        self.found.edits.append(
            Edit(number, now.id, title, column.key, column.head, was, here, sheet, value, state)
        )

    def _new(self, number: int, cells: Sequence[Cell]) -> None:
        blank = Record(self.found.entity, b"", 0)
        values: dict[str, Any] = {}
        bad = False
        for place, column in self.places:
            if cells[place] is None:
                continue
            if not column.own:
                self.read_only[column.head] += 1
                continue
            value, why = read_cell(column, cells[place], blank, self._find)
            assert column.field is not None
            if why is not None:
                self._trouble(number, column.head, str(cells[place]), why)
            elif column.part:
                values.setdefault(column.field.name, [{}])[0].update(value[0])
            else:
                values[column.field.name] = value
        fields = self.store.schema.fields(self.found.entity)
        for problem in check_values(fields, values, new=True):
            self._trouble(number, "", problem.text, problem.why)
            bad = True
        if not bad:
            self.found.new.append(NewRow(number, str(values.get(self._title) or ""), values))

    def _trouble(self, number: int, head: str, text: str, why: Said) -> None:
        self.found.troubles.append(Trouble(number, head, text, why))

    def _find(self, entity: str, text: str) -> bytes | None:
        return self.reader.named(entity, text)

    def result(self) -> Difference:
        """The difference, with what is missing in the sheet."""
        gone = [id for id in self.told.ids if id not in self.seen]
        there = self.reader.by_ids(self.found.entity, gone, {self._title})
        self.found.missing = [Lost(None, id, str(there[id][self._title] or "")) for id in gone if id in there]
        if self.read_only:
            told = N_(
                "FreeCRM works these columns out itself, so cells that differ there are not taken: {columns}."
            )
            self.found.notes.append(say(told, columns=list(self.read_only)))
        return self.found


def _means_the_same(column: Out, value: Any, own: Any, now: Record) -> bool:
    """Whether a cell written otherwise (12,000 for 12000.00) means what the record holds."""
    f = column.field
    assert f is not None
    if column.part:
        return bool(canon(value[0].get(column.part)) == canon(own))
    if isinstance(f, Rows):
        held = [row["id"] for row in now.values.get(f.name) or ()]
        return sorted(held) == sorted(row.get("id", b"") for row in value)
    return bool((value if value != "" else None) == now.values.get(f.name))
