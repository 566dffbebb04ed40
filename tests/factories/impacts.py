"""Rows of the matrix of impacts for tests, as an operator would have written them."""

from typing import Any

from portal.access.actor import system_actor
from portal.impacts import services
from portal.impacts.models import Impact
from portal.impacts.rules import ImpactValues, Verification


def make_values(**values: Any) -> ImpactValues:
    """What a row says."""
    return ImpactValues(
        **{
            "mineral": "cobalt",
            "use": "Battery cathodes",
            "product_groups": ("phones",),
            "countries": ("CD",),
            "place": "Test province",
            "impact": "Evictions",
            "verification": Verification.VERIFIED,
            "verified_part": None,
            "source": "A report",
            "source_url": None,
            **values,
        }
    )


def make_impact(**values: Any) -> Impact:
    """A row; flushed."""
    return services.add_impact(system_actor("test"), make_values(**values), "For a test.")
