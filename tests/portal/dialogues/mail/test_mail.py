"""Mail into dialogues: by a secret address, once, for its authority alone; hostile mail changes nothing."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.dialogues import queries as dialogues
from portal.dialogues.files.queries import files_of
from portal.dialogues.mail import queries, services
from portal.dialogues.mail.rules import address_of, tokens_in
from portal.dialogues.models import DialogueEntry
from portal.errors import BadInput, Forbidden
from portal.settings import get_settings
from tests.factories.dialogues import make_dialogue
from tests.processes import ROOT
from tests.servers import Servers

Acting = Callable[[str], Actor]
DOMAIN = "commons.example"
PDF = b"%PDF-1.7 answer"


@pytest.fixture(autouse=True)
def _mail_comes_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("INCOMING_MAIL_DOMAIN", DOMAIN)
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def asked(acting: Acting, authority_ids) -> UUID:
    """A dialogue of Stockholm that all members see."""
    acting("system")
    with db.transaction():
        return make_dialogue(owner_id=authority_ids["stockholm"], audience="members").id


@pytest.fixture
def address(acting: Acting, asked: UUID) -> str:
    officer = acting("stockholm-officer")
    with db.transaction():
        made = services.make_address(officer, dialogues.get_dialogue(officer, asked))
        return address_of(made.token, DOMAIN)


def letter(to: str, subject: str = "Your question", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@supplier.example", to, subject
    defaults = {"Message_ID": "<1@supplier.example>", "Date": "Tue, 10 Nov 2026 10:00:00 +0100"}
    for name, value in {**defaults, **headers}.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content("Our refiners are named in the file.")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename="refiners.pdf")
    return message.as_bytes()


def take(acting: Acting, content: bytes, to: str | None = None) -> DialogueEntry | None:
    acting("system")
    with db.transaction():
        return services.receive(content, to)


def entries() -> int:
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    return db.session.scalar(select(func.count()).select_from(DialogueEntry)) or 0


def test_it_answers_the_dialogue_with_its_attachments(acting: Acting, asked: UUID, address: str) -> None:
    entry = take(acting, letter(f"Stockholm <{address.upper()}>"))
    assert entry
    assert (entry.subject, entry.channel, entry.audience) == ("Your question", "email", "owner")
    assert entry.answers_id == asked
    assert entry.held_on.isoformat() == "2026-11-10"
    assert entry.summary == "Our refiners are named in the file."
    officer = acting("stockholm-officer")
    files = files_of(officer, [dialogues.get_dialogue(officer, entry.id)])
    assert sorted(file.item.filename for file in files) == ["e-mail.eml", "refiners.pdf"]
    reader = acting("stavanger-officer")
    assert dialogues.answers_to(reader, [dialogues.get_dialogue(reader, asked)]) == {}


def test_what_comes_twice_stands_there_once(acting: Acting, address: str) -> None:
    assert take(acting, letter(address))
    assert take(acting, letter(address, subject="Again, by another way")) is None
    assert take(acting, letter(address, Message_ID="<2@supplier.example>"))
    nameless = letter(address, Message_ID="")
    assert take(acting, nameless)
    assert take(acting, nameless) is None
    assert entries() == 4


def test_nobody_is_there_for_a_wrong_or_revoked_address(acting: Acting, asked: UUID, address: str) -> None:
    for wrong in ("someone@commons.example", address.replace(DOMAIN, "other.example"), f"dialogue+{'a' * 26}@{DOMAIN}"):
        with pytest.raises(services.NobodyThere):
            take(acting, letter(wrong))
    officer = acting("stockholm-officer")
    with db.transaction():
        services.revoke_address(officer, dialogues.get_dialogue(officer, asked))
    with pytest.raises(services.NobodyThere):
        take(acting, letter(address))
    assert entries() == 1


def test_a_new_address_ends_the_one_before_and_only_its_owner_makes_one(
    acting: Acting, asked: UUID, address: str
) -> None:
    stranger = acting("stavanger-officer")
    entry = dialogues.get_dialogue(stranger, asked)
    assert queries.address_for(stranger, entry) is None
    with pytest.raises(Forbidden):
        services.make_address(stranger, entry)
    officer = acting("stockholm-officer")
    with db.transaction():
        services.make_address(officer, dialogues.get_dialogue(officer, asked))
    with pytest.raises(services.NobodyThere):
        take(acting, letter(address))


def test_what_the_server_says_wins_over_the_mail(acting: Acting, address: str) -> None:
    assert take(acting, letter("somebody@else.example"), to=address)
    with pytest.raises(services.NobodyThere):
        take(acting, letter(address), to="nobody@commons.example")


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x00\xff\x00\xff",
        b"PK\x03\x04 no mail",
        b"To: {to}\r\n" + b"X: " + b"a" * 400_000 + b"\r\n\r\nhello",
        b"To: {to}\r\nFrom: x\r\nDate: never\r\nSubject: =?utf-8?b?////?=\r\n"
        b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff",
        b"To: {to}\r\nFrom: x\r\nSubject: a\x00b\r\nContent-Type: text/plain\r\n\r\nnul \x00 here \xed\xa0\x80",
        b"To: {to}\r\nFrom: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\n\r\nx\r\n" * 300
        + b"--b--",
        b"To: {to}\r\nFrom: x\r\n" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 150,
    ],
)
def test_hostile_mail_is_refused_or_held_whole(acting: Acting, address: str, hostile: bytes) -> None:
    before = entries()
    try:
        made = take(acting, hostile.replace(b"{to}", address.encode()))
    except (BadInput, services.NobodyThere):
        made = None
        db.session.rollback()
    assert entries() == before + (made is not None)


def test_a_mail_that_is_too_large_is_refused(acting: Acting, address: str) -> None:
    with pytest.raises(BadInput, match="10 MiB"):
        take(acting, letter(address) + b"a" * (10 * 2**20))


def test_addresses_are_read_out_of_what_mail_programs_write() -> None:
    token = "abcdefghijklmnopqrstuvwx23"
    written = f'"A, B" <dialogue+{token.upper()}@Commons.Example>, other@{DOMAIN}, dialogue+{token}@{DOMAIN}'
    assert tokens_in([written], DOMAIN) == [token]
    assert tokens_in([f"dialogue+{token}@evil.example", f"dialogue+short@{DOMAIN}"], DOMAIN) == []


def test_the_command_as_a_mail_server_calls_it(
    acting: Acting, servers: Servers, database: str, address: str, asked: UUID
) -> None:
    db.session.remove()

    environment = {**os.environ, "APP_DATABASE_URL": servers.app_url(database), "INCOMING_MAIL_DOMAIN": DOMAIN}

    def call(content: bytes, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "portal.cli", "mail", "receive", *arguments]
        return subprocess.run(command, input=content, capture_output=True, env=environment, cwd=ROOT, check=False)

    done = call(b"From supplier Tue Nov 10\n" + letter("x@y.example"), "--to", address)
    assert (done.returncode, done.stdout[:14]) == (0, b"dialogue entry"), done.stderr
    assert call(letter(address)).stdout == b"this mail is in the log already\n"
    assert call(letter("nobody@y.example")).returncode == 67
    assert call(b"nonsense", "--to", address).returncode == 65
    environment["CLAMAV_ADDRESS"] = "127.0.0.1:1"  # the scanner is away: the mail is not bounced for that
    assert call(letter(address, Message_ID="<2@supplier.example>")).returncode == 75


def test_on_the_page(client_for, acting: Acting, asked: UUID) -> None:
    officer, other = client_for("stockholm-officer"), client_for("stavanger-officer")
    page = f"/dialogues/{asked}"
    assert "Make an address" in officer.get(page).text
    assert f"@{DOMAIN}" in officer.post(f"{page}/address", follow_redirects=True).text
    assert f"@{DOMAIN}" not in other.get(page).text
    assert other.post(f"{page}/address").status_code == 403
    assert "The address is revoked." in officer.post(f"{page}/address/revoke", follow_redirects=True).text
    assert officer.post(f"{page}/address/revoke").status_code == 409
