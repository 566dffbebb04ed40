"""Awards: what notices bring, whose they are, who is told, and the pages."""

import io
import json
from collections import Counter

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal import db
from portal.awards.models import Award, AwardNumber
from portal.clock import today
from portal.contracts.notices.reading import read_awards, read_notices
from portal.notifications.models import Notice
from portal.registry.identifiers import check
from portal.registry.models import Follow
from portal.registry.reasons import Refused
from portal.sources import queries as sources
from tests.events import deliver_all
from tests.factories.registry import make_supplier
from tests.portal.contracts.notices import files
from tests.statements import counted_statements

NUMBER = files.COMPANIES["ORG-0002"][2]


def search_answer(**values: object) -> bytes:
    """An answer of TED's search with one notice."""
    notice = {
        "publication-number": "1-2026",
        "winner-name": {"swe": ["Elv AB", "Dal AB"]},
        "winner-identifier": ["556036-0793"],
        "winner-country": ["SWE"],
        "buyer-name": {"swe": ["Region Halland"]},
        "total-value": 5,
        "total-value-cur": "SEK",
        **values,
    }
    return json.dumps({"notices": [notice]}).encode()


def fresh(notice_id: str = "11111111-2222-4333-8444-555555555555") -> bytes:
    """The award notice of files.eforms, published today."""
    return files.eforms(notice_id).replace(b"2026-03-01+01:00", f"{today():%Y-%m-%d}+01:00".encode())


def upload(client, content: bytes, filename: str = "notice.xml"):
    data = {"file": (io.BytesIO(content), filename)}
    answer = client.post("/awards/sources/ted/files", data=data, content_type="multipart/form-data")
    deliver_all()
    return answer


@pytest.fixture
def follow(acting, actor_of):
    """Makes a supplier that Stockholm follows."""

    def make(name: str, *numbers: str):
        authority_id = actor_of("stockholm-officer").authority_id
        acting("system")
        with db.transaction():
            supplier = make_supplier(name, identifiers=tuple(check("se.orgnr", one) for one in numbers))
            db.session.add(Follow(authority_id=authority_id, supplier_id=supplier.id))
            supplier_id = supplier.id
        db.session.remove()
        return supplier_id

    return make


def test_an_uploaded_notice_reaches_those_who_follow_the_winner(client_for, follow) -> None:
    supplier_id = follow("Halden Computing Sverige AB", NUMBER)
    operator, officer, other = (client_for(who) for who in ("operator", "stockholm-officer", "stavanger-officer"))
    assert "No notices were read yet" in officer.get("/awards").text
    assert upload(operator, fresh()).status_code == 302
    page = officer.get("/awards").text
    assert "In the notice: Halden Computing AB" in page
    assert "won by 2 companies together" in page
    assert "CPV 30213100" in page
    assert "Import the notice as a contract" in page  # the buyer is Region Stockholm
    assert "Fjell Telefoni" not in page
    assert "We follow no supplier yet" in other.get("/awards").text
    assert "was awarded" in officer.get("/inbox").text
    table = officer.get("/awards.csv").text.splitlines()
    assert len(table) == 2
    assert "1250000.50,SEK,2" in table[1]
    assert "No award to these" in officer.get("/awards", query_string={"supplier": "x"}).text
    assert "Bärbara datorer" in officer.get("/awards", query_string={"supplier": supplier_id}).text


def test_the_same_notice_twice_is_once(client_for, follow) -> None:
    follow("Halden Computing AB", NUMBER)
    operator = client_for("operator")
    upload(operator, fresh())
    upload(operator, fresh())
    upload(operator, fresh() + b"\n", "again.xml")
    assert [run.state for run in sources.runs_page("ted").rows] == ["unchanged", "unchanged", "applied"]
    assert Counter(db.session.scalars(select(Award.notice_id))).most_common() == [
        ("11111111-2222-4333-8444-555555555555", 3)
    ]
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    assert len(db.session.scalars(select(Notice)).all()) == 1


def test_a_name_is_a_suggestion_and_nobody_is_told(client_for, follow) -> None:
    follow("Halden Computing AB")
    upload(client_for("operator"), fresh())
    officer = client_for("stockholm-officer")
    assert "No award to these suppliers" in officer.get("/awards").text
    page = officer.get("/awards?match=name").text
    assert "Bärbara datorer" in page
    assert "no number that proves it" in page
    assert "name" in officer.get("/awards.csv?match=name").text.splitlines()[1]
    db.set_scope(authority_id=None, system=True)
    assert db.session.scalars(select(Notice)).all() == []


def test_pages_go_on_where_the_last_one_ended(client_for, follow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.awards.queries.PAGE_SIZE", 1)
    follow("Halden Computing AB", NUMBER)
    operator, officer = client_for("operator"), client_for("stockholm-officer")
    for number in (1, 2, 3):
        upload(operator, files.eforms(f"11111111-2222-4333-8444-{number:012}"))
    seen, address = 0, "/awards"
    while address:
        page = officer.get(address).text
        seen += page.count("CPV 30213100")
        rest = page.partition('rel="next" href="')[2]
        address = rest.partition('"')[0].replace("&amp;", "&")
    assert seen == 3
    assert officer.get("/awards?after=x").status_code == 400


def test_a_page_asks_as_often_for_many_awards_as_for_one(client_for, follow) -> None:
    follow("Halden Computing AB", NUMBER)
    operator, officer = client_for("operator"), client_for("stockholm-officer")
    upload(operator, files.eforms())
    officer.get("/awards")
    with counted_statements() as one:
        officer.get("/awards")
    for number in range(1, 5):
        upload(operator, files.eforms(f"11111111-2222-4333-8444-{number:012}"))
    with counted_statements() as many:
        officer.get("/awards")
    assert len(many) <= len(one)


def test_what_is_no_notice_is_refused_in_words_and_leaves_nothing(client_for, database) -> None:
    operator = client_for("operator")
    answer = upload(operator, b"<html>Sign in</html>")
    assert answer.status_code == 400
    assert "no eForms notice" in answer.text
    assert upload(client_for("stockholm-officer"), files.eforms()).status_code == 403
    assert sources.runs_page("ted").rows == []
    assert operator.get("/awards/sources/nothing").status_code == 404


def test_awards_are_only_ever_added(client_for, database) -> None:
    upload(client_for("operator"), files.eforms())
    for statement in ("UPDATE award SET buyer = 'x'", "DELETE FROM award_number"):
        with pytest.raises(DBAPIError, match="permission denied"), db.transaction():
            db.session.execute(text(statement))


def test_a_search_answer_joins_names_and_numbers_only_where_it_can() -> None:
    (notice,) = read_awards(search_answer())
    assert [(one.name, one.country, one.numbers) for one in notice.winners] == [
        ("Elv AB, Dal AB", "SWE", ("556036-0793",))
    ]
    both = {"winner-identifier": ["556036-0793", "556016-0680"]}
    (notice,) = read_awards(search_answer(**both))
    assert [one.name for one in notice.winners] == ["Elv AB", "Dal AB"]
    assert [deal.value for deal in notice.deals] == [None, None]
    assert read_awards(b'{"notices": [], "totalNoticeCount": 0}') == []
    with pytest.raises(Refused, match="no contracts"):
        read_notices(search_answer())


def test_a_process_that_grows_brings_its_later_awards_only(client_for, database) -> None:
    operator = client_for("operator")
    upload(operator, files.ocds(files.awarded()), "a.json")
    upload(operator, files.ocds(files.awarded(), files.signed()), "b.json")
    assert len(db.session.scalars(select(Award)).all()) == 1


def test_real_notices(client_for, shared_data) -> None:
    operator = client_for("operator")
    read = 0
    for path in sorted((shared_data / "notices").rglob("*")):
        if path.suffix in (".xml", ".json"):
            read += upload(operator, path.read_bytes(), path.name).status_code == 302
    awards = db.session.scalars(select(Award)).all()
    assert read >= 15
    assert len(awards) >= 15
    assert len({(one.notice_id, one.part) for one in awards}) == len(awards)
    assert (db.session.scalar(select(func.count()).select_from(AwardNumber)) or 0) >= 5
