"""A connection that gives up: a server whose cable was pulled says nothing, and PostgreSQL's client waits for ever."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import psycopg

SECONDS = 75.0
"""Longer than the server itself takes for a call at most."""


class Patient(psycopg.Connection[Any]):
    """Waits so long for an answer, then it is closed and OperationalError raised."""

    seconds = SECONDS

    def wait(self, gen: Generator[Any, Any, Any], *given: Any, **more: Any) -> Any:
        """Wait for a step of the protocol, but not for ever."""
        return super().wait(self._timed(gen), *given, **more)

    def _timed(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        until = time.monotonic() + self.seconds
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() > until:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("no answer from the server")
                answer = gen.send(ready)
                # where nothing was ready the same is waited for on
                wanted = answer if ready else wanted
        except StopIteration as done:
            return done.value
