"""What is done with leads by command: convert, give up, share out, go to what one became."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from freecrm.core.words import N_, _, say
from freecrm.ui import talk
from freecrm.ui.commands import Command
from freecrm.ui.window_commands.shown import chosen_record, list_of, shown_record

if TYPE_CHECKING:
    from freecrm.core.record import Record
    from freecrm.exchange.similar import Like
    from freecrm.store.leads import Became, Wanted
    from freecrm.store.sharing import Shared
    from freecrm.ui.window import MainWindow


def chosen(window: MainWindow) -> list[bytes]:
    """The leads that are meant: selected in the list, or the one whose page is shown."""
    page, shown = list_of(window), shown_record(window)
    if shown is not None and shown.entity.entity == "lead":
        return [shown.id]
    if page is None or page.entity.entity != "lead" or not page.states.has_rows:
        return []
    return window.store.reader().ids_of("lead", page.cells.numbers())


def convert(window: MainWindow) -> None:
    """Ask what the lead of the cursor is to become, those who it may be already shown first."""
    from freecrm.ui.leads.convert_dialog import matches

    meant = chosen_record(window)
    record = window.store.reader().record("lead", meant[1]) if meant and meant[0] == "lead" else None
    if record is None:
        return
    if record["state"] == "converted":
        what = N_("“{name}” was converted already. Open the customer that it became, or undo the conversion.")
        talk.tell(say(what, name=record["name"]))
        return
    window.tasks.run(matches, window.store, record, then=partial(_ask, window, record))


def _ask(window: MainWindow, record: Record, found: list[Like]) -> None:
    from freecrm.ui.leads.convert_dialog import ConvertDialog

    def agreed(wanted: Wanted) -> None:
        from freecrm.store import leads

        window.tasks.run(
            leads.convert,
            window.store,
            record.id,
            wanted,
            then=partial(_converted, window),
            failed=talk.tell_problem,
            writes=True,
        )

    _open(window, ConvertDialog(window, window.store, window.tasks, record, found, agreed))


def _converted(window: MainWindow, became: Became) -> None:
    window.show_id("customer", became.customer)


def _open(window: MainWindow, dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.finished.connect(lambda _code: window.navigator.page.focus_first())
    dialog.open()


def drop(window: MainWindow) -> None:
    """Ask why the leads that are meant are given up, then do it."""
    from freecrm.store import leads
    from freecrm.ui.reason_dialog import ReasonDialog

    ids = chosen(window)
    if not ids:
        return
    name = window.store.reader().titles("lead", {ids[0]}).get(ids[0], "")
    one = _("Give up “{name}”?").format(name=name)

    def agreed(reason: str) -> None:
        window.tasks.run(
            leads.drop, window.store, ids, reason, then=_nothing, failed=talk.tell_problem, writes=True
        )

    dialog = ReasonDialog(
        window,
        agreed,
        head=one if len(ids) == 1 else _("Give up {n} leads?").format(n=f"{len(ids):,}"),
        hint=_("Such as: only compared prices, wrong number, no need"),
        text=_("The reason stays with the lead. It keeps standing in the list and can be worked on again."),
        act=_("Give up"),
        wanted=_("Say why: whoever meets this lead again wants to know."),
    )
    _open(window, dialog)


def _nothing(_done: object) -> None:
    """The step itself tells what was done."""


def share(window: MainWindow) -> None:
    """Give the leads that are meant owners by the rules."""
    from freecrm.store import sharing

    ids = chosen(window)

    def then(done: Shared) -> None:
        if done.left:
            what = N_("{left} of them fit no rule and wait for an owner.")
            talk.tell(say(what, left=f"{done.left:,}"), "warning")

    if ids:
        window.tasks.run(
            sharing.share_out, window.store, ids, then=then, failed=talk.tell_problem, writes=True
        )


def _go(window: MainWindow, entity: str) -> None:
    meant = chosen_record(window)
    record = window.store.reader().record("lead", meant[1]) if meant and meant[0] == "lead" else None
    if record is not None and record[entity]:
        window.show_id(entity, record[entity])


def commands(window: MainWindow) -> Iterator[Command]:
    """The commands; they act on leads alone."""

    def on_leads() -> bool:
        page, shown = list_of(window), shown_record(window)
        if page is not None:
            return page.entity.entity == "lead" and page.states.has_rows
        return shown is not None and shown.entity.entity == "lead"

    also = ("lead", "线索", "xiansuo")
    wanted: tuple[tuple[str, str, Callable[[MainWindow], None], str, str, tuple[str, ...]], ...] = (
        ("lead.convert", N_("Convert lead…"), convert, "user-check", "Ctrl+Shift+K", ("转化", "转客户", "convert")),
        ("lead.share", N_("Share out leads by rule"), share, "shuffle", "", ("分配", "派单", "assign")),
        ("lead.drop", N_("Give up leads…"), drop, "ban", "", ("无效", "放弃", "drop", "disqualify")),
    )  # fmt: skip
    for id, text, act, icon, key, more in wanted:
        yield Command(
            id,
            text,
            partial(act, window),
            "record",
            key=key,
            group=6,
            icon=icon,
            enabled=on_leads,
            also=(*also, *more),
        )
    for entity, text, icon in (
        ("customer", N_("Open the customer of the lead"), "building-2"),
        ("deal", N_("Open the deal of the lead"), "briefcase"),
    ):
        yield Command(
            f"lead.{entity}",
            text,
            partial(_go, window, entity),
            "record",
            group=6,
            icon=icon,
            enabled=partial(_became, window, entity),
            also=also,
        )


def _became(window: MainWindow, entity: str) -> bool:
    meant = chosen_record(window)
    if meant is None or meant[0] != "lead":
        return False
    record = window.store.reader().record("lead", meant[1], ("notes", "files"))
    return record is not None and bool(record[entity])
