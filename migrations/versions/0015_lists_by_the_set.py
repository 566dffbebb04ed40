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
    # Checked row by row, these keys take as long as the rows themselves. Rows are only written by a run that exists.
    op.drop_constraint("fk_assurance_observation_run_id", "assurance_observation", type_="foreignkey")
    op.execute("ALTER TABLE snapshot_row SET (fillfactor = 80)")  # a changed row finds room beside itself
    op.execute("GRANT UPDATE, DELETE ON snapshot_row TO portal_app")
    _create_work_table("incoming_row", "")
    _create_work_table("list_change", "", "was_")
    _create_digests()


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


def _create_digests() -> None:
    op.create_table(
        "digest_choice",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_digest_choice_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_digest_choice")),
    )
    op.create_table(
        "digest_mail",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("upto", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('due', 'sending', 'sent', 'nothing', 'failed', 'stopped')", name=op.f("ck_digest_mail_state")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_digest_mail_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_mail")),
        sa.UniqueConstraint("user_id", "day", name=op.f("uq_digest_mail_user_id_day")),
    )
