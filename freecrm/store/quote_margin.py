"""What a firm keeps of a quote: its net sum less what its products cost.

known = costs(store, rows)
margin(rows, totals, known)          -> Margin(net=79_341_59, cost=54_000_00, lacking=1)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from freecrm.core.selling import ONE, half_up
from freecrm.core.totals import Totals
from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.database import Store

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Margin:
    """net, cost: in minor units, without tax. lacking: lines of which nobody said what they cost; they count as free."""

    net: int
    cost: int
    lacking: int

    @property
    def left(self) -> int:
        """What the firm keeps, in minor units."""
        return self.net - self.cost

    @property
    def share(self) -> Decimal | None:
        """The same in per cent of the net sum, to one place; None when the quote is free."""
        return round(Decimal(self.left * 100) / self.net, 1) if self.net else None


@faults.reads
def costs(store: Store, rows: Sequence[Values]) -> dict[bytes, int]:
    """Product -> what one unit costs the firm; those of which nobody said it are missing."""
    wanted = [*{row["product"] for row in rows if row.get("product") is not None}]
    found: dict[bytes, int] = {}
    for at in range(0, len(wanted), 500):
        some = wanted[at : at + 500]
        sql = f"SELECT id, cost FROM product WHERE cost IS NOT NULL AND id IN ({', '.join('?' * len(some))})"
        found |= dict(store.read().execute(sql, some).fetchall())
    return found


def margin(rows: Sequence[Values], totals: Totals, known: Mapping[bytes, int]) -> Margin | None:
    """What is left of these lines; None when nothing is known of any of them."""
    cost = lacking = 0
    for row in rows:
        one = known.get(row.get("product") or b"")
        if one is None:
            lacking += 1
            continue
        quantity = row.get("quantity")
        cost += half_up(ONE * one if quantity is None else int(quantity * ONE) * one, ONE)
    return None if lacking == len(rows) else Margin(totals.net, cost, lacking)
