"""Hostile and unreadable files of SHARED_DATA: refused in the sandbox, in time, with one clear sentence each."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from portal.declarations.check import check_file
from portal.declarations.reading.unreadable import Unreadable
from tests.portal.declarations.expected import FOLDER, JUDGED_ON, expected, named, reference

pytestmark = pytest.mark.usefixtures("shared_data")

REFUSED = named(
    "reject",
    "reject_or_bounded",
    "reject_or_map_by_content",
    "reject_or_accept_without_macro",
    "reject_or_ignore_entity",
    "reject_or_accept_legacy",
)


def refused(name: str) -> Unreadable:
    """The refusal of a file."""
    file = FOLDER / str(expected(name)["file"])
    with pytest.raises(Unreadable) as caught:
        check_file(file, file.name, JUDGED_ON, reference())
    return caught.value


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_files_are_refused_in_time_with_the_expected_reason(name: str):
    start = time.monotonic()
    error = refused(name)

    assert error.code in expected(name).get("acceptable_reasons", [expected(name)["reason"]])
    assert error.message.endswith(".")
    assert error.remedy
    assert str(expected(name)["file"]) in (error.place or "")
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("neg-smelter-list-removed", ("Smelter List", "CMRT 6.5")),
        ("legacy-cmrt-3.01", ("CMRT revision 3.01", "6.6")),
        ("neg-200k-smelters", ("20000", "2,500")),
        ("neg-column-inserted.sw", ("CMRT 6.5", "rows or columns were moved")),
    ],
)
def test_what_is_wrong_is_named(name: str, words: tuple[str, ...]):
    for word in words:
        assert word in str(refused(name))


@pytest.fixture
def listener() -> Iterator[list[object]]:
    """Connections to the discard port, where the hostile file points; none may come."""
    seen: list[object] = []
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", 9))
        except OSError:
            pytest.skip("port 9 cannot be listened to here")
        server.listen()
        server.settimeout(2)

        def accept() -> None:
            with suppress(OSError):
                seen.append(server.accept()[1])

        thread = threading.Thread(target=accept)
        thread.start()
        yield seen
        thread.join()


def test_external_entities_are_neither_read_nor_fetched(listener: list[object]):
    canary = Path("/tmp/decl-xxe-canary.txt")  # noqa: S108 - the hostile file names this very path
    canary.write_text("CANARY-7f3a")
    try:
        error = refused("neg-xxe")
    finally:
        canary.unlink()

    assert "CANARY" not in repr(error) + str(error) + repr(error.params)
    assert listener == []
