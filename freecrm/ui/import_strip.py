"""How far an import is: sentence, bar, count, and the button that stops it and restores what was."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from freecrm.core.jobs import Progress
from freecrm.core.words import Said, _
from freecrm.ui import look
from freecrm.ui.parts import label


class ImportStrip(QFrame):
    """Shown while a long piece of work is under way; the rest of the window stays alive."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("bar", True)
        self._progress: Progress | None = None
        self._what: Said | None = None
        self.text, self.figures = label("strong"), label("hint")
        self.bar = QProgressBar()
        self.cancel_button = QPushButton()
        self.cancel_button.setProperty("small", True)
        self.cancel_button.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (16, 6, 12, 6)))
        row.setSpacing(look.px(12))
        row.addWidget(self.text)
        row.addWidget(self.bar, 1)
        row.addWidget(self.figures)
        row.addWidget(self.cancel_button)
        self.hide()

    def begin(self, what: Said, progress: Progress) -> None:
        """Show that `what` has begun."""
        self._progress, self._what = progress, what
        self.cancel_button.setEnabled(True)
        self.bar.setRange(0, 0)
        self.figures.setText("")
        self.reword()
        self.show()

    def heard(self, progress: Progress) -> None:
        """Show how far it is."""
        if progress is not self._progress:
            return
        self._what = progress.what or self._what
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        total = f" / {progress.total:,}" if progress.total else ""
        self.figures.setText(f"{progress.done:,}{total}" if progress.done else "")
        self.cancel_button.setEnabled(not progress.fixed)
        self.reword()

    def end(self) -> None:
        """It has ended, one way or the other."""
        self._progress = None
        self.hide()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        self.text.setText(str(self._what) if self._what is not None else "")
        self.cancel_button.setText(_("Cancel and restore"))

    def _cancel(self) -> None:
        if self._progress is not None:
            self._progress.cancel()
            self.cancel_button.setEnabled(False)
