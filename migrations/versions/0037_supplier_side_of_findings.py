"""What a supplier may see and say of findings and audits: shown or not, its replies, plans, evidence, its no."""

import sqlalchemy as sa
from alembic import op

from migrations import rls

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("shown_on", sa.Date(), nullable=True))
    _extend_replies()
    _extend_evidence()
    _create_proposals()
    _create_declines()


def _extend_replies() -> None:
    op.add_column("finding_reply", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_finding_reply_replaces_id"), "finding_reply", "finding_reply", ["replaces_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_finding_reply_replaces_id"), "finding_reply", ["replaces_id"])
    op.drop_constraint(op.f("ck_finding_reply_received"), "finding_reply")
    op.create_check_constraint(
        op.f("ck_finding_reply_received"), "finding_reply", "received IN ('mail', 'letter', 'meeting', 'guest')"
    )
    op.create_check_constraint(
        op.f("ck_finding_reply_replaces"), "finding_reply", "replaces_id IS NULL OR received = 'guest'"
    )


def _extend_evidence() -> None:
    op.add_column("finding_evidence", sa.Column("action_id", sa.Uuid(), nullable=True))
    op.add_column(
        "finding_evidence", sa.Column("by_supplier", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.create_foreign_key(
        op.f("fk_finding_evidence_action_id"), "finding_evidence", "corrective_action", ["action_id"], ["id"]
    )
    op.create_index(op.f("ix_finding_evidence_action_id"), "finding_evidence", ["action_id"])


def _create_proposals() -> None:
    op.create_table(
        "finding_proposal",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'sent_back', 'replaced')", name=op.f("ck_finding_proposal_state")
        ),
        sa.CheckConstraint(
            "(state IN ('accepted', 'sent_back')) = (decided_by_id IS NOT NULL)",
            name=op.f("ck_finding_proposal_decided_by"),
        ),
        sa.CheckConstraint(
            "(decided_by_id IS NULL) = (decided_at IS NULL)", name=op.f("ck_finding_proposal_decided_at")
        ),
        sa.CheckConstraint("state <> 'sent_back' OR answer IS NOT NULL", name=op.f("ck_finding_proposal_answer")),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_proposal_finding_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_proposal")),
    )
    op.create_index(op.f("ix_finding_proposal_finding_id"), "finding_proposal", ["finding_id"])
    op.create_index(
        "uq_finding_proposal_open",
        "finding_proposal",
        ["finding_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    # For the owner alone, also where others see the whole finding: it is not agreed yet.
    owned = "EXISTS (SELECT 1 FROM finding f WHERE f.id = finding_id AND app_owns(f.owner_id))"
    rls.policies("finding_proposal", select=owned, write=owned)
    rls.update_only("finding_proposal", "state", "answer", "decided_by_id", "decided_at")
    op.create_table(
        "proposed_action",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["finding_proposal.id"],
            name=op.f("fk_proposed_action_proposal_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_action")),
    )
    op.create_index(op.f("ix_proposed_action_proposal_id"), "proposed_action", ["proposal_id"])
    proposed = "EXISTS (SELECT 1 FROM finding_proposal p WHERE p.id = proposal_id)"
    rls.policies("proposed_action", select=proposed, write=proposed)
    rls.append_only("proposed_action")


def _create_declines() -> None:
    op.create_table(
        "audit_decline",
        sa.Column("id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("audit_id", sa.Uuid(), nullable=False),
        sa.Column("notice_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["joint_audit.id"], name=op.f("fk_audit_decline_audit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_decline")),
    )
    op.create_index(op.f("ix_audit_decline_audit_id"), "audit_decline", ["audit_id"])
    owned = "EXISTS (SELECT 1 FROM joint_audit a WHERE a.id = audit_id AND app_owns(a.owner_id))"
    rls.policies("audit_decline", select=owned, write=owned)
    rls.append_only("audit_decline")
