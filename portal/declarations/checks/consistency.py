"""Whether answers, dates and smelter list agree with each other: what only the receiving side can see.

The template checks whether fields are filled, never whether they contradict one another.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from portal.declarations.checks.completeness import metals_in_scope
from portal.declarations.checks.words import rows_named, shown
from portal.declarations.messages import finding
from portal.declarations.reading.result import Reading
from portal.declarations.reading.versions import allowed_answers, current_revision
from portal.declarations.rules import DeclarationScope, Finding, LineStatus, SmelterLine, is_covered_country, scope_of

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_NO_MINE = re.compile(r"recycl|scrap|\brcoi\b|\bunknown\b|\bnot\b|\bn/?a\b|\bnone\b", re.IGNORECASE)


def check(reading: Reading, lines: Sequence[SmelterLine], as_of: date, product: str | None = None) -> list[Finding]:
    """Template and dates judged against `as_of`, then answers by themselves, then answers against the list.

    `product` is what a contract asked a declaration for, None where no contract did.
    """
    return [
        *_template(reading),
        *_scope_and_date(reading, as_of),
        *_scope_of_contract(reading, product),
        *_invalid_answers(reading),
        *_policy_address(reading),
        *(f for metal in reading.minerals for f in _of_metal(reading, metal, lines)),
        *_checker_error(lines),
    ]


def _template(reading: Reading) -> Iterator[Finding]:
    """A revision that is not the current one; another first digit means other data requirements (RMI, Revision)."""
    current = current_revision(reading.kind)
    if Decimal(reading.revision) < Decimal(current):
        major = int(Decimal(reading.revision)) < int(Decimal(current))
        code = "template_major_superseded" if major else "template_superseded"
        params = {"kind": str(reading.kind), "revision": reading.revision, "current": current}
        yield finding(code, "Declaration", "J3", **params)


def _scope_of_contract(reading: Reading, product: str | None) -> Iterator[Finding]:
    if product and scope_of(reading.scope) is DeclarationScope.COMPANY:
        yield finding("scope_too_wide", "Declaration", reading.layout.scope, product=shown(product))


def _scope_and_date(reading: Reading, as_of: date) -> Iterator[Finding]:
    if reading.scope is not None and scope_of(reading.scope) is None:
        yield finding("scope_invalid", "Declaration", reading.layout.scope, value=shown(reading.scope))
    cell, day = reading.layout.effective_date, reading.effective_date
    if reading.effective_date_text is not None:
        yield finding("effective_date_invalid", "Declaration", cell, value=shown(reading.effective_date_text))
    elif day and day > as_of:
        yield finding("effective_date_future", "Declaration", cell, value=day.isoformat(), as_of=as_of.isoformat())
    elif day and (as_of - day).days > 366:
        yield finding("effective_date_old", "Declaration", cell, value=day.isoformat(), as_of=as_of.isoformat())


def _invalid_answers(reading: Reading) -> Iterator[Finding]:
    for answer in reading.answers:
        allowed = allowed_answers(reading.layout.questions[answer.question]["answers"])
        if answer.answer is not None and answer.answer not in allowed:
            label = f"{answer.question} ({answer.mineral})" if answer.mineral else answer.question
            yield finding("answer_invalid", "Declaration", answer.cell, value=shown(answer.answer), label=label)


def _policy_address(reading: Reading) -> Iterator[Finding]:
    """The comment of question B, only where the policy is said to be public."""
    for answer in reading.answers:
        public = answer.question == "B" and answer.answer == "Yes"
        if public and len(answer.comment or "") > 1 and not is_web_address(answer.comment or ""):
            cell = answer.comment_cell
            yield finding("policy_url_invalid", "Declaration", cell, value=shown(answer.comment))


def is_web_address(text: str) -> bool:
    """Whether a text is, or names among other words, a web address that is safe to show as a link."""
    words = text.split()
    if len(words) == 1:
        scheme = words[0].partition(":")[0].lower() if ":" in words[0] else "https"
        if scheme not in ("http", "https") and not _HOST.fullmatch(scheme):
            return False
        address = words[0] if "://" in words[0] else f"https://{words[0]}"
    else:
        match = _ADDRESS.search(text)
        if match is None:
            return False
        address = match[0] if "://" in match[0] else f"https://{match[0]}"
    try:
        return bool(_HOST.fullmatch(urlsplit(address).hostname or ""))
    except ValueError:
        return False


def _of_metal(reading: Reading, metal: str, lines: Iterable[SmelterLine]) -> Iterator[Finding]:
    own = [line for line in lines if line.metal == metal]
    if metal not in metals_in_scope(reading):
        if own:
            yield _not_declared(reading, metal, own)
        return
    roles = reading.layout.roles
    answers = {a.question: a for a in reading.answers if a.mineral == metal}
    share, identified = (answers.get(roles.get(role, "")) for role in ("share", "identified"))
    if share and identified and (share.answer, identified.answer) == ("None", "Yes"):
        params = {"metal": metal, "question": identified.question, "other": share.question}
        yield finding("q6_none_but_q7_yes", "Declaration", identified.cell, **params)
    contradictions = (
        ("q7_yes_but_not_identified", "identified", "Yes", _not_identified),
        ("q3_no_but_covered_country", "covered", "No", _from_covered_country),
        ("q5_yes_but_not_recycled", "recycled", "Yes", _not_recycled),
    )
    mines = [mine.row for mine in reading.mines if mine.metal == metal and mine.name]
    for code, role, said, contradicts in contradictions:
        answer = answers.get(roles.get(role, ""))
        against = [line.row for line in own if contradicts(line)] or (mines if role == "recycled" else [])
        if answer and answer.answer == said and against:
            params = {"metal": metal, "question": answer.question, "rows": rows_named(against)}
            yield finding(code, "Declaration", answer.cell, **params)


def _not_declared(reading: Reading, metal: str, own: Sequence[SmelterLine]) -> Finding:
    """Rows for a metal that the answers put out of scope; the cell is the answer that does so."""
    gates = reading.layout.gates
    ending = next(a for a in reading.answers if a.mineral == metal and a.answer in gates.get(a.question, ()))
    rows = rows_named([line.row for line in own])
    return finding("smelter_for_metal_not_declared", "Declaration", ending.cell, metal=metal, rows=rows)


def _not_identified(line: SmelterLine) -> bool:
    return line.special is LineStatus.NOT_IDENTIFIED


def _from_covered_country(line: SmelterLine) -> bool:
    return line.reported is not None and is_covered_country(line.reported.mine_country)


def _not_recycled(line: SmelterLine) -> bool:
    """The row says that it is not all recycled, or names a mine."""
    row = line.reported
    if row is None:
        return False
    return row.recycled == "No" or bool(row.mine and not _NO_MINE.search(row.mine))


def _checker_error(lines: Sequence[SmelterLine]) -> Iterator[Finding]:
    """An unknown id with column C left to its formula shows #N/A there, and with it the Checker's total.

    Only where the list also has "Smelter not listed" rows, whose count reads the whole column (Checker F69).
    """
    listed = any(line.special is LineStatus.NOT_LISTED for line in lines)
    broken = any(
        line.status in (LineStatus.CID_UNKNOWN, LineStatus.CID_MALFORMED, LineStatus.RESOLVED_OTHER_VERSION)
        and line.declared_id_field == "cid_input"
        and line.reported is not None
        and not line.reported.lookup_name
        for line in lines
    )
    if listed and broken:
        yield finding("checker_formula_error", "Smelter List", "C:C")
