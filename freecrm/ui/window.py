"""The main window: bars around pages; it knows pages, not business.

Every step of this program and every write of another reaches the pages through `_heard`, once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.entity import Entity
from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.commands import Commands
from freecrm.ui.dress import Dress
from freecrm.ui.exchange_desk import ExchangeDesk
from freecrm.ui.file_desk import FileDesk
from freecrm.ui.file_watch import FileWatch
from freecrm.ui.list_model import First
from freecrm.ui.list_page import ListPage
from freecrm.ui.menus import Menus
from freecrm.ui.navigator import Navigator
from freecrm.ui.offering import offer, why_not
from freecrm.ui.page import Page, Place
from freecrm.ui.pool_desk import PoolDesk
from freecrm.ui.preferences import Preferences
from freecrm.ui.sidebar import FOLDS_BELOW, Sidebar
from freecrm.ui.status import Status
from freecrm.ui.steps_desk import StepsDesk
from freecrm.ui.tasks import Tasks
from freecrm.ui.top_bar import TopBar
from freecrm.ui.who_desk import WhoDesk

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

    from freecrm.core.filters import Filters
    from freecrm.core.record import Record
    from freecrm.ui.badges import Badges
    from freecrm.ui.commands import Command
    from freecrm.ui.day_desk import DayDesk
    from freecrm.ui.drop import DropZone
    from freecrm.ui.palette import Palette
    from freecrm.ui.progress_panel import ProgressPanels
    from freecrm.ui.record_page.beside import Beside
    from freecrm.ui.reminders.desk import ReminderDesk
    from freecrm.ui.rights.lock import Lock
    from freecrm.ui.team.desk import TeamDesk
    from freecrm.ui.toast import Toasts


class MainWindow(QMainWindow):
    """The window of one file."""

    def __init__(
        self, store: Store, tasks: Tasks, preferences: Preferences, *, first: First | None = None
    ) -> None:
        super().__init__()
        self.store, self.tasks, self.preferences = store, tasks, preferences
        self.server: QLocalServer | None = None  # hears later starts on the same file
        self.typed: dict[
            Place, tuple[dict[str, Any] | None, str, bytes | None]
        ] = {}  # for forms that are about to open
        self._firm = ""
        self._can = False
        self._first = first
        self.watch = FileWatch(store, tasks, self)
        self.watch.written.connect(self._written)
        self._build()
        self.commands.hold()
        self.visit(self._begin_at(first))
        self.setAcceptDrops(True)
        self._shown_to = store.rights
        self._stop_listening = store.listen(lambda touched: tasks.on_main(lambda: self._heard(touched)))
        talk.listen(self._told)
        self.watch.start()
        self.commands.release()
        self.reword()
        self._restore()

    def _build(self) -> None:
        from freecrm.ui.window_commands import commands_of

        self.stack = QStackedWidget()
        self.navigator = Navigator(self.stack, self._make_page, self._may_leave, self._is_over)
        self.navigator.moved.connect(self._moved)
        self.commands = Commands(self)
        self.menus = Menus(self, self.commands, self.preferences)
        self.exchange, self.file = ExchangeDesk(self), FileDesk(self)
        self.steps, self.dress = StepsDesk(self), Dress(self)
        self.who, self.pool = WhoDesk(self), PoolDesk(self)
        self.sidebar = Sidebar(self.store)
        self.sidebar.chosen.connect(self.visit)
        self.commands.add(*commands_of(self))
        self.commands.set_keys(self.preferences.keys())
        self.menus.watch()
        self.top = TopBar(self.commands)
        self.top.crumb.connect(self._go_up)
        self.top.menu_wanted.connect(self.open_menu)
        self.who.join()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sidebar)
        middle.addWidget(self.stack, 1)
        self.ground = QWidget()
        column = QVBoxLayout(self.ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(middle, 1)
        self.setCentralWidget(self.ground)
        self.status = Status(self.commands)
        self.setStatusBar(self.status)
        QApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    # made when they are first wanted, so that the first picture does not wait for them

    @cached_property
    def toasts(self) -> Toasts:
        """The undo toasts at the foot of the window."""
        from freecrm.ui.toast import Toasts

        return Toasts(self.ground)

    @cached_property
    def progress(self) -> ProgressPanels:
        """The panels of work that takes longer, at the lower right."""
        from freecrm.ui.progress_panel import ProgressPanels

        return ProgressPanels(self.ground)

    @cached_property
    def lock(self) -> Lock:
        """Hides the window after a while where a password is asked for."""
        from freecrm.ui.rights.lock import Lock

        return Lock(self)

    @cached_property
    def beside(self) -> Beside:
        """The windows that show a record each."""
        from freecrm.ui.record_page.beside import Beside

        return Beside(self)

    @cached_property
    def badges(self) -> Badges:
        """The numbers beside the pages of the sidebar."""
        from freecrm.ui.badges import Badges

        return Badges(self.store, self.tasks, self.sidebar)

    @cached_property
    def reminders(self) -> ReminderDesk:
        """What watches the clock for reminders."""
        from freecrm.ui.reminders.desk import ReminderDesk

        return ReminderDesk(self)

    @cached_property
    def day(self) -> DayDesk:
        """What is done by itself once a day."""
        from freecrm.ui.day_desk import DayDesk

        return DayDesk(self)

    @cached_property
    def team(self) -> TeamDesk:
        """What keeps the file in step with its team."""
        from freecrm.ui.team.desk import TeamDesk

        return TeamDesk(self)

    @cached_property
    def drop_zone(self) -> DropZone:
        """What says that a file may be dropped."""
        from freecrm.ui.drop import DropZone

        return DropZone(self.stack)

    def _is_made(self, name: str) -> bool:
        return name in self.__dict__

    # ---- pages

    @property
    def page(self) -> ListPage:
        """The list that is shown, or the one that was shown last."""
        pages = (
            self.navigator.page,
            *reversed(self.navigator.pages.values()),
            self.navigator.hold(self.home()),
        )
        return next(page for page in pages if isinstance(page, ListPage))

    def _begin_at(self, first: First | None) -> Place:
        welcome = Place("welcome")
        if (first is None or not first.numbers) and not self._is_over(welcome):
            return welcome
        return Place("today") if self.preferences.get("look.start") == "today" else self.home()

    def _is_over(self, place: Place) -> bool:
        """Whether nobody wants to go to a place again: the first page, once a way was chosen."""
        if place.kind != "welcome":
            return False
        from freecrm.ui import welcome_page

        return not welcome_page.is_wanted(self.store)

    def home(self) -> Place:
        """Where the window begins, and where it goes when nothing else is left."""
        return Place("list", self.store.model.pages()[0].entity)

    def visit(self, place: Place) -> Page | None:
        """Show a place; its page, None when the user stays with what is not saved yet."""
        return self.navigator.visit(place)

    def _make_page(self, place: Place) -> Page:
        from freecrm.ui.pages import make

        page = make(self, place, self._first)
        self._first = None
        page.changed.connect(self.show_status)
        page.renamed.connect(self._show_title)
        page.go.connect(self.visit)
        page.left.connect(lambda: self.navigator.done(self.home()))
        if isinstance(page, ListPage):
            self.commands.take_keys_of(page.grid)
        page.reword()
        return page

    def _may_leave(self, page: Page) -> bool:
        """Whether the user lets go of what they have typed; a page that stays keeps it."""
        return isinstance(page, ListPage) or page.let_go()

    def _moved(self) -> None:
        self.sidebar.show_place(self.navigator.place, self.navigator.page.belongs_to)
        self._show_title()
        self.show_status()
        if self.isVisible() and isinstance(self.navigator.page, ListPage):
            self.file.drafts.show()

    def show_elsewhere(self, entity: str, words: str) -> None:
        """Show what a list has of these words."""
        page = self.visit(Place("list", entity))
        if isinstance(page, ListPage):
            page.find_box.setText(words)

    def show_filtered(self, entity: str, filters: Filters) -> None:
        """Show what a list has within a filter."""
        page = self.visit(Place("list", entity))
        if isinstance(page, ListPage):
            page.find_box.clear()
            page.arranger.set_filters(filters)

    def show_record_in_list(self, entity: str, n: int) -> None:
        """Show the record of this number in its list."""
        page = self.visit(Place("list", entity))
        if isinstance(page, ListPage):
            page.show_record(n)

    def show_record(self, entity: str, n: int) -> None:
        """Show the page of the record of this number, if it is still there."""
        ids = self.store.reader().ids_of(entity, [n])
        if ids:
            self.show_id(entity, ids[0])

    def show_id(self, entity: str, id: bytes) -> None:
        """Show the record of this id, if it is still there: on the page shown, its own, or the dialog that is its place."""
        from freecrm.ui import activity_desk

        if self.navigator.page.takes(entity, id):
            return
        if entity == activity_desk.ENTITY:
            activity_desk.show(self, id)
        else:
            self.show_page(entity, id)

    def show_page(self, entity: str, id: bytes) -> None:
        """Show the page of the record of this id, if it is still there."""
        from freecrm.ui.record_page.place import place_of

        if self.store.reader().numbers_of(entity, [id]):
            self.visit(place_of(entity, id))

    def turned(self, entity: str, id: bytes) -> None:
        """The page shown went to another record of the list: going back leads to that row."""
        from freecrm.ui.record_page.place import place_of

        self.navigator.turn(place_of(entity, id))
        listed = self.navigator.pages.get(Place("list", entity))
        n = self.store.reader().numbers_of(entity, [id]).get(id)
        if isinstance(listed, ListPage) and n is not None:
            listed.grid.go_to(n)
            self.navigator.keep_state(Place("list", entity))

    def go_back(self) -> None:
        """To the page before, or to the first list."""
        if self.navigator.can_back:
            self.navigator.back()
        else:
            self.visit(self.home())

    def _go_up(self, _at: int) -> None:
        place = self.navigator.place
        if place is not None and place.kind == "record":
            self.visit(Place("list", place.name.partition("/")[0]))
        else:
            self.navigator.back()

    # ---- new

    def new_entity(self) -> type[Entity]:
        """What the large button makes: one of what is listed."""
        place = self.navigator.place
        name = self.home().name
        if place is not None and place.kind in ("list", "record"):
            name = place.name.partition("/")[0]
        made = self.navigator.page.makes if place is not None else ""
        return self.store.schema.entity(made or name)

    def new(self, entity: str = "") -> None:
        """Begin a new record of this kind, or of what is listed."""
        from freecrm.ui import activity_desk
        from freecrm.ui.money import desk as money
        from freecrm.ui.orders import desk as orders

        wanted, shown = entity or self.new_entity().entity, self.navigator.page
        if shown.makes == wanted:
            shown.make_new()
            return
        if wanted == activity_desk.ENTITY:
            activity_desk.begin(self, activity_desk.known_of(self))
            return
        if wanted in money.ASKED:
            money.begin(self, wanted)
            return
        if wanted in orders.BEGUN and not (wanted == "invoice" and self._lists(wanted)):
            orders.begin(self, wanted)
            return
        page = self.visit(Place("list", wanted))
        if isinstance(page, ListPage):
            page.begin_new()

    def _lists(self, entity: str) -> bool:
        return self.navigator.place == Place("list", entity)

    def widen(
        self, entity: str, values: dict[str, Any] | None, draft: str = "", id: bytes | None = None
    ) -> None:
        """Go on with a form on a page of its own. values: what was typed. draft: its key, if it has one. id: the
        record that is changed, None for a new one."""
        place = Place("new", entity)
        self.typed[place] = (values, draft, id)
        self.visit(place)

    def show_new_menu(self) -> None:
        """Offer all kinds of records that can be begun."""
        self.top.new_button.showMenu()

    def _reword_new_menu(self) -> None:
        menu = self.top.new_menu
        menu.clear()
        for listing in self.store.model.pages():
            entity = self.store.schema.entity(listing.entity)
            action = menu.addAction(_("New {thing}").format(thing=_(entity.label).lower()))
            action.triggered.connect(partial(self.new, listing.entity))
            action.setData(listing.entity)
            look.dress(action, entity.icon, 16)

    def _offer_new(self) -> None:
        for action in self.top.new_menu.actions():
            offer(action, why_not(self.store, "create", (action.data(), None)))
        self.top.offer_new()

    # ---- going round

    @cached_property
    def lookup(self) -> Palette:
        """The box that looks anything up; made when it is first wanted."""
        from freecrm.ui.palette import Palette

        made = Palette(self.ground, self.store, self.tasks, self.commands, self.preferences)
        made.record_wanted.connect(self.show_record)
        made.list_wanted.connect(self.show_elsewhere)
        made.setting_wanted.connect(self.show_setting)
        made.more_actions = self._more_actions
        made.copied.connect(lambda text: self.status.say(_("Copied: {text}").format(text=text)))
        return made

    def _more_actions(self, entity: str, record: Record) -> list[Command]:
        from freecrm.ui.follow_up import desk

        return desk.actions(self, entity, record.id)

    def open_palette(self) -> None:
        """Look anything up."""
        self.lookup.open()

    def show_setting(self, key: str) -> None:
        """Turn to a setting."""
        from freecrm.ui.settings_page import SettingsPage

        page = self.visit(Place("settings"))
        if isinstance(page, SettingsPage):
            page.show_setting(key)

    def show_keys(self) -> None:
        """List the keys, and let them be changed."""
        from freecrm.ui.key_list import KeyList

        dialog = KeyList(self.commands, self.preferences.keys(), self)
        dialog.keys_changed.connect(self._take_keys)
        dialog.open()

    def _take_keys(self, own: dict[str, str]) -> None:
        self.preferences.set_keys(own)
        self.commands.set_keys(own)
        self.reword()

    def show_help(self) -> None:
        """Explain the page that is shown."""
        from freecrm.ui.help_page import topic_of

        self.visit(Place("help", topic_of(self.navigator.place)))

    def open_menu(self) -> None:
        """The whole menu under its button."""
        self.menus.popup(self.top.menu_button.mapToGlobal(QPoint(0, self.top.menu_button.height())))

    def next_pane(self, by: int) -> None:
        """Put the focus into the next part: bar, pages, those of the page, status bar, toast."""
        panes: list[tuple[QWidget, Callable[[], object]]] = [
            (self.top, lambda: self.top.search.setFocus(Qt.FocusReason.TabFocusReason)),
            (self.sidebar, self.sidebar.focus_first),
            *self.navigator.page.panes(),
            (self.status, lambda: self.status.density.setFocus(Qt.FocusReason.TabFocusReason)),
        ]
        for toast in self.toasts.shown if self._is_made("toasts") else ():
            panes.append((toast, toast.button.setFocus))
        focus = QApplication.focusWidget()
        now = next((i for i, (w, _f) in enumerate(panes) if focus is not None and w.isAncestorOf(focus)), 0)
        panes[(now + by) % len(panes)][1]()

    # ---- what happened

    def _heard(self, touched: Touched | None) -> None:
        """A step of this program, or (None) a write of another one."""
        self.watch.noted()
        if touched is None:
            self.store.load_schema()
            self._shown_to = self.store.rights
        elif touched.ids.keys() & {"user", "role"} and self._shown_to != self.store.rights:
            from freecrm.ui.rights import desk

            desk.follow(self)  # a colleague's change of roles: other records of every kind are seen now
        for page in list(self.navigator.pages.values()):
            page.heard(touched)
        if self._is_made("beside"):
            self.beside.heard(touched)
        if self._is_made("reminders"):
            self.reminders.heard(touched)
        if self._is_made("team"):
            self.team.heard(touched)
        self.file.mark_sample()
        self.who.heard(touched)
        self.pool.heard(touched)
        self.steps.show()
        if self._is_made("badges"):
            self.badges.heard(touched)
        if touched is not None and touched.step is not None:
            self.steps.tell(touched)

    def _written(self) -> None:
        from freecrm.store import signin

        before = self.store.rights, self.store.asks
        signin.look_again(self.store)
        if (self.store.rights, self.store.asks) == before:
            self.refresh()
            return
        from freecrm.ui.rights import desk

        if self.store.waits:
            self.lock.follow()
            self.lock.lock()
        else:
            desk.follow(self)

    def refresh(self) -> None:
        """Read everything that is shown anew."""
        self._heard(None)

    def _told(self, message: talk.Message) -> None:
        own = self.beside.active_page if self._is_made("beside") else None
        (own or self.navigator.page).messages.show_message(message)

    def forget_told(self) -> None:
        """Take away what was said of a step, unless it is a warning."""
        page = self.navigator.page
        if page.has_messages and page.messages.message is not None and page.messages.message.kind == "info":
            page.messages.dismiss()

    # ---- files dragged onto the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        from freecrm.ui.drop import dropped_file

        path = dropped_file(event.mimeData())
        if path is not None:
            self.drop_zone.offer(path)
            event.acceptProposedAction()  # a refused file, too: what was let go is told why

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.drop_zone.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        from freecrm.ui.drop import dropped_file, refusal

        self.drop_zone.hide()
        path = dropped_file(event.mimeData())
        if path is None:
            return
        event.acceptProposedAction()
        refused = refusal(path)
        if refused is None:
            self.exchange.take(path)
        else:
            talk.tell(refused, "warning")

    # ---- words

    def take_setting(self, key: str) -> None:
        """Show what a setting says now."""
        if key == "firm.currency":
            self.refresh()
        self.dress.take(key)
        self.who.take(key)
        self.pool.take(key)
        if self._is_made("reminders"):
            self.reminders.take_setting(key)
        self.menus.show_pinned()
        self._show_title()

    def _scheme_changed(self) -> None:
        """Follow the system. A method, for Qt keeps a function as long as there is an application, and this window
        with it."""
        self.reword()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.commands.reword()
        self.menus.reword()
        self.sidebar.reword()
        self.who.reword()
        self._reword_new_menu()
        self.file.drafts.reword()
        for name in ("toasts", "progress", "lookup", "beside", "reminders"):
            if self._is_made(name):
                getattr(self, name).reword()
        if self._is_made("team"):
            self.team.show()
        for page in self.navigator.pages.values():
            page.reword()
        self._show_title()
        self.show_status()

    def show_place(self) -> None:
        """Say anew where the window is: a page calls itself something else."""
        if self.stack.currentWidget() is not None:
            self._show_title()
            self.show_status()

    def _show_title(self) -> None:
        crumbs = self.navigator.page.crumbs()
        self._firm = str(self.store.setting("firm.name") or self.store.path.stem)
        self._name_window()
        self.top.show_crumbs(crumbs)
        self.top.reword(self.commands.get("file.new").title)
        self._offer_new()
        self.commands.refresh()

    def show_status(self) -> None:
        """Say in the status bar how things stand."""
        if self.stack.currentWidget() is not None:
            page = self.navigator.page
            self.status.show_page(page, self.preferences.get("look.density"))
            if page.belongs_to is not None:  # some pages find out while they work
                self.sidebar.show_place(self.navigator.place, page.belongs_to)
            can = isinstance(page, ListPage) and page.states.has_rows
            if can != self._can:  # what is done to rows can be done again, or no more
                self._can = can
                self.commands.refresh()
            self._name_window()

    def _name_window(self) -> None:
        """The window's title: firm and page, with a mark where something typed is not saved."""
        page = self.navigator.page
        mark = "● " if page.unsaved() else ""
        title = f"{mark}FreeCRM — {self._firm} · {page.crumbs()[-1]}"
        if title != self.windowTitle():
            self.setWindowTitle(title)

    # ---- coming and going

    def ask_for_the_rest(self) -> None:
        """Read the rest of a list whose first rows are shown."""
        page = self.navigator.page
        if isinstance(page, ListPage) and not page.model.complete and not page.model.waiting:
            page.model.ask()

    def after_first_paint(self) -> None:
        """What the first picture did not wait for: the rest of the list, the names of the steps, the numbers beside
        the pages."""
        self.ask_for_the_rest()
        page = self.navigator.page
        self.steps.show()
        self.file.mark_sample()
        self.who.show()
        self.pool.show()
        self.menus.show_pinned()
        if isinstance(page, ListPage) and self.preferences.flag("panel", False):
            page.open_panel()
        self.badges.read()

    def prepare(self) -> None:
        """Make what is hidden yet and then has to be there at once: the bar for many rows."""
        page = self.navigator.page
        if isinstance(page, ListPage):
            page.cells.bar.prepare()

    def refresh_pictures(self) -> None:
        """Show what was not loaded yet when the first rows were painted."""
        for page in self.navigator.pages.values():
            if isinstance(page, ListPage):
                page.model.reread()
                page.side.reword()

    def come_forward(self) -> None:
        """Be seen: another start on the same file asked for it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def toggle_sidebar(self) -> None:
        """Fold the sidebar, or unfold it; the choice stays until the window is made narrow or wide."""
        self.sidebar.fold(not self.sidebar.folded)
        self.preferences.set_flag("sidebar_folded", self.sidebar.folded)
        self.commands.refresh()

    def fit_sidebar(self) -> None:
        """Fold the sidebar where the window is narrow for the text size, else as the user left it."""
        narrow = self.width() < look.px(FOLDS_BELOW)
        self.sidebar.fold(narrow or self.preferences.flag("sidebar_folded", False))

    def _restore(self) -> None:
        self.resize(look.px(1280), look.px(800))
        geometry = self.preferences.recall("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        if self.preferences.flag("sidebar_folded", False):
            self.sidebar.fold(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = look.px(FOLDS_BELOW)
        was_narrow = 0 < event.oldSize().width() < narrow
        is_narrow = event.size().width() < narrow
        if is_narrow and not self.sidebar.folded:
            self.sidebar.fold(True)
        elif was_narrow and not is_narrow:
            self.sidebar.fold(self.preferences.flag("sidebar_folded", False))

    def leave(self) -> bool:
        """Close the window for good, not into the tray; False when the user stays with what is not saved."""
        self.reminders.leaving = True
        was_hidden = not self.isVisible()
        self.reminders.leaving = closed = self.close()
        if closed and was_hidden:  # Qt ends the program with the last window seen, and there was none
            QApplication.quit()
        return closed

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._is_made("reminders") and self.reminders.stays():
            event.ignore()
            self.hide()
            self.reminders.put_away()
            return
        beside = self.beside if self._is_made("beside") else None
        pages = list(self.navigator.pages.values())
        if not all(page.let_go() for page in pages) or (beside is not None and not beside.let_go()):
            event.ignore()
            return
        for page in pages:
            page.put_away()
        if beside is not None:
            beside.close()
        self.watch.stop()
        if self._is_made("badges"):
            self.badges.clock.stop()
        if self._is_made("day"):
            self.day.stop()
        if self._is_made("reminders"):
            self.reminders.stop()
        stop, self._stop_listening = self._stop_listening, _nothing
        stop()
        talk.listen(None)
        self.preferences.remember("geometry", self.saveGeometry())
        self.preferences.set_flag("panel", self.page.panel_open)
        self.preferences.set_number("panel_width", self.page.side.width_now())
        super().closeEvent(event)


def _nothing() -> None:
    """For a window that has stopped listening already."""
