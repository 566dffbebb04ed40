"""Where a fact comes from: what a person says of it, and the columns that every fact keeps (models.Sourced)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.clock import today
from portal.errors import BadInput
from portal.registry.texts import MAX_WORDS, one_line


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact comes from, in a few words, and as of when."""

    source: str
    source_date: date


def stamp(actor: Actor, where: Provenance) -> dict[str, Any]:
    """The columns of models.Sourced. Raises BadInput for a source without words or from the future."""
    if where.source_date > today():
        raise BadInput(
            _("The date of the source lies in the future."), field="source_date", remedy=_("Check the date.")
        )
    source = one_line(where.source, MAX_WORDS)
    if not source:
        raise BadInput(_("The source is missing."), field="source", remedy=_("Say where you know it from."))
    return {"source": source, "source_date": where.source_date, "entered_by_id": actor.authority_id}
