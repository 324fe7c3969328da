"""Who was told that a certificate ends, and how many days before.

Revision ID: 0032_certificate_reminders
"""

import sqlalchemy as sa
from alembic import op

revision = "0032_certificate_reminders"
down_revision = "0031_account_language"
branch_labels = None
depends_on = None

TABLE = "certificate_reminder"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_reminder_certificate_id")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_certificate_reminder_enterprise_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_reminder")),
    )
    op.create_index("uq_certificate_reminder", TABLE, ["certificate_id", "days", "enterprise_id"], unique=True)
    op.create_index(
        "uq_certificate_reminder_holder",
        TABLE,
        ["certificate_id", "days"],
        unique=True,
        sqlite_where=sa.text("enterprise_id IS NULL"),
        postgresql_where=sa.text("enterprise_id IS NULL"),
    )
    op.create_index("ix_certificate_reminder_enterprise_id_told_on", TABLE, ["enterprise_id", "told_on"])


def downgrade() -> None:
    op.drop_table(TABLE)
