"""Objections to suspensions and revocations.

Revision ID: 0029_objections
"""

import sqlalchemy as sa
from alembic import op

revision = "0029_objections"
down_revision = "0028_subscriptions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revocation_objection",
        sa.Column("revocation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("asker", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_by_name", sa.String(length=120), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_revocation_objection_account_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["account.id"], name=op.f("fk_revocation_objection_answered_by")),
        sa.ForeignKeyConstraint(
            ["revocation_id"], ["revocation.id"], name=op.f("fk_revocation_objection_revocation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_objection")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_revocation_objection_code_hash")),
    )
    op.create_index(op.f("ix_revocation_objection_account_id"), "revocation_objection", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_revocation_objection_revocation_id"), "revocation_objection", ["revocation_id"], unique=False
    )
    op.create_index(op.f("ix_revocation_objection_state"), "revocation_objection", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("revocation_objection")
