"""What the new owners of handed-over customers have to know first, on paper: whom to call, when, and what is at stake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from freecrm.core import money
from freecrm.core.words import _
from freecrm.exchange.table_print import TablePrint
from freecrm.store.tables import rows_of

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.handover import Handed

FACTS = ("main_contact", "main_phone", "last_contact", "next_at", "next_step", "balance")
_WIDTHS = (60.0, 120.0, 70.0, 84.0, 66.0, 84.0, 110.0, 70.0, 76.0)


def brief(store: Store, name: str, handed: Handed, people: Mapping[bytes, str]) -> TablePrint:
    """The customers that somebody (`name`) handed over, by whoever has them now. people: names of the new owners."""
    fields = store.schema.fields("customer")
    heads = [_("Owner"), _("Customer"), *(fields[one].title for one in FACTS), _("Open deals")]
    rows: list[Sequence[str]] = []
    reader = store.reader()
    currency = store.setting("firm.currency")
    everyone = [id for ids in handed.customers.values() for id in ids]
    sql = "SELECT customer, sum(amount) FROM deal WHERE state = 'open' AND customer IN (?) GROUP BY 1"
    deals = dict(rows_of(store.read(), sql, everyone))
    for taker, ids in handed.customers.items():
        records = reader.by_ids("customer", ids, {"name", *FACTS})
        for id in ids:
            record = records.get(id)
            if record is not None:
                shown = [fields[one].show(record[one]) for one in FACTS]
                open_ = money.show(deals[id], currency) if deals.get(id) else ""
                rows.append((people.get(taker, ""), str(record["name"] or ""), *shown, open_))
    title = _("Handed over by {name}").format(name=name)
    return TablePrint(store, title, heads, rows, _WIDTHS, frozenset({7, 8}))
