"""The words of rubrics in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.rubrics.rules import Flaw, QuestionType

FLAWS = {
    Flaw.CODE: _l("The rubric’s code is at most 11 small letters, digits and hyphens."),
    Flaw.TITLE: _l("The rubric has no English title, or one that is too long."),
    Flaw.NO_QUESTIONS: _l("The rubric has no questions."),
    Flaw.TOO_MANY: _l("The rubric has more than 500 questions."),
    Flaw.QUESTION_ID: _l("The id of a question looks like S2-3: the step, then a number."),
    Flaw.STEP: _l("The step is not the one in the question’s id."),
    Flaw.TWICE: _l("This id stands twice."),
    Flaw.NO_TEXT: _l("The English text is missing."),
    Flaw.LANGUAGE: _l("There is a text in a language that we do not have."),
    Flaw.TOO_LONG: _l("A text is longer than 2,000 characters."),
    Flaw.CHOICES_MISSING: _l("This type of question needs choices."),
    Flaw.CHOICES_NEEDLESS: _l("This type of question has no choices."),
    Flaw.CHOICE_CODE: _l("The codes of choices differ, and are of small letters, digits and underscores."),
}

TYPES = {
    QuestionType.CHOICE: _l("One choice"),
    QuestionType.MULTI_CHOICE: _l("Several choices"),
    QuestionType.NUMBER: _l("Number"),
    QuestionType.DATE: _l("Date"),
    QuestionType.TEXT: _l("Text"),
    QuestionType.TABLE: _l("Table"),
    QuestionType.FILE: _l("File"),
}
