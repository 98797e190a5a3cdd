"""Import as a change set: `prepare` reads, maps, checks, matches and compares; nothing is written.

    change_set = prepare(store, path, plan, Options())
    touched = apply(store, change_set)          # freecrm/exchange/applier.py: one undoable step

All of `prepare` happens in a child process with a connection of its own that can only read.
"""

from __future__ import annotations

import gc
import marshal
import pickle
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from freecrm.core import dates, names
from freecrm.core.custom import Schema, field_of
from freecrm.core.fields import Link
from freecrm.core.jobs import Progress
from freecrm.core.module import Model, Together
from freecrm.core.problems import Bug
from freecrm.core.record import check_values
from freecrm.core.rows import Rows
from freecrm.core.words import N_, Said, _, language, say, use
from freecrm.exchange import child, compare, guess, mapping, packing
from freecrm.exchange.changeset import (
    CHANGED,
    DOUBTFUL,
    NEW,
    REJECTED,
    SAME,
    SHOWN,
    SKIPPED,
    CellTrouble,
    ChangeSet,
    Decision,
    Doubt,
    LeftOut,
    Options,
    RowChange,
    spool_path,
)
from freecrm.exchange.matcher import Keys, Match, Matcher
from freecrm.exchange.reading import Opened, open_source
from freecrm.exchange.stock import TO_CHECK, Stock
from freecrm.exchange.tidy import Tidied, Tidier
from freecrm.exchange.words_of import resolve_words
from freecrm.store import lookup
from freecrm.store.database import Store
from freecrm.store.reader import Reader

BLOCK = 1000
SAMPLE = 3000
REMEMBERED = "mapping."


def prepare(
    store: Store,
    path: Path,
    plan: Together,
    options: Options | None = None,
    *,
    progress: Progress | None = None,
) -> ChangeSet:
    """What importing a file would do; Known when it cannot be read, Cancelled when stopped.

    Nothing is written, neither into the database nor beside it; the spool lies in the system's
    folder for such things until `apply` or `ChangeSet.discard`.
    """
    spool = spool_path()
    done = False
    try:
        for kind, value in stream(store, path, plan, options or Options(), spool, progress):
            if kind == "done":
                done = True
                found: ChangeSet = value
                return found
        raise Bug("the import's child process ended without an answer")
    finally:
        if not done:
            spool.unlink(missing_ok=True)


def stream(
    store: Store, path: Path, plan: Together, options: Options, spool: Path, progress: Progress | None = None
) -> Generator[tuple[str, Any], None, None]:
    """What the child says while it works: ("base", (log position, main entity)), ("spool", bytes that
    lie in the spool by now) again and again, ("done", ChangeSet) at last. Progress is told by itself.
    """
    args = (store.path, store.model, Path(path).absolute(), plan, options, spool, language())
    for kind, value in child.run(work, args, cancel=None if progress is None else lambda: progress.cancelled):
        if kind == "progress":
            if progress is not None:
                progress.tell(*value)
            continue
        if kind == "done":
            value.spool = spool
        yield kind, value


def work(
    database: Path, model: Model, path: Path, plan: Together, options: Options, spool: Path, tongue: str
) -> Iterator[tuple[str, Any]]:
    """The child's side: yields ("progress", (done, total, what)) and at last ("done", ChangeSet)."""
    use(tongue)
    gc.disable()  # rows hold no cycles; looking for them costs a fifth of the time
    store = Store(database, model)
    store.load_schema()
    opened = open_source(path, options.sheet, options.header_row, options.encoding)
    with tempfile.TemporaryFile() as rows_file, spool.open("wb") as out:
        total = 0
        samples: list[list[Any]] = []
        for total in _buffer(opened, rows_file, samples):
            yield "progress", (0, total, say(N_("Reading {file}"), file=path.name))
        opened.close()
        run = _Run(store, plan, options, opened, path, samples, rows_file)
        yield "base", (run.set.base, run.main)
        yield "progress", (0, total, say(N_("Comparing with your customers")))
        for done in run.through(out):
            yield "progress", (done, total)
            out.flush()
            yield "spool", out.tell()
        out.flush()
        yield "done", run.result()
    store.close()


def _buffer(opened: Opened, rows_file: IO[bytes], samples: list[list[Any]]) -> Iterator[int]:
    """Keep all rows in a file, compactly, and the first ones in `samples`; yields the count so far."""
    count = 0
    block: list[tuple[int, list[Any]]] = []
    for number, cells in opened.rows():
        block.append((number, cells))
        if len(samples) < SAMPLE:
            samples.append(cells)
        if len(block) == BLOCK:
            pickle.dump(block, rows_file, pickle.HIGHEST_PROTOCOL)
            count += len(block)
            block = []
            yield count
    if block:
        pickle.dump(block, rows_file, pickle.HIGHEST_PROTOCOL)
    yield count + len(block)


def _blocks(rows_file: IO[bytes]) -> Iterator[list[tuple[int, list[Any]]]]:
    rows_file.seek(0)
    while True:
        try:
            yield pickle.load(rows_file)
        except EOFError:
            return


class _Run:
    """One pass over the rows of one file."""

    def __init__(
        self,
        store: Store,
        plan: Together,
        options: Options,
        opened: Opened,
        path: Path,
        samples: list[list[Any]],
        rows_file: IO[bytes],
    ) -> None:
        self.store, self.plan, self.options, self.opened = store, plan, options, opened
        self.rows_file = rows_file
        c = store.read()
        heads = opened.layout.heads
        remembered = store.kept(REMEMBERED + (options.name or mapping.signature(heads)))
        self.mapping = mapping.propose(
            store.schema,
            plan,
            heads,
            samples,
            remembered=remembered,
            told=options.told,
            joined=len(opened.layout.header_rows) > 1,
        )
        self.set = ChangeSet(
            path,
            plan,
            opened.sheet,
            opened.layout.header_row,
            list(heads),
            mapping=self.mapping,
            options=options,
            base=lookup.last_change(c),
        )
        self.schema = _with_new_fields(store.schema, self.mapping)
        self.counts: Counter[str] = Counter()
        self.actions: Counter[str] = Counter()
        self.questions: dict[tuple[str, str, str], list[Any]] = {}
        self.reader = Reader(store)
        self.main = self.mapping.main or plan.person
        self.matcher = Matcher(store, plan, self.main)
        self.names: dict[str, bytes] = {}
        self.orders: dict[int, str] = {}  # column -> whether its dates begin with the day or the month
        self.has_links = any(
            isinstance(f, Link) and f.to == self.main
            for _c, f in mapping.word_columns(self.schema, self.mapping)
        )
        self.pending: list[tuple[bytes, str, str, int]] = []
        self.claimed: dict[bytes, int] = {}  # stored record -> the first row of this list about it

    def through(self, out: IO[bytes]) -> Iterator[int]:
        """Work through all rows, writing what `apply` will do into `out`; yields rows done."""
        made = resolve_words(self.store, self.schema, self.mapping, self.options, self._distinct())
        for question in made.questions:
            self.set.decisions.append(question)
        self._dump(out, "first", [*packing.new_field_ops(self.mapping), *made.operations])
        # words resolved to new entries must be known to the fields that check them
        self.schema = made.schema
        self.tidier = tidier = Tidier(
            self.schema,
            self.plan,
            self.mapping,
            epoch1904=self.opened.source.epoch1904,
            order=self.options.order,
            orders=self.orders,
            country=self.options.country,
        )
        self.stock = Stock(self.reader, self.schema, self.plan, self.main)
        self.packer = packing.Packer(self.schema, self.plan, self.main, self._used())
        done = 0
        for block in _blocks(self.rows_file):
            tidied = [(number, cells, tidier.row(cells)) for number, cells in block]
            keys = [self.matcher.keys(row) for _, _, row in tidied]
            self.matcher.look_up(keys)
            self.stock.load(self.matcher.known)
            for (number, cells, row), key in zip(tidied, keys, strict=True):
                self._row(number, cells, row, key, out)
            self._dump(out, "rows", self.packer.flush())
            done += len(block)
            yield done
        self._links(out)

    def _used(self) -> dict[str, set[str]]:
        """Entity -> the fields that some row may fill."""
        found: dict[str, set[str]] = {self.main: {"kind"}, self.plan.person: set()}
        for column in self.mapping.columns:
            f = mapping.field_at(self.schema, column.target)
            if f is not None and f.entity in found:
                found[f.entity].add(f.name)
        for fields in found.values():
            fields.update(f.name for f in self.schema.fields(self.main).values() if f.kind == "longtext")
        return found

    def _distinct(self) -> dict[int, Counter[str]]:
        """Column index -> its different texts, for pick-lists and links; also settles day and month."""
        found: dict[int, Counter[str]] = {
            column.index: Counter() for column, _f in mapping.word_columns(self.schema, self.mapping)
        }
        days: dict[int, Counter[str]] = {
            c.index: Counter() for c in mapping.date_columns(self.schema, self.mapping)
        }
        for block in _blocks(self.rows_file):
            for _number, cells in block:
                for index, counter in found.items():
                    if index < len(cells) and cells[index] is not None:
                        counter[str(cells[index]).strip()] += 1
                for index, counter in days.items():
                    if index < len(cells) and isinstance(cells[index], str):
                        counter[cells[index]] += 1
        for index, counter in days.items():
            self.orders[index] = self.options.order or guess.day_order(counter)
            if not self.orders[index]:
                self.set.ambiguous_dates += sum(n for text, n in counter.items() if dates.ambiguous(text))
        return found

    # ---- one row

    def _row(self, number: int, cells: Sequence[Any], row: Tidied, keys: Keys, out: IO[bytes]) -> None:
        self.set.rows += 1
        values = row.main if self.mapping.main else row.person
        why = self._refused(row, values)
        if why is not None:
            self._count(REJECTED, "")
            if len(self.set.left_out) < SHOWN * 50:
                self.set.left_out.append(LeftOut(number, tuple(cells), why))
            return
        self._note_troubles(number, row)
        if self.main == self.plan.main:
            self._defaults(row, values)
        match = self.matcher.match(keys, values)
        if match is None:
            self._new(number, row, keys)
            self._count(NEW, "new")
        elif match.sure:
            self._known(number, cells, row, keys, match, out)
        else:
            self._doubtful(number, cells, row, keys, match, out)

    def _refused(self, row: Tidied, values: dict[str, Any]) -> Said | None:
        if self.options.unread == "reject" and row.troubles:
            return row.troubles[0].why
        if not values.get("name") and self.mapping.main and row.person.get("name"):
            values["name"] = row.person["name"]  # a private person is a customer too
            if "kind" in self.schema.fields(self.main):
                values["kind"] = "person"
            return None
        problems = check_values(self.schema.fields(self.main), values, new=True)
        return problems[0].why if problems else None

    def _defaults(self, row: Tidied, values: dict[str, Any]) -> None:
        fields = self.schema.fields(self.main)
        if "kind" in fields and "kind" not in values:
            name = values.get("name") or ""
            chinese = any("\u4e00" <= c <= "\u9fff" for c in name)
            person = chinese and not row.person and not names.looks_like_company(name)
            own = name == row.person.get("name")  # a private person, as our own cards write them
            values["kind"] = "person" if person or own else "company"

    def _note_troubles(self, number: int, row: Tidied) -> None:
        for trouble in row.troubles:
            head = self.mapping.columns[trouble.column].head
            self.set.trouble_count += 1
            if len(self.set.troubles) < SHOWN:
                self.set.troubles.append(CellTrouble(number, head, trouble.text, trouble.why, trouble.code))
            if not trouble.code.startswith(("choice:", "link:")):
                reason = (head, trouble.code, trouble.why.text)
                held = self.questions.setdefault(reason, [trouble.why, 0, [], Counter()])
                held[1] += 1
                held[3][trouble.text] += 1
                if len(held[2]) < 50:
                    held[2].append(number)
        if any(t.code == "phone" for t in row.troubles):
            values = row.main if self.mapping.main else row.person
            if "tags" in self.schema.fields(self.main):
                values.setdefault("tags", []).append({"word": _(TO_CHECK)})

    def _new(self, number: int, row: Tidied, keys: Keys) -> None:
        values = row.main if self.mapping.main else row.person
        if self.options.tag and "tags" in self.schema.fields(self.main):
            values.setdefault("tags", []).append({"word": self.options.tag})
        id = self.packer.id()
        person = row.person if self.mapping.main and row.person.get("name") else None
        self.packer.new(id, values, person, row.position)
        self.matcher.add(id, number, keys, values)
        if self.has_links:
            self.names.setdefault(keys.name, id)
        self._later(id, row, number)
        if len(self.set.preview) < 50:
            self.set.preview.append(self._shown(values, person or {}))

    def _later(self, id: bytes, row: Tidied, number: int) -> None:
        self.pending += [(id, name, text, number) for name, text in row.links.items()]

    def _known(
        self, number: int, cells: Sequence[Any], row: Tidied, keys: Keys, match: Match, out: IO[bytes]
    ) -> None:
        """A row about a record that surely exists (or one more person of an earlier row)."""
        first = self.claimed.setdefault(match.id, number) if match.row is None else number
        if first != number and number not in self.options.decisions:
            self._second(number, cells, row, keys, match, first, out)
            return
        action = self.options.decisions.get(number) or ("fill" if match.more else self.options.existing)
        if action == "new":
            self._new(number, row, keys)
            self._count(NEW, "new")
            return
        if match.row is not None:  # its record is made by this very import
            self._count(NEW, "fill")
            self._merge(out, number, match, row, "fill")
            return
        differences = compare.differences(self.stock, match.id, row, action, self._blank_fields(cells))
        if action == "skip":
            self._count(SAME if differences is None else SKIPPED, "skip")
            return
        if differences is None:
            self._count(SAME, "")
            return
        self._count(CHANGED, action)
        if len(self.set.changes) < SHOWN:
            self.set.changes.append(RowChange(number, match.name, tuple(differences())))
        self._merge(out, number, match, row, action, self._blank_fields(cells))

    def _second(
        self,
        number: int,
        cells: Sequence[Any],
        row: Tidied,
        keys: Keys,
        match: Match,
        first: int,
        out: IO[bytes],
    ) -> None:
        """A second row of the list about one stored record: it fills blanks, it overwrites nothing."""
        if compare.differences(self.stock, match.id, row, "fill") is None:
            self._count(SAME, "")
            return
        why = say(N_("row {row} of this list is about the same customer"), row=first)
        match.reasons, match.score = (why,), 1.0
        self._doubtful(number, cells, row, keys, match, out)

    def _doubtful(
        self, number: int, cells: Sequence[Any], row: Tidied, keys: Keys, match: Match, out: IO[bytes]
    ) -> None:
        action = self.options.decisions.get(number) or self.options.doubtful
        if action == "auto":
            action = "fill" if match.score >= 0.95 else "new"
        self._count(DOUBTFUL, action)
        if len(self.set.doubts) < SHOWN:
            self.set.doubts.append(
                Doubt(number, keys.name, match.name, match.row, match.score, match.reasons, action)
            )
        if action == "new":
            self._new(number, row, keys)
        elif action in ("fill", "update"):
            self._merge(out, number, match, row, action, self._blank_fields(cells))
        elif len(self.set.left_out) < SHOWN * 50:
            why = say(
                N_("May be a double of “{name}”: {reasons}."), name=match.name, reasons=list(match.reasons)
            )
            self.set.left_out.append(LeftOut(number, tuple(cells), why))

    def _merge(
        self, out: IO[bytes], number: int, match: Match, row: Tidied, action: str, blank: Sequence[str] = ()
    ) -> None:
        """Hand a row over that goes into a record: what it changes is seen when it is written."""
        self._dump(out, "rows", self.packer.flush())
        self._dump(
            out,
            "merge",
            packing.Merge(match.id, row.main, row.person, row.position, action, list(blank)),
        )
        self._later(match.id, row, number)

    def _blank_fields(self, cells: Sequence[Any]) -> list[str]:
        """The main record's mapped fields that are blank in this row, when blanks may wipe."""
        if not self.options.blank_wipes:
            return []
        found = []
        for column in self.mapping.columns:
            f = mapping.field_at(self.schema, column.target)
            blank = column.index >= len(cells) or cells[column.index] in (None, "")
            if (
                blank
                and f is not None
                and f.entity == self.main
                and not isinstance(f, Rows)
                and not f.required
            ):
                found.append(f.name)
        return found

    # ---- the end

    def _links(self, out: IO[bytes]) -> None:
        """Links to other main records, by name: rows of this list first, then the stored ones."""
        wanted = {text for _id, _name, text, _row in self.pending} - self.names.keys()
        stored = lookup.by_names(self.store.read(), self.main, wanted)
        above: dict[bytes, bytes] = {}
        found = []
        for id, name, text, number in self.pending:
            target = self.names.get(text) or next(iter(stored.get(text, [])), None)
            f = self.schema.fields(self.main)[name]
            if target is None:
                why = say(
                    N_("There is no customer “{value}” to belong to; the field stays blank."), value=text
                )
            elif target == id or (isinstance(f, Link) and f.tree and _closes_loop(above, id, target)):
                why = say(N_("“{value}” cannot be above itself; the field stays blank."), value=text)
            else:
                above[id] = target
                found.append((self.main, id, name, target))
                continue
            self.set.trouble_count += 1
            if len(self.set.troubles) < SHOWN:
                self.set.troubles.append(CellTrouble(number, f.title, text, why, "link"))
        self._dump(out, "links", found)

    def _count(self, kind: str, action: str) -> None:
        self.counts[kind] += 1
        if action:
            self.actions[action] += 1

    def _shown(self, values: dict[str, Any], person: dict[str, Any]) -> dict[str, str]:
        shown = {}
        for entity, bag in ((self.main, values), (self.plan.person, person)):
            for name, value in bag.items():
                f = self.schema.fields(entity)[name]
                if not (isinstance(f, Link) and isinstance(value, bytes)):
                    shown[f"{entity}.{name}"] = f.show(value)
        return shown

    def _dump(self, out: IO[bytes], kind: str, value: Any) -> None:
        if not value:
            return
        if kind == "rows":
            marshal.dump((kind, value), out)
        else:
            marshal.dump((kind, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)), out)

    def result(self) -> ChangeSet:
        """The change set, complete."""
        answers = {
            "phone": N_("kept as it stands and tagged “To check”"),
            "email": N_("left blank, the words go to the remark"),
        }
        for (head, code, _reason), (why, count, rows, texts) in self.questions.items():
            answer = say(answers.get(code, N_("left blank, the words go to the remark")))
            text = ", ".join(t for t, _n in texts.most_common(4))
            self.set.decisions.append(Decision(head, text, why, count, tuple(rows), answer))
        self.set.counts = dict(self.counts)
        self.set.actions = dict(self.actions)
        self.set.notes = [*self.opened.source.notes, *self.opened.layout.notes, *self.opened.notes]
        self.set.notes = list(dict.fromkeys(self.set.notes))
        self.set.notes += self._own_notes()
        return self.set

    def _own_notes(self) -> list[Said]:
        notes = []
        if self.set.ambiguous_dates:
            notes.append(
                say(
                    N_(
                        "{n} dates can be read as day/month or month/day. Say which with --dates dmy or --dates mdy."
                    ),
                    n=self.set.ambiguous_dates,
                )
            )
        if self.tidier.voids:
            notes.append(
                say(
                    N_("Cells that Excel could not work out ({examples}): {n}. They were taken as blank."),
                    examples=list(self.tidier.voids)[:4],
                    n=self.tidier.voids.total(),
                )
            )
        if not self.mapping.main and self.plan.person and self.set.rows:
            head = next((c.head for c in self.mapping.columns if ".name" in c.target), "")
            notes.append(
                say(
                    N_(
                        "No column names a customer, so the people were taken as contacts. If they are your "
                        "customers, import the list with --to {head}={path}."
                    ),
                    head=head,
                    path=f"{self.plan.main}.name",
                )
            )
        return notes


def _with_new_fields(schema: Schema, found: mapping.Mapping) -> Schema:
    """The schema with the custom fields that this import adds."""
    made = Schema(schema.model, {name: dict(fields) for name, fields in schema.by_entity.items()})
    for column in found.columns:
        if column.new is not None:
            values = packing.custom_values(column.new)
            f = field_of(values)
            if f is not None:
                made.by_entity[f.entity][f.name] = f
    return made


def _closes_loop(above: dict[bytes, bytes], id: bytes, target: bytes) -> bool:
    seen = {id}
    at: bytes | None = target
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = above.get(at)
    return False
