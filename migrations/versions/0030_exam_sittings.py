"""Sittings of examinations: who is on duty, who sits, marks, scores of practice, appeals.

Revision ID: 0030_exam_sittings
"""

import sqlalchemy as sa
from alembic import op

revision = "0030_exam_sittings"
down_revision = "0029_objections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exam_sitting",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("means", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("tolerance", sa.Integer(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("arranged_by", sa.Integer(), nullable=True),
        sa.Column("arranged_at", sa.DateTime(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("released_at", sa.DateTime(), nullable=True),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["arranged_by"], ["account.id"], name=op.f("fk_exam_sitting_arranged_by")),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_exam_sitting_class_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_exam_sitting_mandate_id")),
        sa.ForeignKeyConstraint(["released_by"], ["account.id"], name=op.f("fk_exam_sitting_released_by")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_exam_sitting_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_sitting")),
        sa.UniqueConstraint("code", name=op.f("uq_exam_sitting_code")),
    )
    op.create_index(op.f("ix_exam_sitting_class_id"), "exam_sitting", ["class_id"])
    op.create_index(op.f("ix_exam_sitting_mandate_id"), "exam_sitting", ["mandate_id"])
    op.create_index(op.f("ix_exam_sitting_room_id"), "exam_sitting", ["room_id"])
    op.create_index(op.f("ix_exam_sitting_starts_at"), "exam_sitting", ["starts_at"])
    op.create_table(
        "exam_duty",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_exam_duty_account_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam_sitting.id"], name=op.f("fk_exam_duty_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_duty")),
        sa.UniqueConstraint("sitting_id", "account_id", "duty", name=op.f("uq_exam_duty_sitting_id_account_id_duty")),
    )
    op.create_index(op.f("ix_exam_duty_account_id"), "exam_duty", ["account_id"])
    op.create_table(
        "exam_sitter",
        sa.Column("sitting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(), nullable=False),
        sa.Column("admitted_by", sa.Integer(), nullable=True),
        sa.Column("came_at", sa.DateTime(), nullable=True),
        sa.Column("came_by", sa.Integer(), nullable=True),
        sa.Column("absent", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["admitted_by"], ["account.id"], name=op.f("fk_exam_sitter_admitted_by")),
        sa.ForeignKeyConstraint(["came_by"], ["account.id"], name=op.f("fk_exam_sitter_came_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_exam_sitter_person_id")),
        sa.ForeignKeyConstraint(["sitting_id"], ["exam_sitting.id"], name=op.f("fk_exam_sitter_sitting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_sitter")),
        sa.UniqueConstraint("sitting_id", "person_id", name=op.f("uq_exam_sitter_sitting_id_person_id")),
        sa.UniqueConstraint("sitting_id", "seat", name=op.f("uq_exam_sitter_sitting_id_seat")),
    )
    op.create_index(op.f("ix_exam_sitter_person_id"), "exam_sitter", ["person_id"])
    op.create_table(
        "exam_appeal",
        sa.Column("sitter_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_exam_appeal_decided_by")),
        sa.ForeignKeyConstraint(["sitter_id"], ["exam_sitter.id"], name=op.f("fk_exam_appeal_sitter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_appeal")),
    )
    op.create_index(op.f("ix_exam_appeal_sitter_id"), "exam_appeal", ["sitter_id"])
    op.create_index(op.f("ix_exam_appeal_state"), "exam_appeal", ["state"])
    op.create_table(
        "exam_mark",
        sa.Column("sitter_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("by_account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_account_id"], ["account.id"], name=op.f("fk_exam_mark_by_account_id")),
        sa.ForeignKeyConstraint(["sitter_id"], ["exam_sitter.id"], name=op.f("fk_exam_mark_sitter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_mark")),
    )
    op.create_index(op.f("ix_exam_mark_sitter_id"), "exam_mark", ["sitter_id"])
    op.create_table(
        "exam_score",
        sa.Column("sitter_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_exam_score_account_id")),
        sa.ForeignKeyConstraint(["sitter_id"], ["exam_sitter.id"], name=op.f("fk_exam_score_sitter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_score")),
        sa.UniqueConstraint("sitter_id", "account_id", name=op.f("uq_exam_score_sitter_id_account_id")),
    )
    op.create_index(op.f("ix_exam_score_account_id"), "exam_score", ["account_id"])


def downgrade() -> None:
    op.drop_table("exam_score")
    op.drop_table("exam_mark")
    op.drop_table("exam_appeal")
    op.drop_table("exam_sitter")
    op.drop_table("exam_duty")
    op.drop_table("exam_sitting")
