"""The rows that come with the portal: placed by ISO 3166, marked as the project's notes mark them."""

from collections import Counter

import pycountry

from portal.impacts import queries
from portal.impacts.labels import MINERALS
from portal.impacts.queries import Narrowed
from portal.registry.rules import ProductGroup


def test_the_matrix_comes_with_the_portal(acting) -> None:
    acting("stockholm-reader")
    rows = queries.list_impacts()
    assert len(rows) == 38
    assert Counter(row.verification for row in rows) == {"verified": 18, "partly": 12, "recalled": 8}
    assert {row.mineral for row in rows} <= MINERALS.keys()
    assert {group for row in rows for group in row.product_groups} <= set(ProductGroup)
    assert all(pycountry.countries.get(alpha_2=code) for row in rows for code in row.countries)
    assert all(row.source for row in rows if row.verification == "verified")
    assert not any(row.source for row in rows if row.verification == "recalled")
    for row in rows:
        (revision,) = queries.revisions_of(row.id)
        assert (revision.number, revision.changed_by) == (1, None)


def test_rows_are_narrowed_by_mineral_group_country_and_certainty(acting) -> None:
    acting("stockholm-reader")
    assert {row.mineral for row in queries.list_impacts(Narrowed(country="MM"))} == {"tin", "rare earth elements"}
    network = queries.list_impacts(Narrowed(product_group="network"))
    assert "germanium" in {row.mineral for row in network}
    assert "tantalum" in {row.mineral for row in network}  # for every product group
    assert "lithium" not in {row.mineral for row in network}
    assert len(queries.list_impacts(Narrowed(mineral="cobalt", verification="recalled"))) == 1
    assert [row.countries for row in queries.impacts_of_facility(["mica"], "IN")] == [["IN"], ["MG"]]
