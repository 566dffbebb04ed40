"""Forms of clauses: a version in five languages with its deadlines, experience, and a judgement."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from portal.assessments.labels import STEPS
from portal.clauses.duties import MOST_DAYS, MOST_DUTIES, MOST_MONTHS, Duty, Kind
from portal.clauses.labels import EXPERIENCE, FIELDS, KINDS, VERDICTS
from portal.clauses.rules import FIELDS as FIELD_NAMES
from portal.clauses.rules import LANGUAGES, MAX_TEXT, MAX_TITLE, ClauseDefinition, ExperienceKind, in_language
from portal.clauses.services import ExperienceData
from portal.impacts.labels import MINERALS
from portal.web.forms import CheckboxesField, Required
from portal.web.preferences import LANGUAGES as LANGUAGE_NAMES

SPARE_ROWS = 2


class WordsForm(Form):
    """What the clause says in one language."""

    title = StringField(FIELDS["title"], [Length(max=MAX_TITLE)])
    wording = TextAreaField(FIELDS["wording"], [Length(max=MAX_TEXT)])
    legal_basis = TextAreaField(FIELDS["legal_basis"], [Length(max=MAX_TEXT)])
    subject_matter = TextAreaField(FIELDS["subject_matter"], [Length(max=MAX_TEXT)])
    evidence = TextAreaField(FIELDS["evidence"], [Length(max=MAX_TEXT)])
    ladder = TextAreaField(FIELDS["ladder"], [Length(max=MAX_TEXT)])

    def words(self) -> dict[str, str]:
        """What is written, without what is empty; a text area's lines end as everywhere else."""
        given = {name: (self[name].data or "").replace("\r\n", "\n").strip() for name in FIELD_NAMES}
        return {name: text for name, text in given.items() if text}


class DutyRow(Form):
    """One deadline; a row without words is none."""

    code = HiddenField()
    what = StringField(_l("What is delivered"), [Length(max=MAX_TITLE)])
    kind = SelectField(_l("When"), choices=list(KINDS.items()))
    days = IntegerField(_l("Days"), [Optional(), NumberRange(0, MOST_DAYS)])
    working = BooleanField(_l("Working days"))
    months = IntegerField(_l("Months"), [Optional(), NumberRange(0, MOST_MONTHS)])
    every = IntegerField(_l("Every … months"), [Optional(), NumberRange(1, MOST_MONTHS)])
    day = StringField(_l("Or each year on"))

    def validate_day(self, field: StringField) -> None:
        """Day and month as people write them; the database keeps month and day."""
        text = (field.data or "").strip().rstrip(".")
        if not text:
            return
        day, _dot, month = text.partition(".")
        if not (day.isdecimal() and month.isdecimal()):
            raise ValueError(_("Write the day of the year as day.month, for example 30.06."))

    @property
    def blank(self) -> bool:
        """Nobody wrote what is delivered."""
        return not (self.what.data or "").strip()


class ClauseForm(FlaskForm):
    """A version of a clause. Deadlines are written in the language of the page (`language`)."""

    code = StringField(_l("Code"))
    step = SelectField(_l("OECD step"), coerce=lambda value: int(value) if value and value != "None" else None)
    minerals = CheckboxesField(_l("Minerals"), choices=list(MINERALS.items()))
    en = FormField(WordsForm)
    sv = FormField(WordsForm)
    nb = FormField(WordsForm)
    ca = FormField(WordsForm)
    es = FormField(WordsForm)
    duties = FieldList(FormField(DutyRow), _l("Deadlines"), max_entries=MOST_DUTIES)
    language = HiddenField()
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step.choices = [
            ("", _("None of the five")),
            *((str(int(step)), words[0]) for step, words in STEPS.items()),
        ]
        for language in LANGUAGES:
            self[language].label.text = LANGUAGE_NAMES[language]

    @classmethod
    def of(cls, definition: ClauseDefinition | None, language: str, version: int | None = None) -> "ClauseForm":
        """The form of a version, with rows left for more deadlines."""
        rows: list[Mapping[str, Any]] = [_row(duty, language) for duty in definition.duties] if definition else []
        rows += [{}] * min(SPARE_ROWS, MOST_DUTIES - len(rows))
        if definition is None:
            return cls(duties=rows, language=language, version=version)
        return cls(
            step=definition.step,
            minerals=list(definition.minerals),
            duties=rows,
            language=language,
            version=version,
            **{code: dict(definition.texts.get(code, {})) for code in LANGUAGES},
        )

    def definition(self, before: ClauseDefinition | None) -> ClauseDefinition:
        """What is written. A deadline whose words were not changed keeps them in all languages of `before`."""
        texts = {language: self[language].form.words() for language in LANGUAGES}
        known = {duty.code: duty for duty in before.duties} if before else {}
        rows = [row.form for row in self.duties if not row.form.blank]
        return ClauseDefinition(
            {language: words for language, words in texts.items() if words},
            self.step.data,
            tuple(self.minerals.data or ()),
            tuple(self._duty(row, known, rows) for row in rows),
        )

    def _duty(self, row: DutyRow, known: Mapping[str, Duty], rows: Sequence[DutyRow]) -> Duty:
        language = self.language.data if self.language.data in LANGUAGES else "en"
        text = row.what.data.strip()
        old = known.get(row.code.data)
        what = dict(old.what) if old else {}
        if not old or in_language(old.what, language) != text:
            what = {language: text}
        kind = Kind(row.kind.data)
        repeated = kind is Kind.RECURRING
        return Duty(
            code=old.code if old else self._free_code(row, rows, known),
            kind=kind,
            what=what,
            days=row.days.data or 0,
            months=row.months.data or 0,
            working=bool(row.working.data),
            every=row.every.data if repeated else None,
            day=_month_and_day(row.day.data) if repeated else None,
        )

    @staticmethod
    def _free_code(row: DutyRow, rows: Sequence[DutyRow], known: Mapping[str, Duty]) -> str:
        """A code that no deadline of the clause has; the same for the same place."""
        taken = set(known)
        for other in rows:
            if other.code.data in known:
                continue
            code = next(f"d{number}" for number in range(1, 100) if f"d{number}" not in taken)
            if other is row:
                return code
            taken.add(code)
        raise AssertionError("the row is one of them")


def _row(duty: Duty, language: str) -> dict[str, Any]:
    shown = ".".join(reversed(duty.day.split("-"))) if duty.day else ""
    return {
        "code": duty.code,
        "what": in_language(duty.what, language),
        "kind": duty.kind,
        "days": duty.days or None,
        "months": duty.months or None,
        "working": duty.working,
        "every": duty.every,
        "day": shown,
    }


def _month_and_day(text: str | None) -> str | None:
    if not text or not text.strip():
        return None
    day, _dot, month = text.strip().rstrip(".").partition(".")
    return f"{int(month):02d}-{int(day):02d}"


class ReasonForm(FlaskForm):
    """Why a version is withdrawn."""

    reason = TextAreaField(_l("Reason"), [Required(_l("Say why it is withdrawn.")), Length(max=MAX_TEXT)])


class ExperienceForm(FlaskForm):
    """A ruling or an experience."""

    kind = RadioField(_l("Kind"), choices=list(EXPERIENCE.items()), default=ExperienceKind.EXPERIENCE)
    happened = StringField(_l("When it was"), [Required(_l("Say when it was.")), Length(max=10)])
    text = TextAreaField(_l("What happened"), [Required(_l("Say what happened.")), Length(max=MAX_TEXT)])
    source = StringField(_l("Source"), [Required(_l("Say where this is from.")), Length(max=MAX_TITLE)])

    def data_of(self) -> ExperienceData:
        """The validated form as the service takes it."""
        values = {name: (self[name].data or "").strip() for name in ("happened", "text", "source")}
        return ExperienceData(kind=ExperienceKind(self.kind.data), **values)


class JudgementForm(FlaskForm):
    """How the first of two clauses compares with the second."""

    verdict = RadioField(_l("Compared with the second, the first is"), choices=list(VERDICTS.items()))
    why = TextAreaField(_l("Why"), [Required(_l("Say why.")), Length(max=MAX_TEXT)])
