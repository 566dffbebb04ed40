"""What is known of names by verdict: laid over a declaration's rows when they are read, never written into them.

So a verdict counts for every declaration of every authority at once, and taking it back leaves no trace in them.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select, tuple_

from portal.db import session
from portal.declarations.models import SmelterLine
from portal.declarations.naming.models import SmelterNameVerdict
from portal.declarations.naming.rules import OPEN_STATUSES, Verdict
from portal.minerals.matching.lists import ListedName

Key = tuple[str, str]  # metal in lower case, key of the name


def key_of(line: SmelterLine) -> Key | None:
    """By what a verdict on this row is found; None for rows that a verdict on the name cannot help."""
    if line.resolved_id or line.status not in OPEN_STATUSES or not line.metal or not line.name_key:
        return None
    return line.metal, line.name_key


def meanings_of(lines: Iterable[SmelterLine]) -> dict[Key, SmelterNameVerdict]:
    """The verdicts that stand on the names of these rows: accepted, or not a smelter. One statement, or none."""
    keys = {key for line in lines if (key := key_of(line))}
    if not keys:
        return {}
    verdict = SmelterNameVerdict
    found = session.scalars(
        select(verdict).where(
            tuple_(verdict.metal, verdict.name_key).in_(keys),
            verdict.revoked_at.is_(None),
            verdict.verdict != Verdict.REJECTED,
        )
    )
    return {(one.metal, one.name_key): one for one in found}


def accepted_names() -> Sequence[ListedName]:
    """Every name that stands as accepted for a facility, for checking new declarations."""
    verdict = SmelterNameVerdict
    found = session.scalars(select(verdict).where(verdict.revoked_at.is_(None), verdict.verdict == Verdict.ACCEPTED))
    return [
        ListedName(one.metal, one.name, one.facility_id or "", one.standard_name or "", accepted=True) for one in found
    ]
