"""Contracts know the notice that they were read from, and imports of notices are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contract", sa.Column("notice_id", sa.Text(), nullable=True))
    op.add_column("contract", sa.Column("notice_part", sa.Text(), nullable=True))
    op.create_unique_constraint(
        "uq_contract_owner_id_notice_id_notice_part", "contract", ["owner_id", "notice_id", "notice_part"]
    )
    op.create_check_constraint(
        op.f("ck_contract_notice_has_part"), "contract", "(notice_id IS NULL) = (notice_part IS NULL)"
    )
    op.create_table(
        "notice_import",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("add_duplicates", sa.Boolean(), nullable=False),
        sa.Column("our_buyers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('uploaded', 'checking', 'checked', 'applying', 'applied', 'failed')",
            name=op.f("ck_notice_import_state"),
        ),
        sa.CheckConstraint("audience IN ('owner', 'members')", name=op.f("ck_notice_import_audience")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_notice_import_evidence_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_notice_import_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_import")),
    )
    op.create_index(op.f("ix_notice_import_owner_id"), "notice_import", ["owner_id"], unique=False)
    rls.private("notice_import")
