"""Continuing hours: evidence from outside, and who was told what is missing.

Revision ID: 0035_continuing_hours
"""

import sqlalchemy as sa
from alembic import op

revision = "0035_continuing_hours"
down_revision = "0034_exam_papers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hours_evidence",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organiser", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("professional", sa.Boolean(), nullable=False),
        sa.Column("proof_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("proof_kind", sa.String(length=10), nullable=False),
        sa.Column("proof_hash", sa.String(length=64), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("handed_in_by", sa.Integer(), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("hours_accepted", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_hours_evidence_decided_by")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_hours_evidence_enterprise_id")),
        sa.ForeignKeyConstraint(["handed_in_by"], ["account.id"], name=op.f("fk_hours_evidence_handed_in_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_evidence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_evidence")),
    )
    op.create_index("ix_hours_evidence_person_id_ends", "hours_evidence", ["person_id", "ends"])
    for column in ("proof_hash", "enterprise_id", "state"):
        op.create_index(op.f(f"ix_hours_evidence_{column}"), "hours_evidence", [column])
    table = "hours_reminder"
    op.create_table(
        table,
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_hours_reminder_course_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_hours_reminder_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_reminder_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_reminder")),
    )
    about = ["person_id", "course_id", "year", "days"]
    op.create_index("uq_hours_reminder", table, [*about, "enterprise_id"], unique=True)
    op.create_index(
        "uq_hours_reminder_person",
        table,
        about,
        unique=True,
        sqlite_where=sa.text("enterprise_id IS NULL"),
        postgresql_where=sa.text("enterprise_id IS NULL"),
    )
    op.create_index("ix_hours_reminder_enterprise_id_told_on", table, ["enterprise_id", "told_on"])


def downgrade() -> None:
    op.drop_table("hours_reminder")
    op.drop_table("hours_evidence")
