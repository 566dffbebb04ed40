"""A dialogue drafted from a change on a list: a proposal in the form, that a person changes, sends or leaves."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext as _

from portal.cahra import changes as areas
from portal.cahra.wording import areas_detail, areas_title, facts_of
from portal.minerals.labels import MEANINGS
from portal.minerals.queries import changes_of_run
from portal.minerals.wording import change_title


def draft_of(run_id: UUID, facility_id: str, metal: str) -> Mapping[str, str]:
    """Subject and summary for a dialogue about what a run changed; empty where it changed nothing of the facility."""
    for change in changes_of_run(run_id):
        if (change.facility_id, change.metal) == (facility_id, metal):
            title = change_title(vars(change))
            return {
                "subject": title[:200],
                "summary": _(
                    "%(title)s (%(facility)s), by the list of %(day)s. %(meaning)s\n\n"
                    "We ask: is this smelter still in your supply chain? What have you done since? What do you plan, "
                    "and until when?",
                    title=title,
                    facility=change.facility_id,
                    day=change.as_of.isoformat(),
                    meaning=MEANINGS.get(change.after, ""),  # type: ignore[call-overload]
                ),
            }
    return {}


def draft_of_areas(run_id: UUID, country: str) -> Mapping[str, str]:
    """Subject and summary for a dialogue about a country on the list of areas; empty where the run changed nothing."""
    for change in areas.changes_of_run(run_id):
        if change.country == country:
            facts = facts_of(change)
            title = areas_title(facts)
            return {
                "subject": title[:200],
                "summary": _(
                    "%(title)s, by the list of %(day)s. %(detail)s\n\n"
                    "We ask: do metals in what we buy come from there? What have you done since? What do you plan, "
                    "and until when?",
                    title=title,
                    day=change.as_of.isoformat(),
                    detail=areas_detail(facts),
                ),
            }
    return {}
