"""Bringing a list in from the window: choose or drop a file, see how far it is, stop it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget

from freecrm.core.words import N_, Said, _, say
from freecrm.ui import talk
from freecrm.ui.tasks import Tasks

if TYPE_CHECKING:
    from freecrm.ui.drop import DropZone
    from freecrm.ui.import_strip import ImportStrip

Importing = Callable[..., Said | None]
"""`importing(path, progress=Progress)` brings a file in, as one step, in the writer's thread; it answers
what is to be told of it. It raises Known for what the user must hear and Cancelled when stopped."""

LISTS = (".xlsx", ".xls", ".ods", ".csv", ".txt", ".vcf")


class ImportDesk:
    """over: the window's ground, whose layout takes the progress strip. pages: what files are dropped on.
    begun: called when an import begins."""

    def __init__(
        self,
        importing: Importing | None,
        tasks: Tasks,
        over: QWidget,
        pages: QWidget,
        begun: Callable[[], None],
    ) -> None:
        self.importing, self.tasks, self.over, self.pages, self.begun = importing, tasks, over, pages, begun

    # made when they are first wanted, so that the first picture does not wait for them

    @cached_property
    def strip(self) -> ImportStrip:
        """How far an import is."""
        from freecrm.ui.import_strip import ImportStrip

        made = ImportStrip()
        layout = self.over.layout()
        assert layout is not None
        layout.addWidget(made)
        return made

    @cached_property
    def zone(self) -> DropZone:
        """What says that a file may be dropped."""
        from freecrm.ui.drop import DropZone

        return DropZone(self.pages)

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        if "strip" in self.__dict__:
            self.strip.reword()

    def ask(self) -> None:
        """Let the user choose a file and bring it in."""
        endings = " ".join(f"*{ending}" for ending in LISTS)
        kinds = f"{_('Lists')} ({endings});;{_('All files')} (*)"
        path = talk.ask_file(self.over, _("Import a list"), kinds)
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Bring a file in, as `importing` does it, with progress and a way to stop; one at a time."""
        if self.importing is None:
            return
        if self.strip.isVisible():
            what = N_("Another list is being imported. Import {file} when that has ended.")
            talk.tell(say(what, file=path.name), "warning")
            return
        self.begun()
        stopped = say(N_("The import of {file} was stopped. Everything is as it was before."), file=path.name)
        progress = self.tasks.progress(self.strip.heard)
        self.strip.begin(say(N_("Importing {file}"), file=path.name), progress)
        self.tasks.run(
            self.importing,
            path,
            writes=True,
            progress=progress,
            then=lambda said: talk.tell(said) if said is not None else None,
            stopped=lambda: talk.tell(stopped),
            finally_=self.strip.end,
        )

    # ---- dropping

    def offers(self, data: QMimeData) -> bool:
        """Whether what is dragged is a file; shows what letting go will do."""
        from freecrm.ui.drop import dropped_file

        path = dropped_file(data) if self.importing is not None else None
        if path is not None:
            self.zone.offer(path)
        return path is not None

    def drop(self, data: QMimeData) -> bool:
        """Bring in the file that was let go; anything but a list is refused with the reason."""
        from freecrm.ui.drop import dropped_file

        self.zone.hide()
        path = dropped_file(data)
        if path is None:
            return False
        if path.suffix.lower() in LISTS:
            self.take(path)
        else:
            what = N_("{file} is no list that can be imported. Drop an Excel, csv or vCard file.")
            talk.tell(say(what, file=path.name), "warning")
        return True
