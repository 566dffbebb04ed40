"""Findings with their plan, extensions, steps, evidence, the supplier's reply and the released summary."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import rls

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_finding()
    _create_plan()
    _create_record()
    _create_release()
    _create_reply()


def _follow_merges(table: str) -> None:
    """What is written to a merged supplier lands at its survivor (0006)."""
    op.execute(
        f"CREATE TRIGGER follow_merge_supplier_id BEFORE INSERT OR UPDATE OF supplier_id ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION registry_follow_merge('supplier_id')"
    )


def _create_finding() -> None:
    op.create_table(
        "finding",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("audit_id", sa.Uuid(), nullable=True),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("oecd_step", sa.SmallInteger(), nullable=True),
        sa.Column("annex_ii", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.String(length=13), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=True),
        sa.Column("scheme_severity", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("disclosure", sa.String(length=8), nullable=False),
        sa.Column("disclosed_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("plan_due", sa.Date(), nullable=True),
        sa.Column("close_due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_finding_named_ids")),
        sa.CheckConstraint(
            "(disclosure = 'named') = (cardinality(disclosed_ids) > 0)", name=op.f("ck_finding_disclosed_ids")
        ),
        sa.CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name=op.f("ck_finding_closed_on")),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_finding_audience")),
        sa.CheckConstraint("disclosure IN ('owner', 'named', 'members')", name=op.f("ck_finding_disclosure")),
        sa.CheckConstraint(
            "severity IN ('critical', 'major', 'minor', 'risk', 'observation', 'good_practice')",
            name=op.f("ck_finding_severity"),
        ),
        sa.CheckConstraint("state <> 'submitted' OR submitted_by_id IS NOT NULL", name=op.f("ck_finding_submitted_by")),
        sa.CheckConstraint(
            "state IN ('open', 'plan_agreed', 'in_progress', 'submitted', 'closed', 'reopened')",
            name=op.f("ck_finding_state"),
        ),
        sa.CheckConstraint("oecd_step BETWEEN 1 AND 5", name=op.f("ck_finding_oecd_step")),
        sa.CheckConstraint("plan_due >= found_on AND close_due >= found_on", name=op.f("ck_finding_due_after_found")),
        sa.ForeignKeyConstraint(["audit_id"], ["joint_audit.id"], name=op.f("fk_finding_audit_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_finding_contract_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_finding_owner_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_finding_site_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_finding_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index(op.f("ix_finding_audit_id"), "finding", ["audit_id"])
    op.create_index(op.f("ix_finding_owner_id"), "finding", ["owner_id"])
    op.create_index(op.f("ix_finding_supplier_id"), "finding", ["supplier_id"])
    op.create_index("ix_finding_unfinished", "finding", ["owner_id"], postgresql_where=sa.text("state <> 'closed'"))
    _follow_merges("finding")
    rls.shared("finding")


def _create_plan() -> None:
    op.create_table(
        "corrective_action",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(length=9), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=11), nullable=False),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_corrective_action_done_on")),
        sa.CheckConstraint("responsible IN ('supplier', 'authority')", name=op.f("ck_corrective_action_responsible")),
        sa.CheckConstraint(
            "state IN ('planned', 'in_progress', 'done', 'dropped')", name=op.f("ck_corrective_action_state")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_corrective_action_finding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
    )
    op.create_index(op.f("ix_corrective_action_finding_id"), "corrective_action", ["finding_id"])
    rls.child("corrective_action", "finding_id", "finding")
    op.create_table(
        "finding_extension",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("old_due", sa.Date(), nullable=False),
        sa.Column("new_due", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(approved IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_finding_extension_decided")),
        sa.CheckConstraint("decided_by_id <> asked_by_id", name=op.f("ck_finding_extension_another_person")),
        sa.CheckConstraint("new_due > old_due", name=op.f("ck_finding_extension_later")),
        sa.ForeignKeyConstraint(
            ["action_id"], ["corrective_action.id"], name=op.f("fk_finding_extension_action_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_extension_finding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_extension")),
    )
    op.create_index(op.f("ix_finding_extension_finding_id"), "finding_extension", ["finding_id"])
    op.create_index(
        "uq_finding_extension_asked",
        "finding_extension",
        ["finding_id"],
        unique=True,
        postgresql_where=sa.text("approved IS NULL"),
    )
    rls.child("finding_extension", "finding_id", "finding")
    rls.update_only("finding_extension", "approved", "decided_by_id", "decided_at")


def _create_record() -> None:
    op.create_table(
        "finding_step",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=13), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_step_finding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_step")),
    )
    op.create_index(op.f("ix_finding_step_finding_id"), "finding_step", ["finding_id"])
    rls.child("finding_step", "finding_id", "finding")
    rls.append_only("finding_step")
    op.create_table(
        "finding_evidence",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence_item.id"], name=op.f("fk_finding_evidence_evidence_id")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_evidence_finding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("finding_id", "evidence_id", name=op.f("pk_finding_evidence")),
    )
    rls.child("finding_evidence", "finding_id", "finding")
    rls.append_only("finding_evidence")


def _create_release() -> None:
    op.create_table(
        "finding_release",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("severity", sa.String(length=13), nullable=False),
        sa.Column("oecd_step", sa.SmallInteger(), nullable=True),
        sa.Column("annex_ii", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("close_due", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("named_ids", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'named') = (cardinality(named_ids) > 0)", name=op.f("ck_finding_release_named_ids")
        ),
        sa.CheckConstraint("audience IN ('owner', 'named', 'members')", name=op.f("ck_finding_release_audience")),
        sa.CheckConstraint(
            "severity IN ('critical', 'major', 'minor', 'risk', 'observation', 'good_practice')",
            name=op.f("ck_finding_release_severity"),
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_release_finding_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["authority.id"], name=op.f("fk_finding_release_owner_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_finding_release_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_release")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_finding_release_finding_id")),
    )
    op.create_index(op.f("ix_finding_release_owner_id"), "finding_release", ["owner_id"])
    op.create_index(op.f("ix_finding_release_supplier_id"), "finding_release", ["supplier_id"])
    _follow_merges("finding_release")
    rls.shared("finding_release")


def _create_reply() -> None:
    op.create_table(
        "finding_reply",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received", sa.String(length=7), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("received IN ('mail', 'letter', 'meeting')", name=op.f("ck_finding_reply_received")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_reply_finding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_reply")),
    )
    op.create_index(op.f("ix_finding_reply_finding_id"), "finding_reply", ["finding_id"])
    # The supplier's reply stands beside the finding and beside its released summary alike.
    owned = "EXISTS (SELECT 1 FROM finding f WHERE f.id = finding_id AND app_owns(f.owner_id))"
    rls.policies(
        "finding_reply",
        select="EXISTS (SELECT 1 FROM finding f WHERE f.id = finding_reply.finding_id)"
        " OR EXISTS (SELECT 1 FROM finding_release r WHERE r.finding_id = finding_reply.finding_id)",
        write=owned,
    )
    rls.append_only("finding_reply")
