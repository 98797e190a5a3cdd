"""The codes of a list that is imported: none is given twice, and rows without one get the next by the firm's rule.

Made in the child process together with the rows, so that their search documents hold the codes; the counter is
moved on in the step that writes them (`take_over`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from freecrm.core.fields import Field
from freecrm.core.numbering import facts_of, same_code
from freecrm.core.problems import Known
from freecrm.core.words import N_, Said, say
from freecrm.exchange.tidy import Trouble
from freecrm.store import numbering

if TYPE_CHECKING:
    from freecrm.exchange.mapping import Mapping
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

TAKEN = "taken"
"""The code of the trouble with a value that somebody else has."""

Earlier = Callable[[str], Sequence[tuple[int, bytes]]]
"""Code -> (row, id) of the earlier rows of the list that have it."""


class Codes:
    """Settles the codes of rows; nothing to do for an entity without such a field (`field` is None)."""

    def __init__(self, store: Store, main: str, mapping: Mapping, earlier: Earlier) -> None:
        self.store, self.mapping, self.earlier = store, mapping, earlier
        self.entity = store.model.entities[main]
        fields = numbering.unique(self.entity)
        self.field: Field | None = fields[0] if fields else None
        name = f"{main}.{self.field.name}" if self.field is not None else ""
        self.columns = [column for column in mapping.columns if name and column.target == name]
        ruled = self.field is not None and self.field in numbering.ruled(self.entity)
        self.rule = numbering.rule_of(store.read(), self.field) if ruled and self.field is not None else None
        self.numbers: numbering.Numbers | None = None
        self.holders: dict[str, list[numbering.Holder]] = {}
        self.claimed: dict[str, bytes] = {}  # as compared; by rows that go into stored records
        self.first = self.last = ""
        self.given = 0

    def begin(self, texts: Collection[str]) -> None:
        """Get ready. texts: all that stands in the columns of codes; nobody gets a code of another row."""
        if self.rule is not None and self.field is not None:
            with self.store.whole():  # a number of somebody else's is taken as well
                c = self.store.read()
                self.numbers = numbering.Numbers(c, self.field, self.rule, many=True, also=texts)

    def look_up(self, codes: Collection[str]) -> None:
        """Find who has these codes already."""
        wanted = {code for code in codes if code}
        self.holders = {}
        if not wanted or self.field is None:
            return
        with self.store.whole():
            self.holders = numbering.holders(self.store.read(), self.entity, self.field, wanted)
        if self.store.rights is not None:
            ids = {one.id for held in self.holders.values() for one in held}
            seen = self.store.reader().numbers_of(self.entity.entity, ids)
            for code, held in self.holders.items():
                self.holders[code] = [replace(one, unseen=one.id not in seen) for one in held]

    def trouble(self, values: dict[str, Any], id: bytes | None) -> Trouble | None:
        """What keeps a row from having the code that it brings. id: the record it goes into, None for a new one."""
        code = values.get(self.field.name) if self.field is not None else None
        if not code or not self.columns:
            return None
        why = self._whose(code, id)
        if why is None:
            if id is not None:
                self.claimed[same_code(code)] = id
            return None
        return Trouble(self.columns[0].index, str(code), why, TAKEN)

    def _whose(self, code: str, id: bytes | None) -> Said | None:
        held = self.holders.get(code, ())
        if id is not None and any(one.id == id for one in held):
            return None
        assert self.field is not None
        figures = {"field": self.field.title, "code": code}
        for one in held:
            if id is not None and one.into == id:
                continue
            if one.unseen:
                return say(N_("{field} {code} belongs to a record that you may not see."), **figures)
            if one.gone == "bin":
                what = N_("{field} {code} belongs to “{name}” in the recycle bin.")
                return say(what, name=one.title, **figures)
            if one.gone == "merged":
                what = N_("{field} {code} was that of “{name}”, merged into “{into}” since.")
                return say(what, name=one.title, into=one.into_title, **figures)
            return say(N_("{field} {code} belongs to “{name}” already."), name=one.title, **figures)
        for row, other in self.earlier(code):
            if other != id:
                return say(N_("{field} {code} stands in row {row} as well."), row=row, **figures)
        if self.claimed.get(same_code(code), id) != id:
            return say(N_("{field} {code} stands in an earlier row as well."), **figures)
        return None

    def set_aside(self, values: dict[str, Any], trouble: Trouble, remark: str) -> None:
        """Take the code out of a row; the words go to the remark, so that nothing is lost."""
        assert self.field is not None
        values.pop(self.field.name, None)
        if remark:
            line = f"{self.columns[0].head}: {trouble.text}"
            values[remark] = f"{values[remark]}\n{line}" if values.get(remark) else line

    def give(self, values: dict[str, Any]) -> None:
        """Give a new record the next code, where it has none and the firm has a rule."""
        if self.numbers is None or self.field is None or values.get(self.field.name):
            return
        self.last = values[self.field.name] = self.numbers.next(
            facts_of(values) if self.numbers.rule.asks_record else None
        )
        self.first = self.first or self.last
        self.given += 1

    def note(self) -> list[Said]:
        """What the rule gave, for a look before anything is written."""
        if not self.given:
            return []
        if self.given == 1:
            return [say(N_("1 new record without a code gets {first} by the rule."), first=self.first)]
        what = N_("{n} new records without a code get one by the rule, from {first} to {last}.")
        return [say(what, n=f"{self.given:,}", first=self.first, last=self.last)]

    def spent(self) -> tuple[str, str, dict[str, int]] | None:
        """For `take_over`: the setting of the rule, how it is written, and where its counter has come to."""
        if self.numbers is None or not self.given or self.field is None:
            return None
        key = numbering.key_of(self.field)
        return key, self.store.setting(key), {self.numbers.name: self.numbers.number or 0}


def take_over(step: Step, spent: tuple[str, str, dict[str, int]]) -> None:
    """Move the counter on to where the list came; Known when the rule was changed meanwhile."""
    key, written, counters = spent
    if step.store.setting(key) != written:
        raise Known(
            say(
                N_("The rule for codes was changed while you looked at this import. Read the file once more.")
            )
        )
    numbering.spend(step.connection, counters)
