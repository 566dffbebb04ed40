"""Downloading a stored file."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from portal.access.permissions import Permission
from portal.evidence import queries
from portal.web.guard import actor, requires

bp = Blueprint("evidence", __name__)


@bp.get("/files/<uuid:evidence_id>")
@requires(Permission.READ_EVIDENCE)
def download(evidence_id: UUID) -> ResponseReturnValue:
    """The file as it was received, always as a download and never shown in place."""
    item = queries.get_evidence(actor(), evidence_id)
    return send_file(
        BytesIO(queries.content_of(item.sha256)),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=item.filename,
    )
