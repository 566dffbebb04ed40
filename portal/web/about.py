"""Two pages that the law asks for: the accessibility statement, and what is logged about people's use."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.access.permissions import Permission
from portal.web.guard import requires

bp = Blueprint("about", __name__)


@bp.get("/accessibility")
@requires(Permission.PUBLIC)
def accessibility() -> ResponseReturnValue:
    """How far the portal meets EN 301 549 (WCAG 2.1 AA), and what is not known yet."""
    return render_template("about/accessibility.html")


@bp.get("/logged")
@requires(Permission.PUBLIC)
def logged() -> ResponseReturnValue:
    """What the journal and the logs keep about a person."""
    return render_template("about/logged.html")
