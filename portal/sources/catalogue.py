"""Which outside lists the portal reads: where they come from, what their columns are called, what they prove.

A further list of facilities is one more entry; lists of areas are another kind. Titles of columns are matched by their
words, never by position.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from portal.errors import NotFound
from portal.minerals.rules import Scheme, normal_status


@dataclass(frozen=True)
class Columns:
    """The titles of a list's columns. All must be there: a missing one would wipe what is known."""

    facility_id: str
    metal: str
    name: str
    country: str
    status: str
    audit_date: str
    cycle: str
    cross_recognised: str

    @property
    def titles(self) -> tuple[str, ...]:
        """All titles in the order of the fields."""
        return tuple(getattr(self, field) for field in self.__dataclass_fields__)


@dataclass(frozen=True)
class ListSource:
    """One published list of facilities. Texts are lazy translations; `expected_hours` is the interval to begin with."""

    kind: ClassVar[str] = "facilities"

    code: str
    scheme: str
    title: Any
    detail: Any
    group: Any
    publisher: Any
    licence: Any
    shows: Any
    does_not_show: Any
    hosts: frozenset[str]
    columns: Columns
    facility_id: re.Pattern[str]
    date_format: str
    normal_status: Callable[[str], str]
    expected_hours: int = 7 * 24

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return self.columns.titles


@dataclass(frozen=True)
class AreaSource:
    """A published list of countries and regions. Each list is kept as a version that holds from its day on."""

    kind: ClassVar[str] = "areas"

    code: str
    title: Any
    detail: Any
    group: Any
    publisher: Any
    licence: Any
    shows: Any
    does_not_show: Any
    hosts: frozenset[str]
    titles: tuple[str, ...]  # of a table; JSON is read by its keys
    scheme: None = None  # it assures nothing
    expected_hours: int = 92 * 24


RMAP = ListSource(
    code="rmap",
    scheme=Scheme.RMAP,
    title=_l("RMI, RMAP smelter lists"),
    detail=_l("Tin, tantalum, tungsten, gold and other metals"),
    group=_l("Smelters and refiners"),
    publisher=_l("Responsible Minerals Initiative"),
    licence=_l("Copyright of RMI. Its terms allow use by those who accepted them; do not pass the file on."),
    shows=_l(
        "An independent audit looked at how the smelter chooses its sources, at most three years ago. "
        "It holds for one facility and one metal."
    ),
    does_not_show=_l(
        "That the metal in a product passed through the smelter. Working conditions at the smelter. "
        "What happens at the mine. A smelter that leaves the list is not thereby proven bad."
    ),
    hosts=frozenset({"responsiblemineralsinitiative.org", "www.responsiblemineralsinitiative.org"}),
    columns=Columns(
        facility_id="Smelter ID",
        metal="Metal",
        name="Standard Smelter Name",
        country="Country",
        status="Status",
        audit_date="Last Audit Date",
        cycle="Audit Cycle",
        cross_recognised="Cross-recognised Scheme",
    ),
    facility_id=re.compile(r"CID\d{6}", re.ASCII),
    date_format="%Y-%m-%d",
    normal_status=normal_status,
)

EU_CAHRA = AreaSource(
    code="cahra",
    title=_l("EU list of conflict-affected and high-risk areas"),
    detail=_l("Countries and regions, for all minerals"),
    group=_l("Areas"),
    publisher=_l("RAND Europe for the European Commission"),
    licence=_l("Public information; its site names no licence. Ask before you pass a copy on."),
    shows=_l(
        "Areas that the European Commission’s experts found to be in conflict or at high risk, and to have minerals. "
        "It is indicative and not exhaustive (Regulation (EU) 2017/821, Article 14)."
    ),
    does_not_show=_l(
        "That a place outside the list is safe. That a supplier in a listed area does harm. "
        "Who buys must judge areas for itself; the list only helps."
    ),
    hosts=frozenset({"cahra-api.cahraslist.net", "cahraslist.net", "www.cahraslist.net"}),
    titles=("Country", "Region code", "Region", "Conflict-affected", "High-risk"),
)

SOURCES: MappingProxyType[str, ListSource | AreaSource] = MappingProxyType(
    {source.code: source for source in (RMAP, EU_CAHRA)}
)

_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])(?!\d)")


def get_source(code: str) -> ListSource | AreaSource:
    """The catalogue's entry, or NotFound."""
    if code not in SOURCES:
        raise NotFound
    return SOURCES[code]


def date_in_name(filename: str | None) -> date | None:
    """The day that a file name speaks of (`…-2026-09-01.csv`, `…_20260901.xlsx`), if it names exactly one."""
    days = set()
    for year, month, day in _DATE_IN_NAME.findall(filename or ""):
        try:
            days.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return days.pop() if len(days) == 1 else None
