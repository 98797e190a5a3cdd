"""All differences of a file as lines: what was asked, whose the other value is, who settled it and how.

for line in differences_list.lines(store, SETTLED): ...
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core.spans import moment
from freecrm.core.words import N_, _
from freecrm.store import faults
from freecrm.store.differences import BOTH, ENDS, Difference, Side, sides, told
from freecrm.store.tables import blocks

if TYPE_CHECKING:
    from freecrm.store.database import Store

OPEN, SETTLED, ALL = "open", "settled", "all"
WHICH = {OPEN: "ended IS NULL", SETTLED: "ended IS NOT NULL", ALL: "1"}
HEADS = (
    N_("Record"),
    N_("Kind"),
    N_("Field"),
    N_("My value"),
    N_("Their value"),
    N_("Whose it is"),
    N_("Changed at"),
    N_("Settled at"),
    N_("How"),
    N_("By"),
)
"""What stands above the columns, marked with N_()."""


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One difference. entity, id: the record. mine, theirs: the two values; one of a colleague's stands at `mine`,
    with the name, where neither is ours. since: when the later of the two was written. how: "" while it is open.
    settled, by: None, "" also where this file does not know it any more."""

    difference: bytes
    entity: str
    id: bytes
    record: str
    kind: str
    field: str
    mine: str
    theirs: str
    whose: str
    since: dt.datetime | None
    how: str = ""
    settled: dt.datetime | None = None
    by: str = ""

    @property
    def is_open(self) -> bool:
        """Whether somebody has to settle it."""
        return not self.how

    def cells(self) -> list[str | dt.datetime | None]:
        """What stands in the columns of HEADS; times with their zone."""
        texts: list[str | dt.datetime | None] = [self.record, self.kind, self.field, self.mine, self.theirs]
        return [*texts, self.whose, self.since, self.settled, self.how, self.by]


@faults.reads
def lines(store: Store, which: str = ALL) -> list[DifferenceLine]:
    """The differences of OPEN, SETTLED or ALL, the newest first; those of records that are gone are gone, too."""
    found = list(told(store, WHICH[which]))
    records: dict[str, set[bytes]] = {}
    for entity, id, _one, _ended in found:
        records.setdefault(entity, set()).add(id)
    titles = {entity: store.reader().titles(entity, ids) for entity, ids in records.items()}
    ends = _ends(store, [one.id for _entity, _id, one, ended in found if ended])
    options = store.schema.fields("conflict")["ended"]
    made = []
    for entity, id, one, ended in reversed(found):
        title = titles[entity].get(id)
        if title is not None:
            kind, how = _(store.model.entities[entity].label), options.show(ended) if ended else ""
            if ended == ENDS[BOTH] and one.takes_both and _holds_both(store, one):
                how = _("Both kept")
            made.append(_line(one, entity, id, str(title), kind, how, ends.get(one.id)))
    return made


def _holds_both(store: Store, one: Difference) -> bool:
    """Whether all that either side wrote into a long text stands there now: it was put together, by somebody or by itself."""
    record = store.reader().record(one.entity, one.row)
    now = set(str(record.values.get(one.name) or "").splitlines()) if record is not None else set()
    written = {*one.kept.text.splitlines(), *one.other.text.splitlines()} - set(one.base.splitlines())
    return record is not None and written <= now


def _line(
    one: Difference,
    entity: str,
    id: bytes,
    title: str,
    kind: str,
    how: str,
    end: tuple[dt.datetime, str] | None,
) -> DifferenceLine:
    left, right = sides(one)
    settled, by = end if end is not None else (None, "")
    theirs = (
        "" if one.is_number and how else right.text
    )  # the next free number is only of use while it is open
    since = max((side.at for side in (left, right) if side.at is not None), default=None)
    return DifferenceLine(
        one.id, entity, id, title, kind, one.title, _mine(left), theirs, right.who, since, how, settled, by
    )


def _mine(side: Side) -> str:
    if side.mine or not side.who:
        return side.text
    return _("{who}: {text}").format(who=side.who, text=side.text)


def _ends(store: Store, ids: list[bytes]) -> dict[bytes, tuple[dt.datetime, str]]:
    """When and by whom each was settled, as the log knows it; one that came here settled is not in it."""
    rows = []
    for block in blocks(ids):
        marks = ", ".join("?" * len(block))
        rows += (
            store.read()
            .execute(
                "SELECT c.id, max(c.n), c.at, s.who FROM change c LEFT JOIN step s ON s.n = c.step"
                f" WHERE c.op = 1 AND c.data ->> '$.ended[1]' IS NOT NULL AND c.id IN ({marks}) GROUP BY c.id",
                block,
            )
            .fetchall()
        )
    names = store.reader().titles("user", {who for _id, _n, _at, who in rows if who is not None})
    return {id: (moment(at), str(names.get(who) or "") if who else "") for id, _n, at, who in rows}
