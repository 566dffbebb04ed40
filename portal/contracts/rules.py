"""What a contract may be, for forms and imports alike, and what follows from its numbers. Pure."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

MAX_NUMBER = 60
MAX_TITLE = 200
# With two decimals all of them: values are kept in hundredths.
CURRENCIES = ("SEK", "NOK", "EUR", "DKK", "USD", "GBP", "CHF", "PLN", "CZK", "HUF", "RON")


class ContractKind(StrEnum):
    """What a contract is to others: one of its own, a framework, or a contract called off under one."""

    CONTRACT = "contract"
    FRAMEWORK = "framework"
    CALL_OFF = "call_off"


class ContractState(StrEnum):
    """Whether the last day of a contract, with the options that were used, is over."""

    RUNNING = "running"
    ENDED = "ended"


class Valued(Protocol):
    """A contract as far as its value goes."""

    id: UUID
    framework_id: UUID | None
    currency: str | None
    value_minor: int | None


def called_off(contracts: Iterable[Valued]) -> Counter[tuple[UUID, str]]:
    """What is called off under each framework, by its id and the currency."""
    sums: Counter[tuple[UUID, str]] = Counter()
    for one in contracts:
        if one.framework_id and one.currency and one.value_minor:
            sums[one.framework_id, one.currency] += one.value_minor
    return sums


def value_once(contracts: Iterable[Valued]) -> dict[UUID, int | None]:
    """What each contract of a set counts in a sum over the set, so that no money counts twice.

    A framework counts only as far as call-offs of the set do not stand for its value already; call-offs in another
    currency, or beyond the value, take nothing from it. portal.contracts.queries.value_once says the same in SQL.
    """
    found = list(contracts)
    called = called_off(found)
    return {
        one.id: None
        if one.value_minor is None or one.currency is None
        else max(one.value_minor - called[one.id, one.currency], 0)
        for one in found
    }


MOST_OPTIONS = 10  # written down at once
MOST_OPTION_MONTHS = 120


def option_ends(ends_on: date, count: int, months: int) -> list[date]:
    """The last days of so many options of so many months each, the first of which follows on `ends_on`.

    The last day of a month is followed by last days of months; any other day by the same day, or by the last of a
    month that has no such day. Each is counted from `ends_on`, so that a short month does not shorten those after it.
    """
    at_month_end = ends_on.day == monthrange(ends_on.year, ends_on.month)[1]
    found = []
    for place in range(1, count + 1):
        years, month = divmod(ends_on.month - 1 + months * place, 12)
        last = monthrange(ends_on.year + years, month + 1)[1]
        found.append(date(ends_on.year + years, month + 1, last if at_month_end else min(ends_on.day, last)))
    return found
