"""Pages of the clause library: the list, one clause in its versions, writing them, and comparing two."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.assessments.labels import STEPS
from portal.authorities import queries as authorities
from portal.clauses import labels, queries, rules, services
from portal.clauses.forms import ClauseForm, ExperienceForm, JudgementForm, ReasonForm
from portal.clauses.models import Clause, ClauseVersion
from portal.clauses.queries import Choice
from portal.clauses.rules import FIELDS, Verdict, VersionState
from portal.clauses.signed import queries as signed
from portal.clauses.wording import deadline
from portal.db import transaction
from portal.errors import BadInput, NotFound
from portal.impacts.labels import MINERALS
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.nested_forms import error_lines

bp = Blueprint("clauses", __name__)


def reading() -> str:
    """The language in which clauses are shown: the one in the address, else the reader's."""
    asked = request.args.get("language", "")
    return asked if asked in rules.LANGUAGES else str(get_locale() or "en")


def words() -> dict[str, object]:
    """What every page of clauses needs."""
    return {
        "labels": labels,
        "steps": STEPS,
        "minerals": MINERALS,
        "authorities": authorities.authorities_by_id(),
        "said": rules.said,
        "in_language": rules.in_language,
        "deadline": deadline,
        "reading": reading(),
    }


@bp.get("/clauses")
@requires(Permission.READ_CLAUSE)
def index() -> ResponseReturnValue:
    """The library, narrowed by the address."""
    choice = _choice()
    return render_template(
        "clauses/index.html",
        rows=queries.library(actor(), choice),
        choice=choice,
        narrowed=any(vars(choice).values()),
        waiting=services.common_waiting(),
        **words(),
    )


def _choice() -> Choice:
    step, owner = request.args.get("step", type=int), request.args.get("owner", "")
    mineral = request.args.get("mineral")
    return Choice(
        step=step if step in {int(one) for one in STEPS} else None,
        mineral=mineral if mineral in MINERALS else None,
        owner=owner if owner == queries.COMMON else request.args.get("owner", type=UUID),
    )


@bp.post("/clauses/common")
@requires(Permission.ADD_CLAUSE)
def load_common() -> ResponseReturnValue:
    """Take the common clauses that came with the portal into the library."""
    with transaction():
        services.load_common(actor())
    flash(_("The common clauses are in the library."), "success")
    return redirect(url_for("clauses.index"))


@bp.route("/clauses/new", methods=["GET", "POST"])
@requires(Permission.ADD_CLAUSE)
def new() -> ResponseReturnValue:
    """Begin a clause of our own; `?start=` begins with the words of a version."""
    start = request.args.get("start", type=UUID)
    source = queries.get_version(actor(), start) if start else None
    before = source.definition if source else None
    form = ClauseForm.of(before, str(get_locale() or "en"))
    if form.validate_on_submit():
        try:
            with transaction():
                version = services.start_clause(actor(), form.code.data or "", form.definition(before))
        except BadInput as error:
            add_error(form, error)
        else:
            return _saved(version)
    return render_template(
        "clauses/edit.html", form=form, clause=None, source=source, errors=list(error_lines(form)), **words()
    )


@bp.route("/clauses/<uuid:clause_id>/draft", methods=["GET", "POST"])
@requires(Permission.EDIT_CLAUSE)
def draft(clause_id: UUID) -> ResponseReturnValue:
    """Change the draft, or begin the next version with the words of the newest."""
    clause = _ours(clause_id)
    versions = queries.versions_of(actor(), clause.id)
    newest = versions[0]
    open_draft = newest if newest.state == VersionState.DRAFT else None
    form = ClauseForm.of(newest.definition, str(get_locale() or "en"), open_draft.version if open_draft else None)
    status = 200
    if form.validate_on_submit():
        if open_draft and form.version.data != str(open_draft.version):
            status = 409
            form.version.process_data(open_draft.version)
            add_error(form, BadInput(_("A colleague has changed the draft meanwhile. Save again to keep your text.")))
        else:
            try:
                with transaction():
                    definition = form.definition(newest.definition)
                    if open_draft:
                        services.change_draft(actor(), open_draft, definition)
                    else:
                        open_draft = services.start_version(actor(), clause, definition)
            except BadInput as error:
                add_error(form, error)
            else:
                return _saved(open_draft)
    return render_template(
        "clauses/edit.html", form=form, clause=clause, source=newest, errors=list(error_lines(form)), **words()
    ), status


@bp.get("/clauses/<uuid:clause_id>")
@requires(Permission.READ_CLAUSE)
def show(clause_id: UUID) -> ResponseReturnValue:
    """A clause in the version to use, or in the one that is asked for (`?number=`)."""
    return _page(queries.get_clause(actor(), clause_id))


@bp.post("/clauses/<uuid:clause_id>/publish")
@requires(Permission.EDIT_CLAUSE)
def publish(clause_id: UUID) -> ResponseReturnValue:
    """Publish the draft."""
    clause = _ours(clause_id)
    version = queries.versions_of(actor(), clause.id)[0]
    try:
        with transaction():
            services.publish(actor(), version)
    except BadInput as error:
        flash(str(error), "warning")
    else:
        flash(_("Version %(number)s is published. All members see it.", number=version.number), "success")
    return redirect(url_for("clauses.show", clause_id=clause.id, number=version.number))


@bp.post("/clauses/<uuid:clause_id>/discard")
@requires(Permission.EDIT_CLAUSE)
def discard(clause_id: UUID) -> ResponseReturnValue:
    """Throw the draft away, when the button says so."""
    clause = _ours(clause_id)
    if request.form.get("sure") != "1":
        return redirect(url_for("clauses.show", clause_id=clause.id))
    with transaction():
        stays = services.discard_draft(actor(), queries.versions_of(actor(), clause.id)[0])
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("clauses.show", clause_id=clause.id) if stays else url_for("clauses.index"))


@bp.post("/clauses/<uuid:clause_id>/withdraw")
@requires(Permission.EDIT_CLAUSE)
def withdraw(clause_id: UUID) -> ResponseReturnValue:
    """Withdraw a published version."""
    clause, form = _ours(clause_id), ReasonForm()
    if not form.validate_on_submit():
        return _page(clause, reason_form=form), 400
    version = _numbered(queries.versions_of(actor(), clause.id))
    with transaction():
        services.withdraw(actor(), version, form.reason.data)
    flash(_("Version %(number)s is withdrawn.", number=version.number), "success")
    return redirect(url_for("clauses.show", clause_id=clause.id, number=version.number))


@bp.post("/clauses/<uuid:clause_id>/experience")
@requires(Permission.ADD_CLAUSE)
def add_experience(clause_id: UUID) -> ResponseReturnValue:
    """Note a ruling or an experience."""
    clause, form = queries.get_clause(actor(), clause_id), ExperienceForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.add_experience(actor(), clause, form.data_of())
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("Saved. All members see it."), "success")
            return redirect(url_for("clauses.show", clause_id=clause.id, _anchor="h-experience"))
    return _page(clause, experience_form=form), 400


@bp.get("/clauses/compare")
@requires(Permission.READ_CLAUSE)
def compare() -> ResponseReturnValue:
    """Two versions: what differs word by word, and how members judge them."""
    return _compare(JudgementForm(formdata=None))


@bp.post("/clauses/compare")
@requires(Permission.JUDGE_CLAUSE)
def judge() -> ResponseReturnValue:
    """Judge how the two compare."""
    form = JudgementForm()
    pair = _pair()
    if pair and form.validate_on_submit():
        try:
            with transaction():
                services.judge(actor(), *pair, Verdict(form.verdict.data), form.why.data)
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("Your judgement is saved. All members see it."), "success")
            return redirect(url_for("clauses.compare", first=pair[0].id, second=pair[1].id))
    return _compare(form), 400


def _pair() -> tuple[ClauseVersion, ClauseVersion] | None:
    first, second = request.args.get("first", type=UUID), request.args.get("second", type=UUID)
    if first is None or second is None:
        return None
    return queries.get_version(actor(), first), queries.get_version(actor(), second)


def _compare(form: JudgementForm) -> str:
    pair = _pair()
    changes = {}
    if pair:
        for name in FIELDS:
            before, after = (rules.said(version.texts, name, reading()) for version in pair)
            if before or after:
                changes[name] = rules.word_changes(before.text if before else "", after.text if after else "")
    first, second = pair or (None, None)
    return render_template(
        "clauses/compare.html",
        first=first,
        second=second,
        changes=changes,
        judged=queries.verdicts_between(actor(), first.id, second.id) if first and second else [],
        may_judge=first and second and first.clause.owner_id != second.clause.owner_id,
        offered=queries.library(actor()),
        form=form,
        languages_of=rules.languages_of,
        **words(),
    )


def _ours(clause_id: UUID) -> Clause:
    clause = queries.get_clause(actor(), clause_id)
    require(actor(), Permission.EDIT_CLAUSE, clause)
    return clause


def _numbered(versions: Sequence[ClauseVersion]) -> ClauseVersion:
    """The version that the address asks for, else the one to show."""
    number = request.args.get("number", type=int)
    if number is None:
        return queries.newest(versions)
    found = next((version for version in versions if version.number == number), None)
    if found is None:
        raise NotFound
    return found


def _saved(version: ClauseVersion) -> ResponseReturnValue:
    flash(_("The draft is saved. Only your authority sees it until it is published."), "success")
    return redirect(url_for("clauses.show", clause_id=version.clause_id, number=version.number))


def _page(clause: Clause, **forms: object) -> str:
    versions = queries.versions_of(actor(), clause.id)
    version = _numbered(versions)
    judged = queries.judgements_on(actor(), {one.id for one in versions})
    return render_template(
        "clauses/show.html",
        clause=clause,
        version=version,
        versions=versions,
        duties=version.definition.duties,
        experience=queries.experience_of(clause.id),
        uses=signed.uses_of(actor(), clause.id),
        judged=[(one, found) for one in versions for found in judged.get(one.id, [])],
        languages_of=rules.languages_of(version.texts),
        steps_of_ladder=rules.steps_of_ladder,
        reason_form=forms.get("reason_form") or ReasonForm(formdata=None),
        experience_form=forms.get("experience_form") or ExperienceForm(formdata=None),
        **words(),
    )
