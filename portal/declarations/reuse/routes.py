"""Pages of reuse: rely on another authority's declaration, what we rely on, withdraw our own."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.declarations import queries as declarations
from portal.declarations.labels import SCOPES
from portal.declarations.reuse import queries, services
from portal.declarations.reuse.forms import RelyForm, StopForm, WithdrawForm
from portal.declarations.reuse.labels import ENDINGS
from portal.declarations.reuse.rules import is_old
from portal.errors import BadInput, Conflict, NotFound
from portal.registry import queries as registry
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("reuse", __name__)


@bp.get("/reliances")
@requires(Permission.READ_DECLARATION)
def index() -> ResponseReturnValue:
    """The declarations of others that our authority relies on, and what has become of them."""
    return render_template(
        "reuse/index.html",
        rows=queries.our_reliances(actor()),
        endings=ENDINGS,
        scopes=SCOPES,
        authorities=authorities.authorities_by_id(),
    )


@bp.route("/declarations/<uuid:declaration_id>/rely", methods=["GET", "POST"])
@requires(Permission.RELY_ON_DECLARATION)
def rely(declaration_id: UUID) -> ResponseReturnValue:
    """Look at scope, date and checks of another authority's declaration, and rely on it."""
    declaration = declarations.get_declaration(actor(), declaration_id)
    require(actor(), Permission.RELY_ON_DECLARATION, declaration)
    form = RelyForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.rely(actor(), declaration.id, (form.purpose.data or "").strip())
        except Conflict as error:
            add_error(form, BadInput(str(error)))
        else:
            flash(_("It is recorded that we rely on this declaration. You are told when it changes."), "success")
            return redirect(url_for("reuse.index"))
    return render_template(
        "reuse/rely.html",
        form=form,
        declaration=declaration,
        newer=queries.replaced_by(actor(), declaration),
        ours=queries.open_reliance(actor(), declaration.id),
        old=is_old(declaration.effective_date, today()),
        supplier=registry.get_supplier(declaration.supplier_id),
        scopes=SCOPES,
        authorities=authorities.authorities_by_id(),
    )


@bp.post("/reliances/stop")
@requires(Permission.STOP_RELYING)
def stop() -> ResponseReturnValue:
    """We do not rely on it any more. Works where the declaration itself is hidden from us by now."""
    form = StopForm()
    if not form.validate_on_submit():
        raise BadInput(_("The form is not complete."), remedy=_("Open the page again."))
    with transaction():
        reliance = queries.open_reliance(actor(), UUID(form.declaration_id.data))
        if reliance is None:
            raise NotFound
        services.stop_relying(actor(), reliance)
    flash(_("It is recorded that we do not rely on it any more."), "success")
    return redirect(url_for("reuse.index"))


@bp.route("/declarations/<uuid:declaration_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.EDIT_DECLARATION)
def withdraw(declaration_id: UUID) -> ResponseReturnValue:
    """Our own declaration does not count any more: who relies on it stands on the page, and is told."""
    declaration = declarations.get_declaration(actor(), declaration_id)
    require(actor(), Permission.EDIT_DECLARATION, declaration)
    form = WithdrawForm()
    if form.validate_on_submit():
        with transaction():
            services.withdraw(actor(), declaration, form.reason.data or "")
        flash(_("The declaration is withdrawn. Who relies on it is told."), "success")
        return redirect(url_for("declarations.show", declaration_id=declaration.id))
    return render_template(
        "reuse/withdraw.html",
        form=form,
        declaration=declaration,
        relying=queries.relying_on(actor(), declaration.id),
        supplier=registry.get_supplier(declaration.supplier_id),
        authorities=authorities.authorities_by_id(),
    )
