"""Roles, stated values and the family on the screens: who says so, what is chosen, what cannot be."""

from datetime import date

import pytest
from sqlalchemy import select

from portal import db
from portal.errors import Conflict
from portal.journal.models import JournalEntry
from portal.registry import queries as registry
from portal.registry import services
from portal.registry.identity import choosing, facts, queries, roles
from portal.registry.identity.models import SupplierRelation
from portal.registry.identity.rules import FactField, SupplierRoleKind
from portal.registry.identity.values import stated_values
from portal.registry.provenance import Provenance
from tests.factories.registry import make_fact, make_name, make_parent, make_role, make_supplier

WHERE = Provenance("Annual report 2025", date(2026, 3, 1))
SOURCE = {"source": "Annual report 2025", "source_date": "1.3.2026"}


@pytest.fixture
def supplier(acting):
    acting("system")
    with db.transaction():
        made = make_supplier("Halden Computing AB")
        make_fact(made, "SE", source="Contract 2026-118")
    db.session.remove()
    return made


def actions() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)))


def test_roles_are_added_and_withdrawn_on_the_pages(client_for, supplier, acting) -> None:
    client = client_for("stockholm-officer")
    for role in ("reseller", "brand"):
        done = client.post(f"/suppliers/{supplier.id}/roles/new", data={"role": role, **SOURCE})
        assert done.location == f"/suppliers/{supplier.id}/edit"
    twice = client.post(f"/suppliers/{supplier.id}/roles/new", data={"role": "brand", **SOURCE})
    assert "has this role already" in twice.text
    unsaid = client.post(f"/suppliers/{supplier.id}/roles/new", data={"role": "manufacturer"})
    assert "Say where you know it from" in unsaid.text
    page = client_for("stockholm-reader").get(f"/suppliers/{supplier.id}").text
    assert page.index("Reseller") < page.index('id="overview"')
    assert "Manufacturer" not in page
    acting("stockholm-officer")
    first = queries.roles_of(supplier.id)[0]
    edit = client.get(f"/suppliers/{supplier.id}/edit").text
    assert "Entered by Region Stockholm from “Annual report 2025”" in edit
    client.post(f"/supplier-roles/{first.id}/withdraw")
    db.session.remove()
    acting("system")
    assert [one.role for one in queries.roles_of(supplier.id)] == ["reseller"]
    assert actions()[-3:] == ["supplier.role_added", "supplier.role_added", "supplier.role_withdrawn"]


def test_a_role_is_kept_once(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        made = make_supplier()
        make_role(made, "brand")
    with pytest.raises(Conflict, match="this role already"), db.transaction():
        roles.add_role(actor, made, SupplierRoleKind.BRAND, WHERE)


def test_a_sayer_states_one_value_at_a_time(acting, authority_ids) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        made = services.add_supplier(actor, services.SupplierData("Halden AB", "SE"), WHERE)
        services.set_country(actor, made, "NO", Provenance("Register", date(2026, 5, 1)))
    (country,) = queries.facts_of(made.id, FactField.COUNTRY)
    assert (country.value, country.source, country.entered_by_id) == ("NO", "Register", authority_ids["stockholm"])
    stamped = {"source": "GLEIF", "source_date": date(2026, 6, 1), "entered_by_id": None}
    with db.transaction():
        assert facts.state(made, FactField.COUNTRY, "SE", stamped)
        assert not facts.state(made, FactField.COUNTRY, "SE", {**stamped, "source_date": date(2026, 9, 1)})
    since = {fact.source: fact.source_date for fact in queries.facts_of(made.id, FactField.COUNTRY)}
    assert since == {"GLEIF": date(2026, 6, 1), "Register": date(2026, 5, 1)}
    with db.transaction():
        services.set_country(actor, made, None)
        assert facts.state(made, FactField.COUNTRY, None, stamped)
    assert queries.facts_of(made.id, FactField.COUNTRY) == []
    assert made.country is None


def test_values_that_disagree_stand_side_by_side_until_one_is_chosen(client_for, supplier, acting) -> None:
    client = client_for("stavanger-officer")
    address = f"/suppliers/{supplier.id}"
    assert "Sources disagree" not in client.get(address).text
    acting("system")
    with db.transaction():
        stated = make_fact(supplier, "NO", source="GLEIF", source_date=date(2026, 6, 1))
    page = client.get(address).text
    assert "Sources disagree: Country of registration." in page
    assert "Stated by GLEIF" in page
    assert "Stated by Contract 2026-118" in page
    assert "Choose “Norway”" in page
    assert "Choose “Norway”" not in client_for("stockholm-reader").get(address).text
    assert client.post(f"/stated-facts/{stated.id}/choose").location == address
    page = client.get(address).text
    assert "Choose “Sweden”" in page
    acting("system")
    assert registry.get_supplier(supplier.id).country == "NO"
    assert actions()[-1] == "supplier.value_chosen"


def test_choosing_a_legal_name_makes_the_other_one_former(acting) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        made = make_supplier("Halden Computing AB")
        back = make_fact(made, "Halden Computing AB", "legal_name", source="Contract")
        new = make_fact(made, "Halden Group AB", "legal_name", source="GLEIF")
    assert stated_values(made, queries.facts_of(made.id))[FactField.LEGAL_NAME].disagree
    for _ in range(2):
        with db.transaction():
            choosing.choose_value(actor, new)
    db.session.expire_all()
    names = {name.name: (name.kind, name.source) for name in registry.get_facts(made.id).names}
    assert names == {"Halden Group AB": ("legal", "GLEIF"), "Halden Computing AB": ("former", "test")}
    with db.transaction():
        choosing.choose_value(actor, back)
    db.session.expire_all()
    again = registry.get_facts(made.id)
    assert again.legal_name == "Halden Computing AB"
    assert {name.name: name.kind for name in again.names} == {
        "Halden Group AB": "former",
        "Halden Computing AB": "legal",
    }
    acting("system")
    assert actions().count("supplier.value_chosen") == 2


def test_names_that_differ_in_writing_alone_do_not_disagree(acting) -> None:
    acting("system")
    with db.transaction():
        made = make_supplier("Håldén Computing AB")
        make_name(made, "Halden", "trading")
        make_fact(made, "HALDEN COMPUTING AKTIEBOLAG", "legal_name", source="GLEIF")
    group = stated_values(made, queries.facts_of(made.id))[FactField.LEGAL_NAME]
    assert not group.disagree
    assert group.values[0].value == "Håldén Computing AB"
    with db.transaction():
        make_fact(made, "Halden Computing AS", "legal_name", source="Contract")
    assert stated_values(made, queries.facts_of(made.id))[FactField.LEGAL_NAME].disagree, "another legal form"


def test_the_family_on_the_supplier_page(client_for, supplier, acting) -> None:
    acting("system")
    with db.transaction():
        below = make_supplier("Halden Norge AS", "NO")
        make_parent(below, supplier, source="Annual report")
        lei = {"parent_id": None, "parent_lei": "529900T8BM49AURSDO55", "parent_name": "FAR HOLDING PLC"}
        edge = SupplierRelation(
            child_id=supplier.id, kind="direct_parent", source="GLEIF", source_date=date(2026, 6, 1)
        )
        for key, value in lei.items():
            setattr(edge, key, value)
        db.session.add(edge)
    address = f"/suppliers/{supplier.id}"
    page = client_for("stockholm-officer").get(address).text
    tree = page[page.index('<ul class="family">') :]
    assert tree.index("FAR HOLDING PLC") < tree.index("this company") < tree.index("Halden Norge AS")
    assert "Stated by GLEIF" in tree
    assert "Stated by Annual report" in tree
    assert "/suppliers/new?name=FAR+HOLDING+PLC&amp;lei=529900T8BM49AURSDO55" in page
    new = client_for("stockholm-officer").get("/suppliers/new?name=FAR+HOLDING+PLC&lei=529900T8BM49AURSDO55").text
    assert 'value="529900T8BM49AURSDO55"' in new
    assert "Add to the registry" not in client_for("stockholm-reader").get(address).text


def test_choose_and_withdraw_a_parent_on_the_pages(client_for, supplier, acting) -> None:
    client = client_for("stockholm-officer")
    acting("system")
    with db.transaction():
        one, other = make_supplier("One Group AB"), make_supplier("Other Group AB")
        make_parent(supplier, one, source="GLEIF")
    found = client.get(f"/suppliers/{supplier.id}/parent?q=other")
    version = found.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    form = {"parent_id": str(other.id), "version": version, "kind": "direct_parent", **SOURCE}
    client.post(f"/suppliers/{supplier.id}/parent", data=form)
    page = client.get(f"/suppliers/{supplier.id}").text
    assert "Choose “One Group AB”" in page
    acting("system")
    theirs, ours = queries.relations_of(supplier.id)
    assert ours.source == "Annual report 2025"
    client.post(f"/supplier-relations/{theirs.id}/choose")
    assert "Choose “Other Group AB”" in client.get(f"/suppliers/{supplier.id}").text
    refused = client.post(f"/supplier-relations/{theirs.id}/withdraw", follow_redirects=True)
    assert "GLEIF states this, so it stays" in refused.text
    client.post(f"/supplier-relations/{ours.id}/withdraw")
    gone = client.post(f"/supplier-relations/{ours.id}/choose", follow_redirects=True)
    assert "cannot be chosen" in gone.text
    assert "Earlier" in client.get(f"/suppliers/{supplier.id}").text


def test_another_kind_of_relation_is_stated_on_the_page(client_for, supplier, acting) -> None:
    client = client_for("stockholm-officer")
    acting("system")
    with db.transaction():
        office = make_supplier("Head Office Inc.", "US")
    found = client.get(f"/suppliers/{supplier.id}/parent?q=head")
    version = found.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    form = {"parent_id": str(office.id), "version": version, "kind": "branch_of"}
    client.post(f"/suppliers/{supplier.id}/parent", data=form)
    assert "Branch of the company above" in client.get(f"/suppliers/{supplier.id}").text
    assert "Branch of the company above" in client.get(f"/suppliers/{office.id}").text
