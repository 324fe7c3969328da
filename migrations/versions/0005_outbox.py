"""Messages owed.

Revision ID: 0005_outbox
"""

import sqlalchemy as sa
from alembic import op

revision = "0005_outbox"
down_revision = "0004_mandates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("to_account_id", sa.Integer(), nullable=True),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["to_account_id"], ["account.id"], name=op.f("fk_message_to_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
    )
    op.create_index("ix_message_state_next_try_at", "message", ["state", "next_try_at"], unique=False)
    op.create_index(op.f("ix_message_to_account_id"), "message", ["to_account_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_message_state_next_try_at", table_name="message")
    op.drop_index("ix_message_to_account_id", table_name="message")
    op.drop_table("message")
