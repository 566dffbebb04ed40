"""Every SELECT on findings; all begin with what the actor may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import selectinload

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.audits.models import JointAudit
from portal.audits.queries import visible_audits
from portal.clock import today
from portal.contracts.models import Contract
from portal.contracts.queries import visible_contracts
from portal.db import among, session
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem
from portal.evidence.queries import visible_evidence
from portal.findings.models import (
    CorrectiveAction,
    Finding,
    FindingEvidence,
    FindingExtension,
    FindingProposal,
    FindingRelease,
    FindingReply,
    FindingStep,
)
from portal.findings.rules import (
    ACTIONS_OPEN,
    DEVIATIONS,
    HAS_PLAN,
    NEEDS_PLAN,
    TWO_PERSONS,
    FindingState,
    Light,
    ProposalState,
    Reason,
    Standing,
    light,
)
from portal.registry.models import Site, Supplier
from portal.shapes import TimelineEntry, TodoItem
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
LATE, NOT_LATE = "late", "in_time"


def visible_findings(actor: Actor) -> Select[Finding]:
    """Findings that the actor may see whole."""
    return select(Finding).where(visible(Finding, actor))


def visible_releases(actor: Actor) -> Select[FindingRelease]:
    """Summaries that the actor may see."""
    return select(FindingRelease).where(visible(FindingRelease, actor))


def get_finding(actor: Actor, finding_id: UUID) -> Finding:
    """One finding, or NotFound when there is none for this actor."""
    query = visible_findings(actor).where(Finding.id == finding_id).options(selectinload(Finding.actions))
    finding = session.scalar(query)
    if finding is None:
        raise NotFound
    return finding


def get_release(actor: Actor, release_id: UUID) -> FindingRelease:
    """One released summary, or NotFound when there is none for this actor."""
    release = session.scalar(visible_releases(actor).where(FindingRelease.id == release_id))
    if release is None:
        raise NotFound
    return release


def release_of(finding_id: UUID) -> FindingRelease | None:
    """The released summary of a finding that the caller has already been let see."""
    return session.scalar(select(FindingRelease).where(FindingRelease.finding_id == finding_id))


@dataclass(frozen=True)
class Choice:
    """How the list is narrowed; None takes all. `due`: late or in_time; `light`: of what is late, handled or closed."""

    state: str | None = None
    severity: str | None = None
    supplier_id: UUID | None = None
    due: str | None = None
    light: Light | None = None


def list_findings(actor: Actor, choice: Choice, cursor: str | None = None) -> Page[Finding]:
    """Findings that the actor may see whole, the newest first."""
    query = _chosen(actor, choice)
    if key := read_cursor(cursor, date.fromisoformat, UUID):
        query = query.where(tuple_(Finding.found_on, Finding.id) < tuple(key))
    rows = session.scalars(query.limit(PAGE_SIZE + 1)).all()
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].found_on.isoformat(), rows[-1].id) if more else None)


def all_findings(actor: Actor, choice: Choice) -> Sequence[Finding]:
    """The whole list, for exports."""
    return session.scalars(_chosen(actor, choice)).all()


def _chosen(actor: Actor, choice: Choice) -> Select[Finding]:
    query = visible_findings(actor).order_by(Finding.found_on.desc(), Finding.id.desc())
    if choice.state:
        query = query.where(Finding.state == choice.state)
    if choice.severity:
        query = query.where(Finding.severity == choice.severity)
    if choice.supplier_id:
        query = query.where(Finding.supplier_id == choice.supplier_id)
    late = and_(Finding.state != FindingState.CLOSED, or_(*_late(today()).values()))
    if choice.due == LATE:
        query = query.where(late)
    elif choice.due == NOT_LATE:
        query = query.where(Finding.state != FindingState.CLOSED, ~func.coalesce(late, False))
    deviation = Finding.severity.in_(DEVIATIONS)
    red = and_(deviation, Finding.state != FindingState.CLOSED, func.coalesce(_red(today()), False))
    if choice.light is Light.RED:
        query = query.where(red)
    elif choice.light is Light.YELLOW:
        query = query.where(deviation, Finding.state != FindingState.CLOSED, ~red)
    elif choice.light is Light.GREEN:
        query = query.where(or_(~deviation, Finding.state == FindingState.CLOSED))
    return query


def late(on: Any) -> ColumnElement[bool]:
    """Whether anything of a finding is late on a day: never of a closed one."""
    return and_(Finding.state != FindingState.CLOSED, func.coalesce(or_(*_late(on).values()), False))


def _late(on: Any) -> dict[str, ColumnElement[bool]]:
    """What can be late of a finding that is not closed, by what it is; `on` may be a parameter."""
    return {
        "plan": and_(Finding.state.in_(NEEDS_PLAN), Finding.plan_due < on),
        "closing": Finding.close_due < on,
        "action": exists().where(
            CorrectiveAction.finding_id == Finding.id,
            CorrectiveAction.state.in_(ACTIONS_OPEN),
            CorrectiveAction.due_on < on,
        ),
    }


def _red(on: Any) -> ColumnElement[bool]:
    """Late by the measure of the traffic light (rules.reason_of), as a condition; a late action alone is no red."""
    late = _late(on)
    return or_(late["plan"], late["closing"])


# ---- one finding -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attached:
    """A file with the note that was written when it was added."""

    item: EvidenceItem
    note: str | None


@dataclass(frozen=True)
class FindingPage:
    """A finding with everything that stands on its page. `audit` and `contract` are None where the actor sees none."""

    finding: Finding
    supplier: Supplier
    site: Site | None
    audit: JointAudit | None
    contract: Contract | None
    steps: Sequence[FindingStep]
    extensions: Sequence[FindingExtension]
    files: Sequence[Attached]
    replies: Sequence[FindingReply]
    release: FindingRelease | None
    proposal: FindingProposal | None


def finding_page(actor: Actor, finding: Finding) -> FindingPage:
    """Gather the page of a finding that the actor sees."""
    audits = visible_audits(actor).where(JointAudit.id == finding.audit_id)
    contracts = visible_contracts(actor).where(Contract.id == finding.contract_id)
    return FindingPage(
        finding=finding,
        supplier=session.get_one(Supplier, finding.supplier_id),
        site=session.get(Site, finding.site_id) if finding.site_id else None,
        audit=session.scalar(audits) if finding.audit_id else None,
        contract=session.scalar(contracts) if finding.contract_id else None,
        steps=session.scalars(_newest_first(FindingStep, finding)).all(),
        extensions=session.scalars(
            select(FindingExtension)
            .where(FindingExtension.finding_id == finding.id)
            .order_by(FindingExtension.asked_at.desc(), FindingExtension.id.desc())
        ).all(),
        files=files_of(actor, finding),
        replies=replies_to(finding.id),
        release=release_of(finding.id),
        proposal=open_proposal(finding.id),
    )


def open_proposal(finding_id: UUID) -> FindingProposal | None:
    """The supplier's proposal that waits for its answer; row-level security shows it to the finding's owner alone."""
    query = select(FindingProposal).where(
        FindingProposal.finding_id == finding_id, FindingProposal.state == ProposalState.PROPOSED
    )
    return session.scalar(query.options(selectinload(FindingProposal.actions)))


def files_of(actor: Actor, finding: Finding) -> list[Attached]:
    """The files of a finding that the actor may open, in the order in which they were added."""
    rows = session.execute(
        visible_evidence(actor)
        .add_columns(FindingEvidence.note)
        .join(FindingEvidence, FindingEvidence.evidence_id == EvidenceItem.id)
        .where(FindingEvidence.finding_id == finding.id)
        .order_by(FindingEvidence.created_at, EvidenceItem.id)
    )
    return [Attached(*row) for row in rows]


def replies_to(finding_id: UUID) -> Sequence[FindingReply]:
    """What the supplier said; the caller has been let see the finding or its summary."""
    query = select(FindingReply).where(FindingReply.finding_id == finding_id)
    return session.scalars(query.order_by(FindingReply.received_on, FindingReply.id)).all()


def _newest_first(model: type[FindingStep], finding: Finding) -> Select[FindingStep]:
    return select(model).where(model.finding_id == finding.id).order_by(model.created_at.desc(), model.id.desc())


def sites_of(supplier_id: UUID) -> Sequence[Site]:
    """Where something may have been found."""
    return session.scalars(select(Site).where(Site.supplier_id == supplier_id).order_by(Site.address)).all()


# ---- a supplier's findings and lights --------------------------------------------------------------------------------


@dataclass(frozen=True)
class AuthorityLight:
    """One authority's light on a supplier, of what the reader sees, and how many findings stand behind each reason."""

    authority_id: UUID
    light: Light
    reasons: dict[Reason, int]


@dataclass(frozen=True)
class OfSupplier:
    """What a supplier's page says of findings: the lights, the whole findings, and summaries of the other ones."""

    lights: Sequence[AuthorityLight]
    findings: Sequence[Finding]
    releases: Sequence[FindingRelease]


def of_supplier(actor: Actor, supplier_id: UUID) -> OfSupplier:
    """A supplier's findings as the actor sees them: an authority that shares none does not appear."""
    findings = session.scalars(
        visible_findings(actor).where(Finding.supplier_id == supplier_id).order_by(Finding.found_on.desc(), Finding.id)
    ).all()
    whole = {finding.id for finding in findings}
    releases = [
        release
        for release in session.scalars(
            visible_releases(actor)
            .where(FindingRelease.supplier_id == supplier_id)
            .order_by(FindingRelease.released_on.desc(), FindingRelease.id)
        )
        if release.finding_id not in whole
    ]
    by_authority: dict[UUID, list[Standing]] = {}
    for record, standing in [(one, _of_finding(one)) for one in findings] + [
        (one, _of_release(one)) for one in releases
    ]:
        by_authority.setdefault(record.owner_id, []).append(standing)
    lights = [AuthorityLight(one, *light(standings, today())) for one, standings in by_authority.items()]
    return OfSupplier(sorted(lights, key=lambda one: one.authority_id != actor.authority_id), findings, releases)


def of_audit(actor: Actor, audit_id: UUID) -> Sequence[Finding]:
    """The findings of an audit that the actor sees whole."""
    query = visible_findings(actor).where(Finding.audit_id == audit_id)
    return session.scalars(query.order_by(Finding.found_on, Finding.id)).all()


def standing_light(finding: Finding) -> Light:
    """The light of one finding."""
    return light([_of_finding(finding)], today())[0]


def _of_finding(one: Finding) -> Standing:
    return Standing(one.severity, one.state == FindingState.CLOSED, one.state in HAS_PLAN, one.plan_due, one.close_due)


def timeline(found: OfSupplier) -> list[TimelineEntry]:
    """A supplier's findings as entries of its joint timeline: found, closed, or by when; of others their summaries."""
    entries: list[TimelineEntry] = []
    for one in found.findings:
        entries.append(_entry(one, one.found_on, one.title, "findings.show", {"finding_id": one.id}))
        if one.closed_on:
            title = _("Closed: %(title)s", title=one.title)
            entries.append(_entry(one, one.closed_on, title, "findings.show", {"finding_id": one.id}))
        elif one.close_due:
            title = _("To be closed: %(title)s", title=one.title)
            entries.append(_entry(one, one.close_due, title, "findings.show", {"finding_id": one.id}, planned=True))
    entries += [
        _entry(one, one.released_on, _("Summary of a finding"), "findings.summary", {"release_id": one.id}, one.summary)
        for one in found.releases
    ]
    return entries


def _entry(
    one: Finding | FindingRelease,
    on: date,
    title: str,
    endpoint: str,
    args: dict[str, Any],
    text: str | None = None,
    *,
    planned: bool = False,
) -> TimelineEntry:
    return TimelineEntry(
        on=on,
        kind="finding",
        title=title,
        text=text,
        endpoint=endpoint,
        args=args,
        icon="ClipboardCheckmark",
        owner_id=one.owner_id,
        audience=one.audience,
        named_ids=one.named_ids,
        planned=planned,
    )


def _of_release(one: FindingRelease) -> Standing:
    return Standing(one.severity, one.closed_on is not None, one.planned, None, one.close_due)


def suppliers_of(findings: Iterable[Finding]) -> dict[UUID, Supplier]:
    """The suppliers of these findings by id, in one statement."""
    rows = session.scalars(select(Supplier).where(among(Supplier.id, {one.supplier_id for one in findings})))
    return {row.id: row for row in rows}


# ---- what waits for us -----------------------------------------------------------------------------------------------


def todo(actor: Actor) -> list[TodoItem]:
    """Our findings whose plan, closing or action is late, or that wait for this person to verify or decide."""
    if actor.authority_id is None:
        return []
    late_action = (
        select(func.min(CorrectiveAction.due_on))
        .where(
            CorrectiveAction.finding_id == Finding.id,
            CorrectiveAction.state.in_(ACTIONS_OPEN),
            CorrectiveAction.due_on < today(),
        )
        .scalar_subquery()
    )
    query = visible_findings(actor).where(_waits_for(actor, today())).add_columns(late_action, _is_proposed())
    rows = session.execute(query.order_by(Finding.id))
    return [_todo_of(actor, finding, late_since, proposed) for finding, late_since, proposed in rows]


def todo_count(actor: Actor, on: Any) -> ScalarSelect[int]:
    """How many things `todo` lists on a day, as part of a statement; `on` may be a parameter."""
    return select(func.count()).select_from(Finding).where(_waits_for(actor, on)).scalar_subquery()


def _waits_for(actor: Actor, on: Any) -> ColumnElement[bool]:
    to_verify = and_(
        Finding.state == FindingState.SUBMITTED,
        or_(Finding.severity.not_in(TWO_PERSONS), Finding.submitted_by_id != actor.user_id),
    )
    to_decide = exists().where(
        FindingExtension.finding_id == Finding.id,
        FindingExtension.approved.is_(None),
        FindingExtension.asked_by_id != actor.user_id,
    )
    return and_(
        visible(Finding, actor),
        Finding.owner_id == actor.authority_id,
        Finding.state != FindingState.CLOSED,
        or_(to_verify, to_decide, _is_proposed(), *_late(on).values()),
    )


def _is_proposed() -> ColumnElement[bool]:
    """The supplier has proposed a plan that nobody has answered."""
    return exists().where(FindingProposal.finding_id == Finding.id, FindingProposal.state == ProposalState.PROPOSED)


def _todo_of(actor: Actor, finding: Finding, late_since: date | None, proposed: bool) -> TodoItem:
    """The most urgent thing to do about the finding."""
    due_on: date | None
    if finding.state == FindingState.SUBMITTED and (
        finding.severity not in TWO_PERSONS or finding.submitted_by_id != actor.user_id
    ):
        title, due_on = _("Verify the remedy of “%(title)s”", title=finding.title), finding.close_due
    elif proposed:
        title = _("Answer the plan that the supplier proposes for “%(title)s”", title=finding.title)
        due_on = finding.plan_due
    elif finding.state in NEEDS_PLAN and finding.plan_due and finding.plan_due < today():
        title, due_on = _("Agree on a plan for “%(title)s”", title=finding.title), finding.plan_due
    elif finding.close_due and finding.close_due < today():
        title, due_on = _("“%(title)s” is not remedied in time", title=finding.title), finding.close_due
    elif late_since:
        title, due_on = _("Ask about the late action for “%(title)s”", title=finding.title), late_since
    else:
        title, due_on = _("Decide on more time for “%(title)s”", title=finding.title), finding.close_due
    return TodoItem(
        due_on=due_on,
        title=title,
        detail=None,
        endpoint="findings.show",
        args={"finding_id": finding.id},
        supplier_id=finding.supplier_id,
        shared_with=list(finding.named_ids),
    )
