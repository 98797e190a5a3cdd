"""Links of rows to other main records, by name: settled when all rows are in, for the other may come later."""

from __future__ import annotations

from dataclasses import dataclass, field

from freecrm.core.custom import Schema
from freecrm.core.fields import Link
from freecrm.core.words import N_, say
from freecrm.exchange.changeset import CellTrouble
from freecrm.store import lookup
from freecrm.store.database import Store


@dataclass
class Links:
    """`wants` a link, `made` a new record; `settle` in the end."""

    store: Store
    main: str
    pending: list[tuple[bytes, str, str, int]] = field(default_factory=list)
    names: dict[str, bytes] = field(default_factory=dict)

    def wants(self, id: bytes, links: dict[str, str], row: int) -> None:
        """A record wants its fields to name others."""
        self.pending += [(id, name, text, row) for name, text in links.items()]

    def made(self, name: str, id: bytes) -> None:
        """A row became a new record of this name."""
        self.names.setdefault(name, id)

    def settle(self, schema: Schema) -> tuple[list[tuple[str, bytes, str, bytes]], list[CellTrouble]]:
        """The links to write (entity, id, field, target), and those that cannot be: rows of this list
        first, then stored records."""
        wanted = {text for _id, _name, text, _row in self.pending} - self.names.keys()
        stored = lookup.by_names(self.store.read(), self.main, wanted)
        above: dict[bytes, bytes] = {}
        found: list[tuple[str, bytes, str, bytes]] = []
        troubles: list[CellTrouble] = []
        for id, name, text, row in self.pending:
            target = self.names.get(text) or next(iter(stored.get(text, [])), None)
            f = schema.fields(self.main)[name]
            if target is None:
                why = say(
                    N_("There is no customer “{value}” to belong to; the field stays blank."), value=text
                )
            elif target == id or (isinstance(f, Link) and f.tree and _closes_loop(above, id, target)):
                why = say(N_("“{value}” cannot be above itself; the field stays blank."), value=text)
            else:
                above[id] = target
                found.append((self.main, id, name, target))
                continue
            troubles.append(CellTrouble(row, f.title, text, why, "link"))
        return found, troubles


def _closes_loop(above: dict[bytes, bytes], id: bytes, target: bytes) -> bool:
    seen = {id}
    at: bytes | None = target
    while at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = above.get(at)
    return False
