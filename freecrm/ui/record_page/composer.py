"""The box a note is written in: Ctrl+Enter saves it, what is typed is kept as a draft until then."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import _
from freecrm.store import drafts, noting
from freecrm.store.database import Store
from freecrm.ui import look
from freecrm.ui.form_drafts import DraftKeeper
from freecrm.ui.form_hints import STILL_HERE
from freecrm.ui.parts import announce, icon_button, label, name_button
from freecrm.ui.tasks import Tasks

LINES, MOST_LINES = 2, 8  # once it is used; one line until then


class _Text(QPlainTextEdit):
    """As high as what is in it, within bounds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setProperty("frameless", True)
        self.least = 1
        self.textChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text."""
        lines = min(max(int(self.document().size().height()), self.least), MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + look.px(14))

    def sizeHint(self) -> QSize:
        return QSize(look.px(200), self.height())


class Composer(QFrame):
    """changed: something was typed. saved: the note is in the file. attach_wanted: a file is to be chosen.
    left(id): a note to this record was left as a draft."""

    changed = Signal()
    saved = Signal()
    attach_wanted = Signal()
    left = Signal(object)

    def __init__(
        self, store: Store, tasks: Tasks, entity: str, id: bytes, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.entity, self.id = store, tasks, entity, id
        self.setProperty("card", True)
        self.note: bytes | None = None  # that is being changed, None: a new one
        self.name, self._before = "", ""
        self.heading, self.trouble = label("strong", parent=self), label("trouble", parent=self)
        self.text = _Text(self)
        self.text.installEventFilter(self)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.attach_button = icon_button("paperclip", self.attach_wanted.emit, 16, self)
        self.cancel_button, self.save_button = QPushButton(self), QPushButton(self)
        self.cancel_button.setProperty("small", True)
        self.cancel_button.clicked.connect(self.cancel)
        self.save_button.setProperty("kind", "primary")
        self.save_button.setProperty("small", True)
        self.save_button.clicked.connect(self.save)
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (12, 6, 8, 0)))
        head.addWidget(self.heading, 1)
        self.foot = QWidget(self)
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(*(look.px(side) for side in (8, 0, 8, 8)))
        foot.setSpacing(look.px(8))
        foot.addWidget(self.trouble, 1)
        foot.addStretch(1)
        foot.addWidget(self.attach_button)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(3),) * 4)  # clear of the round corners
        column.setSpacing(look.px(2))
        column.addLayout(head)
        column.addWidget(self.text)
        column.addWidget(self.foot)
        self.keeper = self._keeper()
        self.text.textChanged.connect(self._typed)
        self._unfold(used=bool(self.text.toPlainText()))
        self.reword()

    # ---- which record

    def show_id(self, id: bytes) -> None:
        """Write to another record; what was typed for the one before is kept as its draft."""
        self.leave()
        self.id, self.note = id, None
        self.keeper.deleteLater()
        self._set("")
        self.keeper = self._keeper()
        self.reword()

    def _keeper(self) -> DraftKeeper:
        """The draft of a note on this record; one that was left behind is gone on with."""
        key = drafts.key_for("note", self.id)
        left = drafts.get(self.store, key)
        if left is not None:
            self._set(str(left.values.get("text") or ""))
        return DraftKeeper(self.store, self.tasks, ("note", self.id), key if left else "", self)

    def _set(self, text: str) -> None:
        self.text.blockSignals(True)
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.End)  # what was left behind is gone on with
        self.text.blockSignals(False)
        self._unfold(used=bool(text) or self.text.hasFocus())
        self._tell("")

    def _unfold(self, *, used: bool) -> None:
        """Be one line as long as nobody writes, so that the timeline has the room."""
        self.heading.setVisible(used)
        self.foot.setVisible(used)
        self.text.least = LINES if used else 1
        self.text.fit()

    def _unfold_if_focused(self) -> None:
        """Unfold unless the focus only passed by, as it does when the field that had it gives way to its editor."""
        if self.text.hasFocus():
            self._unfold(used=True)

    def keep(self) -> None:
        """Put what is typed where the next start finds it."""
        if self.note is None:
            self.keeper.keep()

    def leave(self) -> None:
        """Let what is typed lie as a draft: the box goes on to another record, or away."""
        self.keep()
        self.keeper.is_left = True
        if self.note is None and self.unsaved():
            self.left.emit(self.id)

    def values(self) -> dict[str, Any]:
        """What a draft keeps."""
        return {"text": self.text.toPlainText(), "parent_entity": self.entity}

    def unsaved(self) -> list[str]:
        """What would be lost: the note's name, when something is typed."""
        typed = self.text.toPlainText().strip()
        return [_("Note")] if typed and typed != self._before else []

    # ---- writing

    def begin(self, note: bytes | None = None, text: str = "") -> None:
        """Put the cursor into the box. note: one that is to be changed, with its text."""
        if note is not None:
            self.keep()
            self.note, self._before = note, text.strip()
            self._set(text)
            self.reword()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def cancel(self) -> None:
        """Leave the note that was being changed as it was."""
        self.note, self._before = None, ""
        self._set("")
        self.keeper.deleteLater()
        self.keeper = self._keeper()
        self.reword()
        self.changed.emit()

    def save(self) -> bool:
        """Write the note; False when there is nothing to write."""
        text = self.text.toPlainText().strip()
        if not text:
            self._tell(_("Type something first."))
            self.text.setFocus()
            return False
        field = self.store.schema.fields("note")["text"]
        why = field.read(text)[1]
        if why is not None:
            self._tell(str(why))
            return False
        if self.note is None:
            work, given = noting.add_note, (self.store, self.entity, self.id, text)
            self.tasks.run(work, *given, then=self._saved, failed=self._failed, writes=True)
        else:
            change = (self.store, self.note, text, self.name)
            self.tasks.run(noting.change_note, *change, then=self._saved, failed=self._failed, writes=True)
        return True

    def _saved(self, _answer: object) -> None:
        changed, self.note, self._before = self.note is not None, None, ""
        self._set("")
        self.keeper.drop()
        if changed:
            self.keeper.deleteLater()
            self.keeper = self._keeper()
        self.reword()
        self.changed.emit()
        self.saved.emit()

    def _failed(self, problem: Known) -> None:
        self._tell(_(STILL_HERE).format(why=problem.what))

    def _tell(self, text: str) -> None:
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))
        if text:
            announce(self, text)

    def give_up(self) -> None:
        """Forget what was typed."""
        self.note, self._before = None, ""
        self._set("")
        self.keeper.drop()
        self.reword()

    def _typed(self) -> None:
        if self.note is None:
            self.keeper.touch()
        self._tell("")
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.text and event.type() == QEvent.Type.FocusIn:
            QTimer.singleShot(0, self, self._unfold_if_focused)
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            ctrl = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            if ctrl and (enter or event.key() == Qt.Key.Key_S):
                self.save()
                return True
            if event.key() == Qt.Key.Key_Escape and self.note is not None:
                self.cancel()
                return True
        return super().eventFilter(watched, event)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.heading.setText(_("Write a note") if self.note is None else _("Change the note"))
        self.text.setPlaceholderText(_("What is worth remembering? Files can be dropped anywhere here."))
        self.text.setAccessibleName(self.heading.text())
        self.cancel_button.setText(_("Cancel"))
        self.cancel_button.setVisible(self.note is not None)
        self.save_button.setText(_("Save") + "  " + _("Ctrl+Enter"))
        self.save_button.setAccessibleName(_("Save the note"))
        name_button(self.attach_button, _("Attach a file…"))
        self.text.fit()
