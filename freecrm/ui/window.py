"""The main window: top bar, pages, status bar; it knows pages, not business.

Every step of this program and every write of another reaches the pages through `_heard`, once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core import words
from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.importing import ImportDesk, Importing
from freecrm.ui.list_model import First
from freecrm.ui.list_page import ListPage
from freecrm.ui.parts import DENSITIES
from freecrm.ui.preferences import Preferences
from freecrm.ui.sidebar import FOLDS_BELOW, Sidebar
from freecrm.ui.status import Status
from freecrm.ui.tasks import Tasks
from freecrm.ui.top_bar import TopBar

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

    from freecrm.ui.toast import Toasts

LOOK_MS = 500  # how often the file is asked whether another program wrote to it


class MainWindow(QMainWindow):
    """The window of one file. `importing`: how a list is brought in, None where there is no way."""

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        preferences: Preferences,
        *,
        importing: Importing | None = None,
        first: First | None = None,
    ) -> None:
        super().__init__()
        self.store, self.tasks, self.preferences, self.importing = store, tasks, preferences, importing
        self.pages: dict[int, ListPage] = {}
        self.server: QLocalServer | None = None  # hears later starts on the same file
        self._version = store.reader().version()
        self._build()
        self._connect()
        self._keys()
        self.show_page(0, first)
        self.setAcceptDrops(importing is not None)
        self._stop_listening = store.listen(lambda touched: tasks.on_main(lambda: self._heard(touched)))
        talk.listen(self._told)
        self._watch = QTimer(self, interval=LOOK_MS)
        self._watch.timeout.connect(self.look_at_file)
        self._watch.start()
        self.reword()
        self._restore()

    def _build(self) -> None:
        self.top = TopBar(self.importing is not None, self.preferences.get("look.theme"))
        self.sidebar = Sidebar(self.store)
        self.stack = QStackedWidget()
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
        self.imports = ImportDesk(self.importing, self.tasks, self.ground, self.stack, self._forget_told)
        self.status = Status()
        self.setStatusBar(self.status)

    # made when they are first wanted, so that the first picture does not wait for them

    @cached_property
    def toasts(self) -> Toasts:
        """The undo toasts at the foot of the window."""
        from freecrm.ui.toast import Toasts

        return Toasts(self.ground)

    def _connect(self) -> None:
        self.sidebar.chosen.connect(self.show_page)
        self.top.searched.connect(lambda text: self.page.search(text))
        self.top.search.left.connect(lambda: self.page.focus_list())
        self.top.undo_wanted.connect(self.undo)
        self.top.redo_wanted.connect(self.redo)
        self.top.import_wanted.connect(self.imports.ask)
        self.top.theme_wanted.connect(self.set_theme)
        self.top.language_wanted.connect(self.set_language)
        self.status.density_wanted.connect(self.next_density)
        QApplication.styleHints().colorSchemeChanged.connect(lambda _scheme: self.reword())

    def _keys(self) -> None:
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+K", self.focus_search),
            ("Ctrl+F", self.focus_search),
            ("Ctrl+Z", self.undo),
            ("Ctrl+Y", self.redo),
            ("Ctrl+Shift+Z", self.redo),
            ("Ctrl+Shift+D", self.next_density),
            ("F5", lambda: self._heard(None)),
            ("F6", lambda: self.next_pane(1)),
            ("Shift+F6", lambda: self.next_pane(-1)),
        ]
        if self.importing is not None:
            keys.append(("Ctrl+I", self.imports.ask))
        for number in range(min(len(self.store.model.pages()), 9)):
            keys.append((f"Ctrl+{number + 1}", partial(self.show_page, number)))
        for key, act in keys:
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # ---- pages

    @property
    def page(self) -> ListPage:
        """The page that is shown."""
        page = self.stack.currentWidget()
        assert isinstance(page, ListPage)
        return page

    def show_page(self, number: int, first: First | None = None) -> None:
        """Show the page of this number, made when it is first wanted."""
        if number not in self.pages:
            made = ListPage(self.store, self.tasks, self.store.model.pages()[number], first)
            made.can_import = self.importing is not None
            made.panel_width = self.preferences.number("panel_width", 0)
            made.grid.set_density(self.preferences.get("look.density"))
            made.changed.connect(self._show_status)
            made.import_wanted.connect(self.imports.ask)
            made.clear_wanted.connect(self._clear_search)
            made.elsewhere.connect(self._show_elsewhere)
            made.reword()
            self.pages[number] = made
            self.stack.addWidget(made)
        page = self.pages[number]
        self.stack.setCurrentWidget(page)
        self.sidebar.show_page(number)
        self.top.search.blockSignals(True)
        self.top.search.setText(page.model.query.words)
        self.top.search.blockSignals(False)
        page.focus_list()
        self._show_title()
        self._show_status()

    def _show_elsewhere(self, entity: str) -> None:
        words_ = self.page.model.query.words
        pages = [page.entity for page in self.store.model.pages()]
        self.show_page(pages.index(entity))
        self.top.search.setText(words_)

    def focus_search(self) -> None:
        """Go to the search box and mark what is in it."""
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def _clear_search(self) -> None:
        self.top.search.clear()
        self.page.focus_list()

    def next_pane(self, by: int) -> None:
        """Put the focus into the next pane: search, pages, list, side panel, toast."""
        page = self.page
        panes: list[tuple[QWidget, Callable[[], object]]] = [
            (self.top, self.focus_search),
            (self.sidebar, self.sidebar.focus_list),
            (page.left, page.focus_list),
        ]
        if page.panel is not None and page.panel_open:
            panel = page.panel
            panes.append((panel, lambda: panel.area.setFocus(Qt.FocusReason.TabFocusReason)))
        panes.append((self.status, self.status.density.setFocus))
        for toast in self.toasts.shown if "toasts" in self.__dict__ else ():
            panes.append((toast, toast.button.setFocus))
        focus = QApplication.focusWidget()
        now = next((i for i, (w, _f) in enumerate(panes) if focus is not None and w.isAncestorOf(focus)), 0)
        panes[(now + by) % len(panes)][1]()

    # ---- what happened

    def _heard(self, touched: Touched | None) -> None:
        """A step of this program, or (None) a write of another one."""
        self._version = self.store.reader().version()
        if touched is None:
            self.store.load_schema()
        for page in self.pages.values():
            page.heard(touched)
        self.show_steps()
        if touched is not None and touched.step is not None:
            self._show_toast(touched)

    def look_at_file(self) -> None:
        """Show what another program has written since, if it has."""
        try:
            version = self.store.reader().version()
        except Known as problem:
            self._watch.stop()
            talk.tell_problem(problem)
            return
        if version != self._version:
            self._heard(None)

    def show_steps(self) -> None:
        """Name what undo and redo would do now."""
        from freecrm.store import history

        self.top.show_steps(history.next_undo(self.store), history.next_redo(self.store))

    def _show_toast(self, touched: Touched) -> None:
        from freecrm.store import history

        assert touched.step is not None
        step = history.step(self.store, touched.step)
        if step is None or step.origin not in ("user", "import", "undo", "redo"):
            return
        if step.origin in ("undo", "redo"):
            self.toasts.clear()  # their buttons would take back what is taken back
            if self.page.told is not None and self.page.told.kind == "info":
                self._forget_told()  # and what was said of it is no longer so
        if step.origin == "undo":
            self.toasts.add(step.said, N_("Redo"), self.redo)
        else:
            number = step.n
            self.toasts.add(step.said, N_("Undo"), lambda: self.undo(number))
        if touched.kept:
            names = [kept.title for kept in touched.kept if kept.title][:3]
            what = N_("{n} records stay as they are, edited since or needed by others: {names}")
            lines = "\n".join(f"{kept.title}: {kept.why}" for kept in touched.kept)
            talk.tell(say(what, n=len(touched.kept), names=names), "warning", lines)

    def _told(self, message: talk.Message) -> None:
        self.page.messages.show_message(message)

    def _forget_told(self) -> None:
        if self.page.told is not None:
            self.page.messages.dismiss()

    def undo(self, n: int | None = None) -> None:
        """Take back the latest step, or the one of this number."""
        from freecrm.store import undo

        self.tasks.run(undo.undo, self.store, n, writes=True)

    def redo(self) -> None:
        """Bring back what was undone last."""
        from freecrm.store import undo

        self.tasks.run(undo.redo, self.store, writes=True)

    # ---- files dragged onto the window

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.imports.offers(event.mimeData()):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.imports.zone.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        if self.imports.drop(event.mimeData()):
            event.acceptProposedAction()

    # ---- look and words

    def set_theme(self, theme: str) -> None:
        """Wear "light", "dark" or "system" from here on."""
        self.preferences.set("look.theme", theme)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        look.apply(app, theme, look.zoom())
        self.top.show_theme(theme)
        self.reword()

    def set_language(self, language: str) -> None:
        """Speak "en" or "zh_CN" from here on."""
        self.preferences.set("look.language", language)
        words.use(language)
        for page in self.pages.values():
            page.model.reread()
        self.reword()

    def next_density(self) -> None:
        """The next row height of the three."""
        names = list(DENSITIES)
        density = names[(names.index(self.preferences.get("look.density")) + 1) % len(names)]
        self.preferences.set("look.density", density)
        for page in self.pages.values():
            page.grid.set_density(density)
        self._show_status()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self._show_title()
        self.top.reword()
        self.sidebar.reword()
        self.imports.reword()
        if "toasts" in self.__dict__:
            self.toasts.reword()
        for page in self.pages.values():
            page.reword()
        self._show_status()

    def _show_title(self) -> None:
        self.setWindowTitle(f"FreeCRM — {self.store.path.stem} · {_(self.page.entity.plural)}")

    def _show_status(self) -> None:
        if self.stack.currentWidget() is not None:
            self.status.show_page(self.page, self.preferences.get("look.density"))

    # ---- coming and going

    def after_first_paint(self) -> None:
        """What the first picture did not wait for: the rest of the list, the names of the steps."""
        if not self.page.model.complete:
            self.page.model.ask()
        self.show_steps()
        if self.preferences.flag("panel", False):
            self.page.open_panel()

    def refresh_pictures(self) -> None:
        """Show what was not loaded yet when the first rows were painted."""
        for page in self.pages.values():
            page.model.reread()
            if page.panel is not None:
                page.panel.show_record()

    def come_forward(self) -> None:
        """Be seen: another start on the same file asked for it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _restore(self) -> None:
        self.resize(look.px(1280), look.px(800))
        geometry = self.preferences.recall("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        folded = self.width() < look.px(FOLDS_BELOW)
        if folded != self.sidebar.folded:
            self.sidebar.fold(folded)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._watch.stop()
        stop, self._stop_listening = self._stop_listening, _nothing
        stop()
        talk.listen(None)
        self.preferences.remember("geometry", self.saveGeometry())
        self.preferences.set_flag("panel", self.page.panel_open)
        self.preferences.set_number("panel_width", self.page.panel_width_now())
        super().closeEvent(event)


def _nothing() -> None:
    """For a window that has stopped listening already."""
