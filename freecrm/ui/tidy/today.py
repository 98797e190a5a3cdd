"""The ten records whose tidying pays most today, one after the other, each edited where it stands."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.words import N_, _
from freecrm.store import tenlist
from freecrm.store.database import Store
from freecrm.store.tenlist import One, Today
from freecrm.ui import look
from freecrm.ui.editors.flow import Flow
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.record_panel import RecordPanel
from freecrm.ui.score_words import field_to_fill, in_words, lack_words
from freecrm.ui.tabs import tab_order
from freecrm.ui.tasks import Tasks

ENTITY = "customer"
_LIST_WIDTH = 384
_MOST_LACKS = 8


class TodayPane(QWidget):
    """changed: words or counts are others. open_record(entity, id). hint_wanted(text)."""

    changed = Signal()
    open_record = Signal(str, object)
    hint_wanted = Signal(str)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.found: Today | None = None
        self.lack_buttons: list[QPushButton] = []
        self._build()

    def _build(self) -> None:
        self.text, self.progress_text, self.progress = label("hint"), label("strong"), QProgressBar()
        self.text.setWordWrap(True)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(look.px(160))
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 4, 16, 8)))
        head.setSpacing(look.px(12))
        head.addWidget(self.text, 1)
        head.addWidget(self.progress_text)
        head.addWidget(self.progress)
        self.list = QListWidget()
        self.list.setProperty("index", True)
        self.list.setWordWrap(True)
        self.list.setSpacing(look.px(2))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(lambda _row: self._show_current())
        self.list.itemActivated.connect(lambda _item: self.focus_record())
        self.panel = RecordPanel(self.store, ENTITY, tasks=self.tasks)
        for part in (self.panel.close_button, self.panel.before_button, self.panel.after_button):
            part.hide()
        self.panel.open_record.connect(self.open_record)
        self.panel.hint.connect(self.hint_wanted)
        self.panel.edited.connect(self.changed)
        self.panel.typed.connect(self.changed)
        self.score_text, self.why_text, self.lacks = label("strong"), label("caption"), QWidget()
        self.why_text.setWordWrap(True)
        self.flow = Flow(self.lacks, look.px(6))
        self.previous_button, self.aside_button, self.next_button = (QPushButton() for _button in range(3))
        self.next_button.setProperty("kind", "primary")
        self.aside_button.clicked.connect(self.set_aside)
        self.previous_button.clicked.connect(lambda: self.step(-1))
        self.next_button.clicked.connect(lambda: self.step(1))
        left = QVBoxLayout()
        left.setContentsMargins(*(look.px(side) for side in (12, 0, 8, 12)))
        left.addWidget(self.list)
        several = QWidget()
        row = QHBoxLayout(several)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left)
        edge = QFrame()
        edge.setProperty("edge", True)
        edge.setFixedWidth(1)
        row.addWidget(edge)
        row.addWidget(self._build_right(), 1)
        self.nothing = EmptyState("circle-check")
        self.stack = QStackedWidget()
        self.stack.addWidget(several)
        self.stack.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stack, 1)

    def _build_right(self) -> QWidget:
        self.right = QWidget()
        top = QVBoxLayout()
        top.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 6)))
        top.setSpacing(look.px(6))
        for part in (self.score_text, self.why_text, self.lacks):
            top.addWidget(part)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(*(look.px(side) for side in (16, 8, 16, 12)))
        buttons.setSpacing(look.px(8))
        buttons.addWidget(self.next_button)
        buttons.addWidget(self.aside_button)
        buttons.addStretch(1)
        buttons.addWidget(self.previous_button)
        column = QVBoxLayout(self.right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.panel, 1)
        column.addLayout(buttons)
        return self.right

    # ---- what it shows

    def read(self) -> None:
        """Show today's list; the first time of a day it is chosen now."""
        self.tasks.run(tenlist.today, self.store, ENTITY, writes=True, then=self._show)

    def _show(self, found: Today) -> None:
        before = self.current.id if self.current is not None else None
        same = self.found is not None and [o.id for o in self.found.ones] == [o.id for o in found.ones]
        self.found = found
        self.list.blockSignals(True)
        if not same:
            self.list.clear()
            for _one in found.ones:
                QListWidgetItem(self.list)
        self._name_items()
        if found.ones and (not same or self.list.currentRow() < 0):
            at = next((i for i, one in enumerate(found.ones) if one.id == before), self._first_open(found))
            self.list.setCurrentRow(at)
        self.list.blockSignals(False)
        self.stack.setCurrentIndex(0 if found.ones else 1)
        self._show_current()
        self._say()
        self.changed.emit()

    @staticmethod
    def _first_open(found: Today) -> int:
        return next((i for i, one in enumerate(found.ones) if not (one.done or one.aside)), 0)

    def _name_items(self) -> None:
        for at, one in enumerate(self.found.ones if self.found is not None else ()):
            item = self.list.item(at)
            state = _("changed today") if one.done else _("nothing to add") if one.aside else ""
            why = " · ".join(str(part) for part in one.why)
            mark = f"✓ {state}" if state else ""
            item.setText(f"{at + 1}  {one.title}   {mark}\n{why}")
            said = [one.title, why, state]
            item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(part for part in said if part))
            item.setToolTip(f"{one.title}\n{why}")

    @property
    def current(self) -> One | None:
        """The record that is shown."""
        at = self.list.currentRow()
        ones = self.found.ones if self.found is not None else ()
        return ones[at] if 0 <= at < len(ones) else None

    @property
    def title_shown(self) -> str:
        """What the record is called."""
        return self.current.title if self.current is not None else ""

    def _show_current(self) -> None:
        one = self.current
        if one is None:
            return
        if self.panel.n == one.n:
            self.panel.load()
        elif self.panel.save():
            self.panel.n = one.n
            self.panel.load()
        self._show_score(one)
        self._order()
        self._say()
        self.changed.emit()

    def _order(self) -> None:
        """Let Tab go in reading order: list, what is missing, the record, the buttons."""
        record = [self.panel.code, self.panel.page_button, self.panel.area, *tab_order(self.panel.body)]
        buttons = [self.next_button, self.aside_button, self.previous_button]
        for before, after in pairwise([self.list, *self.lack_buttons, *record, *buttons]):
            QWidget.setTabOrder(before, after)

    def _show_score(self, one: One) -> None:
        self.score_text.setText(in_words(one.score))
        self.flow.clear()
        self.lack_buttons = []
        for lack in one.score.lacks[:_MOST_LACKS] if one.score is not None else ():
            name, more = lack_words(self.store.schema, ENTITY, lack)
            button = QPushButton(f"{name}  {more}")
            button.setProperty("chip", "add")
            button.setToolTip(_("Fill in: {field}").format(field=name))
            button.clicked.connect(partial(self.fill, lack.rule.field))
            self.lack_buttons.append(button)
            self.flow.addWidget(button)
            button.show()
        self.lacks.setVisible(bool(self.lack_buttons))

    def fill(self, name: str) -> None:
        """Edit what lacks points, or show the record's page where that is done elsewhere."""
        key = field_to_fill(self.store.schema, ENTITY, name)
        if key:
            self.panel.edit(key)
        elif self.current is not None and name in self.store.schema.fields(ENTITY):
            self.open_record.emit(ENTITY, self.current.id)
        else:
            self.focus_record()

    # ---- going

    def step(self, by: int) -> None:
        """To the next one, or the one before; from the last to the first that is still open."""
        if self.found is None or not self.found.ones or not self.panel.save():
            return
        at = self.list.currentRow() + by
        if not 0 <= at < len(self.found.ones):
            at = self._first_open(self.found) if by > 0 else len(self.found.ones) - 1
        self.list.setCurrentRow(at)
        self.list.scrollToItem(self.list.item(at))

    def set_aside(self) -> None:
        """There is nothing to be added to this one today, or there is after all; then the next."""
        one, found = self.current, self.found
        if one is None or found is None or not self.panel.save():
            return

        def done(_none: object) -> None:
            self.read()
            if not one.aside:
                self.step(1)

        self.tasks.run(tenlist.set_aside, self.store, found, one.id, not one.aside, writes=True, then=done)

    def save(self) -> bool:
        """Save the value being edited; False when that isn't possible."""
        return self.panel.save()

    def focus_first(self) -> None:
        """To the list."""
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_record(self) -> None:
        """To the first thing that is missing, or to the record."""
        if self.lack_buttons:
            self.lack_buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.panel.area.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- words

    def summary(self) -> str:
        """For the status bar."""
        if self.found is None or not self.found.ones:
            return ""
        return _("{n} of {total}").format(n=self.list.currentRow() + 1, total=len(self.found.ones))

    def hint(self) -> str:
        """For the status bar."""
        return _("Enter: what is missing   Ctrl+↓ ↑: next, previous")

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.list.setFixedWidth(look.px(_LIST_WIDTH))
        self.list.setAccessibleName(_("Ten for today"))
        self.progress.setAccessibleName(_("How many are done"))
        self.next_button.setText(_("Next"))
        self.next_button.setToolTip("Ctrl+↓")
        self.previous_button.setText(_("Previous"))
        self.previous_button.setToolTip("Ctrl+↑")
        self.nothing.repaint_icon()
        self.panel.reword()
        for part in (self.panel.close_button, self.panel.before_button, self.panel.after_button):
            part.hide()
        if self.found is not None:
            self._name_items()
            if self.current is not None:
                self._show_score(self.current)
        self._say()

    def _say(self) -> None:
        found = self.found
        if found is None:
            return
        whose = N_("Your customers") if found.mine else N_("All customers")
        self.text.setText(
            _(
                "{whose}: grade A first, then the least complete and the least fresh. Those of the last "
                "{n} days are left out, so tomorrow there are others."
            ).format(whose=_(whose), n=tenlist.SPAN)
            if found.ones
            else ""
        )
        total = len(found.ones)
        self.progress.setRange(0, max(total, 1))
        self.progress.setValue(found.finished)
        self.progress.setVisible(total > 0)
        words = _("{n} of {total} done").format(n=found.finished, total=total)
        self.progress_text.setText(words if total else "")
        self.nothing.title.setText(_("Nothing to tidy today"))
        self.nothing.text.setText(_("All customers are complete and fresh by the rules of the scores."))
        one = self.current
        if one is not None:
            why = " · ".join(str(part) for part in one.why)
            self.why_text.setText(_("Why this one: {why}").format(why=why))
            self.aside_button.setText(_("There is something after all") if one.aside else _("Nothing to add"))
