"""Public holidays of years that FreeCRM doesn't know yet: a JSON file a year in the folder `holidays` beside the settings.

    {
      "year": 2027,
      "holidays": {"2027-01-01": "元旦", "2027-02-06": {"zh": "春节", "en": "Spring Festival"}},
      "workdays": {"2027-02-20": "春节"}
    }

holidays: free days and what they are for; workdays: days of a weekend that are worked because of it (调休). A bad file is
refused with the line; one that lies in the folder and can't be read any more is passed over, `told` says why.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from freecrm.core import workdays
from freecrm.core.home import settings_folder
from freecrm.core.problems import Known
from freecrm.core.values import short
from freecrm.core.words import N_, Said, say

MOST = 1_000_000
"""Bytes of a file; a year needs two thousand."""

_NO_FILE = N_("There is no file {file}. Look whether it was moved.")
_UNREAD = N_("{file} couldn't be read: {why}")
_LARGE = N_("{file} is too large for a table of holidays. Take the one of a single year.")
_NO_JSON = N_("Line {line} of {file} isn't written as JSON: {why}. Mend the line, or take the file anew.")
_NO_TEXT = N_("{file} isn't a text in UTF-8. Save it as UTF-8, then take it again.")
_NO_TABLE = N_(
    "{file} holds no table of holidays: it needs “year”, “holidays” and, where there are any, “workdays”."
)
_NO_DAY = N_("Line {line} of {file}: “{value}” isn't a day. Write it as {year}-02-06.")
_OTHER_YEAR = N_("Line {line} of {file}: {value} isn't in the year {year}.")
_NO_NAME = N_("Line {line} of {file}: say in words what {value} is free or worked for.")
_BOTH = N_("Line {line} of {file}: {value} can't be free and worked at once.")
_NO_YEAR = N_("Line {line} of {file}: “{value}” isn't a year from 1901 to 2198.")


def folder() -> Path:
    """Where the files lie."""
    return settings_folder() / "holidays"


def stamp() -> int:
    """A number that changes when a file of the folder does."""
    try:
        return hash(tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder().glob("*.json"))))
    except OSError:  # a folder that can't be read holds nothing
        return 0


def years(where: Path) -> dict[int, workdays.Year]:
    """The years of the files in a folder; what can't be read is left out."""
    return {year: table for year, table, _why in _each(where) if table is not None}


def told(where: Path | None = None) -> list[tuple[Path, int, Said | None]]:
    """The files in the folder with their year, and what is wrong with each (None = nothing)."""
    at = where or folder()
    found: list[tuple[Path, int, Said | None]] = []
    for path in sorted(at.glob("*.json")):
        try:
            year, _table = read(path)
            found.append((path, year, None))
        except Known as problem:
            found.append((path, 0, problem.what))
    return found


def _each(where: Path) -> list[tuple[int, workdays.Year | None, Said | None]]:
    found: list[tuple[int, workdays.Year | None, Said | None]] = []
    try:
        paths = sorted(where.glob("*.json"))
    except OSError:
        return []
    for path in paths:
        try:
            found.append((*read(path), None))
        except Known as problem:
            found.append((0, None, problem.what))
    return found


def take(path: Path) -> int:
    """Keep a file for its year, in place of one that was there; the year. Known when it is none."""
    year, _table = read(path)
    target = folder() / f"{year}.json"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_bytes()
        new = target.with_suffix(".new")
        new.write_bytes(text)
        new.replace(target)
    except OSError as error:
        raise Known(say(_UNREAD, file=target.name, why=error.strerror or str(error))) from error
    return year


def read(path: Path) -> tuple[int, workdays.Year]:
    """The table of a file and its year; Known, with the line, when it is none."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MOST else None
    except FileNotFoundError:
        raise Known(say(_NO_FILE, file=path.name)) from None
    except OSError as error:
        raise Known(say(_UNREAD, file=path.name, why=error.strerror or str(error))) from error
    if data is None:
        raise Known(say(_LARGE, file=path.name))
    return _Reading(path.name, data).table()


class _Reading:
    """One file on the way to a table."""

    def __init__(self, file: str, data: bytes) -> None:
        self.file = file
        try:
            self.text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Known(say(_NO_TEXT, file=file)) from None
        self.lines = self.text.splitlines()

    def table(self) -> tuple[int, workdays.Year]:
        try:
            held = json.loads(self.text)
        except json.JSONDecodeError as error:
            raise Known(say(_NO_JSON, line=error.lineno, file=self.file, why=error.msg.lower())) from None
        except (RecursionError, ValueError):  # brackets without end, a number of thousands of digits
            raise Known(say(_NO_TABLE, file=self.file)) from None
        if not isinstance(held, dict) or "year" not in held or not isinstance(held.get("holidays"), dict):
            raise Known(say(_NO_TABLE, file=self.file))
        year = held["year"]
        if type(year) is not int or not 1901 <= year <= 2198:
            raise self._no(_NO_YEAR, "year", value=short(str(year)))
        worked = held.get("workdays") or {}
        if not isinstance(worked, dict):
            raise Known(say(_NO_TABLE, file=self.file))
        off = {self._day(text, year): self._name(text, name) for text, name in held["holidays"].items()}
        on = {self._day(text, year): self._name(text, name) for text, name in worked.items()}
        for day in on:
            if day in off:
                raise self._no(_BOTH, day.isoformat(), last=True, value=day.isoformat())
        return year, workdays.Year(off, on)

    def _day(self, text: str, year: int) -> dt.date:
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise self._no(_NO_DAY, text, value=short(text), year=year) from None
        if day.year != year:
            raise self._no(_OTHER_YEAR, text, value=short(text), year=year)
        return day

    def _name(self, text: str, name: Any) -> str:
        if isinstance(name, dict):
            chinese, english = str(name.get("zh") or ""), str(name.get("en") or "")
            name = f"{chinese or english}|{english or chinese}"
        if not isinstance(name, str) or not name.strip("| "):
            raise self._no(_NO_NAME, text, value=short(text))
        chinese_names = {chinese: key for key, (_text, chinese) in workdays.FESTIVALS.items()}
        return chinese_names.get(name.strip(), name.strip()[:60])

    def _no(self, text: str, at: str, last: bool = False, **figures: object) -> Known:
        lines = [number for number, line in enumerate(self.lines, 1) if f'"{at}"' in line] or [1]
        return Known(say(text, line=lines[-1 if last else 0], file=self.file, **figures))
