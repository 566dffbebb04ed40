"""Pages of sanctions lists: names that resemble a listed one and what people decided, and the lists with their runs."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.registry.labels import country_label
from portal.sanctions import labels, queries
from portal.sanctions.catalogue import LISTS, OPENSANCTIONS, get_list, origin
from portal.sanctions.forms import CandidateForm
from portal.sanctions.models import SanctionCandidate
from portal.sanctions.party import party_from_json
from portal.sanctions.queries import About
from portal.sanctions.rules import TRANSITIONS, CandidateState
from portal.sanctions.services import asking, decisions, requests
from portal.sources import queries as sources
from portal.sources.forms import DecisionForm, ListForm, SettingsForm
from portal.sources.labels import TRIGGERS, what_changed
from portal.sources.rules import RunState
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("sanctions", __name__)

SHOWN = 50  # entries of each kind on a run's page


@bp.get("/sanctions")
@requires(Permission.READ_SANCTIONS)
def index() -> ResponseReturnValue:
    """Names that resemble a listed one, the likeliest first; `supplier`, `facility` and `state` choose among them."""
    about = _about()
    wanted = request.args.get("state")
    state = CandidateState(wanted) if wanted in set(CandidateState) else None
    page = queries.candidates_page(actor(), state, about, request.args.get("after"))
    return render_template(
        "sanctions/index.html",
        page=page,
        state=state,
        about=about,
        subject_name=_name_of(about),
        counts=queries.counts_by_state(actor(), about),
        names=queries.names_of_suppliers(page.rows),
        standings=queries.standings(),
        states=labels.STATES,
        limits=labels.LIMITS,
        origin=origin,
        reasons=labels.reasons,
        reason_text=labels.reason_text,
    )


def _about() -> About:
    try:
        supplier_id = UUID(request.args["supplier"]) if request.args.get("supplier") else None
    except ValueError:
        supplier_id = UUID(int=0)  # nobody's
    return About(supplier_id, request.args.get("facility") or None)


def _name_of(about: About) -> str | None:
    if about.supplier_id is None:
        return about.facility_id
    return queries.supplier_name(about.supplier_id) or _("Unknown supplier")


@bp.get("/sanctions/candidates/<uuid:candidate_id>")
@requires(Permission.READ_SANCTIONS)
def candidate(candidate_id: UUID) -> ResponseReturnValue:
    """One name beside the listed one, with what speaks for and against, and the decision."""
    found = queries.get_candidate(actor(), candidate_id)
    return _candidate(found, CandidateForm(formdata=None, data={"version": found.version}))


@bp.post("/sanctions/candidates/<uuid:candidate_id>/decide")
@requires(Permission.DECIDE_SANCTIONS)
def decide(candidate_id: UUID) -> ResponseReturnValue:
    """Say whether the two are the same, with a reason."""
    form = CandidateForm()
    if form.validate_on_submit():
        try:
            with transaction():
                decisions.decide_candidate(
                    actor(),
                    candidate_id,
                    CandidateState(form.state.data),
                    form.note.data or "",
                    form.version.data or 0,
                )
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("Your decision is saved. It stays when the lists are read again."), "success")
            return redirect(url_for("sanctions.candidate", candidate_id=candidate_id))
    return _candidate(queries.get_candidate(actor(), candidate_id), form), 400


def _candidate(found: SanctionCandidate, form: CandidateForm) -> str:
    party = party_from_json(found.party.content)
    return render_template(
        "sanctions/candidate.html",
        it=found,
        party=party,
        countries=", ".join(country_label(code) for code in party.countries),
        list=origin(found.party.source_code),
        standing=queries.standing(found.party.source_code) if found.party.source_code in LISTS else None,
        subject=queries.names_of_suppliers([found]),
        reasons=labels.reasons(found.evidence),
        may_change=bool(TRANSITIONS[CandidateState(found.state)]),
        states=labels.STATES,
        limits=labels.LIMITS,
        form=form,
        authorities=authorities.authorities_by_id(),
    )


@bp.get("/sanctions/opensanctions")
@requires(Permission.READ_SANCTIONS)
def service() -> ResponseReturnValue:
    """OpenSanctions: whether it is switched on, what it needs, and whom it was asked for."""
    return render_template(
        "sanctions/service.html",
        list=OPENSANCTIONS,
        is_on=asking.is_on(),
        closed_until=asking.closed_until(),
        checks=queries.outside_checks(),
        page=sources.runs_page(OPENSANCTIONS.code, request.args.get("after")),
        triggers=TRIGGERS,
        reason_text=labels.reason_text,
    )


@bp.post("/sanctions/opensanctions/ask")
@requires(Permission.RUN_SOURCES)
def ask() -> ResponseReturnValue:
    """Ask OpenSanctions for the suppliers that somebody follows."""
    try:
        with transaction():
            asking.ask_for_followed(actor())
    except (BadInput, Conflict) as error:
        flash(str(error), "warning")
    else:
        flash(_("OpenSanctions is being asked."), "success")
    return redirect(url_for("sanctions.service"))


@bp.get("/sanctions/lists/<list_code>")
@requires(Permission.READ_SANCTIONS)
def show(list_code: str) -> ResponseReturnValue:
    """One list: how it stands, what it needs, its runs, and for operators its settings."""
    return _show(list_code, ListForm(formdata=None), None)


@bp.post("/sanctions/lists/<list_code>/files")
@requires(Permission.RUN_SOURCES)
def upload(list_code: str) -> ResponseReturnValue:
    """Upload a list; what may be kept of it is compared by the worker."""
    form = ListForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            with transaction():
                run = requests.upload_list(
                    actor(), list_code, content=sent.read(), filename=sent.filename, as_of=form.day()
                )
        except BadInput as error:
            add_error(form, error)
        else:
            if run.state == RunState.QUEUED:
                flash(_("The organisations of the list are saved. They are being compared."), "success")
            return redirect(url_for("sanctions.run", list_run_id=run.id))
    return _show(list_code, form, None), 400


@bp.post("/sanctions/lists/<list_code>/fetch")
@requires(Permission.RUN_SOURCES)
def fetch(list_code: str) -> ResponseReturnValue:
    """Have the list fetched from its address now."""
    try:
        with transaction():
            run = requests.fetch_now(actor(), list_code)
    except (BadInput, Conflict) as error:
        flash(str(error), "warning")
        return redirect(url_for("sanctions.show", list_code=list_code))
    flash(_("The list is being fetched."), "success")
    return redirect(url_for("sanctions.run", list_run_id=run.id))


@bp.post("/sanctions/lists/<list_code>/settings")
@requires(Permission.RUN_SOURCES)
def change(list_code: str) -> ResponseReturnValue:
    """Set where and how often the list is read."""
    form = SettingsForm()
    if form.save(partial(requests.change_settings, actor(), list_code)):
        flash(_("The settings are saved."), "success")
        return redirect(url_for("sanctions.show", list_code=list_code))
    return _show(list_code, ListForm(formdata=None), form), 400


def _show(list_code: str, list_form: ListForm, settings_form: SettingsForm | None) -> str:
    standing = queries.standing(list_code)
    return render_template(
        "sanctions/show.html",
        standing=standing,
        list=standing.list,
        page=sources.runs_page(list_code, request.args.get("after")),
        list_form=list_form,
        settings_form=settings_form or SettingsForm.of(standing.settings, standing.list),
        triggers=TRIGGERS,
        what_changed=what_changed,
        reason_text=labels.reason_text,
    )


@bp.get("/sanctions/runs/<uuid:list_run_id>")
@requires(Permission.READ_SANCTIONS)
def run(list_run_id: UUID) -> ResponseReturnValue:
    """One run: what was read and left out, what it changes, and for a held one the decision."""
    return _run(list_run_id, DecisionForm(formdata=None))


@bp.post("/sanctions/runs/<uuid:list_run_id>/decide")
@requires(Permission.RUN_SOURCES)
def decide_run(list_run_id: UUID) -> ResponseReturnValue:
    """Apply a held list, or throw it away; both with a reason."""
    form = DecisionForm()
    applies = request.form.get("decision") == "apply"
    if form.validate_on_submit():
        try:
            with transaction():
                decisions.decide_list(actor(), list_run_id, form.note.data or "", applies=applies)
        except BadInput as error:
            add_error(form, error)
        else:
            flash(
                _("The list is applied.") if applies else _("The list is thrown away. Nothing was changed."), "success"
            )
            return redirect(url_for("sanctions.run", list_run_id=list_run_id))
    return _run(list_run_id, form), 400


def _run(list_run_id: UUID, form: DecisionForm) -> str:
    found = queries.get_run(list_run_id)
    kinds: Sequence[tuple[str, str]] = [(kind, text) for kind, text in labels.KINDS.items() if found.diff.get(kind)]
    return render_template(
        "sanctions/run.html",
        run=found,
        list=get_list(found.source_code),
        kinds=kinds,
        form=form,
        shown=SHOWN,
        triggers=TRIGGERS,
        reason=labels.reason_text(found.reason, found.reason_params),
    )
