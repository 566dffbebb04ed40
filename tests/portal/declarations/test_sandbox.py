"""Foreign files are parsed in a process of its own, with limits; whatever happens there is one clear error."""

import multiprocessing
import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from portal.declarations.check import check_file
from portal.declarations.reading import sandbox
from portal.declarations.reading.sandbox import LIMITS, read_in_child
from portal.declarations.reading.unreadable import Unreadable
from portal.evidence.sandbox import Limits
from tests.portal.declarations.workbooks import AS_OF, Draft, with_part


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """A good declaration."""
    return Draft().to_bytes()


def test_the_child_reads_what_this_process_reads(workbook: bytes):
    assert read_in_child(workbook) == Draft().read()


def test_refusals_cross_the_border_with_place_and_params():
    with pytest.raises(Unreadable) as caught:
        read_in_child(Draft(without=["Smelter List"]).to_bytes())

    assert (caught.value.code, caught.value.place) == ("sheet_missing", "Smelter List")
    assert caught.value.params["sheet"] == "Smelter List"
    assert caught.value.remedy


def test_a_workbook_that_needs_too_much_memory(workbook: bytes):
    """Cells without addresses escape the check of bounds: the limit of the process holds."""
    wide = '<row r="19999">' + "<c><v>1</v></c>" * 16_384 + "</row></sheetData>"
    data = with_part(workbook, "xl/worksheets/sheet2.xml", lambda xml: xml.replace("</sheetData>", wide))
    with pytest.raises(Unreadable) as caught:
        read_in_child(data)

    assert caught.value.code == "out_of_memory"
    assert caught.value.remedy


def test_time_runs_out(workbook: bytes):
    start = time.monotonic()
    with pytest.raises(Unreadable) as caught:
        read_in_child(workbook, Limits(wall=0.001))

    assert caught.value.code == "timed_out"
    assert time.monotonic() - start < 5


def test_processor_time_runs_out(workbook: bytes):
    with pytest.raises(Unreadable) as caught:
        read_in_child(workbook, Limits(cpu=0))

    assert caught.value.code in ("timed_out", "out_of_memory")


def test_an_answer_that_is_too_long_is_not_read_to_its_end(workbook: bytes):
    with pytest.raises(Unreadable):
        read_in_child(workbook, Limits(answer=100))


@pytest.mark.parametrize("answer", [b"", b"[]", b"{}", b'{"reading": {}}', b'{"refused": {"code": "?"}}', b"\xff"])
def test_an_answer_of_another_form_is_a_damaged_workbook(
    workbook: bytes, answer: bytes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sandbox, "answer_of_child", lambda module, data, limits: answer)
    with pytest.raises(Unreadable) as caught:
        read_in_child(workbook)

    assert caught.value.code == "damaged_workbook"


def test_the_child_sees_nothing_of_our_environment(workbook: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    seen = {}
    real = subprocess.Popen

    def spy(*args, **kwargs):
        seen.update(kwargs["env"])
        return real(*args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", spy)
    read_in_child(workbook)

    assert seen
    assert "secret" not in str(seen)


def test_from_several_threads_at_once(workbook: bytes):
    results: list[int] = []
    threads = [threading.Thread(target=lambda: results.append(len(read_in_child(workbook).rows))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert results == [5, 5, 5, 5]


def _in_worker(data: bytes, answers: "multiprocessing.Queue[int]") -> None:
    answers.put(len(read_in_child(data).rows))


def test_from_a_daemonic_process_as_celery_has_them(workbook: bytes):
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[int] = context.Queue()
    worker = context.Process(target=_in_worker, args=(workbook, answers), daemon=True)
    worker.start()
    try:
        assert answers.get(timeout=60) == 5
    finally:
        worker.join(10)


def test_nothing_is_left_behind(workbook: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        read_in_child(workbook)

    assert list(tmp_path.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == before


def test_check_file_takes_paths_and_bytes_and_names_the_file(workbook: bytes, tmp_path: Path):
    path = tmp_path / "anything.bin"
    path.write_bytes(workbook)

    assert (
        check_file(path, "x.xlsx", AS_OF) == check_file(str(path), "x.xlsx", AS_OF) == check_file(workbook, None, AS_OF)
    )

    path.write_bytes(b"no")
    with pytest.raises(Unreadable) as caught:
        check_file(path, "theirs.xlsx", AS_OF)
    assert str(caught.value).startswith("theirs.xlsx: ")


def test_a_file_over_the_limit_is_not_read_whole(tmp_path: Path):
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(2**33)  # sparse
    with pytest.raises(Unreadable) as caught:
        check_file(path, "huge.xlsx", AS_OF)

    assert caught.value.code == "file_too_large"


def test_reading_and_checking_stay_fast():
    """350 rows in 0.4 s and 5,000 in 1.5 s on a quiet machine; the bounds here allow for a busy one."""
    for rows, seconds in ((350, 2.0), (5000, 6.0)):
        data = Draft(rows=[{"A": "CID900001", "B": "Gold"}] * rows).to_bytes()
        start = time.monotonic()
        assert len(check_file(data, None, AS_OF).lines) == rows
        assert time.monotonic() - start < seconds


def test_the_limits_are_those_that_were_agreed():
    assert (LIMITS.memory, LIMITS.cpu) == (2**30, 10)
