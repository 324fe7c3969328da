"""Classes, lessons, who takes part, and secret addresses of timetables.

Revision ID: 0015_classes
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_classes"
down_revision = "0014_courses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "training_class",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("syllabus_id", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("enrol_until", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=False),
        sa.Column("fee_note", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_training_class_course_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_training_class_mandate_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["account.id"], name=op.f("fk_training_class_opened_by")),
        sa.ForeignKeyConstraint(["syllabus_id"], ["syllabus.id"], name=op.f("fk_training_class_syllabus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_class")),
        sa.UniqueConstraint("code", name=op.f("uq_training_class_code")),
    )
    op.create_index(op.f("ix_training_class_begins"), "training_class", ["begins"], unique=False)
    op.create_index(op.f("ix_training_class_course_id"), "training_class", ["course_id"], unique=False)
    op.create_index(op.f("ix_training_class_mandate_id"), "training_class", ["mandate_id"], unique=False)
    op.create_index(op.f("ix_training_class_state"), "training_class", ["state"], unique=False)
    op.create_index(op.f("ix_training_class_syllabus_id"), "training_class", ["syllabus_id"], unique=False)
    op.create_table(
        "lesson",
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("starts_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("trainer_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_lesson_class_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_lesson_room_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("fk_lesson_subject_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["trainer.id"], name=op.f("fk_lesson_trainer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
    )
    op.create_index(op.f("ix_lesson_class_id"), "lesson", ["class_id"], unique=False)
    op.create_index("ix_lesson_room_id", "lesson", ["room_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_lesson_starts_at"), "lesson", ["starts_at"], unique=False)
    op.create_index("ix_lesson_trainer_id", "lesson", ["trainer_id", "starts_at"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(), nullable=True),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("enrolled_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_enrolment_class_id")),
        sa.ForeignKeyConstraint(["enrolled_by"], ["account.id"], name=op.f("fk_enrolment_enrolled_by")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_enrolment_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("class_id", "person_id", name=op.f("uq_enrolment_class_id_person_id")),
    )
    op.create_index("ix_enrolment_class_id_state", "enrolment", ["class_id", "state", "queued_at"], unique=False)
    op.create_index(op.f("ix_enrolment_enterprise_id"), "enrolment", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_enrolment_person_id"), "enrolment", ["person_id"], unique=False)
    op.create_table(
        "calendar_link",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_link_person_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_link_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("calendar_link")
    op.drop_index("ix_enrolment_person_id", table_name="enrolment")
    op.drop_index("ix_enrolment_enterprise_id", table_name="enrolment")
    op.drop_index("ix_enrolment_class_id_state", table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index("ix_lesson_trainer_id", table_name="lesson")
    op.drop_index("ix_lesson_starts_at", table_name="lesson")
    op.drop_index("ix_lesson_room_id", table_name="lesson")
    op.drop_index("ix_lesson_class_id", table_name="lesson")
    op.drop_table("lesson")
    op.drop_index("ix_training_class_syllabus_id", table_name="training_class")
    op.drop_index("ix_training_class_state", table_name="training_class")
    op.drop_index("ix_training_class_mandate_id", table_name="training_class")
    op.drop_index("ix_training_class_course_id", table_name="training_class")
    op.drop_index("ix_training_class_begins", table_name="training_class")
    op.drop_table("training_class")
