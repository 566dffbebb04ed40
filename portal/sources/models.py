"""External sources: their settings, each run with what it read, and the rows of the snapshots."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class Source(Base):
    """What operators may set of a source; what it is and means stands in sources/catalogue.py."""

    __tablename__ = "source"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    url: Mapped[str | None] = mapped_column(Text)
    enabled: Mapped[bool] = mapped_column(default=False)
    interval_hours: Mapped[int] = mapped_column(default=24)
    next_run_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("interval_hours BETWEEN 1 AND 8784", name="interval_hours"),
        CheckConstraint("NOT enabled OR url IS NOT NULL", name="enabled_has_url"),
    )


class SyncRun(Base):
    """One reading of a source: the bytes' hash, the rows, the difference to the last good run, and the decision."""

    __tablename__ = "sync_run"

    id: Mapped[UuidKey]
    source_code: Mapped[str] = mapped_column(ForeignKey("source.code"))
    state: Mapped[str] = mapped_column(String(10))
    trigger: Mapped[str] = mapped_column(String(10))
    requested_by: Mapped[UUID | None]
    filename: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    as_of: Mapped[date]  # the day the list speaks of
    sha256: Mapped[str | None] = mapped_column(ForeignKey("file_blob.sha256"), index=True)
    http_status: Mapped[int | None] = mapped_column(SmallInteger)
    etag: Mapped[str | None] = mapped_column(Text)
    parser: Mapped[str | None] = mapped_column(String(16))  # the version of the reading rules
    rows_read: Mapped[int] = mapped_column(Integer, default=0)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    # Large where much changed, so lists of runs leave them unread.
    rejects: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, deferred=True)
    diff: Mapped[dict[str, list[dict[str, Any]]]] = mapped_column(JSONB, default=dict, deferred=True)
    previous_run_id: Mapped[UUID | None] = mapped_column(ForeignKey("sync_run.id"))
    reason: Mapped[str | None] = mapped_column(Text)  # code of why it is held, failed or rejected
    reason_params: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    decided_by: Mapped[UUID | None]
    decision_note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("state IN ('queued', 'held', 'applied', 'unchanged', 'rejected', 'failed')", name="state"),
        CheckConstraint("trigger IN ('upload', 'fetch', 'schedule', 'command')", name="trigger"),
        CheckConstraint("state NOT IN ('held', 'failed') OR reason IS NOT NULL", name="reason"),
        Index("ix_sync_run_source_code_created_at", "source_code", "created_at"),
        # At most one list of a source waits for an operator; a newer one takes its place.
        Index("uq_sync_run_held", "source_code", unique=True, postgresql_where=text("state = 'held'")),
    )


class SnapshotRow(Base):
    """One row of the list that is shown of a source: what the next list is compared with.

    The source is no foreign key, which the database would check for each of 50,000 rows: they are only written by a run
    of that source, which has one.
    """

    __tablename__ = "snapshot_row"

    source_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    facility_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    metal: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    raw_status: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(24))
    audit_date: Mapped[date | None]
    cycle_years: Mapped[int | None] = mapped_column(SmallInteger)
    cross_recognised: Mapped[str | None] = mapped_column(Text)


class ListAbsence(Base):
    """A facility that was on an earlier list of a source and is not on the one that is shown.

    It waits here until a list of a later day lacks it too; who comes back leaves.
    """

    __tablename__ = "list_absence"

    source_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    facility_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    metal: Mapped[str] = mapped_column(String(20), primary_key=True)
