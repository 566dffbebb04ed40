"""Pages of rubrics: what is published, one version with its questions, and one's own as a workbook to a version."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.access.permissions import Permission
from portal.db import transaction
from portal.errors import BadInput
from portal.evidence.sheets import Problem, Refused, read_sheets
from portal.rubrics import queries, services, workbook
from portal.rubrics.forms import RubricFileForm
from portal.rubrics.labels import TYPES
from portal.rubrics.models import RubricDraft
from portal.rubrics.rules import RubricDefinition, changes, from_content, in_language
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.xlsxfile import XLSX

bp = Blueprint("rubrics", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """What every page of rubrics shows."""
    language = str(get_locale())
    return {"said": lambda texts: in_language(texts, language), "types": TYPES}


@bp.get("/rubrics")
@requires(Permission.READ_ASSESSMENT)
def index() -> ResponseReturnValue:
    """All published versions, and our drafts."""
    return render_template("rubrics/index.html", versions=queries.published_versions(), drafts=queries.drafts(actor()))


@bp.get("/rubrics/<uuid:rubric_version_id>")
@requires(Permission.READ_ASSESSMENT)
def show(rubric_version_id: UUID) -> ResponseReturnValue:
    """One version with its questions."""
    version = queries.get_version(rubric_version_id)
    return render_template("rubrics/show.html", version=version, rubric=queries.definition(version))


@bp.get("/rubrics/<uuid:rubric_version_id>.xlsx")
@requires(Permission.READ_ASSESSMENT)
def xlsx(rubric_version_id: UUID) -> ResponseReturnValue:
    """One version as a workbook, which read again is the same rubric."""
    version = queries.get_version(rubric_version_id)
    return _file(queries.definition(version), version.name)


@bp.get("/rubrics/oecd.xlsx")
@requires(Permission.READ_ASSESSMENT)
def example() -> ResponseReturnValue:
    """The OECD rubric as a workbook, to write one's own into."""
    return _file(services.standard_rubric(), services.OECD)


@bp.route("/rubrics/new", methods=["GET", "POST"])
@requires(Permission.PUBLISH_RUBRIC)
def new() -> ResponseReturnValue:
    """Take a rubric as a workbook. What cannot be taken is told with its cells, and nothing of it is kept."""
    form = RubricFileForm()
    problems: list[Problem] = []
    if form.validate_on_submit():
        content, filename = form.file.data.read(), form.file.data.filename
        try:
            rubric = workbook.read(read_sheets(content))
            with transaction():
                draft = services.keep_draft(actor(), rubric, filename)
        except Refused as refused:
            problems = list(refused.problems)
        except BadInput as error:
            add_error(form, error)
        else:
            return redirect(url_for("rubrics.draft", rubric_draft_id=draft.id))
    return render_template("rubrics/new.html", form=form, problems=problems)


@bp.get("/rubric-drafts/<uuid:rubric_draft_id>")
@requires(Permission.PUBLISH_RUBRIC)
def draft(rubric_draft_id: UUID) -> ResponseReturnValue:
    """A draft of ours with its questions, and what it changes."""
    return _draft_page(queries.get_draft(actor(), rubric_draft_id), FlaskForm(formdata=None))


@bp.post("/rubric-drafts/<uuid:rubric_draft_id>/publish")
@requires(Permission.PUBLISH_RUBRIC)
def publish(rubric_draft_id: UUID) -> ResponseReturnValue:
    """Publish a draft for the whole network; from then on it never changes."""
    form = FlaskForm()
    kept = queries.get_draft(actor(), rubric_draft_id)
    try:
        with transaction():
            version = services.publish_draft(actor(), rubric_draft_id)
    except BadInput as error:
        add_error(form, error)
        return _draft_page(kept, form)
    flash(_("Published. Assessments can be started by it now."), "success")
    return redirect(url_for("rubrics.show", rubric_version_id=version.id))


@bp.post("/rubric-drafts/<uuid:rubric_draft_id>/discard")
@requires(Permission.PUBLISH_RUBRIC)
def discard(rubric_draft_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    with transaction():
        services.discard_draft(actor(), rubric_draft_id)
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for("rubrics.index"))


def _draft_page(kept: RubricDraft, form: FlaskForm) -> str:
    rubric = from_content(kept.content)
    newest = queries.newest_version(kept.code)
    return render_template(
        "rubrics/draft.html",
        draft=kept,
        rubric=rubric,
        form=form,
        newest=newest,
        changes=changes(queries.definition(newest), rubric) if newest else None,
    )


def _file(rubric: RubricDefinition, name: str) -> Response:
    response = Response(workbook.written(rubric), mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"rubric-{name}.xlsx")
    return response
