"""Checks of a declaration as records of their own: checking again adds findings, and rewrites none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# What was found until now was one checking, on the day of the upload.
KEEP = """
INSERT INTO declaration_check (declaration_id, rules_version, judged_on, counts, created_at)
SELECT id, rules_version, created_at::date, counts, created_at FROM declaration
"""


def upgrade() -> None:
    op.create_table(
        "declaration_check",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("rules_version", sa.String(length=16), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["declaration.id"],
            name=op.f("fk_declaration_check_declaration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_check")),
    )
    op.create_index(op.f("ix_declaration_check_declaration_id"), "declaration_check", ["declaration_id"])
    op.add_column("declaration", sa.Column("smelters_mark", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_declaration_smelters_mark"), "declaration", ["smelters_mark"])
    op.add_column("declaration", sa.Column("check_id", sa.Uuid(), nullable=True))
    op.add_column("declaration_finding", sa.Column("check_id", sa.Uuid(), nullable=True))
    _keep_what_was_found()
    op.alter_column("declaration_finding", "check_id", nullable=False)
    op.create_index(op.f("ix_declaration_finding_check_id"), "declaration_finding", ["check_id"])
    op.create_foreign_key(op.f("fk_declaration_check_id"), "declaration", "declaration_check", ["check_id"], ["id"])
    op.create_foreign_key(
        op.f("fk_declaration_finding_check_id"),
        "declaration_finding",
        "declaration_check",
        ["check_id"],
        ["id"],
        ondelete="CASCADE",
    )
    rls.child("declaration_check", "declaration_id", "declaration")
    rls.append_only("declaration_check")
    rls.append_only("declaration_finding")


def _keep_what_was_found() -> None:
    """The owner of the tables is under row-level security as well, so it is lifted while old rows are moved."""
    for table in ("declaration", "declaration_finding"):
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(KEEP)
    op.execute("UPDATE declaration d SET check_id = c.id FROM declaration_check c WHERE c.declaration_id = d.id")
    op.execute(
        "UPDATE declaration_finding f SET check_id = c.id FROM declaration_check c"
        " WHERE c.declaration_id = f.declaration_id"
    )
    for table in ("declaration", "declaration_finding"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
