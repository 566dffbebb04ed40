"""Versions of the list of conflict-affected areas, where mines are by a declaration, and the matrix of impacts."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_cahra()
    op.add_column("smelter_line", sa.Column("mine", sa.Text(), nullable=True))
    op.add_column("smelter_line", sa.Column("mine_country", sa.Text(), nullable=True))


def _create_cahra() -> None:
    op.create_table(
        "cahra_version",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_cahra_version_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cahra_version")),
        sa.UniqueConstraint("run_id", name=op.f("uq_cahra_version_run_id")),
    )
    op.create_index(op.f("ix_cahra_version_valid_from"), "cahra_version", ["valid_from"])
    op.create_table(
        "cahra_area",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("conflict_affected", sa.Boolean(), nullable=True),
        sa.Column("high_risk", sa.Boolean(), nullable=True),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_cahra_area_country")),
        sa.CheckConstraint(
            "code = country OR code ~ ('^' || country || '-[A-Z0-9]{1,3}$')", name=op.f("ck_cahra_area_code")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["cahra_version.id"], name=op.f("fk_cahra_area_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "code", name=op.f("pk_cahra_area")),
    )
    for table in ("cahra_version", "cahra_area"):
        rls.append_only(table)
