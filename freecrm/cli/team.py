"""This file's part in a team: join, exchange now, how it stands, the password, leave."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable

from freecrm.cli.telling import DONE, NOTHING, as_json, err, open_file, out
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say
from freecrm.store.database import Store


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
    from freecrm.sync import joining, secrets

    invitation = joining.read(options.invitation)
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

    found = joining.team(store)
    if found is None:
        raise Known(say(N_("This file belongs to no team. Join one: freecrm team join FILE --login NAME.")))
    return _exchange(store, secrets.kept(found[1]) or _typed())


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
    out(
        _("Sent: {sent}, received: {received}").format(
            sent=f"{outcome.sent:,}", received=f"{outcome.received:,}"
        )
    )
    if outcome.refused:
        err(_("Not taken, as your rights don't reach: {n}").format(n=outcome.refused))
    return DONE


def _status(store: Store, options: argparse.Namespace) -> int:
    from freecrm.sync import joining, outbox

    found = joining.team(store)
    if found is None:
        out(_("This file belongs to no team."))
        return NOTHING
    name, address = found
    waiting = outbox.waiting(store.read())
    if options.json:
        as_json({"team": name, "host": address.host, "login": address.login, "waiting": waiting})
        return DONE
    out(name)
    out("  " + _("{login} at {host}").format(login=address.login, host=address.host))
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
    joining.leave(store)
    secrets.forget(found[1])
    out(_("This file no longer belongs to “{name}”. What is in it stays.").format(name=found[0]))
    return DONE


_ACTIONS: dict[str, Callable[[Store, argparse.Namespace], int]] = {
    "join": _join,
    "sync": _sync,
    "status": _status,
    "password": _password,
    "leave": _leave,
}
