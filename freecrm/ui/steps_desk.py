"""Undo and redo in the window: what they would do, doing it, and the toast that tells what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from freecrm.core.change import Step, Touched
from freecrm.core.words import N_, _, from_plain, say
from freecrm.ui import talk
from freecrm.ui.list_page import ListPage
from freecrm.ui.page import Place

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

MOST = 60  # letters of a step's title on a button
_TOLD = ("user", "import", "undo", "redo")


class StepsDesk:
    """next_undo, next_redo: the steps that the two commands take back and bring back, None: none."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.next_undo: Step | None = None
        self.next_redo: Step | None = None
        self._nothing = ""

    def show(self) -> None:
        """Name what undo and redo would do now."""
        from freecrm.store import history

        store = self.window.store
        self.next_undo, self.next_redo = history.next_undo(store), history.next_redo(store)
        self._nothing = str(history.nothing(store)).rstrip(".。")
        self.window.commands.refresh()

    def undo_words(self) -> str:
        """What undo would take back."""
        if self.next_undo is None:
            return self._nothing or _("Undo")
        return _("Undo: {step}").format(step=_name(self.next_undo))

    def redo_words(self) -> str:
        """What redo would bring back."""
        if self.next_redo is None:
            return _("There is nothing to redo")
        return _("Redo: {step}").format(step=_name(self.next_redo))

    def undo(self, n: int | None = None) -> None:
        """Take back the latest step, or the one of this number."""
        from freecrm.store import undo

        self.window.tasks.run(undo.undo, self.window.store, n, writes=True)

    def redo(self) -> None:
        """Bring back what was undone last."""
        from freecrm.store import undo

        self.window.tasks.run(undo.redo, self.window.store, writes=True)

    # ---- going to the pages of the log

    def show_step(self, number: int) -> None:
        """Show a step in the history."""
        from freecrm.ui.history_page import HistoryPage

        page = self.window.visit(Place("history"))
        if isinstance(page, HistoryPage):
            page.show_step(number)

    def show_record(self, entity: str, id: bytes) -> None:
        """Show a record in its list; one that is gone is told of, with where it is now."""
        store = self.window.store
        listed = {page.entity for page in store.model.pages()}
        if entity in listed and store.reader().numbers_of(entity, [id]):
            self.window.show_id(entity, id)
        elif store.reader().numbers_of(entity, [id]):
            talk.tell(say(N_("Records of this kind have no list of their own to be shown in.")))
        else:
            talk.tell(say(N_("This record was deleted. Look for it in the recycle bin.")))

    def show_history_of_current(self) -> None:
        """Show what was done to the record under the cursor."""
        page = self.window.navigator.page
        if not isinstance(page, ListPage):
            return
        n = page.grid.current_n()
        ids = self.window.store.reader().ids_of(page.page.entity, [n] if n else [])
        if ids:
            self.window.visit(Place("record_history", f"{page.page.entity}:{ids[0].hex()}"))

    def tell(self, touched: Touched) -> None:
        """Say what a step did, with the way back; and what an undo left as it was."""
        from freecrm.store import history, single

        assert touched.step is not None
        step = history.step(self.window.store, touched.step)
        if step is None or step.origin not in _TOLD:
            return
        if step.origin == "user" and step.title in single.ALONE:
            return
        toasts = self.window.toasts
        if step.origin in ("undo", "redo"):
            toasts.clear()  # their buttons would take back what is taken back
            self.window.forget_told()  # and what was said of it is no longer so
        if step.origin == "undo":
            toasts.add(step.done, N_("Redo"), self.redo, self._way_to(step.n))
        else:
            number = step.n
            toasts.add(step.done, N_("Undo"), lambda: self.undo(number), self._way_to(number))
        if touched.kept:
            names = [kept.title for kept in touched.kept if kept.title][:3]
            what = N_("{n} records stay as they are, edited since or needed by others: {names}")
            lines = "\n".join(f"{kept.title}: {kept.why}" for kept in touched.kept)
            talk.tell(say(what, n=len(touched.kept), names=names), "warning", lines)

    def _way_to(self, number: int) -> Callable[[], None] | None:
        """How a toast leads to its step in the history; None where that is shown already."""
        place = self.window.navigator.place
        if place is not None and place.kind == "history":
            return None
        return lambda: self.show_step(number)


def _name(step: Step) -> str:
    """What a step is called on a button; one that undid or redid another is called after that."""
    of = step.figures.get("title") if step.undoes is not None else None
    text = str(from_plain(of)) if of is not None else str(step)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
