"""What logic has to say to the user, and what it asks. No other module opens a dialog.

    talk.tell(say(N_("The list is in use.")), "warning")
    path = talk.ask_file(window, title, kinds)

Whoever shows it (the window) sets `listener`; tests put a recorder there: `with talk.recording() as
heard`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import Said

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

KINDS = ("info", "warning", "danger")


@dataclass(frozen=True, slots=True)
class Message:
    """One thing told. kind: one of KINDS. details: technical text behind a fold."""

    what: Said
    kind: str = "info"
    details: str = ""


@dataclass
class Heard:
    """What was told and asked while a test recorded, and the answers it gives."""

    messages: list[Message] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    opened: list[Path] = field(default_factory=list)
    file: Path | None = None
    unsaved: str = "stay"
    times: str = ""
    purge: bool = False


class _Ears:
    listener: Callable[[Message], None] | None = None
    recorder: Heard | None = None


def listen(listener: Callable[[Message], None] | None) -> None:
    """Show messages with `listener` from here on."""
    _Ears.listener = listener


def tell(what: Said, kind: str = "info", details: str = "") -> None:
    """Tell the user. On the main thread only."""
    message = Message(what, kind, details)
    if _Ears.recorder is not None:
        _Ears.recorder.messages.append(message)
    if _Ears.listener is not None:
        _Ears.listener(message)


def tell_problem(problem: Known) -> None:
    """Tell the user of the world's problem."""
    tell(problem.what, "danger", problem.details)


def ask_file(over: QWidget, title: str, kinds: str) -> Path | None:
    """Let the user choose a file that is there; None when they choose none.

    kinds: name filters as Qt writes them, `Lists (*.xlsx *.csv);;All files (*)`."""
    if _Ears.recorder is not None:
        _Ears.recorder.asked.append(title)
        return _Ears.recorder.file
    from freecrm.ui import file_dialog

    return file_dialog.ask(over, title, kinds)


def ask_folder(over: QWidget, title: str) -> Path | None:
    """Let the user choose a folder; None when they choose none."""
    if _Ears.recorder is not None:
        _Ears.recorder.asked.append(title)
        return _Ears.recorder.file
    from freecrm.ui import file_dialog

    return file_dialog.ask_folder(over, title)


def show_folder(folder: Path) -> None:
    """Let the user look into a folder with the computer's own program for that."""
    if _Ears.recorder is not None:
        _Ears.recorder.opened.append(folder)
        return
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def ask_save(over: QWidget, title: str, kinds: str, suggestion: str) -> Path | None:
    """Let the user name a file to be written, asked about where it is there already; None when they give up.

    suggestion: the name that stands there at first; its ending is added where none is typed."""
    if _Ears.recorder is not None:
        _Ears.recorder.asked.append(title)
        return _Ears.recorder.file
    from freecrm.ui import file_dialog

    return file_dialog.ask_save(over, title, kinds, suggestion)


def ask_unsaved(over: QWidget, title: str, fields: Sequence[str]) -> str:
    """Ask what shall become of typed text: "save", "discard" or "stay".

    title: what it is about. fields: titles of the fields that would be lost."""
    if _Ears.recorder is not None:
        _Ears.recorder.asked.append(f"{title}: {', '.join(fields)}")
        return _Ears.recorder.unsaved
    from freecrm.ui import unsaved

    return unsaved.ask(over, title, fields)


def ask_times(over: QWidget, title: str, *, deleting: bool = False, ending: bool = False) -> str:
    """Ask for which times of a repeating activity a change is meant: "this", "later", "all", "" = none, go back.

    deleting: they are to go. ending: the repeat itself changes, which can't be for one time."""
    if _Ears.recorder is not None:
        _Ears.recorder.asked.append(f"times of {title}")
        return _Ears.recorder.times
    from freecrm.ui import times_question

    return times_question.ask(over, title, deleting=deleting, ending=ending)


def ask_purge(over: QWidget, count: int, name: str = "") -> bool:
    """Ask whether records shall be deleted for good. count: how many. name: of the one, where it is one."""
    if _Ears.recorder is not None:
        _Ears.recorder.asked.append(f"purge {count}")
        return _Ears.recorder.purge
    from freecrm.ui import purge_question

    return purge_question.ask(over, count, name)


@contextmanager
def recording(file: Path | None = None, unsaved: str = "stay", times: str = "") -> Iterator[Heard]:
    """For tests: keep what is told and asked; `file` answers the question for a file or a folder, `unsaved`
    what shall become of typed text, `times` which times of a repeating activity are meant."""
    before = _Ears.recorder
    _Ears.recorder = Heard(file=file, unsaved=unsaved, times=times)
    try:
        yield _Ears.recorder
    finally:
        _Ears.recorder = before
