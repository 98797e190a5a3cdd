"""What tells the groups of a list apart, as SQL."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from freecrm.core.buckets import buckets
from freecrm.core.fields import Field
from freecrm.core.rows import Rows

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from freecrm.store.select import Compiler

_LENGTHS = {"month": 7, "year": 4}


def key_of(compiler: Compiler, f: Field, by: str) -> ColumnElement[Any]:
    """The expression whose values are the groups: a value of the field, the place of a bucket of days,
    "2026-03" or "2026"."""
    if isinstance(f, Rows):
        return compiler.first_row(f, key=False)
    column = compiler.column(f)
    if f.kind not in ("date", "moment") or not by:
        return column
    return _bucket(column, f) if by == "when" else _part(column, f, _LENGTHS[by])


def _bucket(column: ColumnElement[Any], f: Field) -> ColumnElement[Any]:
    from sqlalchemy import case, null

    from freecrm.core.day_words import this_day

    found = buckets(f, this_day())
    cases: list[Any] = [(column.is_(None), null())]
    for at, bucket in enumerate(found):
        if bucket.last is not None:
            cases.append((column < _after(f, bucket.last), at))
    return case(*cases, else_=len(found) - 1)


def _after(f: Field, day: dt.date) -> Any:
    """The first stored value behind a day."""
    following = day + dt.timedelta(days=1)
    if f.kind == "date":
        return following.isoformat()
    return round(dt.datetime.combine(following, dt.time()).astimezone().timestamp() * 1000)


def _part(column: ColumnElement[Any], f: Field, length: int) -> ColumnElement[Any]:
    from sqlalchemy import func

    if f.kind == "moment":
        column = func.datetime(column / 1000, "unixepoch", "localtime")
    return func.substr(column, 1, length)
