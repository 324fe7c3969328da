"""In which language letters to an account are written.

Revision ID: 0031_account_language
"""

import sqlalchemy as sa
from alembic import op

revision = "0031_account_language"
down_revision = "0030_exam_sittings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("language", sa.String(length=2), nullable=False, server_default="zh"))


def downgrade() -> None:
    op.drop_column("account", "language")
