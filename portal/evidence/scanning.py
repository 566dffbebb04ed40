"""Asking ClamAV about each file before it is kept, where an installation has one (clamd's INSTREAM, TCP or socket).

A file that cannot be checked is not kept: who runs a scanner wants no unchecked file.
"""

import socket
import struct

import structlog
from flask_babel import gettext as _

from portal.errors import BadInput
from portal.settings import get_settings

TIMEOUT = 20.0  # seconds for each step of the exchange
PIECE = 2**16  # bytes
LONGEST_ANSWER = 1024

log = structlog.get_logger(__name__)


class NotScanned(Exception):
    """The scanner is not there, or said nothing that can be understood."""


def check_file(content: bytes, *, field: str = "file") -> None:
    """Raise BadInput for a file in which the scanner finds something, and for one that it cannot check now."""
    address = get_settings().clamav_address
    if not address:
        return
    try:
        found = finding_in(content, address)
    except (OSError, NotScanned) as error:
        log.error("a file could not be checked for malware", scanner=address, error=f"{type(error).__name__}: {error}")
        raise BadInput(
            _("The file cannot be checked for malware now, so it is not kept."),
            field=field,
            remedy=_("Try again in a few minutes. If it stays so, tell whoever runs the portal."),
        ) from None
    if found:
        log.warning("malware was found in a file", finding=found, size=len(content))
        raise BadInput(
            _("Malware was found in this file (%(name)s), so it is not kept.", name=found),
            field=field,
            remedy=_("Tell whoever sent it to you, and your own security officer."),
        )


def finding_in(content: bytes, address: str) -> str | None:
    """The name of what clamd finds in the bytes; None where it finds nothing. Raises OSError and NotScanned.

    `address` is “host:port”, or the path of a socket.
    """
    with _connected(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            connection.sendall(struct.pack("!L", len(piece)) + piece)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            more = connection.recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
    said = answer.rstrip(b"\0").decode("utf-8", "replace").removeprefix("stream:").strip()
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")[:100]
    raise NotScanned(said[:200] or "no answer")


def _connected(address: str) -> socket.socket:
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal():
        return socket.create_connection((host, int(port)), timeout=TIMEOUT)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(TIMEOUT)
    try:
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection
