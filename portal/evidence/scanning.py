"""Asking ClamAV about each file before it is kept, where an installation has one (clamd's INSTREAM, TCP or socket).

A file that cannot be checked is not kept, unless the installation says that it rather has it unchecked
(CLAMAV_REQUIRED); the log tells whoever runs it either way.
"""

import socket
import struct
from time import monotonic

import structlog
from flask_babel import gettext as _

from portal.errors import BadInput
from portal.settings import get_settings

TIMEOUT = 20.0  # seconds for the whole exchange, so that no slow answer holds who uploads
PIECE = 2**16  # bytes
LONGEST_ANSWER = 1024

log = structlog.get_logger(__name__)


class NotScanned(Exception):
    """The scanner is not there, or said nothing that can be understood."""


class NotChecked(BadInput):
    """The file itself may be fine: it is to be sent again once the scanner answers."""


def check_file(content: bytes, *, field: str = "file") -> None:
    """Raise BadInput for a file in which the scanner finds something, and NotChecked where it cannot be asked now."""
    settings = get_settings()
    address = settings.clamav_address
    if not address:
        return
    try:
        found = finding_in(content, address)
    except (OSError, NotScanned) as error:
        log.error(
            "a file could not be checked for malware",
            scanner=address,
            error=f"{type(error).__name__}: {error}",
            kept=not settings.clamav_required,
        )
        if not settings.clamav_required:
            return
        raise NotChecked(
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

    `address` is “host:port” ([…] around an IPv6 address), or the whole path of a socket.
    """
    ends = monotonic() + TIMEOUT
    with _connected(address) as connection:
        _send(connection, b"zINSTREAM\0", ends)
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            _send(connection, struct.pack("!L", len(piece)) + piece, ends)
        _send(connection, struct.pack("!L", 0), ends)
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            connection.settimeout(_left(ends))
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


def _send(connection: socket.socket, content: bytes, ends: float) -> None:
    connection.settimeout(_left(ends))
    connection.sendall(content)


def _left(ends: float) -> float:
    """Seconds until `ends`; TimeoutError once it has passed."""
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("the scanner is too slow")
    return left


def _connected(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _colon, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(TIMEOUT)
    try:
        connection.connect(address)
    except BaseException:
        connection.close()
        raise
    return connection
