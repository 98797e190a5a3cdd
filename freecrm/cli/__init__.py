"""The command line: everything that needs no screen, in Chinese and English, never needing a display.

Exit codes: 0 done · 1 the world said no (a sentence on stderr) · 2 wrong words on the command
line · 3 nothing found · 130 stopped with Ctrl+C (everything is as it was before).

One file a group of commands, loaded when one of them is given: a start of the window waits for none.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from freecrm.cli.parser import read
from freecrm.cli.telling import DONE, NOTHING, REFUSED, STOPPED, USAGE, err, tell_refusal
from freecrm.core import words
from freecrm.core.problems import Cancelled, Known
from freecrm.core.words import _

__all__ = ["DONE", "NOTHING", "REFUSED", "STOPPED", "USAGE", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Without a command the window opens."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    words.use(_language(given))
    for stream in (sys.stdout, sys.stderr):  # a Windows console of another code page must not stop us
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    options = read(given)
    if options.command is None:
        from freecrm import app

        return app.run(options.file)
    try:
        module, _dot, name = options.run.partition(".")
        code = int(getattr(import_module(f"freecrm.cli.{module}"), name)(options))
        sys.stdout.flush()
        return code
    except Known as problem:
        tell_refusal(problem, getattr(options, "json", False))
        return REFUSED
    except (Cancelled, KeyboardInterrupt):
        err(_("Stopped. Everything is as it was before."))
        return STOPPED
    except BrokenPipeError:  # the reader of our output went away (| head)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - stays open until we end
        return DONE
    except OSError as error:
        if error.errno != errno.ENOSPC:
            _tell_mistake(error)
            return REFUSED
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - what is left of it cannot be told
        err(_("The disk is full, so not everything could be written. Make some room and try again."))
        return REFUSED
    except Exception as error:  # our own mistake: a report on this computer and one sentence
        _tell_mistake(error)
        return REFUSED


def _tell_mistake(error: Exception) -> None:
    from freecrm.core import logs
    from freecrm.core.home import log_folder

    logs.log.addHandler(logging.NullHandler())  # else the log's own line would stand before ours
    try:
        path = logs.report_crash(log_folder(), type(error), error, error.__traceback__)
    except OSError:  # a full disk must not hide the mistake itself
        raise error from None
    err(
        _(
            "FreeCRM made a mistake and stopped; what was begun was taken back. The report is in {file}; "
            "please send it to those who look after FreeCRM."
        ).format(file=path)
    )


def _language(given: Sequence[str]) -> str:
    for i, word in enumerate(given):
        if word == "--language" and i + 1 < len(given):
            return given[i + 1]
        if word.startswith("--language="):
            return word.partition("=")[2]
    return os.environ.get("FREECRM_LANGUAGE") or words.of_system()
