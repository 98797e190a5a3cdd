"""A cable that can be pulled: passes bytes between a desktop and the server until told otherwise."""

from __future__ import annotations

import contextlib
import socket
import threading
import time


class Cable:
    """Listens on a free port of this computer. mode: "whole", "dead" (takes all and passes nothing on, as a cable that
    was pulled), "slow"; `cut` ends all connections. after: the bytes after which `then` sets in."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.target = port
        self.mode = "whole"
        self.left: int | None = None
        self.then = "cut"
        self.opened = 0
        self._door = socket.create_server((host, 0))
        self.port = self._door.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._take, daemon=True)]
        self._threads[0].start()

    def after(self, count: int, then: str) -> None:
        """After so many more bytes "cut" or "dead"."""
        self.left, self.then = count, then

    def cut(self) -> None:
        """End all connections."""
        for end in self._ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def mend(self) -> None:
        """A whole cable again; what hung on the broken one is gone."""
        self.cut()
        self.mode, self.left = "whole", None

    def close(self) -> None:
        """Stop; every thread has ended afterwards."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)
        assert not [thread for thread in self._threads if thread.is_alive()]

    def _take(self) -> None:
        while True:
            try:
                here, _ = self._door.accept()
                there = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.opened += 1
            self._ends += [here, there]
            for one, other in ((here, there), (there, here)):
                thread = threading.Thread(target=self._pass, args=(one, other), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if self.left is not None:
                    data, self.left = data[: self.left], max(0, self.left - len(data))
                    if not self.left:
                        self.left, self.mode = None, self.then
                        other.sendall(data)
                        data = b""
                if self.mode == "cut":
                    self.mode = "whole"
                    self.cut()
                    return
                if self.mode == "slow":
                    time.sleep(0.02)
                if self.mode != "dead" and data:
                    other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
