"""What is owed, as a report: how old it is. The page of the ageing tells it by customer; here it goes to Excel and paper."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from freecrm.core.query import Query
from freecrm.core.words import N_, _, say
from freecrm.store import ageing as aged
from freecrm.store import reports
from freecrm.store.reports import COUNT, MONEY, SHARE, Figure, Line, Table, Wish

if TYPE_CHECKING:
    from freecrm.store.database import Store

AMOUNT_SAID = N_(
    "Sum of what is still open of the receivables due in these days, and of balances customers were entered with"
)
CUSTOMERS_SAID = N_("Customers of whom something of this age is open")
SHARE_SAID = N_("Part of all that is open")
CREDIT_SAID = N_("Paid and on no bill yet; it is not taken off above")


def ageing(store: Store, _wish: Wish, day: dt.date) -> Table:
    """What is open by its age on a day: the amount, of how many customers, which part of all."""
    found = aged.ageing(store, day, most=0)
    heads = (_("Overdue by"), _("Still open"), _("Customers"), _("Share"))
    if not found.count:
        return Table(_("Ageing"), heads, ())
    whole = sum(found.total.parts)
    rows = []
    for part, title in enumerate(aged.PARTS):
        query = Query("receivable", aged.rows_of(day, part).condition)
        amount = found.total.parts[part]
        cells = (
            Figure(amount, MONEY, say(AMOUNT_SAID), query),
            Figure(found.counts[part], COUNT, say(CUSTOMERS_SAID)),
            reports.figure(reports.share(amount, whole) if whole > 0 else None, SHARE, say(SHARE_SAID)),
        )
        rows.append(Line(_(title), cells, part))
    if found.total.credit:
        rows.append(
            Line(_("Paid in advance"), (Figure(-found.total.credit, MONEY, say(CREDIT_SAID)), None, None))
        )
    total = Figure(whole - found.total.credit, MONEY, say(AMOUNT_SAID))
    return Table(
        _("Ageing"),
        heads,
        tuple(rows),
        Line(_("Sum"), (total, Figure(found.count, COUNT, say(CUSTOMERS_SAID)), None)),
    )
