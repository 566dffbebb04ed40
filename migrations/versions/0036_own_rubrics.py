"""Rubrics that authorities bring themselves, and workbooks of assessments that came back filled in.

And questions of an assessment that a supplier answers through its guest access.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rubric", sa.Column("kept_by_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_rubric_kept_by_id"), "rubric", "authority", ["kept_by_id"], ["id"])
    op.create_table(
        "rubric_draft",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=11), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_rubric_draft_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_draft")),
    )
    op.create_index(op.f("ix_rubric_draft_owner_id"), "rubric_draft", ["owner_id"])
    rls.private("rubric_draft")
    _create_rating_upload()
    _create_questionnaire()


def _create_rating_upload() -> None:
    op.create_table(
        "rating_upload",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_rating_upload_owner_id")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["rated_assessment.id"], name=op.f("fk_rating_upload_assessment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_upload")),
    )
    op.create_index(op.f("ix_rating_upload_owner_id"), "rating_upload", ["owner_id"])
    op.create_index(op.f("ix_rating_upload_assessment_id"), "rating_upload", ["assessment_id"])
    rls.private("rating_upload")
    rls.update_only("rating_upload", "applied_at")


def _create_questionnaire() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("rubric_version_id", sa.Uuid(), nullable=False),
        sa.Column("codes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'sent', 'closed')", name=op.f("ck_questionnaire_state")),
        sa.CheckConstraint("cardinality(codes) > 0", name=op.f("ck_questionnaire_codes")),
        sa.CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name=op.f("ck_questionnaire_sent_at")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_questionnaire_owner_id")),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["rated_assessment.id"], name=op.f("fk_questionnaire_assessment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_questionnaire_supplier_id")),
        sa.ForeignKeyConstraint(
            ["rubric_version_id"], ["rubric_version.id"], name=op.f("fk_questionnaire_rubric_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
    )
    for column in ("owner_id", "assessment_id", "supplier_id"):
        op.create_index(op.f(f"ix_questionnaire_{column}"), "questionnaire", [column])
    op.execute(
        "CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON questionnaire"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )
    rls.private("questionnaire")
    # A guest sees what the authority that let it in asks of its company, for reading only (0020).
    op.execute(
        "CREATE POLICY questionnaire_guest ON questionnaire FOR SELECT USING (app_guest() IS NOT NULL AND EXISTS ("
        "SELECT 1 FROM guest_access g WHERE g.id = app_guest() AND g.owner_id = questionnaire.owner_id"
        " AND g.supplier_id = questionnaire.supplier_id))"
    )
    op.create_table(
        "questionnaire_answer",
        sa.Column("questionnaire_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"],
            ["questionnaire.id"],
            name=op.f("fk_questionnaire_answer_questionnaire_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("questionnaire_id", "code", name=op.f("pk_questionnaire_answer")),
    )
    rls.child("questionnaire_answer", "questionnaire_id", "questionnaire")
