"""Pasting into a list: from the clipboard over the preview to one step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, _, say
from freecrm.exchange import cellpaste, paste
from freecrm.exchange.cellpaste import Copied, Plan, Target
from freecrm.ui import clipboard, talk
from freecrm.ui.page import Place
from freecrm.ui.paste_dialog import ManyRows, PasteDialog
from freecrm.ui.selection import Block

if TYPE_CHECKING:
    from freecrm.ui.list_page import ListPage

MOST_HERE = 10_000  # more rows than this are only imported


class PasteDesk:
    """Pastes into one list page. dialog: what it asks with, None when it asks nothing."""

    def __init__(self, page: ListPage) -> None:
        self.page = page
        self.dialog: PasteDialog | ManyRows | None = None

    def paste(self) -> None:
        """Show what pasting the clipboard at the cell cursor would do."""
        text, html = clipboard.taken()
        rows = paste.rows_in(text)
        if not text.strip() and "<table" not in html.lower():
            self.page.hint_wanted.emit(_("The clipboard holds no cells to paste."))
        elif rows > paste.FEW:
            self._many(rows, text, html)
        else:
            self._look(text, html)

    def _many(self, rows: int, text: str, html: str) -> None:
        def chosen(how: str) -> None:
            if how == "paste":
                self._look(text, html)
            else:
                self._import(text, html)

        self._open(ManyRows(self.page, rows, here=rows <= MOST_HERE, chosen=chosen))

    def _import(self, text: str, html: str) -> None:
        try:
            path: Path = paste.kept(text, html)
        except Known as problem:
            talk.tell_problem(problem)
            return
        self.page.go.emit(Place("import", str(path)))

    # ---- where it goes

    def _look(self, text: str, html: str) -> None:
        self.page.tasks.run(cellpaste.copied, text, html, then=self._copied)

    def _copied(self, what: Copied) -> None:
        if not what.rows:
            self.page.hint_wanted.emit(_("The clipboard holds no cells to paste."))
            return
        target, what = self._target(what)

        def again(blanks: bool, then: Callable[[Plan], None]) -> None:
            work = partial(cellpaste.plan, self.page.store, target, what, blanks=blanks)
            self.page.tasks.run(work, then=then)

        def show(plan: Plan) -> None:
            self._open(PasteDialog(self.page, self.page.store, plan, again, self._agreed))

        again(False, show)

    def _target(self, what: Copied) -> tuple[Target, Copied]:
        """The cells from the cursor on. One copied row or column fills a larger selection, as in Excel."""
        grid, model = self.page.grid, self.page.model
        index = grid.currentIndex()
        block = grid.block() or Block(index.row(), index.column(), index.row(), index.column())
        height, width = len(what.rows), len(what.rows[0])
        if grid.chosen and height == 1:
            places = [at for at in grid.selection if model.group_at(at) is None]
        else:
            tall = block.height if height == 1 else height
            places = self._rows_from(max(block.top, 0), tall)
        wide = block.width if width == 1 else width
        columns = list(range(block.left, min(block.left + wide, len(model.fields))))
        rows = [(row * wide if width == 1 else row)[: len(columns)] for row in what.rows]
        if height == 1:
            rows = rows * len(places)
        numbers = [model.numbers[at] if at < len(model.numbers) else None for at in places]
        names = [model.fields[at].name for at in columns]
        target = Target(self.page.entity.entity, names, numbers, wide - len(columns))
        return target, Copied(rows, what.merged)

    def _rows_from(self, first: int, count: int) -> list[int]:
        """So many rows of records from the first on, past the rows of groups and past the end."""
        found: list[int] = []
        while len(found) < count:
            if self.page.model.group_at(first) is None:
                found.append(first)
            first += 1
        return found

    def _open(self, dialog: PasteDialog | ManyRows) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
        self.page.focus_first()

    # ---- doing it

    def _agreed(self, plan: Plan) -> None:
        left = _left(plan)

        def told(_none: object) -> None:
            if left is not None:
                talk.tell(left, "warning")

        title = say(N_("Pasting {n} cells"), n=plan.changed)
        self.page.cells.work(title, partial(cellpaste.apply, self.page.store, plan), told)


def _left(plan: Plan) -> Said | None:
    """What is said of the cells that stay as they were."""
    taken, unread = plan.taken, plan.bad - plan.taken
    if taken and unread:
        what = N_(
            "{n} cells stay as they were: not understood: {unread}; with a code that belongs to another: {taken}."
        )
        return say(what, n=plan.bad, unread=unread, taken=taken)
    if taken == 1:
        return say(N_("1 cell stays as it was: the code belongs to another."))
    if taken:
        return say(N_("{n} cells stay as they were: the code belongs to another."), n=taken)
    return say(N_("{n} cells were not understood and stay as they were."), n=unread) if unread else None
