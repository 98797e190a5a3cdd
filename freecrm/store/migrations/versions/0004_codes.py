"""Codes of deleted customers are found at once, so that none is given twice; offered views can be put away."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add the index of what deleted records had as their code, and the columns of views."""
    held = "data ->> '$.code'"
    op.execute(f"CREATE INDEX ix_change_code ON change ({held}) WHERE op = 2 AND {held} IS NOT NULL")
    op.add_column("list_view", sa.Column("offered", sa.Text))
    op.add_column("list_view", sa.Column("off", sa.Integer))
