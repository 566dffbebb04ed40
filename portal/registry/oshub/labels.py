"""Open Supply Hub in words: what went wrong in asking it, and what its entries do not prove."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.registry.oshub.rules import PlaceState, Problem

STATES = {PlaceState.ACCEPTED: _l("Accepted"), PlaceState.REJECTED: _l("Rejected")}

_LATER = _l("What is shown is from before. Try again later.")
_OPERATOR = _l("What is shown is from before. Tell an operator.")
_PROBLEMS = {
    Problem.TOKEN_REFUSED: (
        _l("Open Supply Hub refused the token of this installation."),
        _l("An operator checks OPENSUPPLYHUB_TOKEN: it may have ended or be mistyped."),
    ),
    Problem.BUSY: (_l("Open Supply Hub has too much to do just now."), _l("Search again in a minute.")),
    Problem.UNREACHABLE: (_l("Open Supply Hub did not answer."), _LATER),
    Problem.HTTP_ERROR: (_l("Open Supply Hub refused the request (status %(status)s)."), _l("Try again later.")),
    Problem.UNEXPECTED: (_l("Open Supply Hub’s answer could not be read."), _OPERATOR),
    Problem.TOO_LARGE: (_l("Open Supply Hub’s answer was far too large."), _OPERATOR),
    Problem.FORBIDDEN_ADDRESS: (
        _l("This installation may not reach Open Supply Hub’s address."),
        _l("An operator checks the settings OPENSUPPLYHUB_URL and SOURCE_PRIVATE_HOSTS."),
    ),
    Problem.SWITCHED_OFF: (
        _l("This installation does not ask Open Supply Hub: it has no token for it."),
        _l("An operator sets OPENSUPPLYHUB_TOKEN."),
    ),
}

COVERS = (
    _l("Places where goods are made or worked on, in all countries, most of them in clothing and some in electronics."),
    _l("Each place has an OS ID. Places that turn out to be one are merged: the old OS ID leads to the new one."),
)
DOES_NOT_PROVE = (
    _l("Anybody may add a place. Its name and address are what contributors say; nobody has visited it for this."),
    _l("An entry says nothing of working conditions, minerals, certificates or audits."),
    _l(
        "A claimed entry is answered for by a company that says it runs the place. Nobody else has confirmed its facts."
    ),
    _l("A supplier that is not found may still have places: no list of them is complete."),
)


def problem_text(problem: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """(what went wrong, what to do)."""
    message, remedy = _PROBLEMS[Problem(problem)]
    return str(message) % {"status": "?", **params}, str(remedy)
