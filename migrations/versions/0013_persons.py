"""Natural persons: identity numbers sealed, consents by purpose and version, dated employments; whose account it is.

Revision ID: 0013_persons
"""

import sqlalchemy as sa
from alembic import op

revision = "0013_persons"
down_revision = "0012_operations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("identity_sealed", sa.String(length=120), nullable=False),
        sa.Column("identity_hash", sa.String(length=64), nullable=True),
        sa.Column("identity_tail", sa.String(length=4), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("portrait_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["account.id"], name=op.f("fk_person_checked_by")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["person.id"], name=op.f("fk_person_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("identity_hash", name=op.f("uq_person_identity_hash")),
    )
    op.create_index(op.f("ix_person_merged_into_id"), "person", ["merged_into_id"], unique=False)
    op.create_index(op.f("ix_person_name"), "person", ["name"], unique=False)
    op.create_table(
        "consent",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_person_id"), "consent", ["person_id"], unique=False)
    op.create_table(
        "employment",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_employment_enterprise_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_employment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment")),
    )
    op.create_index(op.f("ix_employment_enterprise_id"), "employment", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_employment_person_id"), "employment", ["person_id"], unique=False)
    op.create_index(
        "uq_employment_open",
        "employment",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("ends IS NULL"),
        postgresql_where=sa.text("ends IS NULL"),
    )
    # SQLite can add a column with its reference in place, without writing the table anew.
    op.execute(
        "ALTER TABLE account ADD COLUMN person_id INTEGER CONSTRAINT fk_account_person_id REFERENCES person (id)"
    )
    op.create_index("uq_account_person_id", "account", ["person_id"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_account_person_id", table_name="account")
    op.execute("ALTER TABLE account DROP COLUMN person_id")
    op.drop_index("uq_employment_open", table_name="employment")
    op.drop_index("ix_employment_person_id", table_name="employment")
    op.drop_index("ix_employment_enterprise_id", table_name="employment")
    op.drop_table("employment")
    op.drop_index("ix_consent_person_id", table_name="consent")
    op.drop_table("consent")
    op.drop_index("ix_person_name", table_name="person")
    op.drop_index("ix_person_merged_into_id", table_name="person")
    op.drop_table("person")
