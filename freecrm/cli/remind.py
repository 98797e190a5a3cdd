"""`freecrm remind`: what somebody is to be reminded of, for cron or whoever works without a window."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any

from freecrm.cli.telling import DONE, NOTHING, as_json, err, open_file, out
from freecrm.core.words import _

if TYPE_CHECKING:
    from freecrm.store.alarms import Alarm


def remind(options: argparse.Namespace) -> int:
    """Tell what is due and what was missed, and note that it was told; a window beside it shows it no more."""
    from freecrm.store import alarm_words, alarms

    store = open_file(options)
    now = dt.datetime.now(dt.UTC)
    found = alarms.missed(store, now, store.user)
    if options.json:
        as_json([_plain(one) for one in found])
    else:
        for one in found:
            parts = (alarm_words.headline(one, now), alarm_words.where(one), alarm_words.who(one))
            out(" · ".join(part for part in parts if part))
        err(alarm_words.counted(store, found) if found else _("There is nothing to be reminded of."))
    if not options.look:
        alarms.seen(store, found)
    store.close()
    return DONE if found else NOTHING


def _plain(alarm: Alarm) -> dict[str, Any]:
    """An alarm for programs: times in UTC, ids as hex."""
    return {
        "what": alarm.what,
        "name": alarm.name,
        "at": alarm.at.isoformat(),
        "begins": alarm.begins.isoformat(),
        "ends": None if alarm.ends is None else alarm.ends.isoformat(),
        "all_day": alarm.all_day,
        "times": alarm.times,
        "entity": alarm.entity,
        "id": alarm.id.hex(),
        "customer": alarm.firm,
        "grade": alarm.grade,
        "place": alarm.place,
        "person": alarm.person,
        "job": alarm.job,
        "phone": alarm.phone,
    }
