"""Print runs letter by letter."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "breach_post",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("run", sa.String(length=24), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("letters", sa.BigInteger(), nullable=False),
        sa.Column("noted", sa.String(length=27), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("breach_post_run", "breach_post", ["run", "entry"], unique=False)
    op.create_table(
        "breach_copies",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("run", sa.String(length=24), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("letters", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("made", sa.String(length=27), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("breach_copies_run", "breach_copies", ["run", "copy"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("breach_copies_run", table_name="breach_copies")
    op.drop_table("breach_copies")
    op.drop_index("breach_post_run", table_name="breach_post")
    op.drop_table("breach_post")
