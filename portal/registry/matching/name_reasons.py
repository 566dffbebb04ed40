"""What two names share and what they do not, as evidence for people. Pure."""

from collections.abc import Iterable, Iterator

from portal.registry.matching.alignment import Alignment, align, digits_of
from portal.registry.matching.profile import Evidence, Name
from portal.registry.matching.words import Words, words_of
from portal.registry.names import norm
from portal.registry.rules import NameKind

ALIKE = 0.5  # share of what the names say, from which they are called similar


def name_reasons(one: Name, other: Name) -> Iterator[Evidence]:
    """The evidence of two names, what speaks for one company first; symmetric but for the order of values."""
    left, right = words_of(one.text), words_of(other.text)
    found = align(left, right)
    pair = {"one": one.text, "other": other.text}
    code = _likeness(left, right, found)
    if code in ("same_name", "same_core"):
        yield Evidence(code, True, {"name": one.text})
    elif code:
        yield Evidence(code, True, pair)
    if code and (one.kind, other.kind) != (NameKind.LEGAL, NameKind.LEGAL):
        yield Evidence("other_name", True, pair)
    yield from _left_over(found)
    if left.form and right.form and left.form != right.form:
        yield Evidence("form_differs", False, {"one": form_of(one.text), "other": form_of(other.text)})
    elif left.form != right.form:
        yield Evidence("form_missing", False, {"form": form_of(one.text if left.form else other.text)})


def _likeness(left: Words, right: Words, found: Alignment) -> str | None:
    """The one code that says best how alike they are; None if they are not."""
    if not left.letters or not right.letters:
        return None
    if not found.left and not found.right:
        if found.slips:
            return "slip_apart"
        if found.abbreviated:
            return "abbreviated"
        if found.joined:
            return "same_letters"
        if found.moved:
            return "same_words_moved"
        return "same_name" if left.form == right.form else "same_core"
    total = left.weight + right.weight
    shared = total - found.left_weight - found.right_weight
    return "similar_name" if total and shared / total >= ALIKE else None


def _left_over(found: Alignment) -> Iterator[Evidence]:
    mine, theirs = digits_of(found.left), digits_of(found.right)
    if mine and theirs and mine != theirs:
        yield Evidence("number_in_name", False, {"one": _and(mine), "other": _and(theirs)})
    elif mine != theirs:
        yield Evidence("number_in_one_name", False, {"number": _and(mine or theirs)})
    left = [word for word in found.left if not word.isdigit()]
    right = [word for word in found.right if not word.isdigit()]
    if left and right:
        yield Evidence("words_differ", False, {"one": " ".join(left), "other": " ".join(right)})
    elif left or right:
        yield Evidence("words_missing", False, {"words": " ".join(left or right)})


def _and(numbers: Iterable[str]) -> str:
    return " ".join(numbers)


def form_of(name: str) -> str:
    """The legal form as it is written in a name; empty if it has none."""
    written = words_of(name)
    if not written.form:
        return ""
    parts = name.split()
    for at in range(1, len(parts)):
        if norm(" ".join(parts[:at])) == written.core:
            return " ".join(parts[at:]).strip("(),. ") or written.form
        if norm(" ".join(parts[at:])) == written.core:
            return " ".join(parts[:at]).strip("(),. ") or written.form
    return written.form.upper()
