"""Clauses of the demo's cities, two contracts that were signed with some, and what came of them; all invented."""

from datetime import date, timedelta

from portal.access.actor import Actor
from portal.clauses import queries
from portal.clauses.duties import Duty, Kind
from portal.clauses.models import ClauseVersion
from portal.clauses.rules import ClauseDefinition, Verdict
from portal.clauses.services import judge, load_common, publish, start_clause
from portal.clauses.signed.queries import clauses_of
from portal.clock import today
from portal.contracts.models import Contract
from portal.contracts.queries import own_contracts
from portal.demo.network import acting_for
from portal.obligations import queries as obligations
from portal.obligations.queries import Choice
from portal.obligations.rules import StepKind
from portal.obligations.services import add_extension, ask, sign_clauses, take_step

AUDITS = ClauseDefinition(
    texts={
        "en": {
            "title": "Audits within three weeks",
            "wording": "The supplier makes an audit possible within 21 days of the request, also at sub-suppliers.",
            "evidence": "Visit, with its report",
        },
        "nb": {
            "title": "Revisjoner innen tre uker",
            "wording": (
                "Leverandøren gjør en revisjon mulig innen 21 dager etter forespørselen, også hos underleverandører."
            ),
            "evidence": "Besøk, med rapport",
        },
    },
    step=4,
    duties=(Duty("audit", Kind.ON_REQUEST, {"en": "Audit made possible", "nb": "Revisjon gjort mulig"}, days=21),),
)


def seed() -> None:
    """Add them as the officers of two authorities would."""
    with acting_for("stavanger") as actor:
        load_common(actor)
        own = start_clause(actor, "SV-1", AUDITS)
        publish(actor, own)
        judge(actor, own, _common(actor)["C08"], Verdict.STRICTER, "21 days, where the common clause says 28.")
        contract = _contract(actor, "2024-118")
        _sign(actor, contract, "nb", "C02", "C03", "C08", "C11")
        add_extension(actor, contract.id, date(2029, 3, 31))
        _settle(actor, contract)
        audits = next(row for row in clauses_of(contract) if row.code == "C08")
        ask(actor, contract.id, audits.id, "audit", today() - timedelta(days=10))
    with acting_for("stockholm") as actor:
        own = next(row for row in queries.library(actor) if row.clause.code == "SV-1")
        judge(actor, own, _common(actor)["C08"], Verdict.EQUAL, "A week makes no difference to a visit.")
        contract = _contract(actor, "RS 2025-0442")
        _sign(actor, contract, "sv", "C01", "C02", "C13")
        _settle(actor, contract)


def _common(actor: Actor) -> dict[str, ClauseVersion]:
    return {row.clause.code: row for row in queries.library(actor) if row.clause.owner_id is None}


def _contract(actor: Actor, number: str) -> Contract:
    return next(row for row in own_contracts(actor).rows if row.number == number)


def _sign(actor: Actor, contract: Contract, language: str, *codes: str) -> None:
    common = _common(actor)
    sign_clauses(actor, contract.id, [common[code].id for code in codes], language, contract.starts_on)


def _settle(actor: Actor, contract: Contract) -> None:
    """What fell due long ago was delivered and accepted; the latest was delivered, and nobody has looked at it."""
    late = [one for one in obligations.all_obligations(actor, Choice(contract_id=contract.id)) if one.due_on < today()]
    for obligation in late:
        on = min(obligation.due_on + timedelta(days=4), today())
        take_step(actor, obligation, StepKind.DELIVERED, on)
        if obligation is not late[-1]:
            take_step(actor, obligation, StepKind.ACCEPTED, on)
