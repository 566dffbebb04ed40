"""The texts for the supplier: in its language, with the blank template's published name, and each rung its own."""

from datetime import date

import pytest

from portal.declarations.reading.versions import current_revision
from portal.declarations.rules import TemplateKind
from portal.requests.drafts import BLANKS, Parties, draft_of
from portal.requests.models import DeclarationRequest
from portal.requests.rules import Rung

PARTIES = Parties("Region Stockholm", "Nordvik Displays AS", "RS 2026-0103", to_fix=3)
# A month and two metals in each language, as Babel and the catalogues have them.
WORDS = {
    "en": ("November", "tungsten", "gold"),
    "sv": ("november", "volfram", "guld"),
    "nb": ("november", "wolfram", "gull"),
    "es": ("noviembre", "wolframio", "oro"),
    "ca": ("novembre", "wolframi", "or"),
}


def request(**values) -> DeclarationRequest:
    fields = {
        "template": "CMRT",
        "minerals": ["gold", "tungsten"],
        "scope_code": "A",
        "language": "en",
        "due_on": date(2026, 11, 30),
        "state": "requested",
        **values,
    }
    return DeclarationRequest(**fields)


@pytest.mark.parametrize("language", WORDS)
def test_the_text_is_in_the_suppliers_language_and_not_in_the_readers(app, language) -> None:
    month, tungsten, gold = WORDS[language]
    with app.test_request_context(headers={"Accept-Language": "es" if language != "es" else "sv"}):
        draft = draft_of(request(language=language), PARTIES)
    assert draft.language == language
    assert month in draft.body
    assert tungsten in draft.body
    assert gold in draft.body
    assert "RS 2026-0103" in draft.body


@pytest.mark.parametrize("kind", list(BLANKS))
def test_the_blank_template_is_named_with_its_newest_revision(app, kind: TemplateKind) -> None:
    with app.test_request_context():
        draft = draft_of(request(template=kind), PARTIES)
    assert BLANKS[kind] in draft.body
    assert current_revision(kind) in draft.body
    assert current_revision(kind) != "?"


def test_each_rung_has_words_of_its_own(app) -> None:
    with app.test_request_context():
        drafts = {rung: draft_of(request(), PARTIES, rung) for rung in (None, *Rung)}
    assert len({draft.body for draft in drafts.values()}) == 5
    assert drafts[None].subject == drafts[Rung.SOON].subject
    assert "Reminder" in drafts[Rung.LAST].subject


def test_what_was_sent_back_speaks_of_the_corrections(app) -> None:
    with app.test_request_context():
        draft = draft_of(request(state="sent_back", instructions="Clause 7"), PARTIES)
    assert "3 things that must be corrected" in draft.body
    assert "Clause 7" not in draft.body


def test_products_stand_in_the_text(app) -> None:
    with app.test_request_context():
        draft = draft_of(request(scope_code="B", scope_description="ThinkStation P3 & P5"), PARTIES)
    assert "ThinkStation P3 & P5" in draft.body


def test_a_link_is_given_only_where_mail_programs_take_it(app) -> None:
    with app.test_request_context():
        short, long = draft_of(request(), PARTIES), draft_of(request(instructions="é" * 400), PARTIES)
    assert short.mailto
    assert "%0D%0A" in short.mailto
    assert " " not in short.mailto
    assert long.mailto is None
