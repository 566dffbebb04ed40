"""A clause set for a tender: the right minerals and clauses with their reasons, and the same set in three files."""

import io
import re
from datetime import date

from docx import Document as open_document
from flask import Flask
from pypdf import PdfReader

from portal import db
from portal.access.actor import system_actor
from portal.clauses.duties import Duty, Kind, Period
from portal.clauses.models import ClauseVersion
from portal.clauses.rules import Proposal
from portal.clauses.services import load_common
from portal.clauses.sets.content import document_of, minerals_of, monitoring, proposed
from portal.documents.document import Document, Section, Table
from portal.documents.plain import WIDTH, text_of
from portal.impacts.models import Impact
from tests.factories.clauses import REPORT, make_definition, make_version
from tests.factories.impacts import make_impact


def impact(mineral: str, *groups: str, verification: str = "verified") -> Impact:
    return Impact(mineral=mineral, product_groups=list(groups), verification=verification)


def version(*minerals: str, duties: tuple[Duty, ...] = (REPORT,)) -> ClauseVersion:
    content = make_definition(minerals=minerals, duties=duties).content()
    return ClauseVersion(minerals=content["minerals"], duties=content["duties"], texts=content["texts"])


def test_minerals_of_products_are_those_of_any_chosen_group_and_those_of_all() -> None:
    rows = [
        impact("tin"),
        impact("cobalt", "phones", "computers"),
        impact("cobalt", "phones", verification="recalled"),
        impact("cobalt", "servers"),
        impact("mica", "cables"),
    ]
    found = minerals_of(rows, ["phones", "printers"])
    assert [(one.mineral, len(one.impacts), one.verified) for one in found] == [("tin", 1, 1), ("cobalt", 2, 1)]
    assert minerals_of(rows, []) == minerals_of(rows[:1], ["other"])


def test_clauses_are_proposed_with_their_reason() -> None:
    general, tin, mica = version(), version("tin", "gold"), version("mica")
    carried = minerals_of([impact("cobalt"), impact("tin"), impact("gold")], ["phones"])
    found = proposed([general, tin, mica], carried)
    assert [(one.version, one.why) for one in found] == [(general, Proposal(())), (tin, Proposal(("tin", "gold")))]
    assert [one.version for one in proposed([general, tin], [])] == [general]


def test_the_work_is_counted_by_year_and_requests_are_not() -> None:
    audit = Duty("audit", Kind.ON_REQUEST, {"en": "Audit"}, days=28)
    half = Duty("risks", Kind.RECURRING, {"en": "Risks"}, every=6)
    clauses = [version(duties=(REPORT, audit)), version(duties=(half,))]
    found = monitoring(clauses, Period(date(2027, 1, 1), date(2028, 12, 31)))
    assert found.by_year == {2027: 2, 2028: 3}
    assert found.total == 5
    assert [one.scheduled for one in found.watches] == [True, False, True]
    for period in (None, Period(date(2027, 1, 1), None)):
        assert monitoring(clauses, period).by_year == {}


def test_the_document_is_in_its_language_whatever_the_readers_is(app: Flask, acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        load_common(actor)
    from portal.clauses.queries import library

    chosen = [row for row in library(system_actor("test")) if row.clause.code in {"C08", "C02"}]
    with app.test_request_context(headers={"Accept-Language": "en"}):
        made = document_of(
            chosen, monitoring(chosen, None), language="nb", author="By", facts=[("X", [])], made_on=date(2026, 11, 23)
        )
    assert made.language == "nb"
    assert [section.title for section in made.sections[:2]] == ["C02 Årlig mineralerklæring", "C08 Revisjoner"]
    assert "28 dager" in made.sections[1].paragraphs[0]
    assert "23. november 2026" in dict(made.facts).values()
    assert "C02-1, C08-1" in made.foot[0]


def test_plain_text_keeps_lines_short_and_says_every_cell() -> None:
    table = Table(["What", "When"], [["Report", "30 June"], ["Audit", ""]])
    long = "word " * 60
    made = text_of(
        Document("sv", "Klausuler på", "By", [("A", "B")], [Section("One", [long], table)], ["End"])
    ).decode()
    assert made.startswith("Klausuler på\n============\n\nA: B\n\nOne\n---\n")
    assert max(map(len, made.splitlines())) <= WIDTH
    assert made.endswith("What: Report\nWhen: 30 June\n\nWhat: Audit\n\nEnd\n")


def test_from_products_to_the_three_files(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_impact(mineral="mica", product_groups=("audio_visual",))
        mica = make_version(owner_id=authority_ids["oslo"], definition=make_definition("On mica", minerals=("mica",)))
        make_version(owner_id=authority_ids["oslo"], definition=make_definition("On soda ash", minerals=("soda ash",)))
        make_version(owner_id=authority_ids["oslo"], definition=make_definition("Unfinished"), state="draft")
    client = client_for("stavanger-officer")
    client.post("/clauses/common")
    assert "Propose clauses" in client.get("/clauses/set").text
    page = client.get("/clauses/set?group=audio_visual").text
    assert "Mica" in page
    assert "On mica" in page
    assert "On soda ash" not in page
    assert "Unfinished" not in page
    audits = re.search(r'value="([0-9a-f-]{36})"[^>]*><span>C08', page)
    assert audits
    query = f"group=audio_visual&chosen=1&clause={mica.id}&clause={audits[1]}&language=en"
    dated = f"{query}&starts_on=1.1.2027&ends_on=31.12.2028"
    page = client.get(f"/clauses/set?{dated}").text
    assert "2 deliveries come by themselves" in page
    assert "2027: 1, 2028: 1" in page
    assert (
        "The contract ends before it begins."
        in client.get(f"/clauses/set?{query}&starts_on=1.1.2027&ends_on=1.1.2026").text
    )
    foreign = client.get(f"/clauses/set?{query}&_external=1&_anchor=x").text
    assert re.search(r'href="/clauses/set\.pdf\?[^"#]*"', foreign)  # no address is built from what is no choice of ours

    text = client.get(f"/clauses/set.txt?{dated}")
    assert text.headers["Content-Disposition"].endswith("-en.txt")
    word = open_document(io.BytesIO(client.get(f"/clauses/set.docx?{dated}").data))
    pdf = PdfReader(io.BytesIO(client.get(f"/clauses/set.pdf?{dated}").data))
    said = {
        "text": text.text,
        "word": "\n".join(paragraph.text for paragraph in word.paragraphs),
        "pdf": "\n".join(page.extract_text() for page in pdf.pages),
    }
    for kind, words in said.items():
        for expected in (
            "On mica",
            "C08 Audits",
            "within 28 days of the request",
            "what monitoring this obliges you to",
        ):
            assert expected in " ".join(words.split()), (kind, expected)
        assert "C02" not in words, kind
    assert word.core_properties.language == "en"

    nothing = client.get("/clauses/set.pdf?group=audio_visual&chosen=1")
    assert nothing.location == "/clauses/set?group=audio_visual"
