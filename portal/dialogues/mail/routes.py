"""Making and revoking the address by which mail comes into a dialogue."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import transaction
from portal.dialogues import queries as dialogues
from portal.dialogues.mail import services
from portal.web.guard import actor, requires

bp = Blueprint("dialogue_mail", __name__)


@bp.post("/dialogues/<uuid:dialogue_id>/address")
@requires(Permission.EDIT_DIALOGUE)
def make(dialogue_id: UUID) -> ResponseReturnValue:
    """A new address; the one before it ends."""
    entry = dialogues.get_dialogue(actor(), dialogue_id)
    require(actor(), Permission.EDIT_DIALOGUE, entry)
    with transaction():
        services.make_address(actor(), entry)
    return _done(dialogue_id, _("Mail to this address comes into the dialogue log."))


@bp.post("/dialogues/<uuid:dialogue_id>/address/revoke")
@requires(Permission.EDIT_DIALOGUE)
def revoke(dialogue_id: UUID) -> ResponseReturnValue:
    """The address ends."""
    entry = dialogues.get_dialogue(actor(), dialogue_id)
    require(actor(), Permission.EDIT_DIALOGUE, entry)
    with transaction():
        services.revoke_address(actor(), entry)
    return _done(dialogue_id, _("The address is revoked. Mail to it is refused."))


def _done(dialogue_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("dialogues.show", dialogue_id=dialogue_id))
