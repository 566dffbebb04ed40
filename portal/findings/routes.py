"""Pages of findings: the list, one finding with its plan, and a released summary."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.assessments.labels import STEPS as OECD_STEPS
from portal.audits import queries as audits
from portal.authorities import queries as authorities
from portal.clock import today
from portal.contracts import queries as contracts
from portal.db import transaction
from portal.errors import BadInput
from portal.findings import labels, queries, rules, services
from portal.findings import supplier as supplier_side
from portal.findings.forms import (
    ActionForm,
    EvidenceForm,
    ExtensionForm,
    FindingForm,
    ProgressForm,
    ProposalForm,
    ReplyForm,
    StepForm,
)
from portal.findings.models import Finding
from portal.findings.queries import Choice
from portal.findings.rules import ActionOwner, ActionState, FindingState, Light, Received, Severity, StepKind
from portal.registry import queries as registry
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.xlsxfile import xlsx_response

bp = Blueprint("findings", __name__)

FILTERS = ("state", "severity", "supplier_id", "due", "light")


@bp.get("/findings")
@requires(Permission.READ_FINDING)
def index() -> ResponseReturnValue:
    """Findings that we may see whole, the newest first."""
    choice = _choice()
    page = queries.list_findings(actor(), choice, request.args.get("after"))
    return render_template(
        "findings/index.html",
        page=page,
        choice=choice,
        suppliers=queries.suppliers_of(page.rows),
        supplier=registry.suppliers_by_id({choice.supplier_id}).get(choice.supplier_id) if choice.supplier_id else None,
        authorities=authorities.authorities_by_id(),
        labels=labels,
        standing_light=queries.standing_light,
        same_filters={name: value for name, value in request.args.items() if name in FILTERS},
    )


@bp.get("/findings.csv")
@requires(Permission.READ_FINDING)
def export_csv() -> ResponseReturnValue:
    """The whole list as CSV."""
    return csv_response(list(_rows()), f"findings-{today()}.csv")


@bp.get("/findings.xlsx")
@requires(Permission.READ_FINDING)
def export_xlsx() -> ResponseReturnValue:
    """The same as a workbook."""
    return xlsx_response(list(_rows()), f"findings-{today()}.xlsx", sheet=_("Findings"))


def _rows() -> Iterator[Sequence[object]]:
    found = queries.all_findings(actor(), _choice())
    suppliers, members = queries.suppliers_of(found), authorities.authorities_by_id()
    yield [
        *(_("Supplier"), _("Title"), _("Severity"), _("Severity in the scheme’s words"), _("Status"), _("Found on")),
        *(_("Plan due"), _("Close by"), _("Closed on"), _("Clause"), _("OECD step"), _("Light"), _("Authority")),
    ]
    for one in found:
        yield [
            *(suppliers[one.supplier_id].legal_name, one.title, labels.SEVERITIES[Severity(one.severity)]),
            *(one.scheme_severity, labels.STATES[FindingState(one.state)], one.found_on, one.plan_due, one.close_due),
            *(one.closed_on, one.clause, one.oecd_step, labels.LIGHTS[queries.standing_light(one)]),
            members[one.owner_id].name,
        ]


def _choice() -> Choice:
    """The filters of the address; what is none of them is left out."""

    def one_of(name: str, values: Sequence[str]) -> str | None:
        value = request.args.get(name, "")
        return value if value in values else None

    colour = one_of("light", [one.name.lower() for one in Light])
    return Choice(
        state=one_of("state", list(FindingState)),
        severity=one_of("severity", list(Severity)),
        supplier_id=request.args.get("supplier_id", type=UUID),
        due=one_of("due", [queries.LATE, queries.NOT_LATE]),
        light=Light[colour.upper()] if colour else None,
    )


@bp.route("/suppliers/<uuid:supplier_id>/findings/new", methods=["GET", "POST"])
@requires(Permission.ADD_FINDING)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Record a finding at a supplier; `?audit=` starts it from an audit."""
    supplier = registry.get_supplier(supplier_id)
    form = FindingForm(found_on=today(), audit_id=request.args.get("audit", type=UUID))
    _offer(form, supplier.id)
    if form.validate_on_submit():
        try:
            with transaction():
                finding = services.add_finding(actor(), supplier_id, form.finding_data())
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(finding.id, _("The finding is saved."))
    return render_template("findings/edit.html", form=form, supplier=supplier, finding=None)


@bp.route("/findings/<uuid:finding_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_FINDING)
def edit(finding_id: UUID) -> ResponseReturnValue:
    """Correct a finding; the second of two editors is told."""
    finding = queries.get_finding(actor(), finding_id)
    require(actor(), Permission.EDIT_FINDING, finding)
    review_on = finding.close_due if finding.severity == Severity.RISK else None
    form = FindingForm(obj=finding, review_on=review_on)
    _offer(form, finding.supplier_id)
    status = 200
    if form.validate_on_submit():
        if form.version.data != str(finding.version):
            status = 409
            form.version.process_data(finding.version)
            add_error(form, BadInput(_("A colleague has changed the finding meanwhile. Save again to keep your text.")))
        else:
            try:
                with transaction():
                    services.change_finding(actor(), finding, form.finding_data())
            except BadInput as error:
                add_error(form, error)
            else:
                return _done(finding.id, _("The finding is saved."))
    supplier = registry.get_supplier(finding.supplier_id)
    return render_template("findings/edit.html", form=form, supplier=supplier, finding=finding), status


@bp.get("/findings/<uuid:finding_id>")
@requires(Permission.READ_FINDING)
def show(finding_id: UUID) -> ResponseReturnValue:
    """One finding, with what can be done next."""
    return _page(queries.get_finding(actor(), finding_id))


@bp.post("/findings/<uuid:finding_id>/step")
@requires(Permission.EDIT_FINDING)
def step(finding_id: UUID) -> ResponseReturnValue:
    """Take the next step."""
    finding = _ours(finding_id)
    form = StepForm(prefix="step-")
    form.offer_steps(_steps(finding))
    return _take(
        finding,
        "step_form",
        form,
        lambda: services.take_step(actor(), finding, StepKind(form.kind.data), form.note.data),
    )


@bp.post("/findings/<uuid:finding_id>/actions")
@requires(Permission.EDIT_FINDING)
def add_action(finding_id: UUID) -> ResponseReturnValue:
    """Add an action to the plan."""
    finding, form = _ours(finding_id), ActionForm(prefix="action-")

    def add() -> None:
        assert form.due_on.data
        services.add_action(
            actor(), finding, form.text.data.strip(), ActionOwner(form.responsible.data), form.due_on.data
        )

    return _take(finding, "action_form", form, add)


@bp.post("/findings/<uuid:finding_id>/progress")
@requires(Permission.EDIT_FINDING)
def progress(finding_id: UUID) -> ResponseReturnValue:
    """Note how an action goes."""
    finding, form = _ours(finding_id), ProgressForm(prefix="progress-")
    form.offer_actions(finding.actions)

    def note() -> None:
        state = ActionState(form.state.data)
        services.move_action(actor(), finding, form.action.data, state, (form.progress.data or "").strip())

    return _take(finding, "progress_form", form, note)


@bp.post("/findings/<uuid:finding_id>/extension")
@requires(Permission.EDIT_FINDING)
def ask_extension(finding_id: UUID) -> ResponseReturnValue:
    """Ask for more time."""
    finding, form = _ours(finding_id), ExtensionForm(prefix="extension-")
    form.offer_actions(finding.actions)

    def ask() -> None:
        assert form.new_due.data
        services.ask_extension(actor(), finding, form.action.data, form.new_due.data, form.reason.data.strip())

    return _take(finding, "extension_form", form, ask)


@bp.post("/findings/<uuid:finding_id>/extension/decide")
@requires(Permission.EDIT_FINDING)
def decide_extension(finding_id: UUID) -> ResponseReturnValue:
    """Approve or refuse more time."""
    finding = _ours(finding_id)
    with transaction():
        services.decide_extension(actor(), finding, request.form.get("approve") == "1")
    return _done(finding.id, _("Saved."))


@bp.post("/findings/<uuid:finding_id>/evidence")
@requires(Permission.EDIT_FINDING)
def attach(finding_id: UUID) -> ResponseReturnValue:
    """Add a document or photo."""
    finding, form = _ours(finding_id), EvidenceForm(prefix="evidence-")

    def add() -> None:
        content = form.file.data.read()
        services.attach(actor(), finding, content=content, filename=form.file.data.filename, note=form.note.data)

    return _take(finding, "evidence_form", form, add)


@bp.post("/findings/<uuid:finding_id>/reply")
@requires(Permission.EDIT_FINDING)
def reply(finding_id: UUID) -> ResponseReturnValue:
    """Enter the supplier's reply."""
    finding, form = _ours(finding_id), ReplyForm(prefix="reply-")

    def enter() -> None:
        assert form.received_on.data
        received = Received(form.received.data)
        services.reply(actor(), finding, form.text.data.strip(), received, form.received_on.data)

    return _take(finding, "reply_form", form, enter)


@bp.post("/findings/<uuid:finding_id>/show-to-supplier")
@requires(Permission.EDIT_FINDING)
def show_to_supplier(finding_id: UUID) -> ResponseReturnValue:
    """Let the supplier see the finding through its access, or no longer."""
    finding = _ours(finding_id)
    shown = request.form.get("shown") == "1"
    with transaction():
        supplier_side.show(actor(), finding, shown=shown)
    if shown:
        return _done(finding.id, _("The supplier sees the finding when it comes with its link."))
    return _done(finding.id, _("The supplier does not see the finding any more."))


@bp.post("/findings/<uuid:finding_id>/proposal")
@requires(Permission.EDIT_FINDING)
def decide_proposal(finding_id: UUID) -> ResponseReturnValue:
    """Accept the plan that the supplier proposed, or send it back."""
    finding, form = _ours(finding_id), ProposalForm(prefix="proposal-")

    def decide() -> None:
        assert form.proposal.data  # required
        if form.accept.data:
            supplier_side.accept(actor(), finding, form.proposal.data)
        else:
            supplier_side.send_back(actor(), finding, form.proposal.data, (form.answer.data or "").strip())

    return _take(finding, "proposal_form", form, decide)


@bp.post("/findings/<uuid:finding_id>/release")
@requires(Permission.EDIT_FINDING)
def release(finding_id: UUID) -> ResponseReturnValue:
    """Release the summary to those whom the finding names."""
    finding = _ours(finding_id)
    return _take(finding, "release_form", FlaskForm(), lambda: services.release(actor(), finding))


@bp.get("/findings/summaries/<uuid:release_id>")
@requires(Permission.READ_FINDING)
def summary(release_id: UUID) -> ResponseReturnValue:
    """A released summary with the supplier's reply beside it."""
    released = queries.get_release(actor(), release_id)
    return render_template(
        "findings/summary.html",
        release=released,
        supplier=registry.get_supplier(released.supplier_id),
        replies=queries.replies_to(released.finding_id),
        authorities=authorities.authorities_by_id(),
        labels=labels,
        oecd_steps=OECD_STEPS,
    )


def _ours(finding_id: UUID) -> Finding:
    finding = queries.get_finding(actor(), finding_id)
    require(actor(), Permission.EDIT_FINDING, finding)
    return finding


def _take(finding: Finding, name: str, form: FlaskForm, work: Callable[[], object]) -> ResponseReturnValue:
    """Do it when the form is right, or show the page again with what is wrong beside the form."""
    if form.validate_on_submit():
        try:
            with transaction():
                work()
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(finding.id, _("Saved."))
    return _page(queries.get_finding(actor(), finding.id), **{name: form})


def _done(finding_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("findings.show", finding_id=finding_id))


def _offer(form: FindingForm, supplier_id: UUID) -> None:
    form.offer(
        actor(),
        authorities.all_authorities(),
        sites=queries.sites_of(supplier_id),
        audits=audits.audits_of_supplier(actor(), supplier_id),
        contracts=contracts.contracts_of_supplier(actor(), supplier_id),
    )


def _steps(finding: Finding) -> list[StepKind]:
    """The steps that this person can take now; who submitted a critical or major one does not verify it."""
    kinds = [kind for kind in StepKind if rules.can_take(finding.state, kind, finding.severity)]
    if not rules.needs_plan(finding.severity):
        kinds = [kind for kind in kinds if kind is not StepKind.PLAN_AGREED]
    if not rules.may_verify(finding.severity, finding.submitted_by_id, actor().user_id):
        kinds = [kind for kind in kinds if kind is not StepKind.VERIFIED]
    return kinds


def _page(finding: Finding, **forms: Any) -> str:
    """The page of a finding; a form with errors replaces the fresh one."""
    page = queries.finding_page(actor(), finding)
    fresh: dict[str, type[FlaskForm]] = {
        "step_form": StepForm,
        "action_form": ActionForm,
        "progress_form": ProgressForm,
        "extension_form": ExtensionForm,
        "evidence_form": EvidenceForm,
        "reply_form": ReplyForm,
        "proposal_form": ProposalForm,
    }
    drawn: dict[str, Any] = {
        name: forms.get(name) or kind(None, prefix=f"{name[:-5]}-") for name, kind in fresh.items()
    }
    drawn["step_form"].offer_steps(_steps(finding))
    drawn["progress_form"].offer_actions(finding.actions)
    drawn["extension_form"].offer_actions(finding.actions)
    asked = next((one for one in page.extensions if one.approved is None), None)
    return render_template(
        "findings/show.html",
        page=page,
        finding=finding,
        authorities=authorities.authorities_by_id(),
        labels=labels,
        oecd_steps=OECD_STEPS,
        light=queries.standing_light(finding),
        asked=asked,
        may_decide=asked is not None and rules.may_decide_extension(asked.asked_by_id, actor().user_id),
        needs_colleague=finding.state == FindingState.SUBMITTED and StepKind.VERIFIED not in _steps(finding),
        plan_open=finding.state in rules.PLAN_CHANGES,
        can_release=page.release is None
        and finding.disclosure != "owner"
        and rules.can_be_released(finding.state, finding.severity, [one.state for one in finding.actions]),
        release_form=forms.get("release_form") or FlaskForm(None),
        **drawn,
    )
