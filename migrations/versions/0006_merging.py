"""Merging suppliers: a merged record points at its survivor, and what is written to it meanwhile lands there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Every column that refers to a supplier (but merged_into_id and the records of merges themselves).
REFERENCES = (
    ("supplier", "parent_id"),
    ("supplier_name", "supplier_id"),
    ("supplier_identifier", "supplier_id"),
    ("site", "supplier_id"),
    ("follow", "supplier_id"),
    ("import_row", "supplier_id"),
    ("supplier_relation", "child_id"),
    ("supplier_relation", "parent_id"),
    ("supplier_role", "supplier_id"),
    ("stated_fact", "supplier_id"),
    ("lei_record", "applied_to_id"),
    ("lei_search", "supplier_id"),
    ("lei_proposal", "supplier_id"),
    ("contract", "supplier_id"),
    ("declaration", "supplier_id"),
    ("supplier_assessment", "supplier_id"),
    ("dialogue_entry", "supplier_id"),
    ("joint_audit", "supplier_id"),
)

# FOR KEY SHARE waits for a merge that holds the row FOR UPDATE, and then sees where it went.
FOLLOW_MERGE = """
CREATE FUNCTION registry_follow_merge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted uuid;
  survivor uuid;
  next_one uuid;
BEGIN
  EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) INTO wanted USING NEW;
  survivor := wanted;
  WHILE survivor IS NOT NULL LOOP
    SELECT merged_into_id INTO next_one FROM supplier WHERE id = survivor FOR KEY SHARE;
    EXIT WHEN next_one IS NULL;
    survivor := next_one;
  END LOOP;
  IF survivor IS DISTINCT FROM wanted THEN
    NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], survivor));
  END IF;
  RETURN NEW;
END $$
"""

ONLY_A_MERGE = """
CREATE FUNCTION registry_only_a_merge() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT app_is_system() THEN
    RAISE insufficient_privilege USING MESSAGE = format('permission denied: %I.supplier_id stays', TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column("supplier", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_supplier_merged_into_id"), "supplier", "supplier", ["merged_into_id"], ["id"])
    op.create_index(op.f("ix_supplier_merged_into_id"), "supplier", ["merged_into_id"])
    op.create_check_constraint(op.f("ck_supplier_not_merged_into_itself"), "supplier", "merged_into_id <> id")
    _create_merges()
    op.execute(FOLLOW_MERGE)
    for table, column in REFERENCES:
        op.execute(
            f"CREATE TRIGGER follow_merge_{column} BEFORE INSERT OR UPDATE OF {column} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('{column}')"
        )
    # What was said stays as it was written; only a merge may say that it is about the survivor.
    op.execute("GRANT UPDATE (supplier_id) ON dialogue_entry TO portal_app")
    op.execute(ONLY_A_MERGE)
    op.execute(
        "CREATE TRIGGER only_a_merge BEFORE UPDATE OF supplier_id ON dialogue_entry FOR EACH STATEMENT"
        " EXECUTE FUNCTION registry_only_a_merge()"
    )


def _create_merges() -> None:
    op.create_table(
        "supplier_merge",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("take_name", sa.Boolean(), nullable=False),
        sa.Column("take_country", sa.Boolean(), nullable=False),
        sa.Column("take_parent", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_user_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_user_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Uuid(), nullable=True),
        sa.Column("undone_user_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'merged', 'rejected', 'withdrawn', 'undone')", name=op.f("ck_supplier_merge_state")
        ),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_supplier_merge_two")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_supplier_merge_{column}"))
            for column, table in (
                ("kept_id", "supplier"),
                ("merged_id", "supplier"),
                ("proposed_by_id", "authority"),
                ("decided_by_id", "authority"),
                ("undone_by_id", "authority"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_merge")),
    )
    op.create_index(op.f("ix_supplier_merge_kept_id"), "supplier_merge", ["kept_id"])
    op.create_index(op.f("ix_supplier_merge_merged_id"), "supplier_merge", ["merged_id"])
    merged = sa.text("state = 'merged'")
    op.create_index("uq_supplier_merge_merged", "supplier_merge", ["merged_id"], unique=True, postgresql_where=merged)
    op.create_table(
        "merge_ledger",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["supplier_merge.id"], name=op.f("fk_merge_ledger_merge_id")),
        sa.PrimaryKeyConstraint("merge_id", name=op.f("pk_merge_ledger")),
    )
    # It names private records of every authority.
    rls.policies("merge_ledger", select="app_is_system()", write="app_is_system()")
