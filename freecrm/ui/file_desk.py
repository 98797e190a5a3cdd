"""The file that a window shows: another one in its place, its backups, what was left in it unsaved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core.day_words import this_day
from freecrm.core.words import Said, _
from freecrm.ui import talk
from freecrm.ui.draft_desk import DraftDesk
from freecrm.ui.list_page import ListPage

if TYPE_CHECKING:
    from freecrm.store.copies import Copy
    from freecrm.store.database import Store
    from freecrm.ui.window import MainWindow


def _standing(store: Store) -> tuple[Copy | None, Said | None]:
    """The last backup, and what is to be told of it."""
    from freecrm.store import backup

    return backup.last(store), backup.outdated(store)


class FileDesk:
    """What a window does with its file as a whole. next: what is opened when the window has closed."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.next: Path | None = None
        self._warned: dt.date | None = None
        self.drafts = DraftDesk(window)

    def open(self, path: Path) -> None:
        """Open another file, or this one again, in place of the window."""
        self.next = path
        if not self.window.leave():
            self.next = None

    def ask(self) -> None:
        """Ask which file to open in place of this one; one that is not there yet is made."""
        path = talk.ask_file(self.window, _("Open another file"), "FreeCRM (*.freecrm)")
        if path is not None:
            self.open(path)

    def restore(self) -> None:
        """Let a backup be chosen and put in place of this file, which is then opened anew."""
        from freecrm.store import signin
        from freecrm.ui import restore_dialog

        store = self.window.store
        why = signin.why_gives_none(store)
        if why is not None:
            talk.tell(why, "warning")
            return
        path = restore_dialog.ask(self.window, store.path, store.model, self.window.tasks, store)
        if path is not None:
            self.open(path)

    def settle(self) -> None:
        """Begin what waits until everything is loaded: what was left unsaved, and what went wrong with the last backup."""
        from freecrm.store import backup, clock

        store = self.window.store
        for trouble in (backup.trouble(store), clock.behind(store)):
            if trouble is not None:
                talk.tell(trouble, "warning")
        self.drafts.show()

    def back_up(self) -> None:
        """Take the backup of the day, where it is due."""
        from freecrm.store import backup

        self.window.tasks.run(backup.daily, self.window.store, finally_=self.show_backup)

    def show_backup(self) -> None:
        """Say in the status bar when the file was last backed up; once a day tell that it is too long ago."""
        self.window.tasks.run(_standing, self.window.store, then=self._show_last)

    def _show_last(self, found: tuple[Copy | None, Said | None]) -> None:
        from freecrm.ui import today_desk

        made, outdated = found
        self.window.status.show_backup(made, outdated)
        if outdated is not None and self._warned != this_day():
            self._warned = this_day()
            talk.tell(outdated, "warning")
        if made is not None:
            today_desk.hear_backup(self.window)

    def mark_sample(self) -> None:
        """Say above the lists that they show sample data, as long as they do."""
        from freecrm.exchange import sample

        window = self.window
        if not sample.is_there(window.store):
            return
        from freecrm.ui.sample_strip import SampleStrip

        for page in window.navigator.pages.values():
            if isinstance(page, ListPage) and page.strip is None:
                page.show_strip(SampleStrip(window.store, window.tasks, page.left_side))
