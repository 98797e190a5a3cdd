"""The Edit menu: undo, find, cells, many records at once, the change log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from freecrm.core.words import N_, Said
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.offering import why_not
from freecrm.ui.page import Place
from freecrm.ui.window_commands.shown import find, has_rows, list_of, on_list, shown_record, with_list

if TYPE_CHECKING:
    from freecrm.ui.list_cells import ListCells
    from freecrm.ui.window import MainWindow


def of_edit(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "edit.undo",
        N_("Undo"),
        window.steps.undo,
        menu="edit",
        key="Ctrl+Z",
        icon="undo-2",
        enabled=lambda: window.steps.next_undo is not None,
        names=window.steps.undo_words,
    )
    yield Command(
        "edit.redo",
        N_("Redo"),
        window.steps.redo,
        menu="edit",
        key="Ctrl+Y",
        more_keys=("Ctrl+Shift+Z",),
        icon="redo-2",
        enabled=lambda: window.steps.next_redo is not None,
        names=window.steps.redo_words,
    )
    yield Command(
        "edit.find",
        N_("Find in this list"),
        lambda: find(window),
        menu="edit",
        key="Ctrl+F",
        group=1,
        icon="search",
        enabled=lambda: on_list(window) or shown_record(window) is not None,
    )
    yield Command(
        "edit.copy_rows",
        N_("Copy cell or rows"),
        lambda: with_list(window, lambda page: page.grid.copy()),
        menu="edit",
        key="Ctrl+C",
        in_list=True,
        group=1,
        icon="copy",
        enabled=lambda: has_rows(window),
    )
    yield Command(
        "edit.select_all",
        N_("Select all rows"),
        lambda: with_list(window, lambda page: page.grid.selectAll()),
        menu="edit",
        key="Ctrl+A",
        in_list=True,
        group=1,
        enabled=lambda: has_rows(window),
    )
    yield Command(
        "edit.delete",
        N_("Delete the selected records"),
        lambda: with_list(window, ListPage.delete_selected),
        refusal=lambda: why_not(window.store, "delete", (window.page.entity.entity, None)),
        menu="edit",
        key="Del",
        in_list=True,
        group=2,
        icon="trash-2",
        enabled=lambda: has_rows(window),
    )


def of_cells(window: MainWindow) -> Iterator[Command]:
    """What is done to cells and to many records at once."""

    def cells(act: Callable[[ListCells], object]) -> Callable[[], None]:
        return lambda: with_list(window, lambda page: act(page.cells))

    def has_owner() -> bool:
        page = list_of(window)
        return page is not None and page.states.has_rows and bool(page.entity.owner)

    def has_tags() -> bool:
        page = list_of(window)
        return page is not None and page.states.has_rows and page.cells.has_tags

    def rows() -> bool:
        return has_rows(window)

    def unchanging() -> Said | None:
        return why_not(window.store, "change", (window.page.entity.entity, None))

    yield Command(
        "edit.cell",
        N_("Edit this cell"),
        cells(lambda c: c.edit()),
        "edit",
        group=3,
        icon="pencil",
        enabled=rows,
        refusal=unchanging,
    )
    yield Command(
        "edit.paste",
        N_("Paste cells"),
        cells(lambda c: c.pasting.paste()),
        "edit",
        "Ctrl+V",
        group=3,
        icon="clipboard-paste",
        enabled=rows,
        refusal=unchanging,
        also=("Excel", "粘贴"),
    )
    yield Command(
        "edit.fill_down",
        N_("Fill down"),
        cells(lambda c: c.fill_down()),
        "edit",
        "Ctrl+D",
        group=3,
        icon="arrow-down",
        enabled=rows,
        refusal=unchanging,
        also=("Excel", "向下填充"),
    )
    yield Command(
        "edit.tick",
        N_("Choose this row, or not"),
        lambda: with_list(window, lambda page: page.grid.tick(page.grid.currentIndex().row())),
        "edit",
        "Ins",
        group=3,
        icon="check",
        enabled=rows,
    )
    yield Command(
        "batch.field",
        N_("Edit a field of the selected…"),
        cells(lambda c: c.edit_field()),
        "record",
        group=2,
        icon="square-pen",
        enabled=rows,
        refusal=unchanging,
        also=("batch", "批量"),
    )
    yield Command(
        "batch.owner",
        N_("Change owner of the selected…"),
        cells(lambda c: c.edit_field(c.page.entity.owner)),
        "record",
        group=2,
        icon="user",
        enabled=has_owner,
        refusal=unchanging,
        also=("batch", "批量", "转移"),
    )
    yield Command(
        "batch.tag",
        N_("Tag the selected…"),
        cells(lambda c: c.edit_field("tags", "append")),
        "record",
        group=2,
        icon="tag",
        enabled=has_tags,
        refusal=unchanging,
        also=("batch", "批量", "打标签"),
    )
    yield Command(
        "batch.export",
        N_("Export the selected rows…"),
        cells(lambda c: window.exchange.export_list(c.numbers())),
        "record",
        group=2,
        icon="download",
        enabled=rows,
        refusal=lambda: why_not(window.store, "export", (window.page.entity.entity, None)),
        also=("Excel", "csv", "导出"),
    )


def of_log(window: MainWindow) -> Iterator[Command]:
    """What leads to the change log: history, recycle bin, the life of one record."""
    yield Command(
        "edit.history",
        N_("History"),
        lambda: window.visit(Place("history")),
        menu="edit",
        key="Ctrl+Shift+H",
        group=3,
        icon="history",
        also=("undo", "change log", "steps", "变更记录", "撤销"),
    )
    yield Command(
        "edit.bin",
        N_("Recycle bin"),
        lambda: window.visit(Place("bin")),
        menu="edit",
        group=3,
        icon="trash-2",
        also=("deleted", "restore", "trash", "回收站", "恢复"),
    )
    yield Command(
        "record.history",
        N_("History of this record"),
        window.steps.show_history_of_current,
        menu="record",
        group=2,
        icon="history",
        enabled=lambda: has_rows(window),
        also=("change log", "as it was", "变更记录"),
    )
