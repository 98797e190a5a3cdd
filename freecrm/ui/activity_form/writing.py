"""What the form of an activity writes, taken from it before: nothing of this touches a widget."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from freecrm.core import zones
from freecrm.core.record import Record
from freecrm.store import activities, series
from freecrm.store.clashes import Draft
from freecrm.store.database import Store
from freecrm.ui.activity_form.outlook import Outlook, outlook


@dataclass(frozen=True, slots=True)
class Writing:
    """record: the activity as it was shown, None = a new one. instance: which time of a repeating one. zone: in which its
    times were read, None = that of this computer. values: all of the form; changed: those that are other than shown.
    scope: how many times of a repeating one are meant. draft: what may clash with others. seen: the clashes that the
    form told of, None = nobody was told yet."""

    record: Record | None
    instance: dt.datetime | None
    zone: str | None
    values: dict[str, Any]
    changed: dict[str, Any]
    scope: str
    draft: Draft | None
    seen: Outlook | None

    def write(self, store: Store) -> Outlook | bytes:
        """Write it as one step: its id; or what it clashes with, when nobody was told of that yet, and nothing is
        written. In the writer's thread. Known when it can't be written."""
        if self.draft is not None and self.seen is None:
            found = outlook(store, self.draft)
            if found.clashes:
                return found
        accepted = [one.id for one in self.seen.clashes] if self.seen is not None else []
        if self.record is None:
            given = {name: value for name, value in self.values.items() if value not in (None, "")}
            return activities.save(store, None, given, accepted=accepted)
        return self._change(store, self.record, accepted)

    def _change(self, store: Store, record: Record, accepted: list[bytes]) -> bytes:
        changed = dict(self.changed)
        if not changed and not accepted:
            return record.id
        if "start" in changed and self.zone is None:
            changed["start_zone"] = zones.here() or None
        if self.instance is not None:
            written = series.change(store, record.id, self.instance, changed, self.scope, accepted=accepted)
            return written.id or record.id
        shown = {name: record[name] for name in changed if name in record.values}
        return activities.save(store, record.id, changed, shown=shown, accepted=accepted)
