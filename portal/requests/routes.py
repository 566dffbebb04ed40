"""Pages of requests: the list, asking, one request with its next step and the texts for the supplier."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.declarations import queries as declarations
from portal.declarations import services as declaration_services
from portal.declarations.forms import UploadForm
from portal.declarations.letters.making import MadeLetter, make_letter
from portal.declarations.letters.rules import LANGUAGES, language_for
from portal.declarations.models import Declaration
from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.refusing import in_words
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.minerals.labels import METALS
from portal.registry import queries as registry
from portal.requests import labels, queries, rules, services
from portal.requests.corrections import Corrections, ask_for_corrections, open_request
from portal.requests.drafts import Parties, blank_name, draft_of
from portal.requests.forms import (
    AnswerForm,
    CancelForm,
    CorrectionsForm,
    PostponeForm,
    RequestForm,
    SendBackForm,
    StepForm,
)
from portal.requests.models import DeclarationRequest
from portal.requests.rules import RequestState, Rung
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("requests", __name__)

FILTERS = (queries.OVERDUE, *RequestState)


@bp.get("/requests")
@requires(Permission.READ_REQUEST)
def index() -> ResponseReturnValue:
    """Our requests, the overdue ones first; or those that other authorities share."""
    shared = request.args.get("shared") == "1"
    state = request.args.get("state") if request.args.get("state") in FILTERS else None
    return render_template(
        "requests/index.html",
        page=queries.list_requests(actor(), request.args.get("after"), state=state, shared=shared),
        counts=queries.counts_by_state(actor(), shared=shared),
        shared=shared,
        state=state,
        filters=FILTERS,
        labels=labels,
        rules=rules,
        authorities=authorities.authorities_by_id(),
    )


@bp.route("/suppliers/<uuid:supplier_id>/requests/new", methods=["GET", "POST"])
@requires(Permission.ASK_DECLARATION)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Ask a supplier for a declaration. What others ask it already stands above the form."""
    supplier = registry.get_supplier(supplier_id)
    form = RequestForm()
    form.offer_members(actor(), authorities.all_authorities())
    form.offer(queries.own_contracts_with(actor(), supplier.id), language_for(supplier.country))
    if form.validate_on_submit():
        try:
            with transaction():
                found = services.ask(actor(), supplier.id, form.request_data())
        except BadInput as error:
            error.field = form.field_of(error.field)
            add_error(form, error)
        else:
            flash(_("The request is saved. Send the text below to the supplier."), "success")
            return redirect(url_for("requests.show", request_id=found.id, _anchor="text"))
    return render_template(
        "requests/new.html",
        form=form,
        supplier=supplier,
        others=queries.open_requests(actor(), supplier.id),
        declarations=declarations.declarations_of_supplier(actor(), supplier.id)[: queries.CHOICES],
        labels=labels,
        authorities=authorities.authorities_by_id(),
    )


@bp.route("/declarations/<uuid:declaration_id>/corrections", methods=["GET", "POST"])
@requires(Permission.ASK_DECLARATION)
def corrections(declaration_id: UUID) -> ResponseReturnValue:
    """Ask for corrections of a declaration that came without a request; with one, its page is the place."""
    declaration = declarations.get_declaration(actor(), declaration_id)
    if asked := open_request(actor(), declaration.id):
        flash(_("This declaration answers a request of yours. Send it back from here."), "info")
        return redirect(url_for("requests.show", request_id=asked.id))
    supplier = registry.get_supplier(declaration.supplier_id)
    form = CorrectionsForm()
    form.offer_members(actor(), authorities.all_authorities())
    form.propose(language_for(supplier.country))
    if form.validate_on_submit():
        assert form.corrected_by.data
        try:
            services.check_day(form.corrected_by.data)
            letter = _letter_about(declaration, form.language.data, form.corrected_by.data)
            with transaction():
                found = ask_for_corrections(
                    actor(),
                    declaration,
                    Corrections(
                        due_on=form.corrected_by.data,
                        language=form.language.data,
                        letter=letter,
                        note=form.remark.data,
                        audience=form.chosen_audience,
                        named_ids=form.named_ids.data or [],
                    ),
                )
        except BadInput as error:
            error.field = form.fields_of_service.get(error.field or "", error.field)
            add_error(form, error)
        else:
            return _done(found.id, _("Corrections are asked for. Send the text below to the supplier."))
    return render_template("requests/corrections.html", form=form, declaration=declaration, supplier=supplier)


@bp.get("/requests/<uuid:request_id>")
@requires(Permission.READ_REQUEST)
def show(request_id: UUID) -> ResponseReturnValue:
    """One request: where it stands, what to do next, and the text for the supplier."""
    return _page(queries.get_request(actor(), request_id))


@bp.route("/requests/<uuid:request_id>/upload", methods=["GET", "POST"])
@requires(Permission.EDIT_REQUEST)
def upload(request_id: UUID) -> ResponseReturnValue:
    """Upload what the supplier sent: it is read, checked and answers the request, all or nothing."""
    found = _own(request_id)
    supplier = registry.get_supplier(found.supplier_id)
    form = UploadForm(received_on=today(), audience=found.audience, named_ids=found.named_ids)
    form.offer_members(actor(), authorities.all_authorities())
    if form.validate_on_submit():
        content, filename = form.file.data.read(), form.file.data.filename
        assert form.received_on.data
        try:
            report = declaration_services.read_declaration(content, filename)
            with transaction():
                declaration = declaration_services.add_declaration(
                    actor(),
                    supplier.id,
                    content=content,
                    filename=filename,
                    report=report,
                    received_on=form.received_on.data,
                    audience=form.chosen_audience,
                    named_ids=form.named_ids.data or [],
                )
                services.receive(actor(), found, declaration)
        except Unreadable as error:
            add_error(form, in_words(error))
        except BadInput as error:
            error.field = "file" if error.field == "declaration_id" else error.field
            add_error(form, error)
        except InvalidTransition as error:
            add_error(form, BadInput(str(error)))
        except Conflict as error:
            add_error(form, BadInput(str(error), field="file"))
        else:
            return _done(found.id, _("The declaration is saved and checked. Look at what the portal found."))
    return render_template("requests/upload.html", form=form, asked=found, supplier=supplier, blank=blank_name)


@bp.post("/requests/<uuid:request_id>/answer")
@requires(Permission.EDIT_REQUEST)
def answer(request_id: UUID) -> ResponseReturnValue:
    """A declaration that is here already answers the request."""
    found = _own(request_id)
    form = AnswerForm()
    form.offer(queries.answers(actor(), found))
    if not form.validate_on_submit():
        return _page(found, answer_form=form)
    chosen = declarations.get_declaration(actor(), UUID(form.declaration_id.data))
    with transaction():
        services.receive(actor(), found, chosen, form.seen_version)
    return _done(found.id, _("The request is answered with this declaration."))


@bp.post("/requests/<uuid:request_id>/check")
@requires(Permission.EDIT_REQUEST)
def check(request_id: UUID) -> ResponseReturnValue:
    """We have looked at what came."""
    found, form = _own(request_id), StepForm()
    with transaction():
        services.check(actor(), found, form.seen_version)
    return _done(found.id, _("Marked as looked at. Accept it now, or send it back."))


@bp.post("/requests/<uuid:request_id>/accept")
@requires(Permission.EDIT_REQUEST)
def accept(request_id: UUID) -> ResponseReturnValue:
    """What came is good enough for us."""
    found, form = _own(request_id), StepForm()
    with transaction():
        services.accept(actor(), found, version=form.seen_version)
    return _done(found.id, _("The declaration is accepted. The request is closed."))


@bp.post("/requests/<uuid:request_id>/send-back")
@requires(Permission.EDIT_REQUEST)
def send_back(request_id: UUID) -> ResponseReturnValue:
    """What came is to be corrected."""
    found, form = _own(request_id), SendBackForm()
    if not form.validate_on_submit():
        return _page(found, send_back_form=form)
    due_on = form.corrected_by.data
    assert due_on
    try:
        services.check_day(due_on)
        letter = _letter(found, due_on)
        with transaction():
            services.send_back(actor(), found, due_on, letter, form.remark.data, form.seen_version)
    except BadInput as error:
        return _page(queries.get_request(actor(), request_id), send_back_form=_with(form, error))
    return _done(found.id, _("Marked as sent back. Send the text below to the supplier."))


@bp.post("/requests/<uuid:request_id>/postpone")
@requires(Permission.EDIT_REQUEST)
def postpone(request_id: UUID) -> ResponseReturnValue:
    """Another date."""
    found, form = _own(request_id), PostponeForm()
    if not form.validate_on_submit():
        return _page(found, postpone_form=form)
    assert form.moved_to.data
    try:
        with transaction():
            services.postpone(actor(), found, form.moved_to.data, form.reason_moved.data or "", form.seen_version)
    except BadInput as error:
        return _page(queries.get_request(actor(), request_id), postpone_form=_with(form, error))
    return _done(found.id, _("The date is moved. The old one stays in the history."))


@bp.post("/requests/<uuid:request_id>/cancel")
@requires(Permission.EDIT_REQUEST)
def cancel(request_id: UUID) -> ResponseReturnValue:
    """We do not ask for it any more."""
    found, form = _own(request_id), CancelForm()
    if not form.validate_on_submit():
        return _page(found, cancel_form=form)
    with transaction():
        services.cancel(actor(), found, form.reason.data or "", form.seen_version)
    return _done(found.id, _("The request is cancelled."))


def _letter(found: DeclarationRequest, due_on: date) -> MadeLetter:
    """The findings letter that goes with it. NotFound where the declaration is not shared with us any more."""
    if found.declaration_id is None:
        raise InvalidTransition(_("Nothing has come yet. Upload what the supplier sends first."))
    return _letter_about(declarations.get_declaration(actor(), found.declaration_id), found.language, due_on)


def _letter_about(declaration: Declaration, language: str, due_on: date) -> MadeLetter:
    return make_letter(
        declaration,
        supplier=registry.get_supplier(declaration.supplier_id).legal_name,
        sender=actor().authority_name or "",
        language=language,
        due_on=due_on,
    )


def _own(request_id: UUID) -> DeclarationRequest:
    found = queries.get_request(actor(), request_id)
    require(actor(), Permission.EDIT_REQUEST, found)
    return found


def _with(form: StepForm, error: BadInput) -> StepForm:
    error.field = form.fields_of_service.get(error.field or "", error.field)
    add_error(form, error)
    return form


def _done(request_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("requests.show", request_id=request_id))


def _page(found: DeclarationRequest, **forms: Any) -> str:
    """The page of a request; a form with errors replaces the fresh one."""
    me = actor()
    seen = queries.seen_declarations(me, {found.declaration_id, *(step.declaration_id for step in found.steps)})
    current = seen.get(found.declaration_id) if found.declaration_id else None
    ours = can(me, Permission.EDIT_REQUEST, found)
    choices = queries.answers(me, found) if ours and rules.can_become(found.state, RequestState.RECEIVED) else []
    answer_form = forms.get("answer_form") or AnswerForm(formdata=None)
    answer_form.offer(choices)
    send_back_form = forms.get("send_back_form")
    if send_back_form is None:
        send_back_form = SendBackForm(formdata=None)
        send_back_form.propose()
    reminders = queries.reminders_of(found) if ours else []
    return render_template(
        "requests/show.html",
        asked=found,
        supplier=registry.get_supplier(found.supplier_id),
        contract=queries.seen_contract(me, found.contract_id),
        current=current,
        seen=seen,
        choices=choices,
        reminders=reminders,
        draft=_draft(me, found, reminders, current.counts.get("errors", 0) if current else 0) if ours else None,
        blank=blank_name(found.template),
        labels=labels,
        languages=LANGUAGES,
        letter=next((step for step in reversed(found.steps) if step.letter_pdf_id), None) if ours else None,
        metals=METALS,
        rules=rules,
        state=RequestState,
        answer_form=answer_form,
        send_back_form=send_back_form,
        postpone_form=forms.get("postpone_form") or PostponeForm(formdata=None),
        cancel_form=forms.get("cancel_form") or CancelForm(formdata=None),
        authorities=authorities.authorities_by_id(),
    )


def _draft(me: Actor, found: DeclarationRequest, reminders: Any, to_fix: int) -> Any:
    """What to send to the supplier now: the request, or the reminder of the last rung that was reached."""
    if found.state not in rules.WAITING:
        return None
    contract = queries.seen_contract(me, found.contract_id)
    parties = Parties(
        authority=me.authority_name or "",
        supplier=registry.get_supplier(found.supplier_id).legal_name,
        contract_number=contract.number if contract else None,
        to_fix=to_fix,
    )
    reached = [Rung(one.rung) for one in reminders if one.due_on == found.due_on]
    return draft_of(found, parties, reached[-1] if reached else None)
