"""What group rows say: the name of the group, the sums of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core.buckets import Bucket, buckets
from freecrm.core.fields import Choice, Field, Money
from freecrm.core.words import N_, _
from freecrm.ui import cells

if TYPE_CHECKING:
    from freecrm.ui.grouping import GroupRow
    from freecrm.ui.list_model import ListModel

WAYS = {"when": N_("when it is due, or how long ago"), "month": N_("by month"), "year": N_("by year")}
"""How days are put together, in the words of a menu."""


def field_of(model: ListModel, group: GroupRow) -> Field:
    """The field that a group has one value of."""
    return model.store.schema.fields(model.page.entity)[model.query.group[group.level].field]


def bucket_of(model: ListModel, group: GroupRow) -> Bucket | None:
    """The span of days that a group stands for, None when it is none."""
    if group.level >= len(model.query.group) or model.query.group[group.level].by != "when":
        return None
    from freecrm.core.date_words import this_day

    found = buckets(field_of(model, group), this_day())
    return found[group.key] if isinstance(group.key, int) and group.key < len(found) else None


def title(model: ListModel, group: GroupRow) -> str:
    """What a group is called."""
    if group.level >= len(model.query.group):  # the list is being grouped anew
        return ""
    f = field_of(model, group)
    if group.key is None or group.key == "":
        return _("No {field}").format(field=_lower(f.title))
    bucket = bucket_of(model, group)
    if bucket is not None:
        return _(bucket.label)
    if model.query.group[group.level].by or (isinstance(group.key, str) and not isinstance(f, Choice)):
        return cells.text(f, group.key) if f.kind not in ("date", "moment") else str(group.key)
    return cells.text(f, group.key)


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
