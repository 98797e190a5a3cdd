"""Which record a row is about where names repeat, as those of deals do: the one of its code, and no other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from freecrm.core.numbering import same_code, written
from freecrm.core.words import N_, say
from freecrm.exchange.matcher import Keys, Match, Matcher
from freecrm.exchange.tidy import Tidied
from freecrm.store import lookup
from freecrm.store.profiles import Stored


@dataclass
class CodeMatcher(Matcher):
    """As `Matcher`; a row without a code is a new record."""

    by_code: dict[str, list[tuple[int, bytes]]] = field(default_factory=dict)

    def keys(self, row: Tidied) -> Keys:
        return Keys(row.main.get("name") or "", "", row.main.get(self.plan.by) or "", "", (), (), (), "")

    def look_up(self, block: list[Keys]) -> None:
        codes = {form for key in block if key.code for form in written(key.code)}
        found = lookup.by_codes(self.store.read(), self.main, codes) if codes else {}
        self.stored = {f"c{same_code(code)}": ids for code, ids in found.items()}
        codes_of = {id: code for code, ids in found.items() for id in ids}
        names = self.store.reader().titles(self.main, set(codes_of))
        self.known = {
            id: Stored(0, id, names.get(id, ""), "", code, "", (), (), ()) for id, code in codes_of.items()
        }

    def add(self, id: bytes, row: int, keys: Keys, values: dict[str, Any]) -> None:
        if keys.code:
            self.by_code.setdefault(same_code(keys.code), []).append((row, id))

    def rows_with_code(self, code: str) -> list[tuple[int, bytes]]:
        return self.by_code.get(same_code(code), [])

    def match(self, keys: Keys, values: dict[str, Any]) -> Match | None:
        ids = self.stored.get(f"c{same_code(keys.code)}") if keys.code else None
        if not ids:
            return None
        why = say(N_("same code {code}"), code=keys.code)
        return Match(ids[0], None, self.known[ids[0]].name, 1.0, (why,), True)
