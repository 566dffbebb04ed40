"""Pages of tenders: our list, one tender with its people, bidders and releases."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import transaction
from portal.errors import BadInput
from portal.registry import lookup
from portal.registry import queries as registry
from portal.tenders import labels, queries, services
from portal.tenders.forms import ReleaseForm, TenderForm
from portal.tenders.models import Tender
from portal.tenders.rules import MAX_TITLE, TenderStep, possible
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("tenders", __name__)

FOUND = 10  # suppliers offered for a name


@bp.context_processor
def words() -> dict[str, Any]:
    """What every page of tenders shows."""
    return {"labels": labels}


@bp.get("/tenders")
@requires(Permission.READ_TENDER)
def index() -> ResponseReturnValue:
    """Our tenders."""
    return render_template("tenders/index.html", tenders=queries.list_tenders(actor()))


@bp.route("/tenders/new", methods=["GET", "POST"])
@requires(Permission.ADD_TENDER)
def new() -> ResponseReturnValue:
    """Note a tender."""
    authority_id = actor().authority_id
    assert authority_id is not None
    form = TenderForm()
    form.offer(queries.people(authority_id))
    if form.validate_on_submit():
        try:
            with transaction():
                tender = services.add_tender(actor(), form.tender_data())
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The tender is saved. Open it once bids can come in."), "success")
            return redirect(url_for("tenders.show", tender_id=tender.id))
    return render_template("tenders/edit.html", form=form, tender=None)


@bp.get("/tenders/<uuid:tender_id>")
@requires(Permission.READ_TENDER)
def show(tender_id: UUID) -> ResponseReturnValue:
    """One tender; with `q`, suppliers of that name to choose from."""
    tender = queries.get_tender(actor(), tender_id)
    q = " ".join(request.args.get("q", "").split())[:MAX_TITLE]
    people = queries.people(tender.owner_id)
    released = queries.releases_of(tender)
    return render_template(
        "tenders/show.html",
        tender=tender,
        evaluators=sorted(people.get(one.user_id) or _("Somebody who has left") for one in tender.evaluators),
        bidders=queries.bidders_of(tender),
        released=released,
        released_ids={one.supplier.id for one in released},
        bidding={one.supplier_id for one in tender.bidders},
        steps=possible(tender.state),
        q=q,
        found=[supplier for _hit, supplier in lookup.suppliers_of(lookup.search(q, limit=FOUND))] if q else [],
    )


@bp.route("/tenders/<uuid:tender_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_TENDER)
def edit(tender_id: UUID) -> ResponseReturnValue:
    """Change a tender."""
    tender = _ours(tender_id)
    form = TenderForm(obj=tender, evaluator_ids=[one.user_id for one in tender.evaluators])
    form.offer(queries.people(tender.owner_id))
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_tender(actor(), tender, form.tender_data())
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("tenders.show", tender_id=tender.id))
    return render_template("tenders/edit.html", form=form, tender=tender)


@bp.post("/tenders/<uuid:tender_id>/step")
@requires(Permission.EDIT_TENDER)
def step(tender_id: UUID) -> ResponseReturnValue:
    """Open, decide, cancel or reopen it."""
    tender = _ours(tender_id)
    try:
        wanted = TenderStep(request.form.get("step", ""))
    except ValueError:
        raise BadInput(_("This step is not known."), remedy=_("Use the buttons of the page.")) from None
    with transaction():
        services.take_step(actor(), tender, wanted)
    flash(str(labels.SAID[wanted]), "success")
    return _back(tender_id)


@bp.post("/tenders/<uuid:tender_id>/bidders/<uuid:supplier_id>")
@requires(Permission.EDIT_TENDER)
def add_bidder(tender_id: UUID, supplier_id: UUID) -> ResponseReturnValue:
    """A supplier bids."""
    tender = _ours(tender_id)
    with transaction():
        services.add_bidder(actor(), tender, supplier_id)
    flash(_("The supplier is among the bidders."), "success")
    return _back(tender_id)


@bp.post("/tenders/<uuid:tender_id>/bidders/<uuid:supplier_id>/remove")
@requires(Permission.EDIT_TENDER)
def remove_bidder(tender_id: UUID, supplier_id: UUID) -> ResponseReturnValue:
    """A supplier does not bid after all."""
    tender = _ours(tender_id)
    with transaction():
        services.remove_bidder(actor(), tender, supplier_id)
    flash(_("The supplier is not among the bidders any more."), "success")
    return _back(tender_id)


@bp.route("/tenders/<uuid:tender_id>/release/<uuid:supplier_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_TENDER)
def release(tender_id: UUID, supplier_id: UUID) -> ResponseReturnValue:
    """Let the evaluators see one supplier's follow-up data, with the reason."""
    tender = _ours(tender_id)
    supplier = registry.get_supplier(supplier_id)
    form = ReleaseForm()
    if form.validate_on_submit():
        with transaction():
            services.release(actor(), tender, supplier.id, form.reason.data or "")
        flash(_("The evaluators see the follow-up data of %(name)s now.", name=supplier.legal_name), "success")
        return _back(tender_id)
    return render_template("tenders/release.html", form=form, tender=tender, supplier=supplier)


@bp.post("/tenders/<uuid:tender_id>/lock/<uuid:supplier_id>")
@requires(Permission.EDIT_TENDER)
def lock_again(tender_id: UUID, supplier_id: UUID) -> ResponseReturnValue:
    """Take a release back."""
    tender = _ours(tender_id)
    with transaction():
        services.lock_again(actor(), tender, supplier_id)
    flash(_("The release is taken back."), "success")
    return _back(tender_id)


def _ours(tender_id: UUID) -> Tender:
    tender = queries.get_tender(actor(), tender_id)
    require(actor(), Permission.EDIT_TENDER, tender)
    return tender


def _back(tender_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("tenders.show", tender_id=tender_id))
