"""The breaches desk."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "breach_duties",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("duty", sa.String(length=40), nullable=False),
        sa.Column("due", sa.String(length=27), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("decided", sa.String(length=27), nullable=True),
        sa.Column("approved", sa.String(length=27), nullable=True),
        sa.Column("notice", sa.String(length=24), nullable=True),
        sa.Column("sent", sa.String(length=27), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("breach_duties_case", "breach_duties", ["reference"], unique=False)
    op.create_table(
        "breach_lists",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("frozen", sa.String(length=27), nullable=False),
        sa.Column("persons", sa.BigInteger(), nullable=False),
        sa.Column("writable", sa.BigInteger(), nullable=False),
        sa.Column("guests", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("breach_lists_case", "breach_lists", ["reference"], unique=False)
    op.create_table(
        "breach_marks",
        sa.Column("mark", sa.LargeBinary(length=16), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("mark", "reference"),
    )
    op.create_table(
        "breach_persons",
        sa.Column("id", sa.String(length=56), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("list", sa.String(length=40), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("breach_persons_list", "breach_persons", ["list", "chunk"], unique=False)
    op.create_table(
        "breach_volumes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("run", sa.String(length=24), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rebuilt", sa.String(length=64), nullable=True),
        sa.Column("made", sa.String(length=27), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("breach_volumes_run", "breach_volumes", ["run", "volume"], unique=False)
    op.create_table(
        "breaches",
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("noticed", sa.String(length=27), nullable=False),
        sa.Column("happened", sa.String(length=27), nullable=True),
        sa.Column("nature", sa.String(length=40), nullable=False),
        sa.Column("band", sa.String(length=12), nullable=True),
        sa.Column("persons", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.String(length=12), nullable=False),
        sa.Column("complaint", sa.String(length=32), nullable=True),
        sa.Column("concluded", sa.String(length=27), nullable=True),
        sa.Column("shown", sa.LargeBinary(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index("breaches_noticed", "breaches", ["noticed"], unique=False)
    op.create_table(
        "breach_runs",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("list", sa.String(length=40), nullable=False),
        sa.Column("letters", sa.BigInteger(), nullable=False),
        sa.Column("per_volume", sa.Integer(), nullable=False),
        sa.Column("started", sa.String(length=27), nullable=False),
        sa.Column("finished", sa.String(length=27), nullable=True),
        sa.Column("voided", sa.String(length=27), nullable=True),
        sa.Column("stopped", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["notices.number"],
        ),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("breach_runs_case", "breach_runs", ["reference"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("breach_runs_case", table_name="breach_runs")
    op.drop_table("breach_runs")
    op.drop_index("breaches_noticed", table_name="breaches")
    op.drop_table("breaches")
    op.drop_index("breach_volumes_run", table_name="breach_volumes")
    op.drop_table("breach_volumes")
    op.drop_index("breach_persons_list", table_name="breach_persons")
    op.drop_table("breach_persons")
    op.drop_table("breach_marks")
    op.drop_index("breach_lists_case", table_name="breach_lists")
    op.drop_table("breach_lists")
    op.drop_index("breach_duties_case", table_name="breach_duties")
    op.drop_table("breach_duties")
