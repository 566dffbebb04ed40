"""Two assessments beside each other: each kind of difference by hand, and the page that shows them in words."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from portal import db
from portal.ratings.beside import Difference, pairs
from tests.factories.assessments import make_assessment
from tests.factories.ratings import make_rating
from tests.factories.registry import make_supplier


@dataclass
class Said:
    value: Any = None
    score: int | None = 3
    grade: str = "E2"
    not_applicable: bool = False


def differences(left: Said | None, right: Said | None) -> tuple[Difference, ...]:
    (found,) = pairs(["S1-1"], ["S1-1"], {"S1-1": left} if left else {}, {"S1-1": right} if right else {})
    return found.differences


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (Said("yes"), Said("yes"), ()),
        (Said("yes"), Said("no"), (Difference.ANSWER,)),
        (Said("yes", 3), Said("yes", 1), (Difference.SCORE,)),
        (Said("yes", 3, "E2"), Said("yes", 3, "E3"), (Difference.EVIDENCE,)),
        (Said("yes", 3, "E2"), Said("no", 0, "E0"), (Difference.ANSWER, Difference.SCORE, Difference.EVIDENCE)),
        (Said(not_applicable=True, score=None, grade="E0"), Said("no", 0, "E0"), (Difference.APPLIES,)),
        (Said(not_applicable=True, score=None, grade="E0"), None, (Difference.APPLIES,)),
        (Said(not_applicable=True), Said(not_applicable=True), ()),
        (None, Said(None, 0, "E0"), ()),  # no answer counts as 0
        (None, Said(None, 2, "E1"), (Difference.SCORE, Difference.EVIDENCE)),
        (Said([{"minerals": "Tin"}]), Said([{"minerals": "Gold"}]), (Difference.ANSWER,)),
    ],
)
def test_what_differs(left: Said | None, right: Said | None, expected: tuple[Difference, ...]) -> None:
    assert differences(left, right) == expected
    assert differences(right, left) == expected


def test_what_one_version_alone_asks_is_said_and_not_compared() -> None:
    found = pairs(["S1-1", "S2-1"], ["S1-1", "S1-2", "S2-1"], {"S1-1": Said()}, {"S1-1": Said(), "S1-2": Said()})
    assert [(one.code, one.differences) for one in found] == [
        ("S1-1", ()),
        ("S2-1", ()),
        ("S1-2", (Difference.ONE_SIDE,)),
    ]


@pytest.fixture
def two(acting, authority_ids):
    """Stockholm and Stavanger judge one supplier differently; Barcelona keeps its judgement to itself."""
    acting("system")
    yes = {"value": "yes", "score": 4, "grade": "E3"}
    no = {"value": "no", "score": 1, "grade": "E1"}
    with db.transaction():
        supplier_id = make_supplier("Nordlicht Rechner GmbH", "DE").id
        shared = {"supplier_id": supplier_id, "audience": "members"}
        first = make_rating(owner_id=authority_ids["stockholm"], answers={"S1-1": yes, "S1-3": yes}, **shared).id
        second = make_rating(owner_id=authority_ids["stavanger"], answers={"S1-1": no, "S1-3": yes}, **shared).id
        hidden = make_rating(owner_id=authority_ids["barcelona"], supplier_id=supplier_id).id
        elsewhere = make_rating(owner_id=authority_ids["stavanger"], audience="members").id
    return {"supplier": supplier_id, "first": first, "second": second, "hidden": hidden, "elsewhere": elsewhere}


def test_two_are_laid_beside_each_other_with_differences_in_words(client_for, two) -> None:
    client = client_for("oslo-officer")
    chosen = client.get(f"/ratings/{two['first']}/beside").text
    assert f"other={two['second']}" in chosen
    assert str(two["hidden"]) not in chosen
    assert str(two["elsewhere"]) not in chosen
    page = client.get(f"/ratings/{two['first']}/beside?other={two['second']}").text
    assert "Differs: answer, score, evidence" in page
    assert "1 of 23 questions is answered differently." in page
    only = client.get(f"/ratings/{two['first']}/beside?other={two['second']}&show=differences").text
    assert "S1-1" in only
    assert "S1-3" not in only


def test_what_cannot_be_laid_beside(client_for, two) -> None:
    client = client_for("oslo-officer")
    for other in (two["hidden"], two["elsewhere"], two["first"], uuid4(), "x"):
        assert client.get(f"/ratings/{two['first']}/beside?other={other}").status_code == 404, other
    assert client.get(f"/ratings/{two['hidden']}/beside").status_code == 404
    alone = client_for("oslo-officer").get(f"/ratings/{two['elsewhere']}/beside").text
    assert "There is no other one to lay beside it" in alone


def test_divergent_ones_stand_side_by_side_on_the_supplier_page_and_are_not_averaged(
    client_for, acting, authority_ids
) -> None:
    acting("system")
    with db.transaction():
        supplier_id = make_supplier("Nordlicht Rechner GmbH", "DE").id
        for slug, answer in (("stockholm", "met"), ("stavanger", "not_met")):
            one = make_assessment(
                owner_id=authority_ids[slug], supplier_id=supplier_id, audience="members", is_summary=True
            )
            for step in one.steps:
                step.answer = answer
    page = client_for("oslo-officer").get(f"/suppliers/{supplier_id}").text
    profile = page[page.index('id="h-oecd"') : page.index('id="h-min"')]
    rows = profile.split("<tbody>")[1].split("<tr>")[1:]
    assert len(rows) == 5
    for row in rows:
        assert (row.count("<td"), row.count("Met</span>"), row.count("Not met</span>")) == (2, 1, 1), row
        assert "Partly met" not in row, "the mean of met and not met"
    assert "Compare question by question" in profile
