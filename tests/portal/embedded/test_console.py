"""What the log on the screen looks like."""

import io
import json
from pathlib import Path

from portal.embedded.console import Console, readable


def test_lines_stand_under_the_name_of_their_process(tmp_path: Path) -> None:
    screen = io.StringIO()
    console = Console(["web", "worker"], screen, tmp_path)

    console.line("web", "Listening")
    console.line("worker", "ready")
    console.close()

    assert screen.getvalue() == "web    | Listening\nworker | ready\n"


def test_records_are_sentences_on_the_screen_and_whole_in_the_file(tmp_path: Path) -> None:
    record = json.dumps({"event": "sync ended", "level": "warning", "logger": "worker.relay", "rows": 12})
    screen = io.StringIO()
    console = Console(["worker"], screen, tmp_path)

    console.line("worker", record)
    console.close()

    assert screen.getvalue() == "worker | warning sync ended rows=12\n"
    assert (tmp_path / "worker.log").read_text() == record + "\n"


def test_a_failure_shows_its_trace() -> None:
    text, loud = readable(json.dumps({"event": "task failed", "level": "error", "exception": "Traceback\n  line"}))

    assert loud
    assert text == "error task failed\nTraceback\n  line"


def test_what_only_looks_like_a_record_is_shown_as_it_is() -> None:
    assert readable("{not json") == ("{not json", False)
