"""Cases of suspension, revocation and reinstatement, who is told of them, their feed, and who watches.

Revision ID: 0024_revocations
"""

import sqlalchemy as sa
from alembic import op

revision = "0024_revocations"
down_revision = "0023_leaving_is_seen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revocation",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_by_name", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("mandate_id", sa.Integer(), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_revocation_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_revocation_decided_by")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_revocation_mandate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation")),
        sa.UniqueConstraint("entry", name=op.f("uq_revocation_entry")),
    )
    op.create_index("ix_revocation_number_state", "revocation", ["number", "state"], unique=False)
    op.create_index(op.f("ix_revocation_state"), "revocation", ["state"], unique=False)
    op.create_table(
        "revocation_told",
        sa.Column("revocation_id", sa.Integer(), nullable=False),
        sa.Column("message_key", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["revocation_id"], ["revocation.id"], name=op.f("fk_revocation_told_revocation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_told")),
        sa.UniqueConstraint("message_key", name=op.f("uq_revocation_told_message_key")),
    )
    op.create_index(op.f("ix_revocation_told_revocation_id"), "revocation_told", ["revocation_id"], unique=False)
    op.create_table(
        "revocation_event",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_event")),
        sa.UniqueConstraint("position", name=op.f("uq_revocation_event_position")),
        sa.UniqueConstraint(
            "number",
            "kind",
            "effective_from",
            "entry",
            name=op.f("uq_revocation_event_number_kind_effective_from_entry"),
        ),
    )
    op.create_index(op.f("ix_revocation_event_number"), "revocation_event", ["number"], unique=False)
    op.create_index(op.f("ix_revocation_event_kind"), "revocation_event", ["kind"], unique=False)
    op.create_table(
        "watch",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_watch_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        sa.UniqueConstraint("account_id", "number", name=op.f("uq_watch_account_id_number")),
    )
    op.create_index("ix_watch_number", "watch", ["number", "until"], unique=False)


def downgrade() -> None:
    for table in ("watch", "revocation_event", "revocation_told", "revocation"):
        op.drop_table(table)
