"""Calendar files in and out: freecrm import meetings.ics, freecrm export --ics calendar.ics."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING

from freecrm.cli.telling import DONE, SHOWN, as_json, more, open_file, out, progress
from freecrm.core.problems import Known
from freecrm.core.words import N_, _, plural, say

if TYPE_CHECKING:
    from freecrm.store.database import Store


def import_calendar(options: argparse.Namespace) -> int:
    """Take a calendar file in, or show what that would do."""
    from freecrm.exchange import ical_in

    store = open_file(options, create=True)
    found = ical_in.look(store, options.list, progress())
    touched = None
    if not options.dry_run and found.writes:
        touched = ical_in.take(store, found, progress())
    if options.json:
        as_json({**found.report(), "step": touched.step if touched else None})
    else:
        for line in found.lines():
            out(line)
        for flaw in found.flaws[:SHOWN]:
            out(f"  · {ical_in.told(flaw)}")
        more(SHOWN, found.lost + found.odd)
        if touched is not None:
            out(_("Done in step {n}. “freecrm undo {n}” takes it back for 90 days.").format(n=touched.step))
        elif options.dry_run:
            out(_("Nothing was written (--dry-run)."))
    store.close()
    return DONE


def export_calendar(options: argparse.Namespace) -> int:
    """Write activities as a calendar file."""
    from freecrm.exchange import ical_out

    store = open_file(options)
    customer, contact = _named(store, options.of) if options.of else (None, None)
    chosen = ical_out.Chosen(None, customer, contact, _day(options.since), _day(options.until))
    made = ical_out.export(store, options.target, chosen, progress())
    if options.json:
        as_json({"file": str(made.path), "activities": made.count})
    else:
        out(plural("{n} activity is in {file}.", "{n} activities are in {file}.", made.count, file=made.path))
    store.close()
    return DONE


def _day(text: str | None) -> dt.date | None:
    if not text:
        return None
    from freecrm.core import date_words

    day, why = date_words.read(text)
    if why is not None:
        raise Known(why)
    return day


def _named(store: Store, name: str) -> tuple[bytes | None, bytes | None]:
    found = [hit.record for hit in store.reader().find(name, 2, ("customer", "contact"))]
    same = [record for record in found if record["name"] == name] or found
    if len(same) == 1:
        return (same[0].id, None) if same[0].entity == "customer" else (None, same[0].id)
    what = N_("There is no one customer or contact “{name}”. Write the whole name.")
    raise Known(say(what, name=name))
