"""What is done with the shared pool by command, and what of it is told: who goes back today, who soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from freecrm.core.day_words import this_day
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.ui import talk
from freecrm.ui.commands import Command
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place
from freecrm.ui.tasks import Latest

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.store.pool import Due, Outlook
    from freecrm.ui.window import MainWindow

HERE = Place("pool")
ON = "pool.on"
TOLD = 6
"""So many who go back are named; the list has them all."""


class PoolDesk:
    """The pool of a window: its number in the sidebar, what is told of it each day."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self._latest = Latest(window.tasks)
        self._asked = False

    @property
    def is_on(self) -> bool:
        """Whether this firm has a pool."""
        return bool(self.window.store.setting(ON))

    def show(self) -> None:
        """Count the pool for the sidebar."""
        from freecrm.store import pool

        self._asked = True
        if self.is_on:
            self._latest.run(pool.count, self.window.store, then=self._counted)

    def _counted(self, count: int) -> None:
        self.window.sidebar.set_badge(HERE, count)

    def heard(self, touched: Touched | None) -> None:
        """Customers may have come into the pool or gone."""
        if self._asked and (touched is None or "customer" in touched.ids):
            self.show()

    def take(self, key: str) -> None:
        """Follow a setting that was changed."""
        if key == ON:
            self.window.sidebar.fill_anew()
            self.window.refresh()
            self.show()

    # ---- at the beginning of a day

    def tell_day(self, gone: Sequence[Due]) -> None:
        """Tell of those whom the rules returned, and of those who go soon."""
        from freecrm.store import pool

        self._tell_gone(gone)
        if self.is_on:
            store = self.window.store
            self.window.tasks.run(partial(pool.look, store, owner=store.user), then=tell_soon)

    def _tell_gone(self, gone: Sequence[Due]) -> None:
        from freecrm.store import history

        if not gone:
            return
        steps = [
            one for one in history.steps(self.window.store, 20) if one.origin == "program" and not one.undone
        ]
        step = next((one for one in steps if "pool_move" in one.counts), None)
        if step is not None:
            self.window.toasts.add(
                step.done,
                N_("Undo"),
                lambda: self.window.steps.undo(step.n),
                lambda: self.window.steps.show_step(step.n),
            )

    # ---- by hand

    def customers(self) -> list[bytes]:
        """The customers that are meant: selected in a list, or the one whose page is shown."""
        page, store = self.window.navigator.page, self.window.store
        if isinstance(page, ListPage):
            return store.reader().ids_of("customer", page.cells.numbers()) if _lists_customers(page) else []
        from freecrm.ui.window_commands.shown import shown_record

        record = shown_record(self.window)
        return [record.id] if record is not None and record.entity.entity == "customer" else []

    def work(self, what: Said, work: Callable[[], object]) -> None:
        """Write; a refusal is told as it is."""
        self.window.tasks.run(work, then=lambda _n: None, failed=talk.tell_problem, writes=True)

    def claim(self) -> None:
        """Take the customers that are meant."""
        from freecrm.store import pool_moves

        ids = self.customers()
        if ids:
            self.work(say(N_("Claiming")), partial(pool_moves.claim, self.window.store, ids))

    def assign(self) -> None:
        """Offer the colleagues who may get the customers that are meant."""
        menu = self.colleagues()
        page = self.window.navigator.page
        at = QPoint(0, 0)
        if isinstance(page, ListPage):
            grid = page.grid
            at = grid.viewport().mapToGlobal(grid.visualRect(grid.currentIndex()).bottomLeft())
        else:
            at = page.mapToGlobal(at)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    def colleagues(self) -> QMenu:
        """A menu of the colleagues; choosing one gives them the customers that are meant."""
        from freecrm.store import colleagues

        menu = QMenu(self.window)
        menu.setAccessibleName(_("Assign to"))
        people = colleagues.everyone(self.window.store, gone=False)
        for one in people:
            text = f"{one.name} · {plural('{n:,} customer', '{n:,} customers', one.owns)}"
            action = menu.addAction(text.replace("&", "&&"))
            action.triggered.connect(partial(self.assign_to, one.id))
        if not people:
            action = menu.addAction(_("New colleague…"))
            action.triggered.connect(lambda: self.window.visit(Place("settings", "team")))
        return menu

    def assign_to(self, user: bytes, *_triggered: object) -> None:
        """Give the customers that are meant to a colleague."""
        from freecrm.store import pool_moves

        ids = self.customers()
        if ids:
            self.work(say(N_("Assigning")), partial(pool_moves.assign, self.window.store, ids, user))

    def give_back(self) -> None:
        """Ask why the customers that are meant go back to the pool, then let them."""
        from freecrm.store import pool_moves
        from freecrm.ui.pool_return import ReturnDialog

        ids = self.customers()
        if not ids:
            return

        def agreed(reason: str) -> None:
            self.work(say(N_("Returning")), partial(pool_moves.give_back, self.window.store, ids, reason))

        dialog = ReturnDialog(self.window, self.window.store, ids, agreed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _code: self.window.navigator.page.focus_first())
        dialog.open()


def _lists_customers(page: ListPage) -> bool:
    return page.entity.entity == "customer" and page.states.has_rows


def commands(window: MainWindow) -> Iterator[Command]:
    """The commands; none of them is seen in a firm without a pool."""

    def here() -> bool:
        place = window.navigator.place
        return window.pool.is_on and place is not None and place.kind == "pool" and bool(_rows(window))

    def elsewhere() -> bool:
        place = window.navigator.place
        if not window.pool.is_on or place is None or place.kind == "pool":
            return False
        return _rows(window) or (place.kind == "record" and place.name.startswith("customer"))

    def on() -> bool:
        return window.pool.is_on

    also = ("pool", "公海", "gonghai")
    yield Command(
        "pool.claim",
        N_("Claim from the pool"),
        lambda: window.pool.claim(),
        "record",
        group=5,
        icon="hand",
        enabled=lambda: here() or (on() and _is_free(window)),
        when=on,
        also=(*also, "领取"),
    )
    yield Command(
        "pool.assign",
        N_("Assign to…"),
        lambda: window.pool.assign(),
        "record",
        group=5,
        icon="user-check",
        enabled=lambda: here() or (on() and _is_free(window)),
        when=on,
        also=(*also, "分配"),
    )
    yield Command(
        "pool.return",
        N_("Return to the pool…"),
        lambda: window.pool.give_back(),
        "record",
        group=5,
        icon="undo-2",
        enabled=elsewhere,
        when=on,
        also=(*also, "退回"),
    )


def _rows(window: MainWindow) -> bool:
    page = window.navigator.page
    return isinstance(page, ListPage) and _lists_customers(page)


def _is_free(window: MainWindow) -> bool:
    """Whether the page of a customer is shown whom nobody has."""
    from freecrm.ui.window_commands.shown import shown_record

    page = shown_record(window)
    if page is None or page.entity.entity != "customer":
        return False
    record = window.store.reader().record("customer", page.id)
    return record is not None and record["owner_user"] is None


def days_words(days: int) -> str:
    """When a customer goes back that has so many days left."""
    if days <= 0:
        return _("today")
    return _("tomorrow") if days == 1 else _("in {n} days").format(n=days)


def tell_soon(found: Outlook, today: dt.date | None = None) -> None:
    """Say which customers of whoever works here go back to the pool soon, the next ones by name."""
    today = today or this_day()
    soon = [*found.due, *found.warned]
    if not soon:
        return
    names = [f"{one.name} ({days_words(one.days_left(today))})" for one in soon[:TOLD]]
    if len(soon) > TOLD:
        names.append("…")
    what = N_("{n} customers go back to the pool soon: {names}. Call them, or plan a next step.")
    one = N_("A customer goes back to the pool soon: {names}. Call them, or plan a next step.")
    talk.tell(say(what if len(soon) > 1 else one, n=f"{len(soon):,}", names=names), "warning")
