"""The US list of Chinese military companies (section 1260H), as a CSV. Pure. It has no ids: a name is its own."""

from portal.registry.names import norm
from portal.sanctions.party import NameSort, Party, clean_names, several
from portal.sanctions.reading.result import Reading, Reject
from portal.sanctions.reading.xml import iso_day
from portal.sources.tabular import read_table

PART = "1260H"
ACT = "NDAA 2021, section 1260H"
TITLES = ("Name", "Clean Name", "Alias", "Previous Name", "Start date", "End date")


def read(content: bytes) -> Reading:
    """The companies that are on the list today. Raises Refused."""
    reading = Reading()
    found: dict[str, Party] = {}
    for row in read_table(content, TITLES):
        if row.cells is None:
            reading.rejects.append(Reject(str(row.number), "short_row"))
            continue
        written, clean, alias, former, start, end = row.cells
        names = clean_names(
            [
                (clean or written.rstrip("*"), NameSort.NAME),
                *((text, NameSort.ALIAS) for text in several(alias)),
                *((text, NameSort.FORMER) for text in several(former)),
            ]
        )
        if not names:
            reading.rejects.append(Reject(str(row.number), "missing"))
        elif end:
            reading.others += 1
        else:
            ref = norm(names[0][0])[:120]
            listed_on = iso_day(start)
            # The same company is listed anew in each edition: all its names count, and the first day.
            if before := found.get(ref):
                names = clean_names((text, NameSort(sort)) for text, sort in (*before.names, *names))
                listed_on = min((day for day in (before.listed_on, listed_on) if day), default=None)
            found[ref] = Party(part=PART, ref=ref, names=names, countries=("CN",), act=ACT, listed_on=listed_on)
    for party in found.values():
        reading.add(party)
    return reading.finished()
