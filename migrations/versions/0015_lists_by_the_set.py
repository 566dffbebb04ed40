"""Lists are compared and applied by the database as whole sets; a source is read by one worker at a time; digests."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


# Of the snapshots that were kept run by run, the one that is shown is needed on.
KEEP_SHOWN = """
DELETE FROM snapshot_row s WHERE NOT EXISTS (
  SELECT 1 FROM (
    SELECT DISTINCT ON (source_code) id FROM sync_run WHERE state = 'applied'
    ORDER BY source_code, as_of DESC, finished_at DESC NULLS LAST, id DESC
  ) shown WHERE shown.id = s.run_id)
"""


def upgrade() -> None:
    op.execute(KEEP_SHOWN)
    op.add_column("snapshot_row", sa.Column("source_code", sa.String(length=20), nullable=True))
    op.execute("UPDATE snapshot_row s SET source_code = r.source_code FROM sync_run r WHERE r.id = s.run_id")
    op.drop_constraint("pk_snapshot_row", "snapshot_row", type_="primary")
    op.drop_column("snapshot_row", "run_id")
    op.alter_column("snapshot_row", "source_code", nullable=False)
    op.create_primary_key(op.f("pk_snapshot_row"), "snapshot_row", ["source_code", "facility_id", "metal"])
    op.create_foreign_key(op.f("fk_snapshot_row_source_code"), "snapshot_row", "source", ["source_code"], ["code"])
    op.execute("GRANT UPDATE, DELETE ON snapshot_row TO portal_app")
    _create_work_table("incoming_row", "")
    _create_work_table("list_change", "", "was_")


def _create_work_table(name: str, *values: str) -> None:
    op.create_table(
        name,
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.String(length=20), nullable=False),
        sa.Column("metal", sa.String(length=20), nullable=False),
        *(column for prefix in values for column in _values(prefix)),
        prefixes=["UNLOGGED"],
    )


def _values(prefix: str) -> tuple[sa.Column, ...]:
    return (
        sa.Column(f"{prefix}name", sa.Text(), nullable=True),
        sa.Column(f"{prefix}country", sa.Text(), nullable=True),
        sa.Column(f"{prefix}raw_status", sa.Text(), nullable=True),
        sa.Column(f"{prefix}status", sa.String(length=24), nullable=True),
        sa.Column(f"{prefix}audit_date", sa.Date(), nullable=True),
        sa.Column(f"{prefix}cycle_years", sa.SmallInteger(), nullable=True),
        sa.Column(f"{prefix}cross_recognised", sa.Text(), nullable=True),
    )
