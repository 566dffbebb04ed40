"""Decisions to rely on other authorities' assessments, with what was seen of them; a decision never changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# A decision may follow a merged supplier and end once: nothing else, for nobody, the owner of the schema among them.
_FROZEN = """
CREATE FUNCTION rating_reliance_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free text[] := ARRAY['supplier_id'];
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.ended_on IS NULL THEN
    free := free || ARRAY['ended_on', 'ended_reason', 'ended_by_id'];
  END IF;
  IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - free) <> (to_jsonb(NEW) - free) THEN
    RAISE EXCEPTION 'a decision on an assessment does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rating_reliance_frozen BEFORE UPDATE OR DELETE ON rating_reliance
  FOR EACH ROW EXECUTE FUNCTION rating_reliance_frozen();
"""


def upgrade() -> None:
    op.create_table(
        "rating_reliance",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("rating_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=4), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("owner_id <> source_id", name=op.f("ck_rating_reliance_of_another")),
        sa.CheckConstraint("decision IN ('rely', 'not')", name=op.f("ck_rating_reliance_decision")),
        sa.CheckConstraint("(ended_on IS NULL) = (ended_reason IS NULL)", name=op.f("ck_rating_reliance_ended_reason")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_rating_reliance_{column}"))
            for column, table in (
                ("owner_id", "authority"),
                ("source_id", "authority"),
                ("rating_id", "rated_assessment"),
                ("supplier_id", "supplier"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_reliance")),
    )
    for column in ("owner_id", "rating_id", "supplier_id"):
        op.create_index(op.f(f"ix_rating_reliance_{column}"), "rating_reliance", [column])
    op.create_index(
        "uq_rating_reliance_open",
        "rating_reliance",
        ["rating_id", "owner_id"],
        unique=True,
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    # What is written to a merged supplier lands at its survivor (0006).
    op.execute(
        "CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON rating_reliance"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )
    op.execute(_FROZEN)
    # An author knows who relies on its assessment, but not who decided against it. One relies only on what one sees.
    rls.policies(
        "rating_reliance",
        select="app_owns(owner_id) OR (decision = 'rely' AND app_owns(source_id))",
        insert="app_owns(owner_id) AND EXISTS (SELECT 1 FROM rated_assessment a"
        " WHERE a.id = rating_id AND a.owner_id = source_id AND a.state = 'published')",
        write="app_owns(owner_id)",
    )
    rls.update_only("rating_reliance", "ended_on", "ended_reason", "ended_by_id", "supplier_id")
