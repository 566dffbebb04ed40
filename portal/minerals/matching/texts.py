"""The sentence for each piece of evidence about a smelter's name. The key is its code."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.registry.matching.profile import Evidence
from portal.registry.matching.texts import in_words as of_names

EVIDENCE: Mapping[str, Any] = {
    # for
    "by_id": _l("The ID is on the list for this metal"),
    "by_accepted": _l("A member of the network accepted this name for the smelter"),
    "by_name": _l("The list has this name: %(name)s"),
    "by_spelling": _l("The list has this name, written a little differently: %(name)s"),
    "forgiven": _l("What is left over is its place or its trade: %(words)s"),
    # against
    "several": _l("The list has this name for %(count)s smelters"),
    "nothing_shared": _l("No word is the same"),
    "fits_others": _l("Other smelters of this metal have these words too: %(words)s"),
    "too_general": _l("The shared words are too general to know a smelter by: %(words)s"),
    "other_place": _l("The reported name has the place of another smelter: %(places)s"),
    "other_country": _l("Country differs: reported %(one)s, listed %(other)s"),
}


def in_words(one: Evidence) -> str:
    """The sentence in the reader's language."""
    return str(EVIDENCE[one.code]) % one.params if one.code in EVIDENCE else of_names(one)


def all_in_words(evidence: Iterable[Evidence]) -> list[str]:
    """The sentences in their order."""
    return [in_words(one) for one in evidence]
