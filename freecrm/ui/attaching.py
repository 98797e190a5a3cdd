"""Files dropped on a record: the sign that says what will happen, and the copying."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from freecrm.core.record import Record
from freecrm.core.rows import Files
from freecrm.core.words import N_, _, plural, say
from freecrm.store import files, noting
from freecrm.store.database import Store
from freecrm.ui import look, talk
from freecrm.ui.editors.files import size_text
from freecrm.ui.parts import label
from freecrm.ui.tasks import Tasks

LARGE = 2_000_000_000  # bytes; from here on copying takes a while and room
MOST = 200  # files of a folder


class Attaching(QFrame):
    """Lies over a record while files are dragged across it."""

    def __init__(self, over: QWidget, store: Store, tasks: Tasks, record: Record, paths: list[Path]) -> None:
        super().__init__(over)
        self.store, self.tasks, self.record, self.paths = store, tasks, record, paths
        self.setProperty("drop", True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text, self.more = label("subtitle"), label()
        column = QVBoxLayout(self)
        column.addStretch(1)
        for part in (self.text, self.more):
            part.setAlignment(Qt.AlignmentFlag.AlignCenter)
            part.setWordWrap(True)
            column.addWidget(part)
        column.addStretch(1)
        title = store.schema.title_of(record.entity, record.values)
        self.text.setText(_("Attach to {name}").format(name=title))
        self.more.setText(self._warning())
        edge = look.px(8)
        self.setGeometry(over.rect().adjusted(edge, edge, -edge, -edge))
        self.raise_()
        self.show()

    @staticmethod
    def of(over: QWidget, store: Store, tasks: Tasks, record: Record, event: QDropEvent) -> Attaching | None:
        """The sign for what is being dragged; None when it is no file or the record takes none."""
        takes = any(isinstance(f, Files) for f in store.schema.fields(record.entity).values())
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        there = [path for path in paths if path.exists()]
        return Attaching(over, store, tasks, record, there) if takes and there else None

    def all_files(self) -> list[Path]:
        """The files themselves: of a folder those in it, not those in folders of it."""
        found: list[Path] = []
        for path in self.paths:
            if path.is_dir():
                inside = sorted(
                    one for one in path.iterdir() if one.is_file() and not one.name.startswith(".")
                )
                found += inside[:MOST]
            else:
                found.append(path)
        return found

    def _warning(self) -> str:
        said = []
        folder = next((path for path in self.paths if path.is_dir()), None)
        found = self.all_files()
        if folder is not None:
            said.append(
                plural(
                    "A folder stays where it is; the {n} file in “{folder}” is attached.",
                    "A folder stays where it is; the {n} files in “{folder}” are attached.",
                    len(found),
                    folder=folder.name,
                )
            )
        size = sum(path.stat().st_size for path in found)
        if size >= LARGE:
            said.append(
                _(
                    "{size} will be copied beside your data. That takes a while, and as much room on the disk."
                ).format(size=size_text(size))
            )
        return "\n".join(said)

    def attach(self, then: Callable[[], None]) -> None:
        """Copy the files and hang them on the record, as one step; `then()` when they are there."""
        paths, record = self.all_files(), self.record
        self.hide()
        self.deleteLater()
        if not paths:
            talk.tell(say(N_("There is no file in this folder that could be attached.")), "warning")
            return
        attach(self.store, self.tasks, record.entity, record.id, paths, then)


def attach(
    store: Store, tasks: Tasks, entity: str, id: bytes, paths: list[Path], then: Callable[[], None]
) -> None:
    """Copy files and hang them on a record, as one step; `then()` when they are there."""

    def copy() -> list[dict[str, Any]]:
        return [files.take(store, path) for path in paths]

    def write(rows: list[dict[str, Any]]) -> None:
        given = (store, entity, id, rows)
        tasks.run(noting.add_files, *given, then=lambda _none: then(), failed=talk.tell_problem, writes=True)

    tasks.run(copy, then=write, failed=talk.tell_problem)  # other writes need not wait for the copy
