"""The one way to do something in the background: jobs whose answers come back on the main thread.

    tasks.run(reader.numbers, query, then=self.show)        reading
    tasks.run(undo.undo, store, writes=True, then=told)     writing, one after the other
    self.latest = Latest(tasks); self.latest.run(...)       only the newest question is answered

An answer reaches nobody when a widget that waited for it is gone by then: the page was left, the window closed.
A problem is told all the same.

What a job raises: a `Known` is told (`ui/talk.py`) unless `failed` takes it, `Cancelled` goes to
`stopped`, anything else is our mistake and goes where all uncaught exceptions go.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from freecrm.core import memory
from freecrm.core.jobs import Job, Jobs, Progress
from freecrm.core.problems import Cancelled, Known
from freecrm.ui import talk

IDLE_MS = 400  # so long after the last job its memory is given back; typing goes on before that

Then = Callable[[Any], None]


class Tasks(QObject):
    """Jobs seen from the main thread. Made there, and given to every screen."""

    _ended = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs
        self._open = True
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(lambda: self.jobs.run(memory.give_back))
        self._ended.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[..., Any],
        *args: Any,
        then: Then | None = None,
        failed: Callable[[Known], None] | None = None,
        stopped: Callable[[], None] | None = None,
        finally_: Callable[[], None] | None = None,
        writes: bool = False,
        progress: Progress | None = None,
    ) -> Job[Any]:
        """Start `work(*args)`; `then(answer)`, `failed(known)`, `stopped()` (by the user) and `finally_()` run
        on the main thread."""
        job = self.jobs.run(work, *args, writes=writes, progress=progress)
        job.done(lambda ended: self.on_main(lambda: self._finish(ended, then, failed, stopped, finally_)))
        return job

    def on_main(self, call: Callable[[], None]) -> None:
        """Call `call()` on the main thread: at once when this is it, else as soon as it is free."""
        if QThread.currentThread() is self.thread():
            self._call(call)
        elif self._open:
            self._ended.emit(call)

    def progress(self, heard: Callable[[Progress], None]) -> Progress:
        """A Progress whose news reach `heard` on the main thread."""
        return Progress(lambda news: self.on_main(lambda: heard(news)))

    def close(self) -> None:
        """Wait for what is under way; answers that come now reach nobody."""
        self._open = False
        self._idle.stop()
        self.jobs.close()

    def _call(self, call: Callable[[], None]) -> None:
        if self._open:
            call()

    def _finish(
        self,
        job: Job[Any],
        then: Then | None,
        failed: Callable[[Known], None] | None,
        stopped: Callable[[], None] | None,
        finally_: Callable[[], None] | None,
    ) -> None:
        if job.future.cancelled():
            return
        self._idle.start()
        error = job.future.exception()
        if finally_ is not None and listens(finally_):
            finally_()
        if error is None:
            if then is not None and listens(then):
                then(job.future.result())
        elif isinstance(error, Known):
            (failed if failed is not None and listens(failed) else talk.tell_problem)(error)
        elif isinstance(error, Cancelled):
            if stopped is not None and listens(stopped):
                stopped()
        else:
            sys.excepthook(type(error), error, error.__traceback__)


def listens(call: object) -> bool:
    """Whether every Qt object that a call belongs to, or holds on to, is still there."""
    return all(shiboken6.isValid(one) for one in _objects(call))


def _objects(call: object) -> Iterator[QObject]:
    if isinstance(call, QObject):
        yield call
    elif isinstance(call, (MethodType, BuiltinMethodType)):
        if isinstance(call.__self__, QObject):
            yield call.__self__
    elif isinstance(call, partial):
        for part in (call.func, *call.args):
            yield from _objects(part)
    elif isinstance(call, FunctionType):
        for cell in call.__closure__ or ():
            yield from _objects(_held(cell))


def _held(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


class Latest:
    """Of several questions asked quickly one after the other only the newest is answered.

    While one is being worked on, the newest of those that came meanwhile waits; the rest are dropped.
    """

    def __init__(self, tasks: Tasks) -> None:
        self._tasks, self._number, self._busy = tasks, 0, False
        self._waiting: tuple[Callable[..., Any], tuple[Any, ...], Then] | None = None

    @property
    def busy(self) -> bool:
        """Whether a question is being worked on."""
        return self._busy

    def run(self, work: Callable[..., Any], *args: Any, then: Then) -> None:
        """Ask anew; `then(answer)` unless a newer question comes before it."""
        self._number += 1
        if self._busy:
            self._waiting = (work, args, then)
            return
        number, self._busy = self._number, True

        def show(answer: Any) -> None:
            if number == self._number:
                then(answer)

        self._tasks.run(work, *args, then=show, finally_=self._free)

    def drop(self) -> None:
        """Answer none of the questions asked so far."""
        self._number += 1
        self._waiting = None

    def _free(self) -> None:
        self._busy = False
        if self._waiting is not None:
            work, args, then = self._waiting
            self._waiting = None
            self._number -= 1
            self.run(work, *args, then=then)
