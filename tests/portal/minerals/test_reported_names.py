"""What companies published, resolved by name and metal alone, against the ids that they gave themselves."""

from portal.minerals.matching.lists import SmelterLists
from portal.minerals.matching.resolver import resolve
from tests.benchmarks.smelters.data import listed_names, reported_names


def test_precision_and_recall(shared_data):
    rows = listed_names(shared_data / "smelters")
    facilities = {row.facility_id for row in rows}
    lists = SmelterLists.of(rows)
    right = wrong = listed = 0
    for one in reported_names(shared_data / "smelters"):
        if one.facility_id:
            smelter = resolve(lists, one.metal, one.name).smelter
            listed += one.facility_id in facilities
            right += smelter is not None and smelter.facility_id == one.facility_id
            wrong += smelter is not None and smelter.facility_id != one.facility_id
    assert right / (right + wrong) >= 0.995
    assert right / listed >= 0.98
