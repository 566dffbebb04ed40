"""Rubrics as versioned data and assessments by them; what is published never changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# For everybody, the owner of the schema among them.
_FROZEN = """
CREATE FUNCTION rubric_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE EXCEPTION 'a published rubric version does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER rubric_version_frozen BEFORE UPDATE OR DELETE ON rubric_version
  FOR EACH ROW EXECUTE FUNCTION rubric_version_frozen();
CREATE FUNCTION rubric_question_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM rubric_version v
             WHERE v.id IN (OLD.version_id, NEW.version_id) AND v.published_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a published rubric version does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER rubric_question_frozen BEFORE INSERT OR UPDATE OR DELETE ON rubric_question
  FOR EACH ROW EXECUTE FUNCTION rubric_question_frozen();
"""


# A published assessment may be shared otherwise, follow a merged supplier, be revised and withdrawn: nothing else.
_PUBLISHED = """
CREATE FUNCTION rated_assessment_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  free text[] := ARRAY['state', 'withdrawn_reason', 'version', 'audience', 'named_ids', 'supplier_id'];
BEGIN
  IF OLD.published_at IS NULL THEN
    RETURN coalesce(NEW, OLD);
  END IF;
  IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - free) <> (to_jsonb(NEW) - free)
     OR (OLD.state <> NEW.state AND OLD.state <> 'published') THEN
    RAISE EXCEPTION 'a published assessment does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rated_assessment_frozen BEFORE UPDATE OR DELETE ON rated_assessment
  FOR EACH ROW EXECUTE FUNCTION rated_assessment_frozen();
CREATE FUNCTION rated_answer_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM rated_assessment a
             WHERE a.id IN (OLD.assessment_id, NEW.assessment_id) AND a.published_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a published assessment does not change' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER rated_answer_frozen BEFORE INSERT OR UPDATE OR DELETE ON rated_answer
  FOR EACH ROW EXECUTE FUNCTION rated_answer_frozen();
CREATE TRIGGER rated_evidence_frozen BEFORE INSERT OR UPDATE OR DELETE ON rated_evidence
  FOR EACH ROW EXECUTE FUNCTION rated_answer_frozen();
"""


def upgrade() -> None:
    _create_rubric()
    op.execute(_FROZEN)
    _create_assessment()
    _create_answers()
    op.execute(_PUBLISHED)


def _create_assessment() -> None:
    op.add_column(
        "supplier_assessment", sa.Column("is_summary", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "rated_assessment",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_version_id", sa.Uuid(), nullable=False),
        sa.Column("predecessor_id", sa.Uuid(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("product_group", sa.String(length=16), nullable=False),
        sa.Column("site_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("clause_basis", sa.Text(), nullable=True),
        sa.Column("open_critical", sa.Boolean(), nullable=False),
        sa.Column("smelter_list_missing", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=True),
        sa.Column("reader_id", sa.Uuid(), nullable=True),
        sa.Column("sent_back_note", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_rated_assessment_named_ids")
        ),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_rated_assessment_audience")),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'published', 'revised', 'withdrawn')",
            name=op.f("ck_rated_assessment_state"),
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'in_review')) = (published_at IS NULL)", name=op.f("ck_rated_assessment_published_at")
        ),
        sa.CheckConstraint(
            "published_at IS NOT NULL OR audience = 'owner'", name=op.f("ck_rated_assessment_draft_is_the_owners")
        ),
        sa.CheckConstraint(
            "published_at IS NULL OR reader_id IS NOT NULL", name=op.f("ck_rated_assessment_published_is_read")
        ),
        sa.CheckConstraint(
            "reader_id <> author_id AND reader_id <> submitted_by_id", name=op.f("ck_rated_assessment_another_person")
        ),
        sa.CheckConstraint(
            "state <> 'in_review' OR submitted_by_id IS NOT NULL", name=op.f("ck_rated_assessment_submitted_by")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name=op.f("ck_rated_assessment_withdrawn_reason")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_rated_assessment_owner_id")),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["rated_assessment.id"], name=op.f("fk_rated_assessment_predecessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["rubric_version_id"], ["rubric_version.id"], name=op.f("fk_rated_assessment_rubric_version_id")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_rated_assessment_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rated_assessment")),
        sa.UniqueConstraint("predecessor_id", name=op.f("uq_rated_assessment_predecessor_id")),
    )
    op.create_index(op.f("ix_rated_assessment_owner_id"), "rated_assessment", ["owner_id"])
    op.create_index(op.f("ix_rated_assessment_supplier_id"), "rated_assessment", ["supplier_id"])
    # What is written to a merged supplier lands at its survivor (0006).
    op.execute(
        "CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON rated_assessment"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )
    rls.shared("rated_assessment")


def _create_answers() -> None:
    op.create_table(
        "rated_answer",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("rubric_version_id", sa.Uuid(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("grade", sa.String(length=2), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("not_applicable", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("listing", sa.Boolean(), nullable=False),
        sa.Column("proposed_from", sa.Text(), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND 4", name=op.f("ck_rated_answer_score")),
        sa.CheckConstraint("grade IN ('E0', 'E1', 'E2', 'E3')", name=op.f("ck_rated_answer_grade")),
        sa.CheckConstraint(
            "NOT not_applicable OR reason IS NOT NULL", name=op.f("ck_rated_answer_not_applicable_needs_reason")
        ),
        sa.CheckConstraint(
            "NOT not_applicable OR (score IS NULL AND value IS NULL AND grade = 'E0')",
            name=op.f("ck_rated_answer_not_applicable_has_no_score"),
        ),
        sa.CheckConstraint(
            "proposed_from IS NULL OR score IS NULL", name=op.f("ck_rated_answer_proposal_has_no_score")
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["rated_assessment.id"], name=op.f("fk_rated_answer_assessment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rubric_version_id", "code"],
            ["rubric_question.version_id", "rubric_question.code"],
            name="fk_rated_answer_question",
        ),
        sa.PrimaryKeyConstraint("assessment_id", "code", name=op.f("pk_rated_answer")),
    )
    rls.child("rated_answer", "assessment_id", "rated_assessment")
    op.create_table(
        "rated_evidence",
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["rated_assessment.id"],
            name=op.f("fk_rated_evidence_assessment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id", "code"],
            ["rated_answer.assessment_id", "rated_answer.code"],
            name="fk_rated_evidence_answer",
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_rated_evidence_evidence_id")),
        sa.PrimaryKeyConstraint("assessment_id", "code", "evidence_id", name=op.f("pk_rated_evidence")),
    )
    rls.child("rated_evidence", "assessment_id", "rated_assessment")


def _create_rubric() -> None:
    op.create_table(
        "rubric",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric")),
        sa.UniqueConstraint("code", name=op.f("uq_rubric_code")),
    )
    # SELECT … FOR UPDATE needs the right to update one column.
    rls.update_only("rubric", "created_at")
    op.create_table(
        "rubric_version",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_rubric_version_number")),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name=op.f("fk_rubric_version_rubric_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_version")),
        sa.UniqueConstraint("rubric_id", "number", name=op.f("uq_rubric_version_rubric_id_number")),
    )
    rls.update_only("rubric_version", "published_at")
    op.create_table(
        "rubric_question",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("texts", postgresql.JSONB(), nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("choices", postgresql.JSONB(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("fill", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("step BETWEEN 1 AND 5", name=op.f("ck_rubric_question_step")),
        sa.CheckConstraint(
            "type IN ('choice', 'multi_choice', 'number', 'date', 'text', 'table', 'file')",
            name=op.f("ck_rubric_question_type"),
        ),
        sa.ForeignKeyConstraint(["version_id"], ["rubric_version.id"], name=op.f("fk_rubric_question_version_id")),
        sa.PrimaryKeyConstraint("version_id", "code", name=op.f("pk_rubric_question")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_rubric_question_version_id_position")),
    )
    rls.append_only("rubric_question")
