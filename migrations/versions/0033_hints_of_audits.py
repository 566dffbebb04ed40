"""An owner may let members know that something is planned at a supplier, and they may ask to be connected."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("joint_audit", sa.Column("hinted", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "audit_ask",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["joint_audit.id"], name=op.f("fk_audit_ask_audit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_audit_ask_authority_id")),
        sa.PrimaryKeyConstraint("audit_id", "authority_id", name=op.f("pk_audit_ask")),
    )
    # Who asked does not learn by its own row which audit it was.
    rls.policies(
        "audit_ask",
        select="EXISTS (SELECT 1 FROM joint_audit a WHERE a.id = audit_id AND app_owns(a.owner_id))",
        write="app_is_system()",
    )
    rls.append_only("audit_ask")
