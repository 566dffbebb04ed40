"""Handing a letter to the mail server. It says for certain whether the server took the letter, or that nobody knows."""

import smtplib
import ssl
from email.message import EmailMessage
from enum import StrEnum

from portal.settings import Settings

TIMEOUT = 15.0  # seconds for each answer of the server


class Handed(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    UNKNOWN = "unknown"  # the connection ended after the letter was given: it may be under way


class NotTaken(Exception):
    """The server took nothing: the letter may be sent again."""


def send(letter: EmailMessage, settings: Settings) -> Handed:
    """Send a letter to its one recipient. Raises NotTaken."""
    try:
        server = _connect(settings)
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(_in_short(error)) from error
    try:
        try:
            _expect(server.mail(_address(letter["From"])), 250)
            _expect(server.rcpt(_address(letter["To"])), 250)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(_in_short(error)) from error
        try:
            _expect(server.data(letter.as_bytes()), 250)
        except smtplib.SMTPResponseException as error:
            raise NotTaken(_in_short(error)) from error
        except (OSError, smtplib.SMTPServerDisconnected):
            return Handed.UNKNOWN
        return Handed.SENT
    finally:
        server.close()


def _connect(settings: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=context
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _expect(answer: tuple[int, bytes], code: int) -> None:
    if answer[0] != code:
        raise smtplib.SMTPResponseException(*answer)


def _address(header: object) -> str:
    return str(header.addresses[0].addr_spec)  # type: ignore[attr-defined]


def _in_short(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"[:200]
    return f"{type(error).__name__}: {error}"[:200]
