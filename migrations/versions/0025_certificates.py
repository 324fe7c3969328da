"""Training certificates with their append-only events, cases about them, outside certificates, share links.

Revision ID: 0025_certificates
"""

import sqlalchemy as sa
from alembic import op

revision = "0025_certificates"
down_revision = "0024_revocations"
branch_labels = None
depends_on = None


def _append_only(table: str, *unique: str) -> None:
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
        "certificate_event",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("mandate", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_certificate_event_hash")),
        sa.UniqueConstraint("position", name=op.f("uq_certificate_event_position")),
        sa.UniqueConstraint("previous", name=op.f("uq_certificate_event_previous")),
    )
    op.create_index(op.f("ix_certificate_event_number"), "certificate_event", ["number"], unique=False)
    op.create_table(
        "certificate_share",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("whole_name", sa.Boolean(), nullable=False),
        sa.Column("with_outside", sa.Boolean(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_share_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_share")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_certificate_share_token_hash")),
    )
    op.create_index(op.f("ix_certificate_share_person_id"), "certificate_share", ["person_id"], unique=False)
    op.create_table(
        "outside_certificate",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("proof_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("proof_kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["account.id"], name=op.f("fk_outside_certificate_checked_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outside_certificate_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_outside_certificate_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_certificate")),
    )
    op.create_index(op.f("ix_outside_certificate_person_id"), "outside_certificate", ["person_id"], unique=False)
    op.create_index(op.f("ix_outside_certificate_state"), "outside_certificate", ["state"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("syllabus_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("occupation", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("trained_from", sa.Date(), nullable=False),
        sa.Column("trained_until", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("renews_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("mandate_id", sa.Integer(), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("suspended_since", sa.Date(), nullable=True),
        sa.Column("erased_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["training_class.id"], name=op.f("fk_certificate_class_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_certificate_course_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_certificate_enrolment_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_certificate_issued_by")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_certificate_mandate_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["renews_id"], ["certificate.id"], name=op.f("fk_certificate_renews_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["certificate.id"], name=op.f("fk_certificate_replaces_id")),
        sa.ForeignKeyConstraint(["syllabus_id"], ["syllabus.id"], name=op.f("fk_certificate_syllabus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_certificate_enrolment_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("renews_id", name=op.f("uq_certificate_renews_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_certificate_replaces_id")),
    )
    op.create_index(op.f("ix_certificate_class_id"), "certificate", ["class_id"], unique=False)
    op.create_index(op.f("ix_certificate_course_id"), "certificate", ["course_id"], unique=False)
    op.create_index(op.f("ix_certificate_issued_on"), "certificate", ["issued_on"], unique=False)
    op.create_index(op.f("ix_certificate_mandate_id"), "certificate", ["mandate_id"], unique=False)
    op.create_index("ix_certificate_person_id_course_id", "certificate", ["person_id", "course_id"], unique=False)
    op.create_index(op.f("ix_certificate_valid_until"), "certificate", ["valid_until"], unique=False)
    op.create_table(
        "certificate_case",
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_certificate_case_certificate_id")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_certificate_case_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_certificate_case_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_case")),
    )
    op.create_index(op.f("ix_certificate_case_certificate_id"), "certificate_case", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_certificate_case_state"), "certificate_case", ["state"], unique=False)
    _append_only("certificate_event", "position", "previous", "hash")


def downgrade() -> None:
    _drop_triggers("certificate_event")
    for table in ("certificate_share", "outside_certificate", "certificate_case", "certificate_event", "certificate"):
        op.drop_table(table)
