"""The languages that letters and texts to suppliers are written in."""

from collections.abc import Mapping
from types import MappingProxyType

# Languages in their own words, as everywhere in the portal.
LANGUAGES: Mapping[str, str] = MappingProxyType(
    {"en": "English", "sv": "Svenska", "nb": "Norsk bokmål", "es": "Español", "ca": "Català"}
)
LANGUAGE_OF_COUNTRY: Mapping[str, str] = MappingProxyType({"SE": "sv", "NO": "nb", "ES": "es"})


def language_for(country: str | None) -> str:
    """The language to write to a supplier of this country in, English where none is nearer."""
    return LANGUAGE_OF_COUNTRY.get(country or "", "en")
