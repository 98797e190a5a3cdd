"""Views of lists are kept."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", None


def upgrade() -> None:
    """Add the table of views."""
    op.create_table(
        "list_view",
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("id", sa.LargeBinary, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False, server_default=sa.text("0")),
        *(sa.Column(name, sa.Text) for name in ("name", "on", "state")),
        *(sa.Column(name, sa.Integer) for name in ("position", "declared")),
        sa.Column("owner_user", sa.LargeBinary),
        *(sa.Column(name, sa.Text) for name in ("custom", "extra")),
        sa.UniqueConstraint("id", name="uq_list_view_id"),
    )
    op.create_index(
        "ix_list_view_owner_user", "list_view", ["owner_user"], sqlite_where=sa.text("owner_user IS NOT NULL")
    )
