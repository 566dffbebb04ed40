"""The whole course of a joint audit: its states and dates; a draft is seen by its owner alone.

An audit that was `held` becomes `report_review`: its visit took place, in its window as far as was known. That the
report was shared, that a plan was agreed or that all is done was never written down, so `closed` would claim too much.
The lead says when the report was shared and goes on from there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
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


def upgrade() -> None:
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


def _check(name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_joint_audit_{name}"), "joint_audit", condition)
