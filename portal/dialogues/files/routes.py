"""Pages that attach files to a dialogue, take them off and put them back."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import transaction
from portal.dialogues import queries as dialogues
from portal.dialogues.files import queries, services
from portal.dialogues.files.forms import FileForm
from portal.dialogues.models import DialogueEntry
from portal.errors import BadInput, Conflict
from portal.registry import queries as registry
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("dialogue_files", __name__)


@bp.route("/dialogues/<uuid:dialogue_id>/files", methods=["GET", "POST"])
@requires(Permission.EDIT_DIALOGUE)
def attach(dialogue_id: UUID) -> ResponseReturnValue:
    """Attach a file, or an e-mail with what is attached to it."""
    entry = _own(dialogue_id)
    form = FileForm()
    if form.validate_on_submit():
        try:
            with transaction():
                kept = services.attach(actor(), entry, content=form.file.data.read(), filename=form.file.data.filename)
        except (BadInput, Conflict) as error:
            add_error(form, error if isinstance(error, BadInput) else BadInput(str(error), field="file"))
        else:
            flash(ngettext("%(num)d file is attached.", "%(num)d files are attached.", len(kept)), "success")
            return _back(entry)
    supplier = registry.get_supplier(entry.supplier_id)
    return render_template("dialogue_files/attach.html", form=form, entry=entry, supplier=supplier)


@bp.post("/dialogues/files/<uuid:dialogue_file_id>/off")
@requires(Permission.EDIT_DIALOGUE)
def take_off(dialogue_file_id: UUID) -> ResponseReturnValue:
    """Take a file off; the entry offers to put it back."""
    file = queries.get_file(actor(), dialogue_file_id)
    entry = _own(file.dialogue_id)
    with transaction():
        services.take_off(actor(), entry, file)
    flash(_("“%(name)s” is taken off. Only we can open it now.", name=file.item.filename), "success")
    return _back(entry)


@bp.post("/dialogues/files/<uuid:dialogue_file_id>/back")
@requires(Permission.EDIT_DIALOGUE)
def put_back(dialogue_file_id: UUID) -> ResponseReturnValue:
    """Put a file back."""
    file = queries.get_file(actor(), dialogue_file_id)
    entry = _own(file.dialogue_id)
    with transaction():
        services.put_back(actor(), entry, file)
    flash(_("“%(name)s” is back.", name=file.item.filename), "success")
    return _back(entry)


def _own(dialogue_id: UUID) -> DialogueEntry:
    entry = dialogues.get_dialogue(actor(), dialogue_id)
    require(actor(), Permission.EDIT_DIALOGUE, entry)
    return entry


def _back(entry: DialogueEntry) -> ResponseReturnValue:
    return redirect(url_for("dialogues.show", dialogue_id=entry.id, _anchor="h-files"))
