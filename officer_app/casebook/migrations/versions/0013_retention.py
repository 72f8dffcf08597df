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
    op.create_table(
        "retention_batches",
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("frozen", sa.String(length=27), nullable=False),
        sa.Column("author", sa.String(length=32), nullable=False),
        sa.Column("members", sa.BigInteger(), nullable=False),
        sa.Column("accounts", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("marks", sa.String(length=64), nullable=False),
        sa.Column("others", sa.String(length=64), nullable=False),
        sa.Column("noticed", sa.String(length=27), nullable=True),
        sa.Column("started", sa.String(length=27), nullable=True),
        sa.Column("ended", sa.String(length=27), nullable=True),
        sa.Column("checked", sa.String(length=27), nullable=True),
        sa.Column("certified", sa.String(length=27), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_table(
        "retention_members",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=True),
        sa.Column("customer", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=32), nullable=True),
        sa.Column("letter", sa.String(length=24), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("retention_members_batch", "retention_members", ["reference", "state", "id"], unique=False)
    op.create_index("retention_members_customer", "retention_members", ["customer"], unique=False)
    op.create_index("retention_members_email", "retention_members", ["email"], unique=False)
    op.create_table(
        "retention_papers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("added", sa.String(length=27), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("retention_papers_mark", "retention_papers", ["mark"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("retention_papers_mark", table_name="retention_papers")
    op.drop_table("retention_papers")
    op.drop_index("retention_members_batch", table_name="retention_members")
    op.drop_index("retention_members_customer", table_name="retention_members")
    op.drop_index("retention_members_email", table_name="retention_members")
    op.drop_table("retention_members")
    op.drop_table("retention_batches")
    op.drop_index("retention_marks_complaint", table_name="retention_marks")
    op.drop_index("retention_marks_customer", table_name="retention_marks")
    op.drop_index("retention_marks_email", table_name="retention_marks")
    op.drop_index("retention_marks_state", table_name="retention_marks")
    op.drop_table("retention_marks")
