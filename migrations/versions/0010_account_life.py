"""What account life needs: confirmation, sessions, second factor.

Revision ID: 0010_account_life
"""

revision = "0010_account_life"
down_revision = "0009_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
