"""Keeps an open file in step with the team, in threads of its own: a change made here is with the others at once, and
theirs is here as soon as the server tells of it.

    runner = Runner(store, address, password, heard)
    runner.start()
    ...
    runner.stop()
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from freecrm.core.problems import Known
from freecrm.core.words import Said
from freecrm.sync import outbox, password
from freecrm.sync.brake import Braked
from freecrm.sync.exchange import exchange
from freecrm.sync.server import Behind, Server, Unreachable, WrongPassword, open_connection

if TYPE_CHECKING:
    from freecrm.core.change import Touched
    from freecrm.store.database import Store
    from freecrm.sync.server import Address

POLL_SECONDS = 20.0
"""So often is asked whether anything is new, in case the server's word got lost."""

GREET_SECONDS = 300.0
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0

BRISK_SECONDS = 0.025
LOOKS_AGAIN = 0.05
REST, LONGEST_REST = 8.0, 0.25
"""Exchanges that take longer than the first show that the server or this computer has much to do. What others do is
gathered then for so many times as long, at most so many seconds: a whole office asks for ten edits at once, not ten
times. What is done here goes out at once all the same."""
LATEST, SLOW_SECONDS = 0.3, 0.1
"""How much the latest exchange counts in how long they take, and what the longest of all counts as: a single one that
took its time, with a thousand records or a file, says nothing."""

log = logging.getLogger("freecrm.sync")


def _hang_up(ears: Server) -> None:
    """End a connection on which another thread waits: it hears so at once. Whoever quits does not wait for it."""
    import psycopg  # the connection has it loaded: a start does not wait for it

    with (
        suppress(psycopg.Error, OSError),  # it has ended by itself
        socket.fromfd(ears.connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class State:
    """How things stand. kind: "busy" (exchanging), "synced", "offline" (tried again by itself), "stopped" (somebody has
    to do something: `why` says what). at: when all was exchanged last. waiting: records whose changes are to go out.
    done, total: of what is coming in. braked: much would be deleted, and somebody has to say that it is meant. asks: another password
    is needed."""

    kind: str = "busy"
    at: dt.datetime | None = None
    waiting: int = 0
    done: int = 0
    total: int = 0
    why: Said | None = None
    braked: bool = False
    asks: bool = False


class Runner:
    """heard: called with each new State, in a thread of ours. place: this installation; a file that was copied from
    another one is known by it."""

    def __init__(
        self,
        store: Store,
        address: Address,
        password: str,
        heard: Callable[[State], object],
        place: str = "",
    ) -> None:
        self.store, self.address, self.password, self.heard, self.place = (
            store,
            address,
            password,
            heard,
            place,
        )
        self._deletions = False
        self.state = State()
        self._news, self._end, self._hurry = threading.Event(), threading.Event(), threading.Event()
        self._own = threading.Event()
        self._threads: list[threading.Thread] = []
        self._server: Server | None = None
        self._ears: Server | None = None
        self._line = threading.Lock()  # held by who ends the ears' connection
        self._calling: set[threading.Thread] = set()
        self._greeted = 0.0
        self._deaf: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        self._deaf = self.store.listen(self._written)
        for name, work in (("sync", self._work), ("sync ears", self._hear)):
            thread = threading.Thread(target=work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, wait: float = 5.0) -> None:
        """End after what is under way; what did not go out yet goes out next time. Who still waits for a silent server is
        not waited for: it does nothing more than hang up."""
        self._end.set()
        self.now()
        if self._deaf is not None:
            self._deaf()
            self._deaf = None
        with self._line:
            if self._ears is not None:
                _hang_up(self._ears)
        until = time.monotonic() + wait
        for thread in self._threads:
            while thread.is_alive() and thread not in self._calling and time.monotonic() < until:
                thread.join(LOOKS_AGAIN)

    def let_delete(self) -> None:
        """Go on though much is deleted: somebody said that it is meant."""
        self._deletions = True
        self.now()

    def now(self) -> None:
        """Exchange at once."""
        self._own.set()
        self._news.set()
        self._hurry.set()

    def _written(self, touched: Touched) -> None:
        if touched.step is not None and threading.current_thread() not in self._threads:
            self._own.set()
            self._news.set()

    # ---- exchanging

    def _work(self) -> None:
        with (
            self.store.whole()
        ):  # what goes out and comes in is held by the server, not by who looks at the window
            self._exchange_on()

    def _exchange_on(self) -> None:
        wait, usual = FIRST_WAIT, 0.0
        while not self._end.is_set():
            self._news.clear()
            self._own.clear()
            begun = time.monotonic()
            try:
                self._cycle()
                if self._end.is_set():
                    break
                wait = FIRST_WAIT
            except Behind:
                self._drop()
                continue
            except Known as refused:
                self._drop()
                if self._end.is_set():
                    break
                problem = password.told(self.store, refused)
                kind = "offline" if isinstance(problem, Unreachable) else "stopped"
                self._tell(
                    replace(
                        self.state,
                        kind=kind,
                        waiting=self._waiting(),
                        why=problem.what,
                        braked=isinstance(problem, Braked),
                        asks=isinstance(problem, WrongPassword),
                    )
                )
                pause = wait if kind == "offline" else LONGEST_WAIT
                wait = min(wait * 2, LONGEST_WAIT)
                # spread, so that a whole office doesn't knock at once when the server is back
                self._rest(pause * (0.75 + random.random() / 2))
                continue
            ended = time.monotonic()
            usual += LATEST * (min(ended - begun, SLOW_SECONDS) - usual)
            self._news.wait(POLL_SECONDS)
            if usual > BRISK_SECONDS:
                rested = time.monotonic() - ended
                self._own.wait(max(0.0, min(REST * usual, LONGEST_REST) - rested))
        self._drop()

    def _rest(self, pause: float) -> None:
        """Wait before the next attempt, and tell of what is changed here meanwhile."""
        until = time.monotonic() + pause
        while not self._hurry.is_set() and (left := until - time.monotonic()) > 0:
            if self._own.wait(left) and not self._hurry.is_set():
                self._own.clear()
                self._tell(replace(self.state, waiting=self._waiting()))
        self._hurry.clear()

    def _cycle(self) -> None:
        if self._server is None:
            self._tell(
                replace(self.state, kind="busy", waiting=self._waiting(), why=None, braked=False, asks=False)
            )
            self._server = self._call()
            self._greeted = 0.0
            if self._end.is_set():
                return
            password.note(self.store, self._server)
        greeted = time.monotonic() - self._greeted < GREET_SECONDS
        outcome = exchange(
            self.store,
            self._server,
            self._progress,
            greeted=greeted,
            place=self.place,
            deletions=self._deletions,
        )
        self._deletions = False
        if outcome.files_left:
            self._greeted = 0.0  # their senders tell when they are there: then they are asked for
        elif not greeted:
            self._greeted = time.monotonic()
        self._tell(State("synced", dt.datetime.now(dt.UTC), self._waiting()))

    def _call(self) -> Server:
        mine = threading.current_thread()
        self._calling.add(mine)
        try:
            return open_connection(self.address, self.password)
        finally:
            self._calling.discard(mine)

    def _progress(self, done: int, total: int) -> None:
        if total > 1_000:
            self._tell(replace(self.state, kind="busy", done=done, total=total))

    def _waiting(self) -> int:
        with suppress(Known):
            return outbox.waiting(self.store.read())
        return self.state.waiting

    def _tell(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.heard(state)

    def _drop(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    # ---- listening

    def _hear(self) -> None:
        """A connection that only waits for the server's word."""
        while not self._end.is_set():
            ears: Server | None = None
            try:
                ears = self._call()
                self._ears = ears
                ears.listen()
                self._news.set()  # something may have come before we listened
                while not self._end.is_set():
                    if ears.wait(1.0):  # `stop` ends the connection where the system lets it
                        self._news.set()
            except Known as problem:
                log.debug("Not listening: %s", problem)
                self._end.wait(LONGEST_WAIT * random.random())
            finally:
                with self._line:
                    self._ears = None
                    if ears is not None:
                        ears.close()
