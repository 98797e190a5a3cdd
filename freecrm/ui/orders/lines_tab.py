"""The lines of an order, or of a repeating bill, in the grid of quotes; what is done with it stands on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from freecrm.exchange.printing import Printable
from freecrm.ui.quotes.line_model import COLUMNS
from freecrm.ui.quotes.lines_tab import QuoteTab

WITH_DELIVERED = (*COLUMNS[:4], "delivered", *COLUMNS[4:])


class _PlainTab(QuoteTab):
    """The grid without versions."""

    def ways(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        return ()

    def names(self) -> tuple[tuple[str, str], ...]:
        return ()

    def printed(self) -> list[Printable]:
        return []

    def inputs(self) -> list[Any]:
        return [self.grid, *self.foot.inputs()]


class OrderTab(_PlainTab):
    """Of an order: what is delivered of each line stands beside what was ordered."""

    entity = "sales_order"
    columns = WITH_DELIVERED

    def is_open(self, record: Any) -> bool:
        return record["cancelled"] is None

    def say_state(self) -> str:
        """Where the order stands."""
        return self.store.schema.fields("sales_order")["state"].show(self.record["state"])


class RepeatTab(_PlainTab):
    """Of a repeating bill."""

    entity = "repeat_bill"

    def is_open(self, record: Any) -> bool:
        return True

    def say_state(self) -> str:
        """When the next one comes."""
        f = self.store.schema.fields("repeat_bill")["next"]
        return f"{f.title} {f.show(self.record['next']) or '–'}"


_TABS: dict[str, type[QuoteTab]] = {"quote": QuoteTab, "sales_order": OrderTab, "repeat_bill": RepeatTab}


def made_for(entity: str) -> type[QuoteTab]:
    """The tab of the lines on the page of such a record."""
    return _TABS[entity]
