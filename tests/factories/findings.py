"""Findings for tests, written straight into the tables."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from portal.clock import today
from portal.db import session
from portal.findings.models import CorrectiveAction, Finding, FindingRelease
from portal.registry.models import Supplier
from tests.factories.registry import make_supplier


def make_finding(*, owner_id: UUID, supplier: Supplier | None = None, **values: Any) -> Finding:
    """An open major finding of today; flushed."""
    supplier = supplier or make_supplier()
    finding = Finding(
        **{
            "owner_id": owner_id,
            "supplier_id": supplier.id,
            "title": "No grievance channel at the smelter",
            "severity": "major",
            "annex_ii": False,
            "description": "Workers do not know where to complain.",
            "found_on": today(),
            "plan_due": today() + timedelta(days=14),
            "close_due": today() + timedelta(days=90),
            "state": "open",
            "audience": "owner",
            "named_ids": [],
            **values,
        }
    )
    session.add(finding)
    session.flush()
    return finding


def make_action(finding: Finding, **values: Any) -> CorrectiveAction:
    """An action of the supplier's that is due in a month; flushed."""
    action = CorrectiveAction(
        **{
            "finding_id": finding.id,
            "text": "Open a channel in the workers’ languages",
            "responsible": "supplier",
            "due_on": today() + timedelta(days=30),
            "state": "planned",
            **values,
        }
    )
    session.add(action)
    session.flush()
    session.expire(finding, ["actions"])
    return action


def make_release(*, owner_id: UUID, audience: str = "owner", **values: Any) -> FindingRelease:
    """A released summary of a finding that only its owner sees whole; flushed."""
    finding = values.pop("finding", None) or make_finding(owner_id=owner_id, state="plan_agreed")
    release = FindingRelease(
        **{
            "finding_id": finding.id,
            "owner_id": owner_id,
            "supplier_id": finding.supplier_id,
            "severity": finding.severity,
            "annex_ii": finding.annex_ii,
            "summary": "Complaints do not reach the company. A plan is agreed.",
            "planned": True,
            "close_due": finding.close_due,
            "released_on": today(),
            "audience": audience,
            "named_ids": [],
            **values,
        }
    )
    session.add(release)
    session.flush()
    return release
