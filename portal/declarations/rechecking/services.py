"""Checking declarations again after a change, a batch at a time: what says the same adds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import session
from portal.declarations import services
from portal.declarations.check import Report
from portal.declarations.models import Declaration
from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.rechecking import queries
from portal.declarations.rechecking.rules import Affected, Because, differs
from portal.declarations.rules import RULES_VERSION
from portal.evidence.queries import content_of
from portal.outbox.events import Event
from portal.outbox.services import emit

BATCH = 10  # declarations read in one event: some seconds

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """Declarations that were read again, with their reports; `last` is None where no more are left behind them."""

    reports: Sequence[tuple[UUID, Report]]
    size: int
    last: UUID | None


def read_batch(affected: Affected, after: UUID | None = None) -> Batch:
    """Read and check the next declarations. Writes nothing: for a transaction of its own, before the one that keeps.

    A file that the rules of today refuse is told to operators, and keeps the check that it has.
    """
    files = queries.next_affected(affected, after, BATCH)
    reports = []
    for file in files:
        try:
            report = services.read_declaration(content_of(file.sha256), file.filename)
        except Unreadable as refused:
            log.warning("declaration not readable any more", declaration_id=str(file.declaration_id), code=refused.code)
        else:
            reports.append((file.declaration_id, report))
    return Batch(reports, len(files), files[-1].declaration_id if len(files) == BATCH else None)


def keep_batch(actor: Actor, batch: Batch, because: Because) -> int:
    """Add a check to each declaration about which the report says anything else, or by other rules; how many."""
    require(actor, Permission.OPERATE)
    changed = 0
    for declaration_id, report in batch.reports:
        declaration = session.get(Declaration, declaration_id, with_for_update=True, populate_existing=True)
        if declaration is None or declaration.withdrawn_at:
            continue
        same_rules = declaration.rules_version == report.rules_version
        if same_rules and not differs(report.findings, declaration.findings):
            continue
        services.check_again(actor, declaration, report, because=because)
        changed += 1
    return changed


def request_due(actor: Actor) -> Sequence[str]:
    """Ask once for checking all by the rules of this release; called by the clock. The version asked for, if any."""
    require(actor, Permission.OPERATE)
    if queries.asked_for_rules(RULES_VERSION) or not queries.any_outdated(RULES_VERSION):
        return ()
    emit(Event.DECLARATIONS_OUTDATED, actor=actor, because=Because.RULES, rules=RULES_VERSION)
    return (RULES_VERSION,)
