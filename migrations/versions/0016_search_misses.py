"""What people looked for in the register and did not find, by day, without whose question it was.

Revision ID: 0016_search_misses
"""

import sqlalchemy as sa
from alembic import op

revision = "0016_search_misses"
down_revision = "0015_classes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_miss",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("query", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_miss")),
        sa.UniqueConstraint("day", "query", name=op.f("uq_search_miss_day_query")),
    )


def downgrade() -> None:
    op.drop_table("search_miss")
