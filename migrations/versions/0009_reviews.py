"""Decisions of the desk.

Revision ID: 0009_reviews
"""

import sqlalchemy as sa
from alembic import op

revision = "0009_reviews"
down_revision = "0008_workbench"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_decision_decided_by")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_decision_mandate_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_decision_product_id")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_decision_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_product_id"), "decision", ["product_id"], unique=False)
    op.create_index(op.f("ix_decision_submission_id"), "decision", ["submission_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_decision_product_id", table_name="decision")
    op.drop_index("ix_decision_submission_id", table_name="decision")
    op.drop_table("decision")
