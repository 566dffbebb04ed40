"""Where notices of awards come from: what each place needs before it is asked, its licence, and what it proves.

None is asked until an operator sets its address; a notice can be uploaded at once.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.errors import NotFound


@dataclass(frozen=True)
class AwardSource:
    """One place. `is_search`: it is asked by POST for the numbers of followed suppliers."""

    code: str
    title: Any
    publisher: Any
    licence: Any
    needs: Any
    form: Any
    hosts: frozenset[str]
    is_search: bool = False
    expected_hours: int = 24


_ALL = (
    AwardSource(
        code="ted",
        title=_l("TED, notices of awards"),
        publisher=_l("Publications Office of the European Union"),
        licence=_l("Reuse is allowed where the source is named (CC BY 4.0)."),
        needs=_l("No key is needed: the search is public. The address is https://api.ted.europa.eu/v3/notices/search."),
        form=_l("eForms XML, or an answer of the search. The numbers of followed suppliers are sent to TED."),
        hosts=frozenset({"api.ted.europa.eu"}),
        is_search=True,
    ),
    AwardSource(
        code="ocds",
        title=_l("Open contracting data (OCDS)"),
        publisher=_l("A national or regional procurement portal"),
        licence=_l("That of the portal. Read it before you set the address."),
        needs=_l("The address of a file with releases, and its host in SOURCE_HOSTS of this installation."),
        form=_l("Releases or records as JSON, at most 20 MB"),
        hosts=frozenset(),
    ),
)
SOURCES = MappingProxyType({one.code: one for one in _ALL})

LIMITS = (
    _l("An award is no finding about the supplier. It says who buys from it."),
    _l("Most notices stand above the EU thresholds. Small contracts are missing, and so are notices without a number."),
    _l("The value is what the notice says. It may be a ceiling, or that of a whole group."),
)


def get_source(code: str) -> AwardSource:
    """The catalogue's entry, or NotFound."""
    if code not in SOURCES:
        raise NotFound
    return SOURCES[code]
