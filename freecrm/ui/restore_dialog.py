"""Choosing a backup and putting it back: what is in it is shown before anything happens.

    path = restore_dialog.ask(window, store.path, store.model, tasks, store)

The one place that asks before it acts, for what was in the file is not in it any more afterwards (it
is in a backup of its own, though).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from freecrm.core.jobs import Progress
from freecrm.core.module import Model
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural, say
from freecrm.store import copies, restore
from freecrm.store.copies import WHYS, Copy
from freecrm.store.database import Store
from freecrm.store.restore import Info, Ready
from freecrm.ui import look, talk
from freecrm.ui.parts import JobBar, announce, label
from freecrm.ui.tasks import Latest, Tasks

_COLUMNS = (N_("When"), N_("Why"), N_("Customers"), N_("Size"), N_("State"))
_WIDTHS = {0: 150, 2: 110, 3: 100, 4: 120}
_FIGURES = (2, 3)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_COPY = Qt.ItemDataRole.UserRole


def ask(
    over: QWidget | None, path: Path, model: Model, tasks: Tasks, store: Store | None = None
) -> Path | None:
    """Let a backup be chosen and put in place of the file at `path`; its path when that was done, None when not.

    store: the open file, which is closed then: whoever shows it opens it anew."""
    dialog = RestoreDialog(path, model, tasks, store, over)
    done = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return path if done else None


class RestoreDialog(QDialog):
    """restored(path): the backup is in place, the store is closed and has to be opened anew."""

    restored = Signal(object)

    def __init__(
        self,
        path: Path,
        model: Model,
        tasks: Tasks,
        store: Store | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.path, self.model, self.tasks, self.store = path, model, tasks, store
        self.info: Info | None = None
        self._progress: Progress | None = None
        self._problem: Known | None = None
        self._look = Latest(tasks)
        self._build()
        room = self.screen().availableSize()
        self.resize(min(look.px(680), room.width() - 80), min(look.px(560), room.height() - 80))
        self.reword()
        self.show_copies()

    def _build(self) -> None:
        self.title, self.text = label("title"), label("hint")
        self.text.setWordWrap(True)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setColumnCount(len(_COLUMNS))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.list.setColumnWidth(column, look.px(width))
            right = column in _FIGURES
            self.list.headerItem().setTextAlignment(column, _RIGHT if right else _LEFT)
        self.list.currentItemChanged.connect(lambda _now, _before: self._chosen())
        self.frame = QFrame()
        self.frame.setProperty("card", True)
        around = QVBoxLayout(self.frame)
        around.setContentsMargins(1, 1, 1, 1)
        around.addWidget(self.list)
        self.preview = Preview()
        self.bar = JobBar()
        self.other, self.cancel, self.go = QPushButton(), QPushButton(), QPushButton()
        self.go.setProperty("kind", "primary")
        self.go.setDefault(True)
        self.other.clicked.connect(self._other)
        self.cancel.clicked.connect(self.reject)
        self.go.clicked.connect(self.restore)
        buttons = QHBoxLayout()
        buttons.setSpacing(look.px(8))
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.go)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*[look.px(20)] * 4)
        whole.setSpacing(look.px(10))
        whole.addWidget(self.title)
        whole.addWidget(self.text)
        whole.addWidget(self.frame, 1)
        whole.addWidget(self.preview)
        whole.addWidget(self.bar)
        whole.addLayout(buttons)

    # ---- the copies

    def show_copies(self) -> None:
        """Show the backups there are, the newest that was proven chosen."""
        self.list.clear()
        found = copies.listed(self.path)
        items = [self._add(copy) for copy in found]
        proven = [item for copy, item in zip(found, items, strict=True) if copy.proven]
        if items:
            self.list.setCurrentItem((proven or items)[0])
        else:
            self._show_preview()

    def _add(self, copy: Copy) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.list)
        item.setData(0, _COPY, copy)
        self._reword_item(item)
        return item

    def _reword_item(self, item: QTreeWidgetItem) -> None:
        copy: Copy = item.data(0, _COPY)
        customers = None if copy.counts is None else copy.counts.get("customer", 0)
        item.setText(0, f"{copy.at:%Y-%m-%d %H:%M}")
        strange = not copy.proven and copies.named(copy.path)[0] is None
        item.setText(1, copy.path.stem if strange else _(WHYS.get(copy.why, copy.why)))
        item.setText(2, "" if customers is None else f"{customers:,}")
        item.setText(3, size_words(copy.size))
        item.setText(4, _("Proven") if copy.proven else _("Not proven"))
        for column in _FIGURES:
            item.setTextAlignment(column, _RIGHT)
        item.setSizeHint(0, QSize(0, look.px(30)))
        item.setToolTip(0, str(copy.path))

    def _other(self) -> None:
        """Take a backup that lies elsewhere."""
        kinds = f"FreeCRM (*.freecrm);;{_('All files')} (*)"
        found = talk.ask_file(self, _("Choose a backup"), kinds)
        if found is not None:
            self.choose(found)

    def choose(self, path: Path) -> None:
        """Choose the backup at `path`, wherever it lies."""
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None and item.data(0, _COPY).path == path:
                self.list.setCurrentItem(item)
                return
        item = self._add(copies.read(path))
        self.list.setCurrentItem(item)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> Copy | None:
        item = self.list.currentItem()
        found: Copy | None = item.data(0, _COPY) if item is not None else None
        return found

    # ---- what is in it

    def _chosen(self) -> None:
        copy = self._copy()
        self.info = self._problem = None
        if copy is None:
            return
        self._show_preview()
        self._look.run(_looked, copy.path, self.model, self.path, then=self._seen)

    def _seen(self, answer: Info | Known) -> None:
        if isinstance(answer, Known):
            self._problem = answer
        else:
            self.info = answer
        self._show_preview()

    def _show_preview(self) -> None:
        copy, say_ = self._copy(), self.preview.say
        if copy is None:
            away = _("A backup may lie on a stick or another disk: choose “Another file…”.")
            say_("archive", "text3", _("There are no backups beside this file"), away)
        elif self._problem is not None:
            say_("circle-x", "danger", copy.path.stem, str(self._problem))
        elif self.info is None:
            say_("clock", "text3", copy.path.stem, _("Being opened, checked and counted…"))
        else:
            head = f"{self.info.firm} · {self.info.at:%Y-%m-%d %H:%M}"
            held = counts(self.info, self.model)
            if self.info.leaves_team:
                say_("triangle-alert", "warning", head, held, _(restore.LEAVES_TEAM))
            else:
                sound = _("Opened, checked and counted just now: it can be restored.")
                say_("shield-check", "success", head, held, sound)
        self._show_button()

    def _show_button(self) -> None:
        self.go.setEnabled(self.info is not None and self._progress is None)
        count = self.info.counts.get("customer", 0) if self.info is not None else 0
        whole = plural("Restore {n:,} customer", "Restore {n:,} customers", count)
        self.go.setText(whole if self.info is not None else _("Restore"))

    # ---- doing it

    def restore(self) -> None:
        """Put the chosen copy in place."""
        if self.info is None:
            return
        self._progress = self.tasks.progress(self.bar.heard)
        self._busy(True)
        self.tasks.run(
            restore.prepare,
            self.info.path,
            self.path,
            self.model,
            writes=True,
            progress=self._progress,
            then=self._put_in_place,
            failed=self._failed,
            stopped=lambda: self._busy(False),
        )

    def _put_in_place(self, ready: Ready) -> None:
        """The short moment in which nobody may have the file open: everything waits for it."""
        try:
            if self.store is not None:
                self.tasks.jobs.rest()
                self.store.close()
            restore.put_in_place(ready)
        except Known as problem:
            restore.give_up(ready)
            self._failed(problem)
            return
        self._busy(False)
        self.restored.emit(self.path)
        self.accept()

    def _failed(self, problem: Known) -> None:
        self._busy(False)
        self.preview.fail(problem)

    def _busy(self, yes: bool) -> None:
        if not yes:
            self._progress = None
        self.bar.busy(yes)
        for part in (self.list, self.other):
            part.setEnabled(not yes)
        self._show_button()

    def reject(self) -> None:
        """Leave things as they are; while a restore is being prepared, stop it."""
        if self._progress is not None:
            self._progress.cancel()
        else:
            super().reject()

    def reword(self) -> None:
        """Say everything in the language spoken now, in the colours of the theme."""
        self.setWindowTitle(_("Restore from a backup"))
        self.title.setText(_("Restore from a backup"))
        what = N_("{file} becomes what it was then. What is in it now is backed up first.")
        self.text.setText(str(say(what, file=self.path.name)))
        self.list.setHeaderLabels([_(name) for name in _COLUMNS])
        self.list.setAccessibleName(_("Backups"))
        self.other.setText(_("Another file…"))
        self.cancel.setText(_("Cancel"))
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None:
                self._reword_item(item)
        self._show_preview()


class Preview(QFrame):
    """What is in the chosen copy: a sign, what it is, what it holds, how sure that is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.sign, self.head, self.holds, self.told = QLabel(), label("strong"), label(), label("caption")
        lines = QVBoxLayout()
        lines.setSpacing(look.px(2))
        for line in (self.head, self.holds, self.told):
            line.setWordWrap(True)
            lines.addWidget(line)
        lines.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(*(look.px(side) for side in (14, 10, 14, 10)))
        row.setSpacing(look.px(12))
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)
        self.setMinimumHeight(look.px(92))

    def say(self, icon: str, colour: str, head: str, holds: str, told: str = "") -> None:
        """Show it, and let it be read out."""
        self.sign.setPixmap(look.pixmap(icon, look.px(22), colour, self.devicePixelRatioF()))
        self.head.setText(head)
        self.holds.setText(holds)
        self.told.setText(told)
        self.told.setToolTip("")
        announce(self, f"{head}. {holds}")

    def fail(self, problem: Known) -> None:
        """Say why it was not put in place; what is in it stays in sight."""
        self.say("circle-x", "danger", self.head.text(), self.holds.text(), str(problem))
        self.told.setToolTip(problem.details)


def counts(info: Info, model: Model) -> str:
    """What is in a copy, kind by kind."""
    parts = [
        f"{_(entity.plural)} {info.counts[entity.entity]:,}"
        for entity in model.roots()
        if info.counts.get(entity.entity)
    ]
    if info.files:
        parts.append(f"{_('Files')} {info.files:,}")
    if info.missing:
        parts.append(_("{n} of the files are missing").format(n=f"{info.missing:,}"))
    return " · ".join(parts) or _("Nothing is in it yet.")


def _looked(copy: Path, model: Model, path: Path) -> Info | Known:
    try:
        return restore.info(copy, model, path)
    except Known as problem:
        return problem


def size_words(size: int) -> str:
    """A file's size as people read it."""
    if size < 1_000_000:
        return f"{max(size, 1) / 1000:,.0f} KB"
    return f"{size / 1_000_000:,.1f} MB"
