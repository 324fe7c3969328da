"""Lists that were judged: receipts, lines, answers as given, settlements; and who goes by a code and a name.

Revision ID: 0019_verifications
"""

import sqlalchemy as sa
from alembic import op

revision = "0019_verifications"
down_revision = "0018_erasures"
branch_labels = None
depends_on = None

KEPT = ("verification_line", "verification_part", "verification_settlement")


def _append_only(table: str) -> None:
    """Triggers that refuse UPDATE, DELETE and REPLACE, in both databases' words."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    # INSERT OR REPLACE takes a row away without a DELETE that SQLite would tell the trigger of.
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _drop_triggers(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
        op.execute(f"DROP TRIGGER {table}_refuses_truncate ON {table}")
        op.execute(f"DROP FUNCTION {table}_is_append_only()")
        return
    for verb in ("update", "delete", "replace"):
        op.execute(f"DROP TRIGGER {table}_refuses_{verb}")


def upgrade() -> None:
    op.create_table(
        "verification",
        sa.Column("receipt", sa.String(length=40), nullable=False),
        sa.Column("receipt_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("known", sa.DateTime(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("head_entry", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("notify_email", sa.String(length=254), nullable=False),
        sa.Column("notify_webhook", sa.String(length=500), nullable=False),
        sa.Column("notify_until", sa.Date(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_verification_account_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_verification_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_verification_receipt_hash")),
    )
    op.create_index("ix_verification_account_id", "verification", ["account_id", "id"], unique=False)
    op.create_index("ix_verification_enterprise_id", "verification", ["enterprise_id", "id"], unique=False)
    op.create_table(
        "verification_line",
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verification.id"], name=op.f("fk_verification_line_verification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_line")),
        sa.UniqueConstraint("verification_id", "position", name=op.f("uq_verification_line_verification_id_position")),
    )
    op.create_index(
        "ix_verification_line_number_verdict",
        "verification_line",
        ["number", "verdict", "verification_id"],
        unique=False,
    )
    op.create_table(
        "verification_part",
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verification.id"], name=op.f("fk_verification_part_verification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_part")),
        sa.UniqueConstraint("verification_id", "first", name=op.f("uq_verification_part_verification_id_first")),
    )
    op.create_table(
        "verification_settlement",
        sa.Column("verification_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_verification_settlement_account_id")),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verification.id"], name=op.f("fk_verification_settlement_verification_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_settlement")),
    )
    op.create_index(
        "ix_verification_settlement_verification_id",
        "verification_settlement",
        ["verification_id", "position", "id"],
        unique=False,
    )
    op.create_index(
        "ix_verification_settlement_number",
        "verification_settlement",
        ["number", "verdict", "verification_id"],
        unique=False,
    )
    op.create_index(
        "ix_registered_name_maker_uscc_maker_fold", "registered_name", ["maker_uscc", "maker_fold"], unique=False
    )
    for table in KEPT:
        _append_only(table)


def downgrade() -> None:
    for table in reversed(KEPT):
        _drop_triggers(table)
    op.drop_index("ix_registered_name_maker_uscc_maker_fold", table_name="registered_name")
    op.drop_index("ix_verification_settlement_number", table_name="verification_settlement")
    op.drop_index("ix_verification_settlement_verification_id", table_name="verification_settlement")
    op.drop_table("verification_settlement")
    op.drop_table("verification_part")
    op.drop_index("ix_verification_line_number_verdict", table_name="verification_line")
    op.drop_table("verification_line")
    op.drop_index("ix_verification_enterprise_id", table_name="verification")
    op.drop_index("ix_verification_account_id", table_name="verification")
    op.drop_table("verification")
