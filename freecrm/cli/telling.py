"""What every command needs: exit codes, telling on the two streams, a line of progress, the file."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from freecrm.core.home import default_file
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say

if TYPE_CHECKING:
    from freecrm.core.jobs import Progress
    from freecrm.store.database import Store

DONE, REFUSED, USAGE, NOTHING, STOPPED = 0, 1, 2, 3, 130
SHOWN = 12


def out(text: str = "") -> None:
    """One line of the answer."""
    sys.stdout.write(text + "\n")


def err(text: str) -> None:
    """One line beside the answer: what went otherwise than asked."""
    sys.stderr.write(text + "\n")


def as_json(value: Any) -> None:
    """The answer for programs."""
    out(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def tell_refusal(problem: Known, for_programs: bool) -> None:
    """Why the world said no."""
    if for_programs:
        as_json({"error": str(problem), "details": problem.details})
    err(str(problem))


def more(shown: int, count: int) -> None:
    """Say how many lines were left out."""
    if count > min(shown, SHOWN):
        out("  " + _("… and {n} more (--json lists them)").format(n=f"{count - min(shown, SHOWN):,}"))


def progress() -> Progress:
    """A line of progress on a terminal; Ctrl+C cancels cleanly."""
    from freecrm.core.jobs import Progress

    if not sys.stderr.isatty():
        return Progress()

    def heard(news: Progress) -> None:
        share = f"{news.done:,} / {news.total:,}" if news.total else ""
        sys.stderr.write(f"\r\x1b[K{news.what or ''}  {share}")
        if news.total and news.done >= news.total:
            sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()

    return Progress(heard)


def open_file(options: argparse.Namespace, *, create: bool = False) -> Store:
    """The file that the command works on."""
    from freecrm.modules import model
    from freecrm.store.database import open_store

    store = open_store(options.file or default_file(), model(), create=create)
    try:
        _sign_in(store, getattr(options, "user", None) or "")
    except BaseException:
        store.close()
        raise
    return store


def _sign_in(store: Store, name: str) -> None:
    """Work as whoever is named, held to their rights; where a password is asked for it is taken from
    FREECRM_PASSWORD, else typed."""
    from freecrm.store import signin

    signin.work_as(store, name)
    if not signin.is_on(store):
        return
    from freecrm.store import passwords

    people = {one.name: one.id for one in passwords.people(store)}
    if name not in people:
        what = N_("A password is asked for in this file. Say who you are: --user NAME, one of: {names}.")
        raise Known(say(what, names=sorted(people)))
    password = os.environ.get("FREECRM_PASSWORD")
    if password is None:
        if not sys.stdin.isatty():
            what = N_(
                "A password is needed: put it into FREECRM_PASSWORD, or run this where it can be typed."
            )
            raise Known(say(what))
        import getpass

        password = getpass.getpass(_("Password") + ": ")
    passwords.enter(store, people[name], password)
