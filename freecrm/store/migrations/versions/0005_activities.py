"""Activities, reminders, plans and the shared pool are kept; a known «last contact» becomes an activity."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from alembic import op

from freecrm.store.ids import new_ids

revision, down_revision = "0005", "0004"

_TEXT, _INT, _BLOB = sa.Text, sa.Integer, sa.LargeBinary


def upgrade() -> None:
    """Add the tables, the columns that follow from them, and what is known of last contacts."""
    _tables()
    for name, kind in (
        ("next_at", _INT),
        ("next_at_zone", _TEXT),
        ("next_step", _TEXT),
        ("protected", _INT),
        ("pool_since", _INT),
        ("pool_since_zone", _TEXT),
        ("pool_from", _BLOB),
        ("pool_why", _TEXT),
    ):
        op.add_column("customer", sa.Column(name, kind))
    given = sa.text('"pool_from" IS NOT NULL')
    op.create_index("ix_customer_pool_from", "customer", ["pool_from"], sqlite_where=given)
    op.create_index("ix_customer_next_at", "customer", ["next_at"])
    idle = ["owner_user", "grade", "last_contact", "status"]
    op.create_index("ix_customer_idle", "customer", idle, sqlite_where=sa.text("next_at IS NULL"))
    held = ["grade", "last_contact", "id"]
    op.create_index("ix_customer_held", "customer", held, sqlite_where=sa.text("owner_user IS NOT NULL"))
    due = ["owner_user", "open_at"]
    op.create_index("ix_activity_due", "activity", due, sqlite_where=sa.text("open_at IS NOT NULL"))
    busy = sa.text("state = 'planned' AND repeats IS NULL")
    op.create_index("ix_activity_busy", "activity", ["start", "end", "owner_user"], sqlite_where=busy)
    op.add_column("contact", sa.Column("last_contact", _TEXT))
    op.create_index("ix_contact_last_contact", "contact", ["last_contact"])
    _looked_up()
    _last_contacts()


def _looked_up() -> None:
    """Indexes of what is asked every day: whose yearly date it is, and since when somebody has a customer."""
    for table, column in (("contact", "birthday"), ("occasion", "day")):
        day = f'"{column}"'
        falls = (
            f"CASE WHEN {day} NOT LIKE 'lunar%' THEN substr({day}, -5) WHEN substr({day}, 7, 1) = '-'"
            f" THEN 'lunar ' || substr({day}, 9) ELSE 'lunar ' || substr({day}, 12) END"
        )
        given = sa.text(f"{day} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}_falls", table, [sa.text(falls)], sqlite_where=given)
    owned = sa.text("op = 1 AND json_type(data, '$.owner_user') IS NOT NULL")
    op.create_index("ix_change_owned", "change", ["id", "at"], sqlite_where=owned)


def _tables() -> None:
    named = {"name": _TEXT, "name_key": _TEXT, "name_norm": _TEXT}
    _table(
        "activity",
        {
            "subject": _TEXT,
            "subject_key": _TEXT,
            "subject_norm": _TEXT,
            "kind": _TEXT,
            "state": _TEXT,
            "start": _INT,
            "start_zone": _TEXT,
            "end": _INT,
            "end_zone": _TEXT,
            "all_day": _INT,
            "customer": _BLOB,
            "owner_user": _BLOB,
            "place": _TEXT,
            "room": _BLOB,
            "free": _INT,
            "text": _TEXT,
            "direction": _TEXT,
            "outcome": _TEXT,
            "result": _TEXT,
            "done_at": _INT,
            "done_at_zone": _TEXT,
            "carried": _INT,
            "repeats": _TEXT,
            "skipped": _TEXT,
            "done_through": _INT,
            "done_through_zone": _TEXT,
            "series": _BLOB,
            "instance": _INT,
            "instance_zone": _TEXT,
            "settled": _TEXT,
            "plan_run": _BLOB,
            "recorded": _INT,
            "uid": _TEXT,
            "open_at": _INT,
            "open_at_zone": _TEXT,
            "contact_day": _TEXT,
            "long": _INT,
        },
        ("start", "open_at", "repeats", "long", "uid", "subject_key", "subject_norm"),
    )
    _table("attendee", {"contact": _BLOB, "user": _BLOB, "contact_day": _TEXT}, child=True)
    _table(
        "reminder",
        {
            "before": _INT,
            "seen": _INT,
            "seen_zone": _TEXT,
            "again": _INT,
            "again_zone": _TEXT,
            "at": _INT,
            "at_zone": _TEXT,
        },
        ("at",),
        child=True,
    )
    _table("resource", {**named, "single": _INT, "note": _TEXT}, ("name_key", "name_norm"))
    _table("kind_habit", {"of": _TEXT, "sign": _TEXT, "minutes": _INT, "reminds": _INT, "before": _INT})
    _table("phrase", {"text": _TEXT, "position": _INT, "owner_user": _BLOB})
    _table("plan", {**named, "workdays": _INT, "stops": _TEXT, "note": _TEXT}, ("name_key", "name_norm"))
    _table(
        "plan_step",
        {"days": _INT, "kind": _TEXT, "subject": _TEXT, "time": _TEXT, "text": _TEXT},
        child=True,
    )
    _table(
        "plan_run",
        {
            "name": _TEXT,
            "plan": _BLOB,
            "customer": _BLOB,
            "owner_user": _BLOB,
            "begun": _TEXT,
            "state": _TEXT,
            "ended": _TEXT,
            "why": _TEXT,
        },
    )
    _table("pool_rule", {"of": _TEXT, "days": _INT, "warn": _INT, "position": _INT})
    _table(
        "pool_move",
        {
            "customer": _BLOB,
            "move": _TEXT,
            "at": _INT,
            "at_zone": _TEXT,
            "user": _BLOB,
            "by": _BLOB,
            "reason": _TEXT,
        },
        ("at",),
    )
    _table(
        "notice",
        {
            "text": _TEXT,
            "to_user": _BLOB,
            "by": _BLOB,
            "about": _BLOB,
            "customer": _BLOB,
            "at": _INT,
            "at_zone": _TEXT,
            "seen": _INT,
            "seen_zone": _TEXT,
        },
        ("at",),
    )


def _table(name: str, own: dict[str, Any], indexed: tuple[str, ...] = (), *, child: bool = False) -> None:
    """A table for an entity: the columns that every one has, its own, and those of a child row."""
    first: dict[str, Any] = {"parent": _BLOB, "parent_entity": _TEXT} if child else {}
    last = {"extra": _TEXT} if child else {"custom": _TEXT, "extra": _TEXT}
    op.create_table(
        name,
        sa.Column("n", _INT, primary_key=True),
        sa.Column("id", _BLOB, nullable=False),
        sa.Column("seq", _INT, nullable=False, server_default=sa.text("0")),
        *(sa.Column(column, kind) for column, kind in {**first, **own, **last}.items()),
        sa.UniqueConstraint("id", name=f"uq_{name}_id"),
    )
    links = [column for column, kind in {**first, **own}.items() if kind is _BLOB]
    for column in [*links, *indexed]:
        sparse = column in links or column.endswith("_norm")
        only = sa.text(f'"{column}" IS NOT NULL') if sparse else None
        op.create_index(f"ix_{name}_{column}", name, [column], sqlite_where=only)


def _last_contacts() -> None:
    """What stood in «last contact» becomes a whole-day activity of that day, from which it follows now."""
    c = op.get_bind()
    rows = c.execute(
        sa.text("SELECT id, last_contact FROM customer WHERE last_contact IS NOT NULL ORDER BY n")
    ).fetchall()
    n = c.execute(sa.text("SELECT value FROM counter WHERE name = 'n'")).scalar() or 0
    made = []
    for number, (id, (customer, day)) in enumerate(zip(new_ids(len(rows)), rows, strict=True), n + 1):
        at = dt.datetime.fromisoformat(day).astimezone()
        ms = round(at.timestamp() * 1000)
        made.append({"n": number, "id": id, "customer": customer, "at": ms, "day": day})
    if made:
        c.execute(
            sa.text(
                "INSERT INTO activity(n, id, kind, state, start, all_day, customer, done_at, recorded, contact_day)"
                " VALUES (:n, :id, 'other', 'done', :at, 1, :customer, :at, 1, :day)"
            ),
            made,
        )
        c.execute(sa.text("UPDATE counter SET value = :n WHERE name = 'n'"), {"n": n + len(made)})
