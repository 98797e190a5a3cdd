"""Work that takes longer: a small panel at the lower right; the user goes on meanwhile.

done = panels.follow(say(N_("Importing {file}"), file=name), progress)
... done() when the work has ended
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from freecrm.core.jobs import Progress
from freecrm.core.words import Said, _
from freecrm.ui import look
from freecrm.ui.parts import announce, label

AFTER_MS = 1000  # work that is shorter is not spoken of
_WIDTH, _EDGE = 360, 16


def time_left(done: int, total: int, seconds: float) -> str:
    """«about 6 s» by how long the part that is done took; "" as long as that would be a guess."""
    if not done or not total or seconds < 1 or done >= total:
        return ""
    left = seconds / done * (total - done)
    if left < 60:
        return _("about {n} s").format(n=max(1, round(left)))
    return _("about {n} min").format(n=round(left / 60))


class ProgressPanel(QFrame):
    """One piece of work: what, bar, count, time left, the button that stops it and restores what was."""

    def __init__(self, over: QWidget, what: Said, progress: Progress) -> None:
        super().__init__(over)
        self.progress, self._what = progress, what
        self._begun = time.monotonic()
        self.setProperty("popup", True)
        self.setFixedWidth(look.px(_WIDTH))
        self.text, self.figures, self.hint = label("strong"), label("caption"), label("caption")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.cancel_button = QPushButton()
        self.cancel_button.setProperty("small", True)
        self.cancel_button.clicked.connect(self._cancel)
        first, last = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.text, 1)
        first.addWidget(self.figures)
        last.addWidget(self.hint, 1)
        last.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(look.px(side) for side in (16, 12, 12, 12)))
        column.setSpacing(look.px(8))
        column.addLayout(first)
        column.addWidget(self.bar)
        column.addLayout(last)
        self.reword()
        self.hide()

    def heard(self) -> None:
        """Show how far it is."""
        progress = self.progress
        self._what = progress.what or self._what
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        self.cancel_button.setEnabled(not progress.fixed and not progress.cancelled)
        self.reword()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        progress = self.progress
        text = self.text.fontMetrics().elidedText(str(self._what), Qt.TextElideMode.ElideMiddle, look.px(200))
        self.text.setText(text)
        total = f" / {progress.total:,}" if progress.total else ""
        count = f"{progress.done:,}{total}" if progress.done else ""
        left = time_left(progress.done, progress.total, time.monotonic() - self._begun)
        self.figures.setText(" · ".join(part for part in (count, left) if part))
        self.hint.setText(_("You can go on working"))
        self.cancel_button.setText(_("Cancel and restore"))
        self.setAccessibleName(str(self._what))

    def _cancel(self) -> None:
        self.progress.cancel()
        self.cancel_button.setEnabled(False)


class ProgressPanels(QObject):
    """The panels of a window, one above the other at its lower right."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.over = over
        self.shown: list[ProgressPanel] = []
        over.installEventFilter(self)

    def follow(self, what: Said, progress: Progress) -> Callable[[], None]:
        """Show a piece of work once it takes longer; call the answer when it has ended."""
        panel = ProgressPanel(self.over, what, progress)
        self.shown.append(panel)
        beat = QTimer(panel, interval=100)
        beat.timeout.connect(panel.heard)
        beat.start()
        QTimer.singleShot(AFTER_MS, panel, lambda: self._show(panel))

        def done() -> None:
            if panel in self.shown:
                self.shown.remove(panel)
                panel.hide()
                panel.deleteLater()
                self._place()

        return done

    def _show(self, panel: ProgressPanel) -> None:
        if panel in self.shown:
            panel.show()
            self._place()
            announce(panel, panel.accessibleName())

    def reword(self) -> None:
        """Say them in the language spoken now."""
        for panel in self.shown:
            panel.reword()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        bottom = self.over.height() - look.px(_EDGE)
        for panel in reversed(self.shown):
            if panel.isHidden():
                continue
            panel.adjustSize()
            bottom -= panel.height()
            panel.move(self.over.width() - panel.width() - look.px(_EDGE), bottom)
            panel.raise_()
            bottom -= look.px(8)
