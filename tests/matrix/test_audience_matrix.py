"""The generated audience matrix: every endpoint x method x persona x audience, from the application's own URL map.

For each audience one record of each kind is made, owned by Region Stockholm and, when `named`, shared with the City
of Stavanger. What each persona must get follows from the policy and the audience rule alone, so a new endpoint is
covered by being there. Afterwards every page without an owned record in its address (lists, look-up, supplier page,
calendar, inbox, exports) is searched for the records' markers.

A supplier's guest walks it, too: let in by Stockholm for one request, it is a stranger everywhere but on its own pages.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pypdf
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal import db
from portal.access.permissions import Permission
from portal.access.policy import POLICY, can
from portal.documents.pdf import PDF
from portal.guests.routes import SESSION_KEY
from portal.web.guard import permission_of
from portal.web.xlsxfile import XLSX
from tests.client import PortalClient
from tests.factories.guests import make_access
from tests.personas import PERSONAS, Persona
from tests.records import OWNED, SHARED, RecordKind
from tests.servers import Servers

OWNER, NAMED = "stockholm", "stavanger"
AUDIENCES = ("owner", "named", "members")
PEOPLE = (None, *PERSONAS)
# Ends the session of the persona in the middle of the walk.
NOT_WALKED = {"security.logout", "accounts.sign_out_everywhere", "guest_pages.leave", "static", "security.static"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOT_WALKED]


def owned_argument(rule: Rule) -> str | None:
    found = [name for name in rule.arguments if name in OWNED]
    return found[0] if found else None


def sees(slug: str | None, audience: str, private: bool) -> bool:
    if slug is None or private:
        return slug == OWNER
    return slug == OWNER or audience == "members" or (audience == "named" and slug == NAMED)


def reads(person: Persona, audience: str, kind: RecordKind) -> bool:
    return sees(person.slug, audience, kind.private) and kind.person in (None, person.name)


@pytest.fixture(params=AUDIENCES)
def world(request: pytest.FixtureRequest, acting, authority_ids: dict[str, UUID]) -> dict[str, Any]:
    """One record of each kind with this audience, and one of each shared thing."""
    acting("system")
    named = [authority_ids[NAMED]] if request.param == "named" else []
    with db.transaction():
        shared = {name: make() for name, make in SHARED.items()}
        records: dict[str, Any] = {}
        marks = {}
        for name, kind in OWNED.items():
            marks[name] = f"Marker-{name.replace('_', '-')}"
            texts = {kind.text: marks[name]} if kind.text else {}
            audience = {} if kind.private else {"audience": request.param, "named_ids": named}
            records[name] = kind.make(owner_id=authority_ids[OWNER], **audience, **texts)
    db.session.remove()
    return {"audience": request.param, "records": records, "shared": shared, "marks": marks}


def expected(app: Flask, persona: str | None, rule: Rule, method: str, world: dict[str, Any]) -> set[int] | None:
    """The statuses that are right; None where anything but 401, 403, 404 and errors of the server is."""
    permission = permission_of(app, rule.endpoint)
    assert permission is not None
    if permission is Permission.PUBLIC:
        return None
    if permission is Permission.BE_GUEST:
        return {302}  # officers and strangers alike, to the page that says that there is no access
    if persona is None:
        return {302} if method == "GET" else {401}
    person = PERSONAS[persona]
    role_rule = POLICY[permission]
    if person.role not in role_rule.roles:
        return {403}
    argument = owned_argument(rule)
    if argument is None:
        return None
    if not reads(person, world["audience"], OWNED[argument]):
        return {404}
    if role_rule.condition and not can(world["actor"], permission, world["records"][argument]):
        return {403}
    return None


def walk(app: Flask, world: dict[str, Any]) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, address) for every endpoint."""
    adapter = app.url_map.bind("localhost")
    for rule in rules(app):
        values = {}
        for name in rule.arguments:
            assert name in OWNED or name in SHARED or name in EXTRA, f"{rule.rule}: tests/records.py knows no {name}"
            if name in OWNED:
                values[name] = getattr(world["records"][name], OWNED[name].key)
            elif name in SHARED:
                values[name] = world["shared"][name]
            else:
                values[name] = EXTRA[name](world)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule, method, adapter.build(rule.endpoint, values, method=method)


# Arguments that stand below an owned record.
EXTRA: dict[str, Any] = {
    "commitment_id": lambda world: world["records"]["dialogue_id"].commitments[0].id,
}


@pytest.mark.parametrize("persona", PEOPLE, ids=str)
def test_every_endpoint(app: Flask, client_for, world, actor_of, persona, record_property) -> None:
    world["actor"] = actor_of(persona) if persona else None
    wrong = []
    checks = 0
    # Reading first: what a permitted POST changes (an answer, an audience) must not change what is expected of a GET.
    for rule, method, address in sorted(walk(app, world), key=lambda step: step[1]):
        client = client_for(persona)
        status = client.open(address, method=method, data={} if method == "POST" else None).status_code
        right = expected(app, persona, rule, method, world)
        checks += 1
        if (right is not None and status not in right) or (right is None and status in {401, 403, 404, 500, 503}):
            if right is None and status == 404 and rule.endpoint in MAY_BE_GONE:
                continue
            wrong.append(f"{method} {rule.rule}: {status}, expected {right or 'an answer'}")
    record_property("checks", checks)
    print(f"\naudience matrix: {checks} requests as {persona} with audience {world['audience']}")
    assert wrong == []


# Endpoints whose shared thing is only an example address, with nothing behind it, or was used up by the one before it.
MAY_BE_GONE = {
    "calendars.feed",
    "operations.release",
    "minerals.facility",
    "registry.withdraw_identifier",
    "rubrics.discard",
}


def words(response: TestResponse) -> str:
    """All text of an answer; a workbook is a zip archive of texts, and a PDF breaks its lines."""
    if response.mimetype == PDF:
        pages = pypdf.PdfReader(io.BytesIO(response.data)).pages
        return "".join(page.extract_text().replace("\n", "") for page in pages)
    if response.mimetype != XLSX:
        return response.text
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        return "".join(archive.read(part).decode() for part in archive.namelist())


@pytest.mark.parametrize("persona", list(PERSONAS))
def test_no_list_leaks(app: Flask, client_for, world, persona) -> None:
    """Lists, look-up, calendar, supplier pages and exports never show a record that the persona may not see."""
    person = PERSONAS[persona]
    client = client_for(persona)
    supplier_ids = {
        str(record.supplier_id) for record in world["records"].values() if getattr(record, "supplier_id", None)
    }
    adapter = app.url_map.bind("localhost")
    pages = []
    for rule in rules(app):
        if "GET" not in (rule.methods or set()) or owned_argument(rule) or set(rule.arguments) - {"supplier_id"}:
            continue
        ids = supplier_ids if "supplier_id" in rule.arguments else {None}
        pages += [adapter.build(rule.endpoint, {"supplier_id": one} if one else {}) for one in ids]
    pages += [f"/suppliers?q={mark}" for mark in world["marks"].values()]
    leaks = []
    for page in pages:
        body = words(client.get(page))
        for name, mark in world["marks"].items():
            hidden = not reads(person, world["audience"], OWNED[name])
            if hidden and (
                mark in body.replace(f'value="{mark}"', "").replace(f"q={mark}", "") and page[-len(mark) :] != mark
            ):
                leaks.append(f"{page}: {mark}")
            if hidden and str(world["records"][name].id) in body:
                leaks.append(f"{page}: id of {name}")
    print(f"\naudience matrix: {len(pages)} lists searched as {persona} with audience {world['audience']}")
    assert leaks == []


@pytest.mark.parametrize("persona", ["stockholm-reader", "stavanger-officer", "oslo-officer", "operator"])
def test_row_level_security_without_any_filter(acting, world, persona, servers: Servers) -> None:
    """The second lock alone: a SELECT of everything, as the app's role, on behalf of one authority."""
    acting(persona)
    for name, kind in OWNED.items():
        record = world["records"][name]
        found = db.session.scalar(
            text(f"SELECT count(*) FROM {record.__tablename__} WHERE id = :id"),  # noqa: S608 - our own table names
            {"id": record.id},
        )
        assert found == sees(PERSONAS[persona].slug, world["audience"], kind.private), name


def test_row_level_security_shows_nothing_when_nobody_is_named(world) -> None:
    db.session.remove()
    for record in world["records"].values():
        assert db.session.scalar(text(f"SELECT count(*) FROM {record.__tablename__}")) == 0  # noqa: S608


GUESTS = ("own", "other")  # let in for the world's request, and for another one of the same authority


@pytest.fixture
def guests(app: Flask, acting, world, authority_ids: dict[str, UUID]) -> dict[str, PortalClient]:
    """The browser of each guest."""
    acting("system")
    browsers = {}
    with db.transaction():
        for name in GUESTS:
            requests = [world["records"]["request_id"]] if name == "own" else []
            world[name] = make_access(owner_id=authority_ids[OWNER], requests=requests, key=name).id
    db.session.remove()
    for name in GUESTS:
        app.test_client_class = PortalClient
        browser: PortalClient = app.test_client()  # type: ignore[assignment]
        with browser.session_transaction() as cookie:
            cookie[SESSION_KEY] = name
        browsers[name] = browser
    return browsers


@pytest.mark.parametrize("name", GUESTS)
def test_every_endpoint_for_a_guest(app: Flask, guests, world, name) -> None:
    """On pages of members it is a visitor; on its own pages nothing exists but what it was let in for."""
    wrong = []
    checks = 0
    for rule, method, address in sorted(walk(app, world), key=lambda step: step[1]):
        permission = permission_of(app, rule.endpoint)
        answer = guests[name].open(address, method=method, data={} if method == "POST" else None)
        checks += 1
        if permission is Permission.BE_GUEST:
            # The world's file belongs to no request, so it is there for nobody.
            exists = not rule.arguments or (name == "own" and rule.arguments == {"request_id"})
            right = answer.status_code == (200 if exists else 404)
        elif permission is Permission.PUBLIC:
            right = answer.status_code not in {401, 403, 500, 503}
        elif method == "POST":
            right = answer.status_code == 401
        else:
            right = answer.status_code == 302 and answer.location.startswith("/login")
        shown = [mark for kind, mark in world["marks"].items() if kind != "request_id" and mark in answer.text]
        if not right or shown:
            wrong.append(f"{method} {rule.rule}: {answer.status_code} {shown}")
    print(f"\naudience matrix: {checks} requests as a guest with audience {world['audience']}")
    assert wrong == []


@pytest.mark.parametrize("name", GUESTS)
def test_row_level_security_for_a_guest(world, guests, name) -> None:
    """A SELECT of everything, as the app's role, on behalf of a guest: its access and its request, and that is all."""
    db.session.remove()
    db.set_guest_scope(world[name])
    secured = db.session.scalars(
        text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity")
    ).all()
    counts = {table: db.session.scalar(text(f"SELECT count(*) FROM {table}")) for table in secured}  # noqa: S608
    assert {table: count for table, count in counts.items() if count} == {
        "guest_access": 1,
        "guest_access_request": 1,
        "declaration_request": 1,
        "request_step": 1,
    }
    request_id = world["records"]["request_id"].id
    assert (db.session.scalar(text("SELECT id FROM declaration_request")) == request_id) == (name == "own")
    with pytest.raises(DBAPIError, match="row-level security"):
        db.session.execute(
            text("INSERT INTO guest_access_request SELECT access_id, uuidv7() FROM guest_access_request")
        )
