"""Rubrics that authorities bring themselves, and workbooks of assessments that came back filled in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0036"
down_revision = "0028"
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
