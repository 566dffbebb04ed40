"""The EU's lists regulation by regulation, as a CSV with one entry a row. Pure.

A file holds the annexes of one regulation or of several; it says nothing of the regulations that are not in it.
"""

from datetime import date, datetime

from portal.registry.names import norm
from portal.sanctions.party import NameSort, Party, clean_names, countries_of, numbers_in, several
from portal.sanctions.reading.result import Reading, Reject
from portal.sources.tabular import read_table

TITLES = (
    "celex", "recordId", "programKey", "annex", "measure", "startDate", "schema", "name", "alias", "weakAlias",
    "previousName", "country", "jurisdiction", "registrationNumber", "taxNumber", "idNumber", "innCode", "ogrnCode",
    "leiCode", "address",
)  # fmt: skip
ORGANISATIONS = frozenset({"LegalEntity", "Company", "Organization", "PublicBody"})
PERSONS = frozenset({"Person"})


def read(content: bytes) -> Reading:
    """The organisations of the file. Raises Refused."""
    reading = Reading()
    for row in read_table(content, TITLES):
        if row.cells is None:
            reading.rejects.append(Reject(str(row.number), "short_row"))
            continue
        cell = dict(zip(TITLES, row.cells, strict=True))
        if cell["schema"] in PERSONS:
            reading.persons += 1
        elif cell["schema"] not in ORGANISATIONS:
            reading.others += 1
        elif not (cell["celex"] and cell["name"]):
            reading.rejects.append(Reject(str(row.number), "missing"))
        else:
            reading.add(_party(cell))
    return reading.finished()


def _party(cell: dict[str, str]) -> Party:
    first, *more = several(cell["name"])
    names = [(first, NameSort.NAME), *((text, NameSort.ALIAS) for text in more)]
    for title, sort in (
        ("alias", NameSort.ALIAS),
        ("previousName", NameSort.FORMER),
        ("weakAlias", NameSort.WEAK),
    ):
        names += [(text, sort) for text in several(cell[title])]
    numbers = (cell[title] for title in ("leiCode", "registrationNumber", "taxNumber", "idNumber", "innCode"))
    return Party(
        part=cell["celex"],
        # Some annexes do not number their entries: there a name is its own id.
        ref=f"{cell['celex']} {cell['annex']} {cell['recordId'] or norm(first)[:120]}",
        names=clean_names(names),
        numbers=numbers_in(*numbers, cell["ogrnCode"]),
        countries=countries_of(cell["country"], cell["jurisdiction"], cell["address"]),
        programme=cell["programKey"] or None,
        act=cell["celex"],
        measure=cell["measure"] or None,
        listed_on=_day(cell["startDate"]),
    )


def _day(text: str) -> date | None:
    for style in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, style).date()
        except ValueError:
            continue
    return None
