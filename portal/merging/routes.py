"""Pages of merging: choose the other record, look at both, decide, undo. Addresses of merged records lead on."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import can
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.merging import queries, services
from portal.merging.forms import DecisionForm, MergeForm
from portal.merging.labels import MERGE_STATES
from portal.merging.models import SupplierMerge
from portal.merging.pairs import queries as pairs
from portal.merging.pairs.judging import judge
from portal.merging.pairs.rules import PairState
from portal.merging.placing import queries as placing
from portal.merging.rules import MergeState
from portal.registry import queries as registry
from portal.registry.identity.labels import ROLES
from portal.registry.identity.queries import roles_of
from portal.registry.identity.rules import SupplierRoleKind
from portal.registry.labels import NAME_KINDS, country_label, scheme_label
from portal.registry.matching.texts import all_in_words
from portal.registry.profiles import load_profiles
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("merging", __name__)


@bp.before_app_request
def follow_merged() -> ResponseReturnValue | None:
    """The address of a merged record leads to its survivor: pages by a redirect, forms as they are sent."""
    wanted = (request.view_args or {}).get("supplier_id")
    survivor = registry.survivor_of(wanted) if wanted else None
    if survivor is None or request.endpoint is None:
        return None
    assert request.view_args is not None
    request.view_args["supplier_id"] = survivor
    if request.method not in ("GET", "HEAD"):
        return None
    address = url_for(request.endpoint, **request.view_args)
    words = request.query_string.decode("utf-8", "replace")
    return redirect(f"{address}?{words}" if words else address)


@bp.get("/suppliers/<uuid:supplier_id>/merge")
@requires(Permission.EDIT_REGISTRY)
def choose(supplier_id: UUID) -> ResponseReturnValue:
    """Choose the other record of the same company, among those alike or by its name; what was merged before."""
    supplier = registry.get_supplier(supplier_id)
    words = request.args.get("q", "")[:200]
    if words:
        found = registry.find_by_name(words)
    else:
        found = registry.possible_duplicates(supplier.legal_name, supplier.country)
    return render_template(
        "merging/choose.html",
        supplier=supplier,
        words=words,
        found=[one for one in found if one.id != supplier.id],
        merges=queries.merges_of(supplier.id),
        states=MERGE_STATES,
        country_label=country_label,
    )


@bp.route("/suppliers/<uuid:supplier_id>/merge/<uuid:other_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def pair(supplier_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Both records side by side with what speaks for and against; propose that they are one company."""
    one, other = registry.get_facts(supplier_id), registry.get_facts(other_id)
    if one.id == other.id:
        flash(_("These are one record already."), "info")
        return redirect(url_for("picture.supplier", supplier_id=one.id))
    form = MergeForm(one, other)
    refused = False
    if form.validate_on_submit():
        try:
            with transaction():
                merge = services.propose(actor(), form.merge_data())
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            refused = True
            add_error(form, BadInput(str(error)))
        else:
            _say(merge)
            return redirect(url_for("merging.show", merge_id=merge.id))
    profiles = load_profiles([one.id, other.id])
    verdict = judge(profiles[one.id], profiles[other.id])
    found = pairs.get_pair(one.id, other.id)
    page = render_template(
        "merging/pair.html",
        form=form,
        pair=(one, other),
        reasons=(all_in_words(verdict.reasons_for), all_in_words(verdict.reasons_against)),
        records=queries.records_of(actor(), (one.id, other.id)),
        roles={
            supplier.id: [ROLES[SupplierRoleKind(role.role)] for role in roles_of(supplier.id)]
            for supplier in (one, other)
        },
        proposal=queries.open_proposal(one.id, other.id),
        apart=next(iter(pairs.said_different(one.id, other.id)), None),
        # Where the queue goes on after this pair, narrowed as it was left.
        after=pairs.cursor_of(found) if found and found.state == PairState.OPEN else None,
        listed={name: request.args[name] for name in ("country", "ours") if name in request.args},
        two_people=services.needs_confirmation(actor(), one.id, other.id),
        authorities=authorities.authorities_by_id(),
        name_kinds=NAME_KINDS,
        country_label=country_label,
        scheme_label=scheme_label,
    )
    return page, 409 if refused else 200


def _say(merge: SupplierMerge) -> None:
    if merge.state == MergeState.MERGED:
        flash(_("The two records are one now."), "success")
    else:
        flash(_("The merge is proposed. An officer of another authority decides on it."), "success")


@bp.get("/merges/<uuid:merge_id>")
@requires(Permission.READ_REGISTRY)
def show(merge_id: UUID) -> ResponseReturnValue:
    """A merge: what is or was proposed, by whom and why, and what came of it."""
    merge = queries.get_merge(merge_id)
    ours = can(actor(), Permission.EDIT_REGISTRY) and not placing.is_placed(actor(), merge)
    to_place = placing.items_of(actor(), merge) if ours else []
    return render_template("merging/show.html", merge=merge, states=MERGE_STATES, to_place=to_place)


@bp.post("/merges/<uuid:merge_id>/confirm")
@requires(Permission.CONFIRM_MERGE)
def confirm(merge_id: UUID) -> ResponseReturnValue:
    """Agree as the second authority: the two become one."""
    merge, version = queries.get_merge(merge_id), _version()
    with transaction():
        services.confirm(actor(), merge, version)
    flash(_("The two records are one now."), "success")
    return redirect(url_for("merging.show", merge_id=merge_id))


@bp.post("/merges/<uuid:merge_id>/reject")
@requires(Permission.CONFIRM_MERGE)
def reject(merge_id: UUID) -> ResponseReturnValue:
    """Say as another authority that they are not to be merged."""
    merge, version = queries.get_merge(merge_id), _version()
    with transaction():
        services.reject(actor(), merge, version, different="different" in request.form)
    flash(_("The proposal is rejected. The two records stay as they are."), "success")
    return redirect(url_for("merging.show", merge_id=merge_id))


@bp.post("/merges/<uuid:merge_id>/withdraw")
@requires(Permission.WITHDRAW_MERGE)
def withdraw(merge_id: UUID) -> ResponseReturnValue:
    """Take our own proposal back."""
    merge, version = queries.get_merge(merge_id), _version()
    with transaction():
        services.withdraw(actor(), merge, version)
    flash(_("The proposal is withdrawn."), "success")
    return redirect(url_for("merging.show", merge_id=merge_id))


@bp.post("/merges/<uuid:merge_id>/undo")
@requires(Permission.EDIT_REGISTRY)
def undo(merge_id: UUID) -> ResponseReturnValue:
    """Make two companies of the one again."""
    merge, version = queries.get_merge(merge_id), _version()
    with transaction():
        services.undo(actor(), merge, version)
    flash(_("The two companies are apart again. What was added since stays with the first one."), "success")
    ours = placing.items_of(actor(), merge)
    return redirect(url_for("placing.index" if ours else "merging.show", merge_id=merge_id))


def _version() -> int:
    form = DecisionForm()
    if not form.validate() or form.version.data is None:
        raise BadInput(_("The form is not complete."), remedy=_("Open the page again."))
    return form.version.data
