"""Suppliers and their facts: added with source and date, never twice under one number, withdrawn on the record."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal import db
from portal.clock import today
from portal.errors import BadInput, Conflict, Forbidden, NotFound
from portal.journal.models import JournalEntry
from portal.registry import queries, services
from portal.registry.duplicates import NumberTaken, PossibleDuplicates
from portal.registry.identifiers import Identifier
from portal.registry.models import SupplierIdentifier
from portal.registry.rules import NameKind
from portal.registry.services import NameData, Provenance, SiteData, SupplierData
from tests.factories.registry import make_identifier, make_name, make_site, make_supplier

WHERE = Provenance("contract 2026-118", date(2026, 3, 1))
ORGNR = Identifier("se.orgnr", "5560360793")


def journal() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


def test_a_supplier_is_added_with_its_facts(acting) -> None:
    actor = acting("stockholm-officer")
    site = SiteData("Storgatan 1", city="Halden", country="SE")
    with db.transaction():
        added = services.add_supplier(actor, SupplierData(" Håldén  AB ", "SE", (ORGNR,), site), WHERE)
    supplier = queries.get_facts(added.id)
    assert (supplier.legal_name, supplier.sort_key, supplier.country) == ("Håldén AB", "halden ab", "SE")
    assert supplier.brought_in_by_id == actor.authority_id
    facts: list[Any] = [*supplier.names, *supplier.identifiers, *supplier.sites]
    assert len(facts) == 3
    for fact in facts:
        assert (fact.source, fact.source_date) == ("contract 2026-118", date(2026, 3, 1))
        assert fact.entered_by_id == actor.authority_id
    assert (supplier.names[0].norm, supplier.names[0].core) == ("halden ab", "halden")
    assert journal() == [
        "supplier.added",
        "supplier.name_added",
        "supplier.identifier_added",
        "supplier.site_added",
    ]


def test_a_number_is_given_once_and_the_message_says_to_whom(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        holder = make_supplier("Halden AB", identifiers=(ORGNR,))
        other = make_supplier("Nordvik AB")
    with pytest.raises(NumberTaken, match="Halden AB") as caught, db.transaction():
        services.add_supplier(actor, SupplierData("Something else", "SE", (ORGNR,)), WHERE, confirmed=True)
    assert caught.value.holder == holder
    with pytest.raises(NumberTaken, match="556036-0793"), db.transaction():
        services.add_identifier(actor, other, ORGNR, WHERE)
    assert journal() == []


def test_the_constraint_knows_when_two_give_a_number_at_once(acting, monkeypatch: pytest.MonkeyPatch) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        make_supplier("Halden AB", identifiers=(ORGNR,))
        other = make_supplier("Nordvik AB")
    monkeypatch.setattr(queries, "holders_of", lambda identifiers: {})  # as if the other one were not committed yet
    with pytest.raises(NumberTaken, match="this very moment"), db.transaction():
        services.add_identifier(actor, other, ORGNR, WHERE)
    assert db.session.scalars(select(SupplierIdentifier.supplier_id)).one() != other.id


@pytest.mark.parametrize(
    ("name", "country", "alike"),
    [
        ("Halden Computing", "SE", True),
        ("Halden Computing GmbH", "SE", True),
        ("Haldn Computing AB", "SE", True),
        ("Computing Halden AB", None, True),
        ("Halden Computing AB", "NO", False),
        ("Halden Systems AB", "SE", False),
    ],
)
def test_what_may_exist_is_shown_before_it_is_added(acting, name, country, alike) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        known = make_supplier("Halden Computing AB", "SE")
    data = SupplierData(name, country)
    if alike:
        with pytest.raises(PossibleDuplicates) as caught, db.transaction():
            services.add_supplier(actor, data, WHERE)
        assert list(caught.value.suppliers) == [known]
    with db.transaction():
        services.add_supplier(actor, data, WHERE, confirmed=alike)


def test_a_new_legal_name_makes_the_present_one_a_former_name(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        supplier = make_supplier("Halden Computing AB")
        services.add_name(actor, supplier, NameData("Nordlys AB", NameKind.LEGAL, date(2026, 2, 1)), WHERE)
    with db.transaction():
        services.add_name(actor, supplier, NameData("Halden Computing AB", NameKind.LEGAL, date(2026, 5, 1)), WHERE)
    db.session.expire_all()
    supplier = queries.get_facts(supplier.id)
    assert supplier.legal_name == "Halden Computing AB"
    assert {(name.kind, name.name, name.valid_to) for name in supplier.names} == {
        ("legal", "Halden Computing AB", None),
        ("former", "Halden Computing AB", date(2026, 2, 1)),
        ("former", "Nordlys AB", date(2026, 5, 1)),
    }
    # And once more away from a name that it has left before.
    with db.transaction():
        services.add_name(actor, supplier, NameData("Nordlys Nord AB", NameKind.LEGAL, date(2026, 6, 1)), WHERE)
    assert supplier.legal_name == "Nordlys Nord AB"


def test_names_are_refused_with_the_reason(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        supplier = make_supplier("Halden AB")
    with pytest.raises(Conflict, match="already"), db.transaction():
        services.add_name(actor, supplier, NameData("Halden AB", NameKind.LEGAL), WHERE)
    with pytest.raises(BadInput, match="ends before"), db.transaction():
        period = NameData("Halden", NameKind.TRADING, date(2026, 2, 1), date(2026, 1, 1))
        services.add_name(actor, supplier, period, WHERE)
    with pytest.raises(BadInput, match="future"), db.transaction():
        tomorrow = Provenance("x", today() + timedelta(days=1))
        services.add_name(actor, supplier, NameData("Halden", NameKind.TRADING), tomorrow)


def test_facts_are_withdrawn_on_the_record(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        supplier = make_supplier("Halden AB")
        name, number, site = make_name(supplier, "Halden"), make_identifier(supplier), make_site(supplier)
    with db.transaction():
        services.withdraw_name(actor, name)
        services.withdraw_identifier(actor, number)
        services.withdraw_site(actor, site)
    assert journal() == ["supplier.name_withdrawn", "supplier.identifier_withdrawn", "supplier.site_withdrawn"]
    for gone in (lambda: queries.get_name(name.id), lambda: queries.get_identifier(number.id)):
        with pytest.raises(NotFound):
            gone()
    with pytest.raises(Conflict, match="always has a legal name"), db.transaction():
        services.withdraw_name(actor, queries.get_facts(supplier.id).names[0])


def test_a_site_that_others_refer_to_stays(acting, authority_ids) -> None:
    from tests.factories.audits import make_audit

    acting("system")
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["oslo"])
    actor = acting("stockholm-officer")
    with pytest.raises(Conflict, match="refer to this site"), db.transaction():
        services.withdraw_site(actor, queries.get_site(audit.site_id))
    assert queries.get_site(audit.site_id)


def test_a_company_is_never_above_itself(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        top, middle, bottom = (make_supplier(f"{name} AB") for name in ("Top", "Middle", "Bottom"))
        services.set_parent(actor, middle, top.id)
        services.set_parent(actor, bottom, middle.id)
    assert queries.ancestors_of(bottom.id) == {middle.id, top.id}
    assert [one.id for one in queries.children_of(top.id)] == [middle.id]
    for parent in (top, bottom, middle):
        with pytest.raises(BadInput, match="cannot be the parent") as caught, db.transaction():
            services.set_parent(actor, top, parent.id)
        assert caught.value.field == "parent_id"
    with db.transaction():
        services.set_parent(actor, middle, None)
        services.set_parent(actor, top, bottom.id)
    assert queries.ancestors_of(top.id) == {bottom.id, middle.id}


def test_following_is_the_authoritys(acting, authority_ids) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        one, other = make_supplier("One AB").id, make_supplier("Other AB").id
    for _ in range(2):  # twice changes nothing
        with db.transaction():
            services.follow(actor, one)
    with db.transaction():
        services.follow(acting("stavanger-officer"), one)
    both = {authority_ids["stockholm"], authority_ids["stavanger"]}
    assert queries.followers_of([one, other]) == {one: both, other: set()}
    assert queries.followed_ids(actor.authority_id) == {one}
    assert queries.followed_ids(None) == set()
    with db.transaction():
        services.unfollow(actor, one)
    assert queries.followers_of([one]) == {one: {authority_ids["stavanger"]}}
    acting("system")
    assert journal() == ["supplier.followed", "supplier.followed", "supplier.unfollowed"]
    with pytest.raises(NotFound), db.transaction():
        services.follow(actor, authority_ids["oslo"])


@pytest.mark.parametrize(
    "act",
    [
        lambda actor, supplier: services.add_supplier(actor, SupplierData("New AB", "SE"), WHERE),
        lambda actor, supplier: services.add_name(actor, supplier, NameData("New", NameKind.TRADING), WHERE),
        lambda actor, supplier: services.add_identifier(actor, supplier, ORGNR, WHERE),
        lambda actor, supplier: services.add_site(actor, supplier, SiteData("Somewhere"), WHERE),
        lambda actor, supplier: services.set_parent(actor, supplier, None),
        lambda actor, supplier: services.set_country(actor, supplier, "NO"),
        lambda actor, supplier: services.follow(actor, supplier.id),
        lambda actor, supplier: services.unfollow(actor, supplier.id),
    ],
)
def test_readers_and_operators_change_nothing(acting, act) -> None:
    for person in ("stockholm-reader", "operator"):
        actor = acting(person)
        with pytest.raises(Forbidden), db.transaction():
            act(actor, make_supplier("Halden AB"))
