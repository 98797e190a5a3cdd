"""The pipeline's page: head, the board or the months of the forecast, the right side, the form of a new deal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.filters import Filters
from freecrm.core.words import _
from freecrm.store import deals
from freecrm.store.database import Store
from freecrm.store.deals import Card
from freecrm.ui import look
from freecrm.ui.board import menu as menus
from freecrm.ui.board import remembered
from freecrm.ui.board import shown as show
from freecrm.ui.board.acting import Acting
from freecrm.ui.board.head import Head
from freecrm.ui.board.remembered import Kept
from freecrm.ui.board.shown import BOARD, FORECAST, TABLE, Lane, Narrow, Seen, Shown
from freecrm.ui.board.side import WIDE, Side
from freecrm.ui.board.spoken import day, summary
from freecrm.ui.board.view import BoardView
from freecrm.ui.page import Page, Pane
from freecrm.ui.parts import EmptyState
from freecrm.ui.preferences import Preferences
from freecrm.ui.tasks import Latest, Tasks

if TYPE_CHECKING:
    from freecrm.ui.new_panel import NewPanel

LANE = 175
"""With less than this for each lane (at 100 %) the right side is away until it is asked for."""
_TOUCHES = ("deal", "stage", "pipeline", "stage_move", "customer", "user", "activity", "target")


class PipelinePage(Page):
    """open_record(entity, id). rows_wanted(Filters): these deals are to be listed. plan_wanted(Card): its next step is
    to be planned. compare_wanted, wide_wanted(values, draft): of the form of a new deal."""

    open_record = Signal(str, object)
    rows_wanted = Signal(object)
    plan_wanted = Signal(object)
    wide_wanted = Signal(object, str)

    makes = "deal"
    message_at = 1

    def __init__(self, store: Store, tasks: Tasks, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.store, self.tasks, self.preferences = store, tasks, preferences
        self.view_name, self.narrow = BOARD, Narrow()
        self.wanted: bytes | None = None
        self.seen: Seen = Seen()
        self.has_seen = False
        self.shown = Shown()
        self.new: NewPanel | None = None
        self._side_wanted: bool | None = None
        self._follow: bytes | None = None
        self._begins = False  # a new deal, as soon as there is a pipeline for it
        self._latest = Latest(tasks)
        self._build()
        self._remembered()
        self.acting = Acting(self)
        self._listen()
        self.reword()
        self.ask()

    def _build(self) -> None:
        self.head, self.side = Head(), Side()
        self.board, self.months = BoardView(), BoardView()
        self.board.place_words, self.months.place_words = self._place_words, self._month_words
        self.empty = EmptyState("square-kanban")
        self.make_button = self.empty.add_button(self._make_usual, "primary")
        self.stack = QStackedWidget()
        for part in (self.board, self.months, self.empty):
            self.stack.addWidget(part)
        self.blank = QWidget()
        self.stack.addWidget(self.blank)
        self.stack.setCurrentWidget(self.blank)
        self.edge = QFrame()
        self.edge.setProperty("edge", True)
        self.middle = QHBoxLayout()
        self.middle.setSpacing(0)
        self.middle.addWidget(self.stack, 1)
        self.middle.addWidget(self.edge)
        self.middle.addWidget(self.side)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.head)
        self.column.addLayout(self.middle, 1)

    def _listen(self) -> None:
        self.head.pipe_wanted.connect(self.show_pipe)
        self.head.view_wanted.connect(self.show_view)
        self.head.narrowed.connect(self.narrow_to)
        self.head.rows_wanted.connect(self._show_rows)
        self.head.side_wanted.connect(self._toggle_side)
        self.side.rows_wanted.connect(self.rows_wanted)
        self.side.stuck_wanted.connect(self.next_stuck)
        for view in (self.board, self.months):
            view.opened.connect(lambda card: self.open_record.emit("deal", card.id))
            view.dropped.connect(self.acting.drop)
            view.zoned.connect(self.acting.zone)
            view.stepped.connect(self.acting.step)
            view.swapped.connect(self.acting.swap)
            view.new_wanted.connect(self.begin_new)
            view.menu_wanted.connect(partial(menus.popup, self))
            view.dragging.connect(self._dragging)
            view.chosen.connect(self.changed)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.column

    @property
    def view(self) -> BoardView:
        """The lanes that are shown."""
        return self.months if self.view_name == FORECAST else self.board

    def focus_view(self) -> None:
        """Go on with the keys in the lanes."""
        if self.stack.currentWidget() is self.view:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- reading

    def ask(self) -> None:
        """Read what is to be shown."""
        self._latest.run(show.read, self.store, self.wanted, self.narrow, then=self._answered)

    def _answered(self, seen: Seen) -> None:
        first, self.has_seen = not self.has_seen, True
        before = self.seen.pipe.id if self.seen.pipe is not None else None
        self.seen = seen
        self.show_now()
        if self._follow is not None and self.view.choose_id(self._follow):
            self._follow = None
        if first and self.isVisible():
            self.focus_first()
        if seen.pipe is not None and seen.pipe.id != before:
            self.renamed.emit()
        if seen.pipe is not None and self._begins:
            self._begins = False
            self.begin_new()

    def foresee(self, seen: Seen) -> None:
        """Show what will stand in the file in a moment."""
        self.seen = seen
        self._latest.drop()  # what is being read now does not know of it
        if self.view_name == BOARD:
            self.shown = show.board(seen, self.narrow)
            self.board.show_lanes(self.shown)
            self.head.show_seen(seen, self.narrow, BOARD, self.shown.open, self.shown.weighted)
            self.board.viewport().repaint()  # before the writing begins, which takes its share of the processor

    def show_now(self) -> None:
        """Show what was read, within the filter."""
        seen, narrow = self.seen, self.narrow
        if seen.pipe is None:
            self.stack.setCurrentWidget(self.empty if self.has_seen else self.blank)
        else:
            self.shown = (show.months if self.view_name == FORECAST else show.board)(seen, narrow)
            self.view.show_lanes(self.shown)
            self.stack.setCurrentWidget(self.view)
            self.side.show_all(self.shown if self.view_name == BOARD else show.board(seen, narrow), narrow)
        self.head.setVisible(seen.pipe is not None)
        self.head.show_seen(seen, narrow, self.view_name, self.shown.open, self.shown.weighted)
        self._fit_side()
        self.changed.emit()

    def heard(self, touched: Touched | None) -> None:
        if touched is None or any(name in touched.ids for name in _TOUCHES):
            self.ask()

    def month_lanes(self) -> list[Lane]:
        """The months that a deal can be expected in."""
        return show.months(self.seen, self.narrow).lanes if self.seen.pipe is not None else []

    # ---- which

    def show_pipe(self, id: bytes) -> None:
        """Show another pipeline."""
        self.wanted = id
        self.ask()

    def show_view(self, name: str) -> None:
        """Show the board or the forecast; the table is the list of these deals."""
        if name == TABLE:
            self.head.show_seen(self.seen, self.narrow, self.view_name, self.shown.open, self.shown.weighted)
            self._show_rows()
            return
        card = self.view.current
        self.view_name = name
        self.view.current = card
        self.show_now()
        self.focus_view()
        self.renamed.emit()

    def narrow_to(self, narrow: Narrow) -> None:
        """Show other people's deals, or those that close at another time."""
        self.narrow = narrow
        self.ask()
        self.show_now()

    def _show_rows(self) -> None:
        if self.seen.pipe is not None:
            narrow = self.narrow if self.view_name == BOARD else Narrow(self.narrow.owner)
            self.rows_wanted.emit(Filters(show.chips(self.seen, narrow)))

    def next_stuck(self) -> None:
        """Go to the next deal that has been in its stage for too long."""
        stuck = [card.id for lane in self.view.lanes for card in lane.cards if self.seen.is_stuck(card)]
        if stuck:
            at = stuck.index(self.view.current) + 1 if self.view.current in stuck else 0
            self.view.choose_id(stuck[at % len(stuck)])
            self.focus_view()

    # ---- dragging

    def _dragging(self, card: Card | None, lane: Lane | None) -> None:
        after = None
        if card is not None and lane is not None and lane.stage is not None and lane.stage.id != card.stage:
            after = self.shown.weighted + show.change_of_weight(card, lane.stage)
        self.head.show_after(after)
        self.changed.emit()

    def _place_words(self, card: Card, lane: Lane) -> str:
        if lane.stage is None or lane.stage.id == card.stage:
            return lane.title
        odds = card.chance if card.chance is not None else lane.stage.chance
        change = show.change_of_weight(card, lane.stage)
        sign = "+" if change >= 0 else "−"
        amount = f"{sign}{show.whole(abs(change), self.seen.currency)}"
        return _("{chance} · weighted {change}").format(chance=show.percent(odds), change=amount)

    def _month_words(self, card: Card, lane: Lane) -> str:
        from freecrm.store.deal_acts import day_in

        first = lane.month.first if lane.month is not None else None
        if first is None or not lane.takes:
            return lane.title
        return _("closes {day}").format(day=day(day_in(first, card.close), self.seen.today))

    # ---- new

    def make_new(self) -> None:
        self.begin_new(self.view.current_lane())

    def begin_new(self, lane: Lane | None = None) -> None:
        """Begin a new deal, in a stage or a month."""
        from freecrm.ui.new_panel import NewPanel

        if self.seen.pipe is None:
            self._begins = self.has_seen
            if self._begins:
                self._make_usual()
            return
        if self.new is not None:
            self.new.focus_first()
            return
        values: dict[str, Any] = {"stage": self.seen.pipe.open[0].id}
        if lane is not None and lane.stage is not None:
            values["stage"] = lane.stage.id
        if lane is not None and lane.month is not None and lane.month.last is not None:
            values["close"] = lane.month.last
        owner = self.seen.owner(self.narrow) or self.store.user
        if owner is not None:
            values["owner_user"] = owner
        self.new = NewPanel(self.store, self.tasks, "deal", self, values=values)
        self.new.form.take_as_given()
        self.new.saved.connect(self._made)
        self.new.closed.connect(self._close_new)
        self.new.open_record.connect(self.open_record)
        self.new.wide_wanted.connect(self._widen)
        self.middle.addWidget(self.new)
        self.new.setFixedWidth(look.px(380))
        self._fit_side()
        self.new.focus_first()
        self.changed.emit()

    def _widen(self) -> None:
        if self.new is not None:
            values, draft = self.new.values(), self.new.draft
            self._drop_new()
            self.wide_wanted.emit(values, draft)

    def _made(self, id: bytes) -> None:
        self._follow = id
        self.ask()

    def _close_new(self) -> None:
        self._drop_new()
        self.focus_view()

    def _drop_new(self) -> None:
        if self.new is not None:
            self.middle.removeWidget(self.new)
            self.new.hide()
            self.new.deleteLater()
            self.new = None
            self._fit_side()
            self.changed.emit()

    def _make_usual(self) -> None:
        self.tasks.run(deals.take_ready, self.store, then=self._made_usual, writes=True)

    def _made_usual(self, _id: bytes) -> None:
        self.ask()

    # ---- the right side

    def _toggle_side(self) -> None:
        self._side_wanted = self.side.isHidden()
        self._fit_side()

    def _fit_side(self) -> None:
        lanes = len(self.view.lanes) or 1
        room = self.width() - look.px(WIDE) >= lanes * look.px(LANE)
        wanted = room if self._side_wanted is None else self._side_wanted
        there = self.seen.pipe is not None and self.new is None and wanted
        self.side.setVisible(there)
        self.edge.setVisible(there or self.new is not None)
        self.head.side_button.setChecked(there)
        self.head.side_button.setEnabled(self.new is None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()

    # ---- words

    def crumbs(self) -> list[str]:
        name = self.seen.pipe.name if self.seen.pipe is not None else ""
        return [_("Pipeline"), name] if name else [_("Pipeline")]

    def summary(self) -> str:
        if not self.has_seen:
            return _("Reading…")
        return summary(self.shown) if self.seen.pipe is not None else ""

    def hint(self) -> str:
        if self.seen.pipe is None:
            return ""
        if self.view.drag is not None and self.view.drag.begun:
            return _("Release to drop · Esc to cancel")
        return _(
            "Arrows between cards · Enter opens · Ctrl+Shift+←/→ moves · Ctrl+Shift+W won · Ctrl+Shift+L lost"
        )

    def reword(self) -> None:
        super().reword()
        self.setAccessibleName(_("Pipeline"))
        self.board.setAccessibleName(_("Board"))
        self.months.setAccessibleName(_("Forecast"))
        self.board.empty_words, self.months.empty_words = _("No deals yet"), _("No deals yet")
        self.empty.title.setText(_("No pipeline yet"))
        self.empty.text.setText(
            _("A pipeline is the way your deals go, stage by stage, from the first lead to the contract.")
        )
        self.make_button.setText(_("Make the usual pipeline"))
        self.empty.repaint_icon()
        self.head.reword()
        self.side.reword()
        if self.new is not None:
            self.new.reword()
        self.show_now()
        for view in (self.board, self.months):
            view.reword()

    # ---- going

    def arrived(self) -> None:
        if self.has_seen:
            self.ask()

    def focus_first(self) -> None:
        if self.stack.currentWidget() is self.empty:
            self.make_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focus_view()

    def panes(self) -> list[Pane]:
        found: list[Pane] = [(self.stack, self.focus_first)]
        if self.head.isVisible():
            found.insert(0, (self.head, lambda: self.head.pipe.setFocus(Qt.FocusReason.TabFocusReason)))
        if self.new is not None:
            found.append((self.new, self.new.focus_first))
        elif self.side.isVisible():
            found.append((self.side, lambda: self.side.chart.setFocus(Qt.FocusReason.TabFocusReason)))
        return found

    def state(self) -> Any:
        self._remember()
        return self.view_name, self.wanted, self.narrow, self.view.state()

    def restore(self, state: Any) -> None:
        self.view_name, self.wanted, self.narrow, of_view = state
        self.ask()
        self.view.restore(of_view)
        self.view.lay_out()
        self.view.restore(of_view)

    def _remember(self) -> None:
        if self.preferences is not None:
            kept = Kept(self.view_name, self.wanted, self.narrow, self._side_wanted)
            remembered.keep(self.preferences, kept)

    def _remembered(self) -> None:
        if self.preferences is not None:
            kept = remembered.recall(self.preferences)
            self.view_name, self.wanted, self.narrow, self._side_wanted = kept

    def unsaved(self) -> list[str]:
        return self.new.unsaved() if self.new is not None else []

    def save(self) -> bool:
        return self.new is None or self.new.save()

    def give_up(self) -> None:
        if self.new is not None:
            self.new.give_up()

    def put_away(self) -> None:
        self._remember()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.new is not None and not event.modifiers():
            self.new.close_asking()
        else:
            super().keyPressEvent(event)
