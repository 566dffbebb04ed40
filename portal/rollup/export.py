"""The roll-up as rows of a file: the smelters, then what is not recognised, so that no sum of it hides that."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from portal.declarations.labels import LINE_STATUSES
from portal.declarations.rules import LineStatus
from portal.minerals.labels import METALS
from portal.rollup.queries import Reached, Totals
from portal.web.filters import country_name
from portal.web.statuses import STATUS


def table(rows: Sequence[Reached], totals: Totals) -> Iterator[tuple[object, ...]]:
    """Header, a row a smelter, a row a reason for which rows were not recognised, a row a silent supplier."""
    yield (
        _("Metal"),
        _("ID"),
        _("Smelter"),
        _("Country"),
        _("Status today"),
        _("Suppliers"),
        _("Declarations"),
        _("Rows"),
    )
    for one in rows:
        yield (
            METALS.get(one.metal, one.metal),
            one.facility_id,
            one.name,
            one.country and country_name(one.country),
            STATUS[one.status][2],
            one.suppliers,
            one.declarations,
            one.rows,
        )
    for status, count in totals.unknown.items():
        why = LINE_STATUSES[LineStatus(status)]
        yield None, None, _("Not recognised: %(why)s", why=why), None, None, None, None, count
    for supplier in totals.without or ():
        yield None, None, _("No declaration seen of %(name)s", name=supplier.legal_name), None, None, 1, 0, None
