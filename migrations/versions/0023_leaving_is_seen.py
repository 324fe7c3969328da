"""Whether a class wants leaving to be seen too.

Revision ID: 0023_leaving_is_seen
"""

import sqlalchemy as sa
from alembic import op

revision = "0023_leaving_is_seen"
down_revision = "0022_sightings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("training_class", sa.Column("both_ways", sa.Boolean(), nullable=True))
    op.execute("UPDATE training_class SET both_ways = false")
    with op.batch_alter_table("training_class") as table:
        table.alter_column("both_ways", existing_type=sa.Boolean(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("training_class") as table:
        table.drop_column("both_ways")
