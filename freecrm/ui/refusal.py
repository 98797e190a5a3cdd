"""The file cannot be opened: the sentence why, and the ways on: a backup, another file, leaving."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store import copies, faults
from freecrm.ui import file_dialog, look
from freecrm.ui.parts import label


def ask(problem: Known, path: Path | None = None) -> Path | None:
    """Tell why the file isn't opened; the file to open instead (the same one, where a backup was put in its
    place), None to leave. path: the file that was to be opened."""
    dialog = RefusalDialog(problem, path)
    done = dialog.exec() == QDialog.DialogCode.Accepted
    found = dialog.found
    dialog.deleteLater()
    return found if done else None


class RefusalDialog(QDialog):
    """found: the file to open, once it is accepted."""

    def __init__(self, problem: Known, path: Path | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem, self.path, self.found = problem, path, path
        self.has_backups = path is not None and bool(copies.listed(path))
        self._build()
        self.reword()
        self.setFixedWidth(look.px(560))

    def _build(self) -> None:
        self.sign, self.title, self.text = QLabel(), label("subtitle"), label()
        self.details = label("caption", self.problem.details)
        for part in (self.text, self.details):
            part.setWordWrap(True)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.hide()
        self.more, self.copy = QPushButton(), QPushButton()
        for button in (self.more, self.copy):
            button.setProperty("kind", "link")
        self.more.clicked.connect(self._unfold)
        self.copy.clicked.connect(self._copy)
        self.more.setVisible(bool(self.problem.details))
        self.copy.hide()
        fold = QHBoxLayout()
        fold.addWidget(self.more)
        fold.addWidget(self.copy)
        fold.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(look.px(6))
        for part in (self.title, self.text):
            words.addWidget(part)
        words.addLayout(fold)
        words.addWidget(self.details)
        row = QHBoxLayout()
        row.setSpacing(look.px(16))
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[look.px(20)] * 4)
        whole.setSpacing(look.px(18))
        whole.addLayout(row)
        whole.addLayout(self._build_buttons())

    def _build_buttons(self) -> QHBoxLayout:
        self.quit, self.other, self.restore = QPushButton(), QPushButton(), QPushButton()
        self.quit.clicked.connect(self.reject)
        self.other.clicked.connect(self._open_other)
        self.restore.clicked.connect(self._restore)
        self.restore.setVisible(self.has_backups)
        damaged = isinstance(self.problem, faults.Damaged)
        main = self.restore if damaged and self.has_backups else self.other
        main.setProperty("kind", "primary")
        main.setDefault(True)
        main.setFocus(Qt.FocusReason.OtherFocusReason)
        buttons = QHBoxLayout()
        buttons.setSpacing(look.px(8))
        buttons.addWidget(self.quit)
        buttons.addStretch(1)
        for button in (self.other, self.restore) if main is self.restore else (self.restore, self.other):
            buttons.addWidget(button)
        return buttons

    def _unfold(self) -> None:
        self.details.setVisible(not self.details.isVisible())
        self.copy.setVisible(self.details.isVisible())
        self.adjustSize()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.problem.what}\n\n{self.problem.details}")

    def _open_other(self) -> None:
        chosen = file_dialog.ask(self, _("Open another file"), "FreeCRM (*.freecrm)", new=True)
        if chosen is not None:
            self.found = chosen
            self.accept()

    def _restore(self) -> None:
        from freecrm.core.jobs import Jobs
        from freecrm.modules import model
        from freecrm.ui import restore_dialog
        from freecrm.ui.tasks import Tasks

        assert self.path is not None
        tasks = Tasks(Jobs())
        done = restore_dialog.ask(self, self.path, model(), tasks)
        tasks.close()
        if done is not None:
            self.accept()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.setWindowTitle("FreeCRM")
        name = self.path.name if self.path is not None else ""
        what = say(N_("Couldn't open {file}"), file=name) if name else say(N_("Couldn't open the file"))
        self.title.setText(str(what))
        self.text.setText(str(self.problem.what))
        self.setAccessibleName(self.title.text())
        self.setAccessibleDescription(self.text.text())
        self.more.setText(_("Technical details"))
        self.copy.setText(_("Copy"))
        self.quit.setText(_("Quit"))
        self.other.setText(_("Open another file…"))
        self.restore.setText(_("Restore from a backup…"))
        ratio = self.devicePixelRatioF()
        self.sign.setPixmap(look.pixmap("triangle-alert", look.px(32), "warning", ratio))
