"""A file that a browser saves."""

from flask import Response


def download(content: bytes, media_type: str, filename: str) -> Response:
    """`filename` has its ending; characters beyond ASCII are taken, too."""
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
