"""An objection is answered in the language in which it was filed.

Revision ID: 0036_language_of_objections
"""

import sqlalchemy as sa
from alembic import op

revision = "0036_language_of_objections"
down_revision = "0035_continuing_hours"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "revocation_objection", sa.Column("language", sa.String(length=2), server_default="zh", nullable=False)
    )


def downgrade() -> None:
    with op.batch_alter_table("revocation_objection") as table:
        table.drop_column("language")
