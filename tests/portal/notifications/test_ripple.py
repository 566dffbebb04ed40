"""What a change on a list touches, and who is told: once each, and never more than one may see."""

import re
from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from portal import db
from portal.contracts.models import Contract
from portal.declarations.models import Declaration
from portal.dialogues.models import DialogueEntry
from portal.notifications.models import Notice
from portal.notifications.queries import inbox, unread_count
from portal.notifications.ripple import tell_of_changes
from portal.registry.models import Follow
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.minerals import make_run_of, observe
from tests.factories.registry import make_supplier
from tests.statements import counted_statements

SMELTER = ("CID900001", "gold")


@pytest.fixture
def changed(acting, authority_ids):
    """`changed(audience, named)`: Stockholm declared a smelter that loses conformance; the second run's id."""
    acting("system")

    def make(
        audience: str, named: tuple[str, ...] = (), followers: tuple[str, ...] = ("stockholm", "stavanger", "oslo")
    ):
        with db.transaction() as session:
            supplier = make_supplier()
            make_declaration(
                owner_id=authority_ids["stockholm"],
                supplier_id=supplier.id,
                audience=audience,
                named_ids=[authority_ids[slug] for slug in named],
                smelters=(SMELTER, ("CID900002", "gold")),
            )
            for slug in followers:
                session.add(Follow(authority_id=authority_ids[slug], supplier_id=supplier.id))
            make_contract(owner_id=authority_ids["stockholm"], supplier_id=supplier.id, number="RUNS")
            make_contract(
                owner_id=authority_ids["stockholm"], supplier_id=supplier.id, number="OVER", ends_on=date(2026, 1, 2)
            )
            first, second = make_run_of(date(2026, 9, 1)), make_run_of(date(2026, 10, 1))
            for facility_id in ("CID900001", "CID900002", "CID900003"):
                observe(first.id, facility_id, "gold", "conformant", first.as_of)
            observe(second.id, "CID900001", "gold", "removed", second.as_of)
            observe(second.id, "CID900003", "gold", "active", second.as_of)
        return second.id

    return make


def told() -> set[str]:
    """The slugs of the authorities that have a notice."""
    from portal.authorities.models import Authority

    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    query = select(Authority.slug).join(Notice, Notice.authority_id == Authority.id)
    return set(db.session.scalars(query))


def tell(run_id) -> None:
    with db.transaction():
        tell_of_changes(uuid4(), {"run_id": str(run_id)})


@pytest.mark.parametrize(
    ("audience", "named", "expected"),
    [
        ("owner", (), {"stockholm"}),
        ("named", ("stavanger",), {"stockholm", "stavanger"}),
        ("members", (), {"stockholm", "stavanger", "oslo"}),
    ],
)
def test_followers_are_told_who_may_see_the_declaration(changed, audience, named, expected) -> None:
    tell(changed(audience, named))
    assert told() == expected


def test_who_neither_follows_nor_buys_is_not_told(changed) -> None:
    """Stockholm has a contract with the supplier, Oslo follows it, Stavanger and Barcelona do neither."""
    tell(changed("members", followers=("oslo",)))
    assert told() == {"oslo", "stockholm"}


def test_a_contract_that_has_ended_is_no_stake(changed, acting, authority_ids) -> None:
    run_id = changed("members", followers=())
    with db.transaction() as session:
        supplier_id = session.scalars(select(Contract.supplier_id)).first()
        make_contract(owner_id=authority_ids["oslo"], supplier_id=supplier_id, ends_on=date(2026, 1, 2))
        make_contract(owner_id=authority_ids["barcelona"], supplier_id=supplier_id, ends_on=None)
    tell(run_id)
    assert told() == {"stockholm", "barcelona"}


def test_a_newer_declaration_that_one_does_not_see_changes_nothing_for_one(changed, authority_ids) -> None:
    """Else the silence would tell that Stockholm holds a newer one without this smelter."""
    run_id = changed("members")
    with db.transaction() as session:
        make_declaration(
            owner_id=authority_ids["stockholm"],
            supplier_id=session.scalars(select(Follow.supplier_id)).first(),
            audience="owner",
            effective_date=date(2026, 9, 30),
            smelters=(("CID900002", "gold"),),
        )
    tell(run_id)
    assert told() == {"stavanger", "oslo"}


def test_what_is_unshared_is_shown_no_longer(changed, acting) -> None:
    """The notice stays, with what the list says to everybody; the supplier is no longer named."""
    tell(changed("members"))
    assert [one.legal_name for one in inbox(acting("oslo-officer")).rows[0].suppliers] == ["Halden Computing AB"]
    acting("system")
    with db.transaction() as session:
        session.execute(update(Declaration).values(audience="owner"))
    assert inbox(acting("oslo-officer")).rows[0].suppliers == []
    assert inbox(acting("stockholm-officer")).rows[0].suppliers != []


def test_another_row_of_the_same_smelter_for_another_metal_is_not_touched(changed, acting, authority_ids) -> None:
    run_id = changed("members", followers=())
    acting("system")
    with db.transaction() as session:
        other = make_supplier("Other AB")
        make_declaration(owner_id=authority_ids["oslo"], supplier_id=other.id, smelters=(("CID900001", "tin"),))
        session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=other.id))
    tell(run_id)
    assert told() == {"stockholm"}


def test_a_thousand_changes_take_a_few_statements(acting, authority_ids) -> None:
    acting("system")
    smelters = tuple((f"CID{number:06d}", "gold") for number in range(1000))
    with db.transaction() as session:
        supplier = make_supplier()
        make_declaration(owner_id=authority_ids["stockholm"], supplier_id=supplier.id, smelters=smelters)
        session.add(Follow(authority_id=authority_ids["stockholm"], supplier_id=supplier.id))
        first, second = make_run_of(date(2026, 9, 1)), make_run_of(date(2026, 10, 1))
        for facility_id, metal in smelters:
            observe(first.id, facility_id, metal, "conformant", first.as_of)
            observe(second.id, facility_id, metal, "active", second.as_of)
    with counted_statements() as sent:
        tell(second.id)
    assert len(sent) < 12
    assert unread_count(acting("stockholm-officer")) == 1000


def test_telling_twice_tells_once(changed) -> None:
    run_id = changed("members")
    tell(run_id)
    tell(run_id)
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    assert len(db.session.scalars(select(Notice)).all()) == 3


def test_the_card_leads_from_the_smelter_to_our_running_contracts(changed, acting, client_for) -> None:
    tell(changed("members"))
    card = inbox(acting("stockholm-officer")).rows[0]
    assert (card.notice.params["before"], card.notice.params["after"]) == ("conformant", "removed")
    assert card.notice.params["severity"] == "bad"
    assert [contract.number for contract in card.contracts] == ["RUNS"]
    assert [supplier.legal_name for supplier in card.suppliers] == ["Halden Computing AB"]
    assert inbox(acting("oslo-officer")).rows[0].contracts == []


def test_the_card_offers_a_drafted_dialogue_that_is_not_sent(changed, acting, client_for) -> None:
    run_id = changed("members")
    tell(run_id)
    officer = client_for("stockholm-officer")
    link = re.search(r'href="(/suppliers/[^"]+/dialogues/new\?[^"]+)"', officer.get("/inbox").text)
    assert link
    form = officer.get(unescape(link[1])).text
    assert "is no longer on the list of gold smelters" in form
    assert "is this smelter still in your supply chain?" in form
    acting("system")
    assert db.session.scalars(select(DialogueEntry)).all() == []
    assert "/dialogues/new?" not in client_for("stockholm-reader").get("/inbox").text
    supplier = link[1].split("/")[2]
    empty = officer.get(f"/suppliers/{supplier}/dialogues/new?change={run_id}&facility=CID000000&metal=tin").text
    assert "is this smelter still" not in empty


def test_an_older_declaration_that_was_replaced_no_longer_speaks(changed, acting, authority_ids) -> None:
    run_id = changed("members")
    with db.transaction() as session:
        supplier_id = session.scalars(select(Follow.supplier_id)).first()
        make_declaration(
            owner_id=authority_ids["stockholm"],
            supplier_id=supplier_id,
            audience="members",
            effective_date=date(2026, 9, 30),
            smelters=(("CID900002", "gold"),),
        )
    tell(run_id)
    assert told() == set()


def test_a_notice_is_read_by_a_person_not_by_the_authority(changed, acting, client_for) -> None:
    tell(changed("members"))
    officer = client_for("stockholm-officer")
    page = officer.get("/inbox")
    assert "CID900001" in page.text
    assert "Removed from list" in page.text
    officer.post("/inbox/read")
    assert unread_count(acting("stockholm-officer")) == 0
    assert unread_count(acting("stockholm-reader")) == 1
    assert "Nothing unread" in officer.get("/inbox?unread=1").text
    acting("stockholm-officer")
    notice = db.session.scalars(select(Notice)).one()
    officer.post(f"/inbox/{notice.id}/read", data={"undo": "1"})
    assert unread_count(acting("stockholm-officer")) == 1
