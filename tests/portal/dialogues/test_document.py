"""A dialogue as PDF and DOCX: whole, tagged, and never more than the reader may see."""

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pypdf
import pytest
from docx import Document as read_docx

from portal import db
from portal.access.actor import Actor
from portal.dialogues import services
from portal.documents.document import Document, Section, Table
from portal.documents.pdf import pdf_of
from portal.documents.word import docx_of
from tests.client import PortalClient
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]
ClientFor = Callable[[str | None], PortalClient]
NOTE = "They asked us not to tell."


@pytest.fixture
def entry_id(acting: Acting, authority_ids: dict[str, UUID]) -> UUID:
    acting("system")
    with db.transaction():
        entry = make_dialogue(
            owner_id=authority_ids["stockholm"],
            supplier_id=make_supplier("流明电子 Halden AB").id,
            audience="members",
            subject="Kobolt från Kolwezi",
            summary="Första stycket.\n\nSecond \x0b paragraph with 流明 and ทดสอบ.",
            objective="A complete list",
            issues=["child_labour"],
            commitments=[make_commitment(what="Corrected <CMRT> & EMRT")],
        )
        make_dialogue(
            owner_id=authority_ids["barcelona"],
            supplier_id=entry.supplier_id,
            answers_id=entry.id,
            subject="Resposta",
            summary="Secret answer",
            commitments=[],
        )
    officer = acting("stockholm-officer")
    with db.transaction():
        services.add_note(officer, entry, NOTE)
    return entry.id


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)


def docx_text(content: bytes) -> str:
    document = read_docx(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_both_files_say_what_the_page_says(client_for: ClientFor, entry_id: UUID) -> None:
    client = client_for("stavanger-officer")
    for ending, read in (("pdf", pdf_text), ("docx", docx_text)):
        response = client.get(f"/dialogues/{entry_id}.{ending}")
        assert f"dialogue-{entry_id}.{ending}" in response.headers["Content-Disposition"]
        text = read(response.data)
        for words in ("Kobolt från Kolwezi", "流明电子 Halden AB", "Första stycket.", "Worst forms of child labour"):
            assert words in text, (ending, words)
        assert "<CMRT> & EMRT" in text
        assert NOTE not in text
        assert "Secret answer" not in text


def test_our_own_notes_stand_in_it_only_where_asked_for(client_for: ClientFor, entry_id: UUID) -> None:
    ours = client_for("stockholm-officer")
    assert NOTE in pdf_text(ours.get(f"/dialogues/{entry_id}.pdf?notes=1").data)
    assert NOTE in docx_text(ours.get(f"/dialogues/{entry_id}.docx?notes=1").data)
    assert NOTE not in pdf_text(ours.get(f"/dialogues/{entry_id}.pdf").data)
    assert NOTE not in pdf_text(client_for("stavanger-officer").get(f"/dialogues/{entry_id}.pdf?notes=1").data)


def test_files_are_marked_for_reading_aloud() -> None:
    table = Table(["Vad", "När"], [["Rad", "1 maj"]])
    document = Document("sv", "Titel", "Region", [("Datum", "1 maj")], [Section("Del", ["Text"], table)], ["Slut"])
    root = pypdf.PdfReader(BytesIO(pdf_of(document))).root_object
    assert "'/Marked': True" in str(root["/MarkInfo"])
    assert str(root["/Lang"]) == "sv"
    made = read_docx(BytesIO(docx_of(document)))
    assert [p.style.name for p in made.paragraphs if p.style and p.style.name != "Normal"] == [
        "Title",
        "Heading 1",
        "Caption",
    ]
    assert 'w:lang w:val="sv"' in made.styles["Normal"].element.xml
    assert "w:tblHeader" in made.tables[0].rows[0]._tr.xml
