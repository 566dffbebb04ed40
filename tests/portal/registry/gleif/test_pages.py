"""What GLEIF says on the supplier's page: in words, with what is under way, and what people decide."""

from datetime import date, timedelta

from portal import db
from portal.registry.gleif import queries, services
from portal.registry.gleif.models import LeiRecord
from portal.registry.gleif.parse import Company
from portal.registry.gleif.rules import Problem
from portal.registry.gleif.services import Answer
from portal.registry.identifiers import Identifier
from portal.registry.models import Supplier
from tests.factories.lei import GLEIF, data, take
from tests.factories.registry import make_fact, make_supplier
from tests.gleif import HALDEN, NEW, OLD


def test_the_page_says_it_in_words(halden: Supplier, client_for, acting) -> None:
    client = client_for("stockholm-officer")
    address = f"/suppliers/{halden.id}"
    page = client.get(address).text
    assert "Refresh from GLEIF" in page
    assert "Not fetched yet" in page
    assert client.post(f"{address}/lei/refresh").location == f"{address}#lei"
    page = client.get(address).text
    assert "GLEIF is being asked." in page
    assert 'hx-select="#lei"' in page
    assert "Refresh from GLEIF" not in page
    acting("system")
    successor = Company(lei=NEW, name="Halden Nya AB")
    take(data(registration_status="LAPSED", renewal_on=date(2026, 1, 1), direct_parent=None, direct_exception="NO_LEI"))
    page = client.get(address).text
    assert "That does not mean that it is dissolved" in page
    assert "renewal was due" in page
    assert "Its owner has no LEI" in page
    assert 'hx-select="#lei"' not in page
    take(data(registration_status="MERGED", entity_status="INACTIVE", successors=[successor]))
    page = client.get(address).text
    assert f"/suppliers/new?name=Halden+Nya+AB&amp;lei={NEW}" in page
    with db.transaction():
        new = make_supplier("Halden Nya AB", identifiers=(Identifier("lei", NEW),))
    page = client.get(address).text
    assert "They may be the same company today" in page
    assert f'href="/suppliers/{new.id}"' in page
    with db.transaction():
        services.take_record(GLEIF, HALDEN, Answer(problem=Problem.HTTP_ERROR, params={"status": 403}))
    page = client.get(address).text
    assert "GLEIF refused the request (status 403)" in page
    assert "Halden Nya AB" in page


def test_a_request_that_nobody_answers_does_not_turn_for_ever(halden: Supplier, client_for, acting) -> None:
    acting("system")
    with db.transaction():
        db.session.add(LeiRecord(lei=HALDEN, requested_at=db.now() - timedelta(minutes=5)))
    page = client_for("stockholm-officer").get(f"/suppliers/{halden.id}").text
    assert "no worker has answered yet" in page
    assert 'hx-select="#lei"' not in page


def test_finding_a_lei_on_the_page(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier("Fjell AB")
        other = make_supplier("Holder AB", identifiers=(Identifier("lei", OLD),))
    client, made_id = client_for("stockholm-officer"), made.id
    address = f"/suppliers/{made.id}"
    assert "Find the LEI" in client.get(address).text
    client.post(f"{address}/lei/search")
    acting("system")
    with db.transaction():
        services.take_proposals(GLEIF, made.id, Answer([data(OLD), data(NEW)]))
    page = client.get(address).text
    assert "A name alone proves nothing" in page
    assert "belongs to another supplier" in page
    assert page.count("This is it") == 1
    assert "This is it" not in client_for("stockholm-reader").get(address).text
    first, second = (one.id for one in queries.proposals_of(made_id))
    taken = client.post(f"/lei-proposals/{first}/confirm", follow_redirects=True)
    assert other.legal_name in taken.text
    assert "Its record is being fetched" in client.post(f"/lei-proposals/{second}/confirm", follow_redirects=True).text
    acting("system")
    assert queries.lei_of(made_id) == NEW
    assert client.post(f"/lei-proposals/{second}/reject", follow_redirects=True).status_code == 200


def test_sources_that_disagree_are_shown_after_a_refresh(halden: Supplier, client_for, acting) -> None:
    acting("system")
    with db.transaction():
        make_fact(halden, "SE", source="Contract")
    take(data(country="NO"))
    page = client_for("stockholm-officer").get(f"/suppliers/{halden.id}").text
    assert "Sources disagree: Country of registration." in page
    assert "Choose “Norway”" in page
    assert "Stated by GLEIF" in page
