"""The File menu: new, in and out, paper, leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freecrm.core.rights import ELSE
from freecrm.core.words import N_, Said, _
from freecrm.ui.commands import Command
from freecrm.ui.offering import why_not
from freecrm.ui.page import Place
from freecrm.ui.window_commands.shown import has_rows

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.ui.window import MainWindow


def of_file(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "file.new",
        N_("New"),
        window.new,
        menu="file",
        key="Ctrl+N",
        icon="plus",
        refusal=lambda: why_not(window.store, "create", (window.new_entity().entity, None)),
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
        refusal=lambda: _why_none_come_in(window.store),
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
        enabled=lambda: has_rows(window),
        refusal=lambda: why_not(window.store, "export", (window.page.entity.entity, None)),
        also=("Excel", "csv", "vcf", "导出", "save as"),
    )
    yield Command(
        "file.import_calendar",
        N_("Import a calendar…"),
        window.exchange.take_calendar,
        menu="file",
        group=1,
        icon="calendar-plus",
        refusal=lambda: why_not(window.store, "create", ("activity", None)),
        also=("ics", "iCal", "Outlook", "Google", "日历", "导入日历"),
    )
    yield Command(
        "file.save_calendar",
        N_("Save as calendar file…"),
        window.exchange.save_calendar,
        menu="file",
        group=1,
        icon="calendar",
        refusal=lambda: why_not(window.store, "export", ("activity", None)),
        also=("ics", "iCal", "Outlook", "Google", "日历", "导出日历"),
    )
    yield Command(
        "file.bring_back",
        N_("Bring an exported workbook back…"),
        window.exchange.bring_back,
        menu="file",
        group=1,
        icon="file-spreadsheet",
        refusal=lambda: _why_none_come_in(window.store),
        also=("Excel", "回导", "update"),
    )
    yield Command(
        "file.template",
        N_("Empty workbook to fill in…"),
        window.exchange.template,
        menu="file",
        group=1,
        icon="file-spreadsheet",
        refusal=lambda: _why_no_template(window),
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
        "file.quit", N_("Quit"), window.leave, menu="file", key="Ctrl+Q", group=9, also=("exit", "close")
    )


def _why_none_come_in(store: Store) -> Said | None:
    """Why whoever works here may bring in no list at all: they make and change none of what one may be about."""
    from freecrm.store import user_roles

    kinds = ["customer", *(name for name in user_roles.kinds(store.schema) if name not in (ELSE, "customer"))]
    things = [(name, None) for name in kinds]
    return why_not(store, "create", *things) and why_not(store, "change", *things)


def _why_no_template(window: MainWindow) -> Said | None:
    from freecrm.exchange import leaving  # a start does not wait for it

    return leaving.why_no_template(window.store, window.page.entity.entity)


def of_paper(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "file.print",
        N_("Print…"),
        lambda: _print(window),
        menu="file",
        key="Ctrl+P",
        group=3,
        icon="printer",
        enabled=lambda: window.navigator.page.can_print,
        refusal=lambda: why_not(window.store, "print", *window.navigator.page.leaves()),
        also=("PDF", "preview", "paper", "打印", "预览"),
    )


def _print(window: MainWindow) -> None:
    from freecrm.ui.print_preview import preview

    preview(window, window.navigator.page.printed())
