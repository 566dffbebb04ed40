"""Clauses in versions that never change once published, experience with them, and judgements of how two compare."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

MEMBER = "(app_authority() IS NOT NULL OR app_is_system())"

# For everybody, the owner of the schema among them: a published version may be withdrawn, nothing else.
_FROZEN = """
CREATE FUNCTION clause_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free text[] := ARRAY['state', 'withdrawn_reason', 'version'];
BEGIN
  IF OLD.published_at IS NULL THEN
    RETURN coalesce(NEW, OLD);
  END IF;
  IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - free) <> (to_jsonb(NEW) - free) OR OLD.state = 'withdrawn' THEN
    RAISE EXCEPTION 'a published clause does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER clause_version_frozen BEFORE UPDATE OR DELETE ON clause_version
  FOR EACH ROW EXECUTE FUNCTION clause_version_frozen();
"""


def upgrade() -> None:
    op.create_table(
        "clause",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_clause_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
    )
    op.create_index("uq_clause_code", "clause", ["owner_id", "code"], unique=True, postgresql_nulls_not_distinct=True)
    rls.policies(
        "clause",
        select=f"(published_at IS NOT NULL AND {MEMBER}) OR app_owns(owner_id)",
        write="app_owns(owner_id)",
    )
    _create_version()
    _create_experience()
    _create_judgement()
    op.execute(_FROZEN)


def _create_version() -> None:
    op.create_table(
        "clause_version",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("clause_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("texts", postgresql.JSONB(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=True),
        sa.Column("minerals", postgresql.ARRAY(sa.String(length=24)), nullable=False),
        sa.Column("duties", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_clause_version_number")),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_clause_version_state")),
        sa.CheckConstraint("step BETWEEN 1 AND 5", name=op.f("ck_clause_version_step")),
        sa.CheckConstraint("(state = 'draft') = (published_at IS NULL)", name=op.f("ck_clause_version_published_at")),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name=op.f("ck_clause_version_withdrawn_reason")
        ),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_clause_version_clause_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_version")),
    )
    op.create_index("uq_clause_version_number", "clause_version", ["clause_id", "number"], unique=True)
    op.create_index(
        "uq_clause_version_draft",
        "clause_version",
        ["clause_id"],
        unique=True,
        postgresql_where=sa.text("state = 'draft'"),
    )
    clause = "FROM clause c WHERE c.id = clause_version.clause_id"
    rls.policies(
        "clause_version",
        select=f"EXISTS (SELECT 1 {clause} AND (clause_version.published_at IS NOT NULL OR app_owns(c.owner_id)))",
        write=f"EXISTS (SELECT 1 {clause} AND app_owns(c.owner_id))",
    )


def _create_experience() -> None:
    op.create_table(
        "clause_experience",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("clause_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("happened", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('ruling', 'experience')", name=op.f("ck_clause_experience_kind")),
        sa.ForeignKeyConstraint(
            ["clause_id"], ["clause.id"], name=op.f("fk_clause_experience_clause_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_clause_experience_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_experience")),
    )
    op.create_index(op.f("ix_clause_experience_clause_id"), "clause_experience", ["clause_id"])
    rls.policies(
        "clause_experience",
        select="EXISTS (SELECT 1 FROM clause c WHERE c.id = clause_experience.clause_id)",
        write="app_owns(owner_id)",
    )
    rls.append_only("clause_experience")


def _create_judgement() -> None:
    op.create_table(
        "clause_judgement",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("verdict IN ('equal', 'stricter', 'looser')", name=op.f("ck_clause_judgement_verdict")),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_clause_judgement_order")),
        sa.ForeignKeyConstraint(["first_id"], ["clause_version.id"], name=op.f("fk_clause_judgement_first_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_clause_judgement_owner_id")),
        sa.ForeignKeyConstraint(["second_id"], ["clause_version.id"], name=op.f("fk_clause_judgement_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_judgement")),
    )
    op.create_index(op.f("ix_clause_judgement_first_id"), "clause_judgement", ["first_id"])
    op.create_index(op.f("ix_clause_judgement_second_id"), "clause_judgement", ["second_id"])
    rls.policies("clause_judgement", select=MEMBER, write="app_owns(owner_id)")
    rls.append_only("clause_judgement")
