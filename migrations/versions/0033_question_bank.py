"""The question bank: questions and their versions.

Revision ID: 0033_question_bank
"""

import sqlalchemy as sa
from alembic import op

revision = "0033_question_bank"
down_revision = "0032_certificate_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exam_question",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("difficulty", sa.String(length=40), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.Column("retired_why", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_question")),
        sa.UniqueConstraint("code", name=op.f("uq_exam_question_code")),
        sa.UniqueConstraint("mark", name=op.f("uq_exam_question_mark")),
    )
    op.create_index(op.f("ix_exam_question_subject"), "exam_question", ["subject"])
    op.create_table(
        "exam_question_version",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("difficulty", sa.String(length=40), nullable=False),
        sa.Column("stem", sa.String(length=1000), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.String(length=1000), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["exam_question.id"], name=op.f("fk_exam_question_version_question_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_exam_question_version_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_exam_question_version_question_id_number")),
    )


def downgrade() -> None:
    op.drop_table("exam_question_version")
    op.drop_table("exam_question")
