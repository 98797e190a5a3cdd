"""The views of a list as tabs above it. A view that was changed shows a dot, and a bar that saves it or takes it
back; nothing is saved by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QTabBar, QWidget

from freecrm.core.arrangement import Arrangement, from_plain
from freecrm.core.problems import Known
from freecrm.core.query import Query
from freecrm.core.words import _
from freecrm.store import views
from freecrm.store.views import SavedView
from freecrm.ui import look
from freecrm.ui.parts import icon_button, label, name_button
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.ui.arranger import Arranger

DOT = " •"


class _Tabs(QTabBar):
    """A bar that says how wide each tab is, whether it is seen or not."""

    def wide(self, at: int) -> int:
        """The width of a tab in pixels."""
        return self.tabSizeHint(at).width()


class Views(QWidget):
    """The tabs with their `+` and a menu of all views: those that find no room stand in it alone. switched: another view is shown. changed: the view was changed, or saved.
    density_wanted(name): the view has rows of this height."""

    switched = Signal()
    changed = Signal()
    density_wanted = Signal(str)

    def __init__(self, arranger: Arranger, tasks: Tasks) -> None:
        super().__init__()
        self.arranger, self.tasks, self.model = arranger, tasks, arranger.model
        self.store, self.entity = self.model.store, self.model.page.entity
        self.saved: list[SavedView] = []
        self.offered: list[SavedView] = []  # by the modules
        self.put_away: list[SavedView] = []
        self.first: SavedView | None = None  # in place of the view that is declared
        self.current: bytes | None = None
        self.base = arranger.declared
        self.counts: dict[bytes | None, int] = {}
        self._latest = Latest(tasks)
        self._filling = self._asked = False
        self.tabs = _Tabs()
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.tabs.currentChanged.connect(self._chosen)
        self.tabs.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tabs.customContextMenuRequested.connect(self._menu_at)
        self.add_button = icon_button("plus", self.ask_name, 16)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(2))
        self.all_button = icon_button("chevron-down", self.show_all, 16)
        row.addWidget(self.tabs)
        row.addWidget(self.all_button)
        row.addWidget(self.add_button)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        arranger.changed.connect(self._show_changed)
        self.load()
        self.model.counted.connect(self._rows_there)
        QTimer.singleShot(0, self, self._rows_there)

    # ---- which views

    def load(self) -> None:
        """Show the views that are kept now."""
        held = views.views_of(self.store, self.entity)
        self.first = next((view for view in held if view.declared), None)
        self.saved = [view for view in held if not view.declared]
        offered = views.offered_of(self.store, self.entity)
        self.offered = [view for view in offered if not view.off]
        self.put_away = [view for view in offered if view.off]
        if self.current is not None and self.view is None:
            self.current = None
            self.switched.emit()
        self.base = self.arrangement(self.view)
        self._fill()

    @property
    def view(self) -> SavedView | None:
        """The view that is shown, saved or offered; None for the list's first one."""
        return self._of(self.current)

    @property
    def own(self) -> SavedView | None:
        """The view that is shown, when it is one that somebody made."""
        return next((view for view in self.saved if view.id == self.current), None)

    def _of(self, id: bytes | None) -> SavedView | None:
        return next((view for view in (*self.saved, *self.offered) if view.id == id), None)

    @property
    def name(self) -> str:
        """What the view is called that is shown, "" for the list's first one."""
        return self._title(self.view) if self.view is not None else ""

    def _title(self, view: SavedView) -> str:
        declared = (one for one in self.store.model.views(self.entity) if one.key == view.offered)
        return next((_(one.title) for one in declared), view.name)

    def arrangement(self, view: SavedView | None) -> Arrangement:
        """How a view is arranged."""
        kept = view or self.first
        if kept is None:
            return self.arranger.declared
        return from_plain(kept.state, self.model.page, self.store.schema.fields(self.entity))

    @property
    def is_changed(self) -> bool:
        """Whether the list is arranged otherwise than its view says."""
        return not self.arranger.now.like(self.base)

    def show_view(self, id: bytes | None) -> None:
        """Show the list as a view says (None: the first)."""
        self.current = id if self._of(id) is not None else None
        self.base = self.arrangement(self.view)
        self.arranger.apply(self.base)
        if self.base.density:
            self.density_wanted.emit(self.base.density)
        self._fill()
        self.switched.emit()
        if views.last(self.store, self.entity) != self.current:
            self.tasks.run(views.keep_last, self.store, self.entity, self.current, writes=True)

    def reopen(self) -> None:
        """Be in the view in which the list was left, before it has asked for any rows."""
        self.current = views.last(self.store, self.entity)
        if self.view is None:
            self.current = None
            return
        self.base = self.arrangement(self.view)
        self.arranger.begin(self.base)
        self._fill()

    def take_place(self, id: bytes | None) -> None:
        """Be at a view without arranging the list: it is put back as it was left."""
        self.current = id if self._of(id) is not None else None
        self.base = self.arrangement(self.view)
        self._fill()
        self.switched.emit()

    def step(self, by: int) -> None:
        """Show the next view, or the one before; behind the last comes the first."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % len(self._ids()))

    def _chosen(self, at: int) -> None:
        if not self._filling and 0 <= at < len(self._ids()):
            self.show_view(self._ids()[at])

    def _ids(self) -> list[bytes | None]:
        return [None, *(view.id for view in (*self.saved, *self.offered))]

    @property
    def has_several(self) -> bool:
        """Whether there is another view than the first."""
        return len(self._ids()) > 1

    # ---- saving

    def save(self) -> None:
        """Let the view be as the list is now."""
        view, now = self.view or self.first, self.arranger.now
        if view is not None:
            self.tasks.run(views.save, self.store, self.entity, view, now, writes=True)
        else:
            self.tasks.run(
                partial(views.add, declared=True), self.store, self.entity, _("All"), now, writes=True
            )

    def save_as(self, text: str) -> None:
        """Keep the list as it is now as a view of this name and show that; Known when the name is none."""
        name = views.name_of(text, [view.name for view in (*self.saved, *self.offered)])
        now = self.arranger.now
        self.tasks.run(views.add, self.store, self.entity, name, now, writes=True, then=self._made)

    def _made(self, id: bytes) -> None:
        self.current = id
        self.load()
        self.count()
        self.switched.emit()
        self.changed.emit()

    def revert(self) -> None:
        """Show the view as it was saved."""
        self.show_view(self.current)

    def ask_name(self, view: SavedView | None = None) -> None:
        """Ask for the name of a new view of the present state, or for another one of a view."""
        from freecrm.ui.name_popup import NamePopup

        title = _("Rename the view") if view is not None else _("New view from what is shown")
        made = NamePopup(self.add_button, title, view.name if view is not None else "", _("Name of the view"))
        take = self.save_as if view is None else partial(views.rename, self.store, self.entity, view)

        def taken(text: str) -> None:
            try:
                take(text)
            except Known as problem:
                made.refuse(problem)
            else:
                made.dismiss()

        made.taken.connect(taken)
        made.open()

    # ---- the menu of a tab

    def _menu_at(self, at: QPoint) -> None:
        tab = self.tabs.tabAt(at)
        if tab >= 0:
            self.menu(tab).popup(self.tabs.mapToGlobal(at))

    def menu(self, tab: int) -> QMenu:
        """What can be done with the view of a tab."""
        made = QMenu(self)

        def add(text: str, icon: str, act: object, *, can: bool = True) -> None:
            action = made.addAction(text)
            look.dress(action, icon, 16)
            action.triggered.connect(act)
            action.setEnabled(can)

        add(_("New view from what is shown…"), "plus", lambda: self.ask_name())
        view = self._of(self._ids()[tab])
        if view is not None and view.offered:
            if view.stored:
                add(_("As at first"), "history", partial(self.remove, view))
            made.addSeparator()
            add(
                _("Put “{view}” away").format(view=self._title(view)),
                "archive",
                partial(self.put, view, shown=False),
            )
        elif view is not None:
            add(_("Rename…"), "pencil", lambda: self.ask_name(view))
            add(_("Further left"), "arrow-left", lambda: self.move_view(view, -1), can=tab > 1)
            add(_("Further right"), "arrow-right", lambda: self.move_view(view, 1), can=tab < len(self.saved))
            made.addSeparator()
            add(_("Delete the view"), "trash-2", partial(self.remove, view))
        elif self.first is not None:
            add(_("As at first"), "history", partial(self.remove, self.first))
        return made

    def show_all(self) -> None:
        """Open the menu of all views."""
        self.all_views().popup(self.all_button.mapToGlobal(self.all_button.rect().bottomLeft()))

    def all_views(self) -> QMenu:
        """All views with what they hold, those put away to be shown again."""
        made = QMenu(self)
        for id, name in zip(self._ids(), self._names(), strict=True):
            count = f"\t{self.counts[id]:,}" if id in self.counts else ""
            action = made.addAction(name.replace("&", "&&") + count)
            action.setCheckable(True)
            action.setChecked(id == self.current)
            action.triggered.connect(partial(self._show_from_menu, id))
        view = self.view
        if self.put_away or (view is not None and view.offered):
            made.addSeparator()
        if view is not None and view.offered:
            action = made.addAction(_("Put “{view}” away").format(view=self._title(view)))
            action.triggered.connect(partial(self.put, view, shown=False))
        for away in self.put_away:
            action = made.addAction(_("Show “{view}” again").format(view=self._title(away)))
            action.triggered.connect(partial(self.put, away, shown=True))
        return made

    def _show_from_menu(self, id: bytes | None, *_triggered: object) -> None:
        self.show_view(id)

    def put(self, view: SavedView, *_triggered: object, shown: bool) -> None:
        """Put a view that is offered away, or show it again."""
        if not shown and view.id == self.current:
            self.show_view(None)
        self.tasks.run(partial(views.show_offered, shown=shown), self.store, self.entity, view, writes=True)

    def move_view(self, view: SavedView, by: int) -> None:
        """Put a view one place further left (-1) or right (1)."""
        self.tasks.run(views.move, self.store, self.entity, view, by, writes=True)

    def remove(self, view: SavedView, *_triggered: object) -> None:
        """Forget a view; the one that is shown gives its place to the first."""
        if view.id == self.current:
            self.show_view(None)
        self.tasks.run(views.remove, self.store, view, writes=True)

    def remove_current(self) -> None:
        """Forget the view that is shown, if it is one that somebody made."""
        if self.own is not None:
            self.remove(self.own)

    # ---- what happened

    def heard(self, touched: Touched | None) -> None:
        """Views or records were changed."""
        if touched is None or "list_view" in touched.ids:
            unchanged = not self.is_changed
            self.load()
            self.count()
            if unchanged and self.is_changed:  # undone, or changed at another place
                self.show_view(self.current)
            self.changed.emit()
        elif touched.ids.keys() & {self.entity} and not self.isHidden():
            self.count()

    def _rows_there(self) -> None:
        """Count once the list itself is read: it does not wait for what stands beside it."""
        if self.model.complete and not self._asked and not self.isHidden():
            self._asked = True
            self.count()

    def count(self) -> None:
        """Let a job count what each view holds."""
        asked = {id: self._query(self._of(id)) for id in self._ids()}
        self._latest.run(self._count, asked, then=self._counted)

    def _query(self, view: SavedView | None) -> Query:
        return Query(self.entity, self.arrangement(view).filters.condition)

    def _count(self, asked: dict[bytes | None, Query]) -> dict[bytes | None, int]:
        reader = self.store.reader()
        return {id: reader.count(query) for id, query in asked.items()}

    def _counted(self, found: dict[bytes | None, int]) -> None:
        self.counts = found
        self._show_counts()

    # ---- words

    def _fill(self) -> None:
        self._filling = True
        while self.tabs.count() > len(self._ids()):
            self.tabs.removeTab(self.tabs.count() - 1)
        while self.tabs.count() < len(self._ids()):
            self.tabs.addTab("")
        self.tabs.setCurrentIndex(self._ids().index(self.current))
        self._filling = False
        self._name_tabs()

    def _names(self) -> list[str]:
        return [_("All"), *map(self._title, (*self.saved, *self.offered))]

    def _name_tabs(self) -> None:
        for at, name in enumerate(self._names()):
            here = at == self.tabs.currentIndex()
            self.tabs.setTabText(at, name + (DOT if here and self.is_changed else ""))
            self.tabs.setTabToolTip(
                at, _("{view}: changed, not saved").format(view=name) if here and self.is_changed else ""
            )
        self._show_counts()

    def _show_counts(self) -> None:
        for at, id in enumerate(self._ids()[: self.tabs.count()]):
            held = self.tabs.tabButton(at, QTabBar.ButtonPosition.RightSide)
            if not isinstance(held, QLabel):
                held = label("caption")
                self.tabs.setTabButton(at, QTabBar.ButtonPosition.RightSide, held)
            text = f"{self.counts[id]:,}" if id in self.counts else ""
            if (held.text(), held.property("zoom")) != (text, look.zoom()):
                held.setText(text)
                held.setProperty("zoom", look.zoom())
                held.ensurePolished()
                held.adjustSize()
                self.tabs.setTabButton(at, QTabBar.ButtonPosition.RightSide, held)  # measures it anew
                held.show()
        self._fit()

    # ---- what fits

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the tabs that there is room for, the one that is chosen among them; all stand in the menu."""
        room = self.width() - self.add_button.width() - self.all_button.width() - 3 * look.px(2)
        here = self.tabs.currentIndex()
        left = room - sum(self.tabs.wide(at) for at in {0, here} if at >= 0)
        for at in range(1, self.tabs.count()):
            if at == here:
                shown = True
            else:
                left -= self.tabs.wide(at)
                shown = left >= 0
            if self.tabs.isTabVisible(at) != shown:
                self.tabs.setTabVisible(at, shown)
                button = self.tabs.tabButton(at, QTabBar.ButtonPosition.RightSide)
                if button is not None:
                    button.setVisible(shown)
                self.tabs.updateGeometry()

    def _show_changed(self) -> None:
        self._name_tabs()
        self.changed.emit()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.tabs.setAccessibleName(_("Views"))
        name_button(self.add_button, _("New view from what is shown"))
        name_button(self.all_button, _("All views"))
        self.all_button.setVisible(self.has_several or bool(self.put_away))
        self._name_tabs()


class ChangedBar(QWidget):
    """Says that a view was changed, and offers what can become of that."""

    def __init__(self, of: Views) -> None:
        super().__init__()
        self.views = of
        self.text = label("caption")
        self.save_button = self._button(of.save, "")
        self.as_button = self._button(lambda: of.ask_name(), "quiet")
        self.revert_button = self._button(of.revert, "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (16, 0, 8, 6)))
        row.setSpacing(look.px(8))
        row.addWidget(self.text)
        row.addWidget(self.save_button)
        row.addWidget(self.as_button)
        row.addWidget(self.revert_button)
        row.addStretch(1)
        of.changed.connect(self.show_now)
        of.switched.connect(self.show_now)
        self.show_now()

    def _button(self, clicked: object, kind: str) -> QPushButton:
        made = QPushButton()
        made.setProperty("small", True)
        if kind:
            made.setProperty("kind", kind)
        made.clicked.connect(lambda: clicked())  # type: ignore[operator]
        return made

    def show_now(self) -> None:
        """Be there as long as the view is changed."""
        self.setVisible(self.views.is_changed)
        name = self.views.name or _("All")
        self.text.setText(_("“{view}” is changed.").format(view=name))
        self.save_button.setText(_("Save to this view"))
        self.as_button.setText(_("Save as…"))
        self.revert_button.setText(_("Revert"))
