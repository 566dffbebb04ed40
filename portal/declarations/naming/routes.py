"""The queue of smelters' names that no list has: decide with the keyboard or without a script, see and undo."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access.permissions import Permission
from portal.db import transaction
from portal.declarations.naming import queries, services
from portal.declarations.naming.exact import accepted_together, listed_meanwhile
from portal.declarations.naming.forms import FacilityForm, NameForm, TogetherForm
from portal.declarations.naming.labels import VERDICTS
from portal.errors import BadInput
from portal.minerals.labels import METALS
from portal.minerals.matching.texts import all_in_words
from portal.registry.labels import country_label
from portal.web.guard import actor, requires

bp = Blueprint("smelter_names", __name__)


@bp.get("/smelter-names")
@requires(Permission.DECIDE_SMELTER_NAME)
def index() -> ResponseReturnValue:
    """Names in the declarations that we see and that no list has, with what they may mean."""
    return _queue()


def _queue(wrong: BadInput | None = None, form: FacilityForm | None = None) -> str:
    return render_template(
        "smelter_names/index.html",
        page=queries.open_names(actor(), request.args.get("after")),
        listed=len(listed_meanwhile(actor())),
        metals=METALS,
        all_in_words=all_in_words,
        country_label=country_label,
        wrong=wrong,
        wrong_form=form,
    )


@bp.get("/smelter-names/listed")
@requires(Permission.DECIDE_SMELTER_NAME)
def listed() -> ResponseReturnValue:
    """Names that wait although a list has them by now, to be looked over and accepted together."""
    return render_template("smelter_names/listed.html", names=listed_meanwhile(actor()), metals=METALS)


@bp.post("/smelter-names/listed")
@requires(Permission.DECIDE_SMELTER_NAME)
def accept_listed() -> ResponseReturnValue:
    """Accept the names that are ticked."""
    chosen = {(metal, key) for metal, _bar, key in (one.partition("|") for one in request.form.getlist("name"))}
    if not chosen:
        flash(_("No name is chosen."), "info")
        return redirect(url_for("smelter_names.listed"))
    with transaction():
        batch_id, number = services.accept_listed(actor(), chosen)
        said = ngettext("%(num)d name is accepted.", "%(num)d names are accepted.", number)
    flash(said, "success")
    return redirect(url_for("smelter_names.decided", together=batch_id))


@bp.post("/smelter-names/together/revoke")
@requires(Permission.DECIDE_SMELTER_NAME)
def revoke_together() -> ResponseReturnValue:
    """Take back names that were accepted together."""
    form = TogetherForm()
    if not form.validate():
        raise BadInput(_("The form is not complete."), remedy=_("Open the page again."))
    with transaction():
        number = services.revoke_together(actor(), UUID(form.together.data or ""))
        said = ngettext("%(num)d decision is taken back.", "%(num)d decisions are taken back.", number)
    flash(said, "success")
    return redirect(url_for("smelter_names.index"))


@bp.get("/smelter-names/decided")
@requires(Permission.READ_REGISTRY)
def decided() -> ResponseReturnValue:
    """What members of the network decided on names, to be looked up and taken back; some by what they came with."""
    together = request.args.get("together", type=UUID)
    return render_template(
        "smelter_names/decided.html",
        page=queries.decided_names(actor(), request.args.get("after"), together),
        together=together,
        number=len(accepted_together(actor(), together)) if together else 0,
        metals=METALS,
        verdicts=VERDICTS,
    )


@bp.post("/smelter-names/accept")
@requires(Permission.DECIDE_SMELTER_NAME)
def accept() -> ResponseReturnValue:
    """The name means this smelter, from now on for every member."""
    form = FacilityForm()
    metal, name_key = _name(form)
    try:
        with transaction():
            verdict = services.accept(actor(), metal, name_key, form.facility_id.data or "")
            said = _("“%(name)s” is accepted as %(smelter)s.", name=verdict.name, smelter=verdict.standard_name)
    except BadInput as error:
        return _queue(error, form), 422
    flash(said, "success")
    return _next()


@bp.post("/smelter-names/reject")
@requires(Permission.DECIDE_SMELTER_NAME)
def reject() -> ResponseReturnValue:
    """The name does not mean this smelter."""
    form = FacilityForm()
    metal, name_key = _name(form)
    with transaction():
        verdict = services.reject(actor(), metal, name_key, form.facility_id.data or "")
        said = _("%(smelter)s is no longer suggested for “%(name)s”.", name=verdict.name, smelter=verdict.standard_name)
    flash(said, "success")
    return _next()


@bp.post("/smelter-names/not-a-smelter")
@requires(Permission.DECIDE_SMELTER_NAME)
def not_a_smelter() -> ResponseReturnValue:
    """The name means something else."""
    metal, name_key = _name(NameForm())
    with transaction():
        said = _("“%(name)s” is not a smelter.", name=services.not_a_smelter(actor(), metal, name_key).name)
    flash(said, "success")
    return _next()


@bp.post("/smelter-names/<uuid:verdict_id>/revoke")
@requires(Permission.DECIDE_SMELTER_NAME)
def revoke(verdict_id: UUID) -> ResponseReturnValue:
    """Take a decision back."""
    verdict = queries.get_verdict(verdict_id)
    with transaction():
        services.revoke(actor(), verdict)
    flash(_("The decision is taken back. The name waits again wherever it stands."), "success")
    return redirect(url_for("smelter_names.decided"))


def _name(form: NameForm) -> tuple[str, str]:
    if not form.validate():
        raise BadInput(_("The form is not complete."), remedy=_("Open the page again."))
    return form.metal.data or "", form.name_key.data or ""


def _next() -> ResponseReturnValue:
    """Back to the queue: the first name has this anchor, so the browser gives it the focus."""
    return redirect(url_for("smelter_names.index", _anchor="queue"))
