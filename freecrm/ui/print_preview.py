"""The one preview of everything that is printed: small pages left, the pages in the middle, options right.

    preview(window, [ListPrint(…), RecordPrint(…)])

What is shown is the PDF itself: it is made in a job, drawn page by page when looked at, saved as a file or
sent to the printer. Paper stays white in the dark theme.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.jobs import Progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, _, plural, say
from freecrm.exchange.pdf.pages import Pages
from freecrm.exchange.pdf.sheet import SIZES, Made
from freecrm.exchange.printing import Printable, file_name
from freecrm.exchange.saving import saving
from freecrm.ui import look, talk
from freecrm.ui.page_shelf import PageShelf
from freecrm.ui.page_view import STEP, PageView, Thumbs
from freecrm.ui.parts import JobBar, MessageBar, announce, icon_button, label, name_button
from freecrm.ui.print_options import PrintOptions
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.window import MainWindow

_PAPER = "print_paper"


def preview(window: MainWindow, things: Sequence[Printable]) -> PrintPreview | None:
    """Open the preview of what a page offers to print; None when that is nothing."""
    if not things:
        talk.tell(say(N_("There is nothing to print here: the list has no rows.")))
        return None
    sizes, kept = list(SIZES), window.preferences
    made = PrintPreview(things, window.tasks, sizes[kept.number(_PAPER, 0) % len(sizes)], window)
    made.finished.connect(lambda _code: kept.set_number(_PAPER, made.options.size_box.currentIndex()))
    made.open()
    return made


class PrintPreview(QDialog):
    """made: the PDF that is shown, None as long as there is none. pages: its pictures."""

    def __init__(
        self, things: Sequence[Printable], tasks: Tasks, size: str = "A4", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.made: Made | None = None
        self.shelf: PageShelf | None = None
        self._progress: Progress | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="freecrm-", ignore_cleanup_errors=True)
        self._numbers = count(1)
        self._closed = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._build(things, size)
        self._connect()
        self._fit_window(parent)
        self.reword()
        self.view.setFocus()
        self.make()

    def _fit_window(self, over: QWidget | None) -> None:
        room = over.size() if over is not None else self.screen().availableSize()
        sides = ((look.px(760), room.width()), (look.px(520), room.height()))
        self.resize(*(min(whole, max(least, whole - 64)) for least, whole in sides))

    def _build(self, things: Sequence[Printable], size: str) -> None:
        self.title, self.about = label("subtitle"), label("hint")
        self.smaller = icon_button("minus", lambda: self.view.set_zoom(self.view.zoom / STEP), 16)
        self.larger = icon_button("plus", lambda: self.view.set_zoom(self.view.zoom * STEP), 16)
        self.percent = QLabel()
        self.percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.percent.setMinimumWidth(look.px(48))
        self.whole, self.wide, self.close_button = QPushButton(), QPushButton(), QToolButton()
        look.dress(self.close_button, "x", 18)
        self.close_button.clicked.connect(self.reject)
        for button in (self.smaller, self.larger):
            button.setProperty("kind", "framed")
        for fit in (self.whole, self.wide):
            fit.setProperty("small", True)
            fit.setAutoDefault(False)
        self.bar_row = QWidget()
        self.bar_row.setProperty("bar", True)
        self.bar_row.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        top = QHBoxLayout(self.bar_row)
        top.setContentsMargins(*(look.px(side) for side in (16, 8, 8, 8)))
        top.setSpacing(look.px(8))
        top.addWidget(self.title)
        top.addWidget(self.about)
        top.addStretch(1)
        for part in (self.smaller, self.percent, self.larger, self.whole, self.wide):
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(self.close_button)
        self.thumbs, self.view, self.options = Thumbs(), PageView(), PrintOptions(things, size)
        self.waiting = self._build_waiting()
        self.middle = QStackedWidget()
        self.middle.addWidget(self.view)
        self.middle.addWidget(self.waiting)
        self.messages = MessageBar()
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.messages)
        inner.addWidget(self.middle, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.thumbs)
        row.addWidget(_edge())
        row.addLayout(inner, 1)
        row.addWidget(_edge())
        row.addWidget(self.options)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar_row)
        column.addLayout(row, 1)
        self.options.print_button.setDefault(True)  # takes only now that it stands in a dialog
        self.setTabOrder(self.thumbs, self.view)
        self.setTabOrder(self.view, self.options.what)

    def _build_waiting(self) -> QWidget:
        """What stands in place of the pages while they are made."""
        made = QWidget()
        self.waiting_text, self.bar, self.stop = label("hint"), JobBar(), QPushButton()
        self.waiting_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.bar.setFixedWidth(look.px(280))
        self.stop.setProperty("small", True)
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self.reject)
        column = QVBoxLayout(made)
        column.setSpacing(look.px(10))
        column.addStretch(1)
        for part in (self.waiting_text, self.bar, self.stop):
            column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return made

    def _connect(self) -> None:
        self.whole.clicked.connect(self.view.fit_page)
        self.wide.clicked.connect(self.view.fit_width)
        self.view.zoomed.connect(self._show_zoom)
        self.view.turned.connect(self.thumbs.follow)
        self.thumbs.chosen.connect(self.view.go_to)
        self.options.changed.connect(self.make)
        self.options.print_wanted.connect(self.print)
        self.options.save_wanted.connect(self.save)
        for key, act in (
            ("Ctrl+P", self.print),
            ("Ctrl+S", self.save),
            ("Ctrl++", lambda: self.view.set_zoom(self.view.zoom * STEP)),
            ("Ctrl+=", lambda: self.view.set_zoom(self.view.zoom * STEP)),
            ("Ctrl+-", lambda: self.view.set_zoom(self.view.zoom / STEP)),
            ("Ctrl+0", self.view.fit_width),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # ---- the pages

    @property
    def busy(self) -> bool:
        """Whether pages are being made or printed."""
        return self._progress is not None

    def make(self) -> None:
        """Make the pages as the options say now; what was being made is given up."""
        if self._progress is not None:
            self._progress.cancel()
        path = Path(self._folder.name) / f"{next(self._numbers)}.pdf"
        self.made = None
        self.options.tell(None)
        thing, wishes = self.options.thing, self.options.wishes
        progress = self._begin(_("Making the pages…"))

        def work(progress: Progress) -> tuple[Made, Pages]:
            made = thing.make(path, wishes, progress)
            return made, Pages(made.path)

        self.tasks.run(
            work,
            progress=progress,
            then=lambda found: self._show(progress, *found),
            failed=lambda problem: self._failed(progress, problem),
            stopped=lambda: self._stopped(progress),
        )

    def _begin(self, text: str) -> Progress:
        self._progress = self.tasks.progress(self._heard)
        self.messages.dismiss()
        self.waiting_text.setText(text)
        self.bar.busy(True)
        self.middle.setCurrentWidget(self.waiting)
        announce(self, text)
        return self._progress

    def _heard(self, news: Progress) -> None:
        if not self._closed and news is self._progress:
            self.bar.heard(news)

    def _end(self, progress: Progress) -> bool:
        """Whether this piece of work is the latest one; it is over then."""
        if self._closed or progress is not self._progress:
            return False
        self._progress = None
        self.bar.busy(False)
        if self.shelf is not None:
            focus = self.focusWidget()
            self.middle.setCurrentWidget(self.view)
            if focus is None or self.waiting.isAncestorOf(focus):
                self.view.setFocus()
        return True

    def _stopped(self, progress: Progress) -> None:
        if self._end(progress):
            self.options.tell(self.made, self._name())

    def _show(self, progress: Progress, made: Made, pages: Pages) -> None:
        """Show the pages that were made, at the size chosen before."""
        before = self.shelf
        if self._closed or progress is not self._progress:
            pages.close()
            return
        self.made, self.shelf = made, PageShelf(self.tasks, pages, self)
        self._end(progress)
        if before is not None:
            before.close()
        self.thumbs.show_pages(self.shelf)
        self.view.show_pages(self.shelf)
        self.thumbs.follow(self.view.page)
        if self.view.fit == "width":
            self.view.fit_width()
        elif self.view.fit == "page":
            self.view.fit_page()
        self.reword()
        announce(self, self.about.text())

    def _failed(self, progress: Progress, problem: Known) -> None:
        if self._end(progress):
            self.tell(problem.what, "danger", problem.details)
            self.options.tell(self.made, self._name())

    def tell(self, what: Said, kind: str = "info", details: str = "") -> None:
        """Say something above the pages."""
        self.messages.show_message(talk.Message(what, kind, details))

    def _show_zoom(self) -> None:
        self.percent.setText(f"{self.view.zoom:.0%}")

    # ---- out of the window

    def _name(self) -> str:
        return file_name(self.options.thing)

    def save(self) -> None:
        """Put the PDF where the user wants it."""
        made = self.made
        if made is None or self.busy:
            return
        path = talk.ask_save(self, _("Save as PDF"), "PDF (*.pdf)", self._name())
        if path is None:
            return
        progress = self._begin(_("Saving {file}…").format(file=path.name))
        told = say(N_("{pages} pages are in {file}."), pages=f"{made.pages:,}", file=path.name)
        if made.pages == 1:
            told = say(N_("One page is in {file}."), file=path.name)
        self.tasks.run(
            _copy,
            made.path,
            path,
            then=lambda _answer: self.tell(told) if self._end(progress) else None,
            failed=lambda problem: self._failed(progress, problem),
        )

    def print(self) -> None:
        """Let the user choose a printer and send the pages to it."""
        if self.made is None or self.shelf is None or self.busy:
            return
        from freecrm.ui import printers

        try:
            printer = printers.choose(
                self, self.shelf.pages, self.options.wishes.paper, self.options.thing.title
            )
        except Known as problem:
            self.tell(problem.what, "warning", problem.details)
            return
        if printer is None:
            return
        progress = self._begin(_("Printing…"))

        def printed(sheets: int) -> None:
            if self._end(progress):
                name = printer.printerName() or Path(printer.outputFileName()).name
                self.tell(say(N_("{n} pages went to {printer}."), n=f"{sheets:,}", printer=name))

        self.tasks.run(
            printers.put,
            printer,
            self.shelf.pages,
            progress=progress,
            then=printed,
            failed=lambda problem: self._failed(progress, problem),
            stopped=lambda: self._stopped(progress),
        )

    # ---- coming and going

    def done(self, code: int) -> None:
        """Close; what is being made is given up."""
        if not self._closed:
            self._closed = True
            if self._progress is not None:
                self._progress.cancel()
            if self.shelf is not None:
                self.shelf.close()
            self._folder.cleanup()
        super().done(code)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "options"):
            self.thumbs.viewport().update()
            self.view.viewport().update()

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        thing, made = self.options.thing, self.made
        self.setWindowTitle(_("Print preview: {name}").format(name=thing.title))
        self.title.setText(thing.title)
        self.about.setText("")
        if made is not None:
            pages = plural("{n:,} page", "{n:,} pages", made.pages)
            self.about.setText(f"{pages} · {max(1, made.size // 1000):,} KB")
        name_button(self.smaller, _("Smaller"), "Ctrl+−")
        name_button(self.larger, _("Larger"), "Ctrl++")
        name_button(self.close_button, _("Close"), "Esc")
        self.whole.setText(_("Whole page"))
        self.wide.setText(_("Page width"))
        self.stop.setText(_("Cancel"))
        self._show_zoom()
        self.options.reword()
        if made is not None:
            self.options.tell(made, self._name())
        self.thumbs.reword()
        self.view.reword()
        self.messages.reword()


def _edge() -> QFrame:
    """A hairline between panes."""
    made = QFrame()
    made.setProperty("edge", True)
    made.setFixedWidth(1)
    return made


def _copy(source: Path, target: Path) -> None:
    with saving(target) as part:
        shutil.copyfile(source, part)
