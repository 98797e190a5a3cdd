"""What the window can be told to do: the one list that menu, palette, key list and buttons are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from freecrm.core import words
from freecrm.core.words import N_, _
from freecrm.ui import look
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place

if TYPE_CHECKING:
    from freecrm.ui.list_cells import ListCells
    from freecrm.ui.record_page.page import RecordPage
    from freecrm.ui.window import MainWindow

THEMES = {"light": N_("Light"), "dark": N_("Dark"), "system": N_("As the system")}
_NUMBERED = 9


def commands_of(window: MainWindow) -> list[Command]:
    """Every command of a window, menu by menu, in the order menus show them."""
    return [
        *_file(window),
        *_paper(window),
        *_edit(window),
        *_cells(window),
        *_log(window),
        *_view(window),
        *_look(window),
        *_arrange(window),
        *_record(window),
        *_doubles(window),
        *_record_page(window),
        *_tools(window),
        *_help(window),
    ]


def _list(window: MainWindow) -> ListPage | None:
    page = window.navigator.page
    return page if isinstance(page, ListPage) else None


def _on_list(window: MainWindow) -> bool:
    return _list(window) is not None


def _has_rows(window: MainWindow) -> bool:
    page = _list(window)
    return page is not None and page.states.has_rows


def _file(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "file.new",
        N_("New"),
        window.new,
        menu="file",
        key="Ctrl+N",
        icon="plus",
        names=lambda: _("New {thing}").format(thing=_(window.new_entity().label).lower()),
    )
    yield Command(
        "file.new_menu",
        N_("New…"),
        window.show_new_menu,
        menu="file",
        key="Ctrl+Shift+N",
        icon="plus",
        shown=False,
    )
    yield Command(
        "file.import",
        N_("Import a list…"),
        lambda: window.visit(Place("import")),
        menu="file",
        key="Ctrl+I",
        group=1,
        icon="upload",
        also=("Excel", "csv", "vcf", "导入", "bring in"),
    )
    yield Command(
        "file.export",
        N_("Export this list…"),
        window.exchange.export_list,
        menu="file",
        key="Ctrl+E",
        group=1,
        icon="download",
        enabled=lambda: _has_rows(window),
        also=("Excel", "csv", "vcf", "导出", "save as"),
    )
    yield Command(
        "file.bring_back",
        N_("Bring an exported workbook back…"),
        window.exchange.bring_back,
        menu="file",
        group=1,
        icon="file-spreadsheet",
        also=("Excel", "回导", "update"),
    )
    yield Command(
        "file.template",
        N_("Empty workbook to fill in…"),
        window.exchange.template,
        menu="file",
        group=1,
        icon="file-spreadsheet",
        also=("template", "模板", "Excel"),
    )
    yield Command(
        "file.open",
        N_("Open another file…"),
        window.file.ask,
        menu="file",
        key="Ctrl+O",
        group=2,
        icon="folder-open",
    )
    yield Command(
        "file.quit", N_("Quit"), window.close, menu="file", key="Ctrl+Q", group=9, also=("exit", "close")
    )


def _paper(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "file.print",
        N_("Print…"),
        lambda: _print(window),
        menu="file",
        key="Ctrl+P",
        group=3,
        icon="printer",
        enabled=lambda: window.navigator.page.can_print,
        also=("PDF", "preview", "paper", "打印", "预览"),
    )


def _print(window: MainWindow) -> None:
    from freecrm.ui.print_preview import preview

    preview(window, window.navigator.page.printed())


def _edit(window: MainWindow) -> Iterator[Command]:
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
        lambda: _find(window),
        menu="edit",
        key="Ctrl+F",
        group=1,
        icon="search",
        enabled=lambda: _on_list(window) or _shown_record(window) is not None,
    )
    yield Command(
        "edit.copy_rows",
        N_("Copy cell or rows"),
        lambda: _with_list(window, lambda page: page.grid.copy()),
        menu="edit",
        key="Ctrl+C",
        in_list=True,
        group=1,
        icon="copy",
        enabled=lambda: _has_rows(window),
    )
    yield Command(
        "edit.select_all",
        N_("Select all rows"),
        lambda: _with_list(window, lambda page: page.grid.selectAll()),
        menu="edit",
        key="Ctrl+A",
        in_list=True,
        group=1,
        enabled=lambda: _has_rows(window),
    )
    yield Command(
        "edit.delete",
        N_("Delete the selected records"),
        lambda: _with_list(window, ListPage.delete_selected),
        menu="edit",
        key="Del",
        in_list=True,
        group=2,
        icon="trash-2",
        enabled=lambda: _has_rows(window),
    )


def _cells(window: MainWindow) -> Iterator[Command]:
    """What is done to cells and to many records at once."""

    def cells(act: Callable[[ListCells], object]) -> Callable[[], None]:
        return lambda: _with_list(window, lambda page: act(page.cells))

    def has_owner() -> bool:
        page = _list(window)
        return page is not None and page.states.has_rows and bool(page.entity.owner)

    def has_tags() -> bool:
        page = _list(window)
        return page is not None and page.states.has_rows and page.cells.has_tags

    def rows() -> bool:
        return _has_rows(window)

    yield Command(
        "edit.cell",
        N_("Edit this cell"),
        cells(lambda c: c.edit()),
        "edit",
        group=3,
        icon="pencil",
        enabled=rows,
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
        also=("Excel", "向下填充"),
    )
    yield Command(
        "edit.tick",
        N_("Choose this row, or not"),
        lambda: _with_list(window, lambda page: page.grid.tick(page.grid.currentIndex().row())),
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
        also=("Excel", "csv", "导出"),
    )


def _log(window: MainWindow) -> Iterator[Command]:
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
        enabled=lambda: _has_rows(window),
        also=("change log", "as it was", "变更记录"),
    )


def _with_list(window: MainWindow, act: object) -> None:
    page = _list(window)
    if page is not None and callable(act):
        act(page)


def _view(window: MainWindow) -> Iterator[Command]:
    navigator = window.navigator
    yield Command(
        "view.palette",
        N_("Look anything up…"),
        window.open_palette,
        menu="view",
        key="Ctrl+K",
        icon="search",
        shown=False,
    )
    yield Command(
        "view.back",
        N_("Go back"),
        navigator.back,
        menu="view",
        key="Alt+Left",
        group=1,
        icon="arrow-left",
        enabled=lambda: navigator.can_back,
    )
    yield Command(
        "view.forward",
        N_("Go forward"),
        navigator.forward,
        menu="view",
        key="Alt+Right",
        group=1,
        icon="arrow-right",
        enabled=lambda: navigator.can_forward,
    )
    for number, page in enumerate(window.store.model.pages()[:_NUMBERED], 1):
        entity = window.store.schema.entity(page.entity)
        yield Command(
            f"view.{page.entity}",
            entity.plural,
            partial(window.visit, Place("list", page.entity)),
            menu="view",
            key=f"Ctrl+{number}",
            group=2,
            icon=entity.icon,
        )
    yield Command(
        "view.sidebar",
        N_("Sidebar"),
        window.toggle_sidebar,
        menu="view",
        key="Ctrl+B",
        group=3,
        icon="panel-left",
        checked=lambda: not window.sidebar.folded,
    )
    yield Command(
        "view.menu",
        N_("Menu"),
        window.menus.open,
        menu="view",
        key="F10",
        group=3,
        icon="menu",
        shown=False,
    )
    yield Command(
        "view.menu_bar",
        N_("Menu bar always shown"),
        window.menus.toggle_pin,
        menu="view",
        group=3,
        checked=lambda: window.menus.pinned,
    )
    yield Command(
        "view.next_pane", N_("Next part of the window"), lambda: window.next_pane(1), "view", "F6", group=4
    )
    yield Command(
        "view.previous_pane",
        N_("Previous part of the window"),
        lambda: window.next_pane(-1),
        "view",
        "Shift+F6",
        group=4,
    )
    yield Command("view.refresh", N_("Show anew"), window.refresh, "view", "F5", group=4, icon="refresh-cw")


def _look(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "view.density",
        N_("Row height"),
        window.dress.next_density,
        menu="view",
        key="Ctrl+Shift+D",
        group=5,
        icon="rows-3",
        also=("density", "紧凑", "宽松"),
    )
    yield Command(
        "view.zoom_in",
        N_("Larger text"),
        lambda: window.dress.set_zoom(look.zoom() + 10),
        menu="view",
        key="Ctrl++",
        more_keys=("Ctrl+=",),
        group=5,
        enabled=lambda: look.zoom() < look.ZOOMS[1],
    )
    yield Command(
        "view.zoom_out",
        N_("Smaller text"),
        lambda: window.dress.set_zoom(look.zoom() - 10),
        menu="view",
        key="Ctrl+-",
        group=5,
        enabled=lambda: look.zoom() > look.ZOOMS[0],
    )
    yield Command(
        "view.zoom_reset", N_("Text at 100%"), lambda: window.dress.set_zoom(100), "view", "Ctrl+0", group=5
    )
    for theme, name in THEMES.items():
        yield Command(
            f"view.theme_{theme}",
            name,
            partial(window.dress.set_theme, theme),
            menu="view",
            group=6,
            icon={"light": "sun", "dark": "moon", "system": "monitor"}[theme],
            checked=partial(_is_theme, window, theme),
            names=partial(_theme_words, name),
            also=("dark mode", "外观", "主题"),
        )
    for language, name in words.LANGUAGES.items():
        yield Command(
            f"view.language_{language}",
            name,
            partial(window.dress.set_language, language),
            menu="view",
            group=7,
            icon="languages",
            checked=partial(_is_language, language),
            names=partial(_language_words, name),
            also=("language", "语言", "English", "中文"),
        )


def _arrange(window: MainWindow) -> Iterator[Command]:
    """How a list is arranged: filter, groups, order, columns, views."""

    def on(act: Callable[[ListPage], object]) -> Callable[[], None]:
        return lambda: _with_list(window, act)

    def can(test: Callable[[ListPage], bool]) -> Callable[[], bool]:
        return lambda: (page := _list(window)) is not None and not page.bar.isHidden() and test(page)

    grouped = can(lambda page: page.model.groups is not None)
    changed = can(lambda page: page.views.is_changed)

    def has_tabs() -> bool:
        listed = _list(window)
        return listed.views.has_several if listed is not None else _shown_record(window) is not None

    yield Command(
        "view.filter", N_("Add a filter…"), on(lambda page: page.bar.filters.add()), "view", "Ctrl+Shift+L",
        group=8, icon="funnel", enabled=can(lambda _page: True), also=("filter", "筛选"),
    )  # fmt: skip
    yield Command(
        "view.filter_none", N_("Remove all filters"), on(lambda page: page.drop_filters()), "view",
        group=8, icon="x", enabled=can(lambda page: bool(page.arranger.filters.chips)),
    )  # fmt: skip
    yield Command(
        "view.group", N_("Group…"), on(lambda page: page.bar.choose_group()), "view", "Ctrl+G",
        group=8, icon="layers", enabled=can(lambda _page: True), also=("group by", "分组"),
    )  # fmt: skip
    yield Command(
        "view.sort", N_("Sort…"), on(lambda page: page.bar.choose_sort()), "view",
        group=8, icon="arrow-up-down", enabled=can(lambda _page: True), also=("order", "排序"),
    )  # fmt: skip
    yield Command(
        "view.columns", N_("Choose the columns…"), on(lambda page: page.bar.choose_columns()), "view",
        group=8, icon="columns-3", enabled=can(lambda _page: True), also=("fields", "列"),
    )  # fmt: skip
    yield Command(
        "view.fold", N_("Fold all groups"), on(lambda page: page.grid.fold_all(True)), "view",
        "Ctrl+Shift+Left", group=9, icon="chevron-right", enabled=grouped,
    )  # fmt: skip
    yield Command(
        "view.unfold", N_("Unfold all groups"), on(lambda page: page.grid.fold_all(False)), "view",
        "Ctrl+Shift+Right", group=9, icon="chevron-down", enabled=grouped,
    )  # fmt: skip
    yield Command(
        "view.next_view", N_("Next view or tab"), lambda: _step_tab(window, 1), "view", "Ctrl+Tab",
        group=10, enabled=has_tabs,
    )  # fmt: skip
    yield Command(
        "view.previous_view", N_("Previous view or tab"), lambda: _step_tab(window, -1), "view",
        "Ctrl+Shift+Tab", group=10, enabled=has_tabs,
    )  # fmt: skip
    yield Command(
        "view.save", N_("Save to this view"), on(lambda page: page.views.save()), "view",
        group=10, icon="save", enabled=changed,
    )  # fmt: skip
    yield Command(
        "view.save_as", N_("New view from what is shown…"), on(lambda page: page.views.ask_name()), "view",
        group=10, icon="plus", enabled=can(lambda _page: True), also=("save as", "视图"),
    )  # fmt: skip
    yield Command(
        "view.rename", N_("Rename this view…"), on(lambda page: page.views.ask_name(page.views.view)), "view",
        group=10, icon="pencil", enabled=can(lambda page: page.views.own is not None),
    )  # fmt: skip
    yield Command(
        "view.delete", N_("Delete this view"), on(lambda page: page.views.remove_current()), "view",
        group=10, icon="trash-2", enabled=can(lambda page: page.views.own is not None),
    )  # fmt: skip
    yield Command(
        "view.revert", N_("Show the view as it was saved"), on(lambda page: page.views.revert()), "view",
        group=10, icon="undo-2", enabled=changed,
    )  # fmt: skip


def _is_theme(window: MainWindow, theme: str) -> bool:
    return bool(window.preferences.get("look.theme") == theme)


def _theme_words(name: str) -> str:
    return _("Theme: {name}").format(name=_(name))


def _is_language(language: str) -> bool:
    return words.language() == language


def _language_words(name: str) -> str:
    return _("Language: {name}").format(name=name)


def _record(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "record.panel",
        N_("Details at the side"),
        lambda: _with_list(window, ListPage.toggle_panel),
        menu="record",
        key="Space",
        in_list=True,
        icon="panel-right",
        enabled=lambda: _has_rows(window),
        checked=lambda: (page := _list(window)) is not None and page.panel_open,
    )
    yield Command(
        "record.next",
        N_("Next record"),
        lambda: _step(window, 1),
        menu="record",
        key="Ctrl+Down",
        group=1,
        icon="chevron-down",
        enabled=lambda: _has_rows(window) or _shown_record(window) is not None,
    )
    yield Command(
        "record.previous",
        N_("Previous record"),
        lambda: _step(window, -1),
        menu="record",
        key="Ctrl+Up",
        group=1,
        icon="chevron-up",
        enabled=lambda: _has_rows(window) or _shown_record(window) is not None,
    )


def _shown_record(window: MainWindow) -> RecordPage | None:
    place = window.navigator.place
    if place is None or place.kind != "record":
        return None
    from freecrm.ui.record_page.page import RecordPage

    page = window.navigator.page
    return page if isinstance(page, RecordPage) and not page.is_gone else None


def _chosen_record(window: MainWindow) -> tuple[str, bytes] | None:
    """The record whose page is shown, or that under the cursor of a list."""
    shown, listed = _shown_record(window), _list(window)
    if shown is not None:
        return shown.entity.entity, shown.id
    if listed is None or not listed.states.has_rows:
        return None
    ids = window.store.reader().ids_of(listed.page.entity, [listed.grid.current_n()])
    return (listed.page.entity, ids[0]) if ids else None


def _with_record(window: MainWindow, act: Callable[[str, bytes], object]) -> None:
    chosen = _chosen_record(window)
    if chosen is not None:
        act(*chosen)


def _with_page(window: MainWindow, act: Callable[[RecordPage], object]) -> None:
    page = _shown_record(window)
    if page is not None:
        act(page)


def _record_page(window: MainWindow) -> Iterator[Command]:
    def on_page() -> bool:
        return _shown_record(window) is not None

    yield Command(
        "record.page",
        N_("Open the page"),
        lambda: _with_record(window, window.show_id),
        menu="record",
        group=2,
        icon="maximize-2",
        enabled=lambda: _has_rows(window),
    )
    yield Command(
        "record.own_window",
        N_("Open in a window of its own"),
        lambda: _with_record(window, lambda entity, id: window.beside.open(entity, id)),
        menu="record",
        key="Alt+Enter",
        more_keys=("Alt+Return",),
        group=2,
        icon="external-link",
        enabled=lambda: on_page() or _has_rows(window),
    )
    yield Command(
        "record.note",
        N_("Write a note"),
        lambda: _with_page(window, lambda page: page.begin_note()),
        menu="record",
        key="Ctrl+J",
        group=3,
        icon="square-pen",
        enabled=on_page,
    )
    yield Command(
        "record.attach",
        N_("Attach a file…"),
        lambda: _with_page(window, lambda page: page.choose_file()),
        menu="record",
        group=3,
        icon="paperclip",
        enabled=on_page,
    )


def _step_tab(window: MainWindow, by: int) -> None:
    listed, shown = _list(window), _shown_record(window)
    if listed is not None:
        listed.views.step(by)
    elif shown is not None:
        shown.step_tab(by)


def _find(window: MainWindow) -> None:
    page = _list(window) or _shown_record(window)
    if page is not None:
        page.focus_find()


def _step(window: MainWindow, by: int) -> None:
    page = _list(window) or _shown_record(window)
    if page is not None:
        page.step_record(by)


def _doubles(window: MainWindow) -> Iterator[Command]:
    from freecrm.ui import merge_desk

    yield Command(
        "record.merge",
        N_("Merge…"),
        lambda: merge_desk.merge_selected(window),
        menu="record",
        group=2,
        icon="merge",
        enabled=lambda: merge_desk.can_merge(window),
        also=("merge", "合并", "duplicates", "重复"),
    )
    yield Command(
        "record.doubles",
        N_("Possible duplicates"),
        lambda: merge_desk.show_doubles(window),
        menu="record",
        group=2,
        icon="combine",
        also=("doubles", "查重", "重复", "same customer"),
    )
    yield Command(
        "record.split",
        N_("Merged records: split again…"),
        lambda: merge_desk.show_merged(window),
        menu="record",
        group=2,
        icon="shuffle",
        also=("split", "拆回", "拆分", "unmerge"),
    )


def _tools(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "tools.settings",
        N_("Settings"),
        lambda: window.visit(Place("settings")),
        menu="tools",
        key="Ctrl+,",
        icon="settings",
        also=("preferences", "options", "设置"),
    )

    yield Command(
        "tools.backups",
        N_("Backups"),
        lambda: window.visit(Place("settings", "backup")),
        menu="tools",
        icon="history",
        also=("backup", "备份"),
    )
    yield Command(
        "tools.restore",
        N_("Restore from a backup…"),
        window.file.restore,
        menu="tools",
        icon="history",
        also=("恢复", "restore"),
    )


def _help(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "help.here",
        N_("Help for this page"),
        window.show_help,
        menu="help",
        key="F1",
        icon="circle-question-mark",
    )
    yield Command(
        "help.keys", N_("List of keys…"), window.show_keys, menu="help", key="Ctrl+/", icon="keyboard"
    )
    yield Command(
        "help.log_folder",
        N_("Copy the place of this file"),
        lambda: QGuiApplication.clipboard().setText(str(window.store.path)),
        menu="help",
        group=1,
        icon="copy",
    )
    yield Command(
        "help.qt", N_("About Qt"), lambda: QApplication.aboutQt(), menu="help", group=2, icon="info"
    )
