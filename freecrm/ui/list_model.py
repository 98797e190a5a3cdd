"""The rows of a list: numbers `n` in their order, and the rows that are painted.

The model holds one array of numbers; values are fetched in windows of 64 rows when somebody looks
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
    Signal,
)

from freecrm.core.fields import Choice, Field, Link
from freecrm.core.module import List
from freecrm.core.query import Query, Sort
from freecrm.core.rows import Rows
from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import cells
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.core.change import Touched

WINDOW = 64
WINDOWS = 64
FIRST = 50
EARLY_FROM = 20_000  # rows; a shorter list is whole within a blink
FOUND_MOST = 5000  # the store gives no more hits of a search to a list

Index = QModelIndex | QPersistentModelIndex
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Row:
    """One row as it is painted. values: as the reader gave them. tags: the words behind the title."""

    __slots__ = ("_fields", "_texts", "n", "tags", "values")

    def __init__(self, n: int, fields: Sequence[Field], values: list[Any], tags: Sequence[str]) -> None:
        self.n, self._fields, self.values, self.tags = n, fields, values, tags
        self._texts: list[str] | None = None

    @property
    def texts(self) -> list[str]:
        """One for each column; made when they are first wanted, for most rows that are read are never seen."""
        if self._texts is None:
            self._texts = [cells.text(f, v) for f, v in zip(self._fields, self.values, strict=False)]
        return self._texts


class Answer(NamedTuple):
    """What a job found: the numbers of a question in order, and how many there are without its words."""

    query: Query
    numbers: array[int]
    total: int


class First(NamedTuple):
    """The beginning of a list, read before anything else so that it can be painted at once."""

    query: Query
    numbers: Sequence[int]
    rows: dict[int, list[Any]]


def names_of(store: Store, page: List) -> list[str]:
    """The fields that a list's rows are made of: its columns, and the tags behind the title."""
    fields = store.schema.fields(page.entity)
    return [*page.columns, *(name for name in ("tags",) if name in fields and name not in page.columns)]


def query_of(page: List) -> Query:
    """The question of a page as it opens."""
    sort = (Sort(page.sort.lstrip("-"), page.sort.startswith("-")),) if page.sort else ()
    return Query(page.entity, None, sort)


def first_of(store: Store, page: List) -> First | None:
    """The first rows of a page, or None when that would take longer than a blink."""
    query = query_of(page)
    reader = store.reader()
    if not reader.is_ready(query, "first"):
        return None
    numbers = reader.first(query, FIRST)
    return First(query, numbers, reader.rows(page.entity, numbers, names_of(store, page)))


class ListModel(QAbstractTableModel):
    """The rows of one page.

    moving, moved: before and after the numbers change; the view keeps its place between them.
    counted(shown, total): the numbers are complete. asked: a question is on its way to a job.
    """

    moving = Signal()
    moved = Signal()
    counted = Signal(int, int)
    asked = Signal()

    def __init__(self, store: Store, tasks: Tasks, page: List, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.page = store, tasks, page
        self.query = query_of(page)
        self.numbers: array[int] = array("q")
        self.complete = False
        self.first: First | None = None
        self.total = 0
        self._latest, self._beginning = Latest(tasks), Latest(tasks)
        self._holding = False
        self._held: Answer | None = None
        self._windows: OrderedDict[int, list[Row | None]] = OrderedDict()
        self.load_fields()

    def load_fields(self) -> None:
        """Take the fields from the file's schema as it is now."""
        fields = self.store.schema.fields(self.page.entity)
        self.fields: list[Field] = [fields[name] for name in self.page.columns]
        self.names = names_of(self.store, self.page)
        self._tags_at = self.names.index("tags") if "tags" in self.names else -1
        self._related = {f.to for f in self.fields if isinstance(f, Link)}
        self._related |= {f.of for name in self.names if isinstance(f := fields[name], Rows)}
        self.title_column = self.page.columns.index(self.store.schema.entity(self.page.entity).title)

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

    def _find_first(self, query: Query) -> list[int]:
        return self.store.reader().first(query, FIRST)

    def _begun(self, numbers: list[int]) -> None:
        self._take(array("q", numbers))
        self.ask()

    def search(self, words: str) -> None:
        """Narrow the list to what is typed; the newest words win."""
        words = " ".join(words.split())
        if words != self.query.words:
            self.query = replace(self.query, words=words)
            self.ask()

    def sort_by(self, name: str, down: bool, *, early: bool = False) -> None:
        """Order the list by a field. early: show the first rows as soon as they are known, when that is
        sooner than all."""
        self.query = replace(self.query, sort=(Sort(name, down),))
        if early and len(self.numbers) > EARLY_FROM and self.store.reader().is_quick(self.query):
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
        return bool(self.query.words) and len(self.numbers) >= FOUND_MOST

    def ask(self) -> None:
        """Let a job find the numbers of the question as it is now."""
        self.asked.emit()
        self._latest.run(self._find, self.query, then=self._answered)

    @property
    def waiting(self) -> bool:
        """Whether a job is at work on the numbers."""
        return self._latest.busy

    def _find(self, query: Query) -> Answer:
        reader = self.store.reader()
        numbers = reader.numbers(query)
        total = reader.count(replace(query, words="", sort=())) if query.words else len(numbers)
        return Answer(query, numbers, total)

    def hold(self) -> None:
        """Let every row stay where it is until `release`, whatever changes: who has just edited one looks at it."""
        self._holding = True

    def release(self) -> None:
        """Show the order that came meanwhile."""
        self._holding = False
        answer, self._held = self._held, None
        if answer is not None and answer.query == self.query:
            self._answered(answer)

    def _answered(self, answer: Answer) -> None:
        if self._holding:
            self._held = answer
            return
        self.total, self.complete = answer.total, True
        if answer.numbers != self.numbers:
            self._take(answer.numbers)
        self.counted.emit(len(self.numbers), self.total)

    def _take(self, numbers: array[int]) -> None:
        kept = {row.n: row for rows in self._windows.values() for row in rows if row is not None}
        same = self.numbers and numbers[: len(self.numbers)] == self.numbers
        self.moving.emit()
        self.beginResetModel()
        self.numbers = numbers
        if same:
            self._drop_unfinished()
        else:
            self._windows.clear()
        self.endResetModel()
        self._fill_from(kept)
        self.moved.emit()

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
        return Row(n, self.fields, values, words)

    def place(self, n: int) -> int:
        """Where the row of this number stands, -1 when it is not in the list."""
        try:
            return self.numbers.index(n)
        except ValueError:
            return -1

    def table(self, places: Iterable[int]) -> list[list[tuple[Field, str]]]:
        """The texts of these rows with their fields, for copying; may be called in a job."""
        wanted = [self.numbers[at] for at in places]
        found: dict[int, list[Any]] = {}
        for start in range(0, len(wanted), 500):
            block = wanted[start : start + 500]
            found.update(self.store.reader().rows(self.page.entity, block, self.names))
        return [
            [(f, cells.text(f, value)) for f, value in zip(self.fields, found[n], strict=False)]
            for n in wanted
            if n in found
        ]

    # ---- changes

    def refresh(self, touched: Touched | None) -> None:
        """Show what a step changed; None: another program changed something."""
        entity = self.page.entity
        if touched is not None and not touched.ids.keys() & {entity, *self._related}:
            return
        ids = touched.ids.get(entity, frozenset()) if touched is not None else None
        if ids is None or (touched is not None and touched.ids.keys() & self._related):
            self._windows.clear()
        else:
            self._forget(set(self.store.reader().numbers_of(entity, ids).values()))
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
        if role in (_DISPLAY, _TOOLTIP):
            row = self.row(index.row())
            return row.texts[index.column()] if row is not None else ""
        if role == _SPOKEN:
            row = self.row(index.row())
            f = self.fields[index.column()]
            text = row.texts[index.column()] if row is not None else ""
            return text if index.column() == self.title_column else f"{f.title} {text or _('empty')}"
        if role == _ALIGNMENT and self.fields[index.column()].numeric:
            return _RIGHT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.fields):
            return None
        f = self.fields[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            right = f.numeric and not isinstance(f, Choice)
            return _RIGHT if right else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None
