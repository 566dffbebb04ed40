"""Joint audits: the owner leads, invited authorities join or decline, and a site is never booked twice."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, String, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import Uuid

from portal.access.audience import Shared, shared_constraints
from portal.db import Base, CreatedAt, UuidKey


class JointAudit(Shared, Base):
    """An audit of a supplier's site in a window of days (both inclusive). `owner_id` is the lead authority."""

    __tablename__ = "joint_audit"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"))
    title: Mapped[str] = mapped_column(Text)
    audit_type: Mapped[str] = mapped_column(String(8))  # office, site
    announcement: Mapped[str] = mapped_column(String(11), default="announced", server_default="announced")
    scope: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    answer_by: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(13))
    state_reason: Mapped[str | None] = mapped_column(Text)
    # Its course, in the order of rules.DAYS. A notice belongs to one plan: planned anew, there is a new one.
    notice_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    fieldwork_from: Mapped[date | None]
    fieldwork_to: Mapped[date | None]
    report_on: Mapped[date | None]
    remarks_on: Mapped[date | None]
    remarks: Mapped[str | None] = mapped_column(Text)
    plan_on: Mapped[date | None]
    follow_up_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    # Handing the lead over, and replacing a lead that does not act (portal/audits/leading).
    offered_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("authority.id"))
    active_on: Mapped[date] = mapped_column(server_default=func.current_date())
    reminded_on: Mapped[date | None]
    # Members that do not see it may know that something is planned at the supplier (portal/audits/connecting).
    hinted: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )

    participants: Mapped[list["AuditParticipant"]] = relationship(
        order_by="AuditParticipant.invited_at", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        *shared_constraints(),
        CheckConstraint("ends_on >= starts_on", name="window"),
        CheckConstraint("audit_type IN ('office', 'site')", name="audit_type"),
        CheckConstraint("announcement IN ('announced', 'semi', 'unannounced')", name="announcement"),
        CheckConstraint(
            "state IN ('draft', 'proposed', 'planned', 'notified', 'confirmed', 'fieldwork', 'report_review',"
            " 'plan_agreed', 'follow_up', 'closed', 'refused', 'postponed', 'cancelled')",
            name="state",
        ),
        CheckConstraint("state NOT IN ('notified', 'confirmed') OR notice_on IS NOT NULL", name="notice"),
        CheckConstraint(
            "state NOT IN ('report_review', 'plan_agreed', 'follow_up', 'closed')"
            " OR (fieldwork_from IS NOT NULL AND fieldwork_to IS NOT NULL)",
            name="fieldwork",
        ),
        CheckConstraint("state NOT IN ('plan_agreed', 'follow_up', 'closed') OR report_on IS NOT NULL", name="report"),
        CheckConstraint("fieldwork_to >= fieldwork_from", name="fieldwork_order"),
        CheckConstraint("remarks IS NULL OR remarks_on IS NOT NULL", name="remarks"),
        ExcludeConstraint(
            (text("site_id"), "="),
            (func.daterange(text("starts_on"), text("ends_on"), text("'[]'")), "&&"),
            name="ex_joint_audit_site_window",
            using="gist",
            where=text("state NOT IN ('draft', 'refused', 'postponed', 'cancelled')"),
        ),
    )


class AuditParticipant(Base):
    """An authority's part in an audit: the lead has joined by proposing, the others answer."""

    __tablename__ = "audit_participant"

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("joint_audit.id", ondelete="CASCADE"), primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(10))
    answer: Mapped[str] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(Text)
    invited_at: Mapped[CreatedAt]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("role IN ('lead', 'co_buyer', 'observer')", name="role"),
        CheckConstraint("answer IN ('invited', 'late', 'joined', 'declined')", name="answer"),
        Index("uq_audit_participant_lead", "audit_id", unique=True, postgresql_where=text("role = 'lead'")),
    )


class AuditDecline(Base):
    """That the supplier said, through its access, that the window of a notice does not suit; for the lead alone."""

    __tablename__ = "audit_decline"

    id: Mapped[UuidKey]
    audit_id: Mapped[UUID] = mapped_column(ForeignKey("joint_audit.id", ondelete="CASCADE"), index=True)
    notice_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class AuditDate(Base):
    """The exact days of an audit in its window, both inclusive, in a row of their own.

    Unless the audit is announced, the database shows them to the lead and to `reader_ids` alone: authorities that
    have joined and need to know. To set them touches nothing of the audit, so that no change of it tells.
    """

    __tablename__ = "audit_date"

    audit_id: Mapped[UUID] = mapped_column(ForeignKey("joint_audit.id", ondelete="CASCADE"), primary_key=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reader_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")

    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="days"),)
