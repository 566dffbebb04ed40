"""Rubrics as versioned data; a published version and its questions never change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0029"
down_revision = "0023"
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


def upgrade() -> None:
    _create_rubric()
    op.execute(_FROZEN)


def _create_rubric() -> None:
    op.create_table(
        "rubric",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
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
