"""XML lists, entry by entry: no document type, no entities, and no more memory than one entry takes. Pure."""

import io
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from portal.sources.refusal import Refused
from portal.sources.rules import Reason
from portal.sources.tabular import MAX_BYTES

DEEPEST = 40


def is_xml(content: bytes) -> bool:
    """Whether it begins like XML; a web page does, too, until its root says so."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def entries(content: bytes, root: str, names: frozenset[str]) -> Iterator[Element]:
    """The elements with these names (namespaces left away) in a document whose root is `root`. Raises Refused."""
    if len(content) > MAX_BYTES:
        raise Refused(Reason.TOO_LARGE, bytes=len(content), limit=MAX_BYTES)
    depth = 0
    seen_root = False
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            name = local(element)
            if event == "start":
                depth += 1
                if not seen_root and name != root:
                    raise Refused(Reason.NOT_A_LIST, found=name[:40])
                seen_root = True
                if depth > DEEPEST:
                    raise Refused(Reason.DAMAGED_FILE, detail="too deep")
                continue
            depth -= 1
            if name in names:
                yield element
                element.clear()
    except DefusedXmlException:
        raise Refused(Reason.NOT_A_LIST, found="doctype") from None
    except (ParseError, ValueError, LookupError) as error:
        row = getattr(error, "position", (0, 0))[0]
        raise Refused(Reason.DAMAGED_FILE if seen_root else Reason.NOT_A_LIST, row=row) from None


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element, name: str) -> Iterator[Element]:
    """The elements of this name directly below."""
    return (child for child in element if local(child) == name)


def text_of(element: Element, name: str) -> str:
    """The text of the first element of this name directly below; empty if there is none."""
    return next(((child.text or "").strip() for child in children(element, name)), "")


def iso_day(text: str) -> date | None:
    """A date written year first, without what follows it; None where there is none."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
