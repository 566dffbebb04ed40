"""A changed list of areas: which suppliers it concerns, who is told, once each, and never more than one may see."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal import db
from portal.authorities.models import Authority
from portal.declarations.models import Declaration, SmelterLine
from portal.notifications.areas import tell_of_areas
from portal.notifications.models import Notice
from portal.registry.models import Follow, Site, Supplier
from tests.events import deliver_all
from tests.factories.cahra import PLACES, Places, document, read_areas
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier
from tests.statements import counted_statements

SMELTER = ("CID900001", "gold")
WITH_KINSHASA: Places = {**PLACES, "CD": ["CD-NK", "CD-SK", "CD-KN"]}
WITHOUT_VENEZUELA: Places = {code: regions for code, regions in PLACES.items() if code != "VE"}


@pytest.fixture
def supplier(acting, authority_ids) -> Supplier:
    """Followed by Stockholm, Stavanger and Oslo, while the list stands as it did in January."""
    acting("system")
    with db.transaction() as session:
        read_areas(document(PLACES), date(2026, 1, 1))
        made = make_supplier()
        session.add_all([Follow(authority_id=authority_ids[slug], supplier_id=made.id) for slug in FOLLOWERS])
    return made


FOLLOWERS = ("stockholm", "stavanger", "oslo")


@pytest.fixture
def declared(supplier, authority_ids) -> Callable[..., UUID]:
    """Stockholm has a declaration of the supplier whose one row says this."""

    def make(audience: str = "members", named: tuple[str, ...] = (), **row: str) -> UUID:
        with db.transaction() as session:
            declaration = make_declaration(
                owner_id=authority_ids["stockholm"],
                supplier_id=supplier.id,
                audience=audience,
                named_ids=[authority_ids[slug] for slug in named],
                smelters=(SMELTER,),
            )
            line = session.scalars(select(SmelterLine).where(SmelterLine.declaration_id == declaration.id)).one()
            line.declared_country = None
            for name, value in row.items():
                setattr(line, name, value)
            return declaration.id

    return make


def change(places: Places, day: date = date(2026, 10, 1)) -> UUID:
    """A new list is read, and the worker does what follows."""
    with db.transaction():
        run = read_areas(document(places), day)
        assert run.state == "applied"
        run_id = run.id
    deliver_all()
    return run_id


def told() -> dict[str, list[dict]]:
    """What each authority was told, by slug."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    query = select(Authority.slug, Notice.params).join(Notice, Notice.authority_id == Authority.id)
    found: dict[str, list[dict]] = {}
    for slug, params in db.session.execute(query.where(Notice.kind == "areas_changed")):
        found.setdefault(slug, []).append(params)
    return found


@pytest.mark.parametrize(
    ("audience", "named", "expected"),
    [
        ("owner", (), {"stockholm"}),
        ("named", ("stavanger",), {"stockholm", "stavanger"}),
        ("members", (), set(FOLLOWERS)),
    ],
)
def test_who_sees_the_declaration_and_follows_is_told(declared, audience, named, expected) -> None:
    declared(audience, named, mine_country="Venezuela (Bolivarian Republic of)")
    change(WITHOUT_VENEZUELA)
    found = told()
    assert set(found) == expected
    (params,) = found["stockholm"]
    assert (params["country"], params["added"], params["removed"]) == ("VE", [], ["Venezuela"])


@pytest.mark.parametrize(
    ("row", "is_told"),
    [
        ({"mine": "Somewhere", "mine_country": "CONGO, DEMOCRATIC REPUBLIC OF THE"}, True),
        ({"mine_country": "CD"}, True),
        ({"mine": "A yard in Kinshasa", "mine_country": "CD"}, True),
        ({"mine": "Bisie, Nord-Kivu", "mine_country": "CD"}, False),  # listed before, and still
        ({"declared_country": "CONGO, DEMOCRATIC REPUBLIC OF THE"}, True),
        ({"listed_country": "CONGO, DEMOCRATIC REPUBLIC OF THE"}, True),
        ({"declared_country": "CONGO"}, False),  # the other one
        ({"mine_country": "COLOMBIA"}, False),  # on the list before and after
    ],
)
def test_which_rows_a_new_region_concerns(declared, row, is_told) -> None:
    declared(**row)
    change(WITH_KINSHASA)
    assert bool(told()) is is_told


def test_a_site_in_the_country_concerns_everybody_who_follows(supplier) -> None:
    with db.transaction() as session:
        site = {"address": "1 Market, Caracas", "country": "VE", "source": "test", "source_date": date(2026, 1, 1)}
        session.add(Site(supplier_id=supplier.id, **site))
    change(WITHOUT_VENEZUELA)
    assert set(told()) == set(FOLLOWERS)


def test_the_same_change_is_told_once_and_a_row_in_two_ways_is_one_notice(declared, supplier, acting) -> None:
    declared(mine_country="VE", declared_country="VENEZUELA")
    with db.transaction() as session:
        site = {"address": "1 Market, Caracas", "country": "VE", "source": "test", "source_date": date(2026, 1, 1)}
        session.add(Site(supplier_id=supplier.id, **site))
    run_id = change(WITHOUT_VENEZUELA)
    acting("system")
    with db.transaction():
        tell_of_areas(uuid4(), {"run_id": str(run_id)})
    assert {slug: len(notices) for slug, notices in told().items()} == dict.fromkeys(FOLLOWERS, 1)


def test_a_withdrawn_declaration_the_first_list_and_a_late_one_tell_nothing(declared) -> None:
    declaration_id = declared(mine_country="VE")
    with db.transaction() as session:
        session.get_one(Declaration, declaration_id).withdrawn_at = db.now()
    change(WITHOUT_VENEZUELA)
    assert told() == {}
    declared(mine_country="VE")
    change({**PLACES, "VE": ["VE-A"]}, date(2026, 5, 1))
    assert told() == {}, "a newer list holds"


def test_as_many_statements_for_thirty_suppliers_as_for_one(declared, authority_ids) -> None:
    declared(mine_country="VE")
    few = _counted(WITHOUT_VENEZUELA, date(2026, 10, 1))
    for number in range(30):
        with db.transaction() as session:
            other = make_supplier(f"Supplier {number} AB")
            session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=other.id))
            declaration = make_declaration(
                owner_id=authority_ids["stockholm"], supplier_id=other.id, audience="members", smelters=(SMELTER,)
            )
            lines = session.scalars(select(SmelterLine).where(SmelterLine.declaration_id == declaration.id))
            for line in lines:
                line.mine_country = "VE"
    assert _counted(PLACES, date(2026, 11, 1)) == few
    assert len(told()["oslo"]) == 32


def _counted(places: Places, day: date) -> int:
    with db.transaction():
        run_id = read_areas(document(places), day).id
    with db.transaction(), counted_statements() as statements:
        tell_of_areas(uuid4(), {"run_id": str(run_id)})
    return len(statements)


def test_the_inbox_says_it_and_drafts_a_dialogue(declared, supplier, client_for) -> None:
    declared(mine_country="VE")
    change(WITHOUT_VENEZUELA)
    officer = client_for("oslo-officer")
    page = officer.get("/inbox").text
    assert "Venezuela: no longer on the CAHRA list as before – Halden Computing AB" in unescape(page)
    assert "Gone: Venezuela." in page
    assert "not free of risk" in page
    assert 'data-sev="warn"' in page, "that an area left the list is no good news"
    assert 'href="/areas?place=VE"' in page
    (link,) = re.findall(r'href="(/suppliers/[^"]+/dialogues/new\?[^"]+)"', page)
    draft = officer.get(unescape(link)).text
    assert "do metals in what we buy come from there?" in draft
    assert "by the list of 2026-10-01" in draft
    elsewhere = officer.get(unescape(link).replace("area=VE", "area=SE")).text
    assert "by the list of" not in elsewhere
