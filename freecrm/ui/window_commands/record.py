"""The Record menu: details, page, duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from freecrm.core.words import N_
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.window_commands.shown import (
    has_rows,
    list_of,
    on_ten,
    shown_record,
    step,
    with_list,
    with_page,
    with_record,
)

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow


QUOTED = ("customer", "deal")


def of_records(window: MainWindow) -> Iterator[Command]:
    yield Command(
        "record.panel",
        N_("Details at the side"),
        lambda: with_list(window, ListPage.toggle_panel),
        menu="record",
        key="Space",
        in_list=True,
        icon="panel-right",
        enabled=lambda: has_rows(window),
        checked=lambda: (page := list_of(window)) is not None and page.panel_open,
    )
    yield Command(
        "record.quote",
        N_("New quote"),
        lambda: with_page(window, lambda page: page.begin_quote()),
        menu="record",
        key="Ctrl+Shift+O",
        icon="file-text",
        enabled=lambda: (page := shown_record(window)) is not None and page.entity.entity in QUOTED,
        also=("报价", "offer", "quotation"),
    )
    yield Command(
        "record.next",
        N_("Next record"),
        lambda: step(window, 1),
        menu="record",
        key="Ctrl+Down",
        group=1,
        icon="chevron-down",
        enabled=lambda: has_rows(window) or shown_record(window) is not None or on_ten(window),
    )
    yield Command(
        "record.previous",
        N_("Previous record"),
        lambda: step(window, -1),
        menu="record",
        key="Ctrl+Up",
        group=1,
        icon="chevron-up",
        enabled=lambda: has_rows(window) or shown_record(window) is not None or on_ten(window),
    )


def of_record_page(window: MainWindow) -> Iterator[Command]:
    def on_page() -> bool:
        return shown_record(window) is not None

    yield Command(
        "record.page",
        N_("Open the page"),
        lambda: with_record(window, window.show_page),
        menu="record",
        group=2,
        icon="maximize-2",
        enabled=lambda: has_rows(window),
    )
    yield Command(
        "record.own_window",
        N_("Open in a window of its own"),
        lambda: with_record(window, lambda entity, id: window.beside.open(entity, id)),
        menu="record",
        key="Alt+Enter",
        more_keys=("Alt+Return",),
        group=2,
        icon="external-link",
        enabled=lambda: on_page() or has_rows(window),
    )
    yield Command(
        "record.referrers",
        N_("Who referred whom"),
        lambda: window.visit(Place("referrers")),
        menu="record",
        group=4,
        icon="network",
        also=("referrals", "介绍人", "转介绍", "推荐", "referrer"),
    )
    yield Command(
        "record.occasions",
        N_("Yearly dates"),
        lambda: window.visit(Place("occasions")),
        menu="record",
        group=4,
        icon="calendar",
        also=("birthdays", "anniversary", "生日", "纪念日", "农历"),
    )
    yield Command(
        "record.follow_up",
        N_("Write a follow-up"),
        lambda: _follow_up(window),
        menu="record",
        key="Ctrl+J",
        group=3,
        icon="square-pen",
        also=("follow up", "log a call", "跟进", "写跟进", "记录"),
    )
    yield Command(
        "record.note",
        N_("Write a note"),
        lambda: with_page(window, lambda page: page.begin_note()),
        menu="record",
        key="Ctrl+Shift+J",
        group=3,
        icon="sticky-note",
        enabled=on_page,
    )
    yield Command(
        "record.attach",
        N_("Attach a file…"),
        lambda: with_page(window, lambda page: page.choose_file()),
        menu="record",
        group=3,
        icon="paperclip",
        enabled=on_page,
    )


def _follow_up(window: MainWindow) -> None:
    from freecrm.ui.follow_up import desk  # loads the box, which the start can do without

    desk.begin(window)


def of_doubles(window: MainWindow) -> Iterator[Command]:
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
