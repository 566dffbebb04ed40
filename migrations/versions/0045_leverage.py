"""Which authorities let the members know the band of their contracts with a supplier."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "leverage_release",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_leverage_release_owner_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_leverage_release_supplier_id")),
        sa.PrimaryKeyConstraint("owner_id", "supplier_id", name=op.f("pk_leverage_release")),
    )
    op.create_index(op.f("ix_leverage_release_supplier_id"), "leverage_release", ["supplier_id"])
    rls.policies(
        "leverage_release",
        select="app_authority() IS NOT NULL OR app_is_system()",
        write="app_owns(owner_id)",
    )
    op.execute(
        "CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON leverage_release"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )
