"""The queue of possible duplicates: see, keep apart, take that back, go on to the next pair."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.errors import Conflict
from portal.merging.pairs import queries, services
from portal.merging.pairs.judging import evidence
from portal.merging.pairs.labels import LIKENESSES
from portal.merging.pairs.models import SupplierPair
from portal.merging.pairs.queries import Narrowing
from portal.merging.pairs.rules import PairState, likeness
from portal.registry import queries as registry
from portal.registry.identifiers import SCHEMES, pretty
from portal.registry.labels import country_label
from portal.registry.matching.texts import all_in_words
from portal.web.guard import actor, requires
from portal.web.preferences import local_path

bp = Blueprint("duplicates", __name__)

REASONS = 3  # for, and as many against; all of them stand on the page of the pair


@bp.get("/duplicates")
@requires(Permission.EDIT_REGISTRY)
def index() -> ResponseReturnValue:
    """Pairs that may be one company, the likeliest first, or those that are kept apart."""
    narrowing, countries = _narrowing()
    page = queries.page_of(actor(), narrowing, request.args.get("after"))
    ids = {one for pair in page.rows for one in (pair.low_id, pair.high_id)}
    members = authorities.authorities_by_id()
    return render_template(
        "merging/duplicates.html",
        page=page,
        narrowing=narrowing,
        countries=countries,
        reasons={pair: (_reasons(pair, supports=True), _reasons(pair, supports=False)) for pair in page.rows},
        marks={pair: LIKENESSES[likeness(pair.score, pair.decision)] for pair in page.rows},
        after={pair: queries.cursor_of(pair) for pair in page.rows},
        numbers={
            supplier_id: [f"{SCHEMES[scheme].name} {pretty(scheme, value)}" for scheme, value in found]
            for supplier_id, found in registry.numbers_of(ids).items()
        },
        followers={
            supplier_id: sorted((members[one] for one in found), key=lambda member: member.code)
            for supplier_id, found in registry.followers_of(ids).items()
        },
        decided=_decided(),
        country_label=country_label,
    )


def _narrowing() -> tuple[Narrowing, list[str]]:
    """What the address asks for, and the countries that can be asked for."""
    state = PairState.DIFFERENT if request.args.get("state") == PairState.DIFFERENT else PairState.OPEN
    countries = queries.countries(actor(), state)
    wanted = request.args.get("country")
    country = wanted if wanted in countries else None
    return Narrowing(state, country, ours=request.args.get("ours") == "1"), countries


def _reasons(pair: SupplierPair, *, supports: bool) -> list[str]:
    return all_in_words(evidence(pair.reasons, supports=supports)[:REASONS])


def _decided() -> SupplierPair | None:
    """The pair that was just kept apart, so that it can be taken back."""
    try:
        one, other = (UUID(part) for part in request.args.get("decided", "").split("."))
    except ValueError:
        return None
    pair = queries.get_pair(one, other)
    return pair if pair and pair.state == PairState.DIFFERENT else None


@bp.get("/duplicates/next")
@requires(Permission.EDIT_REGISTRY)
def later() -> ResponseReturnValue:
    """The next pair of the queue side by side; the queue's beginning after the last one."""
    narrowing, _countries = _narrowing()
    kept: dict[str, Any] = {"country": narrowing.country, "ours": "1" if narrowing.ours else None}
    found = queries.page_of(actor(), narrowing, request.args.get("after"), limit=1).rows
    if not found:
        flash(_("That was the last pair."), "info")
        return redirect(url_for("duplicates.index", **kept))
    pair = found[0]
    return redirect(url_for("merging.pair", supplier_id=pair.low_id, other_id=pair.high_id, **kept))


@bp.post("/duplicates/<uuid:supplier_id>/<uuid:other_id>/different")
@requires(Permission.EDIT_REGISTRY)
def keep_apart(supplier_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Say that they are different companies; the page that comes offers to take it back."""
    back = _back()
    try:
        with transaction():
            services.keep_apart(actor(), supplier_id, other_id)
    except Conflict as error:
        flash(str(error), "warning")
        return redirect(back)
    return redirect(f"{back}{'&' if '?' in back else '?'}decided={supplier_id}.{other_id}")


@bp.post("/duplicates/<uuid:supplier_id>/<uuid:other_id>/open")
@requires(Permission.EDIT_REGISTRY)
def ask_again(supplier_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Take back that they are different companies."""
    try:
        with transaction():
            services.ask_again(actor(), supplier_id, other_id)
    except Conflict as error:
        flash(str(error), "warning")
    else:
        flash(_("The pair waits for a decision again."), "success")
    return redirect(_back())


def _back() -> str:
    return local_path(request.form.get("next")) or url_for("duplicates.index")
