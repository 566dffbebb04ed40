"""The generated walk of an evaluator: nothing of the follow-up of locked suppliers stands on any page, whoever owns it.

Stockholm's officer evaluates an open tender that locks every supplier. All records are Stockholm's own, so without the
lock the officer would see each of them.
"""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from portal import db
from portal.access.permissions import Permission
from portal.access.policy import POLICY
from portal.web.guard import permission_of
from tests.factories.tenders import make_tender
from tests.matrix.test_audience_matrix import MAY_BE_GONE, owned_argument, rules, walk, words
from tests.personas import PERSONAS
from tests.records import OWNED, SHARED

PERSON = "stockholm-officer"
# What is no follow-up: facts of procurement, own drafts of rules, and imports.
OPEN = {
    "tender_id",
    "contract_id",
    "clause_id",
    "rubric_draft_id",
    "notice_import_id",
    "import_id",
    "notice_id",
    "search_id",
}


@pytest.fixture
def world(acting, authority_ids: dict[str, UUID], actor_of) -> dict[str, Any]:
    """One record of each kind, all of Stockholm, and the tender that locks them."""
    person = actor_of(PERSON)
    acting("system")
    with db.transaction():
        shared = {name: make() for name, make in SHARED.items()}
        records, marks = {}, {}
        for name, kind in OWNED.items():
            marks[name] = f"Marker-{name.replace('_', '-')}"
            texts = {kind.text: marks[name]} if kind.text else {}
            audience = {} if kind.private else {"audience": "members"}
            records[name] = kind.make(owner_id=authority_ids["stockholm"], **audience, **texts)
        make_tender(owner_id=authority_ids["stockholm"], evaluator_ids=[person.user_id], state="open")
    db.session.remove()
    return {"audience": "members", "records": records, "shared": shared, "marks": marks, "actor": person}


def test_no_page_of_follow_up_opens(app: Flask, client_for, world) -> None:
    client = client_for(PERSON)
    role = PERSONAS[PERSON].role
    wrong = []
    for rule, method, address in walk(app, world):
        permission, argument = permission_of(app, rule.endpoint), owned_argument(rule)
        assert permission is not None
        if argument in OPEN or argument is None or rule.endpoint in MAY_BE_GONE:
            continue
        if permission in {Permission.PUBLIC, Permission.BE_GUEST} or role not in POLICY[permission].roles:
            continue
        status = client.open(address, method=method, data={} if method == "POST" else None).status_code
        if status != 404:
            wrong.append(f"{method} {rule.rule}: {status}")
    assert wrong == []


def test_no_list_tells_of_it(app: Flask, client_for, world) -> None:
    client = client_for(PERSON)
    supplier_ids = {
        str(record.supplier_id) for record in world["records"].values() if getattr(record, "supplier_id", None)
    }
    adapter = app.url_map.bind("localhost")
    pages = [f"/suppliers?q={mark}" for mark in world["marks"].values()]
    for rule in rules(app):
        if "GET" not in (rule.methods or set()) or owned_argument(rule) or set(rule.arguments) - {"supplier_id"}:
            continue
        ids = supplier_ids if "supplier_id" in rule.arguments else {None}
        pages += [adapter.build(rule.endpoint, {"supplier_id": one} if one else {}) for one in ids]
    told = []
    for page in pages:
        body = words(client.get(page))
        for name in set(OWNED) - OPEN:
            mark = world["marks"][name]
            left = body.replace(f'value="{mark}"', "").replace(f"q={mark}", "").replace(f"“{mark}”", "")
            if (mark in left and not page.endswith(mark)) or str(world["records"][name].id) in body:
                told.append(f"{page}: {name}")
    assert told == []
