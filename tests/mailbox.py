"""A mail server on this machine for tests: it keeps letters, refuses them or hangs up as a test wants."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from portal.settings import get_settings
from tests.processes import free_port


class Mailbox:
    """A mail server's hands: keeps letters, refuses while `refusal` is set, hangs up after the letter if `hang_up`."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusal: str | None = None
        self.hang_up = False

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.refusal:
            return self.refusal
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        if self.hang_up:
            server.transport.abort()
        return "250 taken"


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The server, and settings that lead there, for the time of the block."""
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    for name, value in (
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", str(port)),
        ("SMTP_SECURITY", "none"),
        ("PUBLIC_URL", "https://portal.test"),
        ("MAIL_FROM", "portal@portal.test"),
    ):
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    yield box
    controller.stop()
    monkeypatch.undo()
    get_settings.cache_clear()
