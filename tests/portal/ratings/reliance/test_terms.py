"""Do the author's clauses ask at least as much as ours? By the words, by judgements, and never by a guess."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from portal import db
from portal.clauses.models import ClauseJudgement
from portal.clauses.rules import OTHER_WAY, Verdict
from portal.clauses.signed.models import ContractClause
from portal.clock import today
from portal.ratings import queries as ratings
from portal.ratings.reliance import queries
from portal.ratings.reliance.rules import Needed, Saying
from portal.ratings.reliance.terms import compared
from tests.factories.clauses import make_version
from tests.factories.contracts import make_contract
from tests.portal.ratings.test_services import published

EQUAL, MORE, LESS = Verdict.EQUAL, Verdict.STRICTER, Verdict.LOOSER
US, THEM = True, False


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], True),  # all of ours are theirs, word for word
        ([[(US, EQUAL)]], True),
        ([[(US, LESS)]], True),
        ([[(US, MORE)]], False),
        ([[(THEM, EQUAL)]], True),
        ([[(THEM, MORE)]], False),
        ([[(THEM, EQUAL), (THEM, MORE)]], None),  # they disagree
        ([[(US, EQUAL), (THEM, MORE)]], True),  # we have looked ourselves
        ([[(US, MORE), (THEM, EQUAL)]], False),
        ([[(US, MORE), (US, LESS)]], True),  # less than one of theirs is enough
        ([[]], None),
        ([[(US, EQUAL)], []], None),
        ([[(US, EQUAL)], [(US, MORE)]], False),
        ([[], [(US, MORE)]], False),
    ],
)
def test_what_judgements_come_to(verdicts: Any, expected: bool | None) -> None:
    assert compared({uuid4(): those for those in verdicts}) is expected


def sign(owner_id: UUID, supplier_id: UUID, *version_ids: UUID, **values: Any) -> None:
    contract = make_contract(owner_id=owner_id, supplier_id=supplier_id, **values)
    for version_id in version_ids:
        said = {"code": "T", "number": 1, "language": "en", "title": "Report", "wording": "The supplier reports."}
        db.session.add(ContractClause(contract_id=contract.id, clause_version_id=version_id, signed_on=today(), **said))
    db.session.flush()


def judge(owner_id: UUID, one: UUID, verdict: Verdict, other: UUID) -> None:
    first, second = sorted((one, other))
    said = verdict if first == one else OTHER_WAY[verdict]
    db.session.add(
        ClauseJudgement(
            owner_id=owner_id, first_id=first, second_id=second, verdict=said, why="Read both", judged_on=today()
        )
    )
    db.session.flush()


def said(acting, rating_id: UUID) -> Saying:
    me = acting("oslo-officer")
    return queries.gate_of(me, ratings.get_rating(me, rating_id), Needed("computers")).reasons[-1].saying


def test_the_gate_reads_contracts_and_judgements_that_we_see(acting, authority_ids) -> None:
    rating_id = published(acting)
    acting("system")
    supplier_id = ratings.get_rating(acting("oslo-officer"), rating_id).supplier_id
    assert said(acting, rating_id) is Saying.TERMS_NOT_COMPARED
    oslo, stockholm = authority_ids["oslo"], authority_ids["stockholm"]
    acting("system")
    with db.transaction():
        common, ours, theirs = (make_version(owner_id=one).id for one in (None, oslo, stockholm))
        sign(oslo, supplier_id, common)
        sign(stockholm, supplier_id, common, theirs)  # its own, which Oslo does not see
    assert said(acting, rating_id) is Saying.TERMS_NOT_COMPARED
    acting("system")
    with db.transaction():
        sign(stockholm, supplier_id, common, theirs, audience="members")
    assert said(acting, rating_id) is Saying.TERMS_EQUAL
    acting("system")
    with db.transaction():
        sign(oslo, supplier_id, ours)
    assert said(acting, rating_id) is Saying.TERMS_NOT_COMPARED
    acting("system")
    with db.transaction():
        judge(stockholm, theirs, EQUAL, ours)
    assert said(acting, rating_id) is Saying.TERMS_EQUAL
    acting("system")
    with db.transaction():
        judge(oslo, ours, MORE, theirs)
    assert said(acting, rating_id) is Saying.TERMS_LESS
