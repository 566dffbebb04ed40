"""Choosing TCP ports on this machine."""

import socket
from collections.abc import Mapping

from portal.embedded.errors import EmbeddedError

HOST = "127.0.0.1"
DEFAULT_WEB_PORT = 8000
TRIED_AFTER_DEFAULT = 50


def free_port() -> int:
    """Any port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server could listen on `port`; ports still cooling down after a stop count as free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def web_port(environment: Mapping[str, str]) -> int:
    """The port that PORT names, or else the first free one from 8000 on."""
    wanted = environment.get("PORT", "")
    if not wanted:
        for port in range(DEFAULT_WEB_PORT, DEFAULT_WEB_PORT + TRIED_AFTER_DEFAULT):
            if is_free(port):
                return port
        last = DEFAULT_WEB_PORT + TRIED_AFTER_DEFAULT - 1
        raise EmbeddedError(f"Ports {DEFAULT_WEB_PORT} to {last} are all in use. Name a free one: make run PORT=9000")
    if not wanted.isascii() or not wanted.isdigit() or not 1 <= int(wanted) <= 65535:
        raise EmbeddedError(f"PORT is {wanted!r}, which is no port number. For example: make run PORT=9000")
    if not is_free(int(wanted)):
        raise EmbeddedError(
            f"Port {wanted} is in use by another program, or needs more rights than you have. "
            f"Name another: make run PORT={free_port()}"
        )
    return int(wanted)
