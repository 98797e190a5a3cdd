"""What two people changed apart, as a table, for programs, or in a file."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING

from freecrm.cli.telling import DONE, NOTHING, as_json, err, open_file, out
from freecrm.core.words import _

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.differences_list import DifferenceLine


def differences(options: argparse.Namespace) -> int:
    """List the differences, open ones first of all; NOTHING when there are none of that kind."""
    from freecrm.store import differences_list

    store = open_file(options)
    try:
        _say_who(store)
        found = differences_list.lines(store, options.which)
        if options.to is not None:
            from freecrm.exchange import differences_sheet

            differences_sheet.write(store, found, options.to)
            out(_("{n} differences are in {file}.").format(n=len(found), file=options.to.name))
        elif options.json:
            as_json([_plain(line) for line in found])
        elif found:
            out("\t".join(_(head) for head in differences_list.HEADS))
            for line in found:
                out("\t".join(_text(cell) for cell in line.cells()))
        else:
            err(_("There are no differences of that kind."))
        return DONE if found else NOTHING
    finally:
        store.close()


def _say_who(store: Store) -> None:
    from freecrm.sync import joining

    store.user = joining.person(store)


def _text(cell: str | dt.datetime | None) -> str:
    if isinstance(cell, dt.datetime):
        return f"{cell.astimezone():%Y-%m-%d %H:%M}"
    return " ".join((cell or "").split())


def _plain(line: DifferenceLine) -> dict[str, object]:
    at = {"since": line.since, "settled": line.settled}
    return {
        "entity": line.entity,
        "id": line.id.hex(),
        "record": line.record,
        "field": line.field,
        "mine": line.mine,
        "theirs": line.theirs,
        "whose": line.whose,
        "open": line.is_open,
        "how": line.how,
        "by": line.by,
        **{name: moment.isoformat() if moment is not None else None for name, moment in at.items()},
    }
