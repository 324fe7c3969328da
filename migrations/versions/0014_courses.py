"""Courses with their syllabus versions, rooms, trainers and what they hold.

Revision ID: 0014_courses
"""

import sqlalchemy as sa
from alembic import op

revision = "0014_courses"
down_revision = "0013_persons"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("occupation", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    op.create_table(
        "syllabus",
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("hour_minutes", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=500), nullable=False),
        sa.Column("theory_pass", sa.Integer(), nullable=True),
        sa.Column("practice_pass", sa.Integer(), nullable=True),
        sa.Column("minimum_attendance", sa.Integer(), nullable=False),
        sa.Column("resits", sa.Integer(), nullable=False),
        sa.Column("resit_months", sa.Integer(), nullable=True),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("continuing_hours", sa.Integer(), nullable=False),
        sa.Column("professional_share", sa.Integer(), nullable=False),
        sa.Column("carry_over", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=500), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_syllabus_course_id")),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name=op.f("fk_syllabus_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_syllabus")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_syllabus_course_id_number")),
    )
    op.create_index(op.f("ix_syllabus_course_id"), "syllabus", ["course_id"], unique=False)
    op.create_table(
        "subject",
        sa.Column("syllabus_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["syllabus_id"], ["syllabus.id"], name=op.f("fk_subject_syllabus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("syllabus_id", "position", name=op.f("uq_subject_syllabus_id_position")),
    )
    op.create_index(op.f("ix_subject_syllabus_id"), "subject", ["syllabus_id"], unique=False)
    op.create_table(
        "room",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("equipment", sa.String(length=500), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("name", name=op.f("uq_room_name")),
    )
    op.create_table(
        "trainer",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_trainer_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer")),
        sa.UniqueConstraint("account_id", name=op.f("uq_trainer_account_id")),
    )
    op.create_index(op.f("ix_trainer_name"), "trainer", ["name"], unique=False)
    op.create_table(
        "trainer_qualification",
        sa.Column("trainer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["trainer_id"], ["trainer.id"], name=op.f("fk_trainer_qualification_trainer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainer_qualification")),
    )
    op.create_index(op.f("ix_trainer_qualification_trainer_id"), "trainer_qualification", ["trainer_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_trainer_qualification_trainer_id", table_name="trainer_qualification")
    op.drop_table("trainer_qualification")
    op.drop_index("ix_trainer_name", table_name="trainer")
    op.drop_table("trainer")
    op.drop_table("room")
    op.drop_index("ix_subject_syllabus_id", table_name="subject")
    op.drop_table("subject")
    op.drop_index("ix_syllabus_course_id", table_name="syllabus")
    op.drop_table("syllabus")
    op.drop_table("course")
