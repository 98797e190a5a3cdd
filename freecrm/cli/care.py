"""Looking after the file: backup, restore, check, settings."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from freecrm.cli.telling import DONE, NOTHING, REFUSED, as_json, err, open_file, out, progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, say

if TYPE_CHECKING:
    from freecrm.core.settings import Setting
    from freecrm.store.copies import Copy


def make_backup(options: argparse.Namespace) -> int:
    """Take a backup and prove it."""
    from freecrm.store import backup

    store = open_file(options)
    backup.refuse_narrow(store)
    copy = backup.take(store, folder=options.to, progress=progress())
    if options.json:
        as_json({"file": str(copy.path), "counts": copy.counts, "files": copy.files, "missing": copy.missing})
    else:
        out(_("Backup made and proven: {file}").format(file=copy.path))
    store.close()
    return DONE


def restore(options: argparse.Namespace) -> int:
    """List the backups, say what is in one, or put it in place of the file."""
    from freecrm.core.home import default_file
    from freecrm.modules import model
    from freecrm.store import copies
    from freecrm.store import restore as work

    path = (options.file or default_file()).expanduser().absolute()
    if options.copy is None:
        return _list_copies(options, copies.listed(path))
    if options.dry_run:
        found, before = work.info(options.copy, model(), path), None
    else:
        done = work.restore(options.copy, path, model(), progress())
        found, before = done.info, done.before
    if options.json:
        as_json(
            {
                "file": str(path),
                "counts": found.counts,
                "files": found.files,
                "missing": found.missing,
                "leaves_team": found.leaves_team,
                "before": None if before is None else str(before),
            }
        )
        return DONE
    roots = {e.entity: e.plural for e in model().roots()}
    for entity, n in found.counts.items():
        if n and entity in roots:
            out(f"  {_(roots[entity])}: {n:,}")
    if found.leaves_team:
        out(_(work.LEAVES_TEAM))
    if options.dry_run:
        out(_("Nothing was written (--dry-run)."))
        return DONE
    out(_("{file} is now as it was in {copy}.").format(file=path.name, copy=options.copy.name))
    if before is not None:
        out(_("What was in it before is kept in {file}.").format(file=before))
    return DONE


def _list_copies(options: argparse.Namespace, found: list[Copy]) -> int:
    from freecrm.store.copies import WHYS

    if options.json:
        as_json(
            [
                {
                    "file": str(c.path),
                    "at": c.at.isoformat(),
                    "why": c.why,
                    "counts": c.counts,
                    "size": c.size,
                    "proven": c.proven,
                }
                for c in found
            ]
        )
    for copy in () if options.json else found:
        proven = _("proven") if copy.proven else _("not proven")
        out(f"{copy.at:%Y-%m-%d %H:%M}  {_(WHYS.get(copy.why, copy.why))}  {proven}  {copy.path}")
    if not found and not options.json:
        err(_("There are no backups yet."))
    return DONE if found else NOTHING


def check_file(options: argparse.Namespace) -> int:
    """Say what is not as it should be."""
    from freecrm.store import check

    store = open_file(options)
    found = check.check(store, progress=progress())
    if options.json:
        as_json({"problems": [str(p) for p in found]})
    else:
        for problem in found:
            out(f"· {problem}")
        if not found:
            out(_("All is well."))
    store.close()
    return REFUSED if found else DONE


def settings(options: argparse.Namespace) -> int:
    """List the settings, show one, or set it."""
    from freecrm.core.settings import SETTINGS

    if options.key is None:
        asked = list(SETTINGS.values())
    elif options.key in SETTINGS:
        asked = [SETTINGS[options.key]]
    else:
        what = N_("There is no setting “{key}”. There are: {keys}.")
        raise Known(say(what, key=options.key, keys=list(SETTINGS)))
    if options.value is not None:
        _set(options, asked[0], asked[0].read(options.value))
    values = _values(options, asked)
    if options.json:
        as_json(values)
    else:
        for one in asked:
            out(f"{one.key} = {values[one.key]}\t{_(one.title)}: {one.show(values[one.key])}")
    return DONE


def _values(options: argparse.Namespace, asked: list[Setting]) -> dict[str, Any]:
    from freecrm.core import computer
    from freecrm.core.home import settings_folder

    if all(s.place == "computer" for s in asked):  # they can be asked where there is no file yet
        return {s.key: computer.get(settings_folder(), s.key) for s in asked}
    store = open_file(options)
    found = {
        s.key: store.setting(s.key) if s.place == "file" else computer.get(settings_folder(), s.key)
        for s in asked
    }
    store.close()
    return found


def _set(options: argparse.Namespace, one: Setting, value: Any) -> None:
    from freecrm.core import computer
    from freecrm.core.home import settings_folder

    if one.place == "computer":
        computer.put(settings_folder(), one.key, value)
        return
    store = open_file(options)
    store.set_setting(one.key, value)
    store.close()
