"""Writing down with which clauses a contract was signed."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clauses import queries
from portal.clauses.rules import LANGUAGES, VersionState, said
from portal.clauses.signed.models import ContractClause
from portal.clock import today
from portal.contracts.models import Contract
from portal.db import constraint_errors, session
from portal.errors import BadInput, Conflict, NotFound
from portal.journal.services import record


def sign(
    actor: Actor, contract: Contract, version_ids: Collection[UUID], language: str, signed_on: date
) -> list[ContractClause]:
    """Write down that the contract was signed with these versions, and keep their words in its language for good.

    Withdrawn versions are taken, too: an older contract may have been signed with one.
    """
    require(actor, Permission.EDIT_CONTRACT, contract)
    if not version_ids:
        raise BadInput(_("No clause is chosen."), field="version_ids", remedy=_("Choose at least one."))
    if language not in LANGUAGES:
        raise BadInput(_("This language is none of ours."), field="language")
    if signed_on > today():
        raise BadInput(_("The day is in the future."), field="signed_on", remedy=_("Check the date."))
    versions = queries.versions_by_id(actor, version_ids)
    signed = []
    for version_id in version_ids:
        version = versions.get(version_id)
        if version is None:
            raise NotFound
        if version.state == VersionState.DRAFT:
            raise BadInput(_("A draft cannot be signed: it may still change."), field="version_ids")
        title, wording = said(version.texts, "title", language), said(version.texts, "wording", language)
        assert title  # a version has both in at least one language
        assert wording
        if wording.language != language:
            raise BadInput(
                _("Clause %(code)s is not written in this language.", code=version.clause.code),
                field="language",
                remedy=_("Choose a language in which all chosen clauses are written, or sign them one by one."),
            )
        signed.append(
            ContractClause(
                contract_id=contract.id,
                clause_version_id=version.id,
                code=version.clause.code,
                number=version.number,
                language=language,
                title=title.text,
                wording=wording.text,
                signed_on=signed_on,
            )
        )
    twice = Conflict(_("The contract has one of these clauses already. Look at the page again."))
    with constraint_errors({"uq_contract_clause_contract_id_clause_version_id": twice}):
        session.add_all(signed)
    record(actor, "contract.clauses_signed", contract, versions=[row.clause_version_id for row in signed])
    return signed


def take_off(actor: Actor, contract: Contract, signed: ContractClause) -> None:
    """Take a clause off a contract where it was written down by mistake."""
    require(actor, Permission.EDIT_CONTRACT, contract)
    session.delete(signed)
    session.flush()
    record(actor, "contract.clause_taken_off", contract, version_id=signed.clause_version_id)
