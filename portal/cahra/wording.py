"""A change of the list of areas as a sentence; `change` holds country, added and removed as names (see facts_of)."""

from collections.abc import Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from portal.cahra.changes import CountryChange
from portal.registry.countries import country_name


def facts_of(change: CountryChange) -> dict[str, Any]:
    """What a notice keeps of a change."""
    return {
        "country": change.country,
        "as_of": change.as_of.isoformat(),
        "added": [area.name for area in change.added],
        "removed": [area.name for area in change.removed],
    }


def areas_title(facts: Mapping[str, Any]) -> str:
    """What happened to a country on the list."""
    country = country_name(facts["country"], str(get_locale() or "en"))
    if facts["added"] and facts["removed"]:
        return _("Areas of %(country)s came on the CAHRA list and others left it", country=country)
    if facts["added"]:
        return _("%(country)s: newly on the CAHRA list", country=country)
    return _("%(country)s: no longer on the CAHRA list as before", country=country)


def areas_detail(facts: Mapping[str, Any]) -> str:
    """Which areas, by the list's own names."""
    parts = [
        _("New: %(names)s.", names=", ".join(facts["added"])) if facts["added"] else "",
        _("Gone: %(names)s.", names=", ".join(facts["removed"])) if facts["removed"] else "",
    ]
    return " ".join(part for part in parts if part)
