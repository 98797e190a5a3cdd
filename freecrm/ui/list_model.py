"""The rows of a list: numbers `n` in their order, and the rows that are painted.

The model holds one array of numbers; values are fetched in windows of 32 rows when somebody looks
at them and the last windows are kept. Which rows, and how many, is worked out in a job; until it
answers, the first fifty stand there. A change fetches anew what it touched and asks for the
numbers again; the view stays where it is (`moving`, `moved`).
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QModelRoleData,
    QModelRoleDataSpan,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from freecrm.core.arrangement import Arrangement
from freecrm.core.fields import Choice, Field, Link
from freecrm.core.module import List
from freecrm.core.problems import Known
from freecrm.core.query import Query, Sort
from freecrm.core.rights import WHY_UNSEEN, Unseen
from freecrm.core.rows import Rows
from freecrm.core.words import _
from freecrm.store import differences, reader, totals
from freecrm.store.database import Store
from freecrm.ui import cells, due_words, group_words, talk
from freecrm.ui.grouping import NO_ROW, GroupRow, Groups, at_of, heads_within, number_of
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.core.change import Touched

WINDOW = 32  # about as many rows as are in sight: a jump reads few that nobody looks at
WINDOWS = 128
FIRST = 50
EARLY_FROM = 20_000  # rows; a shorter list is whole within a blink
HELD_MS = 1500  # how long a row that belongs into another group stays where it was changed
FOUND_MOST = reader.FOUND_MOST

Index = QModelIndex | QPersistentModelIndex
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Row:
    """One row as it is painted. values: as the reader gave them. tags: the words behind the title. stead: the column of
    a blank title, and what stands there instead."""

    __slots__ = ("_fields", "_stead", "_texts", "n", "tags", "values")

    def __init__(
        self,
        n: int,
        fields: Sequence[Field],
        values: list[Any],
        tags: Sequence[str],
        stead: tuple[int, str] | None = None,
    ) -> None:
        self.n, self._fields, self.values, self.tags, self._stead = n, fields, values, tags, stead
        self._texts: list[str] | None = None

    @property
    def texts(self) -> list[str]:
        """One for each column; made when they are first wanted, for most rows that are read are never seen."""
        if self._texts is None:
            self._texts = [cells.text(f, v) for f, v in zip(self._fields, self.values, strict=False)]
            if self._stead is not None:
                self._texts[self._stead[0]] = self._stead[1]
        return self._texts


class Answer(NamedTuple):
    """What a job found: the numbers of a question in order, its groups if it has any, and how many records
    there are without its filter and words."""

    query: Query
    numbers: array[int]
    groups: Groups | None
    flat: tuple[array[int], list[int]] | None
    total: int


class First(NamedTuple):
    """The beginning of a list, read before anything else so that it can be painted at once."""

    query: Query
    numbers: Sequence[int]
    rows: dict[int, list[Any]]


def names_of(store: Store, page: List, columns: Sequence[str] | None = None) -> list[str]:
    """The fields that a list's rows are made of: its columns, the tags behind the title, and what it takes to say
    whether a customer was left alone for too long and whether a day that is past is overdue."""
    fields = store.schema.fields(page.entity)
    names = page.columns if columns is None else columns
    more = ("tags", "status", "grade") if any(f.moves for f in fields.values()) else ("tags",)
    stead = store.schema.entity(page.entity).stead
    more = (*more, stead) if stead else more
    more = (*more, *(waits_for(fields[name])[0] for name in names if name in fields))
    return list(dict.fromkeys([*names, *(name for name in more if name in fields)]))


def waits_for(field: Field) -> tuple[str, tuple[str, ...]]:
    """The field that says whether what is due by this one is still to be done, and the values of it that say so;
    "" = nothing says it, () = any value does."""
    due = getattr(field, "due", False)
    if isinstance(due, tuple):
        return due
    return (due, ()) if isinstance(due, str) else ("", ())


def query_of(page: List) -> Query:
    """The question of a page as it opens."""
    sort = (Sort(page.sort.lstrip("-"), page.sort.startswith("-")),) if page.sort else ()
    return Query(page.entity, None, sort)


def first_of(store: Store, page: List, of: Arrangement | None = None) -> First | None:
    """The first rows of a page, arranged as declared or as given; None when that would take longer than a blink."""
    query = of.query(page.entity) if of is not None else query_of(page)
    reader = store.reader()
    if not reader.is_ready(query, "first"):
        return None
    numbers = reader.first(query, FIRST)
    names = names_of(store, page, of.columns if of is not None else None)
    return First(query, numbers, reader.rows(page.entity, numbers, names))


class ListModel(QAbstractTableModel):
    """The rows of one page.

    moving, moved: before and after the numbers change; the view keeps its place between them.
    counted(shown, total): the numbers are complete. asked: a question is on its way to a job.
    regrouped: what it is grouped by could not be done, it stands without groups.

    numbers: the rows that are shown; those of groups below zero (`grouping.py`). records: all records of
    the question in their order.
    """

    moving = Signal()
    moved = Signal()
    counted = Signal(int, int)
    asked = Signal()
    regrouped = Signal()

    def __init__(self, store: Store, tasks: Tasks, page: List, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.page = store, tasks, page
        self.query = query_of(page)
        self.columns: tuple[str, ...] = page.columns
        self.numbers: array[int] = array("q")
        self.records: array[int] = self.numbers
        self._placed = (0, -1)  # the row that was looked for last, and where it stands
        self.titles: dict[str, str] = {}  # what columns are called in this view alone
        self.groups: Groups | None = None
        self.heads: list[int] = []
        self.complete = False
        self.first: First | None = None
        self.total = 0
        self._held = QTimer(self, singleShot=True, interval=HELD_MS)
        self._held.timeout.connect(self.ask)
        self._latest, self._beginning = Latest(tasks), Latest(tasks)
        self._holding = False
        self._kept_back: Answer | None = None
        self._windows: OrderedDict[int, list[Row | None]] = OrderedDict()
        self._differing: frozenset[int] | None = None  # not asked yet
        self.load_fields()

    def load_fields(self) -> None:
        """Take the fields from the file's schema as it is now."""
        fields = self.store.schema.fields(self.page.entity)
        self.columns = tuple(name for name in self.columns if name in fields and not fields[name].unseen)
        self.fields: list[Field] = [fields[name] for name in self.columns]
        self.names = names_of(self.store, self.page, self.columns)
        self._tags_at = self.names.index("tags") if "tags" in self.names else -1
        self._related = {f.to for f in self.fields if isinstance(f, Link)}
        self._related |= {f.of for name in self.names if isinstance(f := fields[name], Rows)}
        self._status_at, self._grade_at = (
            self.names.index(name) if name in self.names else -1 for name in ("status", "grade")
        )
        declared = self.store.schema.entity(self.page.entity)
        self.title_column = self.columns.index(declared.title)
        self._stead_at = self.names.index(declared.stead) if declared.stead in self.names else -1

    def set_titles(self, titles: dict[str, str]) -> None:
        """Call columns otherwise than the fields in them."""
        if titles != self.titles:
            self.titles = dict(titles)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.fields) - 1)

    def reload_fields(self) -> None:
        """Take the fields anew, and the rows with them."""
        self.moving.emit()
        self.beginResetModel()
        self._windows.clear()
        self.load_fields()
        self.endResetModel()
        self.moved.emit()

    def set_columns(self, names: Sequence[str]) -> None:
        """Show these fields, in this order; the title is always among them."""
        title = self.store.schema.entity(self.page.entity).title
        wanted = tuple(names) if title in names else (title, *names)
        if wanted == self.columns:
            return
        sums = self.summed
        self.beginResetModel()
        self.columns = wanted
        self._windows.clear()
        self.load_fields()
        self.endResetModel()
        if self.query.group and self.summed != sums:
            self.ask()

    @property
    def summed(self) -> list[str]:
        """The columns whose sums stand in the group rows."""
        return [f.name for f in self.fields if f.numeric and f.kind != "percent"]

    # ---- which rows

    def begin(self, first: First | None) -> None:
        """Show the first rows if they are there (`ask` comes after they are painted), else ask for all."""
        self.first = first
        if first is None:
            self.asked.emit()
            self._latest.run(self._find_first, self.query, then=self._begun)
        elif first.numbers:
            self._take(array("q", first.numbers))
            self._windows[0] = [self._row(n, first.rows.get(n)) for n in first.numbers]

    @property
    def whole(self) -> Query:
        """The question with what holds of everything in this list: for whoever asks the store itself."""
        return self.query.and_(self.page.only)

    def _find_first(self, query: Query) -> list[int]:
        return self.store.reader().first(query.and_(self.page.only), FIRST)

    def _begun(self, numbers: list[int]) -> None:
        self._take(array("q", numbers))
        self.ask()

    def search(self, words: str) -> None:
        """Narrow the list to what is typed; the newest words win."""
        words = " ".join(words.split())
        if words != self.query.words:
            self.query = replace(self.query, words=words)
            self.ask()

    def arrange(self, query: Query) -> None:
        """Ask another question of the same entity."""
        if query != self.query:
            self.query = query
            self.ask()

    def sort_by(self, name: str, down: bool, *, early: bool = False) -> None:
        """Order the list by a field. early: show the first rows as soon as they are known, when that is
        sooner than all."""
        self.query = replace(self.query, sort=(Sort(name, down),))
        if early and len(self.numbers) > EARLY_FROM and self.store.reader().is_quick(self.whole):
            self._beginning.run(self._find_beginning, self.query, then=self._begin_anew)
        self.ask()

    def _find_beginning(self, query: Query) -> tuple[Query, list[int]]:
        return query, self._find_first(query)

    def _begin_anew(self, found: tuple[Query, list[int]]) -> None:
        query, numbers = found
        if query == self.query and self.waiting:
            self._take(array("q", numbers))

    @property
    def capped(self) -> bool:
        """Whether a search found more than a list shows."""
        return bool(self.query.words) and len(self.records) >= FOUND_MOST

    @property
    def narrowed(self) -> bool:
        """Whether some records are left out: by words or by a filter."""
        return bool(self.query.words) or self.query.where is not None

    def ask(self) -> None:
        """Let a job find the numbers of the question as it is now."""
        self._held.stop()
        self.asked.emit()
        folded = set(self.groups.folded) if self.groups is not None else set()
        self._latest.run(self._find, self.query, self.summed, folded, then=self._answered)

    def settle(self) -> None:
        """Put the rows where they belong now, if a change left one where it was."""
        if self._held.isActive():
            self.ask()

    @property
    def waiting(self) -> bool:
        """Whether a job is at work on the numbers."""
        return self._latest.busy

    def _find(self, query: Query, sums: Sequence[str], folded: set[tuple[Any, ...]]) -> Answer | Known:
        reader = self.store.reader()
        groups = flat = None
        asked = query.and_(self.page.only)
        if query.group:
            with reader.snapshot():
                try:
                    slices = totals.groups(reader, asked, sums)
                except Known as problem:
                    return problem
                numbers = reader.numbers(asked)
            groups = Groups(slices, query.group)
            groups.keep_folded(folded)
            flat = groups.flat(numbers)
        else:
            numbers = reader.numbers(asked)
        narrowed = query.words or query.where is not None
        total = reader.count(Query(query.entity, self.page.only)) if narrowed else len(numbers)
        return Answer(query, numbers, groups, flat, total)

    def hold(self) -> None:
        """Let every row stay where it is until `release`, whatever changes: who has just edited one looks at it."""
        self._holding = True

    def release(self) -> None:
        """Show the order that came meanwhile."""
        self._holding = False
        answer, self._kept_back = self._kept_back, None
        if answer is not None and answer.query == self.query:
            self._answered(answer)

    def _answered(self, answer: Answer | Known) -> None:
        if isinstance(answer, Known):
            self.query = replace(self.query, group=())
            self.regrouped.emit()
            talk.tell_problem(answer)
            self.ask()
            return
        if self._holding:
            self._kept_back = answer
            return
        self.total, self.complete = answer.total, True
        before, self.groups = self.groups, answer.groups
        if self.groups is not None:
            flat = answer.flat
            if before is not None and before.folded != self.groups.folded:  # folded while the job ran
                self.groups.keep_folded(before.folded)
                flat = None
            if not self._is_shown(before, answer.numbers):
                self.records = answer.numbers
                self._show_groups(flat)
            else:
                self._repaint()
        elif before is not None or answer.numbers != self.numbers:
            self._take(answer.numbers)
        self.counted.emit(len(self.records), self.total)

    def _is_shown(self, before: Groups | None, numbers: array[int]) -> bool:
        """Whether the same groups of the same rows stand there already."""
        now = self.groups
        if before is None or now is None or (before.by, before.folded) != (now.by, now.folded):
            return False
        return numbers == self.records and before.rows == now.rows

    def _show_groups(self, known: tuple[array[int], list[int]] | None = None) -> None:
        assert self.groups is not None
        flat, heads = known or self.groups.flat(self.records)
        self._take(flat, heads, self.records)

    def _take(
        self, numbers: array[int], heads: list[int] | None = None, records: array[int] | None = None
    ) -> None:
        kept = {row.n: row for rows in self._windows.values() for row in rows if row is not None}
        same = self.numbers and numbers[: len(self.numbers)] == self.numbers
        self.moving.emit()
        self.beginResetModel()
        self.numbers, self.records = numbers, numbers if records is None else records
        self.heads, self._placed = heads or [], (0, -1)
        if same:
            self._drop_unfinished()
        else:
            self._windows.clear()
        self.endResetModel()
        self._fill_from(kept)
        self.moved.emit()

    # ---- groups

    def group_at(self, row: int) -> GroupRow | None:
        """The group whose row this is; None for a record's."""
        if self.groups is None or not 0 <= row < len(self.numbers) or self.numbers[row] >= NO_ROW:
            return None
        return self.groups.rows[at_of(self.numbers[row])]

    def fold(self, group: GroupRow, folded: bool) -> None:
        """Hide the rows of a group, or show them."""
        if self.groups is not None and (group.path in self.groups.folded) != folded:
            self.groups.folded ^= {group.path}
            self._show_groups()

    def fold_all(self, folded: bool) -> None:
        """Hide the rows of all groups, or show them."""
        if self.groups is not None:
            self.groups.fold_all() if folded else self.groups.unfold_all()
            self._show_groups()

    def head_of(self, n: int, level: int = 0) -> int:
        """The number of the group row, of some level, that stands above this record; NO_ROW without one."""
        if self.groups is None or n not in self.records:
            return NO_ROW
        around = self.groups.around(self.records.index(n))
        return number_of(self.groups.rows.index(around[min(level, len(around) - 1)])) if around else NO_ROW

    def reveal(self, n: int) -> None:
        """Unfold the groups that hide a record."""
        if self.groups is not None and n >= 0 and self.place(n) < 0 and n in self.records:
            self.groups.folded -= {group.path for group in self.groups.around(self.records.index(n))}
            self._show_groups()

    def records_at(self, places: Iterable[int]) -> list[int]:
        """The numbers of the records in these rows; those of groups are passed over."""
        return [n for at in places if at < len(self.numbers) and (n := self.numbers[at]) > NO_ROW]

    def picked(self, ranges: Sequence[tuple[int, int]]) -> int:
        """How many records lie in these ranges of rows."""
        return sum(last - first + 1 for first, last in ranges) - heads_within(self.heads, ranges)

    def _drop_unfinished(self) -> None:
        """Forget windows that were shorter than they are now."""
        for number, rows in list(self._windows.items()):
            if len(rows) < min(WINDOW, len(self.numbers) - number * WINDOW):
                del self._windows[number]

    def _fill_from(self, kept: dict[int, Row]) -> None:
        """The first window from rows known already, where all of it is: nothing is read twice."""
        wanted = self.numbers[:WINDOW]
        if 0 not in self._windows and wanted and all(n in kept for n in wanted):
            self._windows[0] = [kept[n] for n in wanted]

    # ---- their values

    def row(self, at: int) -> Row | None:
        """The row at a place of the list, read now if nobody looked at it lately; None when it is gone."""
        number, offset = divmod(at, WINDOW)
        rows = self._windows.get(number)
        if rows is None:
            rows = self._read(number)
        elif len(self._windows) > 1:
            self._windows.move_to_end(number)
        return rows[offset] if offset < len(rows) else None

    def _read(self, number: int) -> list[Row | None]:
        wanted = self.numbers[number * WINDOW : (number + 1) * WINDOW]
        found = self.store.reader().rows(self.page.entity, wanted, self.names)
        rows = [self._row(n, found.get(n)) for n in wanted]
        self._windows[number] = rows
        while len(self._windows) > WINDOWS:
            self._windows.popitem(last=False)
        return rows

    def _row(self, n: int, values: list[Any] | None) -> Row | None:
        if values is None:
            return None
        words = [tag["word"] for tag in values[self._tags_at] or ()] if self._tags_at >= 0 else ()
        stead = None
        if self._stead_at >= 0 and not values[self.title_column]:
            f = self.store.schema.fields(self.page.entity)[self.names[self._stead_at]]
            stead = self.title_column, f.show(values[self._stead_at])
        return Row(n, self.fields, values, words, stead)

    def differs(self, row: Row) -> bool:
        """Whether two people changed the record, and nobody settled it yet."""
        if self._differing is None:
            self._differing = differences.open_numbers(self.store, self.page.entity)
        return row.n in self._differing

    def next_step(self, row: Row, column: int) -> due_words.Said:
        """What the cell of the next step says, as of now."""
        return due_words.next_step(row.values[column], self._status(row))

    def _status(self, row: Row) -> Any:
        return row.values[self._status_at] if self._status_at >= 0 else None

    def days_over(self, row: Row, column: int, limits: due_words.Limits) -> int:
        """How many days ago the last contact in this column was when that is too long, else 0."""
        grade = row.values[self._grade_at] if self._grade_at >= 0 else None
        return limits.days_over(row.values[column], grade, self._status(row))

    def waits(self, row: Row, column: int) -> bool:
        """Whether what is due by the day in this column is still to be done."""
        name, values = waits_for(self.fields[column])
        if not name:
            return True
        held = row.values[self.names.index(name)]
        return held in values if values else bool(held)

    def tells_contact(self, column: int) -> bool:
        """Whether a column holds the last contact of customers, which may be too long ago."""
        return self.fields[column].stated is not None and self._grade_at >= 0

    def shown(self, row: Row, column: int) -> str:
        """The text of a cell as it stands there."""
        return self.next_step(row, column).text if self.fields[column].moves else row.texts[column]

    def _tip(self, row: Row, column: int) -> str:
        if column == self.title_column and self.differs(row):
            return f"{self.shown(row, column)} · {_('two people changed it')}"
        if self.fields[column].moves:
            return due_words.in_full(row.values[column], self._status(row))
        text = row.texts[column]
        if isinstance(text, Unseen):
            return _(WHY_UNSEEN)
        if self.tells_contact(column):
            days = self.days_over(row, column, due_words.Limits(self.store))
            if days:
                return _("{day}: no contact for {n} days").format(day=text, n=days)
        return text

    def place(self, n: int) -> int:
        """Where the row of this number stands, -1 when it is not in the list."""
        if n != self._placed[0]:
            try:
                self._placed = (n, self.numbers.index(n))
            except ValueError:
                self._placed = (n, -1)
        return self._placed[1]

    def table(self, places: Iterable[int]) -> list[list[tuple[Field, str]]]:
        """The texts of these rows with their fields, for copying; may be called in a job."""
        wanted = [self.numbers[at] for at in places]
        found: dict[int, list[Any]] = {}
        reader = self.store.reader(for_files=True)
        for start in range(0, len(wanted), 500):
            block = wanted[start : start + 500]
            found.update(reader.rows(self.page.entity, block, self.names))
        return [
            [(f, cells.text(f, value)) for f, value in zip(self.fields, found[n], strict=False)]
            for n in wanted
            if n in found
        ]

    # ---- changes

    def refresh(self, touched: Touched | None) -> None:
        """Show what a step changed; None: another program changed something."""
        entity = self.page.entity
        if touched is None or "conflict" in touched.ids:
            self._differing = None
            self._repaint()
        if touched is not None and not touched.ids.keys() & {entity, *self._related}:
            return
        ids = touched.ids.get(entity, frozenset()) if touched is not None else None
        if ids is None or (touched is not None and touched.ids.keys() & self._related):
            self._windows.clear()
        else:
            numbers = self.store.reader().numbers_of(entity, ids)
            self._forget(set(numbers.values()))
            if (
                self.query.group
                and len(numbers) == len(ids)
                and all(n in self.records for n in numbers.values())
            ):
                self._repaint()
                self._held.start()  # a row that moved under the hand would be lost from sight
                return
        self._repaint()
        self.ask()

    def reread(self) -> None:
        """Make the texts anew, in another language."""
        self._windows.clear()
        self._repaint()
        if self.fields:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.fields) - 1)

    def _forget(self, numbers: set[int]) -> None:
        for number, rows in list(self._windows.items()):
            if any(row is not None and row.n in numbers for row in rows):
                del self._windows[number]

    def _repaint(self) -> None:
        if self.numbers:
            last = self.index(len(self.numbers) - 1, len(self.fields) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    # ---- as Qt asks

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.numbers)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.fields)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        return self._data(index, int(role)) if index.isValid() else None

    def multiData(self, index: Index, span: QModelRoleDataSpan | QModelRoleData) -> None:
        if isinstance(span, QModelRoleData):
            span.setData(self._data(index, span.role()))
            return
        for at in range(span.length()):
            one: QModelRoleData = span[at]  # type: ignore[index]  # missing in PySide's stub
            one.setData(self._data(index, one.role()))

    def _data(self, index: Index, role: int) -> Any:
        group = self.group_at(index.row()) if self.heads else None
        if group is not None:
            return self._group_data(group, index.column(), role)
        if role in (_DISPLAY, _TOOLTIP):
            row = self.row(index.row())
            say = self.shown if role == _DISPLAY else self._tip
            return say(row, index.column()) if row is not None else ""
        if role == _SPOKEN:
            row = self.row(index.row())
            f = self.fields[index.column()]
            text = self.shown(row, index.column()) if row is not None else ""
            if index.column() == self.title_column:
                return (
                    f"{text}, {_('two people changed it')}" if row is not None and self.differs(row) else text
                )
            return f"{f.title} {text or _('empty')}"
        if role == _ALIGNMENT and self.fields[index.column()].numeric:
            return _RIGHT
        return None

    def _group_data(self, group: GroupRow, column: int, role: int) -> Any:
        title = group_words.title(self, group)
        if role == _SPOKEN:
            state = _("folded") if self.groups is not None and group.path in self.groups.folded else _("open")
            return f"{title}, {group.count:,}, {state}"
        if role == _DISPLAY:
            return title if column == self.title_column else group_words.sum_text(self, group, column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.fields):
            return None
        f = self.fields[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles.get(f.name) or f.title
        if role == Qt.ItemDataRole.ToolTipRole and f.name in self.titles:
            return f.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = f.numeric and not isinstance(f, Choice)
            return _RIGHT if right else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None
