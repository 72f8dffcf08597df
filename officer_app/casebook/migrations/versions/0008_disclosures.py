"""The disclosure desk's further tables."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the persons of a disclosure in clear: the yearly counts outlive its key."""
    with op.batch_alter_table("disclosures") as table:
        table.add_column(sa.Column("persons", sa.Integer()))


def downgrade() -> None:
    """Drop the count."""
    with op.batch_alter_table("disclosures") as table:
        table.drop_column("persons")
