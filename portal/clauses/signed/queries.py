"""Reading the clauses of contracts: a contract's own, and the contracts that use a clause, as the actor sees them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.access.actor import Actor
from portal.clauses.models import ClauseVersion
from portal.clauses.signed.models import ContractClause
from portal.contracts.models import Contract
from portal.contracts.queries import visible_contracts
from portal.db import session


def clauses_of(contract: Contract) -> Sequence[ContractClause]:
    """The clauses of a contract that the caller was let see, by code, each with the version it was signed with."""
    query = select(ContractClause).where(ContractClause.contract_id == contract.id)
    query = query.options(joinedload(ContractClause.clause_version, innerjoin=True))
    return session.scalars(query.order_by(ContractClause.code, ContractClause.number, ContractClause.id)).all()


def count_of(contract: Contract) -> int:
    """How many clauses a contract that the caller was let see has."""
    query = select(func.count()).where(ContractClause.contract_id == contract.id)
    return session.scalar(query) or 0


def uses_of(actor: Actor, clause_id: UUID) -> Sequence[tuple[Contract, ContractClause]]:
    """Contracts with a version of the clause that the actor sees, the newest first."""
    query = (
        visible_contracts(actor)
        .add_columns(ContractClause)
        .join(ContractClause, ContractClause.contract_id == Contract.id)
        .join(ClauseVersion, ClauseVersion.id == ContractClause.clause_version_id)
        .where(ClauseVersion.clause_id == clause_id)
    )
    rows = session.execute(query.order_by(ContractClause.signed_on.desc(), Contract.id)).all()
    return [(row[0], row[1]) for row in rows]
