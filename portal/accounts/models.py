"""People who sign in. The display name is a role title; the journal knows a person only by id."""

from datetime import datetime

from flask_security.core import UserMixin
from sqlalchemy import Boolean, CheckConstraint, DateTime, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, CreatedAt, UuidKey


class User(Base, UserMixin):
    """An account. `fs_uniquifier` stands in every session: changing it signs out everywhere."""

    __tablename__ = "user_account"

    id: Mapped[UuidKey]  # type: ignore[assignment]  # Flask-Security types it as an integer
    email: Mapped[str] = mapped_column(Text, unique=True)
    password: Mapped[str | None] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    locale: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[CreatedAt]
    signed_in_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)
