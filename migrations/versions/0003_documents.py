"""Files kept once, and who filed them.

Revision ID: 0003_documents
"""

import sqlalchemy as sa
from alembic import op

revision = "0003_documents"
down_revision = "0002_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("sha256", name=op.f("uq_document_sha256")),
    )
    op.create_table(
        "filing",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_filing_account_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_filing_document_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_filing_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
    )
    op.create_index(op.f("ix_filing_account_id"), "filing", ["account_id"], unique=False)
    op.create_index(op.f("ix_filing_document_id"), "filing", ["document_id"], unique=False)
    op.create_index(op.f("ix_filing_enterprise_id"), "filing", ["enterprise_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_filing_account_id", table_name="filing")
    op.drop_index("ix_filing_document_id", table_name="filing")
    op.drop_index("ix_filing_enterprise_id", table_name="filing")
    op.drop_table("filing")
    op.drop_table("document")
