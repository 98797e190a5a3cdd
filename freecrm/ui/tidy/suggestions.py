"""What could be written better, kind by kind: accepted, left as it is, or looked at in the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from freecrm.core import neat
from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural, say
from freecrm.exchange import tidylist
from freecrm.exchange.tidylist import Accepted, Suggestion, WorkList
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.editors.flow import Flow
from freecrm.ui.parts import EmptyState, JobBar, label
from freecrm.ui.tasks import Latest, Tasks
from freecrm.ui.tidy.suggestion_table import SuggestionTable

_KINDS_WIDTH = 232
_KEPT_ABOVE = 1000  # so many accepted at once: the list is kept anew, not worked out of the log later


class SuggestionsPane(QWidget):
    """changed: words or counts are others. open_record(entity, id). toast_wanted(what, act): a decision was taken
    that is no step, with its way back."""

    changed = Signal()
    open_record = Signal(str, object)
    toast_wanted = Signal(object, object)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self.latest = Latest(tasks)
        self.held: WorkList | None = None
        self.kind = ""
        self.progress: Progress | None = None
        self._doing = ""
        self._build()
        self.read()

    def _build(self) -> None:
        self.text, self.bar = label("hint"), JobBar()
        self.bar.setFixedWidth(look.px(160))
        self.stop_button, self.scan_button = QPushButton(), QPushButton()
        self.stop_button.clicked.connect(self.stop)
        self.scan_button.clicked.connect(self.scan)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (20, 4, 16, 8)))
        head.setSpacing(look.px(8))
        head.addWidget(self.text, 1)
        for part in (self.bar, self.stop_button, self.scan_button):
            head.addWidget(part)
        self.kinds = QListWidget()
        self.kinds.setProperty("index", True)
        self.kinds.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.kinds.currentItemChanged.connect(lambda *_: self._turn())
        self.table = SuggestionTable(self.store)
        for signal, act in (
            (self.table.accepted, self.accept),
            (self.table.all_accepted, self.accept_chosen),
            (self.table.left, self.leave),
            (self.table.opened, self.open_current),
            (self.table.suggestions.chosen, self._say),
        ):
            signal.connect(act)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._say_current())
        self.why = label()
        self.why.setWordWrap(True)
        buttons = self._build_buttons()
        left = QVBoxLayout()
        left.setContentsMargins(*(look.px(side) for side in (12, 0, 8, 12)))
        left.addWidget(self.kinds)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.table, 1)
        right.addLayout(buttons)
        several = QWidget()
        row = QHBoxLayout(several)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left)
        row.addLayout(right, 1)
        self.nothing = EmptyState("sparkles")
        self.first_button = self.nothing.add_button(self.scan, "primary")
        self.stack = QStackedWidget()
        self.stack.addWidget(several)
        self.stack.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.stack, 1)

    def _build_buttons(self) -> QVBoxLayout:
        self.accept_button, self.leave_button, self.open_button = (QPushButton() for _button in range(3))
        self.all_button, self.chosen_button = QPushButton(), QPushButton()
        self.accept_button.setProperty("kind", "primary")
        self.all_button.setProperty("kind", "quiet")
        for button, act in (
            (self.accept_button, self.accept),
            (self.leave_button, self.leave),
            (self.open_button, self.open_current),
            (self.all_button, self.choose_all),
            (self.chosen_button, self.accept_chosen),
        ):
            button.clicked.connect(act)
        several = QWidget()
        self.flow = Flow(several, look.px(8))  # they take a second line where there is no room
        for one in (
            self.accept_button,
            self.leave_button,
            self.open_button,
            self.chosen_button,
            self.all_button,
        ):
            self.flow.addWidget(one)
        made = QVBoxLayout()
        made.setContentsMargins(*(look.px(side) for side in (12, 8, 16, 12)))
        made.setSpacing(look.px(6))
        made.addWidget(self.why)
        made.addWidget(several)
        return made

    # ---- finding

    @property
    def busy(self) -> bool:
        """Whether it is looking or writing now."""
        return self.progress is not None

    def read(self) -> None:
        """Show the list as it is kept."""
        self.latest.run(tidylist.held, self.store, then=self.show_list)

    def scan(self) -> None:
        """Look through everything in the background; the list before stays until it is done."""
        stopped = N_("The search was stopped; the list is as it was.")
        self._work("scan", tidylist.scan, then=self.show_list, stopped=stopped)

    def stop(self) -> None:
        """Stop looking, or writing: then nothing was written."""
        if self.progress is not None:
            self.progress.cancel()

    def _work(
        self,
        doing: str,
        work: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], None],
        stopped: str,
        writes: bool = False,
    ) -> None:
        if self.progress is not None:
            return
        self.progress, self._doing = self.tasks.progress(self.bar.heard), doing
        self.bar.busy(True)
        self._say()
        self.tasks.run(
            work,
            self.store,
            *args,
            progress=self.progress,
            then=then,
            failed=self._failed,
            stopped=lambda: talk.tell(say(stopped)),
            finally_=self._over,
            writes=writes,
        )

    def _over(self) -> None:
        self.progress = None
        self.bar.busy(False)
        self._say()

    def _failed(self, problem: Known) -> None:
        talk.tell_problem(problem)
        self.renew()

    def renew(self) -> None:
        """Look again at what was changed since."""
        if self.held is not None:
            self.latest.run(tidylist.renewed, self.store, self.held, then=self.show_list)
        else:
            self.read()

    def show_list(self, held: WorkList | None) -> None:
        """Show this list; the cursor stays on its suggestion, or goes to the one that took its place."""
        self.held = held
        there = held.keys if held is not None else frozenset()
        self.table.suggestions.ticked &= there
        self._show_kinds()
        self._show_rows()
        begun = bool(there) and self.stack.currentIndex() == 1
        self.stack.setCurrentIndex(0 if there else 1)
        if begun and self.isVisible():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say()
        self.changed.emit()

    def _show_kinds(self) -> None:
        counts = self.held.counts if self.held is not None else {}
        had = list(counts)
        if self.kind not in had:
            self.kind = had[0] if had else ""
        self.kinds.blockSignals(True)
        self.kinds.clear()
        for kind, count in counts.items():
            item = QListWidgetItem(f"{_(neat.KINDS[kind])}  {count:,}", self.kinds)
            item.setData(Qt.ItemDataRole.UserRole, kind)
            item.setToolTip(item.text())
            if kind == self.kind:
                self.kinds.setCurrentItem(item)
        self.kinds.blockSignals(False)

    def _turn(self) -> None:
        item = self.kinds.currentItem()
        if item is not None and item.data(Qt.ItemDataRole.UserRole) != self.kind:
            self.show_kind(str(item.data(Qt.ItemDataRole.UserRole)))

    def show_kind(self, kind: str) -> None:
        """Show the suggestions of a kind."""
        self.kind = kind
        self._show_kinds()
        self._show_rows()
        self._say()

    def _show_rows(self) -> None:
        current = self.table.current
        at = max(self.table.currentIndex().row(), 0)
        rows = (
            [one for one in self.held.suggestions if one.kind == self.kind] if self.held is not None else []
        )
        self.table.suggestions.show_rows(rows)
        self.table.resize_columns()
        if rows:
            key = current.key if current is not None else None
            at = next((i for i, one in enumerate(rows) if one.key == key), min(at, len(rows) - 1))
            self.table.selectRow(at)
        self._say_current()

    # ---- deciding

    @property
    def chosen(self) -> list[Suggestion]:
        """Those of the shown kind that have a tick."""
        ticked = self.table.suggestions.ticked
        return [one for one in self.table.suggestions.rows if one.key in ticked]

    def choose_all(self) -> None:
        """Put a tick at all of this kind, or take all away."""
        rows = self.table.suggestions.rows
        self.table.suggestions.tick(list(range(len(rows))), len(self.chosen) < len(rows))

    def accept(self) -> None:
        """Write the suggestion under the cursor."""
        if self.table.current is not None and not self.table.current.told:
            self._accept([self.table.current])

    def accept_chosen(self) -> None:
        """Write those with a tick, as one step."""
        if self.chosen:
            self._accept(self.chosen)

    def _accept(self, wanted: list[Suggestion]) -> None:
        stopped = N_("Stopped; nothing was written.")
        done = partial(self._accepted, wanted)
        self._work("accept", tidylist.accept, wanted, then=done, stopped=stopped, writes=True)

    def _accepted(self, wanted: list[Suggestion], answer: Accepted) -> None:
        if answer.changed:
            what = N_("{n} values were changed meanwhile and stay as they are; they are looked at anew.")
            talk.tell(say(what, n=len(answer.changed)))
        if len(wanted) > _KEPT_ABOVE and self.held is not None:
            gone = {one.key for one in wanted}
            rest = [one for one in self.held.suggestions if one.key not in gone]
            held = WorkList(self.held.at, self.held.seen, rest, self.held.stale)
            self.tasks.run(tidylist.keep, self.store, held, writes=True)
            self.held = held
        self.renew()

    def leave(self) -> None:
        """The values with a tick, else the one under the cursor, are right as they are."""
        wanted = self.chosen or ([self.table.current] if self.table.current is not None else [])
        if wanted:
            self._put(tidylist.leave, wanted, lambda: self._offer_back(wanted))

    def _offer_back(self, wanted: list[Suggestion]) -> None:
        one = wanted[0]
        said = (
            say(N_("“{before}” of {name} stays as it is."), before=one.before[:40], name=one.title)
            if len(wanted) == 1
            else say(N_("{n} values stay as they are."), n=f"{len(wanted):,}")
        )
        back = partial(self._put, tidylist.suggest_again, wanted, self._bring_back(wanted))
        self.toast_wanted.emit(said, back)

    def _bring_back(self, wanted: list[Suggestion]) -> Callable[[], None]:
        def back() -> None:
            if self.held is not None:
                held = self.held
                self.held = WorkList(held.at, held.seen, [*held.suggestions, *wanted], held.stale)
                self.renew()

        return back

    def _put(self, work: Callable[..., None], wanted: list[Suggestion], then: Callable[[], None]) -> None:
        def done(_none: object) -> None:
            self.renew()
            then()

        self.tasks.run(work, self.store, wanted, then=done, failed=self._failed, writes=True)

    def open_current(self) -> None:
        """Show the record of the suggestion under the cursor."""
        if self.table.current is not None:
            self.open_record.emit(self.table.current.entity, self.table.current.id)

    # ---- going

    def focus_first(self) -> None:
        """To the table, or to the button that begins."""
        target = self.table if self.table.suggestions.rows else self.first_button
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- words

    def summary(self) -> str:
        """For the status bar."""
        if self.held is None:
            return ""
        return plural("{n} suggestion", "{n} suggestions", len(self.held.suggestions))

    def hint(self) -> str:
        """For the status bar."""
        if not self.table.suggestions.rows:
            return ""
        return _("Enter: accept   Space: choose   Ctrl+Enter: accept the chosen   Del: leave as it is")

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.kinds.setFixedWidth(look.px(_KINDS_WIDTH))
        self.kinds.setAccessibleName(_("Kinds of suggestions"))
        self.table.setAccessibleName(_("Suggestions"))
        self.stop_button.setText(_("Stop"))
        self.scan_button.setText(_("Look again"))
        self.accept_button.setText(_("Accept"))
        self.open_button.setText(_("Open the record"))
        self.nothing.repaint_icon()
        self._show_kinds()
        self.table.resize_columns()
        self._say()
        self._say_current()

    def _say(self) -> None:
        busy, held = self.progress is not None, self.held
        self.bar.setAccessibleName(_("How far the work is"))
        self.stop_button.setVisible(busy)
        self.scan_button.setVisible(held is not None and not busy)
        chosen, rows = len(self.chosen), self.table.suggestions.rows
        self.chosen_button.setVisible(chosen > 0)
        self.chosen_button.setText(plural("Accept the chosen one", "Accept the {n} chosen", chosen))
        told = all(one.told for one in rows)
        self.all_button.setVisible(not told)
        all_chosen = bool(rows) and chosen == len(rows)
        self.all_button.setText(_("Choose none") if all_chosen else _("Choose all of this kind"))
        self.leave_button.setText(
            plural("Leave the chosen one", "Leave the {n} chosen", chosen) if chosen else _("Leave as it is")
        )
        for button in (self.accept_button, self.leave_button, self.chosen_button, self.all_button):
            button.setEnabled(not busy)
        self.accept_button.setEnabled(not busy and not told)
        self.text.setText(self._made(held, busy))
        self._say_nothing(held, busy)

    def _made(self, held: WorkList | None, busy: bool) -> str:
        if busy:
            doing = N_("Writing …") if self._doing == "accept" else N_("Looking through everything …")
            return _(doing)
        if held is None:
            return ""
        at = held.at.astimezone()
        found = _("As of {day} {time}").format(day=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}")
        if held.stale:
            found += " · " + _("much was changed since; look again to find what is new")
        return found

    def _say_nothing(self, held: WorkList | None, busy: bool) -> None:
        self.first_button.setVisible(not busy)
        self.first_button.setText(_("Look for what can be tidied") if held is None else _("Look again"))
        if busy:
            title, text = N_("Looking through everything …"), N_("You can go on working meanwhile.")
        elif held is None:
            title = N_("What could be written better?")
            text = N_(
                "FreeCRM looks for full-width letters, stray blanks, phones and e-mails with slips, addresses "
                "in one piece, tags written in several ways. It only suggests; nothing is changed by itself."
            )
        else:
            title, text = N_("All tidy"), N_("There is nothing left to suggest.")
        self.nothing.title.setText(_(title))
        self.nothing.text.setText(_(text))

    def _say_current(self) -> None:
        one = self.table.current
        self.accept_button.setEnabled(one is not None and not one.told and not self.busy)
        self.open_button.setEnabled(one is not None)
        self.why.setText(f"{one.title} · {one.why}" if one is not None else "")
