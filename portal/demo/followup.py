"""What the demo's cities did with their suppliers: assessments, dialogues, requests and findings, all invented."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from portal.access.actor import Actor, Role
from portal.access.audience import Audience
from portal.assessments.rules import Answer, EvidenceGrade, Step
from portal.assessments.services import AssessmentData, StepData, add_assessment
from portal.authorities.queries import authority_by_slug
from portal.clock import today
from portal.db import session
from portal.declarations.rules import DeclarationScope, TemplateKind
from portal.demo.network import acting_as, acting_for
from portal.dialogues.letters import services as letters
from portal.dialogues.letters.services import LetterData
from portal.dialogues.rules import Channel
from portal.dialogues.services import CommitmentData, DialogueData, ParticipantData, log_dialogue
from portal.findings.rules import ActionOwner, Received, Severity, StepKind
from portal.findings.services import FindingData, add_action, add_finding, release, reply, take_step
from portal.journal.services import record
from portal.registry.rules import ProductGroup
from portal.requests.models import DeclarationRequest, RequestStep
from portal.requests.rules import MINERALS, RequestState

Suppliers = Mapping[str, UUID]

DOCUMENT, STATED, NOTHING = EvidenceGrade.DOCUMENT_SEEN, EvidenceGrade.SELF_DECLARED, EvidenceGrade.NONE
OPEN = StepData(Answer.NOT_ASSESSED, NOTHING, None)


def seed(suppliers: Suppliers) -> None:
    """Add them as the officers of the three authorities would."""
    _assessments(suppliers)
    _dialogues(suppliers)
    _letter(suppliers)
    _requests(suppliers)
    _findings(suppliers)


def _assessments(suppliers: Suppliers) -> None:
    with acting_for("stockholm") as actor:
        _assess(
            actor,
            suppliers["halden"],
            date(2026, 3, 12),
            "Documents read and interview",
            [
                StepData(Answer.MET, DOCUMENT, "The policy covers cobalt and mica"),
                StepData(Answer.MET, DOCUMENT, "Smelters traced for all four metals"),
                StepData(Answer.PARTLY, DOCUMENT, "The plan has no dates"),
                StepData(Answer.PARTLY, STATED, "Relies on RMAP"),
                StepData(Answer.MET, DOCUMENT, "Report for 2025"),
            ],
        )
    with acting_for("barcelona") as actor:
        _assess(
            actor,
            suppliers["halden"],
            date(2026, 6, 8),
            "Documents read",
            [
                StepData(Answer.MET, DOCUMENT, "The complaint channel was tested"),
                StepData(Answer.PARTLY, DOCUMENT, "No origin at the level of mines"),
                StepData(Answer.PARTLY, DOCUMENT, "The plan has no dates"),
                OPEN,
                StepData(Answer.MET, DOCUMENT, "Report for 2025"),
            ],
        )


def _assess(actor: Actor, supplier_id: UUID, as_of: date, method: str, steps: list[StepData]) -> None:
    data = AssessmentData(
        as_of, ProductGroup.COMPUTERS, method, dict(zip(Step, steps, strict=True)), Audience.MEMBERS, []
    )
    add_assessment(actor, supplier_id, data)


def _dialogues(suppliers: Suppliers) -> None:
    with acting_for("stockholm") as actor:
        others = [authority_by_slug(slug).id for slug in ("stavanger", "barcelona")]
        log_dialogue(
            actor,
            suppliers["halden"],
            DialogueData(
                subject="Origin of cobalt in battery packs",
                held_on=date(2026, 5, 28),
                channel=Channel.MEETING,
                summary="The battery packs use cobalt from three refiners. The mines behind two of them are known.",
                audience=Audience.NAMED,
                named_ids=others,
                participants=[
                    ParticipantData(actor.authority_id, "Sustainability adviser"),
                    ParticipantData(None, "Sustainability manager"),
                ],
                commitments=[CommitmentData("Name the third cobalt refiner", None, today() + timedelta(days=39))],
                private_note="Ask our lawyer whether clause 12 covers sub-suppliers.",
            ),
        )
    with acting_for("stavanger") as actor:
        log_dialogue(
            actor,
            suppliers["fjordnett"],
            DialogueData(
                subject="First declaration under the new contract",
                held_on=today() - timedelta(days=20),
                channel=Channel.CALL,
                summary="They have no declaration yet and will ask their own suppliers.",
                audience=Audience.OWNER,
                commitments=[CommitmentData("Send a CMRT for the whole company", None, today() - timedelta(days=3))],
            ),
        )


def _letter(suppliers: Suppliers) -> None:
    """Stockholm has drafted a letter and signed it; Stavanger has not answered."""
    with acting_as("stockholm", Role.OFFICER) as actor:
        letter = letters.draft(
            actor,
            suppliers["halden"],
            LetterData(
                subject="Smelters of the cobalt in your portable computers",
                body="Your declaration of this year names three refiners of cobalt that no assurance list has.\n\n"
                "Please tell us by the date above which steps you have taken with each of them, and when you expect"
                " to know where their ore comes from.",
                language="en",
                sign_by=today() + timedelta(days=10),
                reply_by=today() + timedelta(days=45),
                asked_ids=[authority_by_slug("stavanger").id],
            ),
        )
        letters.sign(actor, letter, letter.text_hash)


def _requests(suppliers: Suppliers) -> None:
    """One that is overdue, one that waits, one that the others can see; as if they had been asked a while ago."""
    for slug, supplier, template, language, asked_days_ago, due_in, audience in (
        ("stockholm", "nordvik", TemplateKind.CMRT, "nb", 45, -4, Audience.MEMBERS),
        ("stockholm", "halden", TemplateKind.EMRT, "sv", 10, 20, Audience.MEMBERS),
        ("stavanger", "fjordnett", TemplateKind.CMRT, "nb", 40, -16, Audience.OWNER),
        ("barcelona", "tecnoport", TemplateKind.CMRT, "ca", 5, 25, Audience.MEMBERS),
    ):
        with acting_for(slug) as actor:
            asked_on, due_on = today() - timedelta(days=asked_days_ago), today() + timedelta(days=due_in)
            request = DeclarationRequest(
                supplier_id=suppliers[supplier],
                owner_id=actor.authority_id,
                template=template,
                minerals=list(MINERALS[template])[:4],
                scope_code=DeclarationScope.COMPANY,
                language=language,
                asked_on=asked_on,
                due_on=due_on,
                state=RequestState.REQUESTED,
                audience=audience,
                named_ids=[],
            )
            session.add(request)
            session.flush()
            session.add(RequestStep(request_id=request.id, state=request.state, taken_on=asked_on, due_on=due_on))
            record(actor, "request.added", request, supplier=request.supplier_id, template=template, due_on=due_on)


def _findings(suppliers: Suppliers) -> None:
    """One that is being handled and whose summary all members see, and one whose plan is late."""
    with acting_for("stockholm") as actor:
        finding = add_finding(
            actor,
            suppliers["halden"],
            FindingData(
                title="Workers at a refiner cannot complain",
                severity=Severity.MAJOR,
                description="The refiner has no channel for complaints in the workers’ languages.",
                found_on=today() - timedelta(days=20),
                audience=Audience.OWNER,
                named_ids=[],
                disclosure=Audience.MEMBERS,
                disclosed_ids=[],
                summary="Complaints from a refiner do not reach the company. A plan with dates is agreed.",
                clause="C10",
                oecd_step=int(Step.RISKS),
                scheme="RBA",
                scheme_severity="Major nonconformance",
            ),
        )
        due_on = today() + timedelta(days=25)
        add_action(actor, finding, "Open a channel in the workers’ languages", ActionOwner.SUPPLIER, due_on)
        take_step(actor, finding, StepKind.PLAN_AGREED, None)
        take_step(actor, finding, StepKind.STARTED, None)
        reply(actor, finding, "The channel opens next month, run by a third party.", Received.MAIL, today())
        release(actor, finding)
    with acting_for("stavanger") as actor:
        add_finding(
            actor,
            suppliers["fjordnett"],
            FindingData(
                title="No map of the supply chain",
                severity=Severity.MINOR,
                description="The factory of the final assembly is not known.",
                found_on=today() - timedelta(days=18),
                audience=Audience.OWNER,
                named_ids=[],
                disclosure=Audience.OWNER,
                disclosed_ids=[],
                clause="C06",
            ),
        )
