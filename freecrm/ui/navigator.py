"""The pages of the window and the way through them: back and forward with everything as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from freecrm.ui.page import Page, Place

MOST = 50  # visits that are remembered
STAYING = frozenset({"list"})
"""Kinds of pages that are kept when they are left; others are made anew, with their state put back."""


@dataclass
class Visit:
    """One stop on the way. state: what the page needs to look as it did."""

    place: Place
    state: Any = None


class Navigator(QObject):
    """make(place): a new page. may_leave(page): whether the user lets go of it. is_over(place): whether nobody
    wants to come back there.

    moved: another page is shown."""

    moved = Signal()

    def __init__(
        self,
        stack: QStackedWidget,
        make: Callable[[Place], Page],
        may_leave: Callable[[Page], bool],
        is_over: Callable[[Place], bool],
    ) -> None:
        super().__init__(stack)
        self.stack, self._make, self._may_leave, self._is_over = stack, make, may_leave, is_over
        self.pages: dict[Place, Page] = {}
        self._visits: list[Visit] = []
        self._at = -1

    @property
    def place(self) -> Place | None:
        """Where the window is."""
        return self._visits[self._at].place if self._at >= 0 else None

    @property
    def page(self) -> Page:
        """The page that is shown; there is always one once the first was visited."""
        page = self.stack.currentWidget()
        assert isinstance(page, Page)
        return page

    @property
    def can_back(self) -> bool:
        """Whether there is a page before."""
        return self._at > 0

    @property
    def can_forward(self) -> bool:
        """Whether there is a page after."""
        return self._at + 1 < len(self._visits)

    def visit(self, place: Place) -> Page | None:
        """Show a place; its page, or None when the user stays with what is not saved yet."""
        if place == self.place:
            self.page.focus_first()
            return self.page
        if not self._leave():
            return None
        del self._visits[self._at + 1 :]
        self._visits.append(Visit(place))
        if len(self._visits) > MOST:
            del self._visits[0]
        self._at = len(self._visits) - 1
        return self._arrive()

    def back(self) -> None:
        """Show the page before, as it was."""
        if self.can_back and self._leave():
            self._at -= 1
            self._arrive()

    def forward(self) -> None:
        """Show the page that `back` left."""
        if self.can_forward and self._leave():
            self._at += 1
            self._arrive()

    def done(self, home: Place) -> None:
        """The page shown has done its work: the one before comes back, or `home`; the way forgets it."""
        if self._at < 0:
            return
        over = self._visits[self._at].place
        before = sum(not self._forgets(visit, over) for visit in self._visits[: self._at])
        kept = [visit for visit in self._visits if not self._forgets(visit, over)]
        self._visits = kept or [Visit(home)]
        self._at = max(before - 1, 0)
        self._arrive()

    def _forgets(self, visit: Visit, over: Place) -> bool:
        return visit.place == over or self._is_over(visit.place)

    def _leave(self) -> bool:
        if self._at < 0:
            return True
        if not self._may_leave(self.page):
            return False
        self._visits[self._at].state = self.page.state()
        return True

    def hold(self, place: Place) -> Page:
        """The page of a place, made when there is none yet, shown or not."""
        page = self.pages.get(place)
        if page is None:
            page = self.pages[place] = self._make(place)
            self.stack.addWidget(page)
        return page

    def turn(self, place: Place) -> None:
        """The page that is shown is that of another place by now; the way gets no stop more."""
        visit = self._visits[self._at]
        page = self.pages.pop(visit.place)
        self.pages[place] = page
        visit.place, visit.state = place, None
        self.moved.emit()

    def keep_state(self, place: Place) -> None:
        """The latest stop at a place comes back as its page is now."""
        page = self.pages.get(place)
        for visit in reversed(self._visits[: self._at]):
            if visit.place == place and page is not None:
                visit.state = page.state()
                return

    def _arrive(self) -> Page:
        visit = self._visits[self._at]
        before = self.stack.currentWidget()
        page = self.hold(visit.place)
        self.stack.setCurrentWidget(page)
        if visit.state is not None:
            page.restore(visit.state)
        self._forget(before)
        page.arrived()
        page.focus_first()
        self.moved.emit()
        return page

    def _forget(self, page: object) -> None:
        """Let a page go that is made anew the next time; one that is still at work stays."""
        for place, held in list(self.pages.items()):
            if held is page and held is not self.stack.currentWidget() and not self._stays(place, held):
                del self.pages[place]
                self.stack.removeWidget(held)
                held.put_away()
                held.deleteLater()

    def _stays(self, place: Place, page: Page) -> bool:
        return place.kind in STAYING or page.busy
