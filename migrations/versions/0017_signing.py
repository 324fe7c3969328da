"""Keys that sign for the association, and what they signed and is given out again as it was.

Revision ID: 0017_signing
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_signing"
down_revision = "0016_search_misses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_key",
        sa.Column("kid", sa.String(length=16), nullable=False),
        sa.Column("algorithm", sa.String(length=40), nullable=False),
        sa.Column("public", sa.String(length=100), nullable=False),
        sa.Column("sealed", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("not_before", sa.DateTime(), nullable=False),
        sa.Column("not_after", sa.DateTime(), nullable=True),
        sa.Column("compromised_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
        sa.UniqueConstraint("kid", name=op.f("uq_signing_key_kid")),
    )
    op.create_index(op.f("ix_signing_key_state"), "signing_key", ["state"], unique=False)
    op.create_table(
        "signed_paper",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["signing_key.id"], name=op.f("fk_signed_paper_key_id_signing_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_paper")),
        sa.UniqueConstraint("subject", name=op.f("uq_signed_paper_subject")),
    )
    op.create_index(op.f("ix_signed_paper_key_id"), "signed_paper", ["key_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_signed_paper_key_id"), table_name="signed_paper")
    op.drop_table("signed_paper")
    op.drop_index(op.f("ix_signing_key_state"), table_name="signing_key")
    op.drop_table("signing_key")
