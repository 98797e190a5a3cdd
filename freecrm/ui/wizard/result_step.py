"""Step 5: what will happen, then how far it is, then what was done, with the way back."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.change import Touched
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.exchange.changeset import CHANGED, NEW, REJECTED, SAME, SKIPPED, ChangeSet
from freecrm.ui import look, talk
from freecrm.ui.page import Pane
from freecrm.ui.parts import label
from freecrm.ui.wizard.draft import Draft
from freecrm.ui.wizard.step import Step
from freecrm.ui.wizard.trouble import TroubleBar

NAMED = 12  # records kept by an undo that are named


class ResultStep(Step):
    """wants_rows: the user wants to see what was imported."""

    wants_rows = Signal()

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._since = 0.0
        self._undone: Touched | None = None
        self._saved: Said | None = None
        self._build()
        self.reword()

    def _build(self) -> None:
        self.trouble = TroubleBar()
        self.trouble.again_button.hide()
        self.picture, self.title, self.text = QLabel(), label("title"), label("hint")
        self.text.setWordWrap(True)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(look.px(16))
        self.grid.setVerticalSpacing(look.px(6))
        self.bar, self.figures = QProgressBar(), label("caption")
        self.notes = label("caption")
        self.notes.setWordWrap(True)
        self.show_button, self.left_button, self.undo_button = QPushButton(), QPushButton(), QPushButton()
        self.show_button.clicked.connect(self.wants_rows)
        self.left_button.clicked.connect(self.save_left_out)
        self.undo_button.clicked.connect(self.undo)
        look.dress(self.show_button, "list", 16)
        look.dress(self.left_button, "file-spreadsheet", 16)
        look.dress(self.undo_button, "undo-2", 16)
        buttons = QHBoxLayout()
        buttons.setSpacing(look.px(8))
        for button in (self.show_button, self.left_button, self.undo_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        body = QWidget()
        body.setMaximumWidth(look.px(760))
        column = QVBoxLayout(body)
        column.setContentsMargins(*(look.px(side) for side in (16, 28, 16, 16)))
        column.setSpacing(look.px(10))
        head = QHBoxLayout()
        head.setSpacing(look.px(10))
        head.addWidget(self.picture)
        head.addWidget(self.title, 1)
        column.addWidget(self.trouble)
        column.addLayout(head)
        for part in (self.text, self.bar, self.figures):
            column.addWidget(part)
        column.addSpacing(look.px(4))
        column.addLayout(self.grid)
        column.addLayout(buttons)
        column.addWidget(self.notes)
        column.addStretch(1)
        centred = QWidget()
        row = QHBoxLayout(centred)
        row.addStretch(1)
        row.addWidget(body, 20)
        row.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(centred)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(area)

    # ---- doing

    def button_text(self) -> str:
        """What the button that imports says."""
        made = self.draft.made if self.draft.is_current else None
        if made is None:
            return _("Import the list")
        count = made.rows - made.count(REJECTED) - made.actions.get("skip", 0)
        return plural("Import {count} row", "Import {count} rows", count, count=f"{count:,}")

    def save_left_out(self) -> None:
        """Write the rows that were left out, each with its reason."""
        from freecrm.exchange import exporter

        made = self.draft.result
        if made is None:
            return
        name = _("Left out of {file}").format(file=self.draft.name).rpartition(".")[0] or self.draft.name
        path = talk.ask_save(
            self, _("Save the rows left out"), f"{_('Excel workbook')} (*.xlsx)", f"{name}.xlsx"
        )
        if path is None:
            return
        rows = [(row.cells, row.why) for row in made.left_out]

        def saved(_done: object) -> None:
            self._saved = say(N_("The rows left out are in {file}."), file=str(path))
            self.refresh()

        self.draft.tasks.run(exporter.left_out, path, made.heads, rows, then=saved)

    def undo(self) -> None:
        """Take this import back."""
        from freecrm.store import undo

        touched = self.draft.touched
        if touched is None or touched.step is None:
            return
        self.undo_button.setEnabled(False)

        def undone(done: Touched) -> None:
            self._undone = done
            self.refresh()

        self.draft.tasks.run(
            undo.undo,
            self.draft.store,
            touched.step,
            writes=True,
            then=undone,
            finally_=lambda: self.undo_button.setEnabled(True),
        )

    # ---- showing

    def refresh(self) -> None:
        draft = self.draft
        if draft.touched is None:
            self._undone = self._saved = None
        if draft.problem is not None and not draft.importing:
            self.trouble.show_problem(draft.problem, again=False)
        else:
            self.trouble.hide()
        running, over = draft.importing, draft.touched is not None
        if not running:
            self._since = 0.0
        self.bar.setVisible(running)
        self.figures.setVisible(running)
        made = draft.result if over else draft.made
        self._words(running, over)
        self._lines(made if not running else None, over)
        self.show_button.setVisible(over and self._undone is None)
        self.left_button.setVisible(over and draft.result is not None and bool(draft.result.left_out))
        self.undo_button.setVisible(over and self._undone is None and self._wrote())
        self._say_notes(over)
        self.show_progress()
        self.ready.emit()

    def _wrote(self) -> bool:
        return self.draft.touched is not None and self.draft.touched.step is not None

    def _words(self, running: bool, over: bool) -> None:
        draft = self.draft
        icon, colour = ("upload", "accent")
        title, text = _("Ready to import {file}"), _("Nothing has been written yet.")
        if running:
            title = _("Importing {file}")
            text = _("You can do other things meanwhile.")
        elif self._undone is not None:
            icon, colour = "undo-2", "accent"
            title, text = _("The import of {file} was undone"), self._kept_words(self._undone)
        elif over:
            icon, colour = "circle-check", "success"
            title = _("{file} is imported")
            text = _("It can be undone as a whole for 90 days, also later in the history.")
            if not self._wrote():
                text = _("There was nothing to write: everything is here already.")
        elif draft.was_stopped:
            icon, colour = "info", "info"
            title = _("The import of {file} was stopped")
            text = _("Everything is as it was before.")
        self.title.setText(title.format(file=draft.name))
        self.text.setText(text)
        self.picture.setPixmap(look.pixmap(icon, look.px(28), colour, self.devicePixelRatioF()))

    def _kept_words(self, done: Touched) -> str:
        if not done.kept:
            return _("Everything is as it was before.")
        names = _(", ").join(kept.title for kept in done.kept[:NAMED])
        said = _("Changed since, so they stay ({n}): {names}.")
        return said.format(n=f"{len(done.kept):,}", names=names)

    def _lines(self, made: ChangeSet | None, over: bool) -> None:
        while (item := self.grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if made is None or self._undone is not None:
            return
        new, fill = made.actions.get("new", 0), made.actions.get("fill", 0)
        lines = [
            (new, N_("new customers")),
            (made.actions.get("update", 0), N_("updated")),
            (fill, N_("merged: they fill blanks of another row or customer")),
            (made.count(SAME), N_("the same as before")),
            (made.count(SKIPPED), N_("left as they were")),
            (made.count(REJECTED) + self._skipped(made), N_("left out")),
        ]
        place = 0
        for count, words in lines:
            if not count:
                continue
            figure = label("strong", f"{count:,}")
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.grid.addWidget(figure, place, 0)
            self.grid.addWidget(label("", _(words)), place, 1)
            place += 1
        self.grid.setColumnStretch(1, 1)

    def _skipped(self, made: ChangeSet) -> int:
        """Doubtful rows that are left out."""
        kept = (
            made.count(NEW)
            + made.count(CHANGED)
            + made.count(SAME)
            + made.count(SKIPPED)
            + made.count(REJECTED)
        )
        doubtful = made.rows - kept
        return min(doubtful, sum(d.action == "skip" for d in made.doubts))

    def _say_notes(self, over: bool) -> None:
        made = self.draft.result if over else self.draft.made
        said = [str(self._saved)] if self._saved is not None else []
        if made is not None and self._undone is None and not self.draft.importing:
            if made.trouble_count:
                looked = _(
                    "Cells to look at: {n}. Each was treated as the fields step says; no word is lost."
                )
                ahead = _("Cells to look at: {n}. The fields step says what becomes of each.")
                said.append((looked if over else ahead).format(n=f"{made.trouble_count:,}"))
            said += [str(note) for note in made.notes]
        self.notes.setText("\n".join(said))

    def show_progress(self) -> None:
        """Show how far the import is, with the time left."""
        draft = self.draft
        if not draft.importing or draft.progress is None:
            return
        now = time.monotonic()
        self._since = self._since or now
        done, total = draft.done, draft.total
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        said = f"{done:,} / {total:,}" if total else ""
        if total and done > total // 20 and now - self._since > 1:
            left = (now - self._since) * (total - done) / max(done, 1)
            said = _("{count} · about {n} seconds left").format(count=said, n=max(1, round(left)))
        what = draft.progress.what
        self.figures.setText(f"{what}  {said}" if what is not None else said)

    def reword(self) -> None:
        self.show_button.setText(_("Show the imported rows"))
        self.left_button.setText(_("Save the rows left out…"))
        self.undo_button.setText(_("Undo this import"))
        self.trouble.reword()
        self.refresh()

    def focus_first(self) -> None:
        button = self.show_button if self.draft.touched is not None else None
        (button or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def panes(self) -> list[Pane]:
        return [(self, self.focus_first)]
