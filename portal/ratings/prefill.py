"""What a declaration and the lists propose as answers: proposals only, which a person confirms by scoring them. Pure.

Of CMRT alone: the other templates use the same letters for other questions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.rubrics.rules import QuestionDefinition, QuestionType

TEMPLATE = "CMRT"
COMPUTED = "S4-1"  # by the standing of the declared smelters


@dataclass(frozen=True)
class Proposal:
    """An answer that a person is to look at. `source` names where it comes from: “CMRT A, B”."""

    value: Any
    note: str | None
    source: str


def proposals(
    questions: Iterable[QuestionDefinition],
    answers: Iterable[Mapping[str, Any]],
    standings: Mapping[str, int],
) -> dict[str, Proposal]:
    """Question id -> proposal, from the answers of a CMRT and the number of facility and metal pairs by standing."""
    rows = [answer for answer in answers if answer.get("answer")]
    found = {}
    for question in questions:
        said = [row for row in rows if row["question"] in question.fill]
        if said:
            note = "\n".join(_line(row) for row in said)
            found[question.id] = Proposal(_value(question, said), note, f"{TEMPLATE} {', '.join(question.fill)}")
        elif question.id == COMPUTED and question.type is QuestionType.TABLE and standings:
            table = [{"standing": name, "pairs": str(number)} for name, number in sorted(standings.items())]
            found[question.id] = Proposal(table, None, "RMAP")
    return found


def smelters_missing(answers: Iterable[Mapping[str, Any]], listed: Iterable[str]) -> bool:
    """Whether a metal that the declaration says is in its products has no smelter in its list."""
    has = {metal.casefold() for metal in listed}
    needs = {
        (answer.get("mineral") or "").casefold()
        for answer in answers
        if answer["question"] == "Q2" and _yes(answer.get("answer"))
    }
    return bool(needs - has - {""})


def _line(row: Mapping[str, Any]) -> str:
    subject = " ".join(part for part in (row["question"], row.get("mineral")) if part)
    comment = f" ({row['comment']})" if row.get("comment") else ""
    return f"{subject}: {row['answer']}{comment}"


def _value(question: QuestionDefinition, said: list[Mapping[str, Any]]) -> Any:
    codes = {choice.code for choice in question.choices}
    if question.type is QuestionType.CHOICE and {"yes", "partly", "no"} <= codes:
        yes = [_yes(row["answer"]) for row in said]
        return "yes" if all(yes) else "partly" if any(yes) else "no"
    if question.type is QuestionType.TABLE and "minerals" in codes:
        minerals = sorted({row["mineral"] for row in said if row.get("mineral") and _yes(row["answer"])})
        return [{"minerals": mineral} for mineral in minerals] or None
    return None


def _yes(answer: str | None) -> bool:
    """“Yes”, with whatever the template's list adds to it; “100%” says the same of a share."""
    return (answer or "").startswith("Yes") or answer == "100%"
