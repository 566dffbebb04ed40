"""What a check says of names that no list settles: a smelter that may be meant, never taken silently."""

from portal.declarations.check import report_on
from portal.declarations.rules import SuggestedSmelter
from portal.minerals.matching.lists import ListedName
from tests.portal.declarations.workbooks import AS_OF, Draft

LOOKUP = [("Gold", "Nordgull AG", "Nordgull AG", "NORWAY", "CID900001")]
SUGGESTED = SuggestedSmelter("CID900001", "Nordgull AG", 94)


def check(names=(), **row):
    report = report_on(Draft(rows=[{"B": "Gold", **row}], lookup=LOOKUP).read(), AS_OF, names=names)
    return report, report.lines[0]


def test_a_name_like_a_listed_one():
    report, line = check(C="Nordgull AS")
    assert (line.status, line.resolved_id) == ("name_not_in_lookup", None)
    assert [one.cid for one in line.suggestions] == ["CID900001"]
    finding = next(found for found in report.findings if found.code == "name_not_in_lookup")
    assert finding.params["suggestion"] == "Nordgull AG (CID900001)"
    as_json = report.as_json()
    assert as_json["smelters"][0]["suggestions"][0]["cid"] == "CID900001"
    remedy = next(found["remedy"] for found in as_json["findings"] if found["code"] == "name_not_in_lookup")
    assert "It may be Nordgull AG (CID900001)" in remedy


def test_a_name_declared_as_not_listed():
    report, line = check(C="Smelter not listed", D="Nordgull", E="NORWAY")
    assert (line.status, line.suggestions) == ("not_listed", (SUGGESTED,))
    assert "smelter_not_listed" in [found.code for found in report.findings]


def test_names_that_the_portal_knows_beside_the_file():
    known = [ListedName("gold", "Sydgull Raffineri", "CID900002", "Sydgull AG", accepted=True)]
    _report, line = check(known, C="sydgull raffineri")
    assert (line.resolved_id, line.suggestions) == (None, (SuggestedSmelter("CID900002", "Sydgull AG", 100),))
    assert check(C="sydgull raffineri")[1].suggestions == ()


def test_what_is_recognised_or_says_nothing_has_no_suggestions():
    assert check(C="Nordgull AG")[1].suggestions == ()
    assert check(C="Smelter not yet identified")[1].suggestions == ()
    assert "suggestions" not in check(C="Nordgull AG")[0].as_json()["smelters"][0]
