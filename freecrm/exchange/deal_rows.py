"""What a list of deals leaves unsaid: their names, whether a day was that of the end or the one hoped for, and the
price of a single product. Which rows name no customer is counted and told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from freecrm.core.words import N_, Said, say
from freecrm.exchange import stage_words
from freecrm.exchange.link_words import bare
from freecrm.exchange.tidy import Tidied
from freecrm.exchange.words_of import Resolved
from freecrm.store import deals
from freecrm.store.database import Store


class DealRows:
    """Finishes the rows of a list of deals."""

    FILLS = ("name", "pipeline", "close")
    """The fields that may be filled though no column goes there."""

    @staticmethod
    def prepare(store: Store, made: Resolved) -> None:
        """See that there is a pipeline for them."""
        made.stages = {stage.id: stage for stage in stage_words.stages(store, made)}

    def __init__(self, made: Resolved, names: Mapping[bytes, str]) -> None:
        self.stages, self.names = made.stages, names
        self.named: set[int] = set()
        self.alone = self.earlier = 0

    def row(self, row: Tidied) -> None:
        """Complete one row."""
        values = row.main
        self._stage(values)
        self._lines(values)
        if not values.get("name"):
            self._name(row, values)
        if not values.get("customer"):
            self.alone += 1
        begun, closed = values.get("begun"), values.get("closed")
        if begun is not None and closed is not None and closed < begun:
            self.earlier += 1

    def _stage(self, values: dict[str, Any]) -> None:
        stage = self.stages.get(values.get("stage") or b"")
        own = values.get("pipeline")
        if stage is not None and own is not None and stage.pipeline != own:
            same = (s for s in self.stages.values() if s.pipeline == own and bare(s.name) == bare(stage.name))
            stage = next(same, stage)
            values["stage"] = stage.id
        if stage is not None:
            values["pipeline"] = stage.pipeline
        if (stage is None or stage.outcome == deals.OPEN) and values.get("closed") is not None:
            values.setdefault("close", values.pop("closed"))

    def _lines(self, values: dict[str, Any]) -> None:
        lines, amount = values.get("lines"), values.get("amount")
        if lines and len(lines) == 1 and amount is not None:
            lines[0].setdefault("price", amount)

    def _name(self, row: Tidied, values: dict[str, Any]) -> None:
        products = [self.names.get(line.get("product"), "") for line in values.get("lines") or ()]
        customer = self.names.get(values.get("customer") or b"", "")
        parts = [part for part in (customer, ", ".join(filter(None, products))) if part]
        name = " – ".join(parts) or values.get("code")
        if name:
            values["name"] = name[:100]
            self.named.add(id(row))

    def known(self, row: Tidied) -> None:
        """A row about a deal that stands already: the name that it has stays."""
        if id(row) in self.named:
            row.main.pop("name", None)

    def notes(self) -> list[Said]:
        """What to tell of them."""
        found = []
        if self.alone:
            found.append(
                say(N_("Rows without a customer: {n}. They come in without one."), n=f"{self.alone:,}")
            )
        if self.earlier:
            what = N_("Rows that were closed before they began: {n}. Their days stand as in the list.")
            found.append(say(what, n=f"{self.earlier:,}"))
        return found


FINISHERS = {"deal": DealRows}
"""Entity -> what completes its rows."""
