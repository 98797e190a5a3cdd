"""One pass over the rows of a list: each is tidied, matched and compared, and what `apply` will write is spooled."""

from __future__ import annotations

import marshal
import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from freecrm.core import dates, names
from freecrm.core.fields import Link, Text, clean
from freecrm.core.module import Together
from freecrm.core.record import check_values
from freecrm.core.rows import Rows
from freecrm.core.words import N_, Said, _, say
from freecrm.exchange import compare, guess, mapping, packing
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
    Doubt,
    LeftOut,
    Options,
    Pairs,
    RowChange,
)
from freecrm.exchange.coded import CodeMatcher
from freecrm.exchange.codes import Codes
from freecrm.exchange.deal_rows import FINISHERS
from freecrm.exchange.linking import Links
from freecrm.exchange.matcher import Keys, Match, Matcher
from freecrm.exchange.proposing import linked_names, propose, with_new_fields
from freecrm.exchange.questions import (
    BLANK,
    REJECT,
    Questions,
    join_question,
    of_join,
    of_order,
    order_question,
)
from freecrm.exchange.rowsfile import RowsFile
from freecrm.exchange.shown import Shower
from freecrm.exchange.stock import TO_CHECK, Stock
from freecrm.exchange.tidy import Tidied, Tidier, Trouble
from freecrm.exchange.tidying import in_words
from freecrm.exchange.words_of import resolve_words
from freecrm.store import lookup
from freecrm.store.database import Store
from freecrm.store.reader import Reader

SAMPLE = 3000
LOOKED_AT = 100  # rows as they will be, for a look
LIKELY = 0.95  # a second entry of this score fills blanks of the first, any other becomes a record of its own
TROUBLED = 500  # the same of rows with cells that could not be taken


SURELY = "alike:surely"
"""The key that answers for all rows about records that are surely known."""


def _alike(match: Match) -> str:
    """The key that answers for all doubtful rows with the same main reason."""
    side = "stored" if match.row is None else "row"
    likely = "likely" if match.score >= LIKELY else "maybe"
    return ":".join(["alike", side, likely, *(reason.text for reason in match.reasons[:1])])


class Pass:
    """One pass over the rows of one file."""

    def __init__(self, store: Store, plan: Together, options: Options, path: Path, kept: RowsFile) -> None:
        assert kept.opened is not None
        self.store, self.plan, self.options, self.opened = store, plan, options, kept.opened
        self.kept = kept
        opened = kept.opened
        with store.whole():
            base = lookup.last_change(store.read())
        heads = opened.layout.heads
        self.mapping = propose(store, plan, opened.layout, kept.first(SAMPLE), options)
        self.set = ChangeSet(
            path,
            plan,
            opened.sheet,
            opened.layout.header_row,
            list(heads),
            mapping=self.mapping,
            options=options,
            base=base,
        )
        self.schema = with_new_fields(store.schema, self.mapping)
        self.counts: Counter[str] = Counter()
        self.actions: Counter[str] = Counter()
        self.looked_at: list[Sequence[Any]] = []
        self.questions = Questions(self.mapping.columns, options.answers, options.unread)
        self.reader = Reader(store)
        self.main = self.mapping.main or plan.person
        self.matcher = (CodeMatcher if plan.by else Matcher)(store, plan, self.main)
        self.codes = Codes(store, self.main, self.mapping, self.matcher.rows_with_code)
        self.questions.gives_codes = self.codes.rule is not None
        self.links = Links(store, self.main)
        self.orders: dict[int, str] = {}  # column -> whether its dates begin with the day or the month
        self.has_links = any(
            isinstance(f, Link) and f.to == self.main
            for _c, f in mapping.word_columns(self.schema, self.mapping)
        )
        self.masked: frozenset[tuple[str, str]] = frozenset()  # told in part only
        self.left_blank = False  # the row at hand shall have no code
        self.claimed: dict[bytes, int] = {}  # stored record -> the first row of this list about it

    def through(self, out: IO[bytes]) -> Iterator[int]:
        """Work through all rows, writing what `apply` will do into `out`; yields rows done."""
        made = resolve_words(self.store, self.schema, self.mapping, self.options, self._distinct(), self.plan)
        self.set.decisions += made.questions
        for target, columns in self.mapping.shared().items():
            f = mapping.field_at(self.schema, target)
            told = self.options.answers.get(of_join(target), "")
            self.set.decisions.append(join_question(target, columns, type(f) is Text, told))
        if self.main in FINISHERS:
            FINISHERS[self.main].prepare(self.store, made)
        self.codes.begin(self._written_codes() if self.codes.rule is not None else ())
        self._dump(out, "first", [*packing.new_field_ops(self.mapping), *made.operations])
        # words resolved to new entries must be known to the fields that check them
        self.schema = made.schema
        names = linked_names(self.store, self.schema, self.mapping, made.operations)
        self.shower = Shower(self.schema, self.plan, self.mapping, names, made.fresh)
        self.shower.masked = self.masked
        self.finish = FINISHERS[self.main](made, names) if self.main in FINISHERS else None
        self.set.targets = self.shower.targets
        self.tidier = tidier = Tidier(
            self.schema,
            self.plan,
            self.mapping,
            epoch1904=self.opened.source.epoch1904,
            order=self.options.order,
            orders=self.orders,
            answers=self.options.answers,
        )
        self.stock = Stock(self.reader, self.schema, self.plan, self.main, self.masked)
        self.packer = packing.Packer(self.schema, self.plan, self.main, self._used())
        done = 0
        for block in self.kept.blocks():
            tidied = [(number, cells, tidier.row(cells)) for number, cells in block]
            if self.finish is not None:
                for _number, _cells, row in tidied:
                    self.finish.row(row)
            keys = [self.matcher.keys(row) for _, _, row in tidied]
            self.matcher.look_up(keys)
            self.codes.look_up([key.code for key in keys])
            self.stock.load(self.matcher.known)
            for (number, cells, row), key in zip(tidied, keys, strict=True):
                self._row(number, cells, row, key, out)
            self._dump(out, "rows", self.packer.flush())
            done += len(block)
            yield done
        self._links(out)
        spent = self.codes.spent()
        if spent is not None:
            self._dump(out, "codes", spent)

    def _written_codes(self) -> set[str]:
        """All that stands in the columns of codes."""
        found: set[str] = set()
        for column in self.codes.columns:
            for block in self.kept.blocks():
                found.update(clean(cells[column.index]) for _n, cells in block if column.index < len(cells))
        return found - {""}

    def _used(self) -> dict[str, set[str]]:
        """Entity -> the fields that some row may fill."""
        found: dict[str, set[str]] = {self.main: {"kind"}, self.plan.person: set()}
        for column in self.mapping.columns:
            f = mapping.field_at(self.schema, column.target)
            if f is not None and f.entity in found:
                found[f.entity].add(f.name)
        if self.codes.rule is not None and self.codes.field is not None:
            found[self.main].add(self.codes.field.name)
        found[self.main].update(FINISHERS[self.main].FILLS if self.main in FINISHERS else ())
        for fields in found.values():
            fields.update(f.name for f in self.schema.fields(self.main).values() if f.kind == "longtext")
        found[self.main].update(
            f.name for f in self.schema.fields(self.main).values() if f.default is not None
        )
        return found

    def _distinct(self) -> dict[int, Counter[str]]:
        """Column index -> its different texts, for pick-lists and links; also settles day and month."""
        found: dict[int, Counter[str]] = {
            column.index: Counter() for column, _f in mapping.word_columns(self.schema, self.mapping)
        }
        days: dict[int, Counter[str]] = {
            c.index: Counter() for c in mapping.date_columns(self.schema, self.mapping)
        }
        filled = [0] * len(self.mapping.columns)
        for block in self.kept.blocks():
            for place, column_cells in enumerate(zip(*(cells for _number, cells in block), strict=True)):
                filled[place] += len(column_cells) - column_cells.count(None)
            for _number, cells in block:
                for index, counter in found.items():
                    if index < len(cells) and cells[index] is not None:
                        counter[str(cells[index]).strip()] += 1
                for index, counter in days.items():
                    if index < len(cells) and isinstance(cell := cells[index], str):
                        counter[cell] += 1
        for index, counter in found.items():
            found[index] = mapping.words_of_cells(self.schema, self.mapping.columns[index], counter)
        for index, counter in days.items():
            self._settle_order(self.mapping.columns[index], counter)
        self.set.filled = filled
        return found

    def _settle_order(self, column: mapping.Column, texts: Counter[str]) -> None:
        """Whether a column's dates begin with the day: by what stands in it, or asked."""
        order = self.options.order or guess.day_order(texts)
        if not order:
            order = self.options.answers.get(of_order(column.head), "")
            unclear = Counter({text: n for text, n in texts.items() if dates.ambiguous(text)})
            if unclear:
                self.set.decisions.append(order_question(column, unclear, order))
                self.set.ambiguous_dates += 0 if order else unclear.total()
        self.orders[column.index] = order

    # ---- one row

    def _row(self, number: int, cells: Sequence[Any], row: Tidied, keys: Keys, out: IO[bytes]) -> None:
        self.set.rows += 1
        values = row.main if self.mapping.main else row.person
        why = self._refused(row, values)
        if row.troubles or why is not None:
            self._note_troubled(number, cells, row, why)
        if why is not None:
            self._count(REJECTED, "")
            if len(self.set.left_out) < SHOWN * 50:
                self.set.left_out.append(LeftOut(number, tuple(cells), why))
            return
        if len(self.set.preview) < LOOKED_AT:
            self.set.preview.append(self.shower.row(number, cells, row))
            self.looked_at.append(cells)
        if row.troubles:
            self._tag_phones(row, values)
        if self.main == self.plan.main:
            self._defaults(row, values)
        match = self.matcher.match(keys, values)
        if match is None:
            if self._settle_code(number, cells, row, keys, None):
                self._new(number, row, keys)
                self._count(NEW, "new")
        elif match.sure:
            self._known(number, cells, row, keys, match, out)
        else:
            self._doubtful(number, cells, row, keys, match, out)

    def _refused(self, row: Tidied, values: dict[str, Any]) -> Said | None:
        if row.troubles and (why := self.questions.rejects(row.troubles)) is not None:
            return why
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

    def _note_troubled(self, number: int, cells: Sequence[Any], row: Tidied, out: Said | None) -> None:
        """A row with cells that could not be taken, or one that is left out."""
        self._show_troubled(number, cells, row, out)
        for trouble in row.troubles:
            self._note_trouble(number, trouble, out)

    def _show_troubled(self, number: int, cells: Sequence[Any], row: Tidied, out: Said | None) -> None:
        self.set.troubled_count += 1
        if len(self.set.troubled) < TROUBLED:
            self.set.troubled.append(self.shower.row(number, cells, row, out))

    def _note_trouble(self, number: int, trouble: Trouble, out: Said | None) -> None:
        self.questions.note(number, trouble)
        if out is not None:
            return
        head = self.mapping.columns[trouble.column].head
        self.set.trouble_count += 1
        self.set.trouble_by_head[head] = self.set.trouble_by_head.get(head, 0) + 1
        if len(self.set.troubles) < SHOWN:
            self.set.troubles.append(CellTrouble(number, head, trouble.text, trouble.why, trouble.code))

    def _settle_code(
        self, number: int, cells: Sequence[Any], row: Tidied, keys: Keys, id: bytes | None
    ) -> bool:
        """See that the code a row brings is no other's; False when the row is left out for it. id: the record that
        the row goes into, None for a new one."""
        values = row.main if self.mapping.main else row.person
        trouble = self.codes.trouble(values, id) if self.codes.columns else None
        if trouble is None:
            return True
        chosen = self.questions.chosen(trouble)
        out = trouble.why if chosen == REJECT else None
        self.codes.set_aside(values, trouble, self.tidier.remark)
        keys.code = ""
        row.troubles.append(trouble)
        if len(row.troubles) == 1:
            self._show_troubled(number, cells, row, out)
        self._note_trouble(number, trouble, out)
        if self.set.preview and self.set.preview[-1].row == number:
            self.set.preview[-1] = self.shower.row(number, cells, row, out)
        if out is None:
            self.left_blank = chosen == BLANK
            return True
        self._count(REJECTED, "")
        if len(self.set.left_out) < SHOWN * 50:
            self.set.left_out.append(LeftOut(number, tuple(cells), out))
        return False

    def _tag_phones(self, row: Tidied, values: dict[str, Any]) -> None:
        if "tags" not in self.schema.fields(self.main):
            return
        if any(t.code in ("phone", "nophone") for t in row.troubles):
            values.setdefault("tags", []).append({"word": _(TO_CHECK)})

    def _new(self, number: int, row: Tidied, keys: Keys) -> None:
        values = row.main if self.mapping.main else row.person
        if self.options.tag and "tags" in self.schema.fields(self.main):
            values.setdefault("tags", []).append({"word": self.options.tag})
        if not self.left_blank:
            self.codes.give(values)
        self.left_blank = False
        id = self.packer.id()
        person = row.person if self.mapping.main and row.person.get("name") else None
        self.packer.new(id, values, person, row.position)
        self.matcher.add(id, number, keys, values)
        if self.has_links:
            self.links.made(keys.name, id)
        self.links.wants(id, row.links, number)

    def _known(
        self, number: int, cells: Sequence[Any], row: Tidied, keys: Keys, match: Match, out: IO[bytes]
    ) -> None:
        """A row about a record that surely exists (or one more person of an earlier row)."""
        if self.finish is not None:
            self.finish.known(row)
        first = self.claimed.setdefault(match.id, number) if match.row is None else number
        if first != number and number not in self.options.decisions:
            self._second(number, cells, row, keys, match, first, out)
            return
        action = (
            self.options.decisions.get(number)
            or ("fill" if match.more else self.options.answers.get(SURELY))
            or self.options.existing
        )
        if action == "new":
            if self._settle_code(number, cells, row, keys, None):
                self._new(number, row, keys)
                self._count(NEW, "new")
            return
        if action != "skip" and not self._settle_code(number, cells, row, keys, match.id):
            return
        if match.row is not None:  # its record is made by this very import
            self._count(NEW, "fill")
            self._merge(out, number, match, row, "fill")
            return
        differences = compare.differences(self.stock, match.id, row, action, self._blank_fields(cells))
        if differences is not None and len(self.set.changes) < SHOWN:
            told = tuple(differences())
            self.set.changes.append(RowChange(number, match.name, told, match.reasons, action, SURELY))
        if action == "skip":
            self._count(SAME if differences is None else SKIPPED, "skip")
            return
        if differences is None:
            self._count(SAME, "")
            return
        self._count(CHANGED, action)
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
        alike = _alike(match)
        general = self.options.answers.get(alike) or self.options.doubtful
        action = self.options.decisions.get(number) or general
        if action == "auto":
            action = "fill" if match.score >= LIKELY else "new"
        target = None if action == "new" else match.id
        if action != "skip" and not self._settle_code(number, cells, row, keys, target):
            return
        self._count(DOUBTFUL, action)
        if len(self.set.doubts) < SHOWN:
            self.set.doubts.append(
                Doubt(
                    number,
                    keys.name,
                    match.name,
                    match.row,
                    match.score,
                    match.reasons,
                    action,
                    alike,
                    self.shower.pairs(row),
                    self._other_side(match, row),
                )
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

    def _other_side(self, match: Match, row: Tidied) -> Pairs:
        """What is known of the record, or of the earlier row, that a doubtful row is held against."""
        if match.row is not None:
            return ()  # shown in the end: only few of the earlier rows are ever wanted
        held = self.stock.held(match.id)
        if held is None:
            return ()
        person = self.stock.person(match.id, row.person) if self.mapping.main and row.person else None
        return self.shower.pairs_of(held.record.values, person.record.values if person else {})

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
        self.links.wants(match.id, row.links, number)

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
        found, troubles = self.links.settle(self.schema)
        self.set.trouble_count += len(troubles)
        self.set.troubles += troubles[: max(0, SHOWN - len(self.set.troubles))]
        self._dump(out, "links", found)

    def _count(self, kind: str, action: str) -> None:
        self.counts[kind] += 1
        if action:
            self.actions[action] += 1

    def _dump(self, out: IO[bytes], kind: str, value: Any) -> None:
        if not value:
            return
        if kind == "rows":
            marshal.dump((kind, value), out)
        else:
            marshal.dump((kind, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)), out)

    def result(self) -> ChangeSet:
        """The change set, complete."""
        self.set.decisions += self.questions.decisions()
        self._show_earlier()
        looked_at = list(zip(self.looked_at, self.set.preview, strict=True))
        self.set.tidied = in_words(self.shower, looked_at)
        self.set.counts = dict(self.counts)
        self.set.actions = dict(self.actions)
        self.set.notes = [*self.opened.source.notes, *self.opened.layout.notes, *self.opened.notes]
        self.set.notes += self.codes.note()
        if self.finish is not None:
            self.set.notes += self.finish.notes()
        self.set.notes = list(dict.fromkeys(self.set.notes))
        if self.tidier.voids:
            void = N_("Cells that Excel could not work out ({examples}): {n}. They were taken as blank.")
            examples = list(self.tidier.voids)[:4]
            self.set.notes.append(say(void, examples=examples, n=self.tidier.voids.total()))
        self.set.advice = self._advice()
        return self.set

    def _show_earlier(self) -> None:
        """The other side of rows that may be doubles of an earlier row."""
        wanted = {doubt.of_row for doubt in self.set.doubts if doubt.of_row is not None}
        if not wanted:
            return
        found: dict[int, Pairs] = {}
        for block in self.kept.blocks():
            for number, cells in block:
                if number in wanted:
                    found[number] = self.shower.pairs(self.tidier.row(cells))
            if len(found) == len(wanted):
                break
        for place, doubt in enumerate(self.set.doubts):
            if doubt.of_row in found:
                self.set.doubts[place] = replace(doubt, theirs=found[doubt.of_row])

    def _advice(self) -> list[Said]:
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
