"""What the worker, the outbox and the operator need.

Revision ID: 0012_operations
"""

revision = "0012_operations"
down_revision = "0011_catalog_edits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
