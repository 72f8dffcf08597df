"""Batches and marks of the retention desk."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "retention_marks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("complaint", sa.String(length=32), nullable=True),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.String(length=27), nullable=False),
        sa.Column("made", sa.String(length=27), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("confirmed", sa.String(length=27), nullable=True),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("ended", sa.String(length=27), nullable=True),
        sa.Column("customer", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("retention_marks_complaint", "retention_marks", ["complaint"], unique=False)
    op.create_index("retention_marks_customer", "retention_marks", ["customer"], unique=False)
    op.create_index("retention_marks_email", "retention_marks", ["email"], unique=False)
    op.create_index("retention_marks_state", "retention_marks", ["state", "made"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("retention_marks_complaint", table_name="retention_marks")
    op.drop_index("retention_marks_customer", table_name="retention_marks")
    op.drop_index("retention_marks_email", table_name="retention_marks")
    op.drop_index("retention_marks_state", table_name="retention_marks")
    op.drop_table("retention_marks")
