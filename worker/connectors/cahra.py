"""The EU's indicative list of conflict-affected and high-risk areas: a file at an address that operators set."""

from functools import partial

from portal.sources.addresses import is_allowed, is_private
from portal.sources.catalogue import EU_CAHRA
from portal.sources.services.runs import Fetched
from worker.connectors.guarded import Door, Limits
from worker.connectors.guarded import fetch as fetch_guarded

LIMITS = Limits(size=8 * 2**20, accept="application/json, text/csv;q=0.9, */*;q=0.1")


def fetch(url: str, etag: str | None, limits: Limits | None = None) -> Fetched:
    """The list as bytes, or word that it is still the one with this ETag. Raises Refused."""
    return fetch_guarded(url, etag, Door(partial(is_allowed, source=EU_CAHRA), is_private), limits or LIMITS)
