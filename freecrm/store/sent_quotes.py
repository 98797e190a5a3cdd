"""At the door: a quote that was sent is never changed again, whoever writes (form, cell, import, undo).

Its state may change, with the day of that; so may its colleague and its files. A draft it does not become again but by
taking back the sending. What else is to be different stands in a new version.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from freecrm.core.custom import Schema
from freecrm.core.fields import Field, Link
from freecrm.core.problems import Known
from freecrm.core.words import N_, say
from freecrm.store.tables import quoted

FREE = frozenset({"state", "sent", "answered", "owner_user"})
"""The fields of a sent quote that may change."""
FIXED = N_(
    "Quote {number} was sent, so its {field:lower} stays as the customer has it. Make a new version and change that."
)
FIXED_LINES = N_(
    "Quote {number} was sent, so its lines stay as the customer has them. Make a new version and change that."
)
NO_DRAFT = N_("Quote {number} was sent and can't be a draft again. Make a new version, or undo the sending.")

_WAS = """coalesce((SELECT y.data ->> '$.state[0]' FROM change y WHERE y.n >= :first AND y.entity = 'quote'
    AND y.id = q.id AND y.op = 1 AND json_type(y.data, '$.state') IS NOT NULL ORDER BY y.n LIMIT 1), q.state)"""
_SENT = f"""{_WAS} <> 'draft' AND NOT EXISTS (SELECT 1 FROM change z WHERE z.n >= :first AND z.entity = 'quote'
    AND z.id = q.id AND z.op = 0) AND NOT (:back AND q.state = 'draft')"""
_CHANGED = f"""
SELECT coalesce(x.data ->> '$.number[0]', q.number), e.key, e.value ->> '$[0]', e.value ->> '$[1]'
FROM change x JOIN quote q ON q.id = x.id,
    json_each(x.data) e
WHERE x.n >= :first AND x.entity = 'quote' AND x.op = 1 AND {_SENT}
"""
_LINES = f"""
SELECT q.number, e.key, e.value ->> '$[0]', e.value ->> '$[1]' FROM change x
LEFT JOIN json_each(CASE x.op WHEN 1 THEN x.data ELSE '{{"":[]}}' END) e
JOIN quote q ON q.id = coalesce(
    (SELECT l.parent FROM quote_line l WHERE l.id = x.id),
    unhex_id(CASE x.op WHEN 2 THEN x.data ->> '$.parent' ELSE x.data ->> '$.parent[0]' END))
WHERE x.n >= :first AND x.entity = 'quote_line' AND {_SENT}
"""


def refuse(
    c: sqlite3.Connection, schema: Schema, first: int, touched: Collection[str], *, back: bool
) -> None:
    """Known when the changes from number `first` on touch what a customer has. back: a step is being taken back,
    which may make a draft of it again. Links to what goes or comes back, by deletion or merge, follow it."""
    given = {"first": first, "back": back}
    if "quote" in touched:
        for number, name, before, after in c.execute(_CHANGED, given).fetchall():
            f = schema.fields("quote").get(name)
            if name == "state":
                if after == "draft" and not back:
                    raise Known(say(NO_DRAFT, number=number or ""))
            elif name not in FREE and not _follows(c, f, before, after, first):
                raise Known(say(FIXED, number=number or "", field=say(f.label if f is not None else name)))
    if "quote_line" in touched:
        for number, name, before, after in c.execute(_LINES, given).fetchall():
            if not _follows(c, schema.fields("quote_line").get(name), before, after, first):
                raise Known(say(FIXED_LINES, number=number or ""))


def _follows(c: sqlite3.Connection, f: Field | None, before: object, after: object, first: int) -> bool:
    """Whether a link is another only because what it pointed at is gone, or has come back."""
    if not isinstance(f, Link):
        return False
    if before:
        there = f"SELECT 1 FROM {quoted(f.to)} WHERE id = ?"
        return c.execute(there, (bytes.fromhex(str(before)),)).fetchone() is None
    new = "SELECT 1 FROM change WHERE n >= ? AND entity = ? AND op = 0 AND id = ?"
    return bool(after) and c.execute(new, (first, f.to, bytes.fromhex(str(after)))).fetchone() is not None
