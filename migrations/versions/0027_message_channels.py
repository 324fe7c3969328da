"""Messages to programs beside letters, the way out that a letter names, and the tries to post.

Revision ID: 0027_message_channels
"""

import sqlalchemy as sa
from alembic import op

revision = "0027_message_channels"
down_revision = "0026_certificate_prints"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("channel", sa.String(length=40), nullable=False, server_default="mail"))
    op.add_column("message", sa.Column("to_url", sa.String(length=500), nullable=False, server_default=""))
    op.add_column("message", sa.Column("unsubscribe", sa.String(length=300), nullable=False, server_default=""))
    op.create_table(
        "webhook_try",
        sa.Column("message_key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("fault", sa.String(length=40), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_try")),
    )
    op.create_index("ix_webhook_try_message_key", "webhook_try", ["message_key", "id"], unique=False)
    op.create_index(op.f("ix_webhook_try_at"), "webhook_try", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("webhook_try")
    op.drop_column("message", "unsubscribe")
    op.drop_column("message", "to_url")
    op.drop_column("message", "channel")
