"""The register: entries, evidence file, and what follows from them.

Revision ID: 0007_register
"""

import sqlalchemy as sa
from alembic import op

revision = "0007_register"
down_revision = "0006_catalog_facts"
branch_labels = None
depends_on = None


def _append_only(table: str, *unique: str) -> None:
    """Triggers that refuse UPDATE and DELETE, in both databases' words; ``unique`` are its columns of one kind only."""
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
    taken = " OR ".join(f"{column} = NEW.{column}" for column in ("id", *unique))
    op.execute(
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
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
        "register_entry",
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("mandate", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
        sa.UniqueConstraint("entry", name=op.f("uq_register_entry_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_register_entry_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_register_entry_previous")),
    )
    op.create_index("ix_register_entry_number_entry", "register_entry", ["number", "entry"], unique=False)
    op.create_table(
        "evidence_line",
        sa.Column("register_number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("issuer", sa.String(length=60), nullable=False),
        sa.Column("change", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_line")),
    )
    op.create_index("ix_evidence_line_register_number", "evidence_line", ["register_number", "id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=2), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("subtype", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("brand", sa.String(length=120), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("manufacturer", sa.String(length=200), nullable=False),
        sa.Column("manufacturer_uscc", sa.String(length=18), nullable=False),
        sa.Column("manufacturer_country", sa.String(length=2), nullable=False),
        sa.Column("registrant", sa.String(length=200), nullable=False),
        sa.Column("registrant_uscc", sa.String(length=18), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("category", "year", "serial", name=op.f("uq_registration_category_year_serial")),
        sa.UniqueConstraint("number", name=op.f("uq_registration_number")),
    )
    op.create_index("ix_registration_category_subtype", "registration", ["category", "subtype"], unique=False)
    op.create_index(op.f("ix_registration_manufacturer_uscc"), "registration", ["manufacturer_uscc"], unique=False)
    op.create_index(op.f("ix_registration_model"), "registration", ["model"], unique=False)
    op.create_index(op.f("ix_registration_registrant_uscc"), "registration", ["registrant_uscc"], unique=False)
    op.create_table(
        "registered_name",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("maker", sa.String(length=200), nullable=False),
        sa.Column("maker_uscc", sa.String(length=18), nullable=False),
        sa.Column("brand", sa.String(length=120), nullable=False),
        sa.Column("model_fold", sa.String(length=240), nullable=False),
        sa.Column("maker_fold", sa.String(length=400), nullable=False),
        sa.Column("brand_fold", sa.String(length=240), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("until_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_name")),
    )
    op.create_index(
        "ix_registered_name_brand_fold_model_fold", "registered_name", ["brand_fold", "model_fold"], unique=False
    )
    op.create_index(
        "ix_registered_name_maker_fold_model_fold", "registered_name", ["maker_fold", "model_fold"], unique=False
    )
    op.create_index(
        "ix_registered_name_maker_uscc_model_fold", "registered_name", ["maker_uscc", "model_fold"], unique=False
    )
    op.create_index("ix_registered_name_model_fold", "registered_name", ["model_fold"], unique=False)
    op.create_index("ix_registered_name_number", "registered_name", ["number"], unique=False)
    op.create_table(
        "registered_standard",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(length=80), nullable=False),
        sa.Column("standard_fold", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_registered_standard_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_standard")),
    )
    op.create_index(
        op.f("ix_registered_standard_registration_id"), "registered_standard", ["registration_id"], unique=False
    )
    op.create_index("ix_registered_standard_standard_fold", "registered_standard", ["standard_fold"], unique=False)
    op.create_table(
        "standing_span",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("standing", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_standing_span_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_span")),
    )
    op.create_index(
        "ix_standing_span_registration_id_begins", "standing_span", ["registration_id", "begins"], unique=False
    )
    _append_only("register_entry", "entry", "previous", "hash")
    _append_only("evidence_line")


def downgrade() -> None:
    _drop_triggers("evidence_line")
    _drop_triggers("register_entry")
    op.drop_index("ix_standing_span_registration_id_begins", table_name="standing_span")
    op.drop_table("standing_span")
    op.drop_index("ix_registered_standard_registration_id", table_name="registered_standard")
    op.drop_index("ix_registered_standard_standard_fold", table_name="registered_standard")
    op.drop_table("registered_standard")
    op.drop_index("ix_registered_name_brand_fold_model_fold", table_name="registered_name")
    op.drop_index("ix_registered_name_maker_fold_model_fold", table_name="registered_name")
    op.drop_index("ix_registered_name_maker_uscc_model_fold", table_name="registered_name")
    op.drop_index("ix_registered_name_model_fold", table_name="registered_name")
    op.drop_index("ix_registered_name_number", table_name="registered_name")
    op.drop_table("registered_name")
    op.drop_index("ix_registration_category_subtype", table_name="registration")
    op.drop_index("ix_registration_manufacturer_uscc", table_name="registration")
    op.drop_index("ix_registration_model", table_name="registration")
    op.drop_index("ix_registration_registrant_uscc", table_name="registration")
    op.drop_table("registration")
    op.drop_index("ix_evidence_line_register_number", table_name="evidence_line")
    op.drop_table("evidence_line")
    op.drop_index("ix_register_entry_number_entry", table_name="register_entry")
    op.drop_table("register_entry")
