"""Contracts of several product groups."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    groups = postgresql.ARRAY(sa.String(length=16))
    op.add_column("contract", sa.Column("more_groups", groups, server_default="{}", nullable=False))
    all_of_them = sa.Computed("array_prepend(product_group, more_groups)", persisted=True)
    op.add_column("contract", sa.Column("groups", groups, all_of_them, nullable=False))
    op.create_check_constraint(op.f("ck_contract_main_group_once"), "contract", "NOT product_group = ANY (more_groups)")
