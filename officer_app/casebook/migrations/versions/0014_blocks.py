"""The digests of a batch's members, block by block of its list; the rows that a batch of old orders is about."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add column and table; batches from before keep their one digest."""
    op.add_column("retention_batches", sa.Column("blocks", sa.Text(), nullable=True))
    op.create_table(
        "retention_traces",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("noted", sa.String(length=27), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("retention_traces_batch", "retention_traces", ["reference"], unique=False)


def downgrade() -> None:
    """Drop both."""
    op.drop_index("retention_traces_batch", table_name="retention_traces")
    op.drop_table("retention_traces")
    op.drop_column("retention_batches", "blocks")
