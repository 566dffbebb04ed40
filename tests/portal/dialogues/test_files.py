"""Files of a dialogue: kept with their hash, seen with their entry, taken off and put back; e-mails taken apart."""

from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal import db
from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.dialogues import queries as dialogues
from portal.dialogues import services as entries
from portal.dialogues.files import queries, services
from portal.dialogues.files.mail import MOST_PARTS, UnreadableMail, read_mail
from portal.dialogues.models import DialogueEntry
from portal.errors import BadInput, Conflict, Forbidden, NotFound
from portal.evidence import queries as evidence
from portal.evidence.kinds import MOST_BYTES, is_mail
from portal.journal.models import JournalEntry
from tests.client import PortalClient
from tests.factories.dialogues import make_dialogue

Acting = Callable[[str], Actor]
ClientFor = Callable[[str | None], PortalClient]
PDF = b"%PDF-1.7 minutes"
PNG = b"\x89PNG\r\n\x1a\n picture"


def mail(*attached: tuple[str, bytes], subject: str = "Svar på er fråga") -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "office@supplier.example"
    message["Date"], message["Message-ID"] = "Tue, 03 Nov 2026 10:00:00 +0100", "<1@supplier.example>"
    message.set_content("We answer.")
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


@pytest.fixture
def entry(acting: Acting, authority_ids: dict[str, UUID]) -> DialogueEntry:
    officer = acting("stockholm-officer")
    with db.transaction():
        made = make_dialogue(owner_id=authority_ids["stockholm"], audience="members")
    return dialogues.get_dialogue(officer, made.id)


def attach(actor: Actor, entry: DialogueEntry, content: bytes, filename: str) -> list[UUID]:
    with db.transaction():
        return [file.id for file in services.attach(actor, entry, content=content, filename=filename)]


def test_a_file_is_seen_with_its_entry_and_follows_who_sees_it(acting: Acting, entry: DialogueEntry) -> None:
    officer = acting("stockholm-officer")
    [file_id] = attach(officer, entry, PDF, "minutes.pdf")
    reader = acting("stavanger-officer")
    file = queries.get_file(reader, file_id)
    assert evidence.content_of(evidence.get_evidence(reader, file.evidence_id).sha256) == PDF
    acting("stockholm-officer")
    with db.transaction():
        mine = dialogues.get_dialogue(officer, entry.id)
        entries.change_audience(officer, mine, Audience.OWNER, [], version=mine.version)
    db.session.remove()
    reader = acting("stavanger-officer")
    with pytest.raises(NotFound):
        queries.get_file(reader, file_id)
    with pytest.raises(NotFound):
        evidence.get_evidence(reader, file.evidence_id)


def test_what_is_taken_off_is_the_owners_until_it_is_put_back(acting: Acting, entry: DialogueEntry) -> None:
    officer = acting("stockholm-officer")
    mail_id, attached_id = attach(officer, entry, mail(("plan.pdf", PDF)), "answer.eml")
    with db.transaction():
        services.take_off(officer, entry, queries.get_file(officer, mail_id))
    reader = acting("stavanger-officer")
    for file_id in (mail_id, attached_id):
        with pytest.raises(NotFound):
            queries.get_file(reader, file_id)
    acting("stockholm-officer")
    with db.transaction():
        services.put_back(officer, entry, queries.get_file(officer, mail_id))
    reader = acting("stavanger-officer")
    file = queries.get_file(reader, attached_id)
    assert evidence.get_evidence(reader, file.evidence_id).filename == "plan.pdf"
    actions = db.session.scalars(select(JournalEntry.action).where(JournalEntry.object_id == entry.id)).all()
    assert actions == []  # the journal is the owner's
    acting("stockholm-officer")
    actions = db.session.scalars(
        select(JournalEntry.action).where(JournalEntry.object_id == entry.id).order_by(JournalEntry.seq)
    ).all()
    assert actions == ["dialogue.file_attached", "dialogue.file_taken_off", "dialogue.file_put_back"]


def test_an_email_keeps_its_headers_and_what_was_attached(acting: Acting, entry: DialogueEntry) -> None:
    officer = acting("stockholm-officer")
    attach(officer, entry, mail(("plan.pdf", PDF), ("photo.png", PNG), ("run.exe", b"MZ")), "answer.eml")
    files = queries.files_of(officer, [entry])
    assert [file.item.filename for file in files] == ["answer.eml", "plan.pdf", "photo.png"]
    assert files[0].mail == {
        "subject": "Svar på er fråga",
        "date": "2026-11-03T10:00:00+01:00",
        "message_id": "<1@supplier.example>",
        "in_reply_to": "",
    }
    assert {file.part_of_id for file in files[1:]} == {files[0].id}


@pytest.mark.parametrize(
    ("name", "content"),
    [("run.exe", b"MZ"), ("minutes.pdf", b"MZ"), ("minutes", PDF), ("mail.eml", b"no header\n\nbody"), ("a.pdf", b"")],
)
def test_other_kinds_are_refused_and_nothing_is_kept(acting: Acting, entry, name: str, content: bytes) -> None:
    officer = acting("stockholm-officer")
    with pytest.raises(BadInput, match="kind of file"):
        attach(officer, entry, content, name)
    assert queries.files_of(officer, [entry]) == []


def test_too_large_too_many_and_twice_are_refused(acting: Acting, entry: DialogueEntry, monkeypatch) -> None:
    officer = acting("stockholm-officer")
    with pytest.raises(BadInput, match="larger than 10 MB"):
        attach(officer, entry, PDF + b" " * MOST_BYTES, "minutes.pdf")
    attach(officer, entry, PDF, "minutes.pdf")
    with pytest.raises(Conflict):
        attach(officer, entry, PDF, "copy.pdf")
    monkeypatch.setattr(services, "MOST_FILES", 2)
    with pytest.raises(BadInput, match="at most 2 files"):
        attach(officer, entry, mail(("plan.png", PNG)), "answer.eml")
    assert len(queries.files_of(officer, [entry])) == 1


def test_only_the_owner_attaches(acting: Acting, entry: DialogueEntry, client_for: ClientFor) -> None:
    reader = acting("stavanger-officer")
    with pytest.raises(Forbidden):
        attach(reader, entry, PDF, "minutes.pdf")
    assert client_for("stavanger-officer").get(f"/dialogues/{entry.id}/files").status_code == 403


def test_from_the_page_and_back(client_for: ClientFor, entry: DialogueEntry) -> None:
    client = client_for("stockholm-officer")
    sent = {"file": (BytesIO(mail(("plan.pdf", PDF))), "answer.eml")}
    done = client.post(f"/dialogues/{entry.id}/files", data=sent, content_type="multipart/form-data")
    page = client.get(done.location).text
    assert "2 files are attached." in page
    assert "Svar på er fråga, 2026-11-03" in page
    assert "attached to the e-mail" in page
    refused = client.post(
        f"/dialogues/{entry.id}/files",
        data={"file": (BytesIO(b"MZ"), "run.exe")},
        content_type="multipart/form-data",
    )
    assert "This kind of file is not taken" in refused.text
    off = page.split('action="/dialogues/files/')[1].split('"')[0]
    page = client.get(client.post(f"/dialogues/files/{off}").location).text
    assert "Taken off: answer.eml" in page
    assert "Taken off" not in client_for("stavanger-officer").get(f"/dialogues/{entry.id}").text
    page = client.get(client.post(f"/dialogues/files/{off.replace('/off', '/back')}").location).text
    assert "“answer.eml” is back." in page


@given(st.binary(max_size=400))
def test_a_broken_mail_is_read_or_refused_but_never_breaks(content: bytes) -> None:
    for whole in (content, b"From: a@b.example\r\n" + content, mail(("x.pdf", PDF)) + content):
        try:
            read_mail(whole)
        except UnreadableMail:
            continue


def test_hostile_mails_are_refused_at_once() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (depth, depth) for depth in range(5_000)
    )
    parts = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * (MOST_PARTS + 1) + b"--x--"
    for content in (b"From: x\r\n" + nested, b"From: x\r\n" + parts):
        with pytest.raises(UnreadableMail):
            read_mail(content)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.eml", mail(), True),
        ("a.txt", mail(), False),
        ("a.eml", b"Subject: x\r\n\r\nbody", False),
        ("a.eml", b"a" * 1_000_000, False),
        ("a.eml", b"A:" * 500_000, False),
    ],
)
def test_a_mail_is_known_by_its_headers(name: str, content: bytes, expected: bool) -> None:
    assert is_mail(name, content) is expected
