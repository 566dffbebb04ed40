"""The number in a business register that a LEI record gives, as a national number of the registry. Pure."""

from portal.registry.gleif.parse import LeiData
from portal.registry.identifiers import Identifier, check_national
from portal.registry.reasons import Refused

# Countries whose business register gives a company the number that its scheme here checks. Elsewhere `registeredAs`
# is a number of a court or a chamber, which has no check digits to tell it from another one.
REGISTER_NUMBERS = frozenset({"SE", "NO", "DK", "FI", "EE", "FR", "BE", "CZ", "CN", "IN"})


def national_number(data: LeiData) -> Identifier | None:
    """The company's number in its register, where it can be checked. Sole traders' numbers are those of people."""
    country = data.country or (data.jurisdiction or "")[:2]
    if not data.registered_as or data.category == "SOLE_PROPRIETOR" or country not in REGISTER_NUMBERS:
        return None
    try:
        return check_national(data.registered_as, country)
    except Refused:
        return None
