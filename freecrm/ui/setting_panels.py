"""What stands on the settings page beside the declared settings: things to do and to know.

Each panel names the words it is found by (`words`), and says everything anew by `reword`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

import freecrm
from freecrm.core.home import log_folder
from freecrm.core.problems import Known
from freecrm.core.words import LANGUAGES, N_, Said, _, say, translated
from freecrm.store import backup, check, signin
from freecrm.store import clock as clocks
from freecrm.store.copies import Copy
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.offering import offer
from freecrm.ui.parts import JobBar, announce, label
from freecrm.ui.sample_strip import SampleStrip
from freecrm.ui.tasks import Tasks


class Panel(QWidget):
    """Lines of text and rows of buttons, one under the other."""

    WORDS: tuple[str, ...] = ()
    below = False  # whether it follows from the settings of its section and stands below them

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, look.px(10), 0, look.px(10))
        self.column.setSpacing(look.px(8))
        self._texts: list[tuple[Callable[[str], object], str]] = []

    def line(self, text: str, role: str = "") -> QLabel:
        """One more line; `text` is marked with N_()."""
        made = label(role)
        made.setWordWrap(True)
        self.column.addWidget(made)
        self._texts.append((made.setText, text))
        return made

    def buttons(self, *wanted: tuple[str, Callable[[], object]]) -> list[QPushButton]:
        """One more row of buttons; the texts are marked with N_()."""
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        made = []
        for text, act in wanted:
            button = QPushButton()
            button.clicked.connect(lambda _checked=False, act=act: act())
            self._texts.append((button.setText, text))
            row.addWidget(button)
            made.append(button)
        row.addStretch(1)
        self.column.addLayout(row)
        return made

    def words(self) -> list[str]:
        """What the search of the page finds it by, in every language."""
        return [translated(text, name) for _set, text in self._texts for name in LANGUAGES] + [*self.WORDS]

    def reword(self) -> None:
        """Say everything in the language spoken now."""
        for put, text in self._texts:
            put(_(text))

    def look_again(self) -> None:
        """Show how things are now."""

    def unsaved(self) -> list[str]:
        """Titles of what was typed and could not be kept yet."""
        return []

    def save(self) -> None:
        """Keep what was typed, if it can be kept by now."""

    def give_up(self) -> None:
        """Forget what was typed."""


class KeysPanel(Panel):
    """The way to the key list. keys_wanted: open it."""

    keys_wanted = Signal()
    WORDS = ("shortcut", "hotkey", "快捷键")

    def __init__(self) -> None:
        super().__init__()
        self.line(N_("Every command has its place in the key list, where its key can be changed."), "caption")
        (self.button,) = self.buttons((N_("Show all keys…"), self.keys_wanted.emit))
        self.reword()


class BackupPanel(Panel):
    """When the last backup was made and where it lies. restore_wanted: choose one; backed_up(Copy): one was made."""

    restore_wanted = Signal()
    backed_up = Signal(object)

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self._told: tuple[Said, str] | None = None
        self.last, self.told = label("strong"), label("caption")
        for part in (self.last, self.told):
            part.setWordWrap(True)
            self.column.addWidget(part)
        self.bar = JobBar()
        self.now, self.restore, self.folder = self.buttons(
            (N_("Back up now"), self.back_up),
            (N_("Restore from a backup…"), self.restore_wanted.emit),
            (N_("Open the folder"), self._open),
        )
        self.column.addWidget(self.bar)
        self.reword()

    def back_up(self) -> None:
        """Take a backup now and prove it."""
        progress = self.tasks.progress(self.bar.heard)
        self._busy(True)
        self.tasks.run(
            lambda progress: backup.by_hand(self.store, progress),
            progress=progress,
            then=self._made,
            failed=self._failed,
            finally_=lambda: self._busy(False),
        )

    def _made(self, copy: Copy) -> None:
        counts = copy.counts or {}
        what = N_("Backed up and proven: {n} customers, in {file}.")
        said = say(what, n=f"{counts.get('customer', 0):,}", file=copy.path.name)
        self._told = (said, "success") if copy.trouble is None else (copy.trouble, "warning")
        self.look_again()
        announce(self, str(said))
        self.backed_up.emit(copy)

    def _failed(self, problem: Known) -> None:
        self._told = (problem.what, "danger")
        self.look_again()
        announce(self, str(problem))

    def _busy(self, yes: bool) -> None:
        self.bar.busy(yes)
        self._offer(free=not yes)

    def _offer(self, *, free: bool) -> None:
        offer(self.now, backup.why_not(self.store), free)
        offer(self.restore, signin.why_gives_none(self.store))

    def _open(self) -> None:
        folder = self.store.backups
        talk.show_folder(folder if folder.is_dir() else folder.parent)

    def look_again(self) -> None:
        copy = backup.last(self.store)
        self.last.setText(last_words(copy))
        outdated = backup.outdated(self.store)
        old = copy is None or (_now() - copy.at).days >= backup.OLD_DAYS
        trouble = backup.trouble(self.store) or outdated
        told = self._told or ((trouble, "warning") if trouble is not None else None)
        role = "warning" if old else "strong"
        if self.last.property("role") != role:
            self.last.setProperty("role", role)
            look.refresh(self.last)
        self.told.setText(str(told[0]) if told is not None else str(self.store.backups))
        self.told.setProperty("role", told[1] if told is not None else "caption")
        look.refresh(self.told)
        self._offer(free=self.bar.isHidden())

    def reword(self) -> None:
        super().reword()
        self.look_again()


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()


def last_words(copy: Copy | None) -> str:
    """When the last backup was made and whether it was proven, in one line."""
    if copy is None:
        return _("There is no backup yet.")
    at = copy.at.astimezone()
    days = (_now().date() - at.date()).days
    day = {0: _("today"), 1: _("yesterday")}.get(days, f"{at:%Y-%m-%d}")
    proven = _("opened, checked and counted") if copy.proven else _("not proven")
    return _("Last backup: {day} {time}, {proven}").format(day=day, time=f"{at:%H:%M}", proven=proven)


class DataPanel(Panel):
    """The sample data, and the health of the file."""

    WORDS = ("repair", "integrity", "体检", "修复")

    def __init__(self, store: Store, tasks: Tasks) -> None:
        super().__init__()
        self.store, self.tasks = store, tasks
        self._found: list[Said] | None = None
        self.strip = SampleStrip(store, tasks, self)
        outer = self.strip.layout()
        assert outer is not None
        outer.setContentsMargins(0, 0, 0, look.px(8))
        self.column.addWidget(self.strip)
        self.line(N_("Looks whether the file is sound: records, links, log, search, attachments."), "caption")
        (self.button,) = self.buttons((N_("Check the file"), self.check))
        self.bar = JobBar()
        self.told = label()
        self.told.setWordWrap(True)
        self.column.addWidget(self.bar)
        self.column.addWidget(self.told)
        self.reword()

    def check(self) -> None:
        """Check the file and tell in plain words what was found."""
        progress = self.tasks.progress(self.bar.heard)
        self._busy(True)
        self.tasks.run(
            lambda progress: check.check(self.store, progress),
            progress=progress,
            then=self._checked,
            failed=lambda problem: self._checked([problem.what]),
            finally_=lambda: self._busy(False),
        )

    def _checked(self, found: list[Said]) -> None:
        wrong = clocks.behind(self.store)
        self._found = [*found, *([wrong] if wrong is not None else [])]
        self.look_again()
        announce(self, self.told.text())

    def _busy(self, yes: bool) -> None:
        self.bar.busy(yes)
        self.button.setEnabled(not yes)

    def look_again(self) -> None:
        self.strip.look_again()
        found = self._found
        lines = [f"· {said}" for said in found or ()]
        self.told.setText("\n".join(lines) if lines else _("All is well.") if found is not None else "")
        self.told.setProperty("role", "danger" if lines else "success")
        look.refresh(self.told)

    def reword(self) -> None:
        super().reword()
        self.strip.reword()
        self.look_again()


class AboutPanel(Panel):
    """Which FreeCRM this is, where the data lies, and that nothing is sent anywhere."""

    WORDS = ("version", "licence", "crash", "log", "privacy")

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.version = label("strong")
        self.column.addWidget(self.version)
        self.line(N_("Free software under the MIT licence."), "caption")
        self.line(N_("Nothing is sent anywhere: no account, no statistics, no reports."))
        self.where = label("caption")
        self.where.setWordWrap(True)
        self.column.addWidget(self.where)
        self.buttons((N_("Open the folder with the data"), lambda: talk.show_folder(store.path.parent)))
        self.buttons((N_("Open the folder with log and crash reports"), self._open_log))
        self.reword()

    def _open_log(self) -> None:
        folder = log_folder()
        folder.mkdir(parents=True, exist_ok=True)
        talk.show_folder(folder)

    def reword(self) -> None:
        super().reword()
        self.version.setText(f"FreeCRM {freecrm.VERSION}")
        what = N_(
            "The data lies in {file}. Copy this file and you have everything but the attachments beside it."
        )
        self.where.setText(str(say(what, file=str(self.store.path))))
