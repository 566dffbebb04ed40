"""Secret addresses of calendar feeds, when an audit was last changed, and its exact days for whoever needs to know."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


KNOWN_BY = """EXISTS (SELECT 1 FROM joint_audit a WHERE a.id = audit_date.audit_id AND (
  app_owns(a.owner_id) OR a.announcement = 'announced' OR (app_authority() = ANY (audit_date.reader_ids) AND EXISTS (
    SELECT 1 FROM audit_participant p
    WHERE p.audit_id = a.id AND p.authority_id = app_authority() AND p.answer = 'joined'))))"""
LED = "EXISTS (SELECT 1 FROM joint_audit a WHERE a.id = audit_date.audit_id AND app_owns(a.owner_id))"


def upgrade() -> None:
    _create_feeds()
    _create_dates()


def _create_dates() -> None:
    op.add_column(
        "joint_audit",
        sa.Column("announcement", sa.String(length=11), server_default="announced", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_joint_audit_announcement"), "joint_audit", "announcement IN ('announced', 'semi', 'unannounced')"
    )
    op.create_table(
        "audit_date",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reader_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_audit_date_days")),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["joint_audit.id"], name=op.f("fk_audit_date_audit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_date")),
    )
    rls.policies("audit_date", select=KNOWN_BY, write=LED)


def _create_feeds() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_calendar_feed_owner_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_calendar_feed_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_user_id"), "calendar_feed", ["user_id"])
    op.create_index(
        "uq_calendar_feed_living",
        "calendar_feed",
        ["owner_id", "user_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    rls.private("calendar_feed")
    rls.update_only("calendar_feed", "revoked_at")
    # When an audit of before was last changed nobody wrote down: it counts as changed now.
    op.add_column(
        "joint_audit",
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
