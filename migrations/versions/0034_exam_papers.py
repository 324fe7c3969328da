"""Papers of theory on screen, and what is answered on them.

Revision ID: 0034_exam_papers
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_exam_papers"
down_revision = "0033_question_bank"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exam_paper",
        sa.Column("sitter_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("scoring", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("extra_why", sa.String(length=300), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("marked_at", sa.DateTime(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sitter_id"], ["exam_sitter.id"], name=op.f("fk_exam_paper_sitter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_paper")),
        sa.UniqueConstraint("sitter_id", name=op.f("uq_exam_paper_sitter_id")),
    )
    op.create_table(
        "exam_paper_item",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("question_version_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=True),
        sa.Column("saved_at", sa.DateTime(), nullable=True),
        sa.Column("saves", sa.Integer(), nullable=False),
        sa.Column("tab", sa.String(length=16), nullable=False),
        sa.Column("got", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["exam_paper.id"], name=op.f("fk_exam_paper_item_paper_id")),
        sa.ForeignKeyConstraint(
            ["question_version_id"],
            ["exam_question_version.id"],
            name=op.f("fk_exam_paper_item_question_version_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_paper_item")),
        sa.UniqueConstraint("paper_id", "place", name=op.f("uq_exam_paper_item_paper_id_place")),
    )
    op.create_index(op.f("ix_exam_paper_item_question_version_id"), "exam_paper_item", ["question_version_id"])


def downgrade() -> None:
    op.drop_table("exam_paper_item")
    op.drop_table("exam_paper")
