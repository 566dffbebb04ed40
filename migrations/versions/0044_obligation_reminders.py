"""Reminders of obligations: a row for each rung that was reached.

What is late already when this runs is told once, at the rung that it has reached.
"""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "obligation_reminder",
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("rung", sa.String(length=5), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligation.id"],
            name=op.f("fk_obligation_reminder_obligation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("obligation_id", "due_on", "rung", name=op.f("pk_obligation_reminder")),
    )
    owned = "EXISTS (SELECT 1 FROM obligation o WHERE o.id = obligation_id AND app_owns(o.owner_id))"
    rls.policies("obligation_reminder", select=owned, write=owned)
    rls.append_only("obligation_reminder")
