"""What a notice says of a winner, as the registry's imports take it. Pure: no database."""

from collections.abc import Iterator, Sequence
from typing import Any

from portal.contracts.notices.model import Party
from portal.registry.countries import country_code
from portal.registry.identifiers import SCHEMES, Identifier, check, detect
from portal.registry.imports.rows import Fact, Rejection, RowFacts
from portal.registry.names import core, legal_form, norm
from portal.registry.reasons import Refused
from portal.registry.texts import company_name


def facts_of(row: int, party: Party) -> Fact:
    """One winner; `row` is its place among the winners of the file, from 1."""
    country = country_code(party.country) if party.country else None
    try:
        name = company_name(party.name)
    except Refused as refused:
        return Rejection(row, party.name[:80], None, refused.code, refused.params)
    if any(_of_person(text, country) for text in party.numbers):
        return Rejection(row, "", None, "notice_person")
    numbers = tuple(dict.fromkeys(one for text in party.numbers for one in _numbers(text, country)))
    return RowFacts(
        number=row,
        name=name,
        norm=norm(name),
        core=core(name),
        form=legal_form(name),
        country=country,
        identifiers=numbers,
        remark=_left_out(party, country, numbers),
    )


def _numbers(text: str, country: str | None) -> Iterator[Identifier]:
    """The numbers that a text surely is: of the winner's own country, and a VAT number only where it is written as one.

    Notices say “register number” and mean whatever the buyer typed.
    """
    for one in detect(text, country):
        if one.scheme == "vat":
            if text.strip()[:2].isalpha() and one.value[:2] in (country, "EL" if country == "GR" else country):
                yield one
        elif SCHEMES[one.scheme].country in (None, country):
            yield one


def _of_person(text: str, country: str | None) -> bool:
    """Sole traders win contracts, too; the registry keeps companies, not people."""
    for key, scheme in SCHEMES.items():
        if country and scheme.country == country:
            try:
                check(key, text, country)
            except Refused as refused:
                if refused.code == "identifier_person":
                    return True
    return False


def _left_out(party: Party, country: str | None, numbers: Sequence[Identifier]) -> tuple[str, Any, str] | None:
    if party.numbers and not numbers:
        return "notice_number_left_out", {"number": party.numbers[0][:60], "country": country or "–"}, ""
    return None
