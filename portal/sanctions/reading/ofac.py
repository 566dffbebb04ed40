"""OFAC's list of Specially Designated Nationals: SDN.XML, or a zip of SDN.CSV with ALT.CSV and ADD.CSV. Pure.

The CSV files have no header: their columns go by place, as OFAC documents them; what is not known is written "-0-".
SDN.CSV alone is taken, too: without aliases and countries.
"""

import csv
import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from portal.sanctions.party import NameSort, Party, clean_names, countries_of, numbers_in
from portal.sanctions.reading.result import Reading, Reject
from portal.sanctions.reading.xml import children, entries, is_xml, text_of
from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.tabular import MAX_BYTES

PART = "sdn"
NOTHING = "-0-"
_SORTS = {"f.k.a.": NameSort.FORMER, "fka": NameSort.FORMER}
_OTHERS = frozenset({"vessel", "aircraft"})
_ZIP = b"PK\x03\x04"
_SDN, _ALT, _ADD = ("sdn.csv", 12), ("alt.csv", 5), ("add.csv", 6)  # name, columns


def read(content: bytes) -> Reading:
    """The entities of the list. Raises Refused."""
    if is_xml(content):
        return _read_xml(content).finished()
    if not content.strip():
        raise Refused(Reason.EMPTY, bytes=len(content))
    files = _unpacked(content) if content.startswith(_ZIP) else {_SDN[0]: content}
    return _read_csv(files).finished()


def _read_xml(content: bytes) -> Reading:
    reading = Reading()
    for entry in entries(content, "sdnList", frozenset({"sdnEntry"})):
        kind, ref = text_of(entry, "sdnType").casefold(), text_of(entry, "uid")
        if kind != "entity":
            reading.others += kind in _OTHERS
            reading.persons += kind not in _OTHERS
            continue
        names = clean_names(_names(entry))
        if not ref or not names:
            reading.rejects.append(Reject(ref or "?", "missing"))
            continue
        programmes = [one.text or "" for group in children(entry, "programList") for one in group]
        numbers = [text_of(one, "idNumber") for group in children(entry, "idList") for one in group]
        places = [text_of(one, "country") for group in children(entry, "addressList") for one in group]
        reading.add(_party(ref, names, programmes, numbers, places))
    return reading


def _names(entry: Element) -> Iterator[tuple[str, NameSort]]:
    yield text_of(entry, "lastName"), NameSort.NAME
    for group in children(entry, "akaList"):
        for alias in group:
            weak = text_of(alias, "category").casefold() == "weak"
            sort = _SORTS.get(text_of(alias, "type").casefold(), NameSort.ALIAS)
            yield text_of(alias, "lastName"), NameSort.WEAK if weak else sort


def _read_csv(files: dict[str, bytes]) -> Reading:
    reading = Reading()
    aliases, places = defaultdict(list), defaultdict(list)
    for row in _rows(files, *_ALT):
        aliases[row[0]].append((row[3], _SORTS.get(row[2].casefold(), NameSort.ALIAS)))
    for row in _rows(files, *_ADD):
        places[row[0]].append(row[4])
    for row in _rows(files, *_SDN):
        ref, name, kind, programme = row[:4]
        if kind:  # "individual", "vessel", "aircraft"; nothing for an entity
            reading.others += kind.casefold() in _OTHERS
            reading.persons += kind.casefold() not in _OTHERS
            continue
        names = clean_names([(name, NameSort.NAME), *aliases[ref]])
        if not names:
            reading.rejects.append(Reject(ref, "missing"))
            continue
        reading.add(_party(ref, names, programme.split("] ["), (), places[ref]))
    return reading


def _party(
    ref: str,
    names: tuple[tuple[str, str], ...],
    programmes: list[str],
    numbers: list[str] | tuple[()],
    places: list[str],
) -> Party:
    shown = ", ".join(one.strip(" []") for one in programmes if one.strip(" []"))
    return Party(
        part=PART,
        ref=ref,
        names=names,
        numbers=numbers_in(*numbers),
        countries=countries_of(*places),
        programme=shown or None,
    )


def _rows(files: dict[str, bytes], name: str, width: int) -> Iterator[list[str]]:
    """The rows of one file with "-0-" as nothing. Raises Refused where the columns are not OFAC's."""
    if name not in files:
        return
    try:
        text = files[name].decode("utf-8-sig")
    except UnicodeDecodeError:
        text = files[name].decode("cp1252", "replace")  # as the files were published until lately
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            row = ["" if cell.strip() == NOTHING else cell.strip() for cell in cells]
            if not any(row) or row == ["\x1a"]:  # the end of a file as DOS wrote it
                continue
            if len(row) != width or not row[0].isdigit():
                found = f"{name}: {len(row)} columns in row {number}"
                raise Refused(Reason.UNEXPECTED_COLUMNS, found=found, expected=f"{width} columns, a number first")
            yield row
    except csv.Error as error:
        raise Refused(Reason.DAMAGED_FILE, detail=str(error)) from None


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The three files of a zip, wherever in it they are; no more bytes than a list may have."""
    wanted = {_SDN[0], _ALT[0], _ADD[0]}
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                name = info.filename.rpartition("/")[2].casefold()
                if name not in wanted:
                    continue
                with archive.open(info) as file:
                    files[name] = file.read(left + 1)
                left -= len(files[name])
                if left < 0:
                    raise Refused(Reason.TOO_LARGE, limit=MAX_BYTES)
    # What zipfile raises on damage, on a password (RuntimeError) and on a method that it does not know.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        raise Refused(Reason.DAMAGED_FILE) from None
    if _SDN[0] not in files:
        raise Refused(Reason.NOT_A_LIST, found="zip")
    return files
