"""Merge two or more records: side by side, the safe choice made, what moves counted; one step, one undo."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, inside, language, say
from freecrm.store import compare, merging
from freecrm.store.compare import Comparison
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.merge_grid import MergeGrid
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks


class MergePage(Page):
    """The records named by a `merge_place`. The page ends (`left`) when they are merged."""

    message_at = 1

    def __init__(self, store: Store, tasks: Tasks, name: str) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.entity, ids = name.split(":")
        self.ids = [bytes.fromhex(id) for id in ids.split(",") if id]
        self.declared = store.schema.entity(self.entity)
        self.found: Comparison | None = None
        self._busy = False
        self._spoken = ""
        self._build()
        self.read()

    def _build(self) -> None:
        self.title, self.text = label("title"), label("hint")
        self.text.setWordWrap(True)
        head = QVBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 8)))
        head.setSpacing(look.px(4))
        head.addWidget(self.title)
        head.addWidget(self.text)
        self.grid = MergeGrid()
        self.grid.chosen.connect(self._say)
        self.moves = label("")
        self.moves.setWordWrap(True)
        self.cancel_button, self.merge_button = QPushButton(), QPushButton()
        self.merge_button.setProperty("kind", "primary")
        self.merge_button.clicked.connect(self.merge)
        self.cancel_button.clicked.connect(lambda: self.left.emit())
        foot = QFrame()
        foot.setProperty("foot", True)
        row = QHBoxLayout(foot)
        row.setContentsMargins(*(look.px(side) for side in (20, 10, 20, 10)))
        row.setSpacing(look.px(8))
        row.addWidget(self.moves, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.merge_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.grid, 1)
        self.column.addWidget(foot)
        self.foot = foot

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- reading

    def read(self) -> None:
        """Read the records as they are now."""
        self.tasks.run(
            compare.compare, self.store, self.entity, self.ids, then=self._show, failed=self._refused
        )

    def _show(self, found: Comparison) -> None:
        first = self.found is None
        same_words, self._spoken = self._spoken == language(), language()
        if self.found is not None and same_words and _said(found) != _said(self.found):
            talk.tell(say(N_("One of these records was changed meanwhile. The new values are shown.")))
        self.found = found
        self.grid.show_found(found)
        self._say()
        if first:
            self.focus_first()
        self.changed.emit()

    def _refused(self, problem: Known) -> None:
        self.found = None
        self._say()
        talk.tell_problem(problem)

    def heard(self, touched: Touched | None) -> None:
        mine = None if touched is None else touched.ids.get(self.entity, frozenset())
        if not self._busy and self.found is not None and (mine is None or mine & set(self.ids)):
            self.read()

    # ---- merging

    def merge(self) -> None:
        """Do it, as it is chosen."""
        if self.found is None or self._busy:
            return
        self._busy = True
        self._say()
        work = partial(
            merging.merge,
            self.store,
            self.entity,
            self.ids,
            self.grid.master,
            self.grid.picks,
            seen=self.found.seen,
        )
        self.tasks.run(work, writes=True, then=self._merged, failed=self._failed)

    def _merged(self, _touched: Touched) -> None:
        self._busy = False
        self.left.emit()

    def _failed(self, problem: Known) -> None:
        self._busy = False
        if isinstance(problem, merging.Changed):
            self.found = None  # told once, by its own sentence
            self.read()
        else:
            self.read()
        talk.tell_problem(problem)

    # ---- going

    def focus_first(self) -> None:
        if self.found is not None:
            self.grid.focus_first()
        else:
            self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self.grid, self.grid.focus_first), (self.foot, self.merge_button.setFocus)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.merge()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # ---- words

    def crumbs(self) -> list[str]:
        return [_(self.declared.plural), _("Merge")]

    def summary(self) -> str:
        return self.title.text()

    def hint(self) -> str:
        return _("Ctrl+Enter: merge   Esc: leave everything as it is")

    def reword(self) -> None:
        super().reword()
        self.grid.setAccessibleName(_("Records side by side"))
        self.cancel_button.setText(_("Cancel"))
        self.merge_button.setToolTip(_("Ctrl+Enter"))
        self.grid.build()
        self._say()
        if self.found is not None and self._spoken != language():
            self.read()  # pick-list words and dates were put into words when they were read

    def _say(self) -> None:
        n = len(self.ids)
        self.title.setText(_("Merge {n} {things}").format(n=n, things=inside(_(self.declared.plural))))
        self.merge_button.setText(_("Merge {n} into one").format(n=n))
        self.merge_button.setEnabled(self.found is not None and not self._busy)
        days = merging.DAYS
        text = _("Choose what stays. Nothing is lost: for {days} days you can split them again.")
        lines = [text.format(days=days)]
        if self.found is not None:
            lines += [str(said) for said in self.found.loops]
            moves = self.found.moves[self.grid.master or self.found.master]
            self.moves.setText(compare.counted(moves) if moves else _("Nothing has to move."))
        else:
            self.moves.setText("")
        self.text.setText("\n".join(lines))


def _said(found: Comparison) -> list[tuple[str, dict[bytes, str]]]:
    return [(line.field.name, line.texts) for line in found.lines]
