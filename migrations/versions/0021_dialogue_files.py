"""Files of dialogues, seen with their entry; the app's role only marks them as taken off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dialogue_file",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("part_of_id", sa.Uuid(), nullable=True),
        sa.Column("mail", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue_entry.id"], name=op.f("fk_dialogue_file_dialogue_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_dialogue_file_evidence_id")),
        sa.ForeignKeyConstraint(
            ["part_of_id"], ["dialogue_file.id"], name=op.f("fk_dialogue_file_part_of_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dialogue_file")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_dialogue_file_evidence_id")),
    )
    op.create_index(op.f("ix_dialogue_file_dialogue_id"), "dialogue_file", ["dialogue_id"], unique=False)
    op.create_index(op.f("ix_dialogue_file_part_of_id"), "dialogue_file", ["part_of_id"], unique=False)
    rls.child("dialogue_file", "dialogue_id", "dialogue_entry")
    rls.update_only("dialogue_file", "removed_at")
