"""Findings with their plan, their way, the supplier's reply, and the summary that others may see.

The whole finding is one shared record, its summary another with an audience of its own: so that who sees the summary
never reads a row that holds more.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Uuid

from portal.access.audience import Audience, Shared, shared_constraints
from portal.db import Base, CreatedAt, UuidKey
from portal.findings.rules import ActionState, ProposalState

STATES = "'open', 'plan_agreed', 'in_progress', 'submitted', 'closed', 'reopened'"
SEVERITIES = "'critical', 'major', 'minor', 'risk', 'observation', 'good_practice'"


class Finding(Shared, Base):
    """What an authority found at a supplier. `disclosure` says who may see the summary once it is released.

    `scheme_severity` keeps the words of the audit's scheme beside ours; `submitted_by_id` is who said that it is
    remedied. Due days are inclusive, None where the severity has none. `shown_on`: since when the supplier may see it
    through its access.
    """

    __tablename__ = "finding"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    audit_id: Mapped[UUID | None] = mapped_column(ForeignKey("joint_audit.id"), index=True)
    contract_id: Mapped[UUID | None] = mapped_column(ForeignKey("contract.id"))
    title: Mapped[str] = mapped_column(Text)
    clause: Mapped[str | None] = mapped_column(Text)
    oecd_step: Mapped[int | None] = mapped_column(SmallInteger)
    annex_ii: Mapped[bool]
    severity: Mapped[str] = mapped_column(String(13))
    scheme: Mapped[str | None] = mapped_column(Text)
    scheme_severity: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    summary: Mapped[str | None] = mapped_column(Text)
    disclosure: Mapped[str] = mapped_column(String(8), default=Audience.OWNER)
    disclosed_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")
    found_on: Mapped[date]
    plan_due: Mapped[date | None]
    close_due: Mapped[date | None]
    shown_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(11))
    submitted_by_id: Mapped[UUID | None]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    actions: Mapped[list["CorrectiveAction"]] = relationship(order_by="CorrectiveAction.due_on, CorrectiveAction.id")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        *shared_constraints(),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint(f"severity IN ({SEVERITIES})", name="severity"),
        CheckConstraint("oecd_step BETWEEN 1 AND 5", name="oecd_step"),
        CheckConstraint("disclosure IN ('owner', 'named', 'members')", name="disclosure"),
        CheckConstraint("(disclosure = 'named') = (cardinality(disclosed_ids) > 0)", name="disclosed_ids"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_on"),
        CheckConstraint("state <> 'submitted' OR submitted_by_id IS NOT NULL", name="submitted_by"),
        CheckConstraint("plan_due >= found_on AND close_due >= found_on", name="due_after_found"),
        Index("ix_finding_unfinished", "owner_id", postgresql_where=text("state <> 'closed'")),
    )


class CorrectiveAction(Base):
    """One dated action of the plan; `progress` is the newest word on it."""

    __tablename__ = "corrective_action"

    id: Mapped[UuidKey]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(String(9))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(11), default=ActionState.PLANNED)
    progress: Mapped[str | None] = mapped_column(Text)
    done_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("responsible IN ('supplier', 'authority')", name="responsible"),
        CheckConstraint("state IN ('planned', 'in_progress', 'done', 'dropped')", name="state"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done_on"),
    )


class FindingExtension(Base):
    """More time that a person asked for: for an action, or without one for closing the finding. The old day stays."""

    __tablename__ = "finding_extension"

    id: Mapped[UuidKey]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("corrective_action.id", ondelete="CASCADE"))
    old_due: Mapped[date]
    new_due: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[UUID]
    asked_at: Mapped[CreatedAt]
    approved: Mapped[bool | None]
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("new_due > old_due", name="later"),
        CheckConstraint("decided_by_id <> asked_by_id", name="another_person"),
        CheckConstraint("(approved IS NULL) = (decided_by_id IS NULL)", name="decided"),
        Index("uq_finding_extension_asked", "finding_id", unique=True, postgresql_where=text("approved IS NULL")),
    )


class FindingStep(Base):
    """One step on the finding's way, with who took it; written once and never changed."""

    __tablename__ = "finding_step"

    id: Mapped[UuidKey]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(13))
    taken_on: Mapped[date]
    user_id: Mapped[UUID | None]
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class FindingReminder(Base):
    """A rung of reminders that was reached, once for each day: of the finding, or of one of its actions."""

    __tablename__ = "finding_reminder"

    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(12), primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    rung: Mapped[str] = mapped_column(String(4), primary_key=True)
    created_at: Mapped[CreatedAt]


class FindingEvidence(Base):
    """A file that supports the finding or its remedy."""

    __tablename__ = "finding_evidence"

    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), primary_key=True)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_item.id"), primary_key=True)
    note: Mapped[str | None] = mapped_column(Text)
    action_id: Mapped[UUID | None] = mapped_column(ForeignKey("corrective_action.id"), index=True)
    by_supplier: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[CreatedAt]


class FindingReply(Base):
    """What the supplier says to the finding, in its words; seen by all who see the finding or its summary.

    Never changed: what the supplier writes anew itself replaces (`replaces_id`) what it wrote before, which stays.
    """

    __tablename__ = "finding_reply"

    id: Mapped[UuidKey]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    received: Mapped[str] = mapped_column(String(7))
    received_on: Mapped[date]
    entered_by_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]

    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("finding_reply.id"), unique=True)

    __table_args__ = (
        CheckConstraint("received IN ('mail', 'letter', 'meeting', 'guest')", name="received"),
        CheckConstraint("replaces_id IS NULL OR received = 'guest'", name="replaces"),
    )


class FindingProposal(Base):
    """A plan that the supplier proposes, for the owner alone until it is accepted. Its words are never changed."""

    __tablename__ = "finding_proposal"

    id: Mapped[UuidKey]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(9), default=ProposalState.PROPOSED)
    note: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[CreatedAt]

    actions: Mapped[list["ProposedAction"]] = relationship(order_by="ProposedAction.due_on, ProposedAction.id")

    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'accepted', 'sent_back', 'replaced')", name="state"),
        CheckConstraint("(state IN ('accepted', 'sent_back')) = (decided_by_id IS NOT NULL)", name="decided_by"),
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("state <> 'sent_back' OR answer IS NOT NULL", name="answer"),
        Index("uq_finding_proposal_open", "finding_id", unique=True, postgresql_where=text("state = 'proposed'")),
    )


class ProposedAction(Base):
    """One dated action of a proposed plan."""

    __tablename__ = "proposed_action"

    id: Mapped[UuidKey]
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("finding_proposal.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]


class FindingRelease(Shared, Base):
    """The summary of a finding as others may see it, and as much of its state as the traffic light needs."""

    __tablename__ = "finding_release"

    id: Mapped[UuidKey]
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), unique=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    severity: Mapped[str] = mapped_column(String(13))
    oecd_step: Mapped[int | None] = mapped_column(SmallInteger)
    annex_ii: Mapped[bool]
    summary: Mapped[str] = mapped_column(Text)
    planned: Mapped[bool]
    close_due: Mapped[date | None]
    closed_on: Mapped[date | None]
    released_on: Mapped[date]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        *shared_constraints(),
        CheckConstraint(f"severity IN ({SEVERITIES})", name="severity"),
    )
