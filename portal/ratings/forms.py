"""Forms of assessments by a rubric: what it speaks of, the answers of one step, and the words of its second reader."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.assessments.labels import GRADES
from portal.assessments.rules import EvidenceGrade
from portal.ratings.labels import SCORES
from portal.ratings.rules import AnswerData
from portal.ratings.services import ScopeData
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.rules import ProductGroup
from portal.rubrics.rules import QuestionDefinition, QuestionType, in_language
from portal.web.forms import CheckboxesField, DayField, Required, as_uuid

CELLS = ";"  # between the columns of a table's row


class ScopeForm(FlaskForm):
    """What an assessment speaks of."""

    as_of = DayField(_l("Judged on"), [Required(_l("Say on which day you judged it."))])
    product_group = SelectField(_l("Product group"), choices=list(PRODUCT_GROUPS.items()))
    site_ids = CheckboxesField(_l("Sites"), coerce=as_uuid, choices=[])
    method = StringField(_l("How it was assessed"), [Length(max=300)])
    clause_basis = StringField(_l("Clause that it rests on"), [Length(max=300)])
    open_critical = BooleanField(_l("A critical finding is open"))
    smelter_list_missing = BooleanField(_l("A metal in scope has no smelter list"))

    def scope(self) -> ScopeData:
        """The validated form as the service takes it."""
        assert self.as_of.data
        return ScopeData(
            as_of=self.as_of.data,
            product_group=ProductGroup(self.product_group.data),
            method=(self.method.data or "").strip() or None,
            clause_basis=(self.clause_basis.data or "").strip() or None,
            site_ids=self.site_ids.data or [],
            open_critical=self.open_critical.data,
            smelter_list_missing=self.smelter_list_missing.data,
        )


class StartForm(ScopeForm):
    """The same for a new assessment, with the rubric that it is made by: the newest of each that was published."""

    rubric = SelectField(_l("Rubric"), choices=[], default="")

    def offer(self, standard: tuple[str, str], others: Iterable[tuple[str, str]]) -> None:
        """Offer (value, words) of the OECD rubric, whose value is empty, and of the others."""
        self.rubric.choices = [standard, *others]

    @property
    def rubric_version_id(self) -> UUID | None:
        """The chosen version; None for the OECD rubric."""
        return as_uuid(self.rubric.data) if self.rubric.data else None


class NoteForm(FlaskForm):
    """What a second reader wants changed, or why an assessment is withdrawn."""

    note = TextAreaField(_l("Why"), [Required(_l("Say why, for those who read it later.")), Length(max=1000)])


class NumberField(StringField):
    """A number with a point or comma; `data` is an int or float, or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse “12,5”, or leave an error that shows how to write it."""
        text = (valuelist[0] if valuelist else "").strip()
        self.raw_data = [text]
        self.data = None
        if not text:
            return
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            raise ValueError(_("“%(text)s” is not a number. Write for example 12.5.", text=text[:40])) from None
        self.data = int(number) if number.is_integer() else number

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "" if self.data is None else str(self.data)


class TableField(TextAreaField):
    """Rows as lines, their columns between semicolons; `data` is a list of {column: text}, or None."""

    def __init__(self, label: Any, columns: list[str], **options: Any) -> None:
        super().__init__(label, **options)
        self.columns = columns

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Parse the lines, or leave an error that names the line with too many columns."""
        text = valuelist[0] if valuelist else ""
        self.raw_data = [text]
        self.data = None
        rows = []
        for number, line in enumerate(text.splitlines(), start=1):
            cells = [cell.strip() for cell in line.split(CELLS)]
            if len(cells) > len(self.columns):
                raise ValueError(_("Line %(number)d has too many columns.", number=number))
            if row := {name: cell for name, cell in zip(self.columns, cells, strict=False) if cell}:
                rows.append(row)
        self.data = rows or None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        rows = [f"{CELLS} ".join(row.get(name, "") for name in self.columns) for row in self.data or []]
        return "\n".join(row.rstrip(f"{CELLS} ") for row in rows)


class AnswersForm(FlaskForm):
    """The answers to the questions of one step; made by `answers_form`, whose fields are S1_1_value and so on."""

    questions: tuple[QuestionDefinition, ...] = ()

    def parts(self, question: QuestionDefinition) -> dict[str, Field]:
        """The fields of one question by what they say."""
        key = _key(question)
        names = ("value", "score", "grade", "listing", "note", "not_applicable", "reason", "file")
        return {name: self[f"{key}_{name}"] for name in names if f"{key}_{name}" in self}

    def fill(self, answers: Iterable[Any]) -> None:
        """Show what is saved: rows with the code of a question and what its parts say."""
        saved = {answer.code: answer for answer in answers}
        for question in self.questions:
            if answer := saved.get(question.id):
                for name, field in self.parts(question).items():
                    if name != "file":
                        field.process_data(_shown(name, answer, question))

    def answers(self) -> dict[str, AnswerData]:
        """The validated form as the service takes it."""
        found = {}
        for question in self.questions:
            part = self.parts(question)
            gone = part["not_applicable"].data
            found[question.id] = AnswerData(
                value=_value(part["value"].data, question) if "value" in part else None,
                score=int(part["score"].data) if part["score"].data else None,
                grade=EvidenceGrade(part["grade"].data),
                note=_text(part["note"].data),
                not_applicable=gone,
                reason=_text(part["reason"].data) if gone else None,
                listing=part["listing"].data,
            )
        return found

    def files(self) -> list[tuple[QuestionDefinition, Field]]:
        """The questions to which a file was given, with its field."""
        pairs = [(question, self.parts(question)["file"]) for question in self.questions]
        return [(question, field) for question, field in pairs if field.data and field.data.filename]


class SaidForm(AnswersForm):
    """What a supplier says to questions: the answer and some words, nothing of how it is judged."""

    def said(self) -> dict[str, tuple[Any, str | None]]:
        """Question -> (value, note), of the validated form."""
        found = {}
        for question in self.questions:
            part = self.parts(question)
            found[question.id] = (_value(part["value"].data, question), _text(part["note"].data))
        return found


def said_form(questions: Iterable[QuestionDefinition], language: str) -> SaidForm:
    """The form of these questions for a supplier; files are sent another way."""
    chosen = tuple(questions)
    fields: dict[str, Any] = {"questions": chosen}
    for question in chosen:
        fields[f"{_key(question)}_value"] = _value_field(question, language)
        fields[f"{_key(question)}_note"] = TextAreaField(_l("In a few words"), [Length(max=10_000)])
    return cast("SaidForm", type("QuestionsForm", (SaidForm,), fields)())


def answers_form(questions: Iterable[QuestionDefinition], language: str) -> AnswersForm:
    """The form of these questions in the reader's language."""
    chosen = tuple(questions)
    fields: dict[str, Any] = {"questions": chosen}
    for question in chosen:
        key = _key(question)
        if question.type is not QuestionType.FILE:
            fields[f"{key}_value"] = _value_field(question, language)
        fields[f"{key}_score"] = SelectField(_l("Score"), choices=[("", _l("Not scored")), *SCORES.items()])
        fields[f"{key}_grade"] = SelectField(_l("Evidence"), choices=list(GRADES.items()))
        fields[f"{key}_listing"] = BooleanField(_l("It rests on an assurance list alone"))
        fields[f"{key}_note"] = TextAreaField(_l("In a few words"), [Length(max=10_000)])
        fields[f"{key}_not_applicable"] = BooleanField(_l("Does not apply"))
        fields[f"{key}_reason"] = StringField(_l("Why it does not apply"), [Length(max=1000)])
        fields[f"{key}_file"] = FileField(_l("Document or photo"))
    return cast("AnswersForm", type("StepAnswersForm", (AnswersForm,), fields)())


def _key(question: QuestionDefinition) -> str:
    return question.id.replace("-", "_")


def field_of(code: str, part: str = "score") -> str:
    """The name of the field at which an error of a question is shown."""
    return f"{code.replace('-', '_')}_{part}"


def _value_field(question: QuestionDefinition, language: str) -> Any:
    choices = [(choice.code, in_language(choice.texts, language)) for choice in question.choices]
    label = _l("Answer")
    if question.type is QuestionType.CHOICE:
        return SelectField(label, choices=[("", "–"), *choices], default="")
    if question.type is QuestionType.MULTI_CHOICE:
        return CheckboxesField(label, choices=choices)
    if question.type is QuestionType.NUMBER:
        return NumberField(f"{_('Answer')} ({question.unit})" if question.unit else label)
    if question.type is QuestionType.DATE:
        return DayField(label)
    if question.type is QuestionType.TABLE:
        return TableField(label, [code for code, _words in choices])
    return TextAreaField(label, [Length(max=10_000)])


def _value(data: Any, question: QuestionDefinition) -> Any:
    """What a field holds as it is kept: nothing for an empty one, days in ISO form."""
    if question.type is QuestionType.DATE:
        return data.isoformat() if data else None
    if question.type is QuestionType.TEXT:
        return _text(data)
    return data if data == 0 else data or None


def _shown(name: str, answer: Any, question: QuestionDefinition) -> Any:
    if name == "value" and question.type is QuestionType.DATE and answer.value:
        return date.fromisoformat(answer.value)
    if name == "score":
        return "" if answer.score is None else str(answer.score)
    return getattr(answer, name)


def _text(data: str | None) -> str | None:
    return (data or "").strip().replace("\r\n", "\n") or None
