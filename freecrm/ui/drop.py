"""Dropping a file on the window: which file it is, and the sign that says what will happen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from freecrm.core.words import N_, Said, _, say
from freecrm.ui import look
from freecrm.ui.parts import label

LISTS = (".xlsx", ".xls", ".ods", ".csv", ".txt", ".vcf")
"""Endings of the files that an import reads."""
CALENDARS = (".ics", ".ical", ".vcs")
"""Endings of calendar files."""


def dropped_file(data: QMimeData) -> Path | None:
    """The one local file that is being dragged, or None."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.is_file() else None


def refusal(path: Path) -> Said | None:
    """Why a file can't be imported, told from its name; None when it can."""
    if path.suffix.lower() in (*LISTS, *CALENDARS):
        return None
    what = N_("{file} is no list that can be imported. Drop an Excel, csv, vCard or calendar file.")
    return say(what, file=path.name)


class DropZone(QFrame):
    """Lies over the page while a file is dragged across it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.over = over
        self.setProperty("drop", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text = label("subtitle")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setWordWrap(True)
        QVBoxLayout(self).addWidget(self.text)
        self.hide()

    def offer(self, path: Path) -> None:
        """Say what letting go of this file will do."""
        refused = refusal(path)
        self.text.setText(str(refused) if refused is not None else _("Import {file}").format(file=path.name))
        edge = look.px(12)
        self.setGeometry(self.over.rect().adjusted(edge, edge, -edge, -edge))
        self.raise_()
        self.show()
