"""A saved e-mail read apart: its own headers, and the files attached to it. Pure, and bounded in what it reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import cast

MOST_PARTS = 200
MOST_HEADER = 500  # characters of a header that are kept


class UnreadableMail(ValueError):
    """The file is no e-mail that can be taken apart."""


@dataclass(frozen=True)
class Mail:
    """`date` is ISO 8601, empty where it cannot be read. `attached` are (file name, content)."""

    subject: str
    date: str
    message_id: str
    in_reply_to: str
    attached: Sequence[tuple[str, bytes]]


def read_mail(content: bytes) -> Mail:
    """Take an e-mail apart. Raises UnreadableMail for broken ones, and for more parts than a person attaches."""
    try:
        message = message_from_bytes(content, policy=default)
        attached = []
        for count, part in enumerate(message.walk()):
            if count >= MOST_PARTS:
                raise UnreadableMail
            name = part.get_filename()
            if name and not part.is_multipart():
                attached.append((name, cast(bytes, part.get_payload(decode=True) or b"")))
        return Mail(
            subject=_header(message, "Subject"),
            date=_day(_header(message, "Date")),
            message_id=_header(message, "Message-ID"),
            in_reply_to=_header(message, "In-Reply-To"),
            attached=attached,
        )
    except UnreadableMail:
        raise
    except Exception as error:  # the parser of the standard library fails in many ways on broken mails
        raise UnreadableMail from error


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(plain(str(message.get(name, ""))).split())[:MOST_HEADER]


def plain(text: str) -> str:
    """The text without what a database cannot hold or a person cannot see: NUL, controls, halves of characters."""
    return "".join(one for one in text if one in "\n\t" or one.isprintable()).encode("utf-8", "ignore").decode()


def _day(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, OverflowError):
        return ""
