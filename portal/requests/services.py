"""Use cases of requests: ask, receive what answers, look at it, send it back, accept, move the date, cancel.

Each step is one conditional update of the state and one row in the request's history: of two people at once only one
takes it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.contracts import queries as contracts
from portal.db import session
from portal.declarations.letters.making import MadeLetter
from portal.declarations.letters.pdf import PDF
from portal.declarations.letters.rules import LANGUAGES
from portal.declarations.models import Declaration
from portal.declarations.reuse import queries as reuse
from portal.declarations.reuse.services import rely
from portal.declarations.rules import DeclarationScope, TemplateKind
from portal.errors import BadInput, InvalidTransition
from portal.evidence.services import store_file
from portal.journal.services import record
from portal.registry import queries as registry
from portal.requests import rules
from portal.requests.models import DeclarationRequest, RequestStep
from portal.requests.rules import RequestState
from portal.web.xlsxfile import XLSX


@dataclass(frozen=True)
class RequestData:
    """What a person writes of a request. `minerals` are codes of portal.minerals that the template speaks of."""

    template: TemplateKind
    minerals: list[str]
    scope: DeclarationScope
    scope_description: str | None
    contract_id: UUID | None
    due_on: date
    language: str
    instructions: str | None
    audience: Audience
    named_ids: list[UUID]


def ask(actor: Actor, supplier_id: UUID, data: RequestData) -> DeclarationRequest:
    """Ask a supplier for a declaration. The portal drafts the text; a person sends it."""
    require(actor, Permission.ASK_DECLARATION)
    assert actor.authority_id is not None  # ASK_DECLARATION is held by members only
    supplier = registry.get_supplier(supplier_id)
    _check(actor, supplier.id, data)
    request = DeclarationRequest(
        supplier_id=supplier.id,
        owner_id=actor.authority_id,
        contract_id=data.contract_id,
        template=data.template,
        minerals=sorted(set(data.minerals), key=rules.MINERALS[data.template].index),
        scope_code=data.scope,
        scope_description=data.scope_description or None,
        instructions=data.instructions or None,
        language=data.language,
        asked_on=today(),
        due_on=data.due_on,
        state=RequestState.REQUESTED,
    )
    set_audience(request, data.audience, data.named_ids)
    session.add(request)
    session.flush()
    _note_step(actor, request, due_on=data.due_on)
    record(
        actor,
        "request.added",
        request,
        supplier=supplier.id,
        template=request.template,
        due_on=request.due_on,
        audience=request.audience,
    )
    return request


def receive(actor: Actor, request: DeclarationRequest, declaration: Declaration, version: int | None = None) -> None:
    """The declaration answers the request; after it was sent back, it is the corrected one.

    Another authority's declaration serves as well: that we rely on it is recorded.
    """
    require(actor, Permission.RECEIVE_DECLARATION, request)
    if declaration.supplier_id != request.supplier_id:
        raise BadInput(
            _("This declaration is another supplier’s."),
            field="declaration_id",
            remedy=_("Choose one of the supplier that was asked."),
        )
    if declaration.template != request.template:
        raise BadInput(
            _(
                "This is a %(given)s, and a %(asked)s was asked for.",
                given=declaration.template,
                asked=request.template,
            ),
            field="declaration_id",
            remedy=_("Choose a declaration of the template that was asked for, or make a request of its own."),
        )
    _move(actor, request, RequestState.RECEIVED, version, declaration_id=declaration.id)
    if declaration.owner_id != request.owner_id and reuse.open_reliance(actor, declaration.id) is None:
        rely(actor, declaration.id)


def check(actor: Actor, request: DeclarationRequest, version: int | None = None) -> None:
    """Somebody has looked at what came and at what the portal found in it."""
    require(actor, Permission.EDIT_REQUEST, request)
    _move(actor, request, RequestState.CHECKED, version)


def send_back(
    actor: Actor,
    request: DeclarationRequest,
    due_on: date,
    letter: MadeLetter,
    note: str | None = None,
    version: int | None = None,
) -> None:
    """What came goes back to be corrected by a new date; the findings letter is kept as it was sent, for us only."""
    require(actor, Permission.EDIT_REQUEST, request)
    check_day(due_on)
    _change(
        request, rules.REACHED_FROM[RequestState.SENT_BACK], version, None, state=RequestState.SENT_BACK, due_on=due_on
    )
    letter_id = keep_letter(actor, request, letter, due_on, note)
    record(
        actor,
        f"request.{RequestState.SENT_BACK}",
        request,
        declaration_id=request.declaration_id,
        due_on=due_on,
        letter=letter_id,
    )


def keep_letter(actor: Actor, request: DeclarationRequest, letter: MadeLetter, due_on: date, note: str | None) -> UUID:
    """Keep the findings letter with the step that sent it, for us only; the id of its PDF."""
    pdf = store_file(actor, content=letter.pdf, filename=letter.pdf_name, media_type=PDF)
    workbook = store_file(actor, content=letter.xlsx, filename=letter.xlsx_name, media_type=XLSX)
    _note_step(actor, request, due_on=due_on, note=note, letter_pdf_id=pdf.id, letter_xlsx_id=workbook.id)
    return pdf.id


def accept(actor: Actor, request: DeclarationRequest, note: str | None = None, version: int | None = None) -> None:
    """What came is good enough for us. It says nothing of the smelters."""
    require(actor, Permission.EDIT_REQUEST, request)
    _move(actor, request, RequestState.ACCEPTED, version, note=note)


def cancel(actor: Actor, request: DeclarationRequest, reason: str, version: int | None = None) -> None:
    """We do not ask for it any more."""
    require(actor, Permission.EDIT_REQUEST, request)
    if not reason.strip():
        raise BadInput(_("There is no reason."), field="note", remedy=_("Say why it is not asked for any more."))
    _move(actor, request, RequestState.CANCELLED, version, note=reason.strip())


def postpone(actor: Actor, request: DeclarationRequest, due_on: date, reason: str, version: int | None = None) -> None:
    """Give the supplier another date. The old one stays in the history, with the reason."""
    require(actor, Permission.EDIT_REQUEST, request)
    check_day(due_on)
    if not reason.strip():
        raise BadInput(_("There is no reason."), field="note", remedy=_("Say why the date is moved."))
    _change(
        request,
        frozenset(rules.WAITING),
        version,
        _("The date can only be moved while the supplier has to answer."),
        due_on=due_on,
    )
    _note_step(actor, request, due_on=due_on, note=reason.strip())
    record(actor, "request.postponed", request, due_on=due_on)


def _move(
    actor: Actor,
    request: DeclarationRequest,
    target: RequestState,
    version: int | None,
    note: str | None = None,
    **values: Any,
) -> RequestStep:
    """One step of the state machine and its row in the history."""
    _change(request, rules.REACHED_FROM[target], version, None, state=target, **values)
    step = _note_step(actor, request, due_on=values.get("due_on"), note=note)
    record(actor, f"request.{target}", request, declaration_id=request.declaration_id)
    return step


def _change(
    request: DeclarationRequest,
    states: frozenset[RequestState],
    version: int | None,
    refusal: str | None,
    **values: Any,
) -> None:
    """Write `values` if the request is in one of these states and nobody changed it since it was shown."""
    query = update(DeclarationRequest).where(DeclarationRequest.id == request.id, DeclarationRequest.state.in_(states))
    if version is not None:
        query = query.where(DeclarationRequest.version == version)
    moved = session.scalar(
        query.values(version=DeclarationRequest.version + 1, **values)
        .returning(DeclarationRequest.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(request)
    if moved is None:
        if request.state in states:
            raise InvalidTransition(_("Somebody else has changed this request meanwhile. Look at it again."))
        raise InvalidTransition(refusal or _no_way(RequestState(request.state)))


def _note_step(
    actor: Actor, request: DeclarationRequest, *, due_on: date | None, note: str | None = None, **values: Any
) -> RequestStep:
    step = RequestStep(
        request_id=request.id,
        state=request.state,
        taken_on=today(),
        user_id=actor.user_id,
        declaration_id=request.declaration_id,
        due_on=due_on,
        note=note or None,
        **values,
    )
    session.add(step)
    session.flush()
    return step


def _check(actor: Actor, supplier_id: UUID, data: RequestData) -> None:
    check_day(data.due_on)
    if data.language not in LANGUAGES:
        raise BadInput(
            _("The portal has no texts in this language."), field="language", remedy=_("Choose another one.")
        )
    if not data.minerals:
        raise BadInput(_("No mineral is chosen."), field="minerals", remedy=_("Choose at least one."))
    if unfit := rules.unfit_minerals(data.template, data.minerals):
        raise BadInput(
            _("The %(template)s does not speak of %(mineral)s.", template=data.template, mineral=unfit[0]),
            field="minerals",
            remedy=_("Choose minerals of this template, or another template."),
        )
    if len(set(data.minerals)) > rules.MOST_MINERALS:
        raise BadInput(
            _("A template has room for %(num)s minerals.", num=rules.MOST_MINERALS),
            field="minerals",
            remedy=_("Choose fewer, or make two requests."),
        )
    if data.scope is not DeclarationScope.COMPANY and not data.scope_description:
        raise BadInput(
            _("It is not said what the declaration is to speak for."),
            field="scope_description",
            remedy=_("Name the products, or ask for the whole company."),
        )
    if data.contract_id:
        contract = contracts.get_contract(actor, data.contract_id)
        if contract.supplier_id != supplier_id or contract.owner_id != actor.authority_id:
            raise BadInput(
                _("This is no contract of ours with the supplier."),
                field="contract_id",
                remedy=_("Choose one of the list, or none."),
            )


def check_day(due_on: date) -> None:
    """A date that a supplier can still keep; BadInput otherwise."""
    check_it = _("Check the date.")
    if due_on < today():
        raise BadInput(_("The day has passed already."), field="due_on", remedy=check_it)
    if due_on > today() + rules.MAX_AHEAD:
        raise BadInput(_("The day is more than two years ahead."), field="due_on", remedy=check_it)


def _no_way(state: RequestState) -> str:
    return {
        RequestState.REQUESTED: _("Nothing has come yet. Upload what the supplier sends first."),
        RequestState.RECEIVED: _("What came has not been looked at yet. Do that first."),
        RequestState.CHECKED: _("What came has been looked at. Accept it, or send it back."),
        RequestState.SENT_BACK: _("It has been sent back. Upload the corrected file first."),
        RequestState.ACCEPTED: _("The declaration is accepted, so the request is closed."),
        RequestState.CANCELLED: _("The request is cancelled, so nothing about it can be changed any more."),
    }[state]
