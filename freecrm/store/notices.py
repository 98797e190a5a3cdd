"""What a colleague is to know: they were given an activity, named in a follow-up. Records, so nothing gets lost.

with store.step(...) as step:
    notices.add(step, to=colleague, text=_("You take part: visit"), about=activity)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from freecrm.core import spans
from freecrm.core.words import N_
from freecrm.store import faults

if TYPE_CHECKING:
    from freecrm.store.database import Store
    from freecrm.store.writer import Step

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. by: who wrote it, "" = the program. about: the activity, customer: the customer it speaks of."""

    id: bytes
    text: str
    by: str
    at: dt.datetime
    about: bytes | None
    customer: bytes | None
    seen: bool


def add(
    step: Step, to: bytes, text: str, *, about: bytes | None = None, customer: bytes | None = None
) -> bytes | None:
    """Tell a colleague something, inside the step that does it; the notice's id. Whoever does it themselves needs
    no telling (None)."""
    if to == step.store.user:
        return None
    at = spans.moment(step.at)
    values = {
        "text": text,
        "to_user": to,
        "by": step.store.user,
        "about": about,
        "customer": customer,
        "at": at,
    }
    return step.insert("notice", values)


@faults.reads
def unread(store: Store) -> int:
    """How many notices whoever works here hasn't read; 0 while nobody said who that is."""
    if store.user is None:
        return 0
    sql = "SELECT count(*) FROM notice WHERE to_user = ? AND seen IS NULL"
    return int(store.read().execute(sql, (store.user,)).fetchone()[0])


@faults.reads
def latest(store: Store, limit: int = SHOWN) -> list[Notice]:
    """The latest notices for whoever works here: unread ones first, then the newest."""
    if store.user is None:
        return []
    rows = store.read().execute(
        "SELECT o.id, o.text, u.name, o.at, o.about, o.customer, o.seen FROM notice o"
        " LEFT JOIN user u ON u.id = o.by WHERE o.to_user = ?"
        " ORDER BY o.seen IS NOT NULL, o.at DESC, o.n DESC LIMIT ?",
        (store.user, limit),
    )
    return [
        Notice(
            id, text or "", by or "", spans.moment(at or 0), about, customer,
            seen is not None,
        )
        for id, text, by, at, about, customer, seen in rows
    ]  # fmt: skip


def mark_read(store: Store, ids: Sequence[bytes] | None = None, *, read: bool = True) -> None:
    """Say that notices were read (all that are unread: None), or not yet. Nobody's work, so nothing for Ctrl+Z."""
    if ids is None:
        ids = [one.id for one in latest(store, 10_000) if not one.seen]
    if not ids:
        return
    now = dt.datetime.now(dt.UTC)
    with store.step(N_("Notices read"), origin="program") as step:
        step.update_many("notice", [(id, {"seen": now if read else None}) for id in ids])
