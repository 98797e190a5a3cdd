"""The life of one record: every change folded by step, and the record as it was on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import day_words
from freecrm.core.change import Touched
from freecrm.core.fields import Date
from freecrm.core.record import Typed
from freecrm.core.words import _
from freecrm.store import journal, lines
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.editors.dates import DateEditor
from freecrm.ui.page import Page
from freecrm.ui.parts import EmptyState, label
from freecrm.ui.past_table import PastTable
from freecrm.ui.step_list import icon_of
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.ui.team.desk import Beyond

Ask = Callable[[str, bytes], "Beyond | None"]
"""Asks for what was done to a record before this file had it, in a job."""

MOST = 1000
"""So many changes are read at first; older ones when they are asked for."""
_STEP = Qt.ItemDataRole.UserRole


class RecordHistory(QWidget):
    """Shows any record by `show_record`. step_wanted(number): the user wants a step in the history. ask_beyond: who
    knows what this file doesn't; None: nobody."""

    step_wanted = Signal(int)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.entity, self.id = "", b""
        self.limit = MOST
        self.chapters: list[lines.Chapter] = []
        self._more = False
        self._latest, self._asking = Latest(tasks), Latest(tasks)
        self.ask_beyond: Ask | None = None
        self.beyond: Beyond | None = None
        self._asked = b""  # the record that was asked about
        self.past = PastTable(store, tasks)
        self._build()
        self.reword()

    def _build(self) -> None:
        self.day_label = label("hint")
        self.day = DateEditor(Date("Day"), self.store, self.tasks)
        self.day.setFixedWidth(look.px(200))
        self.day_label.setBuddy(self.day.main())
        self.day.changed.connect(self._day_taken)
        self.day.line.textEdited.connect(self._day_typed)  # `changed` comes before the text is read
        self.back_button = QPushButton()
        self.back_button.setProperty("kind", "quiet")
        self.back_button.clicked.connect(self.show_changes)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (16, 8, 16, 8)))
        head.setSpacing(look.px(8))
        head.addWidget(self.day_label, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.day, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.back_button, 0, Qt.AlignmentFlag.AlignTop)
        head.addStretch(1)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(3)
        self.tree.setRootIsDecorated(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.itemDoubleClicked.connect(self._opened)
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.more_button = QPushButton()
        self.more_button.setProperty("kind", "link")
        self.more_button.clicked.connect(self._read_more)
        changes = QWidget()
        column = QVBoxLayout(changes)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree, 1)
        column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.beyond_label = label("caption")
        self.beyond_label.setWordWrap(True)
        self.again_button = QPushButton()
        self.again_button.setProperty("kind", "link")
        self.again_button.clicked.connect(self.ask_again)
        self.foot = QWidget()
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(*(look.px(side) for side in (16, 2, 16, 6)))
        foot.addWidget(self.beyond_label, 1)
        foot.addWidget(self.again_button)
        self.foot.hide()
        column.addWidget(self.foot)
        self.nothing = EmptyState("history")
        self.stack = QStackedWidget()
        for part in (changes, self.past, self.nothing):
            self.stack.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.stack, 1)

    # ---- what it shows

    def show_record(self, entity: str, id: bytes) -> None:
        """Show the life of this record; one that was deleted has one, too."""
        self.entity, self.id, self.limit = entity, id, MOST
        self.beyond, self._asked = None, b""
        self.foot.hide()
        self.day.set_value(None)
        self.show_changes()
        self._ask()

    def heard(self, touched: Touched | None) -> None:
        """A step, or another program (None), changed something: show it when it was this record."""
        if self.id and (touched is None or touched.step is not None):
            self._ask()
            if self.stack.currentWidget() is self.past:
                self.past.ask()

    def _ask(self) -> None:
        self._latest.run(lines.life, self.store, self.entity, self.id, self.limit, then=self._answered)

    def _read_more(self) -> None:
        self.limit *= 10
        self._ask()

    def _answered(self, found: tuple[list[lines.Chapter], bool]) -> None:
        self.chapters, self._more = found
        self._fill()
        if not self._more and self._asked != self.id:
            self.ask_again()

    def ask_again(self) -> None:
        """Ask for what was done before this file had the record."""
        ask, id = self.ask_beyond, self.id
        if ask is None or not id:
            return
        self._asked = id
        self._asking.run(ask, self.entity, id, then=lambda beyond: self._show_beyond(id, beyond))

    def _show_beyond(self, id: bytes, beyond: Beyond | None) -> None:
        if id == self.id:
            self.beyond = beyond
            self._fill()

    def _day_taken(self) -> None:
        if isinstance(self.day.value(), dt.date):
            self._day_typed()

    def _day_typed(self) -> None:
        day = self.day.value()
        self.day.mark(isinstance(day, Typed))
        why = self.day.unreadable()
        if why is not None and isinstance(day, Typed):
            self.day.tell(str(why))
        elif day is None:
            self.show_changes()
        elif isinstance(day, dt.date):
            self.past.show_day(self.entity, self.id, day)
            self.stack.setCurrentWidget(self.past)
            self.back_button.show()

    def show_day(self, day: dt.date) -> None:
        """Show the record as it was at the end of this day."""
        self.day.take_day(day)

    def show_changes(self) -> None:
        """Show the changes again."""
        self.day.set_value(None)
        self.day.mark(False)
        self.stack.setCurrentIndex(0 if self.chapters else 2)
        self.back_button.hide()

    def focus_first(self) -> None:
        """Put the focus on what is shown."""
        shown = self.stack.currentIndex()
        (self.tree if shown == 0 else self.past.table if shown == 1 else self.day.main()).setFocus()

    def _opened(self, item: QTreeWidgetItem) -> None:
        number = item.data(0, _STEP)
        if number:
            self.step_wanted.emit(int(number))

    # ---- the tree

    def _fill(self) -> None:
        self.tree.clear()
        steps = [c.step for c in self.chapters if c.step is not None]
        people = journal.people(self.store, steps)
        for chapter in self.chapters:
            icon = icon_of(chapter.step) if chapter.step is not None else ""
            top = self._add(icon, self._head(chapter, people), chapter.lines)
            if chapter.step is not None:
                top.setData(0, _STEP, chapter.step.n)
        self._fill_beyond()
        first = self.tree.topLevelItem(0)
        if first is not None:
            self.tree.setCurrentItem(first)
        if self.stack.currentWidget() is not self.past:
            self.stack.setCurrentIndex(0 if self.tree.topLevelItemCount() else 2)
        self.more_button.setVisible(self._more)

    def _fill_beyond(self) -> None:
        beyond = self.beyond
        for one in beyond.found if beyond is not None and not self._more else ():
            at = one.at.astimezone()
            parts = [f"{day_words.heading(at.date())} {at:%H:%M}", one.who or _("Somebody"), one.device]
            self._add(
                "cloud-check", " · ".join(part for part in [*parts, _("on the server")] if part), one.lines
            )
        self._say_beyond()

    def _say_beyond(self) -> None:
        away = self.beyond is not None and not self.beyond.reached
        self.foot.setVisible(away)
        if away and self.beyond is not None:
            why = self.beyond.why
            quiet = _("Earlier changes are on the team's server, which can't be reached now.")
            self.beyond_label.setText(str(why) if why is not None else quiet)
            self.again_button.setText(_("Try again"))

    def _add(self, icon: str, head: str, some: Sequence[lines.Line]) -> QTreeWidgetItem:
        top = QTreeWidgetItem([head])
        if icon:
            top.setIcon(0, look.icon(icon, 16))
        font = look.font("body", True)
        top.setFont(0, font)
        self.tree.addTopLevelItem(top)
        top.setFirstColumnSpanned(True)
        for line in some:
            texts = [line.field, line.old, line.new]
            row = QTreeWidgetItem([" ".join(text.split()) for text in texts])
            for at, text in enumerate(texts):
                row.setToolTip(at, text)
            row.setForeground(1, look.colour("text3"))
            row.setForeground(0, look.colour("text2"))
            top.addChild(row)
        top.setExpanded(True)
        return top

    def _head(self, chapter: lines.Chapter, people: dict[bytes, str]) -> str:
        step = chapter.step
        if step is None:
            return _("Changed by another program")
        at = step.at.astimezone()
        parts = [f"{day_words.heading(at.date())} {at:%H:%M}", " ".join(str(step.done).split())]
        if step.who in people:
            parts.append(people[step.who])
        if step.undone:
            parts.append(_("Undone"))
        return " · ".join(parts)

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.day_label.setText(_("As it was on"))
        self.day.name(_("As it was on"))
        self.day.reword()
        self.back_button.setText(_("Back to the changes"))
        self.tree.setHeaderLabels([_("What"), _("Before"), _("After")])
        self.tree.setAccessibleName(_("Changes of this record"))
        for column, wide in enumerate((220, 220)):
            self.tree.setColumnWidth(column, look.px(wide))
        self.more_button.setText(_("Show older changes"))
        self.nothing.title.setText(_("Nothing was changed yet"))
        self.nothing.text.setText(_("Every change of this record will stand here."))
        self.nothing.repaint_icon()
        self.past.reword()
        self.more_button.setVisible(self._more)
        self._say_beyond()
        if self.id:
            self._asked = b""  # what the server told is put into words anew, too
            self._ask()


class RecordHistoryPage(Page):
    """The life of one record on a page of its own."""

    def __init__(self, store: Store, tasks: Tasks, entity: str, id: bytes) -> None:
        super().__init__()
        self.store, self.entity, self.id = store, entity, id
        self.history = RecordHistory(store, tasks)
        self.title = label("subtitle")
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (16, 10, 16, 2)))
        head.addWidget(self.title, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(self.history, 1)
        self.history.show_record(entity, id)
        self.reword()

    message_at = 1

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    def heard(self, touched: Touched | None) -> None:
        self.history.heard(touched)
        self.title.setText(self._name())

    def crumbs(self) -> list[str]:
        plural = _(self.store.schema.entity(self.entity).plural)
        return [plural, _("History of {name}").format(name=self._name())]

    def _name(self) -> str:
        found = self.store.reader().titles(self.entity, {self.id}).get(self.id)
        return found or _(self.store.schema.entity(self.entity).label)

    def hint(self) -> str:
        return _("← → fold   double click shows the step in the history")

    def focus_first(self) -> None:
        self.history.focus_first()

    def state(self) -> Any:
        return self.history.day.value()

    def restore(self, state: Any) -> None:
        if isinstance(state, dt.date):
            self.history.show_day(state)

    def reword(self) -> None:
        super().reword()
        self.title.setText(self._name())
        self.history.reword()
