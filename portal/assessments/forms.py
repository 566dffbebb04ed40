"""The form of an assessment: three fields for each of the five steps."""

from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, SelectFieldBase, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.assessments.labels import ANSWERS, GRADES, PROBLEMS, STEPS
from portal.assessments.models import SupplierAssessment
from portal.assessments.rules import Answer, EvidenceGrade, Step, problem
from portal.assessments.services import AssessmentData, StepData
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.rules import ProductGroup
from portal.web import nested_forms
from portal.web.forms import AudienceForm, DayField, Required


class AssessmentForm(AudienceForm):
    """Add or change an assessment. The fields of the steps are answer_1, grade_1, note_1 to note_5."""

    as_of = DayField(_l("Judged on"), [Required(_l("Say on which day you judged it."))])
    product_group = SelectField(_l("Product group"), choices=list(PRODUCT_GROUPS.items()))
    method = StringField(_l("How it was assessed"), [Length(max=300)])

    def rows(self) -> list[tuple[Step, Field, Field, Field]]:
        """(step, answer, grade, note) for drawing the form."""
        return [(step, self[f"answer_{step}"], self[f"grade_{step}"], self[f"note_{step}"]) for step in Step]

    def validate(self, extra_validators: object = None) -> bool:
        """Also that each answer may stand on its evidence."""
        valid = super().validate(extra_validators)
        for _step, answer, grade, _note in self.rows():
            wrong = None if answer.errors or grade.errors else problem(Answer(answer.data), EvidenceGrade(grade.data))
            if wrong:
                grade.errors = [*grade.errors, str(ValidationError(str(PROBLEMS[wrong])))]
                valid = False
        return valid

    def error_lines(self) -> list[tuple[str | None, str]]:
        """(id of the field, “Step: label: what is wrong”) for the summary."""
        titles = {field.id: f"{STEPS[step][0]}: " for step, *fields in self.rows() for field in fields}
        return [(anchor, titles.get(anchor, "") + line) for anchor, line in nested_forms.error_lines(self)]

    def differences(self, saved: "AssessmentForm") -> list[tuple[str, str, str]]:
        """(label, what is saved, what stands in this form) of every field that differs, as people read it."""
        fields = [
            (self.as_of.label.text, "as_of"),
            (self.product_group.label.text, "product_group"),
            (self.method.label.text, "method"),
            *(
                (f"{STEPS[step][0]}: {field.label.text}", field.name)
                for step, *fields in self.rows()
                for field in fields
            ),
            (self.audience.label.text, "audience"),
            (self.named_ids.label.text, "named_ids"),
        ]
        pairs = [(label, _words(saved[name]), _words(self[name])) for label, name in fields]
        return [pair for pair in pairs if pair[1] != pair[2]]

    @property
    def seen_version(self) -> int:
        """The version that the person began to edit; 0 when it is missing."""
        return int(self.version.data) if (self.version.data or "").isdecimal() else 0

    def fill(self, assessment: SupplierAssessment) -> None:
        """Show what is saved of the steps."""
        for row in assessment.steps:
            self[f"answer_{row.step}"].process_data(row.answer)
            self[f"grade_{row.step}"].process_data(row.grade)
            self[f"note_{row.step}"].process_data(row.note)

    def assessment_data(self) -> AssessmentData:
        """The validated form as the service takes it."""
        assert self.as_of.data
        return AssessmentData(
            as_of=self.as_of.data,
            product_group=ProductGroup(self.product_group.data),
            method=(self.method.data or "").strip() or None,
            steps={
                Step(step): StepData(Answer(answer.data), EvidenceGrade(grade.data), (note.data or "").strip() or None)
                for step, answer, grade, note in self.rows()
            },
            audience=self.chosen_audience,
            named_ids=self.named_ids.data or [],
        )


def _words(field: Field) -> str:
    """A field's content as people read it: the labels of choices, the text of the rest."""
    if isinstance(field, SelectFieldBase):
        return ", ".join(str(choice.label.text) for choice in field if choice.checked)
    return str(field._value()).strip()


for _step in map(int, Step):
    setattr(AssessmentForm, f"answer_{_step}", SelectField(_l("Answer"), choices=list(ANSWERS.items())))
    setattr(AssessmentForm, f"grade_{_step}", SelectField(_l("Evidence"), choices=list(GRADES.items())))
    setattr(AssessmentForm, f"note_{_step}", TextAreaField(_l("In a few words"), [Length(max=1000)]))
