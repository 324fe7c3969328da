"""What the worker, the outbox and the operator need: the day's work written down, signs of life, why a letter failed,
and the ledger's own indexes for its page.

Revision ID: 0012_operations
"""

import sqlalchemy as sa
from alembic import op

revision = "0012_operations"
down_revision = "0011_catalog_edits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("work", sa.String(length=60), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_run")),
        sa.UniqueConstraint("day", "work", name=op.f("uq_daily_run_day_work")),
    )
    op.create_table(
        "sign_of_life",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_of_life")),
        sa.UniqueConstraint("name", name=op.f("uq_sign_of_life_name")),
    )
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("failure", sa.String(length=200), nullable=False, server_default=""))
    op.drop_index("ix_ledger_line_subject", table_name="ledger_line")
    op.create_index("ix_ledger_line_subject", "ledger_line", ["subject", "position"], unique=False)
    op.create_index("ix_ledger_line_action", "ledger_line", ["action", "position"], unique=False)
    op.create_index("ix_ledger_line_actor_id", "ledger_line", ["actor_id", "position"], unique=False)
    op.create_index("ix_ledger_line_actor_name", "ledger_line", ["actor_name", "position"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ledger_line_actor_name", table_name="ledger_line")
    op.drop_index("ix_ledger_line_actor_id", table_name="ledger_line")
    op.drop_index("ix_ledger_line_action", table_name="ledger_line")
    op.drop_index("ix_ledger_line_subject", table_name="ledger_line")
    op.create_index("ix_ledger_line_subject", "ledger_line", ["subject"], unique=False)
    with op.batch_alter_table("message") as batch:
        batch.drop_column("failure")
    op.drop_table("sign_of_life")
    op.drop_table("daily_run")
