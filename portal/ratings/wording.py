"""An answer as people read it, whatever the type of its question."""

from datetime import date
from typing import Any

from flask_babel import format_date, format_decimal

from portal.rubrics.models import Question
from portal.rubrics.rules import QuestionType, in_language


def answer_text(question: Question, value: Any, language: str) -> str:
    """The answer with the words of its choices in the reader's language; the rows of a table as lines."""
    if value is None:
        return ""
    words = {choice["code"]: in_language(choice["texts"], language) for choice in question.choices}
    kind = QuestionType(question.type)
    if kind is QuestionType.CHOICE:
        return words.get(value, str(value))
    if kind is QuestionType.MULTI_CHOICE:
        return ", ".join(words.get(code, str(code)) for code in value)
    if kind is QuestionType.TABLE:
        return "\n".join(", ".join(f"{words.get(name, name)}: {cell}" for name, cell in row.items()) for row in value)
    if kind is QuestionType.DATE:
        return format_date(date.fromisoformat(value), "medium")
    if kind is QuestionType.NUMBER:
        return f"{format_decimal(value)} {question.unit or ''}".strip()
    return str(value)
