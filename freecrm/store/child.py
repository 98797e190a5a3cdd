"""Work on foreign files in a process of its own.

A workbook made to hurt, or only too big, can end the process that reads it; here that process is
a child, and its end is a sentence. `run` starts it, hands over what it yields, and kills it when
the caller stops listening or `cancel()` says so.

The child is this same Python (or this same frozen program) started anew: nothing of the parent's
`__main__` runs in it. A frozen program calls `serve_if_child()` as its very first act.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, Any

from freecrm.core.problems import Bug, Cancelled, Known
from freecrm.core.words import N_, say

MEMORY = 1_500_000_000
MARK = "--freecrm-child"
_START = "import sys; sys.path[:0] = [{root!r}]; from freecrm.store.child import serve; serve()"
_HUSH = 0.05  # seconds between two looks at `cancel`


def run(
    function: Callable[..., Iterator[Any]],
    args: tuple[Any, ...] = (),
    *,
    cancel: Callable[[], bool] | None = None,
    memory: int = MEMORY,
) -> Generator[Any, None, None]:
    """What the generator `function(*args)` yields, made in a child process.

    `function` is found there by module and name, so it is a plain function of an importable
    module; what it takes and yields is pickled. `memory`: bytes the child may use (kept where
    the system can, which is Linux). Raises the child's `Known` as it is, `Known` when the child
    breaks off or runs out of memory, `Cancelled`, and `Bug` for anything else raised there.
    """
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            _command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, **_no_console()
        )
        try:
            yield from _heard(process, _request(function, args, memory), cancel, complaints)
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()


def serve_if_child() -> None:
    """First line of a frozen program's entry: does the child's work and ends, where this is one."""
    if MARK in sys.argv[1:2]:
        serve()
        sys.exit(0)


def _command() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, MARK]
    return [sys.executable, "-P", "-c", _START.format(root=str(Path(__file__).parents[2]))]


def _no_console() -> dict[str, Any]:
    """On Windows a child of a window must not flash a console."""
    return {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}


def _request(function: Callable[..., Any], args: tuple[Any, ...], memory: int) -> bytes:
    # In two parts: the second can only be unpickled once the first has set the path.
    paths = [str(Path(p).resolve()) for p in sys.path if p]
    return pickle.dumps((paths, memory)) + pickle.dumps((function.__module__, function.__qualname__, args))


def _heard(
    process: subprocess.Popen[bytes],
    request: bytes,
    cancel: Callable[[], bool] | None,
    complaints: IO[bytes],
) -> Iterator[Any]:
    inbox: queue.Queue[tuple[str, Any]] = queue.Queue(maxsize=4)
    over = threading.Event()
    listener = threading.Thread(target=_listen, args=(process, request, inbox, over), daemon=True)
    listener.start()
    try:
        while True:
            if cancel is not None and cancel():
                raise Cancelled
            try:
                kind, value = inbox.get(timeout=_HUSH)
            except queue.Empty:
                continue
            if kind == "value":
                yield value
            elif kind == "end":
                return
            elif kind == "raised":
                raise value
            elif kind == "bug":
                raise Bug(value)
            else:
                raise _broke_off(process, complaints)
    finally:
        over.set()
        process.kill()
        listener.join()


def _listen(
    process: subprocess.Popen[bytes],
    request: bytes,
    inbox: queue.Queue[tuple[str, Any]],
    over: threading.Event,
) -> None:
    """Runs in a thread: the child's messages into `inbox`, at most four ahead of the reader."""

    def put(message: tuple[str, Any]) -> bool:
        while not over.is_set():
            with contextlib.suppress(queue.Full):
                inbox.put(message, timeout=_HUSH)
                return True
        return False

    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(request)
        process.stdin.flush()
        while True:
            message = pickle.load(process.stdout)
            if not put(message) or message[0] != "value":
                return
    except (OSError, EOFError, pickle.UnpicklingError, ValueError):
        put(("broken", None))


def _broke_off(process: subprocess.Popen[bytes], complaints: IO[bytes]) -> Known:
    code = process.wait()
    complaints.seek(0)
    details = complaints.read(4000).decode("utf-8", "replace")
    if "memory allocation" in details or "MemoryError" in details:
        return _too_big(details)
    return Known(
        say(
            N_(
                "The file made the reading part of FreeCRM break off. Nothing was changed. "
                "Open the file in Excel, save it as a new .xlsx file and import that one."
            )
        ),
        details=f"exit code {code}\n{details}",
    )


def _too_big(details: str = "") -> Known:
    return Known(
        say(
            N_(
                "The file needs more memory than FreeCRM allows for reading. Nothing was changed. "
                "Split it into smaller files, or delete the empty rows and columns after the last entry."
            )
        ),
        details=details,
    )


def serve() -> None:
    """The child's side: takes the request from standard input, answers on standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not write between the answers
    requests = os.fdopen(os.dup(0), "rb")
    try:
        paths, memory = pickle.load(requests)
    except EOFError:
        return
    sys.path.extend(p for p in paths if p not in sys.path)
    _limit(memory)
    try:
        module, name, args = pickle.load(requests)
        work: Any = importlib.import_module(module)
        for part in name.split("."):
            work = getattr(work, part)
        for value in work(*args):
            _answer(out, "value", value)
        message: tuple[str, Any] = ("end", None)
    except Known as problem:
        message = ("raised", problem)
    except MemoryError:
        message = ("raised", _too_big())
    except BrokenPipeError:  # nobody listens any more
        os._exit(0)
    except Exception:  # the boundary of the process: told to the parent as our bug
        message = ("bug", traceback.format_exc())
    with contextlib.suppress(BrokenPipeError):
        _answer(out, *message)
    # Freeing a hundred megabytes of cells takes longer than leaving them to the system.
    os._exit(0)


def _answer(out: IO[bytes], kind: str, value: Any) -> None:
    pickle.dump((kind, value), out, protocol=pickle.HIGHEST_PROTOCOL)
    out.flush()


def _limit(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit for a process by itself
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
