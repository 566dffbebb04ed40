"""Reminders of findings: a row for each rung that was reached."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "finding_reminder",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.String(length=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_reminder_finding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "what", "due_on", "rung", name=op.f("pk_finding_reminder")),
    )
    op.create_index(op.f("ix_finding_reminder_finding_id"), "finding_reminder", ["finding_id"])
    owned = "EXISTS (SELECT 1 FROM finding f WHERE f.id = finding_id AND app_owns(f.owner_id))"
    rls.policies("finding_reminder", select=owned, write=owned)
    rls.append_only("finding_reminder")
