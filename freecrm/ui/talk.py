"""What logic has to say to the user, and what it asks. No other module opens a dialog.

    talk.tell(say(N_("The list is in use.")), "warning")
    path = talk.ask_file(window, title, kinds)

Whoever shows it (the window) sets `listener`; tests put a recorder there: `with talk.recording() as
heard`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    file: Path | None = None


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


def ask_save(over: QWidget, title: str, kinds: str, name: str) -> Path | None:
    """Let the user say where to save; None when they give up. `name`: proposed, with its ending."""
    if _Ears.recorder is not None:
        _Ears.recorder.asked.append(title)
        return _Ears.recorder.file
    from freecrm.ui import file_dialog

    return file_dialog.ask_save(over, title, kinds, name)


@contextmanager
def recording(file: Path | None = None) -> Iterator[Heard]:
    """For tests: keep what is told and asked; `file` answers the question for a file."""
    before = _Ears.recorder
    _Ears.recorder = Heard(file=file)
    try:
        yield _Ears.recorder
    finally:
        _Ears.recorder = before
