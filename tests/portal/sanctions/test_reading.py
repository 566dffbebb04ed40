"""Each list in the form that its publisher gives, with what must be left out; and files that are something else."""

import io
import itertools
import zipfile
from datetime import date
from pathlib import Path

import pytest

from portal.sanctions.catalogue import LISTS
from portal.sanctions.party import NameSort, clean_names, countries_of, numbers_in
from portal.sanctions.reading import eu_fsf, eu_regulations, ofac, un, us_1260h
from portal.sanctions.reading.kept import keep, read_kept
from portal.sanctions.reading.result import Reading
from portal.sources.refusal import Refused
from portal.sources.rules import Reason

FSF_XML = """<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-09-01T10:00:00.000+02:00" globalFileId="1">
<sanctionEntity designationDetails="" euReferenceNumber="EU.9001.10" logicalId="9001">
  <regulation regulationType="amendment" publicationDate="2025-03-17" numberTitle="2025/507 (OJ L)" programme="COD"/>
  <regulation regulationType="basic" publicationDate="2005-07-18" numberTitle="1183/2005" programme="COD"/>
  <subjectType code="enterprise" classificationCode="E"/>
  <nameAlias firstName="" lastName="" wholeName="KGR" strong="false" nameLanguage=""/>
  <nameAlias wholeName="Kalvik Gold Refinery" strong="true" nameLanguage="EN"/>
  <nameAlias wholeName="Raffinerie d’or de Kalvik" strong="true" nameLanguage="FR"/>
  <address city="Kigali" countryIso2Code="RW" countryDescription="RWANDA"/>
  <address city="" countryIso2Code="00" countryDescription="UNKNOWN"/>
  <identification number="1 234-567 890" identificationTypeCode="regnumber"/>
</sanctionEntity>
<sanctionEntity euReferenceNumber="EU.9002.20" logicalId="9002"><subjectType code="person" classificationCode="P"/>
  <nameAlias wholeName="Kari Hemmelig" strong="true"/></sanctionEntity>
</export>""".encode()

ACT = "2025/507 (OJ L)"
FSF_COLUMNS = (*eu_fsf.TITLES, "Entity_Remark")
FSF_CSV = "\n".join(
    ";".join(cells)
    for cells in (
        FSF_COLUMNS,
        ("9001", "EU.9001.10", "E", "enterprise", "COD", ACT, "2025-03-17", "Kalvik Gold Refinery", "", "", ""),
        ("9001", "EU.9001.10", "E", "enterprise", "", "", "", "Raffinerie d’or de Kalvik", "", "", ""),
        ("9001", "EU.9001.10", "E", "enterprise", "", "", "", "", "RW", "", ""),
        ("9001", "EU.9001.10", "E", "enterprise", "", "", "", "", "", "1 234-567 890", ""),
        ("9002", "EU.9002.20", "P", "person", "COD", "2025/507", "2025-03-17", "Kari Hemmelig", "", "", ""),
    )
).encode()  # fmt: skip

UN_XML = b"""<?xml version="1.0" encoding="UTF-8"?><CONSOLIDATED_LIST dateGenerated="2026-09-01T00:00:00">
<INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>KARI</FIRST_NAME></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><DATAID>110</DATAID><FIRST_NAME>NORDFJELL TRADING HOUSE</FIRST_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>
<REFERENCE_NUMBER>CDe.009</REFERENCE_NUMBER><LISTED_ON>2007-03-29</LISTED_ON><COMMENTS1>Run by Kari Hemmelig</COMMENTS1>
<ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Nordfjell House</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>NTH</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ADDRESS><CITY>Goma</CITY><COUNTRY>Democratic Republic of the Congo</COUNTRY></ENTITY_ADDRESS>
</ENTITY></ENTITIES></CONSOLIDATED_LIST>"""

SDN_XML = b"""<?xml version="1.0" standalone="yes"?><sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/api/SDN">
<publshInformation><Publish_Date>09/01/2026</Publish_Date><Record_Count>3</Record_Count></publshInformation>
<sdnEntry><uid>36</uid><lastName>NORDFJELL TRADING HOUSE</lastName><sdnType>Entity</sdnType>
<programList><program>DRCONGO</program><program>RUSSIA-EO14024</program></programList>
<idList><id><uid>1</uid><idType>Registration Number</idType><idNumber>CHE-109.711.148</idNumber></id></idList>
<akaList><aka><uid>12</uid><type>a.k.a.</type><category>strong</category><lastName>NORDFJELL HOUSE</lastName></aka>
<aka><uid>13</uid><type>a.k.a.</type><category>weak</category><lastName>NTH</lastName></aka></akaList>
<addressList><address><uid>25</uid><city>Goma</city>
<country>Congo, Democratic Republic of the</country></address></addressList>
</sdnEntry>
<sdnEntry><uid>37</uid><firstName>Kari</firstName><lastName>HEMMELIG</lastName><sdnType>Individual</sdnType></sdnEntry>
<sdnEntry><uid>38</uid><lastName>SHIP</lastName><sdnType>Vessel</sdnType></sdnEntry></sdnList>"""

SDN_CSV = (
    b'36,"NORDFJELL TRADING HOUSE",-0- ,"DRCONGO] [RUSSIA-EO14024",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    b'37,"HEMMELIG, Kari","individual","DRCONGO",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1970"\n'
    b'38,"SHIP","vessel","DRCONGO",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n\x1a\n'
)
ALT_CSV = b'36,12,"aka","NORDFJELL HOUSE",-0- \n36,13,"fka","NORDFJELL STORE",-0- \n37,14,"aka","K.H.",-0- \n'
ADD_CSV = b'36,25,"Main Street","Goma","Rwanda",-0- \n'


def archive(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in files.items():
            found.writestr(f"SDN/{name.upper()}.CSV", content)
    return buffer.getvalue()


def only(reading: Reading):
    (party,) = reading.parties.values()
    return party


@pytest.mark.parametrize("content", [FSF_XML, FSF_CSV], ids=["xml", "csv"])
def test_the_eu_list_in_both_forms(content: bytes) -> None:
    reading = eu_fsf.read(content)
    party = only(reading)
    assert (party.ref, party.name, party.programme) == ("EU.9001.10", "Kalvik Gold Refinery", "COD")
    assert party.act == "2025/507 (OJ L)"
    assert party.countries == ("RW",)
    assert party.numbers == ("1234567890",)
    assert ("Raffinerie d’or de Kalvik", "alias") in party.names
    assert reading.persons == 1


def test_a_weak_alias_of_the_eu_list_is_marked_and_the_first_day_counts() -> None:
    party = only(eu_fsf.read(FSF_XML))
    assert ("KGR", "weak") in party.names
    assert party.listed_on == date(2005, 7, 18)


def test_the_un_list() -> None:
    reading = un.read(UN_XML)
    party = only(reading)
    assert (party.ref, party.programme, party.listed_on) == ("CDe.009", "DRC", date(2007, 3, 29))
    assert party.names == (
        ("NORDFJELL TRADING HOUSE", "name"),
        ("Nordfjell House", "former"),
        ("NTH", "weak"),
    )
    assert (party.countries, reading.persons) == (("CD",), 1)


def test_the_ofac_list_in_both_forms() -> None:
    by_xml, by_csv = ofac.read(SDN_XML), ofac.read(archive(sdn=SDN_CSV, alt=ALT_CSV, add=ADD_CSV))
    for reading in (by_xml, by_csv):
        party = only(reading)
        assert (party.ref, party.name) == ("36", "NORDFJELL TRADING HOUSE")
        assert party.programme == "DRCONGO, RUSSIA-EO14024"
        assert ("NORDFJELL HOUSE", "alias") in party.names
        assert (reading.persons, reading.others) == (1, 1)
    assert only(by_xml).countries == ("CD",)
    assert only(by_xml).numbers == ("CHE109711148",)
    assert ("NTH", "weak") in only(by_xml).names
    assert ("NORDFJELL STORE", "former") in only(by_csv).names
    assert only(by_csv).countries == ("RW",)
    assert only(ofac.read(SDN_CSV)).countries == ()


def test_the_1260h_list_joins_editions_and_leaves_out_who_went() -> None:
    content = (
        b"Name,Clean Name,Alias,Previous Name,Parent Name,Note,Start date,End date,Source Url\n"
        b"Fjell Chip Inc. (FCI)*,Fjell Chip Inc.,FCI,,,,2022-10-05,,\n"
        b"Fjell Chip Inc.,Fjell Chip Inc.,,Dal Chip,,,2021-06-03,,\n"
        b"Gone Ltd,Gone Ltd,,,,,2021-06-03,2024-01-31,\n"
    )
    reading = us_1260h.read(content)
    party = only(reading)
    assert party.names == (("Fjell Chip Inc.", "name"), ("FCI", "alias"), ("Dal Chip", "former"))
    assert (party.listed_on, party.countries, reading.others) == (date(2021, 6, 3), ("CN",), 1)


def test_what_is_kept_reads_back_the_same_and_has_no_person() -> None:
    for content, read in ((FSF_XML, eu_fsf.read), (UN_XML, un.read), (SDN_XML, ofac.read)):
        kept = keep(content, read)
        assert keep(content, read) == kept
        assert b"emmelig" not in kept.lower()
        again, reading = read_kept(kept), read(content)
        assert (again.parties, again.persons, again.others) == (reading.parties, reading.persons, reading.others)


BOMB = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><export>&b;</export>'


@pytest.mark.parametrize(
    ("code", "content", "reason"),
    [
        ("eu-fsf", BOMB, Reason.NOT_A_LIST),
        ("eu-fsf", b"<html><body>Sign in</body></html>", Reason.NOT_A_LIST),
        ("eu-fsf", FSF_XML[:700], Reason.DAMAGED_FILE),
        ("eu-fsf", b"<export></export>", Reason.NO_ROWS),
        ("eu-fsf", b"a;b\n1;2\n", Reason.UNEXPECTED_COLUMNS),
        ("un", b"", Reason.NOT_A_LIST),
        ("un", b"<CONSOLIDATED_LIST>" + b"<a>" * 60, Reason.DAMAGED_FILE),
        ("us-ofac-sdn", b"", Reason.EMPTY),
        ("us-ofac-sdn", b"name,country\nHalden,SE\n", Reason.UNEXPECTED_COLUMNS),
        ("us-ofac-sdn", archive(alt=ALT_CSV), Reason.NOT_A_LIST),
        ("us-ofac-sdn", archive(sdn=SDN_CSV)[:60], Reason.DAMAGED_FILE),
        ("us-ofac-sdn", archive(sdn=b"0" * (33 * 2**20)), Reason.TOO_LARGE),
        ("us-1260h", b"\x00\x01\x02", Reason.NOT_A_LIST),
    ],
    ids=itertools.count(),  # an archive holds the time: its bytes are no name for a test
)
def test_what_is_something_else_is_refused_by_name(code: str, content: bytes, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        LISTS[code].read(content)
    assert refused.value.reason == reason


def test_cells() -> None:
    assert numbers_in("BE480224531 (Belgium); INN: 5013045054; 12", "CHE-109.711.148") == (
        "BE480224531",
        "5013045054",
        "CHE109711148",
    )
    assert countries_of("Kigali, Rwanda; 119435, Moscow, Russian Federation", "Yangon, Myanmar/Burma") == (
        "RW",
        "RU",
        "MM",
    )
    assert countries_of("Central District, Pyongyang, DPRK; an unknown place") == ("KP",)
    assert clean_names([("  ‘KOMID’ ", NameSort.ALIAS), ("komid", NameSort.WEAK), ("", NameSort.ALIAS)]) == (
        ("KOMID", "alias"),
    )


def test_the_real_lists(shared_data: Path) -> None:
    """Every file is read, whole: what is left out is ships and goods."""
    found = {}
    for path in sorted((shared_data / "sanctions").glob("3*.csv")):
        reading = eu_regulations.read(path.read_bytes())
        assert not reading.rejects
        found[path.stem] = len(reading.parties)
    assert found["32005R1183"] == 11
    assert found["32014R0833"] == 1085
    assert sum(found.values()) == 2481
    assert len(us_1260h.read((shared_data / "sanctions" / "us-dod-1260h.csv").read_bytes()).parties) > 200
