"""Awards that procurement notices speak of, with the winners' numbers; rows are only ever added."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("winner", sa.Text(), nullable=False),
        sa.Column("winner_norm", sa.Text(collation="C"), nullable=False),
        sa.Column("group_size", sa.SmallInteger(), nullable=False),
        sa.Column("cpv", sa.String(length=20), nullable=True),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_award_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("notice_id", "part", name=op.f("uq_award_notice_id_part")),
    )
    op.create_index(op.f("ix_award_run_id"), "award", ["run_id"])
    op.create_index("ix_award_winner_norm", "award", ["winner_norm"])
    rls.append_only("award")
    op.create_table(
        "award_number",
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_number_award_id")),
        sa.PrimaryKeyConstraint("award_id", "scheme", "value", name=op.f("pk_award_number")),
    )
    op.create_index("ix_award_number_scheme_value", "award_number", ["scheme", "value"])
    rls.append_only("award_number")
