"""The format of an address for a dialogue, and how it is read out of a mail. Pure, no database."""

import re
from collections.abc import Iterable

PREFIX = "dialogue+"
_TOKEN = re.compile(r"dialogue\+([a-z2-7]{26})@([^\s@<>,;]+)", re.IGNORECASE)


def address_of(token: str, domain: str) -> str:
    """“dialogue+TOKEN@DOMAIN”: mail servers deliver what comes after the plus to the same place (RFC 5233)."""
    return f"{PREFIX}{token}@{domain}"


def tokens_in(headers: Iterable[str], domain: str) -> list[str]:
    """The tokens of all addresses in our domain, each once, in their order; addresses are not case-sensitive."""
    found = [
        match[1].lower() for text in headers for match in _TOKEN.finditer(text) if match[2].lower() == domain.lower()
    ]
    return list(dict.fromkeys(found))
