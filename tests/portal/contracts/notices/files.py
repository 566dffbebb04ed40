"""Files of notices for tests: invented companies that win contracts of invented and real buyers."""

import json
from typing import Any

_EFORMS = """<?xml version="1.0" encoding="UTF-8"?>
<ContractAwardNotice xmlns="urn:oasis:names:specification:ubl:schema:xsd:ContractAwardNotice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
 xmlns:efac="http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1"
 xmlns:efbc="http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1"
 xmlns:efext="http://data.europa.eu/p27/eforms-ubl-extensions/1">
<ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><efext:EformsExtension>
<efac:NoticeResult>
 <efac:LotTender><cbc:ID>TEN-0001</cbc:ID>
  <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="SEK">1250000.50</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID></efac:TenderingParty>
  <efac:TenderLot><cbc:ID>LOT-0001</cbc:ID></efac:TenderLot></efac:LotTender>
 <efac:LotTender><cbc:ID>TEN-0002</cbc:ID>
  <efac:TenderingParty><cbc:ID>TPA-0002</cbc:ID></efac:TenderingParty>
  <efac:TenderLot><cbc:ID>LOT-0002</cbc:ID></efac:TenderLot></efac:LotTender>
 <efac:LotTender><cbc:ID>TEN-0003</cbc:ID>
  <efac:TenderingParty><cbc:ID>TPA-0003</cbc:ID></efac:TenderingParty>
  <efac:TenderLot><cbc:ID>LOT-0002</cbc:ID></efac:TenderLot></efac:LotTender>
 <efac:SettledContract><cbc:ID>CON-0001</cbc:ID><cbc:IssueDate>2026-02-01+01:00</cbc:IssueDate>
  <cbc:Title languageID="SWE">Bärbara datorer</cbc:Title>
  <efac:ContractReference><cbc:ID>RS 2026-0101</cbc:ID></efac:ContractReference>
  <efac:LotTender><cbc:ID>TEN-0001</cbc:ID></efac:LotTender></efac:SettledContract>
 <efac:SettledContract><cbc:ID>CON-0002</cbc:ID>
  <efac:ContractReference><cbc:ID>2</cbc:ID></efac:ContractReference>
  <efac:LotTender><cbc:ID>TEN-0002</cbc:ID></efac:LotTender></efac:SettledContract>
 <efac:TenderingParty><cbc:ID>TPA-0001</cbc:ID>
  <efac:Tenderer><cbc:ID>ORG-0003</cbc:ID></efac:Tenderer>
  <efac:Tenderer><cbc:ID>ORG-0002</cbc:ID><efbc:GroupLeadIndicator>true</efbc:GroupLeadIndicator></efac:Tenderer>
 </efac:TenderingParty>
 <efac:TenderingParty><cbc:ID>TPA-0002</cbc:ID>
  <efac:Tenderer><cbc:ID>ORG-0004</cbc:ID></efac:Tenderer></efac:TenderingParty>
 <efac:TenderingParty><cbc:ID>TPA-0003</cbc:ID>
  <efac:Tenderer><cbc:ID>ORG-0005</cbc:ID></efac:Tenderer></efac:TenderingParty>
</efac:NoticeResult>
<efac:Organizations>
{organisations}
</efac:Organizations>
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:ID schemeName="notice-id">{notice_id}</cbc:ID>
<cbc:IssueDate>2026-03-01+01:00</cbc:IssueDate>
<cbc:NoticeLanguageCode>SWE</cbc:NoticeLanguageCode>
<cac:ContractingParty><cac:Party><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID></cac:PartyIdentification>
</cac:Party></cac:ContractingParty>
<cac:ProcurementProject><cbc:Name languageID="SWE">Datorer och telefoner</cbc:Name></cac:ProcurementProject>
<cac:ProcurementProjectLot><cbc:ID>LOT-0001</cbc:ID><cac:ProcurementProject>
 <cac:MainCommodityClassification><cbc:ItemClassificationCode>30213100</cbc:ItemClassificationCode>
 </cac:MainCommodityClassification>
 <cac:PlannedPeriod><cbc:DurationMeasure unitCode="MONTH">24</cbc:DurationMeasure></cac:PlannedPeriod>
</cac:ProcurementProject></cac:ProcurementProjectLot>
<cac:ProcurementProjectLot><cbc:ID>LOT-0002</cbc:ID><cac:ProcurementProject>
 <cbc:Name languageID="ENG">Phones</cbc:Name><cbc:Name languageID="SWE">Telefoner</cbc:Name>
 <cac:MainCommodityClassification><cbc:ItemClassificationCode>32250000</cbc:ItemClassificationCode>
 </cac:MainCommodityClassification></cac:ProcurementProject></cac:ProcurementProjectLot>
</ContractAwardNotice>"""

_COMPANY = """<efac:Organization><efac:Company>
<cac:PartyIdentification><cbc:ID>{key}</cbc:ID></cac:PartyIdentification>
<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>{country}</cbc:IdentificationCode></cac:Country>
</cac:PostalAddress><cac:PartyLegalEntity><cbc:CompanyID>{number}</cbc:CompanyID></cac:PartyLegalEntity>
</efac:Company></efac:Organization>"""

COMPANIES = {
    "ORG-0001": ("Region Stockholm", "SWE", "232100-0016"),
    "ORG-0002": ("Halden Computing AB", "SWE", "556036-0793"),
    "ORG-0003": ("Nordvik Displays AS", "NOR", "988 077 917"),
    "ORG-0004": ("Fjell Telefoni AB", "SWE", "12"),
    "ORG-0005": ("Lost Tender AB", "SWE", "556036-0793"),
}


def eforms(notice_id: str = "11111111-2222-4333-8444-555555555555", **companies: tuple[str, str, str]) -> bytes:
    """An award notice of two lots; a group of two wins the first. `ORG_0001=(name, country, number)` replaces one."""
    chosen = COMPANIES | {key.replace("_", "-"): value for key, value in companies.items()}
    organisations = "\n".join(
        _COMPANY.format(key=key, name=name, country=country, number=number)
        for key, (name, country, number) in chosen.items()
    )
    return _EFORMS.format(notice_id=notice_id, organisations=organisations).encode()


def release(tag: str, date: str, **values: Any) -> dict[str, Any]:
    """An OCDS release of one process."""
    return {"ocid": "ocds-test-1", "id": f"{tag}-{date}", "date": f"{date}T10:00:00Z", "tag": [tag], **values}


PARTIES = [
    {"id": "B", "name": "City of Oslo", "roles": ["buyer"], "address": {"countryName": "Norway"}},
    {
        "id": "S",
        "name": "Nordvik",
        "roles": ["supplier"],
        "identifier": {"scheme": "NO-BRC", "id": "988077917", "legalName": "Nordvik Displays AS"},
        "address": {"country": "NO"},
    },
]
AWARD = {
    "id": "A1",
    "title": "Screens",
    "status": "active",
    "date": "2026-04-01T00:00:00Z",
    "suppliers": [{"id": "S", "name": "Nordvik"}],
    "value": {"amount": 900000, "currency": "NOK"},
    "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "30231300-0"}}],
}
CONTRACT = {
    "id": "C1",
    "awardID": "A1",
    "title": "Screens, signed",
    "dateSigned": "2026-04-20T00:00:00Z",
    "period": {"startDate": "2026-05-01T00:00:00Z", "endDate": "2028-04-30T00:00:00Z"},
    "identifiers": [{"id": "OSL-2026-17"}],
}


def ocds(*releases: dict[str, Any]) -> bytes:
    """A release package."""
    return json.dumps({"version": "1.1", "releases": list(releases)}).encode()


def awarded() -> dict[str, Any]:
    """The release of the award."""
    return release("award", "2026-04-02", parties=PARTIES, buyer={"id": "B"}, awards=[AWARD])


def signed() -> dict[str, Any]:
    """The later release of the contract, with what is new only."""
    return release("contract", "2026-04-21", buyer={"id": "B"}, contracts=[CONTRACT])


def catalan() -> bytes:
    """A publication of the Catalan platform on an award."""
    return json.dumps(
        {
            "codiExpedient": "2026/77",
            "dataPublicacioReal": "2026-06-16T08:00:00.000Z",
            "organ": {"nom": "Barcelona City Council", "nif": "P0801900B"},
            "publicacio": {
                "dadesBasiquesPublicacio": {"denominacio": {"ca": "Ordinadors"}},
                "dadesPublicacioLot": [
                    {
                        "dataAdjudicacio": "2026-06-15T22:00:00.000Z",
                        "importAdjudicacio": 74017.44,
                        "cpvPrincipal": {"codi": "30213100-6"},
                        "duradaTermini": {"anys": 3, "mesos": 0, "dies": 0},
                        "empresesAdjudicataries": [
                            {"denominacio": "Costa Dades SL", "identificador": "B58378431", "pais": {"en": "Spain"}}
                        ],
                    }
                ],
            },
        }
    ).encode()
