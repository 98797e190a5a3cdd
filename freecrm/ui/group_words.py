"""What group rows say: the name of the group, the sums of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.buckets import Bucket, buckets
from freecrm.core.fields import Field, Money
from freecrm.core.rows import Rows
from freecrm.core.words import N_, _
from freecrm.ui import cells

if TYPE_CHECKING:
    from freecrm.ui.grouping import GroupRow
    from freecrm.ui.list_model import ListModel

WAYS = {"when": N_("when it is due, or how long ago"), "month": N_("by month"), "year": N_("by year")}
"""How days are put together, in the words of a menu."""


def _by(model: ListModel, group: GroupRow) -> tuple[Field, str] | None:
    """The field that a group has one value of, and how its days are put together."""
    by = model.groups.by if model.groups is not None else ()
    if group.level >= len(by):
        return None
    f = model.store.schema.fields(model.page.entity).get(by[group.level].field)
    return None if f is None else (f, by[group.level].by)


def bucket_of(model: ListModel, group: GroupRow) -> Bucket | None:
    """The span of days that a group stands for, None when it is none."""
    found = _by(model, group)
    if found is None or found[1] != "when":
        return None
    from freecrm.core.day_words import this_day

    spans = buckets(found[0], this_day())
    return spans[group.key] if isinstance(group.key, int) and group.key < len(spans) else None


def title(model: ListModel, group: GroupRow) -> str:
    """What a group is called."""
    found = _by(model, group)
    if found is None:  # its field is gone; the list is on its way to be grouped anew
        return ""
    f, by = found
    if group.key is None or group.key == "":
        return _("No {field}").format(field=_lower(f.title))
    bucket = bucket_of(model, group)
    if bucket is not None:
        return _(bucket.label)
    if isinstance(f, Rows):
        return f.show_one({f.shows: group.key})
    return str(group.key) if by else cells.text(f, group.key)


def _lower(title: str) -> str:
    """A field's title inside a sentence; one in capitals stays as it is."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def sum_text(model: ListModel, group: GroupRow, column: int) -> str:
    """The sum of a column within a group; "" where it has none."""
    f = model.fields[column]
    value = group.sums.get(f.name)
    return "" if value is None else amount(f, value)


def amount(f: Field, value: object) -> str:
    """A number or an amount as sums show it, an amount with its currency."""
    if isinstance(f, Money) and isinstance(value, int):
        from freecrm.core import money

        return money.show(value, f.currency, symbol=True)
    return f.show(value)
