"""The box that follow-ups and notes are written in: what was said, with whom, when next.

Ctrl+Enter saves it; what is typed is kept as a draft until then. Its tabs ask for what their kind has; the parts
below the text are made when it is first used, so that a page is painted without them.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import N_, _
from freecrm.store import drafts, files, followups, noting
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.follow_up.kinds import NOTE, KindBar
from freecrm.ui.follow_up.parts import FollowParts
from freecrm.ui.follow_up.text import FollowText
from freecrm.ui.form_drafts import DraftKeeper
from freecrm.ui.form_hints import STILL_HERE
from freecrm.ui.parts import icon_button, label, name_button, show_trouble
from freecrm.ui.tasks import Tasks

LINES = 2  # once it is used; one line until then
HINTS = {
    NOTE: N_("What is worth remembering? Files can be dropped anywhere here."),
    "task": N_("What is to be done? “@” tells a colleague."),
    "call": N_("What was said on the phone? “@” tells a colleague."),
    "visit": N_("What came of the visit? “@” tells a colleague, files can be dropped here."),
}
HINT = N_("What was said? “@” tells a colleague, files can be dropped here.")


class Composer(QFrame):
    """changed: something was typed. saved: it is in the file. attach_wanted: a file for the record is to be chosen.
    left(id): what was typed about this record was left as a draft. compact: without tabs until it is used."""

    changed = Signal()
    saved = Signal()
    attach_wanted = Signal()
    left = Signal(object)

    def __init__(
        self,
        store: Store,
        tasks: Tasks,
        entity: str,
        id: bytes,
        parent: QWidget | None = None,
        *,
        compact: bool = False,
    ) -> None:
        super().__init__(parent)
        self.store, self.tasks, self.entity, self.id, self.compact = store, tasks, entity, id, compact
        self.takes = followups.takes(store.schema.entity(entity))
        self.kind = followups.OTHER if self.takes else NOTE
        self.setProperty("card", True)
        self.note: bytes | None = None  # that is being changed, None: a new one
        self.name, self._before = "", ""
        self.files: list[dict[str, Any]] = []
        self.parts: FollowParts | None = None
        self._loaded: bytes | None = None  # whose people and steps the parts know
        self._saving = False
        self._draft: dict[str, Any] = {}  # what a draft says of the parts, until they are made
        self.kinds: KindBar | None = KindBar(self) if self.takes else None
        self.heading, self.trouble = label("strong", parent=self), label("trouble", parent=self)
        self.text = FollowText(self)
        self.text.colleagues = self._colleagues
        self.text.installEventFilter(self)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.attach_button = icon_button("paperclip", self._choose_file, 16, self)
        self.cancel_button, self.save_button = QPushButton(self), QPushButton(self)
        self.cancel_button.setProperty("small", True)
        self.cancel_button.clicked.connect(self.cancel)
        self.save_button.setProperty("kind", "primary")
        self.save_button.setProperty("small", True)
        self.save_button.clicked.connect(self.save)
        self._lay_out()
        self.setAcceptDrops(True)
        self.keeper = self._keeper()
        self.text.textChanged.connect(self._typed)
        if self.kinds is not None:
            self.kinds.chosen.connect(self._chosen)
        self._unfold(used=bool(self.text.toPlainText()))
        self.reword()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(*(look.px(side) for side in (12, 6, 8, 0)))
        head.addWidget(self.heading, 1)
        self.foot = QWidget(self)
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(*(look.px(side) for side in (8, 0, 8, 8)))
        foot.setSpacing(look.px(8))
        self.files_line = label("caption", parent=self)
        self.files_line.setWordWrap(True)
        self.files_line.hide()
        self.files_line.setContentsMargins(look.px(9), 0, look.px(9), 0)
        foot.addWidget(self.trouble, 1)
        foot.addStretch(1)
        foot.addWidget(self.attach_button)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.save_button)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*(look.px(3),) * 4)  # clear of the round corners
        self.column.setSpacing(look.px(2))
        if self.kinds is not None:
            self.column.addWidget(self.kinds)
        self.column.addLayout(head)
        self.column.addWidget(self.text)
        self.column.addWidget(self.files_line)
        self.column.addWidget(self.foot)

    # ---- which record

    def show_id(self, id: bytes) -> None:
        """Write to another record; what was typed for the one before is kept as its draft."""
        self.leave()
        self.id, self.note = id, None
        self.keeper.deleteLater()
        self._forget()
        self.keeper = self._keeper()
        self.reword()

    def _keeper(self) -> DraftKeeper:
        """The draft of what is written to this record; one that was left behind is gone on with."""
        key = drafts.key_for("note", self.id)
        left = drafts.get(self.store, key)
        if left is not None:
            kind = str(left.values.get("kind") or NOTE)
            self._draft = dict(left.values)
            self.show_kind(kind if self.takes else NOTE)
            self._set(str(left.values.get("text") or ""))
            self._take_files(list(left.values.get("files") or ()))
        return DraftKeeper(self.store, self.tasks, ("note", self.id), key if left else "", self)

    def _forget(self) -> None:
        self._set("")
        self._take_files([])
        self._loaded, self._draft = None, {}
        if self.parts is not None:
            self.parts.clear()
        self._unfold(used=self.text.hasFocus())

    def _set(self, text: str) -> None:
        self.text.blockSignals(True)
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.End)  # what was left behind is gone on with
        self.text.blockSignals(False)
        self._unfold(used=bool(text) or self.text.hasFocus())
        self._tell("")

    # ---- which kind

    def show_kind(self, kind: str) -> None:
        """Write this kind: of an activity, or NOTE. What is typed stays."""
        if self.kinds is not None:
            self.kinds.show_kind(kind)
        self._take_kind(kind)

    def _chosen(self, kind: str) -> None:
        self._take_kind(kind)
        self._unfold(used=True)
        if self._is_typed():
            self.keeper.touch()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_kind(self, kind: str) -> None:
        self.kind = kind
        if self.parts is not None:
            self.parts.show_kind(kind)
            self.parts.setVisible(kind != NOTE and not self.foot.isHidden())
        self.reword()

    def _unfold(self, *, used: bool) -> None:
        """Be one line as long as nobody writes, so that the timeline has the room."""
        self.heading.setVisible(used and (self.kinds is None or self.note is not None))
        if self.kinds is not None:
            self.kinds.setVisible(self.note is None and (used or not self.compact))
        self.foot.setVisible(used)
        self.text.least = LINES if used else 1
        self.text.fit()
        if used and self.takes and self.kind != NOTE and self.note is None:
            self._furnish()
        if self.parts is not None:
            self.parts.setVisible(used and self.kind != NOTE and self.note is None)

    def _furnish(self) -> None:
        """Make what a follow-up is asked besides its text, and read what is known of the record."""
        if self.parts is None:
            from freecrm.ui.follow_up import phrase_menu

            made = self.parts = FollowParts(self.store, self.tasks, self)
            made.layout().setContentsMargins(look.px(8), 0, look.px(8), look.px(2))  # type: ignore[union-attr]
            self.column.insertWidget(self.column.indexOf(self.files_line), made)
            made.changed.connect(self._typed)
            made.phrase_chip.clicked.connect(
                lambda: phrase_menu.offer(made.phrase_chip, self.text, self.store, self.tasks)
            )
            made.show_kind(self.kind)
            self._order()
        if self._draft:
            held, self._draft = self._draft, {}
            self.parts.take(held)
        if self._loaded != self.id:
            self._loaded = self.id
            self.parts.load(self.entity, self.id)

    def _order(self) -> None:
        for one, after in pairwise(self.inputs()):
            QWidget.setTabOrder(one, after)

    def inputs(self) -> list[QWidget]:
        """What Tab goes through."""
        kinds: list[QWidget] = [self.kinds] if self.kinds is not None else []
        parts = self.parts.inputs() if self.parts is not None else []
        return [*kinds, self.text, *parts, self.attach_button, self.cancel_button, self.save_button]

    def refresh(self) -> None:
        """Something was written: read what is open anew, unless somebody is writing."""
        self._loaded = None
        if self.parts is not None and self.parts.isVisible() and not self._is_typed():
            self._furnish()

    def _unfold_if_focused(self) -> None:
        """Unfold unless the focus only passed by, as it does when the field that had it gives way to its editor."""
        if self.text.hasFocus():
            self._unfold(used=True)

    def _colleagues(self) -> list[str]:
        return [name for _id, name in followups.colleagues(self.store)] if self.kind != NOTE else []

    # ---- drafts

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
        made = {"text": self.text.toPlainText(), "parent_entity": self.entity}
        if self.kind == NOTE:
            return made
        parts = self.parts.values() if self.parts is not None else {}
        return {**made, "kind": self.kind, "files": list(self.files), **parts}

    def _is_typed(self) -> bool:
        return bool(self.text.toPlainText().strip() or self.files)

    def unsaved(self) -> list[str]:
        """What would be lost: what it is called, when something is typed."""
        typed = self.text.toPlainText().strip()
        if not (typed or self.files) or (typed and typed == self._before):
            return []
        return [_("Note") if self.kind == NOTE or self.note is not None else _("Follow-up")]

    # ---- writing

    def begin(self, note: bytes | None = None, text: str = "", kind: str = "") -> None:
        """Put the cursor into the box. note: one that is to be changed, with its text. kind: what to write."""
        if note is not None:
            self.keep()
            self.note, self._before = note, text.strip()
            self._set(text)
            self.reword()
        elif kind and not self._is_typed():
            self.show_kind(kind if self.takes else NOTE)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self._unfold(used=True)

    def cancel(self) -> None:
        """Leave the note that was being changed as it was."""
        self.note, self._before = None, ""
        self._set("")
        self.keeper.deleteLater()
        self.keeper = self._keeper()
        self.reword()
        self.changed.emit()

    def save(self) -> bool:
        """Write it; False when there is nothing to write, or it can't be written yet."""
        text = self.text.toPlainText().strip()
        if self._saving:
            return False
        if self.kind != NOTE and self.note is None:
            return self._save_follow_up(text)
        why = self._why_not(text, "note", "text")
        if why:
            self._tell(why)
            self.text.setFocus()
            return False
        if self.note is None:
            work, given = noting.add_note, (self.store, self.entity, self.id, text)
            self._run(work, *given)
        else:
            self._run(noting.change_note, self.store, self.note, text, self.name)
        return True

    def _why_not(self, text: str, entity: str, field: str) -> str:
        if not text:
            return _("Type something first.")
        why = self.store.schema.fields(entity)[field].read(text)[1]
        return str(why) if why is not None else ""

    def _save_follow_up(self, text: str) -> bool:
        self._furnish()
        assert self.parts is not None
        outcome = self.parts.outcome if self.kind != "task" else None
        if not text and outcome:
            text = self.store.schema.fields("activity")["outcome"].show(outcome)
        why = self._why_not(text, "activity", "result")
        if why:
            self._tell(why)
            self.text.setFocus()
            return False
        said = self.parts.said(text, self.files)
        self._run(followups.save, self.store, self.entity, self.id, said)
        return True

    def _run(self, work: Any, *given: Any) -> None:
        self._saving = True
        self.tasks.run(work, *given, then=self._saved, failed=self._failed, finally_=self._ended, writes=True)

    def _ended(self) -> None:
        self._saving = False

    def _saved(self, _answer: object) -> None:
        changed, self.note, self._before = self.note is not None, None, ""
        self._forget()
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
        show_trouble(self.trouble, text, self)

    def give_up(self) -> None:
        """Forget what was typed."""
        self.note, self._before = None, ""
        self._forget()
        self.keeper.drop()
        self.reword()

    def _typed(self) -> None:
        if self.note is None:
            self.keeper.touch()
        self._tell("")
        self.changed.emit()

    # ---- files

    def _choose_file(self) -> None:
        if self.kind == NOTE or self.note is not None:
            self.attach_wanted.emit()
            return
        path = talk.ask_file(self, _("Attach a file"), _("All files (*)"))
        if path is not None:
            self.attach([path])

    def attach(self, paths: list[Path]) -> None:
        """Copy files; they go with the follow-up when it is saved."""

        def copy() -> list[dict[str, Any]]:
            return [files.take(self.store, path) for path in paths]

        self.tasks.run(copy, then=self._copied, failed=talk.tell_problem)

    def _copied(self, rows: list[dict[str, Any]]) -> None:
        self._take_files([*self.files, *rows])
        self._unfold(used=True)
        self._typed()

    def _take_files(self, rows: list[dict[str, Any]]) -> None:
        self.files = rows
        names = ", ".join(str(row.get("name") or "") for row in rows)
        self.files_line.setText(_("Goes with it: {files}").format(files=names))
        self.files_line.setVisible(bool(rows))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.kind != NOTE and self.note is None and event.mimeData().hasUrls():
            event.acceptProposedAction()
        else:
            event.ignore()  # the page takes it for the record

    def dropEvent(self, event: QDropEvent) -> None:
        from freecrm.ui.editors.files import paths_of

        found = [path for path in paths_of(event) if path.is_file()]
        if found:
            event.acceptProposedAction()
            self.attach(found)

    # ----

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
        if self.note is not None:
            text = _("Change the note")
        else:
            text = _("Write a note") if self.kind == NOTE else _("Write a follow-up")
        self.heading.setText(text)
        self.text.setPlaceholderText(_(HINTS.get(self.kind, HINT)))
        self.text.setAccessibleName(text)
        self.cancel_button.setText(_("Cancel"))
        self.cancel_button.setVisible(self.note is not None)
        self.save_button.setText(_("Save") + "  " + _("Ctrl+Enter"))
        note = self.kind == NOTE or self.note is not None
        self.save_button.setAccessibleName(_("Save the note") if note else _("Save the follow-up"))
        name_button(self.attach_button, _("Attach a file…"))
        if self.kinds is not None:
            self.kinds.reword()
        if self.parts is not None:
            self.parts.reword()
        self.text.fit()
