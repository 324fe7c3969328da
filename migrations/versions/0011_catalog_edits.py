"""What keeping the catalog current needs: who changed it and why, files offered; and why a mandate ended.

Revision ID: 0011_catalog_edits
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_catalog_edits"
down_revision = "0010_account_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Columns only, and none with a foreign key: SQLite then adds them in place, and no table is copied.
    op.add_column("catalog_load", sa.Column("kind", sa.String(length=10), server_default="file", nullable=False))
    op.add_column("catalog_load", sa.Column("reason", sa.String(length=500), server_default="", nullable=False))
    op.add_column("catalog_load", sa.Column("actor_id", sa.Integer(), nullable=True))
    op.add_column("catalog_fact", sa.Column("superseded_by", sa.Integer(), nullable=True))
    op.create_table(
        "catalog_upload",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("uploaded_by_name", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_catalog_upload"),
        sa.UniqueConstraint("sha256", name="uq_catalog_upload_sha256"),
    )
    op.add_column("mandate", sa.Column("ended_note", sa.String(length=500), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("mandate", "ended_note")
    op.drop_table("catalog_upload")
    op.drop_column("catalog_fact", "superseded_by")
    op.drop_column("catalog_load", "actor_id")
    op.drop_column("catalog_load", "reason")
    op.drop_column("catalog_load", "kind")
