"""Sanctions lists: one file at one address each, as an operator has set it."""

from functools import partial

from portal.sanctions.catalogue import LISTS
from portal.sources.addresses import is_allowed, is_private
from portal.sources.services.runs import Fetched
from worker.connectors.guarded import Door, Limits
from worker.connectors.guarded import fetch as fetch_guarded

LIMITS = Limits(total=60.0, accept="application/xml, text/csv, application/zip, */*;q=0.1")


def fetch(code: str, url: str, etag: str | None, limits: Limits = LIMITS) -> Fetched:
    """The list as bytes, or word that it is still the one with this ETag. Raises Refused."""
    return fetch_guarded(url, etag, Door(partial(is_allowed, source=LISTS[code]), is_private), limits)
