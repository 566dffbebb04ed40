"""Date polls of joint audits. Who may not know the exact days sees no poll either."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

LEADS = "EXISTS (SELECT 1 FROM joint_audit a WHERE a.id = {audit} AND app_owns(a.owner_id))"


def upgrade() -> None:
    op.create_table(
        "audit_poll",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("asked_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("chosen_id IS NULL OR closed_at IS NOT NULL", name=op.f("ck_audit_poll_chosen")),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["joint_audit.id"], name=op.f("fk_audit_poll_audit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_poll")),
    )
    op.create_index(op.f("ix_audit_poll_audit_id"), "audit_poll", ["audit_id"])
    op.create_index(
        "uq_audit_poll_open", "audit_poll", ["audit_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "audit_poll_option",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_audit_poll_option_days")),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["audit_poll.id"], name=op.f("fk_audit_poll_option_poll_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_poll_option")),
    )
    op.create_index(op.f("ix_audit_poll_option_poll_id"), "audit_poll_option", ["poll_id"])
    op.create_table(
        "audit_poll_vote",
        sa.Column("option_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("vote", sa.String(length=5), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("vote IN ('yes', 'maybe', 'no')", name=op.f("ck_audit_poll_vote_vote")),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_audit_poll_vote_authority_id")),
        sa.ForeignKeyConstraint(
            ["option_id"], ["audit_poll_option.id"], name=op.f("fk_audit_poll_vote_option_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("option_id", "authority_id", name=op.f("pk_audit_poll_vote")),
    )
    leads = LEADS.format(audit="audit_id")
    joined = (
        "app_authority() = ANY (asked_ids) AND EXISTS (SELECT 1 FROM audit_participant p"
        " WHERE p.audit_id = audit_poll.audit_id AND p.authority_id = app_authority() AND p.answer = 'joined')"
    )
    rls.policies("audit_poll", select=f"{leads} OR ({joined})", write=leads)
    seen = "EXISTS (SELECT 1 FROM audit_poll p WHERE p.id = poll_id)"
    led = f"EXISTS (SELECT 1 FROM audit_poll p WHERE p.id = poll_id AND {LEADS.format(audit='p.audit_id')})"
    rls.policies("audit_poll_option", select=seen, write=led)
    seen = "EXISTS (SELECT 1 FROM audit_poll_option o WHERE o.id = option_id)"
    rls.policies("audit_poll_vote", select=seen, write=f"app_owns(authority_id) AND {seen}")
