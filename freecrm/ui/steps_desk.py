"""Undo and redo in the window: what they would do, doing it, and the toast that tells what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.change import Step, Touched
from freecrm.core.words import N_, _, from_plain, say
from freecrm.ui import talk

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

    def show(self) -> None:
        """Name what undo and redo would do now."""
        from freecrm.store import history

        store = self.window.store
        self.next_undo, self.next_redo = history.next_undo(store), history.next_redo(store)
        self.window.commands.refresh()

    def undo_words(self) -> str:
        """What undo would take back."""
        if self.next_undo is None:
            return _("There is nothing to undo")
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

    def tell(self, touched: Touched) -> None:
        """Say what a step did, with the way back; and what an undo left as it was."""
        from freecrm.store import history

        assert touched.step is not None
        step = history.step(self.window.store, touched.step)
        if step is None or step.origin not in _TOLD:
            return
        toasts = self.window.toasts
        if step.origin in ("undo", "redo"):
            toasts.clear()  # their buttons would take back what is taken back
            self.window.forget_told()  # and what was said of it is no longer so
        if step.origin == "undo":
            toasts.add(step.done, N_("Redo"), self.redo)
        else:
            number = step.n
            toasts.add(step.done, N_("Undo"), lambda: self.undo(number))
        if touched.kept:
            names = [kept.title for kept in touched.kept if kept.title][:3]
            what = N_("{n} records stay as they are, edited since or needed by others: {names}")
            lines = "\n".join(f"{kept.title}: {kept.why}" for kept in touched.kept)
            talk.tell(say(what, n=len(touched.kept), names=names), "warning", lines)


def _name(step: Step) -> str:
    """What a step is called on a button; one that undid or redid another is called after that."""
    of = step.figures.get("title") if step.undoes is not None else None
    text = str(from_plain(of)) if of is not None else str(step)
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
