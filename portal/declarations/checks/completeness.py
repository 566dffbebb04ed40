"""Completeness by the template's own rules, recomputed (sheet Checker; RMI CMRT 6.5 rows 4 to 69).

The saved result of that sheet cannot be used: software-written files hold none, and an unknown id in the
smelter list turns its total into an error.
"""

from collections.abc import Iterator, Sequence, Set

from portal.declarations.messages import finding
from portal.declarations.reading.result import Reading
from portal.declarations.rules import Answer, DeclarationScope, Finding, LineStatus, SmelterLine, normal_cid, scope_of

_REQUIRED_CONTACT = ("contact_name", "contact_email", "contact_phone", "authorizer_name", "authorizer_email")
_SMELTERS = "Smelter List"
_ASKED_ONCE = ("not_listed_incomplete", "other_mineral_missing")


def check(reading: Reading, lines: Sequence[SmelterLine]) -> list[Finding]:
    """What the template demands and the declaration lacks, in the order of the Checker sheet."""
    return [
        *_fields(reading),
        *_answers(reading),
        *_products(reading),
        *_smelters_of_each_metal(reading, lines),
        *_not_listed(reading, lines),
    ]


def missing_fields(findings: Sequence[Finding]) -> int:
    """The total that the Checker sheet would show (H70 in CMRT). What it asks once counts once, however often."""
    once = {f.code for f in findings if f.code in _ASKED_ONCE}
    return sum(f.code not in _ASKED_ONCE for f in findings) + len(once)


def metals_in_scope(reading: Reading) -> list[str]:
    """The minerals that the later questions are asked for: no answer to question 1 or 2 ends them.

    An open question leaves the mineral in scope (CMRT Checker F24: 0 only if one of the two is No).
    """
    return [mineral for mineral in reading.minerals if not _ended(reading, mineral, ("Q1", "Q2"))]


def _ended(reading: Reading, mineral: str, questions: Sequence[str]) -> bool:
    """Whether one of these answers ends the questions for a mineral; only answers that count can do so."""
    gates = reading.layout.gates
    return any(
        reading.answer(question, mineral) in gates.get(question, ()) and _counts(reading, question, mineral)
        for question in questions
    )


def _counts(reading: Reading, question: str, mineral: str) -> bool:
    """Whether the Checker shows an answer at all (CMRT B19, B24: 2 after a Yes to 1, the rest after two)."""
    before = {"Q1": (), "Q2": ("Q1",)}.get(question, ("Q1", "Q2"))
    return not reading.layout.counts_after_yes or all(reading.answer(each, mineral) == "Yes" for each in before)


def _fields(reading: Reading) -> Iterator[Finding]:
    layout, company = reading.layout, reading.company
    if company.name is None:
        yield _declaration("company_name_missing", layout.company["name"])
    if reading.scope is None:
        yield _declaration("scope_missing", layout.scope)
    elif (
        scope_of(reading.scope) not in (DeclarationScope.COMPANY, DeclarationScope.PRODUCTS)
        and reading.scope_description is None
    ):
        yield _declaration("scope_description_missing", layout.scope_description)
    if not reading.minerals:
        yield _declaration("minerals_missing", layout.mineral_cells[0])
    for cell in reading.unnamed_minerals:
        yield _declaration("other_mineral_missing", cell)
    for name in _REQUIRED_CONTACT:
        if not company.filled[name]:
            yield _declaration(f"{name}_missing", layout.contact[name])
        elif not company.email_ok.get(name, True):
            yield _declaration(f"{name}_invalid", layout.contact[name])
    if reading.effective_date is None and reading.effective_date_text is None:
        yield _declaration("effective_date_missing", layout.effective_date)


def _answers(reading: Reading) -> Iterator[Finding]:
    in_scope = metals_in_scope(reading)
    for answer in reading.answers:
        if not _is_needed(reading, answer, in_scope):
            continue
        if answer.answer is None:
            yield _declaration("answer_missing", answer.cell, **_which(answer))
        elif answer.mineral is not None and not _counts(reading, answer.question, answer.mineral):
            yield _declaration("answer_missing", answer.cell, cascade=True, **_which(answer))
        if answer.question == "B" and answer.answer == "Yes" and len(answer.comment or "") < 2:
            yield _declaration("policy_url_missing", answer.comment_cell)
        describe = reading.layout.questions[answer.question].get("describe")
        if describe and answer.answer == describe and answer.comment is None:
            yield _declaration("format_not_described", answer.comment_cell)


def _is_needed(reading: Reading, answer: Answer, in_scope: Sequence[str]) -> bool:
    if answer.question in reading.layout.optional:
        return False
    if answer.mineral is None:
        return bool(in_scope)
    if answer.question in ("Q1", "Q2"):
        return answer.question == "Q1" or not _ended(reading, answer.mineral, ("Q1",))
    return answer.mineral in in_scope


def _products(reading: Reading) -> Iterator[Finding]:
    if scope_of(reading.scope) is DeclarationScope.PRODUCTS and not any(p.number for p in reading.products):
        column, row = reading.layout.products["number"], reading.layout.products["first_row"]
        yield finding("products_missing", "Product List", f"{column}{row}")


def _smelters_of_each_metal(reading: Reading, lines: Sequence[SmelterLine]) -> Iterator[Finding]:
    column = reading.layout.smelters["metal"]
    known = {row.cid for row in reading.lookup}
    listed = {line.metal for line in lines if _names_a_smelter(reading, line, known)}
    for metal in metals_in_scope(reading):
        if metal not in listed:
            yield finding("no_smelter_for_metal", _SMELTERS, f"{column}:{column}", metal=metal)


def _names_a_smelter(reading: Reading, line: SmelterLine, known: Set[str]) -> bool:
    """Whether the Checker counts a row for its metal.

    That is a choice in column C, or an id in column A that brings one with it (CMRT Smelter List, AB5); where there is
    no look-up, a name with its country (AMRT 1.21 Smelter List, U5).
    """
    row = line.reported
    if row is None:
        return False
    if "lookup_name" not in reading.layout.smelters:
        return bool(row.name and row.country)
    return bool(row.lookup_name) or normal_cid(row.cid_input) in known


def _not_listed(reading: Reading, lines: Sequence[SmelterLine]) -> Iterator[Finding]:
    name, country = reading.layout.smelters["name"], reading.layout.smelters["country"]
    for line in lines:
        if line.special is LineStatus.NOT_LISTED:
            params = {"row": line.row}
            if not line.declared_name:
                yield finding("not_listed_incomplete", _SMELTERS, f"{name}{line.row}", missing="name", **params)
            if not line.declared_country:
                cell = f"{country}{line.row}"
                yield finding("not_listed_incomplete", _SMELTERS, cell, missing="country", **params)


def _declaration(code: str, cell: str, **params: object) -> Finding:
    return finding(code, "Declaration", cell, **params)


def _which(answer: Answer) -> dict[str, str | None]:
    label = f"{answer.question} ({answer.mineral})" if answer.mineral else answer.question
    return {"question": answer.question, "metal": answer.mineral, "label": label}
