"""The smelters behind a contract on the day of its award: what the lists said then, beside what they say today."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.access.actor import Actor
from portal.contracts.models import Contract
from portal.declarations import queries as declarations
from portal.minerals import queries as minerals
from portal.minerals.queries import AssuranceStatus


@dataclass(frozen=True)
class SmelterThen:
    """One facility and metal; `name` is None where no list ever named it."""

    facility_id: str
    metal: str
    name: str | None
    then: AssuranceStatus
    today: AssuranceStatus


@dataclass(frozen=True)
class AwardDay:
    """The recognised smelters of the supplier's newest visible declarations, by metal and id."""

    day: date
    smelters: Sequence[SmelterThen]
    declarations: int

    @property
    def counts(self) -> Counter[str]:
        """How many had each status on the day."""
        return Counter(one.then.status for one in self.smelters)


def smelters_on(actor: Actor, contract: Contract, day: date) -> AwardDay:
    """The declarations are those that the actor sees today; the lists speak as they did on `day`."""
    picture = declarations.smelter_picture(actor, contract.supplier_id)
    pairs = sorted(picture.pairs, key=lambda pair: (pair[1], pair[0])) if picture else []
    then, today, points = minerals.statuses(pairs, day), minerals.statuses(pairs), minerals.points_of(pairs)
    smelters = [
        SmelterThen(*pair, points[pair].name if pair in points else None, then[pair], today[pair]) for pair in pairs
    ]
    return AwardDay(day, smelters, len(picture.declarations) if picture else 0)
