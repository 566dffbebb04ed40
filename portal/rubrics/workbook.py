"""A rubric as a workbook and back, exactly: sheet “Rubric” with its titles, “Questions”, and “Choices”. No database.

The first row of each sheet has fixed words, whatever the language: a file of one reader is read for another.
"""

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _

from portal.evidence.sheets import Problem, Refused, Sheet, Value, formula_problems
from portal.rubrics.labels import FLAWS
from portal.rubrics.rules import (
    LANGUAGES,
    STEPS,
    ChoiceDefinition,
    EvidenceType,
    Flaw,
    QuestionDefinition,
    QuestionType,
    RubricDefinition,
    flaws,
)
from portal.web.formbook import TEXT, Formbook, FormSheet

RUBRIC, QUESTIONS, CHOICES = "Rubric", "Questions", "Choices"
MARK = "supplier-commons-rubric-1"
RUBRIC_ROWS = ("format", "code", *(f"title {language}" for language in LANGUAGES))
QUESTION_COLUMNS = ("id", "step", "type", *LANGUAGES, "evidence", "unit", "fill")
CHOICE_COLUMNS = ("question", "choice", *LANGUAGES)
SPARE = 50  # open rows below the last one
_WIDTHS = {"en": 50, "sv": 24, "nb": 24, "ca": 24, "es": 24, "evidence": 20, "type": 14, "question": 10, "choice": 16}
_FIRST_TEXT = QUESTION_COLUMNS.index("en")
_COLUMN_OF = {
    Flaw.STEP: "step",
    Flaw.NO_TEXT: "en",
    Flaw.LANGUAGE: "en",
    Flaw.TOO_LONG: "en",
    Flaw.CHOICES_MISSING: "type",
    Flaw.CHOICES_NEEDLESS: "type",
    Flaw.CHOICE_CODE: "type",
}


def written(rubric: RubricDefinition) -> bytes:
    """The rubric as a file."""
    with Formbook() as book:
        about = book.sheet(RUBRIC)
        values = [MARK, rubric.code, *(rubric.titles.get(language) for language in LANGUAGES)]
        for row, (key, value) in enumerate(zip(RUBRIC_ROWS, values, strict=True)):
            about.write(row, 0, key, bold=True)
            about.write(row, 1, value, open=row > 0, shape=TEXT)
        about.raw.set_column(0, 0, 14)
        about.raw.set_column(1, 1, 60)
        _table(book.sheet(QUESTIONS), QUESTION_COLUMNS, list(map(_question_row, rubric.questions)))
        rows = [
            (question.id, choice.code, *(choice.texts.get(language) for language in LANGUAGES))
            for question in rubric.questions
            for choice in question.choices
        ]
        _table(book.sheet(CHOICES), CHOICE_COLUMNS, rows)
    return book.content


def _question_row(question: QuestionDefinition) -> tuple[object, ...]:
    texts = (question.texts.get(language) for language in LANGUAGES)
    evidence, fill = ", ".join(question.evidence), ", ".join(question.fill)
    return (question.id, question.step, question.type.value, *texts, evidence, question.unit, fill)


def _table(sheet: FormSheet, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    for column, name in enumerate(columns):
        sheet.write(0, column, name, bold=True)
        sheet.raw.set_column(column, column, _WIDTHS.get(name, 8))
    for row, values in enumerate([*rows, *[(None,) * len(columns)] * SPARE], start=1):
        for column, value in enumerate(values):
            sheet.write(row, column, value, open=True, shape="General" if columns[column] == "step" else TEXT)
    sheet.raw.freeze_panes(1, 0)
    for name, source in (("step", [str(one) for one in STEPS]), ("type", [one.value for one in QuestionType])):
        if name in columns:
            column, options = columns.index(name), {"validate": "list", "source": source}
            sheet.raw.data_validation(1, column, len(rows) + SPARE, column, options)


def read(sheets: Mapping[str, Sheet]) -> RubricDefinition:
    """The rubric that a workbook holds. Raises Refused with every problem and its cell."""
    problems = [*_shape_problems(sheets)]
    if problems:
        raise Refused(problems)
    about, questions, choices = (sheets[name] for name in (RUBRIC, QUESTIONS, CHOICES))
    problems += [one for sheet in (about, questions, choices) for one in formula_problems(sheet)]
    places: dict[str, int] = {}
    made = []
    by_question = _choices(choices)
    for row in _rows(questions):
        question = _question(questions, row, by_question, problems)
        places.setdefault(question.id, row)
        made.append(question)
    for name, (row, _found) in by_question.items():
        if name not in places:
            problems.append(
                Problem(
                    choices.place(row, 0),
                    _("No question has the id “%(id)s”.", id=name[:40]),
                    _("Write the id of a question of the sheet “Questions”."),
                )
            )
    if problems:
        raise Refused(problems)
    titles = {language: text for row, language in enumerate(LANGUAGES, start=2) if (text := _text(about.cell(row, 1)))}
    rubric = RubricDefinition(_text(about.cell(1, 1)) or "", titles, tuple(made))
    for question_id, flaw in flaws(rubric):
        if question_id is None:
            place = about.place({Flaw.CODE: 1, Flaw.TITLE: 2}.get(flaw, 0), 1)
            place = questions.place(1, 0) if flaw in (Flaw.NO_QUESTIONS, Flaw.TOO_MANY) else place
        else:
            column = QUESTION_COLUMNS.index(_COLUMN_OF.get(flaw, "id"))
            row = _second(questions, question_id) if flaw is Flaw.TWICE else places[question_id]
            place = questions.place(row, column)
        problems.append(Problem(place, str(FLAWS[flaw])))
    if problems:
        raise Refused(problems)
    return rubric


def _shape_problems(sheets: Mapping[str, Sheet]) -> Iterator[Problem]:
    again = _("Download a rubric as a workbook, and write yours into that.")
    for name, words in ((QUESTIONS, QUESTION_COLUMNS), (CHOICES, CHOICE_COLUMNS)):
        if name not in sheets:
            yield Problem(name, _("The sheet is missing."), again)
            continue
        for column, word in enumerate(words):
            if sheets[name].cell(0, column) != word:
                said = _("The column “%(name)s” is missing here or has moved.", name=word)
                yield Problem(sheets[name].place(0, column), said, again)
    about = sheets.get(RUBRIC)
    if about is None:
        yield Problem(RUBRIC, _("The sheet is missing."), again)
        return
    if about.cell(0, 1) != MARK:
        yield Problem(about.place(0, 1), _("This is no workbook of a rubric."), again)
    for row, word in enumerate(RUBRIC_ROWS):
        if about.cell(row, 0) != word:
            said = _("The row “%(name)s” is missing here or has moved.", name=word)
            yield Problem(about.place(row, 0), said, again)


def _rows(sheet: Sheet) -> Iterator[int]:
    """The rows with something in them."""
    for row in range(1, len(sheet.rows)):
        if any(value not in (None, "") for value in sheet.rows[row]):
            yield row


def _second(sheet: Sheet, question_id: str) -> int:
    """The last row with this id: where it stands once too often."""
    return max(row for row in range(1, len(sheet.rows)) if _text(sheet.cell(row, 0)) == question_id)


def _choices(sheet: Sheet) -> dict[str, tuple[int, list[ChoiceDefinition]]]:
    found: dict[str, tuple[int, list[ChoiceDefinition]]] = {}
    for row in _rows(sheet):
        owner, code = _text(sheet.cell(row, 0)) or "", _text(sheet.cell(row, 1)) or ""
        found.setdefault(owner, (row, []))[1].append(ChoiceDefinition(code, _texts(sheet, row, 2)))
    return found


def _question(
    sheet: Sheet, row: int, choices: Mapping[str, tuple[int, list[ChoiceDefinition]]], problems: list[Problem]
) -> QuestionDefinition:
    def cell(name: str) -> Value:
        return sheet.cell(row, QUESTION_COLUMNS.index(name))

    def wrong(name: str, allowed: Sequence[object]) -> None:
        problems.append(
            Problem(
                sheet.place(row, QUESTION_COLUMNS.index(name)),
                _("“%(text)s” is none of the words that can stand here.", text=(_text(cell(name)) or "")[:40]),
                _("Write one of these: %(words)s.", words=", ".join(map(str, allowed))),
            )
        )

    kind, step = _text(cell("type")), _text(cell("step")) or ""
    if kind not in set(QuestionType):
        wrong("type", list(QuestionType))
        kind = QuestionType.TEXT
    if step not in map(str, STEPS):
        wrong("step", STEPS)
    evidence = _words(cell("evidence"))
    if set(evidence) - set(EvidenceType):
        wrong("evidence", list(EvidenceType))
        evidence = []
    name = _text(cell("id")) or ""
    return QuestionDefinition(
        id=name,
        step=int(step) if step in map(str, STEPS) else 0,
        type=QuestionType(kind),
        texts=_texts(sheet, row, _FIRST_TEXT),
        evidence=tuple(map(EvidenceType, evidence)),
        choices=tuple(choices[name][1]) if name in choices else (),
        unit=_text(cell("unit")),
        fill=tuple(_words(cell("fill"))),
    )


def _texts(sheet: Sheet, row: int, first: int) -> dict[str, str]:
    return {
        language: text
        for column, language in enumerate(LANGUAGES, start=first)
        if (text := _text(sheet.cell(row, column)))
    }


def _words(value: Value) -> list[str]:
    return [word.strip() for word in (_text(value) or "").split(",") if word.strip()]


def _text(value: Value) -> str | None:
    """A cell as text, as it was typed; None where there is nothing but blanks."""
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text if text.strip() else None
