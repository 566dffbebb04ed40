"""Pages of obligations: the list, one of them, and a contract's clauses with what they ask."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.accounts.queries import titles_of
from portal.authorities import queries as authorities
from portal.clauses import queries as clauses
from portal.clauses.duties import SCHEDULED, Period, add_months
from portal.clauses.rules import LANGUAGES, in_language, said
from portal.clauses.sets.content import Monitoring, monitoring
from portal.clauses.signed import queries as signed
from portal.clauses.signed.models import ContractClause
from portal.clauses.wording import deadline
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import transaction
from portal.errors import BadInput
from portal.obligations import labels, queries, rules, services
from portal.obligations.forms import AskForm, EvidenceForm, ExtensionForm, OptionsForm, SignForm, StepForm
from portal.obligations.models import Obligation
from portal.obligations.queries import Choice
from portal.obligations.reminders import ladder
from portal.obligations.rules import ObligationState, Refusal, StepKind
from portal.registry import queries as registry
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.xlsxfile import xlsx_response

bp = Blueprint("obligations", __name__)

FILTERS = ("state", "due", "contract_id")


def _language() -> str:
    return str(get_locale() or "en")


@bp.get("/obligations")
@requires(Permission.READ_OBLIGATION)
def index() -> ResponseReturnValue:
    """Our obligations, the earliest due day first."""
    choice = _choice()
    page = queries.list_obligations(actor(), choice, request.args.get("after"))
    return render_template(
        "obligations/index.html",
        page=page,
        choice=choice,
        suppliers=registry.suppliers_by_id({one.contract.supplier_id for one in page.rows}),
        same_filters={name: value for name, value in request.args.items() if name in FILTERS and value},
        **_words(),
    )


@bp.get("/obligations.csv")
@requires(Permission.READ_OBLIGATION)
def export_csv() -> ResponseReturnValue:
    """The whole list as CSV."""
    return csv_response(list(_rows()), f"obligations-{today()}.csv")


@bp.get("/obligations.xlsx")
@requires(Permission.READ_OBLIGATION)
def export_xlsx() -> ResponseReturnValue:
    """The same as a workbook."""
    return xlsx_response(list(_rows()), f"obligations-{today()}.xlsx", sheet=_("Obligations"))


def _rows() -> Iterator[Sequence[object]]:
    found = queries.all_obligations(actor(), _choice())
    suppliers = registry.suppliers_by_id({one.contract.supplier_id for one in found})
    yield [
        *(_("Due"), _("What is delivered"), _("Status"), _("Overdue"), _("Reason of a refusal"), _("Delivered on")),
        *(_("Asked, or happened, on"), _("Clause"), _("Contract"), _("Supplier")),
    ]
    for one in found:
        overdue = rules.is_overdue(one.state, one.due_on, today())
        yield [
            *(one.due_on, in_language(one.what, _language()), labels.STATES[ObligationState(one.state)]),
            *(_("Yes") if overdue else "", labels.REFUSALS[Refusal(one.refusal)] if one.refusal else None),
            *(one.delivered_on, one.triggered_on, f"{one.contract_clause.code}, {one.contract_clause.number}"),
            *(one.contract.number, suppliers[one.contract.supplier_id].legal_name),
        ]


def _choice() -> Choice:
    """The filters of the address; what is none of them is left out."""
    state, due = request.args.get("state"), request.args.get("due")
    return Choice(
        state=state if state in set(ObligationState) else None,
        due=due if due in (queries.LATE, queries.SOON_DUE) else None,
        contract_id=request.args.get("contract_id", type=UUID),
    )


def _words() -> dict[str, Any]:
    return {
        "labels": labels,
        "in_language": in_language,
        "is_overdue": rules.is_overdue,
        "authorities": authorities.authorities_by_id(),
    }


# ---- one obligation --------------------------------------------------------------------------------------------------


@bp.get("/obligations/<uuid:obligation_id>")
@requires(Permission.READ_OBLIGATION)
def show(obligation_id: UUID) -> ResponseReturnValue:
    """One obligation, with what can be done next."""
    return _page(queries.get_obligation(actor(), obligation_id))


@bp.post("/obligations/<uuid:obligation_id>/step")
@requires(Permission.EDIT_OBLIGATION)
def step(obligation_id: UUID) -> ResponseReturnValue:
    """Take the next step."""
    obligation, form = _ours(obligation_id), StepForm(prefix="step-")
    form.offer_steps(_steps(obligation))

    def take() -> None:
        assert form.on.data
        kind, refusal = StepKind(form.kind.data), form.chosen_refusal
        services.take_step(actor(), obligation, kind, form.on.data, refusal=refusal, note=form.note.data)

    return _take(obligation, "step_form", form, take)


@bp.post("/obligations/<uuid:obligation_id>/evidence")
@requires(Permission.EDIT_OBLIGATION)
def attach(obligation_id: UUID) -> ResponseReturnValue:
    """Add a file."""
    obligation, form = _ours(obligation_id), EvidenceForm(prefix="evidence-")

    def add() -> None:
        content, filename = form.file.data.read(), form.file.data.filename
        services.attach(actor(), obligation, content=content, filename=filename, note=form.note.data)

    return _take(obligation, "evidence_form", form, add)


def _ours(obligation_id: UUID) -> Obligation:
    obligation = queries.get_obligation(actor(), obligation_id)
    require(actor(), Permission.EDIT_OBLIGATION, obligation)
    return obligation


def _steps(obligation: Obligation) -> list[StepKind]:
    return [kind for kind in StepKind if rules.can_take(obligation.state, kind)]


def _take(obligation: Obligation, name: str, form: FlaskForm, work: Callable[[], object]) -> ResponseReturnValue:
    """Do it when the form is right, or show the page again with what is wrong beside the form."""
    if form.validate_on_submit():
        try:
            with transaction():
                work()
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("obligations.show", obligation_id=obligation.id))
    return _page(queries.get_obligation(actor(), obligation.id), **{name: form}), 400


def _page(obligation: Obligation, **forms: Any) -> str:
    steps = queries.steps_of(obligation)
    step_form = forms.get("step_form") or StepForm(None, prefix="step-", on=today())
    step_form.offer_steps(_steps(obligation))
    return render_template(
        "obligations/show.html",
        obligation=obligation,
        supplier=registry.get_supplier(obligation.contract.supplier_id),
        steps=steps,
        ladder=ladder(obligation.due_on),
        people=titles_of({one.user_id for one in steps if one.user_id}),
        files=queries.files_of(actor(), obligation),
        step_form=step_form,
        evidence_form=forms.get("evidence_form") or EvidenceForm(None, prefix="evidence-"),
        **_words(),
    )


# ---- a contract's clauses --------------------------------------------------------------------------------------------


@bp.get("/contracts/<uuid:contract_id>/clauses")
@requires(Permission.READ_CONTRACT)
def contract(contract_id: UUID) -> ResponseReturnValue:
    """The clauses of a contract, and for its owner what they ask and when.

    Clauses in the address, as a composed set brings them, are ticked, and their due days shown before they are saved.
    """
    return _contract_page(
        contracts.get_contract(actor(), contract_id), ticked=request.args.getlist("clause", type=UUID)
    )


@bp.post("/contracts/<uuid:contract_id>/clauses")
@requires(Permission.EDIT_CONTRACT)
def sign(contract_id: UUID) -> ResponseReturnValue:
    """Write down with which clauses the contract was signed."""
    found, form = _our_contract(contract_id), SignForm(prefix="sign-")
    _offer_versions(form, signed.clauses_of(found))

    def work() -> None:
        assert form.signed_on.data
        ids = form.version_ids.data or []
        services.sign_clauses(actor(), found.id, ids, form.language.data, form.signed_on.data)

    return _do(found, "sign_form", form, work, _("The clauses are saved, and what they ask is worked out."))


@bp.post("/contracts/<uuid:contract_id>/clauses/remove")
@requires(Permission.EDIT_CONTRACT)
def remove(contract_id: UUID) -> ResponseReturnValue:
    """Take a clause off that was written down by mistake."""
    found, form = _our_contract(contract_id), FlaskForm()
    clause_id = request.form.get("contract_clause_id", type=UUID)

    def work() -> None:
        if clause_id:
            services.take_off_clause(actor(), found.id, clause_id)

    return _do(found, "remove_form", form, work, _("The clause is taken off."))


@bp.post("/contracts/<uuid:contract_id>/extensions")
@requires(Permission.EDIT_CONTRACT)
def extend(contract_id: UUID) -> ResponseReturnValue:
    """Add an option to extend, or say of one that it was used (`used`) or was not after all (`unused`)."""
    found = _our_contract(contract_id)
    for name, used in (("used", True), ("unused", False)):
        extension_id = request.form.get(name, type=UUID)
        if extension_id:
            with transaction():
                services.use_extension(actor(), found.id, extension_id, used)
            flash(_("Saved. The due days are worked out anew."), "success")
            return redirect(url_for("obligations.contract", contract_id=found.id))
    form = ExtensionForm(prefix="extension-")

    def work() -> None:
        assert form.until.data
        services.add_extension(actor(), found.id, form.until.data)

    return _do(found, "extension_form", form, work, _("Saved."))


@bp.post("/contracts/<uuid:contract_id>/options")
@requires(Permission.EDIT_CONTRACT)
def add_options(contract_id: UUID) -> ResponseReturnValue:
    """Add several options to extend, by number and length."""
    found, form = _our_contract(contract_id), OptionsForm(prefix="options-")

    def work() -> None:
        assert form.count.data is not None
        assert form.months.data is not None
        services.add_options(actor(), found.id, form.count.data, form.months.data)

    return _do(found, "options_form", form, work, _("Saved."))


@bp.post("/contracts/<uuid:contract_id>/obligations")
@requires(Permission.EDIT_CONTRACT)
def ask(contract_id: UUID) -> ResponseReturnValue:
    """Write down that something was asked for, or happened."""
    found, form = _our_contract(contract_id), AskForm(prefix="ask-")
    form.offer(_askable(signed.clauses_of(found)))

    def work() -> None:
        assert form.on.data
        clause_id, _colon, code = form.duty.data.partition(":")
        services.ask(actor(), found.id, UUID(clause_id), code, form.on.data)

    return _do(found, "ask_form", form, work, _("Saved. It stands among the obligations."))


def _our_contract(contract_id: UUID) -> Contract:
    found = contracts.get_contract(actor(), contract_id)
    require(actor(), Permission.EDIT_CONTRACT, found)
    return found


def _do(found: Contract, name: str, form: FlaskForm, work: Callable[[], object], message: str) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            with transaction():
                work()
        except BadInput as error:
            add_error(form, error)
        else:
            flash(message, "success")
            return redirect(url_for("obligations.contract", contract_id=found.id))
    return _contract_page(contracts.get_contract(actor(), found.id), **{name: form}), 400


def _offer_versions(form: SignForm, there: Sequence[ContractClause]) -> None:
    """Every published clause in its newest version, but what the contract has."""
    taken = {one.clause_version_id for one in there}
    members = authorities.authorities_by_id()
    form.version_ids.choices = []
    for version in clauses.library(actor(), published=True):
        if version.id in taken:
            continue
        title = said(version.texts, "title", _language())
        owner = members[version.clause.owner_id].name if version.clause.owner_id else _("Common proposal")
        words = f"{version.clause.code} {title.text if title else ''} ({owner}, {version.number})"
        form.version_ids.choices.append((version.id, words))


def _askable(there: Sequence[ContractClause]) -> list[tuple[str, str]]:
    """What is due only after a request or an event."""
    return [
        (f"{one.id}:{duty.code}", f"{one.code}: {in_language(duty.what, _language())} ({deadline(duty)})")
        for one in there
        for duty in one.clause_version.definition.duties
        if duty.kind not in SCHEDULED
    ]


def _ahead(found: Contract, ends_on: date | None, form: SignForm, ticked: Sequence[UUID]) -> Monitoring | None:
    """Tick these clauses, and work out what they would ask; None where none of them is offered."""
    offered = {version_id for version_id, _words in form.version_ids.choices or ()}
    ids = [one for one in ticked if one in offered]
    if not ids:
        return None
    form.version_ids.data = ids
    if (language := request.args.get("language", "")) in LANGUAGES:
        form.language.data = language
    last = ends_on or add_months(max(today(), found.starts_on), 12 * rules.OPEN_YEARS)
    versions = [one for one in clauses.library(actor(), published=True) if one.id in set(ids)]
    return monitoring(versions, Period(found.starts_on, last))


def _contract_page(found: Contract, *, ticked: Sequence[UUID] = (), **forms: Any) -> str:
    there = signed.clauses_of(found)
    ours = found.owner_id == actor().authority_id
    may_edit = can(actor(), Permission.EDIT_CONTRACT, found)
    extensions = contracts.extensions_of(found)
    sign_form = forms.get("sign_form") or SignForm(
        None, prefix="sign-", signed_on=found.starts_on, language=_language()
    )
    ask_form = forms.get("ask_form") or AskForm(None, prefix="ask-")
    if may_edit:
        _offer_versions(sign_form, there)
        ask_form.offer(_askable(there))
    ends_on = contracts.ends_on(found, extensions)
    return render_template(
        "obligations/contract.html",
        ahead=_ahead(found, ends_on, sign_form, ticked) if may_edit else None,
        contract=found,
        supplier=registry.get_supplier(found.supplier_id),
        clauses=there,
        ours=ours,
        may_edit=may_edit,
        obligations=queries.all_obligations(actor(), Choice(contract_id=found.id)) if ours else [],
        extensions=extensions,
        ends_on=ends_on,
        open_years=rules.OPEN_YEARS,
        deadline=deadline,
        sign_form=sign_form,
        ask_form=ask_form,
        extension_form=forms.get("extension_form") or ExtensionForm(None, prefix="extension-"),
        options_form=forms.get("options_form") or OptionsForm(None, prefix="options-"),
        remove_form=forms.get("remove_form") or FlaskForm(None),
        **_words(),
    )
