"""Answers of TED's search API (`POST /v3/notices/search`): who won what, in few words, without the contracts.

Texts are maps by language; lists of winners and of their numbers stand beside each other. They are joined by their
place only where there are as many of the one as of the other. The answer says too little to make a contract of it.
"""

from collections.abc import Mapping
from typing import Any

from portal.contracts.notices.model import Deal, Notice, Party, amount, day, words

FORMAT = "ted-search"
# The fields that an answer must have for `read`.
FIELDS = (
    "publication-number",
    "notice-identifier",
    "publication-date",
    "notice-title",
    "buyer-name",
    "buyer-country",
    "winner-name",
    "winner-identifier",
    "winner-country",
    "classification-cpv",
    "total-value",
    "total-value-cur",
)
_LANGUAGES = ("eng", "swe", "nob", "cat", "spa")
Json = Mapping[str, Any]


def is_search_answer(document: Any) -> bool:
    """Whether a JSON document looks like one; one without notices is an answer, too."""
    notices = document.get("notices") if isinstance(document, dict) else None
    return isinstance(notices, list) and all(isinstance(one, dict) and "publication-number" in one for one in notices)


def read(document: Json) -> list[Notice]:
    """The notices that name a winner; none where the search found none."""
    return [notice for notice in map(_notice, document["notices"]) if notice.deals]


def _notice(found: Json) -> Notice:
    number = words(found["publication-number"], 20)
    title = next(iter(_texts(found.get("notice-title"))), "")
    buyer_country = next(iter(_texts(found.get("buyer-country"))), None)
    buyers = tuple(
        Party(f"buyer-{place}", name, buyer_country)
        for place, name in enumerate(dict.fromkeys(_texts(found.get("buyer-name"))))
    )
    winners = _winners(found)
    # What several winners get together is the value of none of them.
    value = amount(next(iter(_texts(found.get("total-value"))), "")) if len(winners) == 1 else None
    currency = next(iter(_texts(found.get("total-value-cur"))), "")[:3] if value else ""
    deals = tuple(
        Deal(
            part=winner.key,
            lot="",
            winner=winner.key,
            title=title,
            cpv=next(iter(_texts(found.get("classification-cpv"))), None),
            value=value if currency else None,
            currency=currency or None,
        )
        for winner in winners
    )
    identity = next(iter(_texts(found.get("notice-identifier"))), "") or f"ted/{number}"
    published = day(next(iter(_texts(found.get("publication-date"))), ""))
    return Notice(FORMAT, identity, title, published, buyers, winners, deals)


def _winners(found: Json) -> tuple[Party, ...]:
    names, numbers = _texts(found.get("winner-name")), _texts(found.get("winner-identifier"))
    countries = _texts(found.get("winner-country"))
    if not names or not numbers:
        return ()
    # Names and numbers that cannot be told apart: each number stands with all names.
    pairs = list(zip(names, numbers, strict=True)) if len(names) == len(numbers) else None
    pairs = pairs or [(words(", ".join(dict.fromkeys(names)), 300), number) for number in numbers]
    winners: dict[str, Party] = {}
    for place, (name, number) in enumerate(pairs):
        same = countries[0] if len(set(countries)) == 1 else None
        country = countries[place] if len(countries) == len(pairs) else same
        winners.setdefault(number, Party(number, name, country, (number,)))
    return tuple(winners.values())


def _texts(value: Any) -> list[str]:
    """The texts of a field: one, a list, or either by language, of which one is taken."""
    if isinstance(value, dict):
        language = next((one for one in _LANGUAGES if value.get(one)), next(iter(value), None))
        return _texts(value[language]) if language is not None else []
    if isinstance(value, list):
        return [words(one, 300) for one in value if isinstance(one, str | int | float) and words(one, 300)]
    return [words(value, 300)] if isinstance(value, str | int | float) and words(value, 300) else []
