"""Work in the background: one writer thread, a small pool of readers, progress and cancel.

    job = jobs.run(import_list, path, writes=True)      # -> Job
    job.done(lambda result: ...)                        # called when it has ended

Logic knows only `Progress`: it tells how far it is and asks whether to go on. Without a Jobs
object (command line, tests) the same functions run in line. `ui/tasks.py` turns the calls into
signals on the main thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from freecrm.core.problems import Cancelled
from freecrm.core.words import Said

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")


class Progress:
    """How far a piece of work is. `tell` from the worker, `cancel` from anywhere.

    done, total: counts of rows (total 0 = unknown). what: the sentence shown beside the bar.
    """

    def __init__(self, heard: Callable[[Progress], None] | None = None) -> None:
        self.done, self.total = 0, 0
        self.what: Said | None = None
        self._heard, self._stop, self._last = heard, threading.Event(), 0.0
        self.fixed = False

    def tell(self, done: int, total: int = 0, what: Said | None = None) -> None:
        """Say how far it is; raises Cancelled when the user has stopped the work."""
        self.check()
        self.done, self.total = done, total or self.total
        self.what = what or self.what
        now = time.monotonic()
        if self._heard is not None and (now - self._last > 0.05 or what is not None):
            self._last = now
            self._heard(self)

    def check(self) -> None:
        """Raise Cancelled when the user has stopped the work."""
        if self._stop.is_set() and not self.fixed:
            raise Cancelled

    def cancel(self) -> None:
        """Stop the work at its next step; everything is then as it was before."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()


class Job(Generic[T]):
    """One piece of work under way."""

    def __init__(self, future: Future[T], progress: Progress) -> None:
        self.future, self.progress = future, progress

    def result(self, timeout: float | None = None) -> T:
        """Wait for it and give its answer, or raise what it raised."""
        return self.future.result(timeout)

    def done(self, heard: Callable[[Job[T]], None]) -> None:
        """Call `heard(job)` when it has ended, in whatever thread it ended in."""
        self.future.add_done_callback(lambda _: heard(self))


class Jobs:
    """The workers: one that writes, in order of arrival, and `readers` that only read."""

    def __init__(self, readers: int = 2) -> None:
        self._sizes = {"writer": 1, "reader": readers}
        self._pools: dict[str, ThreadPoolExecutor] = {}

    def _pool(self, name: str) -> ThreadPoolExecutor:
        """The workers of that name, made when first wanted: the first picture does not wait for them."""
        from concurrent.futures import ThreadPoolExecutor

        if name not in self._pools:
            self._pools[name] = ThreadPoolExecutor(self._sizes[name], thread_name_prefix=name)
        return self._pools[name]

    def run(
        self,
        work: Callable[..., T],
        *args: Any,
        writes: bool = False,
        progress: Progress | None = None,
    ) -> Job[T]:
        """Start `work(*args)`, with `progress=` when one is given."""
        pool = self._pool("writer" if writes else "reader")
        more = {} if progress is None else {"progress": progress}
        return Job(pool.submit(work, *args, **more), progress or Progress())

    def rest(self) -> None:
        """Wait until nothing is under way any more; later work starts the threads anew."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.shutdown(wait=True)

    def close(self) -> None:
        """Wait for what is under way and stop the threads."""
        for name, pool in self._pools.items():
            pool.shutdown(wait=True, cancel_futures=name == "reader")


class InLine(Jobs):
    """Runs everything at once in the calling thread: tests and the command line."""

    def __init__(self) -> None:
        pass

    def run(
        self,
        work: Callable[..., T],
        *args: Any,
        writes: bool = False,
        progress: Progress | None = None,
    ) -> Job[T]:
        from concurrent.futures import Future

        future: Future[T] = Future()
        more = {} if progress is None else {"progress": progress}
        try:
            future.set_result(work(*args, **more))
        except Exception as error:  # handed to whoever asks for the result, as a pool would
            future.set_exception(error)
        return Job(future, progress or Progress())

    def rest(self) -> None:
        pass

    def close(self) -> None:
        pass
