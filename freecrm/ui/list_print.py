"""What Ctrl+P prints of a list page: the list as it is seen, and the record at its side."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from freecrm.core.record import Record
from freecrm.core.words import _
from freecrm.exchange import delivery_print, quote_print
from freecrm.exchange.pdf.sheet import BODY
from freecrm.exchange.pdf.table import Group
from freecrm.exchange.printing import ListPrint, Printable, RecordPrint
from freecrm.exchange.quote_print import ORDER, QUOTE
from freecrm.store.database import Store
from freecrm.ui import group_words, look
from freecrm.ui.grouping import number_of

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


def papers_of(store: Store, record: Record) -> list[Printable]:
    """What goes to a customer of a record: its quotation, its confirmation, its delivery note."""
    if record.entity == "delivery":
        load = partial(delivery_print.of, store, record.id)
        return [*delivery_print.variants(store, str(record["number"] or ""), load)]
    kind = {one.entity: one for one in (QUOTE, ORDER)}.get(record.entity)
    if kind is None:
        return []
    name = str(record["number"] or record["name"] or "")
    return [*quote_print.variants(store, record.id, name, kind)]


def record_of(store: Store, record: Record) -> RecordPrint:
    """A record to be printed."""
    title = store.schema.title_of(record.entity, record.values)
    return RecordPrint(store, record.entity, record.id, title)


def _list(page: ListPage) -> ListPrint:
    model, head = page.model, page.grid.horizontalHeader()
    shown = [head.logicalIndex(at) for at in range(head.count())]
    shown = [at for at in shown if not head.isSectionHidden(at)]
    points = BODY / look.tokens()["type"]["body"][0] * 100 / look.zoom()
    ranges = page.grid.selection.ranges()
    selected = model.picked(ranges)
    return ListPrint(
        page.store,
        model.whole,
        [model.fields[at].name for at in shown],
        [str(model.headerData(at, Qt.Orientation.Horizontal) or "") for at in shown],
        [head.sectionSize(at) * points for at in shown],
        model.numbers if model.complete else None,
        lambda: model.records_at(chain(*(range(first, last + 1) for first, last in ranges))),
        selected if selected > 1 else 0,
        _filter(page),
        _heads(page, shown),
        _sums(page, shown),
    )


def _filter(page: ListPage) -> str | None:
    """The chips in words, the words searched among them."""
    filters, words = page.arranger.filters, page.model.query.words
    if not filters.chips:
        return None
    texts = [page.bar.filters.text_of(filters, at) for at in range(len(filters.chips))]
    said = (_(" or ") if filters.any else _(" and ")).join(texts)
    return _(", ").join([said, f"“{words}”"]) if words else said


def _heads(page: ListPage, shown: list[int]) -> dict[int, Group]:
    groups = page.model.groups
    if groups is None:
        return {}
    return {
        number_of(at): Group(
            f"{group_words.title(page.model, group)} ({group.count:,})",
            [group_words.sum_text(page.model, group, column) for column in shown],
        )
        for at, group in enumerate(groups.rows)
    }


def _sums(page: ListPage, shown: list[int]) -> list[str]:
    """What stands below the list, unless it is said of the rows that are selected."""
    if page.footer.rows:
        return []
    said = {f.name: f"{title} {text}" for f, title, text in page.footer.texts() if f.numeric}
    return [said.get(page.model.fields[at].name, "") for at in shown] if said else []
