"""What Ctrl+P prints of a list page: the list as it is seen, and the record at its side."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from freecrm.core.record import Record
from freecrm.exchange.pdf.sheet import BODY
from freecrm.exchange.printing import ListPrint, Printable, RecordPrint
from freecrm.store.database import Store
from freecrm.ui import look

if TYPE_CHECKING:
    from freecrm.ui.list_page import ListPage


def printed(page: ListPage) -> list[Printable]:
    """What can be printed here, first what the user is at."""
    found: list[Printable] = []
    side = page.side.record
    if page.states.has_rows:
        found.append(_list(page))
    if side is not None and page.side.part is side and side.record is not None:
        focus = QApplication.focusWidget()
        inside = focus is not None and side.isAncestorOf(focus)
        found.insert(0 if inside else len(found), record_of(page.store, side.record))
    return found


def record_of(store: Store, record: Record) -> RecordPrint:
    """A record to be printed."""
    title = str(record[store.schema.entity(record.entity).title] or "")
    return RecordPrint(store, record.entity, record.id, title)


def _list(page: ListPage) -> ListPrint:
    model, head = page.model, page.grid.horizontalHeader()
    shown = [head.logicalIndex(at) for at in range(head.count())]
    shown = [at for at in shown if not head.isSectionHidden(at)]
    points = BODY / look.tokens()["type"]["body"][0] * 100 / look.zoom()
    numbers, ranges = model.numbers, page.grid.selection.ranges()
    selected = len(page.grid.selection)
    return ListPrint(
        page.store,
        model.query,
        [model.fields[at].name for at in shown],
        [str(model.headerData(at, Qt.Orientation.Horizontal) or "") for at in shown],
        [head.sectionSize(at) * points for at in shown],
        numbers if model.complete else None,
        lambda: [numbers[at] for at in chain(*(range(a, b + 1) for a, b in ranges)) if at < len(numbers)],
        selected if selected > 1 else 0,
    )
