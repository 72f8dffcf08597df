"""What the complaint queue keeps beside its cases: the messages of a case, its links, why an answer was late."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "complaint_messages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("received", sa.String(length=27), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("message", sa.String(length=32), nullable=True),
        sa.Column("sender", sa.String(length=32), nullable=True),
        sa.Column("alike", sa.String(length=32), nullable=True),
        sa.Column("content", sa.String(length=32), nullable=True),
        sa.Column("joined", sa.String(length=27), nullable=True),
        sa.Column("seen", sa.String(length=27), nullable=True),
        sa.Column("stranger", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["cases.reference"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("complaint_messages_case", "complaint_messages", ["reference", "seen"], unique=False)
    op.create_index("complaint_messages_message", "complaint_messages", ["message", "content"], unique=True)
    op.create_index("complaint_messages_alike", "complaint_messages", ["alike"], unique=False)
    op.create_index("complaint_messages_seen", "complaint_messages", ["seen", "reference"], unique=False)
    op.create_table(
        "complaint_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("other", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=24), nullable=False),
        sa.Column("made", sa.String(length=27), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["cases.reference"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("complaint_links_case", "complaint_links", ["reference"], unique=False)
    op.create_index("complaint_links_other", "complaint_links", ["other"], unique=False)
    op.create_table(
        "complaint_lateness",
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["reference"], ["cases.reference"]),
        sa.PrimaryKeyConstraint("reference"),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("complaint_lateness")
    op.drop_index("complaint_links_other", table_name="complaint_links")
    op.drop_index("complaint_links_case", table_name="complaint_links")
    op.drop_table("complaint_links")
    op.drop_index("complaint_messages_seen", table_name="complaint_messages")
    op.drop_index("complaint_messages_alike", table_name="complaint_messages")
    op.drop_index("complaint_messages_message", table_name="complaint_messages")
    op.drop_index("complaint_messages_case", table_name="complaint_messages")
    op.drop_table("complaint_messages")
