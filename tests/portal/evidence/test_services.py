"""Stored files: names made harmless, bytes kept once, downloads as downloads."""

import pytest

from portal import db
from portal.evidence.queries import content_of, get_evidence
from portal.evidence.services import safe_filename, store_file
from tests.factories.evidence import make_evidence


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("CMRT 2026.xlsx", "CMRT 2026.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\list.csv", "list.csv"),
        ("evil\u202exslx.exe", "evilxslx.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("", "file"),
        (None, "file"),
        ("..", "file"),
    ],
)
def test_file_names_are_made_harmless(given, kept) -> None:
    assert safe_filename(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_filename("x" * 300 + ".xlsx")
    assert len(name) == 120
    assert name.endswith(".xlsx")


def test_the_same_bytes_are_kept_once_and_each_owner_has_a_record(acting) -> None:
    for persona in ("stockholm-officer", "stavanger-officer"):
        actor = acting(persona)
        with db.transaction():
            item = store_file(actor, content=b"same", filename="a.txt", media_type="text/plain")
        assert content_of(get_evidence(actor, item.id).sha256) == b"same"


def test_a_download_is_never_shown_in_place(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        item = make_evidence(owner_id=authority_ids["stockholm"], filename="page.html", content=b"<script>1</script>")
    response = client_for("stockholm-reader").get(f"/files/{item.id}")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.mimetype == "application/octet-stream"
    assert client_for("oslo-officer").get(f"/files/{item.id}").status_code == 404
