"""What keeping the catalog current needs.

Revision ID: 0011_catalog_edits
"""

revision = "0011_catalog_edits"
down_revision = "0010_account_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
