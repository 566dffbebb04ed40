"""One readable log of several processes: each line under its process's name, and in a file of its own too."""

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, TextIO

ROTATE_BYTES = 5_000_000
COLOURS = (36, 35, 32, 33, 34, 96, 95, 92)
RED, DIM = 31, 2
LOUD = {"error", "critical"}


class Console:
    """Where all output of the start command goes."""

    def __init__(self, names: Iterable[str], stream: TextIO, log_dir: Path) -> None:
        self._stream = stream
        self._log_dir = log_dir
        self._colour = stream.isatty() and not os.environ.get("NO_COLOR")
        names = list(names)
        self._width = max(map(len, names), default=0)
        self._colours = dict(zip(names, COLOURS * len(names), strict=False))
        self._files: dict[str, IO[str]] = {}
        log_dir.mkdir(parents=True, exist_ok=True)

    def say(self, text: str) -> None:
        """A line or block of the start command itself."""
        self._print(text)

    def line(self, name: str, raw: str) -> None:
        """A line that the process `name` wrote: as it came into its file, readable onto the screen."""
        file = self._files.get(name) or self._open(name)
        file.write(raw + "\n")
        text, loud = readable(raw)
        if text:
            label = self._paint(f"{name:<{self._width}} |", self._colours.get(name, DIM))
            self._print(f"{label} {self._paint(text, RED) if loud else text}")

    def close(self) -> None:
        """Close the log files."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _print(self, text: str) -> None:
        try:
            print(text, file=self._stream, flush=True)
        except OSError:  # the terminal is closed, or it was `make run | head`: the log files go on
            self._stream = open(os.devnull, "w")  # noqa: SIM115 - for the rest of the run

    def _paint(self, text: str, code: int) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colour else text

    def _open(self, name: str) -> IO[str]:
        path = self._log_dir / f"{name}.log"
        if path.exists() and path.stat().st_size > ROTATE_BYTES:
            path.replace(path.with_suffix(".log.1"))
        file = self._files[name] = path.open("a", buffering=1, errors="replace")
        return file


def readable(raw: str) -> tuple[str, bool]:
    """A line for people, and whether it reports a failure; records become `time level event key=value`."""
    if raw.startswith("{"):
        try:
            record = json.loads(raw)
        except ValueError:
            return raw, False
        if isinstance(record, dict):
            loud = record.get("level") in LOUD
            return _sentence(record), loud
    return raw, raw.startswith("Traceback")


def _sentence(record: dict[str, object]) -> str:
    time = _clock(str(record.pop("timestamp", "")))
    level = str(record.pop("level", ""))
    event = str(record.pop("event", record.pop("message", "")))
    trace = str(record.pop("exception", ""))
    # The logger's name is the module's: of use in a search through the file, noise on the screen.
    record.pop("logger", None)
    details = " ".join(f"{key}={value}" for key, value in record.items() if value is not None)
    first = " ".join(filter(None, (time, "" if level == "info" else level, event, details)))
    return f"{first}\n{trace}" if trace else first


def _clock(timestamp: str) -> str:
    try:
        return datetime.fromisoformat(timestamp).astimezone().strftime("%H:%M:%S")
    except ValueError:
        return timestamp
