"""A letter ends in the language in which it was written: the line that leads to its page is added when it is delivered.

Revision ID: 0037_language_of_messages
"""

import sqlalchemy as sa
from alembic import op

revision = "0037_language_of_messages"
down_revision = "0036_language_of_objections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("language", sa.String(length=2), server_default="zh", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("message") as table:
        table.drop_column("language")
