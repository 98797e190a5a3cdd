"""What can be asked of a field, by its kind, and how a chip says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from freecrm.core import periods
from freecrm.core.fields import Choice, Field, Link
from freecrm.core.filters import Chip
from freecrm.core.query import ME, Where
from freecrm.core.rows import Rows
from freecrm.core.words import N_, _, plural
from freecrm.ui import cells
from freecrm.ui.group_words import amount

if TYPE_CHECKING:
    from freecrm.core.custom import Schema

NAMED = 3  # values that a chip names before it counts the others


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that can be asked. op, value: of the `Where`; value None: it is chosen in `box`. box: "checks",
    "line", "range", "periods" or "" where nothing is left to say."""

    op: str
    text: str
    box: str = ""
    value: Any = None


_EMPTY = (Way("empty", N_("is empty")), Way("filled", N_("is filled")))
_CHECKS = (Way("in", N_("is one of"), "checks"), Way("none", N_("is none of"), "checks"))
_CONTAINS = Way("contains", N_("contains"), "line")
WAYS: dict[str, tuple[Way, ...]] = {
    "choice": (*_CHECKS, *_EMPTY),
    "link": (*_CHECKS, *_EMPTY),
    "tags": (*_CHECKS, *_EMPTY),
    "text": (_CONTAINS, Way("starts", N_("begins with"), "line"), *_CHECKS, *_EMPTY),
    "longtext": (_CONTAINS, *_EMPTY),
    "date": (
        Way("within", N_("is"), "periods"),
        Way("outside", N_("isn't"), "periods"),
        Way("between", N_("from … to"), "range"),
        *_EMPTY,
    ),
    "yearly": _EMPTY,
    "number": (Way("between", N_("from … to"), "range"), *_EMPTY),
    "yesno": (Way("=", N_("yes"), value=True), Way("=", N_("no"), value=False), _EMPTY[0]),
}
WAYS |= {"moment": WAYS["date"], "money": WAYS["number"], "percent": WAYS["number"]}


def ways_of(f: Field) -> tuple[Way, ...]:
    """What can be asked of a field, the commonest first."""
    return WAYS.get(f.kind, (_CONTAINS, *_EMPTY))


def way_of(f: Field, where: Where) -> Way:
    """The way that a condition was made in."""
    ways = ways_of(f)
    return next(
        (w for w in ways if w.op == where.op and (w.value is None or w.value == where.value)), ways[0]
    )


Titles = Callable[[str, set[bytes]], dict[bytes, str]]
"""(entity, ids) -> what these records are called."""


def asked(schema: Schema, entity: str, chip: Chip) -> dict[str, Field]:
    """The fields that a chip asks for. Links of child rows are asked for as if they were the record's own."""
    fields, found = schema.fields(entity), dict[str, Field]()
    for where in chip:
        name, _dot, of_row = where.field.partition(".")
        f = fields.get(name)
        if isinstance(f, Rows):
            shown = schema.fields(f.of)[of_row or f.shows]
            if isinstance(shown, Link):
                f = shown.like(label=f.label, label_own=f.label_own)
        if f is not None:
            found[where.field] = f
    return found


def is_told_only(chip: Chip, fields: Mapping[str, Field]) -> bool:
    """Whether a chip can be taken away, but not be changed: the panel has no way to ask so."""
    return any(
        where.field not in fields or where.op not in {way.op for way in ways_of(fields[where.field])}
        for where in chip
    )


def chip_text(chip: Chip, fields: dict[str, Field], titles: Titles, *, any_: bool) -> str:
    """A chip in words. any_: the chips are joined by "or", so its alternatives by "and"."""
    between = _(" and ") if any_ else _(" or ")
    return between.join(
        plural("{n} row of a report", "{n} rows of a report", len(where.value))
        if where.field == "n"
        else where_text(where, fields[where.field], titles)
        for where in chip
    )


def where_text(where: Where, f: Field, titles: Titles) -> str:
    """One condition in words: “Grade: A, B”."""
    name = f.title
    if where.op in ("contains", "starts"):
        form = _("{field} contains “{text}”") if where.op == "contains" else _("{field} begins with “{text}”")
        return form.format(field=name, text=where.value)
    what = _VALUE_WORDS.get(where.op, _as_it_is)(where, f, titles)
    return _("{field}: {what}").format(field=name, what=what)


def value_text(f: Field, value: Any, titles: Titles) -> str:
    """One value as chips and lists show it."""
    if value == "" or value is None:
        return _("empty")
    if value == ME:
        return _("me")
    if isinstance(f, Link) and f.to and isinstance(value, bytes):
        return titles(f.to, {value}).get(value) or _("deleted")
    return cells.text(f, value) if not isinstance(f, Rows) else str(value)


def _several(where: Where, f: Field, titles: Titles) -> str:
    values = list(where.value)
    if isinstance(f, Choice):
        order = [entry.key for entry in f.options.entries]
        values.sort(key=lambda key: order.index(key) if key in order else len(order))
    named = _(", ").join(value_text(f, value, titles) for value in values[:NAMED])
    more = len(values) - NAMED
    return f"{named} +{more}" if more > 0 else named


def _none(where: Where, f: Field, titles: Titles) -> str:
    return _("not {what}").format(what=_several(where, f, titles))


def _range(where: Where, f: Field, _titles: Titles) -> str:
    low, high = where.value
    shown = [None if end is None else _end(f, end) for end in (low, high)]
    if shown[0] is None or shown[1] is None:
        return f"≥ {shown[0]}" if shown[0] is not None else f"≤ {shown[1]}"
    return shown[0] if shown[0] == shown[1] else f"{shown[0]} – {shown[1]}"


def _end(f: Field, value: Any) -> str:
    return str(value.isoformat()) if f.kind in ("date", "moment") else amount(f, value)


_VALUE_WORDS: dict[str, Callable[[Where, Field, Titles], str]] = {
    "in": _several,
    "none": _none,
    "between": _range,
    "within": lambda where, _f, _t: periods.title(where.value),
    "outside": lambda where, _f, _t: _("not {what}").format(what=periods.title(where.value)),
    "empty": lambda _w, _f, _t: _("empty"),
    "filled": lambda _w, _f, _t: _("filled"),
}


def _as_it_is(where: Where, f: Field, titles: Titles) -> str:
    text = value_text(f, where.value, titles)
    return text.lower() if f.kind == "yesno" else f"{where.op} {text}" if where.op != "=" else text
