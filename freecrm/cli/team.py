"""This file's part in a team: join, exchange now or by files, how it stands, the password, what this computer holds, leave."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from freecrm.cli.telling import DONE, NOTHING, as_json, err, open_file, out
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store.database import Store

if TYPE_CHECKING:
    from freecrm.sync.carrying import Carried
    from freecrm.sync.exchange import Outcome


def team(options: argparse.Namespace) -> int:
    """Do what was asked with this file's team."""
    if options.action == "join" and (options.invitation is None or not options.login):
        raise Known(say(N_("Say with which join file and as whom: freecrm team join FILE --login NAME.")))
    store = open_file(options, create=options.action == "join")
    try:
        return _ACTIONS[options.action](store, options)
    finally:
        store.close()


def _join(store: Store, options: argparse.Namespace) -> int:
    from freecrm.core import home
    from freecrm.exchange import sample
    from freecrm.sync import joining, secrets

    sample.refuse_to_share(store)
    invitation = joining.read(Path(options.invitation))
    password = _typed()
    name = joining.join(store, invitation, options.login, password, place=str(home.settings_folder()))
    found = joining.team(store)
    assert found is not None
    if not secrets.keep(found[1], password):
        err(_("This computer has no safe for passwords: it will be asked for each time."))
    out(_("This file belongs to the team “{name}” now.").format(name=name))
    return _exchange(store, password)


def _typed(asked: str = N_("Password: ")) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(_(asked))
    return sys.stdin.readline().rstrip("\n")


def _sync(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import joining, secrets
    from freecrm.sync.server import WrongPassword

    found = joining.team(store)
    if found is None:
        raise Known(say(N_("This file belongs to no team. Join one: freecrm team join FILE --login NAME.")))
    kept = secrets.kept(found[1])
    if kept:
        try:
            return _exchange(store, kept)
        except WrongPassword as problem:  # whoever looks after the server may have set another one
            err(str(problem))
    password = _typed()
    done = _exchange(store, password)
    secrets.keep(found[1], password)
    return done


def _exchange(store: Store, password: str) -> int:
    from freecrm.sync import joining
    from freecrm.sync import password as passwords
    from freecrm.sync.exchange import exchange
    from freecrm.sync.server import WrongPassword, connect

    found = joining.team(store)
    assert found is not None
    store.user = joining.person(store)
    try:
        with connect(found[1], password) as server:
            passwords.note(store, server)
            outcome = exchange(store, server)
    except WrongPassword as problem:
        raise passwords.told(store, problem) from problem
    _tell(outcome)
    return DONE


def _tell(outcome: Outcome) -> None:
    out(
        _("Sent: {sent}, received: {received}").format(
            sent=f"{outcome.sent:,}", received=f"{outcome.received:,}"
        )
    )
    if outcome.refused:
        err(_("Not taken, as your rights don't reach: {n}").format(n=outcome.refused))


def _status(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import joining, outbox, part

    found = joining.team(store)
    if found is None:
        out(_("This file belongs to no team."))
        return NOTHING
    name, address = found
    waiting = outbox.waiting(store.read())
    held = part.of(store)
    if options.json:
        as_json(
            {
                "team": name,
                "host": address.host,
                "login": address.login,
                "waiting": waiting,
                "part": held.kind,
                "places": list(held.words),
            }
        )
        return DONE
    out(name)
    out("  " + _("{login} at {host}").format(login=address.login, host=address.host))
    out("  " + _("This computer holds: {part}").format(part=held.title()))
    out("  " + _("Waiting to go out: {n}").format(n=f"{waiting:,}"))
    return DONE


def _password(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import joining, secrets
    from freecrm.sync import password as passwords

    found = joining.team(store)
    if found is None:
        out(_("This file belongs to no team."))
        return NOTHING
    old, new = _typed(N_("Old password: ")), _typed(N_("New password: "))
    if sys.stdin.isatty() and _typed(N_("Once more: ")) != new:
        raise Known(say(N_("The new passwords differ. Nothing was changed; try again.")))
    passwords.change(found[1], old, new)
    secrets.keep(found[1], new)
    out(_("The password is changed."))
    return DONE


def _leave(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import joining, outbox, secrets

    found = joining.team(store)
    if found is None:
        out(_("This file belongs to no team."))
        return NOTHING
    waiting = outbox.waiting(store.read())
    if waiting and not options.anyway:
        raise Known(
            say(
                N_(
                    "{n} records have changes that nobody else has yet. Exchange first (freecrm team sync), or leave"
                    " with --anyway: they stay in this file."
                ),
                n=waiting,
            )
        )
    secrets.forget_key(joining.leave(store))
    secrets.forget(found[1])
    out(_("This file no longer belongs to “{name}”. What is in it stays.").format(name=found[0]))
    return DONE


def _write_file(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import carrying, joining

    store.user = joining.person(store)
    path = _file(options)
    written = carrying.write(store, path, deletions=options.anyway)
    out(_("{file} is written. Changes in it: {n}").format(file=path, n=f"{written.records:,}"))
    out(_("Carry it in where the server is reached: freecrm team carry FILE. Then read the answer here."))
    return DONE


def _carry(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import carrying, joining, secrets
    from freecrm.sync.letters import Letter
    from freecrm.sync.server import connect

    found = joining.team(store)
    if found is None:
        raise Known(say(N_("This file belongs to no team. Join one: freecrm team join FILE --login NAME.")))
    path = _file(options)
    letter, answer = Letter(path), answer_of(path, options.answer)
    with connect(found[1], secrets.kept(found[1]) or _typed()) as server:
        tell_carried(carrying.carry(server, letter, answer), answer)
    return DONE


def _read_file(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import carrying, joining
    from freecrm.sync.letters import Letter

    store.user = joining.person(store)
    _tell(carrying.read(store, Letter(_file(options)), deletions=options.anyway))
    return DONE


def _file(options: argparse.Namespace) -> Path:
    if options.invitation is None:
        raise Known(say(N_("Which file? freecrm team {action} FILE."), action=options.action))
    return Path(options.invitation)


def answer_of(path: Path, wanted: Path | None) -> Path:
    """Where the answer to a carried file goes when nobody says so: beside it."""
    from freecrm.sync.letters import IN, SUFFIXES

    return wanted or path.with_suffix(SUFFIXES[IN])


def tell_carried(carried: Carried, answer: Path) -> None:
    """Say what was carried in, and where the answer is."""
    out(
        _("Carried in for {person} ({device}). New batches: {n}").format(
            person=carried.person, device=carried.device, n=carried.batches
        )
    )
    out(_("The answer is {file}. It can be read by that computer alone.").format(file=answer))


def _part(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import part

    if options.invitation is None:
        out(part.of(store).title())
        return DONE
    kind = str(options.invitation)
    if kind not in part.KINDS:
        raise Known(say(N_("What is to be held here is one of: {kinds}."), kinds=list(part.KINDS)))
    part.choose(store, part.Part(kind, part.words_of(" ".join(options.places))))
    out(_("With the next exchange this computer holds: {part}").format(part=part.of(store).title()))
    return DONE


_ACTIONS: dict[str, Callable[[Store, argparse.Namespace], int]] = {
    "join": _join,
    "sync": _sync,
    "status": _status,
    "password": _password,
    "leave": _leave,
    "write-file": _write_file,
    "carry": _carry,
    "read-file": _read_file,
    "part": _part,
}
