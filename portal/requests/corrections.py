"""Asking for corrections of a declaration that came without a request: the request begins where it was sent back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import session
from portal.declarations import queries as declarations
from portal.declarations.letters.making import MadeLetter
from portal.declarations.models import Declaration
from portal.declarations.reuse import queries as reuse
from portal.declarations.reuse.services import rely
from portal.declarations.rules import DeclarationScope, TemplateKind
from portal.errors import BadInput, Conflict
from portal.journal.services import record
from portal.requests import rules
from portal.requests.models import DeclarationRequest
from portal.requests.queries import visible_requests
from portal.requests.rules import RequestState
from portal.requests.services import check_day, keep_letter


@dataclass(frozen=True)
class Corrections:
    """What a person writes; `letter` is what goes with it, in `language`."""

    due_on: date
    language: str
    letter: MadeLetter
    note: str | None
    audience: Audience
    named_ids: list[UUID]


def open_request(actor: Actor, declaration_id: UUID) -> DeclarationRequest | None:
    """The request of the actor's authority that this declaration answers and that is still open."""
    return session.scalar(
        visible_requests(actor).where(
            DeclarationRequest.owner_id == actor.authority_id,
            DeclarationRequest.declaration_id == declaration_id,
            DeclarationRequest.state.in_(rules.OPEN),
        )
    )


def ask_for_corrections(actor: Actor, declaration: Declaration, data: Corrections) -> DeclarationRequest:
    """A request that the declaration answers and that has been sent back, with the letter as it was sent.

    Raises Conflict where a request of ours is open with it already, BadInput where its template is asked for no more.
    """
    require(actor, Permission.ASK_DECLARATION)
    assert actor.authority_id is not None  # ASK_DECLARATION is held by members only
    check_day(data.due_on)
    minerals = asked_minerals(declaration.template, declarations.metals_of(declaration))
    # Of two colleagues at once, the second sees the request of the first.
    session.execute(select(Declaration.id).where(Declaration.id == declaration.id).with_for_update(key_share=True))
    if open_request(actor, declaration.id):
        raise Conflict(_("Corrections of this declaration are asked for already."))
    request = DeclarationRequest(
        supplier_id=declaration.supplier_id,
        owner_id=actor.authority_id,
        template=declaration.template,
        minerals=minerals,
        scope_code=declaration.scope_code or DeclarationScope.COMPANY,
        scope_description=declaration.scope_description,
        language=data.language,
        asked_on=today(),
        due_on=data.due_on,
        state=RequestState.SENT_BACK,
        declaration_id=declaration.id,
    )
    set_audience(request, data.audience, data.named_ids)
    session.add(request)
    session.flush()
    letter_id = keep_letter(actor, request, data.letter, data.due_on, data.note)
    record(
        actor,
        "request.corrections_asked",
        request,
        supplier=request.supplier_id,
        declaration_id=declaration.id,
        due_on=request.due_on,
        letter=letter_id,
        audience=request.audience,
    )
    if declaration.owner_id != actor.authority_id and reuse.open_reliance(actor, declaration.id) is None:
        rely(actor, declaration.id)
    return request


def asked_minerals(template: str, named: Iterable[str]) -> list[str]:
    """The minerals that the declaration names, in its template's order; all of the template where it names none.

    Raises BadInput for a template that is asked for no more.
    """
    offered = rules.MINERALS.get(TemplateKind(template), ())
    if not offered:
        raise BadInput(
            _("The %(template)s is out of use.", template=template),
            remedy=_("Ask the supplier for a declaration in the template that took its place."),
        )
    wanted = set(named)
    return [code for code in offered if not wanted.intersection(offered) or code in wanted][: rules.MOST_MINERALS]
