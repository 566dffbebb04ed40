"""Pure words and values."""

from datetime import date

import pytest

from portal.declarations.rules import (
    DeclarationScope,
    is_covered_country,
    name_key,
    normal_cid,
    parse_date,
    scope_of,
)


@pytest.mark.parametrize(
    ("text", "cid"),
    [
        ("CID000035", "CID000035"),
        (" cid000035\n", "CID000035"),
        ("ＣＩＤ０００035", "CID000035"),
        ("CID00035", None),
        ("CID0000350", None),
        ("CID00O035", None),
        ("CID 000035", None),
        ("", None),
        (None, None),
    ],
)
def test_ids_have_one_form(text: str | None, cid: str | None):
    assert normal_cid(text) == cid


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Neill & Co.", "O’NEILL  & Co."),
        ("A\u00a0B", " a b "),
        ("ﬁne", "FINE"),
        ("Ａ１", "a1"),
        ("e\u0301", "É"),
        ("a\u200bb", "ab"),
    ],
)
def test_names_that_are_the_same(one: str, other: str):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Metaux", "Métaux"), ("A.B.", "AB"), ("a b", "ab"), ("a", "а")])
def test_names_that_are_not(one: str, other: str):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("A. Company", DeclarationScope.COMPANY),
        ("B. Product (or List of Products)", DeclarationScope.PRODUCTS),
        (" c. anything", DeclarationScope.USER_DEFINED),
        ("A", DeclarationScope.COMPANY),
        ("All", None),
        ("Company", None),
        ("D. x", None),
        ("", None),
        (None, None),
    ],
)
def test_scopes(text: str | None, scope: DeclarationScope | None):
    assert scope_of(text) == scope


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-06-30", date(2025, 6, 30)),
        ("2025/6/3", date(2025, 6, 3)),
        ("30-Jun-2025", date(2025, 6, 30)),
        ("3 June 2025", date(2025, 6, 3)),
        ("2025-02-30", None),
        ("03/04/2025", None),
        ("30-Foo-2025", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(text: str | None, day: date | None):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text", ["DRC", "Congo", "ANGOLA", "Zambia and Peru", "SOUTH SUDAN", "Central African Republic"]
)
def test_covered_countries(text: str):
    assert is_covered_country(text)


@pytest.mark.parametrize("text", ["PERU", "SUDAN", "South Africa", "", None, "Madrcity"])
def test_other_countries(text: str | None):
    assert not is_covered_country(text)
