"""JSON Lines: one object a line, sent while it is read."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, stream_with_context


def json_lines(objects: Iterable[dict[str, Any]]) -> Iterator[str]:
    """One object a line; ids and dates as text."""
    return (json.dumps(one, ensure_ascii=False, default=str) + "\n" for one in objects)


def json_lines_response(objects: Iterable[dict[str, Any]], filename: str) -> Response:
    """Stream objects as a download. They are read while they are sent, so they open db.snapshot()."""
    response = Response(stream_with_context(json_lines(objects)), mimetype="application/jsonl")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
