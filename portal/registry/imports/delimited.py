"""Text files with delimiters (CSV), as they come: in any usual encoding, with comma, semicolon, tab or bar."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from charset_normalizer import from_bytes

from portal.registry.imports.tables import Table, table_of
from portal.registry.imports.western import western_encoding
from portal.registry.reasons import Refused

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MAX_LINES_IN_A_CELL = 50  # more means that a quotation mark was opened and never closed

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")  # of UTF-16 and UTF-32
# What is tried when a file is neither Unicode nor marked: Western European first, as it is by far the most frequent.
_WESTERN = "cp1252"
_OTHERS = ("gb18030", "big5", "cp932", "cp949", "cp1251", "cp1253", "cp1250")
_SAMPLE = 64 * 1024  # characters looked at to find the delimiter
_CLEARLY = 0.1  # by how much less disorderly another encoding must be to be preferred


def read_delimited(data: bytes) -> Table:
    """The table in a text file. Raises Refused."""
    text, encoding = decode(data)
    delimiter = sniff_delimiter(text)
    return table_of(_lines(text, delimiter), {"encoding": encoding, "delimiter": DELIMITER_NAMES[delimiter]})


def decode(data: bytes) -> tuple[str, str]:
    """(text, name of its encoding): by its mark, as UTF-8 if it can be, else by what its letters look like."""
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), None) or unmarked_utf16(data)
    try:
        return data.decode(encoding or "utf-8"), encoding or "utf-8"
    except UnicodeDecodeError:
        if encoding:
            raise Refused("list_encoding", encoding=encoding) from None
    guessed = _guess(data)
    try:
        return data.decode(guessed), guessed
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"  # every byte is a letter there


def unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: of mostly Latin letters, it has a zero in every second byte and in no other."""
    head = data[:4096]
    if head[1::2].count(0) * 2 > len(head[1::2]) and not head[0::2].count(0):
        return "utf-16-le"
    if head[0::2].count(0) * 2 > len(head[0::2]) and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _guess(data: bytes) -> str:
    """The likeliest of the encodings that Unicode replaced, judged by the lines that have other than ASCII letters."""
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())[:65536]
    if found := western_encoding(telling):
        return found
    matches = from_bytes(telling, cp_isolation=[_WESTERN, *_OTHERS], threshold=0.6)
    best = matches.best()
    western = next((match for match in matches if match.encoding == _WESTERN), None)
    if best is None or (western and western.chaos <= best.chaos + _CLEARLY and western.coherence >= best.coherence):
        return _WESTERN
    return best.encoding


def sniff_delimiter(text: str) -> str:
    """The delimiter by which most lines fall into the same number of cells; a comma for a list of one column."""
    sample = text[:_SAMPLE]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        if delimiter not in sample:
            continue
        widths = _widths(sample, delimiter)
        usual, times = Counter(widths).most_common(1)[0] if widths else (1, 0)
        score = times / len(widths) * min(usual, 20) if usual > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> list[int]:
    """The number of cells of the first lines; none where the text cannot be read with this delimiter."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        return [len(line) for line in islice(filter(None, reader), 200)]
    except csv.Error:
        return []


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, line in enumerate(reader, start=1):
            if any(cell.count("\n") > MAX_LINES_IN_A_CELL for cell in line):
                raise Refused("list_open_quote", row=number)
            yield line
    except csv.Error:
        raise Refused("list_open_quote", row=number + 1) from None
