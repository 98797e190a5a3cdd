"""Step 1: the file. Drop it, choose it, paste its cells, take one of the last ones, or begin with a template."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.exchange import paste
from freecrm.ui import look, talk
from freecrm.ui.drop import LISTS, dropped_file
from freecrm.ui.parts import label
from freecrm.ui.wizard.draft import Draft
from freecrm.ui.wizard.recent import recent
from freecrm.ui.wizard.step import Step
from freecrm.ui.wizard.trouble import TroubleBar

RECENT = 5


class DropField(QFrame):
    """Where a file may be let go."""

    def __init__(self, step: FileStep) -> None:
        super().__init__()
        self.step = step
        self.setAcceptDrops(True)
        self.setProperty("dropfield", True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData()) is not None:
            self.setProperty("over", True)
            look.refresh(self)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.setProperty("over", False)
        look.refresh(self)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.setProperty("over", False)
        look.refresh(self)
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.step.take(path)


class FileStep(Step):
    """Takes a file; what is wrong with it is said here, with a way on."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._build()
        self.reword()

    def _build(self) -> None:
        self.trouble = TroubleBar()
        self.trouble.again.connect(self.draft.look)
        self.field = DropField(self)
        self.picture, self.title, self.text = QLabel(), label("title"), label("hint")
        self.state = label("strong")
        self.choose_button, self.paste_button, self.template_button = (
            QPushButton(),
            QPushButton(),
            QPushButton(),
        )
        self.choose_button.setProperty("kind", "primary")
        self.template_button.setProperty("kind", "quiet")
        self.choose_button.clicked.connect(self.choose)
        self.paste_button.clicked.connect(self.paste)
        self.template_button.clicked.connect(self.save_template)
        look.dress(self.choose_button, "folder-open", 16, "on_accent")
        look.dress(self.paste_button, "clipboard-paste", 16)
        look.dress(self.template_button, "file-spreadsheet", 16)
        inside = QVBoxLayout(self.field)
        inside.setContentsMargins(*[look.px(28)] * 4)
        inside.setSpacing(look.px(8))
        inside.addStretch(1)
        for part in (self.picture, self.title, self.text, self.state):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(part)
        inside.addSpacing(look.px(12))
        buttons = QHBoxLayout()
        buttons.setSpacing(look.px(12))
        buttons.addStretch(1)
        for button in (self.choose_button, self.paste_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        inside.addStretch(1)
        self.recent_title = label("strong")
        self.recent_box = QVBoxLayout()
        self.recent_box.setSpacing(look.px(4))
        below = QHBoxLayout()
        left = QVBoxLayout()
        left.addWidget(self.recent_title)
        left.addLayout(self.recent_box)
        left.addStretch(1)
        below.addLayout(left, 1)
        below.addWidget(self.template_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (48, 20, 48, 16)))
        column.setSpacing(look.px(12))
        column.addWidget(self.trouble)
        column.addWidget(self.field, 1)
        column.addLayout(below)

    # ---- taking

    def take(self, path: Path) -> None:
        """Begin with this file; anything but a list is refused with the reason."""
        if path.suffix.lower() not in LISTS and path.suffix.lower() not in (
            ".xlsb",
            ".xlsm",
            ".tsv",
            ".htm",
            ".html",
        ):
            what = N_("{file} is no list that can be imported. Drop an Excel, csv or vCard file.")
            self.trouble.show_problem(Known(say(what, file=path.name)), again=False)
            return
        self.draft.open(path)

    def choose(self) -> None:
        """Let the user choose a file."""
        endings = " ".join(f"*{ending}" for ending in LISTS)
        path = talk.ask_file(self, _("Import a list"), f"{_('Lists')} ({endings});;{_('All files')} (*)")
        if path is not None:
            self.draft.open(path)

    def paste(self) -> None:
        """Take the cells in the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        try:
            path = paste.kept(data.text() if data.hasText() else "", data.html() if data.hasHtml() else "")
        except Known as problem:
            self.trouble.show_problem(problem, again=False)
            return
        self.draft.open(path)

    def save_template(self) -> None:
        """Write an empty workbook to fill in."""
        from freecrm.exchange import exporter

        draft = self.draft
        name = f"{_(draft.store.schema.entity(draft.plan.main).plural)}.xlsx"
        path = talk.ask_save(self, _("Save a template to fill in"), f"{_('Excel workbook')} (*.xlsx)", name)
        if path is None:
            return
        what = say(N_("An empty workbook is in {file}. Fill it in, then drop it here."), file=str(path))
        draft.tasks.run(
            exporter.template, draft.store, draft.plan.main, path, then=lambda _made: talk.tell(what)
        )

    # ---- showing

    def refresh(self) -> None:
        draft = self.draft
        if draft.problem is not None and draft.seen is None:
            self.trouble.show_problem(draft.problem, again=draft.path is not None)
        elif draft.looking or draft.seen is not None:
            self.trouble.hide()
        said = ""
        if draft.looking:
            said = _("Looking into {file} …").format(file=draft.name)
        elif draft.seen is not None:
            said = _("Chosen: {file}").format(file=draft.name)
        self.state.setText(said)
        self.state.setVisible(bool(said))
        self._show_recent()
        self.ready.emit()

    def _show_recent(self) -> None:
        files = recent(self.draft.store)[:RECENT]
        while (item := self.recent_box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for path in files:
            button = QPushButton(path.name)
            button.setProperty("kind", "quiet")
            button.setProperty("small", True)
            button.setToolTip(str(path))
            look.dress(button, "file-spreadsheet", 16)
            button.clicked.connect(lambda _checked=False, chosen=path: self.draft.open(chosen))
            self.recent_box.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.recent_title.setVisible(bool(files))

    def reword(self) -> None:
        ratio = self.devicePixelRatioF()
        self.picture.setPixmap(look.pixmap("file-spreadsheet", look.px(44), "accent", ratio))
        self.title.setText(_("Drop your list here"))
        self.text.setText(_("Excel, csv or vCard. The file itself is never changed."))
        self.choose_button.setText(_("Choose a file…"))
        self.paste_button.setText(_("Paste cells"))
        self.template_button.setText(_("Template to fill in…"))
        self.recent_title.setText(_("Imported lately"))
        self.trouble.reword()
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        else:
            super().keyPressEvent(event)

    def focus_first(self) -> None:
        self.choose_button.setFocus(Qt.FocusReason.OtherFocusReason)
