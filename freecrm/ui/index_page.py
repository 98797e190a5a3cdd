"""A few things of the firm: the list of them at the left, the one that is edited at the right, kept by Save (roles, plans).

Choosing another one, or beginning one, asks what becomes of what was typed, as going elsewhere does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.change import Touched
from freecrm.core.problems import Known
from freecrm.core.words import Said, _
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.offering import offer, why_not
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState, announce, label
from freecrm.ui.tasks import Tasks


class IndexPage(Page):
    """What the kinds of pages say: which things there are, what is typed into, and how it is kept.

    entity: kind of the things. wide: of the list. icon: of the page as long as there is nothing. touches: the records
    whose changes are to be seen.
    """

    entity: ClassVar[str]
    wide: ClassVar[int] = 240
    icon: ClassVar[str] = ""
    touches: ClassVar[frozenset[str]] = frozenset()
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks, id: bytes | None = None) -> None:
        super().__init__()
        self.store, self.tasks, self.id = store, tasks, id
        self.held: Any = None
        self._filling = False
        self._build()
        self.load()

    # ---- for the kinds of pages to say

    def entries(self) -> Sequence[tuple[bytes, str]]:
        """The things that there are: id and name."""
        raise NotImplementedError

    def form(self) -> Iterable[QWidget | QLayout]:
        """The parts that are typed into, one below the other; made here, with `edited` at what they tell."""
        raise NotImplementedError

    def fill(self) -> None:
        """Show the thing that is edited, or nothing where there is none."""
        raise NotImplementedError

    def values(self) -> Any:
        """What stands in the form, so that it can be told from what is kept."""
        raise NotImplementedError

    def begin(self) -> bytes:
        """Keep a new one; its id. Known when that can't be."""
        raise NotImplementedError

    def write(self, id: bytes) -> None:
        """Keep what stands in the form. Known when that can't be."""
        raise NotImplementedError

    def remove(self, id: bytes) -> None:
        """Take one away. Known when that can't be."""
        raise NotImplementedError

    def add_ready(self) -> None:
        """Put in those that FreeCRM offers. Known when that can't be."""
        raise NotImplementedError

    def typed_into(self) -> Iterable[QWidget]:
        """The parts that are closed for whoever may change nothing here."""
        return self._typed

    def tell(self, *, dirty: bool) -> None:
        """Say what follows from what is typed."""
        why = self._why_not("change") if self.id is not None else None
        of_all = why_not(self.store, "change", (self.entity, None))
        self.closed.setText(str((why and of_all) or why or ""))
        self.closed.setVisible(why is not None)
        for part in self.typed_into():
            part.setEnabled(why is None)
        offer(self.save_button, why, dirty)
        offer(self.delete_button, self._why_not("delete"))
        self.undo_button.setEnabled(dirty)

    # ---- build

    def _build(self) -> None:
        self.title, self.text = label("title"), label("hint")
        self.text.setWordWrap(True)
        self.list = QListWidget()
        self.list.setProperty("index", True)
        self.list.setFixedWidth(look.px(self.wide))
        self.list.currentItemChanged.connect(self._chosen)
        self.new_button = QPushButton()
        self.new_button.clicked.connect(self.new)
        left = QVBoxLayout()
        left.setSpacing(look.px(8))
        left.addWidget(self.list, 1)
        left.addWidget(self.new_button)
        self.empty = EmptyState(self.icon)
        self.ready_button = self.empty.add_button(self.take_ready, "primary")
        self.own_button = self.empty.add_button(self.new)
        self.body = QHBoxLayout()
        self.body.setSpacing(look.px(20))
        self.body.addLayout(left)
        self.body.addWidget(self._editor(), 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(side) for side in (20, 16, 20, 12)))
        self.column.setSpacing(look.px(10))
        self.column.addWidget(self.title)
        self.column.addWidget(self.text)
        self.column.addLayout(self.body, 1)
        self.column.addWidget(self.empty, 1)

    def _editor(self) -> QWidget:
        self.name = QLineEdit()
        self.name.textChanged.connect(self.edited)
        inner = QWidget()
        parts = QVBoxLayout(inner)
        parts.setContentsMargins(0, 0, look.px(8), 0)
        parts.setSpacing(look.px(8))
        self.closed = label("hint")
        self.closed.setWordWrap(True)
        self.closed.hide()
        parts.addWidget(self.closed)
        self._typed: list[QWidget] = []
        for part in self.form():
            if isinstance(part, QWidget):
                parts.addWidget(part)
                self._typed += [part]
            else:
                parts.addLayout(part)
                items = [part.itemAt(at) for at in range(part.count())]
                self._typed += [w for one in items if one is not None and (w := one.widget()) is not None]
        self._typed = [one for one in self._typed if not isinstance(one, QLabel)]
        parts.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inner)
        self.trouble = label("trouble")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.editor = QWidget()
        column = QVBoxLayout(self.editor)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(self.area, 1)
        column.addWidget(self.trouble)
        column.addLayout(self._foot())
        return self.editor

    def _foot(self) -> QHBoxLayout:
        self.delete_button, self.undo_button, self.save_button = QPushButton(), QPushButton(), QPushButton()
        self.delete_button.setProperty("kind", "danger")
        self.save_button.setProperty("kind", "primary")
        self.delete_button.clicked.connect(self.delete)
        self.undo_button.clicked.connect(self.give_up)
        self.save_button.clicked.connect(lambda: self.save())
        foot = QHBoxLayout()
        foot.addWidget(self.delete_button)
        foot.addStretch(1)
        foot.addWidget(self.undo_button)
        foot.addWidget(self.save_button)
        return foot

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    # ---- what is shown

    def load(self) -> None:
        """Show the things that there are, the same one chosen as before."""
        found = self.entries()
        ids = [id for id, _name in found]
        if self.id not in ids:
            self.id = ids[0] if ids else None
        self._filling = True
        self.list.clear()
        for id, name in found:
            QListWidgetItem(name, self.list).setData(Qt.ItemDataRole.UserRole, id)
        self._mark()
        self._filling = False
        for part in (self.list, self.new_button, self.editor):
            part.setVisible(bool(ids))
        self.empty.setVisible(not ids)
        why = why_not(self.store, "create", (self.entity, None))
        for button in (self.new_button, self.own_button, self.ready_button):
            offer(button, why)
        self._show()
        self.reword()
        self.changed.emit()

    def _why_not(self, action: str) -> Said | None:
        return why_not(self.store, action, (self.entity, self.id))

    def _mark(self) -> None:
        """Mark the line of the one that is edited."""
        for at in range(self.list.count()):
            if self.list.item(at).data(Qt.ItemDataRole.UserRole) == self.id:
                self.list.setCurrentRow(at)

    def _show(self) -> None:
        self._filling = True
        self.fill()
        self._filling = False
        self.held = self.values()
        self.trouble.hide()
        self.tell(dirty=False)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if self._filling or item is None:
            return
        wanted: bytes = item.data(Qt.ItemDataRole.UserRole)
        goes = self.let_go()
        self.id = wanted if goes else self.id
        self._filling = True
        self._mark()
        self._filling = False
        if goes:
            self._show()
            self.reword()
            self.changed.emit()

    def edited(self) -> None:
        """Something was typed."""
        if not self._filling:
            self.trouble.hide()
            self.tell(dirty=bool(self.unsaved()))
            self.changed.emit()

    # ---- what is done

    def new(self) -> None:
        """Begin one of one's own."""
        if not self.let_go():
            return
        try:
            self.id = self.begin()
        except Known as problem:
            self._refused(problem)
            return
        self.load()
        self.name.setFocus()
        self.name.selectAll()

    def take_ready(self) -> None:
        """Take over those that FreeCRM offers."""
        try:
            self.add_ready()
        except Known as problem:
            self._refused(problem)
        self.load()
        self.focus_first()

    def delete(self) -> None:
        """Take away the one that is edited."""
        if self.id is None:
            return
        try:
            self.remove(self.id)
        except Known as problem:
            self._refused(problem)
            return
        self.load()
        self.focus_first()

    def save(self) -> bool:
        if not self.unsaved() or self.id is None:
            return True
        try:
            self.write(self.id)
        except Known as problem:
            self._refused(problem)
            return False
        found = self.entries()
        lines = [self.list.item(at) for at in range(self.list.count())]
        if [line.data(Qt.ItemDataRole.UserRole) for line in lines] != [id for id, _name in found]:
            self.load()
            return True
        for line, (_id, name) in zip(lines, found, strict=True):
            line.setText(name)
        self._show()
        self.reword()
        self.changed.emit()
        return True

    def _refused(self, problem: Known) -> None:
        self.trouble.setText(str(problem))
        self.trouble.show()
        announce(self, str(problem))

    def give_up(self) -> None:
        self._show()

    def unsaved(self) -> list[str]:
        return [] if self.id is None or self.values() == self.held else [self.unsaved_title()]

    def heard(self, touched: Touched | None) -> None:
        if not self.unsaved() and (touched is None or touched.ids.keys() & self.touches):
            self.load()

    # ---- going, words

    def focus_first(self) -> None:
        (self.list if self.list.count() else self.ready_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        if not self.list.count():
            return [(self.empty, self.focus_first)]
        return [(self.list, self.focus_first), (self.editor, self.name.setFocus)]

    def state(self) -> Any:
        return self.id

    def restore(self, state: Any) -> None:
        self.id = state
        self.load()

    def reword(self) -> None:
        super().reword()
        self.name.setAccessibleName(_("Name"))
        self.delete_button.setText(_("Delete"))
        self.undo_button.setText(_("Discard changes"))
        self.save_button.setText(_("Save"))
        self.empty.repaint_icon()
        self.tell(dirty=bool(self.unsaved()))
