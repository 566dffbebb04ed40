"""Places by ISO 3166: subdivisions of a country, and which of them a text names. Countries: registry/countries.py."""

from collections.abc import Iterable
from functools import lru_cache

import pycountry

from portal.registry.names import norm

LEAST_LETTERS = 4  # of a name that is looked for inside a text: shorter ones (Ha, Mon) stand in other words


@lru_cache(maxsize=256)
def top_subdivisions(country: str) -> frozenset[str]:
    """The ISO 3166-2 codes of a country's first level; none for a country without any."""
    return frozenset(one.code for one in _subdivisions(country) if not one.parent_code)


@lru_cache(maxsize=1024)
def subdivision_code(country: str, text: str) -> str | None:
    """The ISO 3166-2 code of a country's subdivision, written as code or exactly by its name; None if it is none.

    A code that ISO has replaced is recognised by the name beside it, so callers try both.
    """
    wanted = text.strip().upper()
    if any(one.code == wanted for one in _subdivisions(country)):
        return wanted
    named = {one.code for one in _subdivisions(country) if norm(one.name) == norm(text)}
    return named.pop() if len(named) == 1 else None


def named_in(country: str, text: str, also: Iterable[tuple[str, str]] = ()) -> str | None:
    """The one subdivision of a country that a free text names (“Bisie, Nord-Kivu”); None for none or several.

    `also` are further (code, name) by which the subdivisions go.
    """
    words = f" {norm(text)} "
    names = [(one.code, one.name) for one in _subdivisions(country) if not one.parent_code]
    found = {
        code: plain
        for code, name in (*names, *also)
        if len(plain := norm(name)) >= LEAST_LETTERS and f" {plain} " in words
    }
    # "Kasai" stands inside "Kasai Central": the longer name is the one that is meant.
    meant = {
        code for code, name in found.items() if not any(name != other and name in other for other in found.values())
    }
    return meant.pop() if len(meant) == 1 else None


@lru_cache(maxsize=256)
def _subdivisions(country: str) -> tuple["pycountry.db.Data", ...]:
    return tuple(pycountry.subdivisions.get(country_code=country) or ())
