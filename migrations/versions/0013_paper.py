"""Paper needs no table: notices, labels, receipts and letters are set from what is stored already.

Revision ID: 0013_paper
"""

revision = "0013_paper"
down_revision = "0012_operations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
