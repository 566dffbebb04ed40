"""What a procurement notice says, whatever its format: buyers, winners, and who won which contract. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

MOST_DEALS = 2_000  # of one file; a framework agreement with all its lots has some hundreds


class NotANotice(Exception):
    """A file that cannot be read as a notice. `code` and `params` make the sentence (portal.registry.reason_texts)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as the notice has it; `country` is a code or a name, `numbers` are as they are written."""

    key: str
    name: str
    country: str | None = None
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deal:
    """One contract with one winner, or with the leader of a group of tenderers.

    `part` names it within the notice (lot, contract, winner). `value` is a decimal number as text, in whole units.
    """

    part: str
    lot: str
    winner: str
    partners: tuple[str, ...] = ()
    title: str = ""
    number: str | None = None
    cpv: str | None = None
    value: str | None = None
    currency: str | None = None
    starts_on: str | None = None
    ends_on: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; `id` is the same whenever it is downloaded again. Dates are ISO 8601 texts."""

    format: str
    id: str
    title: str
    published_on: str | None
    buyers: tuple[Party, ...]
    winners: tuple[Party, ...]
    deals: tuple[Deal, ...]

    def as_json(self) -> dict[str, Any]:
        """For handing it from one process to another."""
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Notice":
        """The notice that `as_json` wrote."""

        def party(one: Mapping[str, Any]) -> Party:
            return Party(one["key"], one["name"], one["country"], tuple(one["numbers"]))

        return cls(
            format=found["format"],
            id=found["id"],
            title=found["title"],
            published_on=found["published_on"],
            buyers=tuple(map(party, found["buyers"])),
            winners=tuple(map(party, found["winners"])),
            deals=tuple(Deal(**one | {"partners": tuple(one["partners"])}) for one in found["deals"]),
        )


def day(text: str | None) -> str | None:
    """The day in “2024-01-18+01:00” or “2024-01-18T23:59:59Z” as ISO 8601; None where there is none.

    Older notices say 2000-01-01 where they know no date.
    """
    try:
        found = date.fromisoformat((text or "").strip()[:10])
    except ValueError:
        return None
    return found.isoformat() if found > date(2000, 1, 1) else None


def after(start: str | None, *, years: int = 0, months: int = 0, days: int = 0) -> str | None:
    """The last day of a term that begins on `start`."""
    begun = date.fromisoformat(start) if start else None
    if begun is None or not (years or months or days) or not 0 <= years * 12 + months + days / 30 < 1200:
        return None
    total = begun.month - 1 + months + 12 * years
    year, month = begun.year + total // 12, total % 12 + 1
    same_day = date(year, month, min(begun.day, monthrange(year, month)[1]))
    return date.fromordinal(same_day.toordinal() + days - 1).isoformat()


def amount(value: object) -> str | None:
    """A sum of money as a plain decimal number; None for what is none or below zero."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return format(number, "f") if number.is_finite() and 0 <= number < 10**13 else None


def words(text: object, limit: int = 500) -> str:
    """One line of printable text, cut at `limit`."""
    plain = "".join(ch if ch.isprintable() else " " for ch in str(text or "")[: 4 * limit])
    return " ".join(plain.split())[:limit]
