"""GLEIF's codes in words that say what they mean for a buyer, and what they do not."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.registry.gleif.parse import LeiData
from portal.registry.gleif.rules import Problem

# What the company is, by its business register. Codes: GLEIF LEI-CDF 3.1, EntityStatus.
ENTITY_STATUSES = {
    "ACTIVE": _l("Active"),
    "INACTIVE": _l("No longer active: dissolved, merged or closed"),
    "NULL": _l("Not said"),
}

# What the LEI registration is: (colour, word, what it means). Codes: LEI-CDF 3.1, RegistrationStatus.
REGISTRATIONS = {
    "ISSUED": ("success", _l("Up to date"), None),
    "LAPSED": (
        "warning",
        _l("Not renewed"),
        _l("The company did not renew its LEI. That does not mean that it is dissolved."),
    ),
    "MERGED": ("warning", _l("Merged"), _l("The company became part of another one.")),
    "RETIRED": ("danger", _l("Retired"), _l("The company ended its business, so its LEI is closed.")),
    "ANNULLED": ("danger", _l("Annulled"), _l("The LEI was given by mistake. Its record states nothing here.")),
    "CANCELLED": ("danger", _l("Never given"), _l("The LEI was never given. Its record states nothing here.")),
    "DUPLICATE": ("danger", _l("Duplicate"), _l("The company has another LEI. This record states nothing here.")),
    "PENDING_TRANSFER": (
        "info",
        _l("Being transferred"),
        _l("The LEI moves to another issuer. The company is the same."),
    ),
    "PENDING_ARCHIVAL": (
        "info",
        _l("Being transferred"),
        _l("The LEI moves to another issuer. The company is the same."),
    ),
    "PENDING_VALIDATION": ("info", _l("Being checked"), _l("The issuer has not checked the record yet.")),
}

# Why GLEIF names no parent. Codes: GLEIF reporting exceptions format 2.1, ExceptionReason.
_WITHHELD = _l("It does not say, because the law, a contract or somebody’s refusal stands against it")
EXCEPTIONS = {
    "NO_KNOWN_PERSON": _l("No one controls it, as far as it knows: its shares are widely spread"),
    "NATURAL_PERSONS": _l("It is controlled by people, not by another company"),
    "NON_CONSOLIDATING": _l("Its owner does not consolidate accounts"),
    "NO_LEI": _l("Its owner has no LEI"),
    "NON_PUBLIC": _l("It keeps its owner private"),
    "BINDING_LEGAL_COMMITMENTS": _WITHHELD,
    "LEGAL_OBSTACLES": _WITHHELD,
    "CONSENT_NOT_OBTAINED": _WITHHELD,
    "DETRIMENT_NOT_EXCLUDED": _WITHHELD,
    "DISCLOSURE_DETRIMENTAL": _WITHHELD,
}

_PROBLEMS = {
    Problem.NOT_FOUND: (_l("GLEIF knows no such LEI."), _l("Check it on gleif.org. It may be another company’s.")),
    Problem.UNREACHABLE: (_l("GLEIF did not answer."), _l("What is shown is from before. Try again later.")),
    Problem.BUSY: (_l("GLEIF has too much to do just now."), _l("It is asked again by itself.")),
    Problem.HTTP_ERROR: (_l("GLEIF refused the request (status %(status)s)."), _l("Try again later.")),
    Problem.UNEXPECTED: (
        _l("GLEIF’s answer could not be read."),
        _l("What is shown is from before. Tell an operator."),
    ),
    Problem.TOO_LARGE: (_l("GLEIF’s answer was far too large."), _l("What is shown is from before. Tell an operator.")),
    Problem.FORBIDDEN_ADDRESS: (
        _l("This installation may not reach GLEIF’s address."),
        _l("An operator checks the settings GLEIF_URL and SOURCE_PRIVATE_HOSTS."),
    ),
    Problem.SWITCHED_OFF: (_l("This installation does not ask GLEIF."), _l("An operator sets GLEIF_URL.")),
}


def problem_text(problem: str, params: Mapping[str, Any], *, search: bool = False) -> tuple[str, str]:
    """(what went wrong, what to do)."""
    message, remedy = _PROBLEMS[Problem(problem)]
    values = {"status": "?", **params}
    if problem == Problem.BUSY and search:
        remedy = _l("Search again in a minute.")
    return str(message) % values, str(remedy)


def entity_status(data: LeiData) -> str:
    """What the company is, in words."""
    return str(ENTITY_STATUSES.get(data.entity_status or "NULL", data.entity_status))


def registration(data: LeiData) -> tuple[str, str, str | None]:
    """(colour, word, what it means) of the LEI's registration."""
    color, word, meaning = REGISTRATIONS.get(
        data.registration_status or "", ("neutral", data.registration_status or _("Not said"), None)
    )
    return color, str(word), str(meaning) if meaning else None


def exception_text(reason: str) -> str:
    """Why no parent is named, in words; a code that is not known stays as it is."""
    return str(EXCEPTIONS.get(reason, reason))
