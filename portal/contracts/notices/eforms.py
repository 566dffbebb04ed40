"""eForms notices (UBL ContractAwardNotice, as published on TED and by national portals).

Winners are the tenders that a settled contract refers to: the result of a lot may list all that were received.
Fields by their names in the eForms SDK: BT-500 name, BT-501 identifier, BT-145 contract conclusion date, BT-150
contract identifier, BT-262 main CPV, BT-720 tender value, BT-36/536/537 duration, OPT-315/316 contract, OPT-310
tendering party.
"""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.contracts.notices.model import Deal, NotANotice, Notice, Party, after, amount, day, words

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NS = {
    "cbc": f"{_UBL}CommonBasicComponents-2",
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
    "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
}
_AWARD = f"{{{_UBL}ContractAwardNotice-2}}ContractAwardNotice"
_OTHERS = (f"{{{_UBL}ContractNotice-2}}ContractNotice", f"{{{_UBL}PriorInformationNotice-2}}PriorInformationNotice")
_UNITS = {"YEAR": "years", "MONTH": "months", "DAY": "days", "WEEK": "days"}


def read(data: bytes) -> list[Notice]:
    """The one notice in an XML file. Raises NotANotice."""
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise NotANotice("notice_doctype") from None
    except (ParseError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (0, 0))
        raise NotANotice("notice_damaged", place=f"{line}:{column}") from None
    if root.tag in _OTHERS:
        raise NotANotice("notice_no_award", kind=root.tag.rpartition("}")[2])
    if root.tag != _AWARD:
        raise NotANotice("notice_other_xml", tag=words(root.tag.rpartition("}")[2], 40))
    return [_Reader(root).notice()]


def _text(element: Element | None, path: str) -> str:
    found = element.find(path, NS) if element is not None else None
    return (found.text or "").strip() if found is not None else ""


def _by_id(elements: Iterator[Element] | list[Element]) -> dict[str, Element]:
    return {_text(one, "cbc:ID"): one for one in elements}


class _Reader:
    """One notice; everything in it refers to everything else by technical ids (ORG-0001, LOT-0001, TEN-0001)."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.language = _text(root, "cbc:NoticeLanguageCode")
        self.result = root.find(".//efac:NoticeResult", NS)
        self.organisations = dict(self._organisations())
        self.lots = {
            _text(lot, "cbc:ID"): lot.find("cac:ProcurementProject", NS)
            for lot in root.findall("cac:ProcurementProjectLot", NS)
        }
        self.project = root.find("cac:ProcurementProject", NS)

    def notice(self) -> Notice:
        identity = self._named_id("notice-id")
        if not identity:
            raise NotANotice("notice_no_id")
        deals = list(self._deals()) if self.result is not None else []
        if len(deals) == 1 and deals[0].value is None:
            deals = [self._with_total(deals[0])]
        if not deals:
            raise NotANotice("notice_no_winner")
        keys = dict.fromkeys(key for deal in deals for key in (deal.winner, *deal.partners))
        return Notice(
            format="eforms",
            id=identity,
            title=self._best(self.project, "cbc:Name"),
            published_on=day(_text(self.root, "cbc:IssueDate")),
            buyers=tuple(self._buyers()),
            winners=tuple(self.organisations[key] for key in keys),
            deals=tuple(deals),
        )

    def _named_id(self, scheme: str) -> str:
        found = (one for one in self.root.findall("cbc:ID", NS) if one.get("schemeName", scheme) == scheme)
        return words(getattr(next(found, None), "text", ""), 100)

    def _best(self, parent: Element | None, path: str) -> str:
        """The text in the notice's own language, else the first."""
        found = parent.findall(path, NS) if parent is not None else []
        own = [one for one in found if one.get("languageID") == self.language]
        return words((own or found)[0].text) if found else ""

    def _organisations(self) -> Iterator[tuple[str, Party]]:
        for company in self.root.findall(".//efac:Organizations/efac:Organization/efac:Company", NS):
            key = _text(company, "cac:PartyIdentification/cbc:ID")
            numbers = [(one.text or "").strip() for one in company.findall("cac:PartyLegalEntity/cbc:CompanyID", NS)]
            name = self._best(company, "cac:PartyName/cbc:Name")
            country = _text(company, "cac:PostalAddress/cac:Country/cbc:IdentificationCode") or None
            yield key, Party(key, name, country, tuple(words(one, 100) for one in numbers if one))

    def _buyers(self) -> Iterator[Party]:
        for party in self.root.findall("cac:ContractingParty/cac:Party", NS):
            key = _text(party, "cac:PartyIdentification/cbc:ID")
            if key in self.organisations:
                yield self.organisations[key]

    def _deals(self) -> Iterator[Deal]:
        assert self.result is not None
        tenders = _by_id(self.result.findall("efac:LotTender", NS))
        parties = _by_id(self.result.findall("efac:TenderingParty", NS))
        for contract_id, contract, tender_id in self._won(tenders):
            tender = tenders.get(tender_id)
            party = parties.get(_text(tender, "efac:TenderingParty/cbc:ID"))
            members = self._members(party)
            if tender is None or not members:
                continue
            lot_id = _text(tender, "efac:TenderLot/cbc:ID")
            yield Deal(
                part="/".join((lot_id, contract_id or tender_id, members[0])),
                lot=lot_id,
                winner=members[0],
                partners=tuple(members[1:]),
                **self._terms(contract, self.lots.get(lot_id)),
                **self._price(tender),
            )

    def _won(self, tenders: dict[str, Element]) -> Iterator[tuple[str, Element | None, str]]:
        """(contract's id, contract, tender's id): by the contracts, or, before they are settled, by rank."""
        assert self.result is not None
        contracts = self.result.findall("efac:SettledContract", NS)
        for contract in contracts:
            for reference in contract.findall("efac:LotTender", NS):
                yield _text(contract, "cbc:ID"), contract, _text(reference, "cbc:ID")
        if contracts:
            return
        for lot in self.result.findall("efac:LotResult", NS):
            if _text(lot, "cbc:TenderResultCode") != "selec-w":
                continue
            ids = [_text(one, "cbc:ID") for one in lot.findall("efac:LotTender", NS)]
            for tender_id in ids:
                if len(ids) == 1 or _text(tenders.get(tender_id), "cbc:RankCode") == "1":
                    yield "", None, tender_id

    def _members(self, party: Element | None) -> list[str]:
        """The keys of a tendering party's organisations, the leader first."""
        found = party.findall("efac:Tenderer", NS) if party is not None else []
        found = sorted(found, key=lambda one: _text(one, "efbc:GroupLeadIndicator") != "true")
        keys = [_text(one, "cbc:ID") for one in found]
        return list(dict.fromkeys(key for key in keys if key in self.organisations))

    def _terms(self, contract: Element | None, lot: Element | None) -> dict[str, Any]:
        title = self._best(contract, "cbc:Title") or self._best(lot, "cbc:Name") or self._best(self.project, "cbc:Name")
        cpv = "cac:MainCommodityClassification/cbc:ItemClassificationCode"
        signed = day(_text(contract, "cbc:IssueDate")) or day(_text(contract, "cbc:AwardDate"))
        starts_on = day(_text(lot, "cac:PlannedPeriod/cbc:StartDate")) or signed
        ends_on = day(_text(lot, "cac:PlannedPeriod/cbc:EndDate"))
        return {
            "title": title,
            "number": words(_text(contract, "efac:ContractReference/cbc:ID"), 100) or None,
            "cpv": words(_text(lot, cpv) or _text(self.project, cpv), 20) or None,
            "starts_on": starts_on,
            "ends_on": ends_on or self._term(starts_on, lot),
        }

    @staticmethod
    def _term(starts_on: str | None, lot: Element | None) -> str | None:
        measure = lot.find("cac:PlannedPeriod/cbc:DurationMeasure", NS) if lot is not None else None
        unit = (measure.get("unitCode") or "").upper() if measure is not None else ""
        count = (measure.text or "").strip() if measure is not None else ""
        if unit not in _UNITS or not (count.isascii() and count.isdigit() and len(count) <= 5):
            return None
        return after(starts_on, **{_UNITS[unit]: int(count) * (7 if unit == "WEEK" else 1)})

    @staticmethod
    def _price(tender: Element) -> dict[str, Any]:
        paid = tender.find("cac:LegalMonetaryTotal/cbc:PayableAmount", NS)
        return _money(paid)

    def _with_total(self, deal: Deal) -> Deal:
        """The only contract of a notice costs what the notice says in total."""
        assert self.result is not None
        fields = {name: getattr(deal, name) for name in Deal.__dataclass_fields__}
        return Deal(**fields | _money(self.result.find("cbc:TotalAmount", NS)))


def _money(element: Element | None) -> dict[str, Any]:
    value = amount(element.text) if element is not None else None
    currency = words(element.get("currencyID"), 3) if element is not None else ""
    return {"value": value, "currency": currency} if value and currency else {"value": None, "currency": None}
