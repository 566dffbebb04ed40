"""The EU's consolidated list of financial sanctions (Financial Sanctions Files 1.1), as XML or CSV. Pure.

In both an entry has one or more names, addresses, numbers and regulations; in the CSV each of them is a row of its own
under the entry's logical id.
"""

from collections import defaultdict
from xml.etree.ElementTree import Element

from portal.sanctions.party import NameSort, Party, clean_names, countries_of, numbers_in
from portal.sanctions.reading.result import Reading, Reject
from portal.sanctions.reading.xml import children, entries, is_xml, iso_day
from portal.sources.tabular import read_table

PART = "fsf"
ORGANISATION = frozenset({"enterprise", "e"})
_ID, _REFERENCE, _TYPE, _CLASS = (
    "Entity_LogicalId", "Entity_EU_ReferenceNumber", "Entity_SubjectType", "Entity_SubjectType_ClassificationCode",
)  # fmt: skip
_PROGRAMME, _ACT, _PUBLISHED = (
    "Entity_Regulation_Programme", "Entity_Regulation_NumberTitle", "Entity_Regulation_PublicationDate",
)  # fmt: skip
_NAME, _COUNTRY, _NUMBER = "NameAlias_WholeName", "Address_CountryIso2Code", "Identification_Number"
TITLES = (_ID, _REFERENCE, _TYPE, _CLASS, _PROGRAMME, _ACT, _PUBLISHED, _NAME, _COUNTRY, _NUMBER)
UNKNOWN_COUNTRY = "00"


def read(content: bytes) -> Reading:
    """The organisations of the list, in either form. Raises Refused."""
    return (_read_xml(content) if is_xml(content) else _read_csv(content)).finished()


def _read_xml(content: bytes) -> Reading:
    reading = Reading()
    for entry in entries(content, "export", frozenset({"sanctionEntity"})):
        ref = entry.get("euReferenceNumber") or entry.get("logicalId") or ""
        kinds = {
            (kind.get(name) or "").casefold()
            for kind in children(entry, "subjectType")
            for name in ("code", "classificationCode")
        }
        if not kinds & ORGANISATION:
            reading.persons += 1
        elif not ref or not (names := clean_names(_names(entry))):
            reading.rejects.append(Reject(ref or "?", "missing"))
        else:
            reading.add(_party(entry, ref, names))
    return reading


def _names(entry: Element) -> list[tuple[str, NameSort]]:
    found: list[tuple[str, NameSort]] = []
    for alias in sorted(children(entry, "nameAlias"), key=lambda alias: alias.get("strong") == "false"):
        strong = NameSort.ALIAS if found else NameSort.NAME
        found.append((alias.get("wholeName") or "", NameSort.WEAK if alias.get("strong") == "false" else strong))
    return found


def _party(entry: Element, ref: str, names: tuple[tuple[str, str], ...]) -> Party:
    acts = sorted(children(entry, "regulation"), key=lambda act: act.get("publicationDate") or "")
    newest = acts[-1] if acts else None
    codes = [
        address.get("countryIso2Code") or address.get("countryDescription") or ""
        for address in children(entry, "address")
    ]
    return Party(
        part=PART,
        ref=ref,
        names=names,
        numbers=numbers_in(*((one.get("number") or "") for one in children(entry, "identification"))),
        countries=countries_of(*(code for code in codes if code != UNKNOWN_COUNTRY)),
        programme=newest.get("programme") if newest is not None else None,
        act=newest.get("numberTitle") if newest is not None else None,
        listed_on=iso_day(acts[0].get("publicationDate") or "") if acts else None,
    )


def _read_csv(content: bytes) -> Reading:
    reading = Reading()
    rows_of: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in read_table(content, TITLES):
        if row.cells is None:
            reading.rejects.append(Reject(str(row.number), "short_row"))
        elif not row.cells[0]:
            reading.rejects.append(Reject(str(row.number), "missing"))
        else:
            rows_of[row.cells[0]].append(dict(zip(TITLES, row.cells, strict=True)))
    for number, rows in rows_of.items():
        if not {cell[title].casefold() for cell in rows for title in (_TYPE, _CLASS)} & ORGANISATION:
            reading.persons += 1
            continue
        written = [cell[_NAME] for cell in rows if cell[_NAME]]
        names = clean_names((text, NameSort.ALIAS if place else NameSort.NAME) for place, text in enumerate(written))
        if not names:
            reading.rejects.append(Reject(number, "missing"))
            continue
        acts = sorted((cell[_PUBLISHED], cell[_ACT], cell[_PROGRAMME]) for cell in rows if cell[_ACT])
        reading.add(
            Party(
                part=PART,
                ref=next((cell[_REFERENCE] for cell in rows if cell[_REFERENCE]), number),
                names=names,
                numbers=numbers_in(*(cell[_NUMBER] for cell in rows)),
                countries=countries_of(*(cell[_COUNTRY] for cell in rows if cell[_COUNTRY] != UNKNOWN_COUNTRY)),
                programme=(acts[-1][2] or None) if acts else None,
                act=acts[-1][1] if acts else None,
                listed_on=iso_day(acts[0][0]) if acts else None,
            )
        )
    return reading
