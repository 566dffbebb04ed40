"""Contracts of several product groups; frameworks and the contracts called off under them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_groups()
    _add_frameworks()


def _add_groups() -> None:
    groups = postgresql.ARRAY(sa.String(length=16))
    op.add_column("contract", sa.Column("more_groups", groups, server_default="{}", nullable=False))
    all_of_them = sa.Computed("array_prepend(product_group, more_groups)", persisted=True)
    op.add_column("contract", sa.Column("groups", groups, all_of_them, nullable=False))
    op.create_check_constraint(op.f("ck_contract_main_group_once"), "contract", "NOT product_group = ANY (more_groups)")


def _add_frameworks() -> None:
    op.add_column("contract", sa.Column("kind", sa.String(length=9), server_default="contract", nullable=False))
    op.add_column("contract", sa.Column("framework_id", sa.Uuid(), nullable=True))
    # The foreign key takes the kind along: what call-offs refer to is a framework and stays one.
    of_framework = sa.Computed("CASE WHEN framework_id IS NOT NULL THEN 'framework' END", persisted=True)
    op.add_column("contract", sa.Column("framework_kind", sa.String(length=9), of_framework, nullable=True))
    op.create_check_constraint(op.f("ck_contract_kind"), "contract", "kind IN ('contract', 'framework', 'call_off')")
    op.create_check_constraint(
        op.f("ck_contract_call_off_has_framework"), "contract", "(kind = 'call_off') = (framework_id IS NOT NULL)"
    )
    op.create_unique_constraint(op.f("uq_contract_id_kind"), "contract", ["id", "kind"])
    op.create_foreign_key(
        op.f("fk_contract_framework_id"), "contract", "contract", ["framework_id", "framework_kind"], ["id", "kind"]
    )
    op.create_index(op.f("ix_contract_framework_id"), "contract", ["framework_id"])
