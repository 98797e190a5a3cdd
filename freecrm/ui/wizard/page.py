"""The page of the import wizard: steps at the head, one of them in the middle, buttons at the foot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from freecrm.core.change import Touched
from freecrm.core.words import _, inside
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.fitting import Elided
from freecrm.ui.page import Page, Pane, Place
from freecrm.ui.tasks import Tasks
from freecrm.ui.wizard.doubles_step import DoublesStep
from freecrm.ui.wizard.draft import Draft
from freecrm.ui.wizard.fields_step import FieldsStep
from freecrm.ui.wizard.file_step import FileStep
from freecrm.ui.wizard.result_step import ResultStep
from freecrm.ui.wizard.sheet_step import SheetStep
from freecrm.ui.wizard.step import Step
from freecrm.ui.wizard.steps_bar import STEPS, StepsBar

FILE, SHEET, FIELDS, DOUBLES, RESULT = range(5)
AHEAD = (SHEET, RESULT, FIELDS, DOUBLES)
KINDS: tuple[type[Step], ...] = (FileStep, SheetStep, FieldsStep, DoublesStep, ResultStep)


class ImportPage(Page):
    """Brings a list in. imported(step): it was, as the step of that number. rows_wanted(entity, tag): the list of
    what came in. began, ended: the import itself, which goes on while the user is elsewhere; see `draft.title`
    and `draft.progress`."""

    imported = Signal(int)
    rows_wanted = Signal(str, str)
    began = Signal()
    ended = Signal()

    icon = "upload"

    def __init__(
        self, store: Store, tasks: Tasks, plan_entity: str = "customer", path: Path | None = None
    ) -> None:
        super().__init__()
        self.draft = Draft(store, tasks, store.model.imported(plan_entity), self)
        self.at = self._reached = FILE
        """The places of the step that is shown and of the furthest one that can be gone to."""
        self._build()
        draft = self.draft
        draft.seen_changed.connect(self._seen)
        draft.changed.connect(self._changed)
        draft.progressed.connect(self._progressed)
        draft.began.connect(self.began)
        draft.ended.connect(self._ended)
        app = QCoreApplication.instance()
        if app is not None:  # the window's end must not wait for a pass over a long list
            app.aboutToQuit.connect(self.stop)
        self._to_make: list[Callable[[], object]] = []
        for place in AHEAD:
            self._to_make += [partial(self.step, place), partial(self._finish, place)]
        self._ahead = QTimer(self, singleShot=True, interval=0)
        self._ahead.timeout.connect(self._make_ahead)
        self.reword()
        self.go_to(FILE)
        self._ahead.start()
        if path is not None:
            self.take(path)

    def _build(self) -> None:
        self.title = Elided("subtitle")
        self.bar = StepsBar()
        self.bar.chosen.connect(self.go_to)
        head = QWidget()
        head.setProperty("bar", True)
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.head = head
        row = QHBoxLayout(head)
        row.setContentsMargins(*(look.px(side) for side in (20, 10, 20, 10)))
        row.addWidget(self.title)
        row.addStretch(1)
        row.addWidget(self.bar)
        row.addStretch(1)
        self.message_box = QVBoxLayout()
        self.message_box.setContentsMargins(0, 0, 0, 0)
        self.stack = QStackedWidget()
        self._steps: dict[int, Step] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(self.message_box)
        column.addWidget(self.stack, 1)
        column.addWidget(self._foot())

    def _foot(self) -> QWidget:
        foot = QFrame()
        foot.setProperty("foot", True)
        self.shield, self.promise = QLabel(), Elided("caption")
        self.cancel_button, self.back_button, self.next_button = QPushButton(), QPushButton(), QPushButton()
        self.cancel_button.setProperty("kind", "quiet")
        self.next_button.setProperty("kind", "primary")
        self.next_button.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft
        )  # the arrow stands behind the words
        look.dress(self.back_button, "arrow-left", 16)
        self.cancel_button.clicked.connect(self.cancel)
        self.back_button.clicked.connect(self.back)
        self.next_button.clicked.connect(self.next)
        row = QHBoxLayout(foot)
        row.setContentsMargins(*(look.px(side) for side in (20, 12, 20, 12)))
        row.setSpacing(look.px(8))
        row.addWidget(self.shield)
        row.addWidget(self.promise, 1)
        for button in (self.cancel_button, self.back_button, self.next_button):
            row.addWidget(button)
        return foot

    def step(self, place: int) -> Step:
        """One of the steps; made when it is first wanted."""
        made = self._steps.get(place)
        if made is None:
            made = self._steps[place] = KINDS[place](self.draft)
            self.stack.addWidget(made)
            made.ready.connect(self._show_buttons)
            if isinstance(made, ResultStep):
                made.wants_rows.connect(self._show_rows)
        return made

    def _make_ahead(self) -> None:
        """Make the steps that will be wanted, one a turn of the event loop, so that none keeps the window waiting."""
        if self._to_make:
            self._to_make.pop(0)()
            self._ahead.start()

    def _finish(self, place: int) -> None:
        self.step(place).finish()

    # ---- going

    def take(self, path: Path) -> None:
        """Begin with a file, past the steps that need no look."""
        if self.draft.importing:
            return
        self.go_to(FILE)
        self.draft.open(path)

    def go_to(self, place: int) -> None:
        """Show a step that was reached before, or the next one."""
        if self.draft.importing or self.draft.touched is not None:
            place = RESULT
        self._reached = max(self._reached, place)
        step = self.step(place)
        self.at = place
        self.stack.setCurrentWidget(step)
        step.refresh()
        self._show_buttons()
        if self.isVisible():
            step.focus_first()
        self.changed.emit()

    def next(self) -> None:
        """Go on: to the next step, or do the import, or be done."""
        if not self.next_button.isEnabled() or not self.next_button.isVisibleTo(self):
            return
        if self.at < RESULT:
            self.go_to(self.at + 1)
        elif self.draft.touched is not None:
            self._leave()
        else:
            self.draft.carry_out()
            self.go_to(RESULT)

    def back(self) -> None:
        """Go back a step."""
        if self.back_button.isEnabled() and self.at > FILE:
            self.go_to(self.at - 1)

    def cancel(self) -> None:
        """Give up: nothing was written, so nothing is asked. An import under way is stopped and restored."""
        if self.draft.importing:
            self.draft.stop()
        else:
            self._leave()

    def _leave(self) -> None:
        self.draft.forget()
        self.left.emit()

    def stop(self) -> None:
        """Give up what is not written, for the window goes; an import under way is waited for, as all writing is."""
        if not self.draft.importing:
            self.draft.forget()

    def _show_rows(self) -> None:
        self.rows_wanted.emit(self.draft.plan.main, self.draft.options.tag)

    # ---- what the draft says

    def _seen(self) -> None:
        draft = self.draft
        self._reword_title()
        if draft.looking:
            self._reached = self.at
        elif draft.seen is not None and self.at == FILE:
            self._reached = FIELDS if draft.seen.sure else SHEET
            self.go_to(self._reached)
            return
        elif draft.seen is None and self.at > SHEET:
            self.go_to(FILE)
            return
        self.step(self.at).refresh()
        self._show_buttons()
        self.changed.emit()

    def _changed(self) -> None:
        self.step(self.at).refresh()
        self._show_buttons()
        self.changed.emit()

    def _progressed(self) -> None:
        step = self.step(self.at)
        if isinstance(step, (FieldsStep, DoublesStep, ResultStep)):
            step.show_progress()

    def _ended(self) -> None:
        draft = self.draft
        self.go_to(RESULT)
        self.ended.emit()
        if draft.touched is not None and draft.touched.step is not None:
            self.imported.emit(draft.touched.step)

    # ---- showing

    def _show_buttons(self) -> None:
        draft, at = self.draft, self.at
        over = draft.touched is not None
        self.bar.show_step(at, self._reached if draft.seen is not None else FILE, over)
        step = self.step(at)
        self.back_button.setVisible(at > FILE and not draft.importing and not over)
        self.cancel_button.setVisible(not over)
        self.cancel_button.setText(_("Cancel and restore") if draft.importing else _("Cancel"))
        kind = "" if draft.importing else "quiet"
        if self.cancel_button.property("kind") != kind:
            self.cancel_button.setProperty("kind", kind)
            look.refresh(self.cancel_button)
        self.cancel_button.setEnabled(not (draft.importing and draft.progress and draft.progress.fixed))
        self.next_button.setVisible(not draft.importing)
        self.next_button.setEnabled(over or (step.can_go_on() and not draft.looking))
        if at < RESULT:
            self.next_button.setText(_("Next: {step}").format(step=_(STEPS[at + 1])))
            look.dress(self.next_button, "arrow-right", 16, "on_accent")
        else:
            text = step.button_text() if isinstance(step, ResultStep) else ""
            self.next_button.setText(_("Done") if over else text)
            look.dress(self.next_button, "check" if over else "upload", 16, "on_accent")

    @property
    def busy(self) -> bool:
        return self.draft.importing or (self.draft.path is not None and self.draft.touched is None)

    @property
    def belongs_to(self) -> Place | None:
        return Place("list", self.draft.plan.main)

    def crumbs(self) -> list[str]:
        return [_(self.draft.store.schema.entity(self.draft.plan.main).plural), _("Import a list")]

    def summary(self) -> str:
        made, seen = self.draft.made, self.draft.seen
        if made is not None and self.draft.is_current:
            return _("Rows read: {n}").format(n=f"{made.rows:,}")
        return self.draft.name if seen is not None else ""

    def hint(self) -> str:
        return _("Ctrl+Enter: next · Alt+←: back")

    def _reword_title(self) -> None:
        """What is imported: known only when the heads were seen, and the user may say otherwise."""
        entity = self.draft.store.schema.entity(self.draft.plan.main)
        self.title.setText(_("Import {entities}").format(entities=inside(_(entity.plural))))
        self._squeeze()

    def reword(self) -> None:
        super().reword()
        ratio = self.devicePixelRatioF()
        self._reword_title()
        self.shield.setPixmap(look.pixmap("shield-check", look.px(16), "success", ratio))
        self._reword_promise()
        self.back_button.setText(_("Back"))
        self.bar.reword()
        self._squeeze()
        for step in self._steps.values():
            step.reword()
        self.draft.reword()
        self._show_buttons()

    def _reword_promise(self) -> None:
        """What stands behind the import; a backup only where one is made."""
        from freecrm.exchange import applier

        backed = _("A backup is made before the import; it can be undone as a whole for 90 days.")
        alone = _("The import can be undone as a whole for 90 days.")
        self.promise.setText(backed if applier.backs_up(self.draft.store, self.draft.plan) else alone)

    @property
    def message_column(self) -> QVBoxLayout:
        return self.message_box

    def arrived(self) -> None:
        self.draft.look_if_changed()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.draft.look_if_changed()

    def heard(self, touched: Touched | None) -> None:
        self.draft.heard()

    # ---- keys, focus, size

    def focus_first(self) -> None:
        self.step(self.at).focus_first()

    def panes(self) -> list[Pane]:
        buttons: Pane = (self.next_button, self.next_button.setFocus)
        return [(self.bar, self._focus_bar), *self.step(self.at).panes(), buttons]

    def _focus_bar(self) -> None:
        step = next((s for s in self.bar.steps if s.isEnabled()), None)
        if step is not None:
            step.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        # Alt+← is the window's history elsewhere; inside the wizard it goes back a step.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _meaning(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        meaning = _meaning(event)
        if meaning == "next":
            self.next()
        elif meaning == "back":
            self.back()
        elif event.key() == Qt.Key.Key_Escape and not self.draft.importing:
            self._leave()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._squeeze()

    def _squeeze(self) -> None:
        self.bar.squeeze(self.width() - self.title.sizeHint().width() - look.px(60))


def _meaning(event: QKeyEvent) -> str:
    """What a key means to the wizard: "next", "back" or nothing."""
    control, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
    pressed = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and pressed == control:
        return "next"
    return "back" if event.key() == Qt.Key.Key_Left and pressed == alt else ""
