"""The whole course of a joint audit: its states and dates; a draft is seen by its owner alone.

An audit that was `held` becomes `report_review`: its visit took place, in its window as far as was known. That the
report was shared, that a plan was agreed or that all is done was never written down, so `closed` would claim too much.
The lead says when the report was shared and goes on from there.
"""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

DAYS = (
    "notice_on",
    "confirmed_on",
    "fieldwork_from",
    "fieldwork_to",
    "report_on",
    "remarks_on",
    "plan_on",
    "follow_up_on",
    "closed_on",
)

# At the end of each transaction: the shares are those of the payers and total the whole, or there are none. Two
# transactions about one audit wait for each other here, so that the second sees what the first has done.
SHARES_TOTAL = """
CREATE FUNCTION audit_shares_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  the_audit uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.audit_id ELSE NEW.audit_id END;
  whole bigint;
  points bigint;
  money bigint;
  strangers bigint;
  scope text := coalesce(current_setting('app.system', true), '');
BEGIN
  PERFORM set_config('app.system', 'on', true);  -- all shares count, also those that the writer does not see
  PERFORM pg_advisory_xact_lock(hashtextextended('audit_shares_total ' || the_audit, 0));
  SELECT cost_minor INTO whole FROM audit_cost WHERE audit_id = the_audit AND settled;
  SELECT coalesce(sum(basis_points), 0), coalesce(sum(cost_minor), 0) INTO points, money
    FROM audit_share WHERE audit_id = the_audit;
  SELECT count(*) INTO strangers FROM (
      SELECT authority_id FROM audit_participant
       WHERE audit_id = the_audit AND role <> 'observer' AND answer = 'joined' AND whole IS NOT NULL
    ) payer FULL JOIN (SELECT authority_id FROM audit_share WHERE audit_id = the_audit) share USING (authority_id)
    WHERE payer.authority_id IS NULL OR share.authority_id IS NULL;
  PERFORM set_config('app.system', scope, true);
  IF strangers > 0 OR (whole IS NOT NULL AND (points <> 10000 OR money <> whole)) THEN
    RAISE EXCEPTION 'the shares of audit % do not total the whole among those who pay', the_audit
      USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_shares_total';
  END IF;
  RETURN NULL;
END $$;
"""


def upgrade() -> None:
    _course()
    _shares()
    _leading()
    _interests()


def _course() -> None:
    op.alter_column("joint_audit", "state", type_=sa.String(13), existing_nullable=False)
    for name in DAYS:
        op.add_column("joint_audit", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("joint_audit", sa.Column("remarks", sa.Text(), nullable=True))
    op.drop_constraint(op.f("ck_joint_audit_state"), "joint_audit", type_="check")
    op.execute("SELECT set_config('app.system', 'on', true)")
    op.execute(
        "UPDATE joint_audit SET state = 'report_review', fieldwork_from = starts_on, fieldwork_to = ends_on"
        " WHERE state = 'held'"
    )
    op.execute("SELECT set_config('app.system', '', true)")
    _check(
        "state",
        "state IN ('draft', 'proposed', 'planned', 'notified', 'confirmed', 'fieldwork', 'report_review',"
        " 'plan_agreed', 'follow_up', 'closed', 'refused', 'postponed', 'cancelled')",
    )
    _check("notice", "state NOT IN ('notified', 'confirmed') OR notice_on IS NOT NULL")
    _check(
        "fieldwork",
        "state NOT IN ('report_review', 'plan_agreed', 'follow_up', 'closed')"
        " OR (fieldwork_from IS NOT NULL AND fieldwork_to IS NOT NULL)",
    )
    _check("report", "state NOT IN ('plan_agreed', 'follow_up', 'closed') OR report_on IS NOT NULL")
    _check("fieldwork_order", "fieldwork_to >= fieldwork_from")
    _check("remarks", "remarks IS NULL OR remarks_on IS NOT NULL")
    op.drop_constraint("ex_joint_audit_site_window", "joint_audit", type_="unique")
    op.execute(
        "ALTER TABLE joint_audit ADD CONSTRAINT ex_joint_audit_site_window EXCLUDE USING gist"
        " (site_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)"
        " WHERE (state NOT IN ('draft', 'refused', 'postponed', 'cancelled'))"
    )
    op.execute("DROP POLICY joint_audit_select ON joint_audit")
    op.execute(
        "CREATE POLICY joint_audit_select ON joint_audit FOR SELECT"
        " USING (app_sees(owner_id, audience, named_ids) AND (state <> 'draft' OR app_owns(owner_id)))"
    )


def _shares() -> None:
    op.create_table(
        "audit_cost",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("way", sa.String(length=14), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.CheckConstraint("cost_minor > 0", name=op.f("ck_audit_cost_cost")),
        sa.CheckConstraint("way IN ('equal', 'contract_value', 'by_hand')", name=op.f("ck_audit_cost_way")),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["joint_audit.id"], name=op.f("fk_audit_cost_audit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_cost")),
    )
    op.create_table(
        "audit_share",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("basis_points BETWEEN 0 AND 10000", name=op.f("ck_audit_share_basis_points")),
        sa.CheckConstraint("cost_minor >= 0", name=op.f("ck_audit_share_cost")),
        _of_participant("audit_share"),
        sa.PrimaryKeyConstraint("audit_id", "authority_id", name=op.f("pk_audit_share")),
    )
    op.create_table(
        "audit_value",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("value_minor > 0", name=op.f("ck_audit_value_value")),
        _of_participant("audit_value"),
        sa.PrimaryKeyConstraint("audit_id", "authority_id", name=op.f("pk_audit_value")),
    )
    # Read by those who take part; written with the system's scope alone, for the shares of all move together.
    for table in ("audit_cost", "audit_share"):
        rls.policies(table, select=_takes_part(table), write="app_is_system()")
    rls.private("audit_value", "authority_id")
    op.execute(SHARES_TOTAL)
    for table in ("audit_cost", "audit_share", "audit_participant"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_shares_total AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_shares_total()"
        )


def _leading() -> None:
    op.add_column("joint_audit", sa.Column("offered_to_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_joint_audit_offered_to_id"), "joint_audit", "authority", ["offered_to_id"], ["id"])
    op.add_column(
        "joint_audit", sa.Column("active_on", sa.Date(), server_default=sa.text("CURRENT_DATE"), nullable=False)
    )
    op.add_column("joint_audit", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.drop_constraint(op.f("ck_audit_participant_answer"), "audit_participant", type_="check")
    op.create_check_constraint(
        op.f("ck_audit_participant_answer"),
        "audit_participant",
        "answer IN ('invited', 'late', 'joined', 'declined')",
    )
    op.create_index(
        "uq_audit_participant_lead",
        "audit_participant",
        ["audit_id"],
        unique=True,
        postgresql_where=sa.text("role = 'lead'"),
    )


def _interests() -> None:
    op.create_table(
        "audit_interest",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("conflict", sa.Text(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("conflict <> ''", name=op.f("ck_audit_interest_conflict")),
        _of_participant("audit_interest"),
        sa.PrimaryKeyConstraint("audit_id", "authority_id", name=op.f("pk_audit_interest")),
    )
    op.create_table(
        "audit_independence",
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["joint_audit.id"], name=op.f("fk_audit_independence_audit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_independence")),
    )
    rls.policies("audit_interest", select=_takes_part("audit_interest"), write="app_owns(authority_id)")
    rls.policies(
        "audit_independence",
        select=_takes_part("audit_independence"),
        write="EXISTS (SELECT 1 FROM joint_audit a WHERE a.id = audit_id AND app_owns(a.owner_id))",
    )


def _takes_part(table: str) -> str:
    return (
        f"app_is_system() OR EXISTS (SELECT 1 FROM audit_participant p WHERE p.audit_id = {table}.audit_id"
        " AND p.authority_id = app_authority())"
    )


def _of_participant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["audit_id", "authority_id"],
        ["audit_participant.audit_id", "audit_participant.authority_id"],
        name=op.f(f"fk_{table}_audit_id"),
        ondelete="CASCADE",
    )


def _check(name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_joint_audit_{name}"), "joint_audit", condition)
