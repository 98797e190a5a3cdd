"""The team's shared database, for whoever looks after the server: make it, let people in, how it stands, a backup."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from freecrm.cli.telling import DONE, as_json, err, out
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural, say


def server(options: argparse.Namespace) -> int:
    """Do what was asked with the shared database."""
    return _ACTIONS[options.action](options)


def _where(options: argparse.Namespace) -> str:
    return str(options.to or "")


def _init(options: argparse.Namespace) -> int:
    from freecrm.modules import model
    from freecrm.sync import joining, keeping, setup
    from freecrm.sync.server import Address

    ca = _certificate(options.ca)
    keeping.make_database(_where(options), options.database)
    with keeping.admin(_where(options), options.database) as admin:
        port = admin.info.port
        there = setup.installed(admin)
        id = setup.install(admin, model(), options.name or _("Our firm"))
        called = setup.called(admin)
    if there:
        out(
            _(
                "The team's database “{name}” is up to date with this FreeCRM. Nobody has to join anew."
            ).format(name=options.database)
        )
        if options.name and options.name != called:
            what = _("The team is still called “{called}”: a team keeps the name that it was given first.")
            out(what.format(called=called))
        if options.join is None:
            return DONE
    target = options.join or Path(f"{options.database}.freecrm-team")
    address = Address(options.host, "", options.database, port, ca, options.reach or "", id)
    joining.write(target, address, called)
    out(_("The team's database “{name}” is ready.").format(name=options.database))
    out(_("Give everybody the file {file}; it holds no password.").format(file=target))
    out(_("Let the first one in: freecrm server add LOGIN --person NAME --owner"))
    return DONE


def _renew(options: argparse.Namespace) -> int:
    from freecrm.modules import model
    from freecrm.sync import keeping, setup

    with keeping.admin(_where(options), options.database) as admin:
        setup.renew(admin, model())
    out(_("The team's database “{name}” works as this FreeCRM does now.").format(name=options.database))
    return DONE


def _certificate(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        text = path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Known(say(N_("{file} can't be read."), file=str(path)), str(error)) from error
    if "BEGIN CERTIFICATE" not in text:
        raise Known(
            say(N_("{file} is no certificate: a text that begins with BEGIN CERTIFICATE."), file=str(path))
        )
    return text


def _add(options: argparse.Namespace) -> int:
    from freecrm.sync import keeping, setup

    login = _login(options)
    password, made = _password()
    with keeping.admin(_where(options), options.database) as admin:
        setup.add_member(admin, login, password, options.person or "", gives_rights=options.owner)
    out(_("{login} may sign in.").format(login=login))
    if made:
        out(_("Password: {password}").format(password=password))
        out(_("It is shown only here. “freecrm server add” gives a new one."))
    return DONE


def _login(options: argparse.Namespace) -> str:
    if not options.login:
        raise Known(say(N_("Who? Name the login: freecrm server {action} LOGIN."), action=options.action))
    return str(options.login)


def _file(options: argparse.Namespace) -> Path:
    if not options.login:
        raise Known(say(N_("Which file? freecrm server {action} FILE."), action=options.action))
    return Path(options.login)


def _password() -> tuple[str, bool]:
    """The password typed, or one made by chance where nobody is there to type; whether it was made. Known when it is
    one that nobody could choose in the program either."""
    from freecrm.sync import password

    there = sys.stdin.isatty()
    typed = getpass.getpass(_("Password (Enter: make one): ")) if there else sys.stdin.readline().strip()
    if not typed:
        return secrets.token_urlsafe(12), True
    password.refuse("", typed)
    if there and getpass.getpass(_("Once more: ")) != typed:
        raise Known(say(N_("The two differ. Nobody was let in; try again.")))
    return typed, False


def _end(options: argparse.Namespace) -> int:
    from freecrm.sync import keeping, setup

    with keeping.admin(_where(options), options.database) as admin:
        left = setup.end_member(admin, _login(options))
    out(_("{login} may no longer sign in.").format(login=options.login))
    if left:
        what = _(
            "“{name}” is marked “Has left”. What is theirs stays theirs until somebody takes it over: settings,"
            " “Colleagues”, “…” beside the name, “Hand over their work…”."
        )
        out(what.format(name=left))
    return DONE


def _status(options: argparse.Namespace) -> int:
    from freecrm.sync import keeping, setup

    with keeping.admin(_where(options), options.database) as admin:
        found = keeping.health(admin)
        people = keeping.members(admin)
    if options.json:
        as_json({**_plain(found), "members": [_plain(one) for one in people]})
        return DONE
    out(f"{found.name}  ({found.server})")
    out(
        "  "
        + _("PostgreSQL {version}, {size} MB").format(version=found.postgres, size=f"{found.size / 1e6:,.0f}")
    )
    out("  " + _("Records: {n}, deleted ones: {gone}").format(n=f"{found.records:,}", gone=f"{found.gone:,}"))
    out("  " + _("Open differences: {n}").format(n=f"{found.open:,}"))
    for one in people:
        more = [_("owner")] if one.admin else []
        more += [_("may no longer sign in")] if one.disabled else []
        out(f"  {one.login}  {one.name}" + (f"  ({', '.join(more)})" if more else ""))
        for computer in one.computers:
            seen = f"{computer.seen.astimezone():%Y-%m-%d %H:%M}"
            out(
                "      "
                + plural(
                    "{device}: last heard from {when}, {n} change since then",
                    "{device}: last heard from {when}, {n} changes since then",
                    computer.behind,
                    device=computer.device,
                    when=seen,
                )
            )
    if found.version < setup.VERSION:
        err(_("It works as an older FreeCRM did. Bring it up to this one: freecrm server renew"))
    if found.blocked:
        err(_("A session keeps everybody from sending. End it: freecrm server unblock"))
    return DONE


def _plain(found: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(found)


def _unblock(options: argparse.Namespace) -> int:
    from freecrm.sync import keeping

    with keeping.admin(_where(options), options.database) as admin:
        ended = keeping.unblock(admin)
    out(plural("{n} session ended.", "{n} sessions ended.", ended) if ended else _("Nothing blocks."))
    return DONE


def _purge(options: argparse.Namespace) -> int:
    from freecrm.sync import keeping

    id = str(options.login or "")
    if not id:
        raise Known(say(N_("Which record? Name its id: freecrm server purge ID.")))
    try:
        UUID(id)
    except ValueError:
        raise Known(say(N_("“{id}” is no id: 32 signs from 0 to 9 and a to f."), id=id)) from None
    with keeping.admin(_where(options), options.database) as admin:
        wiped = keeping.purge(admin, id)
    out(plural("{n} row wiped for ever.", "{n} rows wiped for ever.", wiped))
    return DONE


def _backup(options: argparse.Namespace) -> int:
    from freecrm.sync import keeping

    target = _file(options)
    size = keeping.backup(_where(options), options.database, target)
    out(_("{file}: {size} MB").format(file=target, size=f"{size / 1e6:,.1f}"))
    return DONE


def _report(options: argparse.Namespace) -> int:
    from freecrm.modules import model
    from freecrm.sync import keeping, setup, views

    login = _login(options)
    setup.refuse_login(login)
    password, made = _password()
    with keeping.admin(_where(options), options.database) as admin:
        keeping.ours(admin)
        count = views.make(admin, model(), keeping.currency(admin))
        views.let_read(admin, login, password)
    out(
        _("{login} may read {n} views in the schema “report”, and nothing else.").format(login=login, n=count)
    )
    if made:
        out(_("Password: {password}").format(password=password))
    return DONE


def _carry(options: argparse.Namespace) -> int:
    from freecrm.cli.team import answer_of, tell_carried
    from freecrm.sync import carrying, keeping
    from freecrm.sync.letters import Letter
    from freecrm.sync.server import Server

    path = _file(options)
    letter, answer = Letter(path), answer_of(path, options.answer)
    with keeping.admin(_where(options), options.database) as admin:
        keeping.ours(admin)
        tell_carried(carrying.carry(Server(admin), letter, answer), answer)
    return DONE


_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "init": _init,
    "renew": _renew,
    "add": _add,
    "end": _end,
    "status": _status,
    "unblock": _unblock,
    "purge": _purge,
    "backup": _backup,
    "report": _report,
    "carry": _carry,
}
