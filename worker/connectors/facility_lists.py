"""Lists of smelters, refiners and sites: one file at one address, as an operator has set it.

None of their publishers (RMI, LBMA, RJC, the Copper Mark) has an open interface. What differs between the lists stands
in the catalogue.
"""

from functools import partial

from portal.sources.addresses import is_allowed, is_private
from portal.sources.catalogue import ListSource
from portal.sources.services.runs import Fetched
from worker.connectors.guarded import Door, Limits
from worker.connectors.guarded import fetch as fetch_guarded


def fetch(url: str, etag: str | None, limits: Limits | None = None, *, source: ListSource) -> Fetched:
    """The list as bytes, or word that it is still the one with this ETag. Raises Refused."""
    return fetch_guarded(url, etag, Door(partial(is_allowed, source=source), is_private), limits)
