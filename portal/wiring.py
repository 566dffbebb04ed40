"""What features ask of features above them: connected once, by whatever starts the portal, the worker or a command."""

from portal.declarations import candidates
from portal.guests import sections
from portal.ratings.asking.queries import waiting_for
from portal.sanctions.services.smelters import listed_facilities


def connect() -> None:
    """Connect every question with who answers it; more than once does no harm."""
    candidates.connect(listed_facilities)
    sections.connect(waiting_for)
