"""The consolidated list of the UN Security Council, XML. Individuals are counted and left out. Pure."""

from xml.etree.ElementTree import Element

from portal.sanctions.party import NameSort, Party, clean_names, countries_of
from portal.sanctions.reading.result import Reading, Reject
from portal.sanctions.reading.xml import children, entries, iso_day, text_of

PART = "un"
_SORTS = {"f.k.a.": NameSort.FORMER, "low": NameSort.WEAK}


def read(content: bytes) -> Reading:
    """The entities of the list. Raises Refused."""
    reading = Reading()
    for entry in entries(content, "CONSOLIDATED_LIST", frozenset({"ENTITY", "INDIVIDUAL"})):
        if entry.tag.endswith("INDIVIDUAL"):
            reading.persons += 1
            continue
        ref = text_of(entry, "REFERENCE_NUMBER") or text_of(entry, "DATAID")
        names = clean_names(_names(entry))
        if not ref or not names:
            reading.rejects.append(Reject(ref or "?", "missing"))
            continue
        countries = (text_of(address, "COUNTRY") for address in children(entry, "ENTITY_ADDRESS"))
        reading.add(
            Party(
                part=PART,
                ref=ref,
                names=names,
                countries=countries_of(*countries),
                programme=text_of(entry, "UN_LIST_TYPE") or None,
                listed_on=iso_day(text_of(entry, "LISTED_ON")),
            )
        )
    return reading.finished()


def _names(entry: Element) -> list[tuple[str, NameSort]]:
    found = [(text_of(entry, "FIRST_NAME"), NameSort.NAME), (text_of(entry, "NAME_ORIGINAL_SCRIPT"), NameSort.ALIAS)]
    for alias in children(entry, "ENTITY_ALIAS"):
        sort = _SORTS.get(text_of(alias, "QUALITY").casefold(), NameSort.ALIAS)
        found.append((text_of(alias, "ALIAS_NAME"), sort))
    return found
