"""Who attends an audit: nobody is booked twice, and a booking ends when its days or its audit do.

A booking is seen by who made it and by the audit's lead alone, and each authority books its own people and auditors
alone: so what a refused booking tells, its own authority knows anyway (docs/adr/0020).
"""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

# The triggers free bookings of all authorities, whoever moves the days.
FREE = """
CREATE FUNCTION free_audit_bookings(the_audit uuid, only_of uuid, first date, last date) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE scope text := coalesce(current_setting('app.system', true), '');
BEGIN
  PERFORM set_config('app.system', 'on', true);
  UPDATE audit_booking SET active = false
   WHERE audit_id = the_audit AND active AND (only_of IS NULL OR authority_id = only_of)
     AND NOT (coalesce(starts_on >= first, false) AND coalesce(ends_on <= last, false));
  PERFORM set_config('app.system', scope, true);
END $$;
CREATE FUNCTION audit_date_frees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM free_audit_bookings(NEW.audit_id, NULL, NEW.starts_on, NEW.ends_on);
  RETURN NULL;
END $$;
CREATE TRIGGER audit_date_frees AFTER UPDATE ON audit_date
  FOR EACH ROW EXECUTE FUNCTION audit_date_frees();
CREATE FUNCTION audit_state_frees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM free_audit_bookings(NEW.id, NULL, NULL, NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER audit_state_frees AFTER UPDATE OF state ON joint_audit
  FOR EACH ROW WHEN (NEW.state IN ('refused', 'postponed', 'cancelled')) EXECUTE FUNCTION audit_state_frees();
CREATE FUNCTION audit_answer_frees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM free_audit_bookings(NEW.audit_id, NEW.authority_id, NULL, NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER audit_answer_frees AFTER UPDATE OF answer ON audit_participant
  FOR EACH ROW WHEN (NEW.answer <> 'joined') EXECUTE FUNCTION audit_answer_frees();
"""


def upgrade() -> None:
    op.create_table(
        "auditor",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_auditor_name")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_auditor_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor")),
    )
    op.create_index("uq_auditor_owner_id_name", "auditor", ["owner_id", sa.text("lower(name)")], unique=True)
    op.create_table(
        "audit_booking",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("auditor_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(user_id IS NULL) <> (auditor_id IS NULL)", name=op.f("ck_audit_booking_who")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_audit_booking_days")),
        sa.ForeignKeyConstraint(
            ["audit_id", "authority_id"],
            ["audit_participant.audit_id", "audit_participant.authority_id"],
            name=op.f("fk_audit_booking_audit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audit_booking_user_id")),
        sa.ForeignKeyConstraint(["auditor_id"], ["auditor.id"], name=op.f("fk_audit_booking_auditor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_booking")),
    )
    op.create_index(op.f("ix_audit_booking_user_id"), "audit_booking", ["user_id"])
    op.create_index(op.f("ix_audit_booking_auditor_id"), "audit_booking", ["auditor_id"])
    op.create_index("ix_audit_booking_audit_id", "audit_booking", ["audit_id", "authority_id"])
    for who in ("user", "auditor"):
        op.execute(
            f"ALTER TABLE audit_booking ADD CONSTRAINT ex_audit_booking_{'person' if who == 'user' else who}"
            f" EXCLUDE USING gist ({who}_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)"
            f" WHERE (active AND {who}_id IS NOT NULL)"
        )
    op.create_table(
        "audit_invitation",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("off", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('due', 'sending', 'sent', 'failed')", name=op.f("ck_audit_invitation_state")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_audit_invitation_days")),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["joint_audit.id"], name=op.f("fk_audit_invitation_audit_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_audit_invitation_user_id")),
        sa.PrimaryKeyConstraint("audit_id", "user_id", name=op.f("pk_audit_invitation")),
    )
    op.create_index(op.f("ix_audit_invitation_user_id"), "audit_invitation", ["user_id"])
    rls.private("auditor")
    leads = "EXISTS (SELECT 1 FROM joint_audit a WHERE a.id = audit_id AND app_owns(a.owner_id))"
    rls.policies("audit_booking", select=f"app_owns(authority_id) OR {leads}", write="app_owns(authority_id)")
    rls.policies("audit_invitation", select="app_is_system()", write="app_is_system()")
    op.execute(FREE)
