"""The one way in which an import of any kind (a list, a notice) goes from one state to the next."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from portal.db import session
from portal.errors import InvalidTransition
from portal.registry.rules import IMPORT_STEPS, ImportState


def step(found: Any, state: ImportState) -> None:
    """Go into a state, if the import is still in one that leads there. Raises InvalidTransition otherwise.

    `found` is a record with `id` and `state`: a SupplierImport or a NoticeImport.
    """
    model = type(found)
    moved = session.scalar(
        update(model)
        .where(model.id == found.id, model.state.in_(IMPORT_STEPS[state]))
        .values(state=state)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(found, ["state"])
    if moved is None:
        raise InvalidTransition(_("Somebody was faster: this import is under way or done. Look at its report."))
