"""Which files people may attach, and how one tells their kind: the name and the first bytes must agree. Pure."""

import re

MOST_BYTES = 10 * 1024 * 1024  # of one file
MAIL = "message/rfc822"

# How a file of each kind begins. Office files are zip archives; which one it is says only the name.
_ZIP = b"PK\x03\x04"
_BEGINNINGS = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "xlsx": _ZIP,
    "docx": _ZIP,
}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# A mail begins with header lines, one of which says from whom or when it is.
_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n")
_OF_A_MAIL = re.compile(rb"^(?:from|date|received):", re.I | re.M)
_HEAD = 262_144  # bytes in which all headers stand


def ending_of(filename: str | None) -> str:
    """What stands after the last dot, in lower case."""
    return (filename or "").rpartition(".")[2].lower()


def media_type_of(filename: str | None, content: bytes) -> str | None:
    """The media type of a file whose name and beginning agree and that is of a kind we take; None otherwise."""
    ending = ending_of(filename)
    beginning = _BEGINNINGS.get(ending)
    return MEDIA_TYPES[ending] if beginning and content.startswith(beginning) else None


def is_mail(filename: str | None, content: bytes) -> bool:
    """A saved e-mail (.eml, RFC 5322)."""
    head = _HEADERS.match(content[:_HEAD]) if ending_of(filename) == "eml" else None
    return bool(head and _OF_A_MAIL.search(head[0]))
