"""The registers of uses, consents and packages."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "uses",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("changed", sa.String(length=27), nullable=False),
        sa.Column("ended", sa.String(length=27), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("given", sa.String(length=27), nullable=False),
        sa.Column("withdrawn", sa.String(length=27), nullable=True),
        sa.Column("customer", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consents_customer", "consents", ["customer"], unique=False)
    op.create_index("consents_email", "consents", ["email"], unique=False)
    op.create_table(
        "consent_proofs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("consent", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consent_proofs_consent", "consent_proofs", ["consent"], unique=False)
    op.create_table(
        "packages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("made", sa.String(length=27), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("letter", sa.String(length=24), nullable=True),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("packages_case", "packages", ["reference"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("packages_case", table_name="packages")
    op.drop_table("packages")
    op.drop_index("consent_proofs_consent", table_name="consent_proofs")
    op.drop_table("consent_proofs")
    op.drop_index("consents_email", table_name="consents")
    op.drop_index("consents_customer", table_name="consents")
    op.drop_table("consents")
    op.drop_table("uses")
