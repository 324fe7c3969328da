"""Which persons were erased, and whether the database has been cleared since.

Revision ID: 0018_erasures
"""

import sqlalchemy as sa
from alembic import op

revision = "0018_erasures"
down_revision = "0017_signing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("erased_at", sa.DateTime(), nullable=False),
        sa.Column("cleared_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasure_person_id")),
    )
    op.create_index(op.f("ix_erasure_cleared_at"), "erasure", ["cleared_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_erasure_cleared_at", table_name="erasure")
    op.drop_table("erasure")
