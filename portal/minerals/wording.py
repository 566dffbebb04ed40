"""A change on a list as a sentence: leaving the list is told apart from failing an audit."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from portal.minerals.labels import METALS
from portal.minerals.rules import Assurance


def change_title(params: Mapping[str, Any]) -> str:
    """The sentence for a change, given as a notice keeps it: name, metal, before, after."""
    words = {"name": params["name"], "metal": str(METALS.get(params["metal"], params["metal"])).lower()}
    after, before = params["after"], params["before"]
    if after == Assurance.REMOVED:
        return _("%(name)s is no longer on the list of %(metal)s smelters", **words)
    if after == Assurance.NON_CONFORMANT:
        return _("%(name)s did not meet the standard in its audit for %(metal)s", **words)
    if after == Assurance.CONFORMANT:
        return _("%(name)s is now conformant for %(metal)s", **words)
    if before == Assurance.CONFORMANT:
        return _("%(name)s is no longer conformant for %(metal)s", **words)
    if before is None:
        return _("%(name)s is now on the list of %(metal)s smelters", **words)
    return _("%(name)s has another status for %(metal)s", **words)
