"""A tab with the child rows of one field, edited on the spot: the products of a deal, its people, its competitors.

What is changed is kept when the rows are left, as one step.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from freecrm.core.pieces import Held, Tab
from freecrm.core.record import Record
from freecrm.core.words import N_, _, inside
from freecrm.store.database import Store
from freecrm.ui import cells, look
from freecrm.ui.editors import editor_for
from freecrm.ui.parts import announce, label
from freecrm.ui.record_page.empty import EmptyTab
from freecrm.ui.records_box import same
from freecrm.ui.tabs import tab_order
from freecrm.ui.tasks import Tasks


class HeldTab(QWidget):
    """changed: something was typed. filled: other rows are shown now."""

    changed = Signal()
    filled = Signal()

    def __init__(self, store: Store, tasks: Tasks, entity: str, id: bytes, tab: Tab) -> None:
        super().__init__()
        show = tab.show
        assert isinstance(show, Held)
        self.store, self.tasks, self.entity, self.id, self.tab = store, tasks, entity, id, tab
        self.field = store.schema.fields(entity)[show.field]
        self.sums = show.sums
        self.record: Record | None = None
        self._written = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.save)
        editor: Any = editor_for(self.field, store, tasks)
        self.editor = editor
        self.editor.left.connect(self._soon.start)
        self.editor.changed.connect(self._changed)
        self.trouble, self.total = label("trouble"), label("strong")
        for part in (self.trouble, self.total):
            part.setWordWrap(True)
            part.hide()
        self.follow_button = QPushButton()
        self.follow_button.setProperty("small", True)
        self.follow_button.clicked.connect(self._follow)
        self.follow_button.hide()
        self.nothing = EmptyTab(store.schema.entity(editor.of.of).icon, self._add)
        self._build()
        self.reword()

    def _build(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(look.px(760))
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, look.px(8), 0)
        rows.setSpacing(look.px(8))
        foot = QHBoxLayout()
        foot.addWidget(self.total, 1)
        foot.addWidget(self.follow_button)
        rows.addLayout(foot)
        rows.addWidget(self.trouble)
        rows.addWidget(self.editor)
        rows.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidget(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 12)))
        column.addWidget(self.nothing, 1)
        column.addWidget(self.area, 1)

    # ---- what it shows

    def load(self, id: bytes) -> None:
        """Show the rows of this record; what is being typed stays."""
        fresh = id != self.id
        if fresh:
            self.save()
        typed = self._is_dirty() and not self._written
        self.id, self._written = id, False
        self.record = self.store.reader().record(self.entity, id)
        held = self.record[self.field.name] if self.record is not None else []
        if (fresh or not typed) and not same(self.editor.value(), held):
            self.editor.set_value(held)
        self._show_sums()
        self._show_empty()
        self.filled.emit()

    def _show_empty(self) -> None:
        none = not self.editor.lines
        self.nothing.setVisible(none)
        self.area.setVisible(not none)

    def _show_sums(self) -> None:
        if not self.sums[0] or self.record is None:
            return
        fields = self.store.schema.fields(self.entity)
        own, follows = (self.record[name] for name in self.sums)
        self.total.setVisible(own is not None)
        self.follow_button.setVisible(own is not None and own != follows)
        if own is None:
            return
        texts = [cells.text(fields[name], self.record[name]) or cells.EMPTY for name in self.sums]
        what = (
            _("Sum of its products: {sum}. The amount of the deal follows it.")
            if own == follows
            else _("Sum of its products: {sum}. The amount was set by hand: {amount}.")
        )
        self.total.setText(what.format(sum=texts[0], amount=texts[1]))

    def _add(self) -> None:
        self.nothing.hide()
        self.area.show()
        self.editor.add()

    # ---- keeping

    def _changed(self) -> None:
        self.changed.emit()

    def _is_dirty(self) -> bool:
        held = self.record[self.field.name] if self.record is not None else []
        return self.record is not None and not same(self.editor.value(), held)

    def unsaved(self) -> list[str]:
        """What can't be kept as it stands."""
        return [self.field.title] if self._is_dirty() else []

    def save(self) -> bool:
        """Keep the rows, if they are all values; whether they are kept."""
        self._soon.stop()
        if not self._is_dirty():
            self._show_empty()
            return True
        why = self.editor.problem()
        self.editor.mark(why is not None)
        self.trouble.setVisible(why is not None)
        if why is not None:
            self.trouble.setText(str(why))
            announce(self, str(why))
            return False
        self._write({self.field.name: self.editor.value()}, self.field.title)
        return True

    def _follow(self) -> None:
        """Let the amount follow the sum again."""
        if self.record is not None:
            f = self.store.schema.fields(self.entity)[self.sums[1]]
            self._write({f.name: self.record[self.sums[0]]}, f.title)

    def _write(self, values: dict[str, Any], title: str) -> None:
        id, name = self.id, self.store.schema.title_of(self.entity, self.record.values if self.record else {})

        def write() -> None:
            with self.store.step(N_("{field} of {name} changed"), field=title, name=name) as step:
                step.update(self.entity, id, values)

        self._written = True
        self.tasks.run(write, then=lambda _none: self.load(id), failed=self._refused, writes=True)

    def _refused(self, problem: Any) -> None:
        self._written = False
        self.trouble.setText(str(problem.what))
        self.trouble.show()
        announce(self, str(problem.what))

    def give_up(self) -> None:
        """Forget what was typed."""
        self.editor.set_value(self.record[self.field.name] if self.record is not None else None)
        self.trouble.hide()

    # ---- as every tab

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        return [self.nothing.button, self.follow_button, *tab_order(self.editor)]

    def state(self) -> Any:
        """How far it is scrolled."""
        return self.area.verticalScrollBar().value()

    def restore(self, state: Any) -> None:
        """Show it as it was."""
        self.area.verticalScrollBar().setValue(int(state))

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.editor.reword()
        self.editor.name(self.field.title)
        self.follow_button.setText(_("Take the sum"))
        child = self.store.schema.entity(self.editor.of.of)
        text = _("What is entered here is kept as soon as you leave it.")
        self.nothing.say(_(self.tab.label), text, _("Add {thing}").format(thing=inside(_(child.label))))
        self._show_sums()
