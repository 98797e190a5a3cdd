"""How the page of a record is laid out: head, figures, tabs; the order in which Tab goes through them, and what is
left of it when the record is gone.

Every widget is made inside the one that it is to stand in: moved there later it would take its look anew, with
all that stands in it.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.pieces import Figure, Tab, tree_of
from freecrm.core.rights import WHY_UNSEEN
from freecrm.core.rows import Files
from freecrm.core.words import Said, _, inside
from freecrm.store import away, history, undo
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.parts import label
from freecrm.ui.record_acts import ActStrip, strip_of
from freecrm.ui.record_page.acting import OVERVIEW, ActingPage
from freecrm.ui.record_page.figures import FigureBar
from freecrm.ui.record_page.overview import Overview
from freecrm.ui.tasks import Tasks


class FramedPage(ActingPage):
    """The parts of the page; what they do is the page's."""

    def __init__(
        self, store: Store, tasks: Tasks, entity: str, id: bytes, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.id = store, tasks, id
        self.entity = store.schema.entity(entity)
        self.tabs = store.pieces(entity, Tab)
        self.figures = store.pieces(entity, Figure)
        self.tree = tree_of(self.entity)
        self.is_gone = self.is_kept_back = False
        self.taken_off: Said | None = None  # why, where it left this computer without being deleted
        self._hidden: list[QWidget] = []
        self.made: dict[str, QWidget] = {}
        self._ordering = QTimer(self, singleShot=True, interval=0)
        self._ordering.timeout.connect(self._set_order)
        self._build()

    # ---- how it is laid out

    def _build(self) -> None:
        self.whole = QHBoxLayout(self)
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.whole.setSpacing(0)
        self.left_side = QWidget(self)
        self.whole.addWidget(self.left_side, 1)
        self.column = QVBoxLayout(self.left_side)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self._build_banner()
        self._build_head()
        self._build_acts()
        self.bar = FigureBar(self.figures, tree=self.tree is not None, parent=self.left_side)
        self.column.addWidget(self.bar)
        self._build_tabs()
        self.stack = QStackedWidget(self.left_side)
        self.column.addWidget(self.stack, 1)
        given = (self.store, self.tasks, self.entity.entity, self.id)
        self.overview = Overview(*given, self.head_box, self.stack)
        self.stack.addWidget(self.overview)
        self.made[OVERVIEW] = self.overview

    def _build_banner(self) -> None:
        self.banner = QFrame(self.left_side)
        self.banner.setProperty("message", "warning")
        self.banner_text, self.restore_button = label(parent=self.banner), QPushButton(self.banner)
        self.banner_text.setWordWrap(True)
        self.restore_button.setProperty("small", True)
        self.restore_button.clicked.connect(self.restore_record)
        row = QHBoxLayout(self.banner)
        row.setContentsMargins(*(look.px(side) for side in (16, 6, 12, 6)))
        row.addWidget(self.banner_text, 1)
        row.addWidget(self.restore_button)
        self.banner.hide()
        self.column.addWidget(self.banner)

    def _build_head(self) -> None:
        self.head_box = QWidget(self.left_side)  # filled by the fields
        self.add_buttons = {"file": QPushButton(self.left_side)}
        look.dress(self.add_buttons["file"], "paperclip", 16)
        if not self._takes_files():
            self.add_buttons["file"].hide()
        self.previous_button = self._framed("chevron-up")
        self.next_button = self._framed("chevron-down")
        self.window_button = self._framed("external-link")
        self.more_button = self._framed("ellipsis")
        self.head_buttons = [
            self.add_buttons["file"],
            self.previous_button,
            self.next_button,
            self.window_button,
            self.more_button,
        ]
        head = QHBoxLayout()
        self.column.addLayout(head)
        head.setContentsMargins(*(look.px(side) for side in (20, 12, 16, 4)))
        head.setSpacing(look.px(8))
        head.addWidget(self.head_box, 1)
        for one in self.head_buttons:
            head.addWidget(one, 0, Qt.AlignmentFlag.AlignTop)

    def _build_acts(self) -> None:
        """What such a record is mostly done with, below its head."""
        self.acts = ActStrip(self.entity.entity, self.left_side)
        row = QHBoxLayout()
        row.setContentsMargins(*(look.px(side) for side in (20, 0, 16, 6)))
        row.addWidget(self.acts)
        self.column.addLayout(row)
        self.strip = strip_of(self.entity.entity, self.store, self.tasks, self.left_side)
        if self.strip is not None:
            self.column.addWidget(self.strip)

    def _framed(self, icon: str) -> QToolButton:
        made = QToolButton(self.left_side)
        look.dress(made, icon)
        made.setProperty("kind", "framed")
        return made

    def _build_tabs(self) -> None:
        self.tab_bar = QTabBar(self.left_side)
        self.tab_bar.setExpanding(False)
        self.tab_bar.setUsesScrollButtons(True)
        self.tab_bar.setDrawBase(False)
        for _at in range(len(self.tabs) + 1):
            self.tab_bar.addTab("")
        under = QHBoxLayout()
        self.column.addLayout(under)
        under.setContentsMargins(*(look.px(side) for side in (10, 0, 16, 0)))
        under.addWidget(self.tab_bar, 1)
        edge = QFrame(self.left_side)
        edge.setProperty("line", True)
        self.column.addWidget(edge)

    def _takes_files(self) -> bool:
        return any(isinstance(f, Files) for f in self.store.schema.fields(self.entity.entity).values())

    # ---- the order of Tab

    def _inputs(self) -> list[QWidget]:
        from freecrm.ui.tabs import tab_order

        head = [*tab_order(self.fields.head_box), *self.head_buttons, *self.acts.buttons.values()]
        head += self.strip.inputs() if self.strip is not None else []
        shown = [*self.bar.buttons.values(), self.bar.whole]
        return [self.restore_button, *head, *shown, self.tab_bar, *self.tab_inputs()]

    def order_inputs(self) -> None:
        """Let Tab go head, figures, tabs, and through the tab that is shown, in reading order: soon, and once
        for many changes."""
        self._ordering.start()

    def _set_order(self) -> None:
        inputs = [one for one in self._inputs() if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        for one, other in pairwise(dict.fromkeys(inputs)):
            QWidget.setTabOrder(one, other)

    # ---- gone and back

    def _gone(self) -> None:
        if not self.is_gone:
            self.is_gone = True
            self.is_kept_back = self._is_there()
            with self.store.whole():
                self.taken_off = away.why(self.store.read(), self.id)
            self._say_gone()
            if self.is_kept_back:
                self._keep_back(True)
            self.banner.show()
            for part in (self.stack, self.bar, self.tab_bar, self.add_buttons["file"]):
                part.setEnabled(False)
            self.changed.emit()

    def _back_again(self) -> None:
        if self.is_kept_back:
            self._keep_back(False)
        self.is_gone = self.is_kept_back = False
        self.taken_off = None
        self.banner.hide()
        for part in (self.stack, self.bar, self.tab_bar, self.add_buttons["file"]):
            part.setEnabled(True)
        self.fields.load()

    def _is_there(self) -> bool:
        """Whether the record is there all the same, and only not for whoever works here to see."""
        if self.store.rights is None:
            return False
        with self.store.whole():
            return bool(self.store.reader().numbers_of(self.entity.entity, [self.id]))

    def _keep_back(self, yes: bool) -> None:
        """Show nothing of the record, or what was shown of it again."""
        parts = [self.head_box, self.stack, self.bar, self.tab_bar, self.acts, self.restore_button]
        parts += [self.strip] if self.strip is not None else []
        if yes:
            self._hidden = [part for part in parts if not part.isHidden()]
        for part in self._hidden:
            part.setVisible(not yes)

    def restore_record(self) -> None:
        """Bring the record back with all that went with it."""
        self.tasks.run(
            undo.restore, self.store, self.entity.entity, self.id, failed=talk.tell_problem, writes=True
        )

    def _say_gone(self) -> None:
        if self.is_kept_back:
            self.banner_text.setText(_(WHY_UNSEEN))
            return
        self.restore_button.setVisible(self.taken_off is None)
        if self.taken_off is not None:
            self.banner_text.setText(str(self.taken_off))
            return
        gone = history.deletion(self.store, self.entity.entity, self.id) if self.is_gone else None
        name = gone[1] if gone is not None else self.name
        text = (
            _("“{name}” was deleted. What you see is how it was.")
            if self.name
            else _("“{name}” was deleted.")
        )
        self.banner_text.setText(text.format(name=name or inside(_(self.entity.label))))
