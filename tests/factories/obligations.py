"""Signed clauses and obligations for tests, written straight into the tables."""

from datetime import date
from typing import Any
from uuid import UUID

from portal.clauses.models import ClauseVersion
from portal.clauses.rules import said
from portal.clauses.signed.models import ContractClause
from portal.contracts.models import Contract
from portal.db import session
from portal.obligations.models import Obligation
from tests.factories.clauses import make_version
from tests.factories.contracts import make_contract


def make_signed(contract: Contract, version: ClauseVersion | None = None) -> ContractClause:
    """A clause of a contract, in English; flushed."""
    version = version or make_version(owner_id=contract.owner_id)
    title, wording = said(version.texts, "title", "en"), said(version.texts, "wording", "en")
    assert title
    assert wording
    signed = ContractClause(
        contract_id=contract.id,
        clause_version_id=version.id,
        code=version.clause.code,
        number=version.number,
        language="en",
        title=title.text,
        wording=wording.text,
        signed_on=contract.starts_on,
    )
    session.add(signed)
    session.flush()
    return signed


def make_obligation(
    *, owner_id: UUID, contract: Contract | None = None, title: str = "Yearly report", **values: Any
) -> Obligation:
    """An open obligation of a contract of `owner_id`; flushed."""
    contract = contract or make_contract(owner_id=owner_id)
    obligation = Obligation(
        **{
            "owner_id": owner_id,
            "contract_id": contract.id,
            "contract_clause_id": make_signed(contract).id,
            "duty_code": "report",
            "kind": "recurring",
            "occurrence": 2026,
            "what": {"en": title},
            "due_on": date(2026, 6, 30),
            "state": "open",
            **values,
        }
    )
    session.add(obligation)
    session.flush()
    return obligation
