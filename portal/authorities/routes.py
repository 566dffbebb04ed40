"""The authority's own page: its people by role, and what sharing means."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.access.permissions import Permission
from portal.authorities import queries
from portal.authorities.labels import ROLE_WORDS
from portal.web.guard import actor, requires

bp = Blueprint("authorities", __name__)


@bp.get("/authority")
@requires(Permission.READ_MEMBERS)
def settings() -> ResponseReturnValue:
    """The actor's authority: role titles and roles, and the other members of the network."""
    authority_id = actor().authority_id
    assert authority_id is not None  # READ_MEMBERS is held by members only
    return render_template(
        "authorities/settings.html",
        people=queries.people_of(authority_id),
        authorities=queries.all_authorities(),
        role_words=ROLE_WORDS,
    )
