"""Countries as people write them, by code or by name in the portal's languages; kept as ISO 3166 alpha-2."""

from functools import lru_cache

import pycountry
from babel import Locale

from portal.registry.names import norm

LANGUAGES = ("en", "sv", "nb", "ca", "es")

# What lists say beside the names in Babel and ISO 3166, in the plain form of names.norm.
_ALSO = {
    "america": "US",
    "bosnia": "BA",
    "burma": "MM",
    "congo democratic republic of": "CD",
    "congo democratic republic of the": "CD",
    "congo dr": "CD",
    "congo drc": "CD",
    "d r c": "CD",
    "d r congo": "CD",
    "democratic republic of congo": "CD",
    "democratic republic of the congo": "CD",
    "dr congo": "CD",
    "drc": "CD",
    "drc congo": "CD",
    "ee uu": "US",
    "england": "GB",
    "eua": "US",
    "forenta staterna": "US",
    "great britain": "GB",
    "holland": "NL",
    "hong kong": "HK",
    "ivory coast": "CI",
    "korea": "KR",  # company registers and supplier lists mean the South
    "korea south": "KR",
    "macao": "MO",
    "macau": "MO",
    "macedonia": "MK",
    "mainland china": "CN",
    "north macedonia republic of": "MK",
    "northern ireland": "GB",
    "p r china": "CN",
    "p r of china": "CN",
    "pr china": "CN",
    "pr of china": "CN",
    "prc": "CN",
    "r o c": "TW",
    "republic of china": "TW",
    "republic of korea": "KR",
    "s korea": "KR",
    "scotland": "GB",
    "swaziland": "SZ",
    "taiwan r o c": "TW",
    "taiwan roc": "TW",
    "the netherlands": "NL",
    "turkey": "TR",
    "u k": "GB",
    "u s": "US",
    "u s a": "US",
    "uae": "AE",
    "u a e": "AE",
    "uk": "GB",
    "viet nam": "VN",
    "wales": "GB",
}


def country_code(text: str) -> str | None:
    """The alpha-2 code of a country written as code or name; None if it is none."""
    return _known().get(norm(text))


def country_name(code: str | None, locale: str = "en") -> str:
    """The country's name in a language, its code where that has no name for it, nothing for no country."""
    return str(_territories(locale).get(code, code)) if code else ""


def countries(locale: str = "en") -> list[tuple[str, str]]:
    """(code, name) of all countries, by name, for choosing one."""
    names = _territories(locale)
    codes = [country.alpha_2 for country in pycountry.countries]
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: norm(pair[1]))


@lru_cache
def _territories(locale: str) -> dict[str, str]:
    return dict(Locale.parse(locale).territories)


@lru_cache
def _known() -> dict[str, str]:
    """Plain form -> alpha-2. A spelling that two countries share stands for neither, but for those in _ALSO."""
    found: dict[str, set[str]] = {}
    for country in pycountry.countries:
        spellings = {country.alpha_2, country.alpha_3, country.name}
        spellings |= {getattr(country, extra) for extra in ("official_name", "common_name") if hasattr(country, extra)}
        spellings |= {_territories(language).get(country.alpha_2, "") for language in LANGUAGES}
        for spelling in spellings:
            found.setdefault(norm(spelling), set()).add(country.alpha_2)
    unambiguous = {spelling: codes.pop() for spelling, codes in found.items() if spelling and len(codes) == 1}
    return unambiguous | _ALSO
