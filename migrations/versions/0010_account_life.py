"""What account life needs: letters with a link, sessions, second factor, replaced keys, requests that may be repeated.

Revision ID: 0010_account_life
"""

import sqlalchemy as sa
from alembic import op

revision = "0010_account_life"
down_revision = "0009_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "session_record",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_record_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_record")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_record_token_hash")),
    )
    op.create_index(op.f("ix_session_record_account_id"), "session_record", ["account_id"], unique=False)
    op.create_index(op.f("ix_session_record_begun_at"), "session_record", ["begun_at"], unique=False)
    op.create_table(
        "account_letter",
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_letter_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_letter")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_letter_token_hash")),
    )
    op.create_index(op.f("ix_account_letter_account_id"), "account_letter", ["account_id"], unique=False)
    op.create_index(op.f("ix_account_letter_email"), "account_letter", ["email"], unique=False)
    op.create_index(op.f("ix_account_letter_expires_at"), "account_letter", ["expires_at"], unique=False)
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("recovery_hashes", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("account_id", name=op.f("uq_second_factor_account_id")),
    )
    op.create_table(
        "idempotency",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_idempotency_key_hash")),
    )
    op.create_index(op.f("ix_idempotency_claimed_at"), "idempotency", ["claimed_at"], unique=False)
    with op.batch_alter_table("api_key") as batch:
        batch.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_api_key_replaces_id"), "api_key", ["replaces_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("api_key") as batch:
        batch.drop_constraint("fk_api_key_replaces_id", type_="foreignkey")
        batch.drop_column("replaces_id")
    op.drop_index("ix_idempotency_claimed_at", table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_table("second_factor")
    op.drop_index("ix_account_letter_expires_at", table_name="account_letter")
    op.drop_index("ix_account_letter_email", table_name="account_letter")
    op.drop_index("ix_account_letter_account_id", table_name="account_letter")
    op.drop_table("account_letter")
    op.drop_index("ix_session_record_begun_at", table_name="session_record")
    op.drop_index("ix_session_record_account_id", table_name="session_record")
    op.drop_table("session_record")
