"""Certificates of a class printed in one piece, kept for a day.

Revision ID: 0026_certificate_prints
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_certificate_prints"
down_revision = "0025_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_print",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_certificate_print_account_id")),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_certificate_print_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_print")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_print_code")),
    )
    op.create_index(op.f("ix_certificate_print_made_at"), "certificate_print", ["made_at"], unique=False)


def downgrade() -> None:
    op.drop_table("certificate_print")
