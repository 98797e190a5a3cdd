"""Credit, points, yearly dates, relations and rules of the score are kept."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Add the columns of customers and positions, and the new tables."""
    columns: tuple[tuple[str, Any], ...] = (
        ("credit_grade", sa.Text),
        ("credit_limit", sa.Integer),
        ("terms_days", sa.Integer),
        ("discount", sa.Integer),
        ("points", sa.Integer),
    )
    for name, kind in columns:
        op.add_column("customer", sa.Column(name, kind))
    op.execute("UPDATE customer SET points = 0")  # what the sum of no entry is
    op.create_index("ix_customer_points", "customer", ["points"])
    for name, taken in (("main_job", "job"), ("main_role", "role")):
        op.add_column("contact", sa.Column(name, sa.Text))
        op.execute(  # what the rule of the field says of the positions that are there
            f'UPDATE contact SET {name} = (SELECT r."{taken}" FROM job r WHERE r.parent = contact.id'
            ' ORDER BY coalesce(r."primary", 0) DESC, r.n LIMIT 1)'
        )
    op.add_column("job", sa.Column("reports_to", sa.LargeBinary))
    op.create_index(
        "ix_job_reports_to", "job", ["reports_to"], sqlite_where=sa.text("reports_to IS NOT NULL")
    )
    _table("tie", {"kind": sa.Text, "contact": sa.LargeBinary, "customer": sa.LargeBinary, "note": sa.Text})
    _table(
        "points_entry",
        {
            "day": sa.Text,
            "move": sa.Text,
            "points": sa.Integer,
            "amount": sa.Integer,
            "expires": sa.Text,
            "reason": sa.Text,
        },
    )
    _table("occasion", {"kind": sa.Text, "day": sa.Text, "note": sa.Text})
    _table(
        "score_rule",
        {
            "on": sa.Text,
            "field": sa.Text,
            "weight": sa.Integer,
            "days": sa.Integer,
            "position": sa.Integer,
        },
        child=False,
    )


def _table(name: str, own: dict[str, Any], *, child: bool = True) -> None:
    """A table for an entity: the columns that every one has, its own, and those of a child row."""
    first: dict[str, Any] = {"parent": sa.LargeBinary, "parent_entity": sa.Text} if child else {}
    last = {"extra": sa.Text} if child else {"custom": sa.Text, "extra": sa.Text}
    op.create_table(
        name,
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, server_default=sa.text("0")),
        *(sa.Column(column, kind) for column, kind in {**first, **own, **last}.items()),
        sa.UniqueConstraint("id", name=f"uq_{name}_id"),
    )
    links = [column for column, kind in {**first, **own}.items() if kind is sa.LargeBinary]
    for link in links:
        op.create_index(f"ix_{name}_{link}", name, [link], sqlite_where=sa.text(f"{link} IS NOT NULL"))
