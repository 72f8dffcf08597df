"""The complaints desk."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "complaints",
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("received", sa.String(length=27), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("acknowledged", sa.String(length=27), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("finding", sa.String(length=24), nullable=True),
        sa.Column("incident", sa.String(length=32), nullable=True),
        sa.Column("message", sa.String(length=32), nullable=True),
        sa.Column("shown", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index("complaints_message", "complaints", ["message"], unique=False)
    op.create_index("complaints_received", "complaints", ["received"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("complaints_received", table_name="complaints")
    op.drop_index("complaints_message", table_name="complaints")
    op.drop_table("complaints")
