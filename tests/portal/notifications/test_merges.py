"""Who is told that suppliers are proposed to be one, were merged, or are apart again; and what the card says."""

from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.authorities.models import Authority
from portal.merging import services as merging
from portal.merging.models import SupplierMerge
from portal.merging.services import MergeData
from portal.notifications.models import Notice
from portal.registry.models import Follow
from tests.events import deliver_all
from tests.factories.registry import make_supplier


@pytest.fixture
def pair(acting, authority_ids: dict[str, UUID]) -> tuple[UUID, UUID]:
    """Two suppliers: Oslo and Stavanger follow one each, Barcelona none."""
    acting("system")
    with db.transaction():
        one, other = make_supplier("Halden Computing AB"), make_supplier("Halden Datorer AB")
        db.session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=one.id))
        db.session.add(Follow(authority_id=authority_ids["stavanger"], supplier_id=other.id))
        return one.id, other.id


def told(kind: str) -> set[str]:
    deliver_all()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    named = select(Authority.slug).join(Notice, Notice.authority_id == Authority.id).where(Notice.kind == kind)
    found = list(db.session.scalars(named))
    assert len(found) == len(set(found)), "each is told once"
    return set(found)


def test_those_that_may_confirm_are_told_of_a_proposal_and_followers_of_what_came(acting, client_for, pair) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        merge_id = merging.propose(officer, MergeData(kept_id=pair[0], merged_id=pair[1], reason="Same number")).id
    assert told("merge_proposed") == {"oslo", "stavanger"}
    page = client_for("oslo-officer").get("/inbox").text
    assert "It is proposed that “Halden Computing AB” and “Halden Datorer AB” are one company" in page
    assert f"/merges/{merge_id}" in page

    second = acting("oslo-officer")
    with db.transaction():
        merging.confirm(second, db.session.get_one(SupplierMerge, merge_id), 1)
    assert told("suppliers_merged") == {"stockholm", "stavanger"}, "not who decided"
    third = acting("stavanger-officer")
    with db.transaction():
        merging.undo(third, db.session.get_one(SupplierMerge, merge_id), 2)
    assert told("merge_undone") == {"stockholm", "oslo"}
    page = client_for("stockholm-officer").get("/inbox").text
    assert "“Halden Computing AB” and “Halden Datorer AB” were merged into one company" in page
    assert "The merge of “Halden Computing AB” and “Halden Datorer AB” was undone" in page
    assert "Halden" in client_for("stockholm-officer").get("/").text
    assert "Halden Datorer" not in client_for("barcelona-officer").get("/inbox").text


def test_a_merge_that_needs_no_second_person_is_told_to_nobody_but_followers(acting, authority_ids) -> None:
    officer = acting("stockholm-officer")
    with db.transaction():
        one, other = make_supplier("Halden Computing AB"), make_supplier("Halden Datorer AB")
        db.session.add(Follow(authority_id=authority_ids["stockholm"], supplier_id=one.id))
        merging.propose(officer, MergeData(one.id, other.id, "Same number"))
    assert told("merge_proposed") | told("suppliers_merged") == set()
