"""Which port the web server takes, and what is said when it cannot."""

import socket

import pytest

from portal.embedded import ports
from portal.embedded.errors import EmbeddedError


def test_takes_the_next_free_port_when_the_usual_one_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port >= 8002)

    assert ports.web_port({}) == 8002


def test_a_port_asked_for_and_busy_is_refused_with_another_one_named() -> None:
    with socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        busy = taken.getsockname()[1]

        with pytest.raises(EmbeddedError, match=rf"Port {busy} is in use.*make run PORT=\d+"):
            ports.web_port({"PORT": str(busy)})


@pytest.mark.parametrize("wanted", ["http", "-1", "0", "65536", "80 80", "\uff18\uff10"])
def test_what_is_no_port_number_is_refused(wanted: str) -> None:
    with pytest.raises(EmbeddedError, match="no port number"):
        ports.web_port({"PORT": wanted})


def test_a_free_port_asked_for_is_taken() -> None:
    free = ports.free_port()

    assert ports.web_port({"PORT": str(free)}) == free
