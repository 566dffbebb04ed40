"""The sentence for each piece of evidence. The key is its code; `%(name)s` places are filled from its values."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.registry.labels import country_label
from portal.registry.matching.profile import Evidence

EVIDENCE: Mapping[str, Any] = {
    # for
    "same_number": _l("Same number: %(number)s"),
    "same_name": _l("Same name: %(name)s"),
    "same_core": _l("Same name but for the legal form: %(name)s"),
    "same_letters": _l("Same name, but words are written together or apart: “%(one)s”, “%(other)s”"),
    "same_words_moved": _l("Same words in another order: “%(one)s”, “%(other)s”"),
    "slip_apart": _l("Only a slip apart: “%(one)s”, “%(other)s”"),
    "abbreviated": _l("A word is shortened: “%(one)s”, “%(other)s”"),
    "similar_name": _l("Similar names: “%(one)s”, “%(other)s”"),
    "other_name": _l("It is not the legal name that matches, but another one: “%(one)s”, “%(other)s”"),
    "same_country": _l("Same country: %(country)s"),
    "same_city": _l("Same city: %(city)s"),
    "same_address": _l("Same address: %(address)s"),
    # against
    "other_number": _l("Different numbers: %(one)s, %(other)s"),
    "parent": _l("One is the parent of the other"),
    "number_in_name": _l("A number in the name differs: %(one)s, %(other)s"),
    "number_in_one_name": _l("Only one name has a number: %(number)s"),
    "form_differs": _l("Legal form differs: %(one)s, %(other)s"),
    "form_missing": _l("Only one name has a legal form: %(form)s"),
    "words_differ": _l("Words differ: “%(one)s”, “%(other)s”"),
    "words_missing": _l("Only one name has: “%(words)s”"),
    "country_differs": _l("Country differs: %(one)s, %(other)s"),
    "city_differs": _l("City differs: %(one)s, %(other)s"),
}


def in_words(one: Evidence) -> str:
    """The sentence in the reader's language."""
    params = dict(one.params)
    if one.code in ("same_country", "country_differs"):
        params = {place: country_label(code) for place, code in params.items()}
    return str(EVIDENCE[one.code]) % params


def all_in_words(evidence: Iterable[Evidence]) -> list[str]:
    """The sentences in their order."""
    return [in_words(one) for one in evidence]
