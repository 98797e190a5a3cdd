"""Public holidays: which years are known, one year's days, taking in the file of a new year."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from freecrm.cli.telling import DONE, NOTHING, as_json, err, out
from freecrm.core import day_words, holiday_files, workdays
from freecrm.core.words import _


def holidays(options: argparse.Namespace) -> int:
    """Take in a file, show the days of a year, or list the years that are known."""
    if options.table is not None:
        year = holiday_files.take(options.table)
        return _taken(options, year)
    if options.year is not None:
        return _year(options, options.year)
    return _known(options)


def _taken(options: argparse.Namespace, year: int) -> int:
    table = holiday_files.years(holiday_files.folder())[year]
    if options.json:
        as_json({"year": year, "holidays": len(table.off), "workdays": len(table.on)})
    else:
        text = _("The holidays of {year} are taken in: {off} days off, {on} weekend days worked.")
        out(text.format(year=year, off=len(table.off), on=len(table.on)))
    return DONE


def _all() -> workdays.Workdays:
    return workdays.Workdays(added=holiday_files.years(holiday_files.folder()))


def _year(options: argparse.Namespace, year: int) -> int:
    days = _all()
    if not days.known(year):
        err(
            _("The holidays of {year} aren't known. Take in a file with them: freecrm holidays FILE").format(
                year=year
            )
        )
        return NOTHING
    found: list[dict[str, Any]] = []
    day = dt.date(year, 1, 1)
    while day.year == year:
        name = days.name(day) or days.made_up_for(day)
        if name:
            found.append({"day": day, "name": name, "works": days.is_made_up(day)})
        day += dt.timedelta(days=1)
    if options.json:
        as_json(found)
        return DONE
    for one in found:
        out(f"{day_words.show(one['day'])}  {days.mark(one['day'])}  {one['name']}")
    return DONE


def _known(options: argparse.Namespace) -> int:
    files = holiday_files.told()
    built_in = workdays.published_years()
    if options.json:
        listed = [
            {"file": str(path), "year": year or None, "problem": str(why or "")} for path, year, why in files
        ]
        as_json({"built_in": built_in, "files": listed, "folder": str(holiday_files.folder())})
        return DONE
    out(_("Built in: {first} to {last}").format(first=built_in[0], last=built_in[-1]))
    for path, year, why in files:
        if why is not None:
            err(str(why))
        else:
            out(f"{year}  {path}")
    out(_("Files of further years lie in {folder}").format(folder=holiday_files.folder()))
    return DONE
