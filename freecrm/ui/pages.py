"""A table from kind of place to the page that shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from freecrm.ui.list_model import First
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Page, Place

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

_LINED = ("quote", "sales_order", "repeat_bill")  # begun by a form, filled on their page line by line


def make(window: MainWindow, place: Place, first: First | None = None) -> Page:
    """A new page for this place. first: the first rows of a list, where they are known."""
    if place.kind == "list":
        return _list(window, place, first)
    return _KINDS[place.kind](window, place)


def _list(window: MainWindow, place: Place, first: First | None) -> ListPage:
    listing = next(page for page in window.store.model.pages() if page.entity == place.name)
    return _joined(window, ListPage(window.store, window.tasks, listing, first, window.stack))


def _joined(window: MainWindow, made: ListPage) -> ListPage:
    """A list whose wishes the window hears."""
    entity = made.page.entity
    made.side.width = window.preferences.number("panel_width", 0)
    made.grid.set_density(window.preferences.get("look.density"))
    made.elsewhere.connect(window.show_elsewhere)
    made.hint_wanted.connect(window.status.say)
    made.density_wanted.connect(window.dress.take_density)
    made.switched.connect(window.show_place)
    made.arranger.changed.connect(window.commands.refresh)
    made.model.counted.connect(lambda _shown, _total: window.commands.refresh())
    made.open_record.connect(window.show_id)
    made.follow = lambda what, progress: window.progress.follow(what, progress)
    made.command_wanted.connect(window.commands.run)
    made.menu_wanted.connect(partial(_row_menu, window, made))
    made.settle_wanted.connect(partial(_settle, window))
    made.wide_wanted.connect(lambda values, draft: window.widen(entity, values, draft))
    if entity in _LINED:
        made.side.made.connect(partial(_show_lines, window, entity))
    return made


def _settle(window: MainWindow, id: bytes, field: str) -> None:
    from freecrm.ui.differences import desk

    desk.settle(window, (id, field))


def _show_lines(window: MainWindow, entity: str, id: bytes) -> None:
    """The page of what was just begun, where its lines are typed."""
    from freecrm.ui.record_page.page import RecordPage

    window.show_id(entity, id)
    page = window.navigator.page
    if isinstance(page, RecordPage):
        page.show_tab("lines")


def _pool(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui.pool_page import PoolPage

    return _joined(window, PoolPage(window.store, window.tasks, window.stack))


def _row_menu(window: MainWindow, page: ListPage, at: QPoint) -> None:
    from freecrm.ui import row_menu

    row_menu.popup(window, page, at)


def _record(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.record_page.page import RecordPage
    from freecrm.ui.record_page.place import record_of

    entity, id = record_of(place)
    made = RecordPage(window.store, window.tasks, entity, id, window.stack)
    listed = window.navigator.pages.get(Place("list", entity))
    made.ask_beyond = window.team.earlier
    made.follow(listed.model if isinstance(listed, ListPage) else None)
    made.open_record.connect(window.show_id)
    made.turned.connect(window.turned)
    made.back.connect(window.go_back)
    made.note_left.connect(window.file.drafts.tell)
    made.settle_wanted.connect(partial(_settle, window))
    made.hint_wanted.connect(window.status.say)
    made.own_window.connect(lambda entity, id: window.beside.open(entity, id))
    made.list_wanted.connect(window.show_record_in_list)
    made.step_wanted.connect(window.steps.show_step)
    made.print_wanted.connect(lambda: window.commands.run("file.print"))
    made.acts.wanted.connect(window.commands.run)
    made.plan_wanted.connect(lambda: window.commands.run("record.plan"))
    return made


def _bring_back(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.bring_back_page import BringBackPage

    return BringBackPage(window.store, window.tasks, Path(place.name))


def _calendar_file(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.calendar_file_page import CalendarFilePage

    return CalendarFilePage(window.store, window.tasks, Path(place.name))


def _import(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.wizard import ImportPage

    made = ImportPage(window.store, window.tasks, path=Path(place.name) if place.name else None)
    made.rows_wanted.connect(window.show_elsewhere)
    made.imported.connect(lambda _step: window.file.show_backup())
    window.exchange.watch(made)
    return made


def _calendar(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui import activity_desk
    from freecrm.ui.calendar.page import CalendarPage

    made = CalendarPage(window.store, window.tasks, window.preferences)
    made.open_record.connect(window.show_id)
    made.finish_wanted.connect(partial(activity_desk.finish, window))
    return made


def _pipeline(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui import activity_desk
    from freecrm.ui.board.page import PipelinePage

    made = PipelinePage(window.store, window.tasks, window.preferences)
    made.open_record.connect(window.show_id)
    made.rows_wanted.connect(lambda filters: window.show_filtered("deal", filters))
    made.wide_wanted.connect(lambda values, draft: window.widen("deal", values, draft))
    made.plan_wanted.connect(
        lambda card: activity_desk.plan(window, {"deal": card.id, "customer": card.customer})
    )
    return made


def _reports(window: MainWindow, place: Place) -> Page:
    from freecrm.core.words import N_
    from freecrm.ui import talk
    from freecrm.ui.reports.page import ReportsPage

    made = ReportsPage(window.store, window.tasks, place.name)
    made.rows_wanted.connect(window.show_filtered)
    made.print_wanted.connect(lambda: window.commands.run("file.print"))
    made.told.connect(
        lambda what, path: window.toasts.add(what, N_("Open folder"), partial(talk.show_folder, path.parent))
    )
    return made


def _targets(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui.reports.targets import TargetsPage

    return TargetsPage(window.store, window.tasks)


def _help(_window: MainWindow, place: Place) -> Page:
    from freecrm.ui.help_page import HelpPage

    return HelpPage(place.name)


def _new(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.new_page import NewPage

    values, draft, id = window.typed.pop(place, (None, "", None))
    made = NewPage(window.store, window.tasks, place.name, values, draft=draft, id=id)
    made.saved.connect(lambda id: window.show_id(place.name, id))
    made.open_record.connect(window.show_id)
    return made


def _welcome(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui.welcome_page import WelcomePage

    made = WelcomePage(window.store, window.tasks, window.preferences)
    made.import_wanted.connect(lambda path: window.visit(Place("import", str(path or ""))))
    made.language_wanted.connect(window.dress.set_language)
    made.restore_wanted.connect(window.file.restore)
    return made


def _history(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.history_page import HistoryPage

    made = HistoryPage(window.store, window.tasks, int(place.name or 0))
    made.open_record.connect(window.steps.show_record)
    return made


def _bin(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui.bin_page import BinPage

    made = BinPage(window.store, window.tasks)
    made.step_wanted.connect(window.steps.show_step)
    return made


def _record_history(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.record_history import RecordHistoryPage

    entity, _colon, id = place.name.partition(":")
    made = RecordHistoryPage(window.store, window.tasks, entity, bytes.fromhex(id))
    made.history.step_wanted.connect(window.steps.show_step)
    made.history.ask_beyond = window.team.earlier
    made.history.ask_again()
    return made


def _roles(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui.rights.roles_page import RolesPage

    return RolesPage(window.store, window.tasks)


def _trail(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui.rights.trail_page import TrailPage

    return TrailPage(window.store, window.tasks)


def _settings(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.settings_page import SettingsPage

    made = SettingsPage(window.store, window.tasks, window.preferences, place.name, window=window)
    made.setting_changed.connect(window.take_setting)
    made.keys_wanted.connect(window.show_keys)
    made.restore_wanted.connect(window.file.restore)
    made.backed_up.connect(lambda _copy: window.file.show_backup())
    return made


def _doubles(window: MainWindow, place: Place) -> Page:
    from freecrm.core.words import N_
    from freecrm.ui.doubles_page import DoublesPage

    made = DoublesPage(window.store, window.tasks, place.name)
    made.toast_wanted.connect(lambda what, act: window.toasts.add(what, N_("Undo"), act))
    return made


def _merge(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.merge_page import MergePage

    return MergePage(window.store, window.tasks, place.name)


def _merged(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.split_page import SplitPage

    return SplitPage(window.store, window.tasks, place.name)


def _occasions(window: MainWindow, _place: Place) -> Page:
    from freecrm.ui.occasions_page import OccasionsPage

    made = OccasionsPage(window.store, window.tasks)
    made.open_record.connect(window.show_id)
    return made


def _today(window: MainWindow, place: Place) -> Page:
    from freecrm.ui import today_desk

    return today_desk.page(window, place)


def _tidy(window: MainWindow, place: Place) -> Page:
    from freecrm.ui import tidy_desk

    return tidy_desk.page(window, place.name)


def _plans(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.plans_page import PlansPage

    id = bytes.fromhex(place.name) if place.name else None
    return PlansPage(window.store, window.tasks, id)


def _referrers(window: MainWindow, _place: Place) -> Page:
    from freecrm.core.words import N_
    from freecrm.ui import talk
    from freecrm.ui.referrers_page import ReferrersPage

    made = ReferrersPage(window.store, window.tasks)
    made.open_record.connect(window.show_id)
    made.told.connect(
        lambda what, path: window.toasts.add(what, N_("Open folder"), partial(talk.show_folder, path.parent))
    )
    return made


def _ageing(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.money import desk

    return desk.ageing(window, place)


def _differences(window: MainWindow, place: Place) -> Page:
    from freecrm.ui.differences import desk

    return desk.page(window, place)


_KINDS: dict[str, Callable[[MainWindow, Place], Page]] = {
    "ageing": _ageing,
    "bin": _bin,
    "bring_back": _bring_back,
    "calendar": _calendar,
    "calendar_file": _calendar_file,
    "differences": _differences,
    "doubles": _doubles,
    "help": _help,
    "history": _history,
    "import": _import,
    "merge": _merge,
    "merged": _merged,
    "new": _new,
    "occasions": _occasions,
    "pipeline": _pipeline,
    "plans": _plans,
    "pool": _pool,
    "record_history": _record_history,
    "record": _record,
    "referrers": _referrers,
    "reports": _reports,
    "roles": _roles,
    "welcome": _welcome,
    "settings": _settings,
    "targets": _targets,
    "tidy": _tidy,
    "today": _today,
    "trail": _trail,
}
