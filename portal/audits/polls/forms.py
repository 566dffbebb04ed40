"""Forms of a date poll: the days to choose from, an authority's answers, the lead's choice."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from babel.core import get_global
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from portal.audits.polls.rules import MOST_OPTIONS, Days, Vote
from portal.web.forms import CheckboxesField, DayField, Required, as_uuid, read_day

LINES = 5  # for days to choose from
TIMES = ("%H:%M", "%H.%M", "%H")


class DaysField(Field):
    """Lines of a first day, a last day and a time, in inputs named “first-0”, “last-0”, “at-0” and so on.

    `data` is a list of Days, without the lines that are empty; a visit of one day needs no last day.
    """

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read what was typed; what is wrong with a line says which one."""
        self.process_errors: list[str] = []
        self.typed = [
            {part: ((formdata or {}).get(f"{part}-{line}") or "").strip()[:40] for part in ("first", "last", "at")}
            for line in range(MOST_OPTIONS)
        ]
        self.data: list[Days] = []
        for number, line in enumerate(self.typed, 1):
            if not any(line.values()):
                continue
            try:
                if not line["first"]:
                    raise ValueError(_("Say on which day it begins."))
                first = read_day(line["first"])
                last = read_day(line["last"]) if line["last"] else first
                self.data.append(Days(first, last, _time(line["at"])))
            except ValueError as error:
                self.process_errors.append(_("Line %(number)s: %(what)s", number=number, what=error))

    @property
    def lines(self) -> list[dict[str, str]]:
        """What stands in the inputs: all lines that were filled, and as many as are offered."""
        filled = max((number for number, line in enumerate(self.typed, 1) if any(line.values())), default=0)
        return self.typed[: max(LINES, filled)]


def _time(text: str) -> time | None:
    for pattern in TIMES if text else ():
        try:
            return datetime.strptime(text, pattern).time()
        except ValueError:
            continue
    if text:
        raise ValueError(_("“%(text)s” is not a time. Write for example 9:00.", text=text))
    return None


class PollForm(FlaskForm):
    """The days to choose from, whom to ask, and until when."""

    options = DaysField(_l("Days to choose from"))
    timezone = SelectField(_l("Time zone of the site"))
    answer_by = DayField(_l("Answer by"), [Required(_l("Say until when they should answer."))])
    asked_ids = CheckboxesField(_l("Whom do you ask?"), coerce=as_uuid, choices=[])

    def offer_zones(self, country: str | None, members: Iterable[str]) -> None:
        """Offer the zones of the site's country first, then those of the members."""
        of_site = sorted(zone for zone, place in get_global("zone_territories").items() if place == country)
        zones = list(dict.fromkeys([*of_site, *members, "UTC"]))
        self.timezone.choices = [(zone, zone.replace("_", " ")) for zone in zones]


class VotesField(Field):
    """An answer to each choice of days, in radios named “vote-<option id>”. `data` maps ids to votes."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the answers; one that is no answer is left out, and then missing."""
        self.process_errors: list[str] = []
        self.data: dict[UUID, Vote] = dict(data) if isinstance(data, Mapping) else {}
        for name in formdata or ():
            prefix, _dash, option_id = name.partition("-")
            if prefix == "vote":
                try:
                    self.data[UUID(option_id)] = Vote(formdata[name])
                except ValueError:
                    continue


class VotesForm(FlaskForm):
    """What an authority says to each choice of days."""

    votes = VotesField(_l("Do these days suit you?"))
    note = TextAreaField(_l("Note to the others"), [Length(max=500)])


class ChoiceForm(FlaskForm):
    """Which days it is to be."""

    option = RadioField(_l("Days"), coerce=as_uuid, choices=[])
