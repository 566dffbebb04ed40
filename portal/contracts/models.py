"""Contracts of one authority with a supplier, as far as the others may know of them, and options to extend them."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.access.audience import Shared, shared_constraints
from portal.db import Base, CreatedAt, UuidKey


class Contract(Shared, Base):
    """An agreement with one buyer. The value is in minor units of its currency (öre, cents).

    A call-off belongs to a framework, which may be another authority's; the database holds that it is one, by
    `framework_kind`. `product_group` is the main one of what is bought; `groups` are all of them, the main one first.
    """

    __tablename__ = "contract"

    id: Mapped[UuidKey]
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("supplier.id"), index=True)
    kind: Mapped[str] = mapped_column(String(9), default="contract", server_default="contract")
    framework_id: Mapped[UUID | None] = mapped_column(index=True)
    framework_kind: Mapped[str | None] = mapped_column(
        String(9), Computed("CASE WHEN framework_id IS NOT NULL THEN 'framework' END", persisted=True)
    )
    number: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    product_group: Mapped[str] = mapped_column(String(16))
    more_groups: Mapped[list[str]] = mapped_column(ARRAY(String(16)), default=list, server_default="{}")
    groups: Mapped[list[str]] = mapped_column(
        ARRAY(String(16)), Computed("array_prepend(product_group, more_groups)", persisted=True)
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    # The notice that it was read from, and which contract of that notice it is: read again, it is the same one.
    notice_id: Mapped[str | None] = mapped_column(Text)
    notice_part: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[CreatedAt]

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        *shared_constraints(),
        UniqueConstraint("owner_id", "number"),
        UniqueConstraint("owner_id", "notice_id", "notice_part"),
        UniqueConstraint("id", "kind"),
        ForeignKeyConstraint(["framework_id", "framework_kind"], ["contract.id", "contract.kind"]),
        CheckConstraint("kind IN ('contract', 'framework', 'call_off')", name="kind"),
        CheckConstraint("(kind = 'call_off') = (framework_id IS NOT NULL)", name="call_off_has_framework"),
        CheckConstraint("NOT product_group = ANY (more_groups)", name="main_group_once"),
        CheckConstraint("(notice_id IS NULL) = (notice_part IS NULL)", name="notice_has_part"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("value_minor >= 0 AND (value_minor IS NULL) = (currency IS NULL)", name="value_has_currency"),
    )


class ContractExtension(Base):
    """An option to let the contract run until a later day. `used_on` is when it was used; seen with the contract."""

    __tablename__ = "contract_extension"

    id: Mapped[UuidKey]
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id", ondelete="CASCADE"))
    until: Mapped[date]
    used_on: Mapped[date | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (UniqueConstraint("contract_id", "until"),)
