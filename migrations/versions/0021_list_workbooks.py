"""What is kept of a list that came as a workbook.

Revision ID: 0021_list_workbooks
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_list_workbooks"
down_revision = "0020_workbooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verification_workbook",
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("upload_hash", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sheet", sa.String(length=255), nullable=False),
        sa.Column("heading_row", sa.Integer(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verification.id"], name=op.f("fk_verification_workbook_verification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_workbook")),
        sa.UniqueConstraint("verification_id", name=op.f("uq_verification_workbook_verification_id")),
    )


def downgrade() -> None:
    op.drop_table("verification_workbook")
