"""A cable that can be pulled: passes bytes between a desktop and the server until told otherwise."""

from __future__ import annotations

import contextlib
import socket
import threading
import time


class Cable:
    """Listens on a free port of this computer. mode: "whole", "dead" (takes all and passes nothing on, as a cable that
    was pulled), "slow", "late" (the desktop is cut off, and what it said last comes to the server when `deliver` is
    called, however often it was said again meanwhile); `cut` ends all connections. after: the bytes after which `then`
    sets in."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.target = port
        self.mode = "whole"
        self.left: int | None = None
        self.then = "cut"
        self.opened = 0
        self._door = socket.create_server((host, 0))
        self.port = self._door.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._held: list[tuple[socket.socket, bytes]] = []
        self._back: dict[socket.socket, threading.Thread] = {}
        self._threads = [threading.Thread(target=self._take, daemon=True)]
        self._threads[0].start()

    def after(self, count: int, then: str) -> None:
        """After so many more bytes "cut", "dead" or "late"."""
        self.left, self.then = count, then

    def cut(self) -> None:
        """End all connections."""
        while self._ends:  # one by one: who is let in meanwhile stays in it, for the next time
            end = self._ends.pop()
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def mend(self) -> None:
        """A whole cable again; what hung on the broken one is gone."""
        self.cut()
        self.mode, self.left = "whole", None

    def deliver(self) -> int:
        """Bring what is late to the server, and wait until it has answered; how much that was."""
        held, self._held = self._held, []
        for there, data in held:
            with contextlib.suppress(OSError):
                there.sendall(data)
                self._back[there].join(2)  # its answer finds nobody; of half a question there is none
                there.shutdown(socket.SHUT_RDWR)
            there.close()
        return len(held)

    def close(self) -> None:
        """Stop; every thread has ended afterwards."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._threads[0].join(5)  # whom it let in last is among those that are cut
        self.cut()
        self.deliver()
        for thread in self._threads:
            thread.join(5)
        self.cut()  # nobody adds to them any more
        self.deliver()
        assert not [thread for thread in self._threads if thread.is_alive()]

    def _take(self) -> None:
        while True:
            try:
                here, _ = self._door.accept()
            except OSError:
                return
            try:
                there = socket.create_connection(("127.0.0.1", self.target))
            except OSError:  # nobody is there at the moment
                here.close()
                continue
            self.opened += 1
            self._ends.extend([here, there])
            for one, other, out in ((here, there, True), (there, here, False)):
                thread = threading.Thread(target=self._pass, args=(one, other, out), daemon=True)
                self._threads.append(thread)
                self._back[one] = thread
                thread.start()

    def _pass(self, one: socket.socket, other: socket.socket, out: bool) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if self.left is not None:
                    passes, data = data[: self.left], data[self.left :]
                    self.left -= len(passes)
                    if not self.left:
                        self.left, self.mode = None, self.then
                    other.sendall(passes)
                if self.mode == "cut":
                    self.mode = "whole"
                    self.cut()
                    return
                if self.mode == "late" and out and data:
                    self.mode = "whole"
                    self._ends.remove(other)
                    self._held.append((other, data))
                    one.shutdown(socket.SHUT_RDWR)
                    return
                if self.mode == "slow":
                    time.sleep(0.02)
                if self.mode != "dead" and data:
                    other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)
