"""What is seen of people in lessons: they came, left, were present, absent, excused.

Revision ID: 0022_sightings
"""

import sqlalchemy as sa
from alembic import op

revision = "0022_sightings"
down_revision = "0021_list_workbooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sighting",
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("by_account_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_account_id"], ["account.id"], name=op.f("fk_sighting_by_account_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_sighting_lesson_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sighting_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint("uid", name=op.f("uq_sighting_uid")),
    )
    op.create_index("ix_sighting_lesson_id_person_id", "sighting", ["lesson_id", "person_id"])
    op.create_index(op.f("ix_sighting_person_id"), "sighting", ["person_id"])


def downgrade() -> None:
    op.drop_table("sighting")
