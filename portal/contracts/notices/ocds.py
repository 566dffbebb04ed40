"""Open Contracting Data Standard: a release, a release package or a record package, versions 1.0 and 1.1.

A contracting process is told in several releases, each with what is new. They are merged first: by identifier, the
later one in force. The identifier of the whole is the ocid, so that one process is one notice in whatever package.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.contracts.notices.model import Deal, NotANotice, Notice, Party, amount, day, words

_DEAD = frozenset({"cancelled", "unsuccessful", "withdrawn"})
Json = Mapping[str, Any]


def read(document: Json) -> list[Notice]:
    """The processes in a document that have awards. Raises NotANotice."""
    releases = list(_releases(document))
    if not all(isinstance(one.get("ocid"), str) for one in releases):
        raise NotANotice("notice_no_id")
    processes: dict[str, list[Json]] = {}
    for one in sorted(releases, key=lambda release: str(release.get("date") or "")):
        processes.setdefault(one["ocid"], []).append(one)
    found = [_Process(ocid, parts).notice() for ocid, parts in processes.items()]
    awarded = [notice for notice in found if notice.deals]
    if not awarded:
        raise NotANotice("notice_no_award", kind="OCDS")
    return awarded


def is_ocds(document: Any) -> bool:
    """Whether a JSON document looks like one of these."""
    return isinstance(document, dict) and ("releases" in document or "records" in document or "ocid" in document)


def _releases(document: Json) -> Iterable[Json]:
    if "ocid" in document and "records" not in document:
        return [document]
    if "records" in document:
        found: list[Json] = []
        for record in _list(document, "records"):
            compiled = record.get("compiledRelease")
            # Linked releases (by address only) are not fetched: the compiled one says what they come to.
            found += [compiled] if isinstance(compiled, dict) else [r for r in _list(record, "releases") if "ocid" in r]
        return found
    return _list(document, "releases")


def _list(parent: Any, key: str) -> list[Json]:
    """The objects in a list; anything else that stands there is left out."""
    found = parent.get(key) if isinstance(parent, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _dict(parent: Any, key: str) -> Json:
    found = parent.get(key) if isinstance(parent, dict) else None
    return found if isinstance(found, dict) else {}


class _Process:
    """One contracting process, merged from its releases, the oldest first."""

    def __init__(self, ocid: str, releases: list[Json]) -> None:
        self.ocid = ocid
        self.last = releases[-1]
        self.tender: dict[str, Any] = {}
        for release in releases:
            self.tender |= _dict(release, "tender")
        self.parties = self._merged(releases, "parties")
        self.awards = self._merged(releases, "awards")
        self.contracts = self._merged(releases, "contracts")
        self.named: dict[str, Json] = {}  # suppliers as awards and contracts refer to them
        self.buyer = next((one for one in (_dict(r, "buyer") for r in reversed(releases)) if one), {})

    @staticmethod
    def _merged(releases: list[Json], key: str) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for release in releases:
            for one in _list(release, key):
                found.setdefault(str(one.get("id")), {}).update(one)
        return found

    def notice(self) -> Notice:
        deals = [deal for award, contract in self._won() for deal in self._deals(award, contract)]
        keys = dict.fromkeys(key for deal in deals for key in (deal.winner, *deal.partners))
        buyers = [self._party(self.buyer)] if self.buyer else []
        if not buyers:
            buyers = [self._party(one) for one in self.parties.values() if "buyer" in (one.get("roles") or ())]
        return Notice(
            format="ocds",
            id=words(self.ocid, 100),
            title=words(self.tender.get("title") or self.last.get("title")),
            published_on=day(str(self.last.get("date") or "")),
            buyers=tuple(buyers),
            winners=tuple(self._party(self.named[key]) for key in keys),
            deals=tuple(deals),
        )

    def _won(self) -> Iterable[tuple[Json, Json]]:
        """(award, its contract or nothing)."""
        signed = {str(one.get("awardID")) for one in self.contracts.values()}
        for contract in self.contracts.values():
            if contract.get("status") not in _DEAD:
                yield self.awards.get(str(contract.get("awardID")), {}), contract
        for key, award in self.awards.items():
            if key not in signed and award.get("status") not in _DEAD:
                yield award, {}

    def _deals(self, award: Json, contract: Json) -> Iterable[Deal]:
        """The contract of an award. Several suppliers of one award are a group of tenderers; the first one leads it."""
        suppliers = _list(contract, "suppliers") or _list(award, "suppliers")
        lots = [str(one) for one in (award.get("relatedLots") or []) if isinstance(one, str)]
        keys = list(dict.fromkeys(words(one.get("id"), 100) for one in suppliers))
        self.named |= {words(one.get("id"), 100): one for one in suppliers}
        if not keys:
            return
        value = _dict(contract, "value") or _dict(award, "value")
        period = _dict(contract, "period") or _dict(award, "contractPeriod")
        sum_of_money = amount(value.get("amount")) if value.get("amount") is not None else None
        currency = words(value.get("currency"), 3) or None
        signed = day(str(contract.get("dateSigned") or "")) or day(str(award.get("date") or ""))
        yield Deal(
            part=self._part(award, contract, keys[0]),
            lot=", ".join(lots)[:100],
            winner=keys[0],
            partners=tuple(keys[1:]),
            title=words(contract.get("title") or award.get("title") or self.tender.get("title")),
            number=next((words(one.get("id"), 100) for one in _list(contract, "identifiers")), None),
            cpv=self._cpv(contract, award, lots),
            value=sum_of_money if currency else None,
            currency=currency if sum_of_money else None,
            starts_on=day(str(period.get("startDate") or "")) or signed,
            ends_on=day(str(period.get("endDate") or "")),
        )

    def _part(self, award: Json, contract: Json, winner: str) -> str:
        """Awards become contracts: so a contract is known by its award, and only a second one by its own number."""
        award_id = words(contract.get("awardID") or award.get("id"), 60)
        of_award = [key for key, one in self.contracts.items() if words(one.get("awardID"), 60) == award_id]
        second = [words(contract.get("id"), 60)] if contract and str(contract.get("id")) != of_award[0] else []
        return "/".join((award_id, *second, winner))

    def _cpv(self, contract: Json, award: Json, lots: list[str]) -> str | None:
        for parent in (contract, award, self.tender):
            for item in _list(parent, "items"):
                kind = _dict(item, "classification")
                other_lot = parent is self.tender and lots and item.get("relatedLot", lots[0]) not in lots
                if str(kind.get("scheme", "")).upper().startswith("CPV") and not other_lot:
                    return words(kind.get("id"), 20) or None
        return None

    def _party(self, reference: Json) -> Party:
        """A party by its id; the reference alone where the process does not list it."""
        key = words(reference.get("id"), 100)
        party = {**reference, **self.parties.get(str(reference.get("id")), {})}
        identifiers = [_dict(party, "identifier"), *_list(party, "additionalIdentifiers")]
        address = _dict(party, "address")
        legal = _dict(party, "identifier").get("legalName")
        return Party(
            key=key,
            name=words(legal or party.get("name")),
            country=words(address.get("country") or address.get("countryName"), 60) or None,
            numbers=tuple(dict.fromkeys(words(one.get("id"), 100) for one in identifiers if one.get("id"))),
        )
