"""One value being edited where it stands: Enter saves it as a step of its own, Esc restores it, Tab saves and
goes to the next. What was typed is never lost: not by a wrong value, not by somebody else's change."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.fields import Link, LongText
from freecrm.core.problems import Known
from freecrm.core.rows import Rows
from freecrm.core.words import _
from freecrm.store.database import Store
from freecrm.store.single import Changed, change_fields
from freecrm.ui import look
from freecrm.ui.editors import editor_for
from freecrm.ui.editors.base import Editor
from freecrm.ui.form_box import same_value
from freecrm.ui.form_drafts import DraftKeeper
from freecrm.ui.form_hints import STILL_HERE
from freecrm.ui.parts import label, show_trouble
from freecrm.ui.record_lines import Spot
from freecrm.ui.tabs import order_tabs, tab_order
from freecrm.ui.tasks import Tasks


class InPlace(QWidget):
    """The editor in the place of a value. ended(step): it is over; step is where the focus goes from here: 0
    stays, 1 and -1 edit the next or the one before, None: the user is elsewhere already."""

    ended = Signal(object)

    def __init__(self, store: Store, tasks: Tasks, spot: Spot, editor: Editor | None = None) -> None:
        """editor: in place of the one that the field has."""
        super().__init__()
        self.store, self.tasks, self.spot = store, tasks, spot
        self.setProperty("in_place", True)
        self.shown = spot.value
        self.saving = False
        self._over = False
        self.editor: Editor = editor or editor_for(spot.of, store, tasks)
        self.editor.set_value(spot.value)
        self.editor.open_one()
        self.initial = self.editor.value()
        self.trouble, self.keys = label("trouble"), label("caption")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.mine_button, self.theirs_button = QPushButton(), QPushButton()
        self.clash = QWidget()
        buttons = QHBoxLayout(self.clash)
        buttons.setContentsMargins(0, 0, 0, 0)
        for button, clicked in ((self.mine_button, self._keep_mine), (self.theirs_button, self.restore)):
            button.setProperty("small", True)
            button.clicked.connect(clicked)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.clash.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(3))
        for part in (self.editor, self.trouble, self.clash, self.keys):
            column.addWidget(part)
        long = isinstance(spot.of, (LongText, Rows))
        self.drafts = DraftKeeper(store, tasks, (spot.entity, spot.id), "", self) if long else None
        self.editor.changed.connect(self._changed)
        self.editor.left.connect(self._left)
        self.editor.done.connect(lambda: self.save(0))
        for button in (self.mine_button, self.theirs_button):
            button.installEventFilter(self)
        order_tabs(self)
        self.reword()

    # ---- what is typed

    def is_changed(self) -> bool:
        """Whether something else is in it than at the beginning."""
        return not same_value(self.editor.value(), self.initial)

    def unsaved(self) -> list[str]:
        """The field's title when something was typed."""
        return [self.spot.of.title] if self.is_changed() else []

    def values(self) -> dict[str, Any]:
        """What is typed, by field name."""
        return {self.spot.of.name: self.editor.value()}

    def _changed(self) -> None:
        if self.drafts is not None:
            self.drafts.touch()
        if self.editor.problem() is None and self.clash.isHidden():
            self._tell("")

    # ---- ending

    def save(self, step: int | None = 0) -> bool:
        """Write the value and end; False when it can't be written, which is then said below it."""
        if self.saving or self._over:
            return False
        why = self.editor.problem()
        if why is not None and self.is_changed():
            self._tell(str(why))
            self.editor.mark(True)
            if step is not None:
                self.editor.focus_first()
            return False
        if not self.is_changed():
            self._end(step)
            return True
        self.saving = True
        value = self.editor.value()
        spot, name = self.spot, self.spot.of.name
        self.tasks.run(
            _write,
            *(self.store, spot.entity, spot.id, name, value, self.shown),
            then=lambda _none: self._end(step),
            failed=self._failed,
            finally_=self._finished,
            writes=True,
        )
        return self._over

    def restore(self) -> None:
        """End without writing; the value is as it was."""
        self._end(0)

    def _finished(self) -> None:
        self.saving = False

    def _end(self, step: int | None) -> None:
        if self._over:
            return
        self._over = True
        if self.drafts is not None:
            self.drafts.drop()
        self.ended.emit(step)

    def _failed(self, problem: Known) -> None:
        if isinstance(problem, Changed):
            now = problem.now[self.spot.of.name]
            self.shown = now
            typed = self.shown_text(self.editor.value())
            self._tell(
                _("Meanwhile this became “{now}” in another window. You typed “{typed}”.").format(
                    now=self.shown_text(now) or "—", typed=typed or "—"
                )
            )
            self.clash.show()
            self.mine_button.setFocus()
        else:
            self._tell(_(STILL_HERE).format(why=problem.what))

    def shown_text(self, value: Any) -> str:
        """A value as it is read."""
        f = self.spot.of
        if isinstance(f, Link) and isinstance(value, bytes):
            return self.store.reader().linked(f.to, {value}).get(value, "")
        return f.show(value)

    def _keep_mine(self) -> None:
        self.editor.focus_first()  # hiding the button with the focus would send it on, as Tab does
        self.clash.hide()
        self._tell("")
        self.save(0)

    def _tell(self, text: str) -> None:
        self.editor.mark(bool(text) and self.editor.problem() is not None)
        show_trouble(self.trouble, text, self)

    def _left(self) -> None:
        focus = QApplication.focusWidget()
        if self._over or (focus is not None and self.isAncestorOf(focus)) or not self.clash.isHidden():
            return
        self.save(None)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.restore()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or (
            event.key() == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            self.save(0)
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        inputs = tab_order(self)
        focus = QApplication.focusWidget()
        if focus in inputs and focus is not inputs[-1 if next else 0]:
            inputs[inputs.index(focus) + (1 if next else -1)].setFocus(
                Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason
            )
            return True
        self.save(1 if next else -1)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and isinstance(watched, QPushButton)
        ):
            watched.click()
            return True
        return super().eventFilter(watched, event)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.editor.reword()
        self.editor.name(self.spot.of.title)
        enter = _("Ctrl+Enter") if isinstance(self.spot.of, LongText) else _("Enter")
        self.keys.setText(_("{enter} saves · Esc restores").format(enter=enter))
        self.mine_button.setText(_("Keep mine"))
        self.theirs_button.setText(_("Take the other"))


def _write(store: Store, entity: str, id: bytes, name: str, value: Any, shown: Any) -> None:
    change_fields(store, entity, id, {name: value}, shown={name: shown})
