"""The authority's own page and the account page: who may do what, by role title."""

import pytest

from portal import db
from portal.access.actor import Role
from portal.accounts.models import User
from portal.authorities import queries, services
from portal.authorities.models import Authority, Membership
from portal.errors import BadInput, Conflict


def test_people_of_the_own_authority_by_role(client_for) -> None:
    page = client_for("stockholm-reader").get("/authority").text
    assert "Region Stockholm" in page
    for title in ("stockholm reader", "stockholm officer", "stockholm coordinator"):
        assert title in page
    assert "stavanger officer" not in page
    assert "Barcelona City Council" in page  # a member of the network


def test_operators_have_no_authority_page(client_for) -> None:
    assert client_for("operator").get("/authority").status_code == 403


def test_the_account_page_says_what_one_may_do(client_for) -> None:
    assert "Read what is shared with the authority" in client_for("stockholm-reader").get("/account").text
    assert "without seeing what authorities share" in client_for("operator").get("/account").text


def test_an_ended_membership_is_nobody(acting, actor_of) -> None:
    acting("system")
    officer = actor_of("stockholm-officer")
    assert queries.actor_for(officer.user_id, "x") is not None
    with db.transaction() as session:
        membership = session.query(Membership).filter_by(user_id=officer.user_id).one()
        membership.ended_at = db.now()
    assert queries.actor_for(officer.user_id, "x") is None
    assert "stockholm officer" not in dict(queries.people_of(officer.authority_id))


def test_roles_of_the_first_authority_only(acting, actor_of, authority_ids) -> None:
    """Somebody with roles in two authorities acts for the first: roles never mix across tenants."""
    actor = acting("system")
    officer = actor_of("stockholm-officer")
    with db.transaction() as session:
        user = session.get_one(User, officer.user_id)
        stavanger = session.get_one(Authority, authority_ids["stavanger"])
        services.add_membership(actor, user=user, authority=stavanger, role=Role.COORDINATOR)
    found = queries.actor_for(officer.user_id, "x")
    assert found is not None
    assert (found.authority_id, found.roles) == (authority_ids["stockholm"], frozenset({Role.OFFICER}))


def test_the_same_role_is_not_given_twice(acting, actor_of, authority_ids) -> None:
    actor = acting("system")
    officer = actor_of("stockholm-officer")
    with pytest.raises(Conflict, match="already"), db.transaction() as session:
        user = session.get_one(User, officer.user_id)
        stockholm = session.get_one(Authority, authority_ids["stockholm"])
        services.add_membership(actor, user=user, authority=stockholm, role=Role.OFFICER)


def test_the_command_line_acts_for_a_known_authority(acting) -> None:
    acting("system")
    assert queries.command_actor("stavanger").authority_name == "City of Stavanger"
    with pytest.raises(BadInput, match="Known are"):
        queries.command_actor("atlantis")
