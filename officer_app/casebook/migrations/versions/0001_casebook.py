"""The casebook: people and keys, cases, evidence, notices, settings, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=True),
        sa.Column("operation", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("operation", "reference", "seq", name="audit_operation"),
        sa.UniqueConstraint("prev"),
    )
    op.create_index("audit_at", "audit", ["at"], unique=False)
    op.create_index("audit_case", "audit", ["reference", "seq"], unique=False)
    op.create_index("audit_person", "audit", ["actor", "seq"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "cases",
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("desk", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened", sa.String(length=27), nullable=False),
        sa.Column("closed", sa.String(length=27), nullable=True),
        sa.Column("assignee", sa.String(length=32), nullable=True),
        sa.Column("waiting_for", sa.String(length=40), nullable=True),
        sa.Column("next_due", sa.String(length=27), nullable=False),
        sa.Column("case_key", sa.LargeBinary(), nullable=True),
        sa.Column("key_epoch", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index("cases_assignee", "cases", ["desk", "assignee", "next_due"], unique=False)
    op.create_index("cases_due", "cases", ["desk", "closed", "next_due", "reference"], unique=False)
    op.create_index("cases_opened", "cases", ["desk", "opened", "reference"], unique=False)
    op.create_table(
        "chunks",
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file", "number"),
    )
    op.create_table(
        "drafts",
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("saved", sa.String(length=27), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("person", "place"),
    )
    op.create_table(
        "inner_keys",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "numbers",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kdf", sa.Text(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "store",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created", sa.String(length=27), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("demo", sa.Integer(), nullable=False),
        sa.Column("kit_confirmed", sa.String(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "store_keys",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("holder_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "case_deadlines",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("duty", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("pack", sa.String(length=40), nullable=False),
        sa.Column("pack_version", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rule_text", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("start", sa.String(length=27), nullable=False),
        sa.Column("due", sa.String(length=27), nullable=False),
        sa.Column("outer", sa.String(length=27), nullable=True),
        sa.Column("met", sa.String(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deadlines_case", "case_deadlines", ["reference"], unique=False)
    op.create_index("deadlines_open", "case_deadlines", ["met", "due"], unique=False)
    op.create_table(
        "case_people",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("customer", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=32), nullable=True),
        sa.Column("plain", sa.String(length=32), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_people_case", "case_people", ["reference"], unique=False)
    op.create_index("case_people_customer", "case_people", ["customer"], unique=False)
    op.create_index("case_people_email", "case_people", ["email"], unique=False)
    op.create_index("case_people_phone", "case_people", ["phone"], unique=False)
    op.create_index("case_people_plain", "case_people", ["plain"], unique=False)
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("added", sa.String(length=27), nullable=False),
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
    op.create_index("evidence_case", "evidence", ["reference"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("customer", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=32), nullable=True),
        sa.Column("placed", sa.String(length=27), nullable=False),
        sa.Column("released", sa.String(length=27), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("holds_customer", "holds", ["customer"], unique=False)
    op.create_index("holds_email", "holds", ["email"], unique=False)
    op.create_table(
        "notices",
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reserved", sa.String(length=27), nullable=False),
        sa.Column("issued", sa.String(length=27), nullable=True),
        sa.Column("issued_by", sa.String(length=32), nullable=True),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.Column("sent", sa.String(length=27), nullable=True),
        sa.Column("sent_by", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=24), nullable=True),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("pack_version", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("chunks", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.String(length=24), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference"],
            ["cases.reference"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("notices_case", "notices", ["reference"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("notices_case", table_name="notices")
    op.drop_table("notices")
    op.drop_index("holds_email", table_name="holds")
    op.drop_index("holds_customer", table_name="holds")
    op.drop_table("holds")
    op.drop_index("evidence_case", table_name="evidence")
    op.drop_table("evidence")
    op.drop_index("case_people_plain", table_name="case_people")
    op.drop_index("case_people_phone", table_name="case_people")
    op.drop_index("case_people_email", table_name="case_people")
    op.drop_index("case_people_customer", table_name="case_people")
    op.drop_index("case_people_case", table_name="case_people")
    op.drop_table("case_people")
    op.drop_index("deadlines_open", table_name="case_deadlines")
    op.drop_index("deadlines_case", table_name="case_deadlines")
    op.drop_table("case_deadlines")
    op.drop_table("store_keys")
    op.drop_table("store")
    op.drop_table("settings")
    op.drop_table("roster")
    op.drop_table("people")
    op.drop_table("numbers")
    op.drop_table("inner_keys")
    op.drop_table("drafts")
    op.drop_table("chunks")
    op.drop_index("cases_opened", table_name="cases")
    op.drop_index("cases_due", table_name="cases")
    op.drop_index("cases_assignee", table_name="cases")
    op.drop_table("cases")
    op.drop_table("audit_head")
    op.drop_index("audit_person", table_name="audit")
    op.drop_index("audit_case", table_name="audit")
    op.drop_index("audit_at", table_name="audit")
    op.drop_table("audit")
