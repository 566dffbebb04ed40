"""Which outside lists the portal reads: where they come from, what their columns are called, what they prove.

A further list of facilities is one more entry; lists of areas are another kind. Titles of columns are matched by their
words, never by position.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l

from portal.errors import NotFound
from portal.minerals.rules import COPPER_MARK_LABELS, LBMA_LABELS, RJC_LABELS, Scheme, normal_status


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
    metals_separator: str | None = None  # where one row speaks of several metals

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

# LBMA, RJC and Copper Mark publish pages, not files: an operator uploads the list, or names an address that gives it.
LBMA = replace(
    RMAP,
    code="lbma",
    scheme=Scheme.LBMA,
    title=_l("LBMA, Good Delivery List of gold"),
    detail=_l("Gold refiners"),
    publisher=_l("London Bullion Market Association"),
    licence=_l("Copyright of LBMA. Its pages may be read; ask LBMA before you pass a copy on."),
    shows=_l(
        "The refiner’s bars are accepted in London, which asks for a yearly audit of where its gold comes from. "
        "It holds for one refinery."
    ),
    does_not_show=_l(
        "That the gold in a product passed through the refinery. Conditions at the mine. "
        "A refinery that leaves the list may have closed or stopped making large bars."
    ),
    hosts=frozenset({"lbma.org.uk", "www.lbma.org.uk"}),
    date_format="%d/%m/%Y",
    normal_status=partial(normal_status, labels=LBMA_LABELS),
)
RJC = replace(
    RMAP,
    code="rjc",
    scheme=Scheme.RJC,
    title=_l("RJC, members with a certificate"),
    detail=_l("Gold and platinum metals"),
    publisher=_l("Responsible Jewellery Council"),
    licence=_l("Copyright of RJC. Its pages may be read; ask RJC before you pass a copy on."),
    shows=_l("The member was audited against RJC’s standard and has a certificate, for one or three years."),
    does_not_show=_l(
        "Which of the member’s sites were audited: a certificate is the member’s. "
        "That the metal in a product passed through it. Conditions at the mine."
    ),
    hosts=frozenset({"responsiblejewellery.com", "www.responsiblejewellery.com"}),
    normal_status=partial(normal_status, labels=RJC_LABELS),
    expected_hours=31 * 24,
)
COPPER_MARK = replace(
    RMAP,
    code="copper_mark",
    scheme=Scheme.COPPER_MARK,
    title=_l("Copper Mark, sites"),
    detail=_l("Copper, molybdenum, nickel and zinc"),
    publisher=_l("The Copper Mark"),
    licence=_l("Copyright of the Copper Mark. Its pages may be read; ask before you pass a copy on."),
    shows=_l(
        "The site was assessed against 33 criteria for the metals named. "
        "Criteria that are met in part must be met within twelve months."
    ),
    does_not_show=_l(
        "That the metal in a product comes from the site: the chain of custody is another, voluntary standard. "
        "Anything about other sites of the same company."
    ),
    hosts=frozenset({"coppermark.org", "www.coppermark.org"}),
    columns=Columns(
        facility_id="Site ID",
        metal="Metals",
        name="Site",
        country="Country",
        status="Status",
        audit_date="Assessment Date",
        cycle="Assessment Cycle",
        cross_recognised="Equivalent Standard",
    ),
    facility_id=re.compile(r"[A-Z0-9][A-Z0-9-]{2,19}", re.ASCII),  # no public numbering of sites is known
    normal_status=partial(normal_status, labels=COPPER_MARK_LABELS),
    expected_hours=31 * 24,
    metals_separator=";",
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
    {source.code: source for source in (RMAP, LBMA, RJC, COPPER_MARK, EU_CAHRA)}
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
