"""Versions of the list of conflict-affected areas, where mines are by a declaration, and the matrix of impacts."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SEED = Path(__file__).parent.parent / "seeds" / "impacts.csv"
SEED_REASON = "Came with the portal: what the project's own notes of 2026-11-22 say, with their marks and sources."


def upgrade() -> None:
    _create_cahra()
    op.add_column("smelter_line", sa.Column("listed_country", sa.Text(), nullable=True))
    op.add_column("smelter_line", sa.Column("mine", sa.Text(), nullable=True))
    op.add_column("smelter_line", sa.Column("mine_country", sa.Text(), nullable=True))
    _create_impacts()
    _seed_impacts()


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


def _create_impacts() -> None:
    op.create_table(
        "impact",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("mineral", sa.String(length=24), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("product_groups", sa.ARRAY(sa.String(length=16)), nullable=False),
        sa.Column("countries", sa.ARRAY(sa.String(length=2)), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("impact", sa.Text(), nullable=False),
        sa.Column("verification", sa.String(length=10), nullable=False),
        sa.Column("verified_part", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("verification IN ('verified', 'partly', 'recalled')", name=op.f("ck_impact_verification")),
        sa.CheckConstraint(
            "verification <> 'verified' OR source IS NOT NULL", name=op.f("ck_impact_verified_has_source")
        ),
        sa.CheckConstraint(
            "verification <> 'partly' OR verified_part IS NOT NULL", name=op.f("ck_impact_partly_says_what")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact")),
    )
    op.create_index("ix_impact_mineral", "impact", ["mineral"])
    op.create_table(
        "impact_revision",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("impact_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["impact_id"], ["impact.id"], name=op.f("fk_impact_revision_impact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_revision")),
    )
    op.create_index("uq_impact_revision_number", "impact_revision", ["impact_id", "number"], unique=True)
    rls.append_only("impact_revision")
    op.execute("REVOKE DELETE, TRUNCATE ON impact FROM portal_app")


def _seed_impacts() -> None:
    impact, revision = (_reflected(name) for name in ("impact", "impact_revision"))
    with SEED.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            said = {name: value or None for name, value in line.items()}
            said |= {name: (line[name] or "").split() for name in ("product_groups", "countries")}
            said["source_url"] = None
            row = impact.insert().values(**said, withdrawn=False, version=1).returning(impact.c.id)
            first = {"number": 1, "said": said, "withdrawn": False, "reason": SEED_REASON}
            op.get_bind().execute(revision.insert().values(impact_id=op.get_bind().scalar(row), **first))


def _reflected(name: str) -> sa.Table:
    """The table as this migration has just made it."""
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
