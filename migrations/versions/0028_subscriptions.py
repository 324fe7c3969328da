"""Addresses left with a receipt or for a registration get a table of their own, with their holder's yes.

What was left before bears no such yes and is not carried over: nothing may be sent there.

Revision ID: 0028_subscriptions
"""

import sqlalchemy as sa
from alembic import op

revision = "0028_subscriptions"
down_revision = "0027_message_channels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("address_mark", sa.String(length=64), nullable=False),
        sa.Column("verification_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("asker", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_subscription_account_id")),
        sa.ForeignKeyConstraint(["verification_id"], ["verification.id"], name=op.f("fk_subscription_verification_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_subscription_code_hash")),
    )
    op.create_index(op.f("ix_subscription_account_id"), "subscription", ["account_id"], unique=False)
    op.create_index(op.f("ix_subscription_address_mark"), "subscription", ["address_mark"], unique=False)
    op.create_index("ix_subscription_asker", "subscription", ["asker", "asked_at"], unique=False)
    op.create_index("ix_subscription_number", "subscription", ["number", "until"], unique=False)
    op.create_index(op.f("ix_subscription_until"), "subscription", ["until"], unique=False)
    op.create_index(op.f("ix_subscription_verification_id"), "subscription", ["verification_id"], unique=False)
    for column in ("notify_email", "notify_webhook", "notify_until"):
        op.drop_column("verification", column)


def downgrade() -> None:
    op.add_column("verification", sa.Column("notify_email", sa.String(length=254), nullable=False, server_default=""))
    op.add_column("verification", sa.Column("notify_webhook", sa.String(length=500), nullable=False, server_default=""))
    op.add_column("verification", sa.Column("notify_until", sa.Date(), nullable=True))
    op.drop_table("subscription")
