"""Files and the malware scanner: a server that speaks clamd's INSTREAM, as it answers, fails and hangs up."""

import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError
from sqlalchemy import func, select
from structlog.testing import capture_logs

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.errors import BadInput
from portal.evidence import scanning
from portal.evidence.models import EvidenceItem, FileBlob
from portal.evidence.services import store_file
from portal.settings import Settings, get_settings
from portal.sources.services.requests import upload_list

BAD = b"a test file that a scanner is made to know"
PDF = "application/pdf"


class Clamd(socketserver.ThreadingTCPServer):
    """A scanner that finds BAD, or answers what `answer` says."""

    daemon_threads = True
    answer: bytes | None = None
    got = 0


class UnixClamd(socketserver.ThreadingUnixStreamServer):
    """The same on a socket."""

    daemon_threads = True
    answer: bytes | None = None
    got = 0


class Handler(socketserver.BaseRequestHandler):
    """One exchange."""

    server: Clamd | UnixClamd

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


def test_where_the_scanner_is_not_required_its_finding_still_counts(
    clamd: Clamd, keep: Callable[[bytes], UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAMAV_REQUIRED", "false")
    get_settings.cache_clear()
    with pytest.raises(BadInput, match="Test-Signature"):
        keep(BAD)
    clamd.answer = b""
    with capture_logs() as logged:
        assert keep(b"%PDF- clean")
    assert [(one["log_level"], one["kept"]) for one in logged] == [("error", True)]


def test_whoever_runs_it_is_told_that_a_file_was_refused(clamd: Clamd, keep: Callable[[bytes], UUID]) -> None:
    clamd.answer = b""
    with capture_logs() as logged, pytest.raises(scanning.NotChecked):
        keep(b"%PDF- clean")
    assert [(one["log_level"], one["kept"]) for one in logged] == [("error", False)]


@pytest.mark.parametrize("address", ["clamav", "clamav:", "sockets/clamd.sock", "clamav:3310 "])
def test_an_address_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("CLAMAV_ADDRESS", address)
    with pytest.raises(ValidationError, match="clamav_address"):
        Settings()


def test_a_socket_and_an_address_of_version_6(clamd: Clamd, tmp_path: Path) -> None:
    with UnixClamd(str(tmp_path / "s"), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        assert scanning.finding_in(BAD, str(tmp_path / "s")) == "Test-Signature"
        assert scanning.finding_in(b"clean", str(tmp_path / "s")) is None
        server.shutdown()
    with pytest.raises(ConnectionRefusedError):  # it was understood, and nobody is there
        scanning.finding_in(b"clean", "[::1]:1")


def test_an_answer_letter_by_letter_takes_no_longer_than_one_at_once(
    clamd: Clamd, keep: Callable[[bytes], UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "TIMEOUT", 0.5)

    def drip(handler: Handler) -> None:
        for _letter in range(40):
            handler.request.sendall(b"x")
            time.sleep(0.1)

    monkeypatch.setattr(Handler, "handle", drip)
    monkeypatch.setattr(Clamd, "handle_error", lambda *_: None)  # who asked has gone
    started = time.monotonic()
    with pytest.raises(scanning.NotChecked):
        keep(b"%PDF- clean")
    assert time.monotonic() - started < 2


def test_a_list_that_an_operator_uploads_is_checked_too(clamd: Clamd, acting: Callable[[str], Actor]) -> None:
    operator = acting("operator")
    with pytest.raises(BadInput, match="Test-Signature"), db.transaction():
        upload_list(operator, "rmap", content=BAD, filename="list.csv", as_of=today())
    assert db.session.scalar(select(func.count()).select_from(FileBlob)) == 0


def test_a_scanner_that_says_nothing_is_given_up(
    clamd: Clamd, keep: Callable[[bytes], UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "TIMEOUT", 0.2)
    release = threading.Event()
    monkeypatch.setattr(Handler, "handle", lambda _self: release.wait(10))
    with pytest.raises(BadInput, match="cannot be checked"):
        keep(b"%PDF- clean")
    release.set()
