"""Roles, differences between two people's changes, and the books of the shared database."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"

_TEXT, _INT, _BLOB = sa.Text, sa.Integer, sa.LargeBinary


def upgrade() -> None:
    """Add the tables."""
    _table(
        "role",
        {
            "name": _TEXT,
            "name_key": _TEXT,
            "name_norm": _TEXT,
            "admin": _INT,
            "grants": _TEXT,
            "hidden_fields": _TEXT,
            "readonly_fields": _TEXT,
            "masked_fields": _TEXT,
        },
        ("name_key", "name_norm"),
    )
    op.add_column("user", sa.Column("role", _BLOB))
    op.create_index("ix_user_role", "user", ["role"], sqlite_where=sa.text("role IS NOT NULL"))
    _table(
        "conflict",
        {
            "of_entity": _TEXT,
            "of_row": _TEXT,
            "field": _TEXT,
            "base": _TEXT,
            "kept": _TEXT,
            "kept_by": _BLOB,
            "kept_at": _INT,
            "kept_at_zone": _TEXT,
            "kept_device": _TEXT,
            "other": _TEXT,
            "other_by": _BLOB,
            "other_at": _INT,
            "other_at_zone": _TEXT,
            "other_device": _TEXT,
            "ended": _TEXT,
        },
        ("ended",),
        child=True,
    )
    _books()


def _books() -> None:
    op.create_table("sync_meta", sa.Column("key", _TEXT, primary_key=True), sa.Column("value", _TEXT))
    _numbered("sync_sealed", "batch", {"since": _INT, "upto": _INT, "payload": _TEXT})
    _numbered("sync_sent", "batch", {"since": _INT, "upto": _INT, "seq": _INT})
    _numbered("sync_point", "seq", {"token": _TEXT})
    op.create_table(
        "sync_tomb",
        sa.Column("id", _BLOB, primary_key=True),
        sa.Column("entity", _TEXT, nullable=False),
        sa.Column("seq", _INT, nullable=False),
    )
    op.create_table(
        "sync_offer",
        sa.Column("id", _BLOB, primary_key=True),
        sa.Column("entity", _TEXT, nullable=False),
        sa.Column("stamp", _INT, nullable=False),
        sa.Column("seq", _INT, nullable=False),
    )
    noted: dict[str, Any] = {"at": _INT, "entity": _TEXT, "id": _BLOB, "why": _TEXT}
    _numbered("sync_note", "n", noted, {"data": _TEXT, "seen": _INT})
    more: dict[str, Any] = {"who": _BLOB, "entity": _TEXT, "id": _BLOB, "detail": _TEXT}
    _numbered("trail", "n", {"at": _INT, "what": _TEXT}, more)


def _numbered(name: str, key: str, needed: dict[str, Any], free: dict[str, Any] | None = None) -> None:
    op.create_table(
        name,
        sa.Column(key, _INT, primary_key=True),
        *(sa.Column(column, kind, nullable=False) for column, kind in needed.items()),
        *(sa.Column(column, kind) for column, kind in (free or {}).items()),
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
