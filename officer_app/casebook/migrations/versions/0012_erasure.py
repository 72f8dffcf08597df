"""Leases; erasure intents, results and tombstones."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "leases",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("reference", sa.String(32), sa.ForeignKey("cases.reference"), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("process", sa.String(200), nullable=False),
        sa.Column("beat", sa.String(27), nullable=False),
        sa.Column("ended", sa.String(27)),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("reference", sa.String(32), sa.ForeignKey("cases.reference"), nullable=False),
        sa.Column("scope", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("counts", sa.Text),
        sa.Column("started", sa.String(27), nullable=False),
        sa.Column("ended", sa.String(27)),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("erasures_batch", "erasures", ["reference", "scope", "started"])
    op.create_index("erasures_state", "erasures", ["state"])
    op.create_table(
        "tombstones",
        sa.Column("erasure", sa.String(32), sa.ForeignKey("erasures.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("customer", sa.String(32)),
        sa.Column("email", sa.String(32)),
    )
    op.create_index("tombstones_customer", "tombstones", ["customer"])
    op.create_index("tombstones_email", "tombstones", ["email"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("tombstones", "erasures", "leases"):
        op.drop_table(table)
