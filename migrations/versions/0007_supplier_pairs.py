"""Pairs of suppliers that may be one company, which suppliers the sweep must look at, and who placed its records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# What the matcher reads of a supplier: a row written, changed or removed there makes the supplier one to look at.
FACTS = ("supplier_name", "supplier_identifier", "site")

NOTE_CHANGE = """
CREATE FUNCTION registry_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO supplier_change (supplier_id) SELECT DISTINCT supplier_id FROM changed;
  RETURN NULL;
END $$
"""

NOTE_CHANGED_SUPPLIER = """
CREATE FUNCTION registry_note_changed_supplier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO supplier_change (supplier_id) SELECT changed.id FROM changed JOIN former ON former.id = changed.id
  WHERE (changed.country, changed.parent_id, changed.merged_into_id)
    IS DISTINCT FROM (former.country, former.parent_id, former.merged_into_id);
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    _create_pairs()
    op.create_table(
        "supplier_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_change")),
    )
    op.create_index(op.f("ix_supplier_change_supplier_id"), "supplier_change", ["supplier_id"])
    op.execute(NOTE_CHANGE)
    op.execute(NOTE_CHANGED_SUPPLIER)
    for table in FACTS:
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            op.execute(
                f"CREATE TRIGGER note_change_at_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION registry_note_change()"
            )
    op.execute(
        "CREATE TRIGGER note_change_at_update AFTER UPDATE ON supplier REFERENCING OLD TABLE AS former"
        " NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION registry_note_changed_supplier()"
    )
    _create_placements()
    op.execute("INSERT INTO supplier_change (supplier_id) SELECT id FROM supplier WHERE merged_into_id IS NULL")


def _create_placements() -> None:
    op.create_table(
        "merge_placement",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("placed_user_id", sa.Uuid(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["supplier_merge.id"], name=op.f("fk_merge_placement_merge_id")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_merge_placement_authority_id")),
        sa.PrimaryKeyConstraint("merge_id", "authority_id", name=op.f("pk_merge_placement")),
    )
    rls.private("merge_placement", "authority_id")


def _create_pairs() -> None:
    op.create_table(
        "supplier_pair",
        sa.Column("low_id", sa.Uuid(), nullable=False),
        sa.Column("high_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_user_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_supplier_pair_order")),
        sa.CheckConstraint("state IN ('open', 'different', 'merged')", name=op.f("ck_supplier_pair_state")),
        sa.CheckConstraint("decision IN ('same', 'review', 'different')", name=op.f("ck_supplier_pair_decision")),
        sa.CheckConstraint("state <> 'different' OR decided_at IS NOT NULL", name=op.f("ck_supplier_pair_decided")),
        sa.ForeignKeyConstraint(["low_id"], ["supplier.id"], name=op.f("fk_supplier_pair_low_id")),
        sa.ForeignKeyConstraint(["high_id"], ["supplier.id"], name=op.f("fk_supplier_pair_high_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["authority.id"], name=op.f("fk_supplier_pair_decided_by_id")),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("pk_supplier_pair")),
    )
    op.create_index(op.f("ix_supplier_pair_high_id"), "supplier_pair", ["high_id"])
    op.create_index("ix_supplier_pair_queue", "supplier_pair", ["state", "score", "low_id", "high_id"])
