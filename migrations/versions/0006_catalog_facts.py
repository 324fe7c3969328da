"""The national catalog as dated facts.

Revision ID: 0006_catalog_facts
"""

import sqlalchemy as sa
from alembic import op

revision = "0006_catalog_facts"
down_revision = "0005_outbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_load",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_load")),
    )
    op.create_table(
        "catalog_fact",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.Float(precision=53), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("known_from", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("corrects_from", sa.DateTime(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(), nullable=True),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["catalog_load.id"], name=op.f("fk_catalog_fact_load_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_fact")),
        sa.UniqueConstraint("kind", "key", "version", name=op.f("uq_catalog_fact_kind_key_version")),
    )
    op.create_index(op.f("ix_catalog_fact_load_id"), "catalog_fact", ["load_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_catalog_fact_load_id", table_name="catalog_fact")
    op.drop_table("catalog_fact")
    op.drop_table("catalog_load")
