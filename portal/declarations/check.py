"""One call for a declaration file: read it in a child process, match its rows, check it, report.

Used alike by the command line, the upload page and the worker. Pure apart from reading the file: nothing is
stored, and the date to judge against is a parameter.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.declarations.checks import assurance, completeness, consistency, smelters
from portal.declarations.checks.assurance import Surroundings
from portal.declarations.messages import finding, sentences
from portal.declarations.reading.container import MAX_FILE
from portal.declarations.reading.result import Reading
from portal.declarations.reading.sandbox import LIMITS, read_in_child
from portal.declarations.reading.smelters import resolve
from portal.declarations.reading.unreadable import Unreadable, refusal
from portal.declarations.rules import (
    RULES_VERSION,
    DeclarationScope,
    Finding,
    Reference,
    Severity,
    SmelterLine,
    scope_of,
)
from portal.evidence.sandbox import Limits

if TYPE_CHECKING:
    from portal.minerals.matching.lists import ListedName

_ONE_BY_ONE = 500  # findings of one code that are listed singly
_ORDER = {severity: position for position, severity in enumerate(Severity)}

__all__ = ["Report", "Surroundings", "Unreadable", "check_file", "report_on"]

Ask = Callable[[Reading, Sequence[SmelterLine]], Surroundings]  # what is known outside of a file that was read


@dataclass(frozen=True, slots=True)
class Report:
    """What a declaration says and what is to be said about it. `missing_fields` is the Checker's total."""

    reading: Reading
    lines: tuple[SmelterLine, ...]
    findings: tuple[Finding, ...]
    missing_fields: int
    as_of: date
    rules_version: str

    @property
    def scope(self) -> DeclarationScope | None:
        """The scope letter, None if there is none."""
        return scope_of(self.reading.scope)

    def counts(self) -> dict[str, Any]:
        """Numbers for lists and pages; `by_mineral` has the key "(none)" for rows without a metal."""
        by_severity = Counter(f.severity for f in self.findings)
        resolved = [line.resolved_id for line in self.lines if line.resolved_id]
        return {
            "smelter_rows": len(self.lines),
            "by_mineral": dict(Counter(line.metal or "(none)" for line in self.lines)),
            "by_status": dict(Counter(str(line.status) for line in self.lines)),
            "resolved": len(resolved),
            "distinct_resolved": len(set(resolved)),
            "products": len(self.reading.products),
            "mines": len(self.reading.mines),
            "missing_fields": self.missing_fields,
            "errors": by_severity[Severity.ERROR],
            "warnings": by_severity[Severity.WARNING],
            "info": by_severity[Severity.INFO],
        }

    def as_json(
        self, translate: Callable[[str], str] = lambda sentence: sentence, *, contact: bool = False
    ) -> dict[str, Any]:
        """The report as JSON values, its sentences translated.

        Persons are in it only with `contact`: for the command, whose user holds the file, and which keeps nothing.
        """
        reading, company = self.reading, self.reading.company
        return {
            "template": str(reading.kind),
            "revision": reading.revision,
            "language": reading.language,
            "company": {
                "name": company.name,
                "unique_id": company.unique_id,
                "unique_id_authority": company.unique_id_authority,
                "address": company.address,
                **(company.contact if contact else {}),
                "filled": dict(company.filled),
            },
            "scope": {
                "code": str(self.scope) if self.scope else None,
                "description": reading.scope_description,
            },
            "effective_date": reading.effective_date.isoformat() if reading.effective_date else None,
            "answers": [
                {
                    "question": a.question,
                    "mineral": a.mineral,
                    "answer": a.answer,
                    "comment": a.comment,
                    "cell": a.cell,
                }
                for a in reading.answers
            ],
            "smelters": [_line_json(line) for line in self.lines],
            "findings": [_finding_json(f, translate) for f in self.findings],
            "counts": self.counts(),
        }


def check_file(
    path_or_bytes: str | Path | bytes,
    filename: str | None,
    as_of: date,
    reference: Reference | None = None,
    limits: Limits = LIMITS,
    names: Sequence["ListedName"] = (),
    ask: Ask | None = None,
) -> Report:
    """The report on a declaration file. Raises Unreadable (with code, message, remedy) if it is refused.

    `filename` is what the sender called it; it decides nothing, and stands in the error as its place.
    `reference` maps ids that other look-up releases know to their facility: without it, an id that the
    file's own look-up lacks cannot be told from an invented one. `names` are those that other lists have, and
    people accepted, for suggestions. `ask` gives what lists outside the file say.
    """
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else _bytes_of(Path(path_or_bytes))
    try:
        reading = read_in_child(data, limits)
    except Unreadable as refused:
        refused.place = ", ".join(part for part in (filename, refused.place) if part) or None
        raise
    return report_on(reading, as_of, reference, names, ask)


def report_on(
    reading: Reading,
    as_of: date,
    reference: Reference | None = None,
    names: Sequence["ListedName"] = (),
    ask: Ask | None = None,
) -> Report:
    """The report on what was read: matching and checks, no file and no process."""
    lines = _with_suggestions(tuple(resolve(reading.rows, reading.lookup, reference)), reading, names)
    known = ask(reading, lines) if ask else Surroundings()
    incomplete = completeness.check(reading, lines)
    found = [
        *reading.notices,
        *incomplete,
        *smelters.check(reading, lines),
        *consistency.check(reading, lines, as_of, known.product),
        *assurance.check(reading, lines, known),
    ]
    findings = sorted(_bounded(found), key=lambda f: _ORDER[f.severity])
    return Report(reading, lines, tuple(findings), completeness.missing_fields(incomplete), as_of, RULES_VERSION)


def _with_suggestions(
    lines: tuple[SmelterLine, ...], reading: Reading, names: Sequence["ListedName"]
) -> tuple[SmelterLine, ...]:
    if all(line.resolved_id or not line.declared_name for line in lines):
        return lines
    from portal.declarations.suggesting import suggest  # slow to load, and seldom needed

    return suggest(lines, reading.lookup, names)


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise refusal("file_too_large", place=path.name, size=path.stat().st_size, limit=MAX_FILE)
    return data


def _bounded(findings: Sequence[Finding]) -> Iterable[Finding]:
    """The findings, those of one code at most `_ONE_BY_ONE` times and then in one sentence."""
    seen: Counter[str] = Counter()
    for found in findings:
        seen[found.code] += 1
        if seen[found.code] <= _ONE_BY_ONE:
            yield found
    for code, count in seen.items():
        if count > _ONE_BY_ONE:
            yield finding("more_of_the_same", None, None, code=code, count=count - _ONE_BY_ONE)


def _line_json(line: SmelterLine) -> dict[str, Any]:
    return {
        "row": line.row,
        "mineral": line.metal,
        "declared_name": line.declared_name,
        "declared_id": line.declared_id,
        "resolved_id": line.resolved_id,
        "standard_name": line.standard_name,
        "status": str(line.status),
        "match": str(line.match) if line.match else None,
        "confidence": line.confidence,
        **({"suggestions": [asdict(one) for one in line.suggestions]} if line.suggestions else {}),
    }


def _finding_json(found: Finding, translate: Callable[[str], str]) -> dict[str, Any]:
    message, _, remedy = sentences(found.code, found.params, translate)
    return {
        "code": found.code,
        "severity": str(found.severity),
        "sheet": found.sheet,
        "cell": found.cell,
        "message": message,
        "remedy": remedy,
    }
