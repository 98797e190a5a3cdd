"""What saving an activity would mean for others: whom it clashes with, when all could, who is busy on that day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from freecrm.core.words import _, plural
from freecrm.store import clashes
from freecrm.store.activities import day_of
from freecrm.store.clashes import Clash, Draft, Person, Slot, Span
from freecrm.store.database import Store
from freecrm.ui.activity_form import says

TOLD = 3  # clashes that are named; the rest are counted
SLOTS = 2


@dataclass(frozen=True, slots=True)
class Outlook:
    """What saving a draft would mean. names: of people and rooms. slots: when all of them could. busy: who has what on
    that day. opens, closes: the hours of work."""

    draft: Draft
    clashes: list[Clash]
    names: dict[bytes, str]
    slots: list[Slot]
    busy: dict[Person, list[Span]]
    opens: dt.time
    closes: dt.time

    def name(self, person: Person) -> str:
        """What somebody is called; nobody in particular is whoever sits here."""
        return _("You") if person is None else self.names.get(person, "") or _("Somebody")


def outlook(store: Store, draft: Draft) -> Outlook:
    """Look what an activity would clash with. For any thread."""
    found = clashes.find(store, draft)
    reader = store.reader()
    people = {one for one in draft.people if one is not None}
    names = reader.titles("user", people) if people else {}
    if draft.room is not None:
        names |= reader.titles("resource", {draft.room})
    opens, closes = clashes.hours(store)
    slots: list[Slot] = []
    busy: dict[Person, list[Span]] = {}
    if found:
        minutes = max(round((draft.end - draft.start).total_seconds() / 60), 1)
        since = max(draft.start, dt.datetime.now(dt.UTC))
        slots = clashes.free_slots(store, draft.people, draft.room, minutes, since, SLOTS, but=draft.id)
        busy = clashes.busy(store, draft.people, day_of(found[0].at), but=draft.id)
    return Outlook(draft, found, names, slots, busy, opens, closes)


def told_lines(shown: Outlook) -> list[str]:
    """What is in the way, a line each: who has what then, and how long both last at the same time."""
    lines = []
    for clash in shown.clashes[:TOLD]:
        names = [shown.name(one) for one in clash.people]
        if clash.room is not None:
            names.append(shown.names.get(clash.room, ""))
        who, what = _(", ").join(name for name in names if name), _line(clash, shown.draft)
        lines.append(_("{who}: {what}").format(who=who, what=what) if who else what)
    more = len(shown.clashes) - TOLD
    return [*lines, plural("and {n} more", "and {n} more", more)] if more > 0 else lines


def _line(clash: Clash, draft: Draft) -> str:
    begins, ends = says.local(clash.start), says.local(clash.end)
    span = f"{begins:%H:%M}–{ends:%H:%M}"
    if begins.date() != ends.date():
        span = f"{says.day(begins.date())} {begins:%H:%M} – {says.day(ends.date())} {ends:%H:%M}"
    elif begins.date() != says.local(draft.start).date():
        span = f"{says.day(begins.date())} {span}"
    what = _("{span} {what}, {length} at the same time")
    return what.format(span=span, what=clash.subject or _("Activity"), length=says.length(clash.minutes))
