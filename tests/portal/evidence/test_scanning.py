"""Files and the malware scanner: a server that speaks clamd's INSTREAM, as it answers, fails and hangs up."""

import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.errors import BadInput
from portal.evidence import scanning
from portal.evidence.models import EvidenceItem
from portal.evidence.services import store_file
from portal.settings import get_settings

BAD = b"a test file that a scanner is made to know"
PDF = "application/pdf"


class Clamd(socketserver.ThreadingTCPServer):
    """A scanner that finds BAD, or answers what `answer` says."""

    daemon_threads = True
    answer: bytes | None = None
    got = 0


class Handler(socketserver.BaseRequestHandler):
    """One exchange."""

    server: Clamd

    def handle(self) -> None:
        stream = self.request.makefile("rb")
        if stream.read(10) != b"zINSTREAM\0":
            return
        content = b""
        while size := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(size)
        self.server.got = len(content)
        plain = b"stream: Test-Signature FOUND\0" if BAD in content else b"stream: OK\0"
        self.request.sendall(plain if self.server.answer is None else self.server.answer)


@pytest.fixture
def clamd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clamd]:
    with Clamd(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        monkeypatch.setenv("CLAMAV_ADDRESS", f"127.0.0.1:{server.server_address[1]}")
        get_settings.cache_clear()
        yield server
        server.shutdown()
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def keep(acting: Callable[[str], Actor]) -> Callable[[bytes], UUID]:
    officer = acting("stockholm-officer")

    def made(content: bytes) -> UUID:
        with db.transaction():
            return store_file(officer, content=content, filename="a.pdf", media_type=PDF).id

    return made


def kept() -> int:
    return db.session.scalar(select(func.count()).select_from(EvidenceItem)) or 0


def test_a_clean_file_is_kept_and_a_bad_one_is_not(clamd: Clamd, keep: Callable[[bytes], UUID]) -> None:
    large = b"%PDF-" + b"x" * (3 * scanning.PIECE + 7)
    keep(large)
    assert clamd.got == len(large)
    with pytest.raises(BadInput, match="Test-Signature"):
        keep(b"%PDF-" + b"x" * (scanning.PIECE - 20) + BAD)
    assert kept() == 1


@pytest.mark.parametrize(
    "answer", [b"", b"stream: out of memory ERROR\0", b"hello", b"INSTREAM size limit exceeded.\0"]
)
def test_what_is_no_answer_is_no_clean_file(clamd: Clamd, keep: Callable[[bytes], UUID], answer: bytes) -> None:
    clamd.answer = answer
    with pytest.raises(BadInput, match="cannot be checked"):
        keep(b"%PDF- clean")
    assert kept() == 0


def test_without_the_scanner_nothing_is_kept_unchecked(
    keep: Callable[[bytes], UUID], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for address in ("127.0.0.1:1", str(tmp_path / "clamd.sock")):
        monkeypatch.setenv("CLAMAV_ADDRESS", address)
        get_settings.cache_clear()
        with pytest.raises(BadInput, match="cannot be checked"):
            keep(b"%PDF- clean")
    monkeypatch.undo()
    get_settings.cache_clear()
    assert keep(b"%PDF- clean")  # no scanner is set: nothing is asked


def test_a_scanner_that_says_nothing_is_given_up(
    clamd: Clamd, keep: Callable[[bytes], UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "TIMEOUT", 0.2)
    release = threading.Event()
    monkeypatch.setattr(Handler, "handle", lambda _self: release.wait(10))
    with pytest.raises(BadInput, match="cannot be checked"):
        keep(b"%PDF- clean")
    release.set()
