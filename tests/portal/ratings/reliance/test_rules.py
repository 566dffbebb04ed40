"""“Can I rely on this assessment?”, by cases written by hand: each condition alone, at its edges, and all together."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ratings.reliance.rules import (
    Assessed,
    Known,
    Needed,
    Point,
    Saying,
    Verdict,
    gate,
    worst,
)
from portal.ratings.reliance.wording import restored, stored, words
from portal.ratings.rules import RatedState

TODAY = date(2026, 11, 23)
BORAS, HORTEN, SUZHOU = (UUID(int=number) for number in (1, 2, 3))
GOOD = Assessed(
    RatedState.PUBLISHED,
    date(2026, 6, 1),
    "computers",
    "oecd",
    2,
    80,
    site_ids=frozenset({BORAS, HORTEN}),
    method="Documents read",
)
OURS = Needed("computers", frozenset({BORAS}))
ALL_EQUAL = Known(TODAY, ("oecd", 2), terms_at_least_equal=True)

YES, CHECK, NO = Verdict.RELY, Verdict.CHECK, Verdict.NOT


def said(assessed: Assessed = GOOD, needed: Needed = OURS, known: Known = ALL_EQUAL) -> dict[Point, Saying]:
    return {reason.point: reason.saying for reason in gate(assessed, needed, known).reasons}


def test_where_everything_fits_nothing_speaks_against_it_and_every_point_is_named() -> None:
    found = gate(GOOD, OURS, ALL_EQUAL)
    assert found.verdict is Verdict.RELY
    assert [reason.point for reason in found.reasons] == list(Point)
    assert {reason.weight for reason in found.reasons} == {Verdict.RELY}


@pytest.mark.parametrize(
    ("change", "point", "saying", "verdict"),
    [
        ({"state": RatedState.REVISED}, Point.STATE, Saying.REVISED, NO),
        ({"state": RatedState.WITHDRAWN}, Point.STATE, Saying.WITHDRAWN, NO),
        ({"state": RatedState.IN_REVIEW}, Point.STATE, Saying.NOT_PUBLISHED, NO),
        ({"product_group": "phones"}, Point.PRODUCTS, Saying.OTHER_PRODUCTS, NO),
        ({"site_ids": frozenset()}, Point.SITES, Saying.SITES_NOT_SINGLED_OUT, CHECK),
        ({"site_ids": frozenset({SUZHOU})}, Point.SITES, Saying.OTHER_SITES, NO),
        ({"rubric_number": 1}, Point.RUBRIC, Saying.OLDER_RUBRIC, CHECK),
        ({"rubric": "batteries"}, Point.RUBRIC, Saying.OTHER_RUBRIC, CHECK),
        ({"method": None}, Point.METHOD, Saying.METHOD_UNKNOWN, CHECK),
        ({"as_of": date(2025, 11, 23)}, Point.AGE, Saying.WITHIN_A_YEAR, YES),
        ({"as_of": date(2025, 11, 22)}, Point.AGE, Saying.OLDER_THAN_A_YEAR, CHECK),
        ({"as_of": date(2023, 11, 23)}, Point.AGE, Saying.OLDER_THAN_A_YEAR, CHECK),  # three years to the day
        ({"as_of": date(2023, 11, 22)}, Point.AGE, Saying.OLDER_THAN_THREE_YEARS, NO),
        ({"open_critical": True}, Point.FINDINGS, Saying.CRITICAL_WHEN_JUDGED, CHECK),
        ({"confidence": 50}, Point.CONFIDENCE, Saying.CONFIDENT, YES),
        ({"confidence": 49}, Point.CONFIDENCE, Saying.LITTLE_CONFIDENCE, CHECK),
        ({"confidence": 0}, Point.CONFIDENCE, Saying.LITTLE_CONFIDENCE, CHECK),
        ({"confidence": None}, Point.CONFIDENCE, Saying.NOTHING_ASSESSED, NO),
    ],
)
def test_what_the_assessment_says(change, point: Point, saying: Saying, verdict: Verdict) -> None:
    found = gate(replace(GOOD, **change), OURS, ALL_EQUAL)
    assert {reason.point: reason.saying for reason in found.reasons}[point] is saying
    assert found.verdict is verdict
    others = {reason.weight for reason in found.reasons if reason.point is not point}
    assert others == {Verdict.RELY}


@pytest.mark.parametrize(
    ("needed", "point", "saying", "verdict"),
    [
        (Needed(None, frozenset({BORAS})), Point.PRODUCTS, Saying.PRODUCTS_UNKNOWN, CHECK),
        (Needed("servers", frozenset({BORAS})), Point.PRODUCTS, Saying.OTHER_PRODUCTS, NO),
        (Needed("computers"), Point.SITES, Saying.SITES_ALONE, CHECK),
        (Needed("computers", frozenset({BORAS, HORTEN})), Point.SITES, Saying.SAME_SITES, YES),
        (Needed("computers", frozenset({BORAS, SUZHOU})), Point.SITES, Saying.SOME_SITES, CHECK),
        (Needed("computers", frozenset({SUZHOU})), Point.SITES, Saying.OTHER_SITES, NO),
    ],
)
def test_what_the_reader_needs(needed: Needed, point: Point, saying: Saying, verdict: Verdict) -> None:
    assert said(needed=needed)[point] is saying
    assert gate(GOOD, needed, ALL_EQUAL).verdict is verdict


def test_an_assessment_of_the_whole_serves_who_needs_the_whole() -> None:
    whole = replace(GOOD, site_ids=frozenset())
    assert said(whole, Needed("computers"))[Point.SITES] is Saying.WHOLE_SUPPLIER
    assert gate(whole, Needed("computers"), ALL_EQUAL).verdict is Verdict.RELY


@pytest.mark.parametrize(
    ("change", "point", "saying", "verdict"),
    [
        ({"terms_at_least_equal": None}, Point.TERMS, Saying.TERMS_NOT_COMPARED, CHECK),
        ({"terms_at_least_equal": False}, Point.TERMS, Saying.TERMS_LESS, NO),
        ({"critical": 1, "major": 2}, Point.FINDINGS, Saying.CRITICAL_FINDINGS, NO),
        ({"major": 1, "small": 3}, Point.FINDINGS, Saying.MAJOR_FINDINGS, CHECK),
        ({"small": 3}, Point.FINDINGS, Saying.SMALL_FINDINGS, YES),
        ({"newest_rubric": ("oecd", 3)}, Point.RUBRIC, Saying.OLDER_RUBRIC, CHECK),
    ],
)
def test_what_is_known_besides(change, point: Point, saying: Saying, verdict: Verdict) -> None:
    known = replace(ALL_EQUAL, **change)
    assert said(known=known)[point] is saying
    assert gate(GOOD, OURS, known).verdict is verdict


def test_the_age_on_a_leap_day() -> None:
    """Three years before 29 February 2028 is the first of March 2025: what is from February is too old."""
    known = replace(ALL_EQUAL, today=date(2028, 2, 29))
    assert said(replace(GOOD, as_of=date(2025, 3, 1)), known=known)[Point.AGE] is Saying.OLDER_THAN_A_YEAR
    assert said(replace(GOOD, as_of=date(2025, 2, 28)), known=known)[Point.AGE] is Saying.OLDER_THAN_THREE_YEARS


def test_a_critical_finding_that_is_seen_outweighs_that_one_was_seen_then() -> None:
    found = said(replace(GOOD, open_critical=True), known=replace(ALL_EQUAL, critical=1))
    assert found[Point.FINDINGS] is Saying.CRITICAL_FINDINGS


@given(st.lists(st.sampled_from(Verdict), min_size=1))
def test_the_worst_point_decides(verdicts: list[Verdict]) -> None:
    expected = next(one for one in (Verdict.NOT, Verdict.CHECK, Verdict.RELY) if one in verdicts)
    assert worst(verdicts) is expected


PARTS = {
    "state": st.sampled_from(RatedState),
    "as_of": st.dates(date(2020, 1, 1), TODAY),
    "product_group": st.sampled_from(["computers", "phones"]),
    "rubric": st.sampled_from(["oecd", "batteries"]),
    "rubric_number": st.integers(1, 3),
    "confidence": st.none() | st.integers(0, 100),
    "site_ids": st.frozensets(st.sampled_from([BORAS, HORTEN, SUZHOU])),
    "method": st.none() | st.just("Visit"),
    "open_critical": st.booleans(),
}


@given(
    st.builds(Assessed, **PARTS),
    st.builds(Needed, st.none() | st.just("phones"), st.frozensets(st.sampled_from([BORAS, SUZHOU]))),
    st.builds(
        Known,
        today=st.just(TODAY),
        newest_rubric=st.just(("oecd", 3)),
        critical=st.integers(0, 2),
        major=st.integers(0, 2),
        small=st.integers(0, 2),
        terms_at_least_equal=st.none() | st.booleans(),
    ),
)
def test_whatever_comes_every_point_has_a_reason_that_a_snapshot_keeps(assessed, needed, known) -> None:
    found = gate(assessed, needed, known)
    assert [reason.point for reason in found.reasons] == list(Point)
    assert restored(stored(found)) == found
    if found.verdict is Verdict.RELY:
        assert assessed.state is RatedState.PUBLISHED
        assert known.terms_at_least_equal is True
        assert known.critical == 0


def test_every_saying_has_words_of_its_own(app) -> None:
    values = {
        "group": "computers",
        "as_of": "2026-06-01",
        "missing": 1,
        "of": 2,
        "number": 2,
        "percent": 40,
        "rubric": "oecd-1",
        "newest": "oecd-2",
    }
    from portal.ratings.reliance.rules import Reason

    with app.test_request_context():
        texts = [words(Reason(Point.STATE, saying, values)) for saying in Saying]
    assert len(set(texts)) == len(list(Saying))
    assert all(text.endswith(".") and "%(" not in text for text in texts)
