"""Codes of deleted customers are found at once, so that none is given twice."""

from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add the index of what deleted records had as their code."""
    held = "data ->> '$.code'"
    op.execute(f"CREATE INDEX ix_change_code ON change ({held}) WHERE op = 2 AND {held} IS NOT NULL")
