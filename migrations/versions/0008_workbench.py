"""Dossiers, their evidence, frozen copies.

Revision ID: 0008_workbench
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_workbench"
down_revision = "0007_register"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("registrant_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=2), nullable=False),
        sa.Column("subtype", sa.String(length=40), nullable=False),
        sa.Column("dossier", sa.JSON(), nullable=False),
        sa.Column("authorisation_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("registration_number", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authorisation_id"], ["filing.id"], name=op.f("fk_product_authorisation_id")),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_product_created_by")),
        sa.ForeignKeyConstraint(["registrant_id"], ["enterprise.id"], name=op.f("fk_product_registrant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_index(op.f("ix_product_due_on"), "product", ["due_on"], unique=False)
    op.create_index(op.f("ix_product_registrant_id"), "product", ["registrant_id"], unique=False)
    op.create_index(op.f("ix_product_registration_number"), "product", ["registration_number"], unique=False)
    op.create_index(op.f("ix_product_state"), "product", ["state"], unique=False)
    op.create_table(
        "product_paper",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("issuer", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("filing_id", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_product_paper_filing_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_paper_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_paper")),
    )
    op.create_index(op.f("ix_product_paper_product_id"), "product_paper", ["product_id"], unique=False)
    op.create_table(
        "submission",
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("authorisation_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("declaration", sa.String(length=400), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_by_name", sa.String(length=120), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authorisation_id"], ["filing.id"], name=op.f("fk_submission_authorisation_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_submission_product_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name=op.f("fk_submission_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("product_id", "round", name=op.f("uq_submission_product_id_round")),
    )
    op.create_index(op.f("ix_submission_product_id"), "submission", ["product_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_submission_product_id", table_name="submission")
    op.drop_table("submission")
    op.drop_index("ix_product_paper_product_id", table_name="product_paper")
    op.drop_table("product_paper")
    op.drop_index("ix_product_due_on", table_name="product")
    op.drop_index("ix_product_registrant_id", table_name="product")
    op.drop_index("ix_product_registration_number", table_name="product")
    op.drop_index("ix_product_state", table_name="product")
    op.drop_table("product")
