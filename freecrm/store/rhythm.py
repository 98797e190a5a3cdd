"""How often customers of a grade are to hear from us, and after how long they were left alone for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from freecrm.core import settings
from freecrm.store.faults import reads

if TYPE_CHECKING:
    from freecrm.store.database import Store


@reads
def days_to_next(store: Store, grade: str | None) -> int:
    """After how many days a customer of this grade is due again."""
    key = f"activity.next_{(grade or '').lower()}"
    return int(store.setting(key if key in settings.SETTINGS else "activity.next_other"))


@reads
def days_old(store: Store, grade: str | None) -> int:
    """After how many days a customer of this grade was not contacted for too long: by the rule of the shared pool,
    else by the setting of the page Today, else twice what lies between two contacts. 0: never."""
    sql = "SELECT days FROM pool_rule WHERE of IS ? AND days IS NOT NULL ORDER BY position, n LIMIT 1"
    row = store.read().execute(sql, (grade,)).fetchone()
    if row is not None:
        return int(row[0])
    for name in ((grade or "other").lower(), "other"):
        key = f"activity.quiet_{name}"
        if key in settings.SETTINGS:
            return int(store.setting(key))
    return 2 * days_to_next(store, grade)
