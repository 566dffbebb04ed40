"""Addresses by which mail comes into a dialogue."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dialogue_address",
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"],
            ["dialogue_entry.id"],
            name=op.f("fk_dialogue_address_dialogue_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_dialogue_address_owner_id")),
        sa.PrimaryKeyConstraint("dialogue_id", name=op.f("pk_dialogue_address")),
        sa.UniqueConstraint("token", name=op.f("uq_dialogue_address_token")),
    )
    op.create_index(op.f("ix_dialogue_address_owner_id"), "dialogue_address", ["owner_id"])
    rls.private("dialogue_address")
