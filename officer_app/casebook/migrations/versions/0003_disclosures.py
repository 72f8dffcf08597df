"""The disclosures desk."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "disclosure_contacts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("body_kind", sa.String(length=40), nullable=False),
        sa.Column("verified", sa.String(length=27), nullable=False),
        sa.Column("verified_by", sa.String(length=32), nullable=False),
        sa.Column("retired", sa.String(length=27), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "disclosures",
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("received", sa.String(length=27), nullable=False),
        sa.Column("sort", sa.String(length=16), nullable=False),
        sa.Column("body_kind", sa.String(length=40), nullable=False),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("acknowledged", sa.String(length=27), nullable=True),
        sa.Column("clarified", sa.String(length=27), nullable=True),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("released", sa.String(length=27), nullable=True),
        sa.Column("telling", sa.String(length=16), nullable=True),
        sa.Column("told", sa.String(length=27), nullable=True),
        sa.Column("shown", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index("disclosures_received", "disclosures", ["received"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("disclosures_received", table_name="disclosures")
    op.drop_table("disclosures")
    op.drop_table("disclosure_contacts")
